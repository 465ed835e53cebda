//! `[plan]`: what a plan of trials and observers is asked for, and from which sources it is answered.

use serde::{Deserialize, Serialize};

use super::Experiment;
use crate::error::Result;

/// `[plan]`: the tests and the reliability that the trials must suffice for, and the sources to answer from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plan {
    /// Wanted probability of finding what is there, 0..1.
    pub power: f64,
    /// Family-wise error rate of the tests; by default that of `[classification]`.
    pub alpha: Option<f64>,
    /// Wanted reliability of the map, 0..1.
    pub reliability: f64,
    /// Source: correlation of the smoothed bubbles with the answers at the place that matters most.
    pub correlation: Option<f64>,
    /// Source: the observers and the template of `[simulation]`.
    pub template: Option<bool>,
    /// Source: trial files, read with the columns of `[import]`.
    pub pilot: Vec<String>,
    /// Simulated experiments a source.
    pub simulations: usize,
    /// Bubble sizes to compare, as multiples of `bubbles.size`; needs the template. By default half and double, where
    /// they fit.
    pub bubble_sizes: Option<Vec<f64>>,
    /// z above which pixels form clusters.
    pub cluster_threshold: f64,
    /// Trials of each observer; by default those of `[design]`, or of the observers of the pilot.
    pub trials_per_observer: Option<usize>,
}

/// The correlation of bubbles with answers that a plan assumes where nobody has answered yet; it stands for no measurement.
pub const ASSUMED_CORRELATION: f64 = 0.1;

impl Default for Plan {
    fn default() -> Self {
        Plan {
            power: 0.8,
            alpha: None,
            reliability: 0.8,
            correlation: None,
            template: None,
            pilot: Vec::new(),
            simulations: 200,
            bubble_sizes: None,
            cluster_threshold: 2.7,
            trials_per_observer: None,
        }
    }
}

impl Experiment {
    /// The plan that is asked for; where the file names no source, what the experiment has: its simulated observers,
    /// its trial files as a pilot, or, before anybody has answered, `ASSUMED_CORRELATION`.
    pub fn plan(&self) -> Plan {
        let file = &self.file;
        let mut plan = file.plan.clone().unwrap_or_default();
        if plan.correlation.is_none() && plan.template.is_none() && plan.pilot.is_empty() {
            plan.template = Some(file.simulation.is_some());
            plan.pilot = file.import.as_ref().map(|import| import.files.clone()).unwrap_or_default();
            plan.correlation = self.assumes_a_correlation().then_some(ASSUMED_CORRELATION);
        }
        plan.alpha = plan.alpha.or(Some(file.classification.alpha));
        plan.trials_per_observer = plan.trials_per_observer.or(file.design.as_ref().map(|design| design.trials));
        plan
    }

    /// True if nothing is known to plan from but the design, so that a plan takes `ASSUMED_CORRELATION`.
    pub fn assumes_a_correlation(&self) -> bool {
        let named = self
            .file
            .plan
            .as_ref()
            .is_some_and(|plan| plan.correlation.is_some() || plan.template.is_some() || !plan.pilot.is_empty());
        self.file.design.is_some() && !self.has_people() && !named
    }

    /// Checks `[plan]`.
    pub(super) fn check_plan(&self) -> Result<()> {
        let Some(plan) = &self.file.plan else { return Ok(()) };
        let alpha = plan.alpha.unwrap_or(self.file.classification.alpha);
        self.within("plan.alpha", alpha, 0.0001, 0.5)?;
        self.within("plan.power", plan.power, 0.01, 0.999)?;
        self.within("plan.reliability", plan.reliability, 0.01, 0.99)?;
        self.within("plan.simulations", plan.simulations as f64, 20.0, 1e5)?;
        self.within("plan.cluster_threshold", plan.cluster_threshold, 2.3, 6.0)?;
        if plan.power <= alpha {
            return Err(self.wrong(
                "plan.power",
                format!("the power of {} is not above the error rate alpha of {alpha}", plan.power),
                "chance alone gives a power of alpha; ask for more, such as 0.8",
            ));
        }
        if let Some(correlation) = plan.correlation {
            self.within("plan.correlation", correlation, 0.001, 0.99)?;
        }
        if let Some(trials) = plan.trials_per_observer {
            self.within("plan.trials_per_observer", trials as f64, 10.0, 1e6)?;
        }
        let sizes = plan.bubble_sizes.as_deref().unwrap_or_default();
        for (at, factor) in sizes.iter().enumerate() {
            self.within("plan.bubble_sizes", *factor, 0.1, 10.0)?;
            if sizes[..at].contains(factor) {
                return Err(self.wrong(
                    "plan.bubble_sizes",
                    format!("the bubble size of {factor} times that of [bubbles] is given twice"),
                    "name each size once",
                ));
            }
        }
        if plan.template == Some(true) && self.file.simulation.is_none() {
            return Err(self.wrong(
                "plan.template",
                "a plan from a template is asked for, and there is no [simulation]",
                "add [simulation] with a template, or plan from `correlation` or `pilot`",
            ));
        }
        if plan.template == Some(false) && plan.correlation.is_none() && plan.pilot.is_empty() {
            return Err(self.wrong(
                "plan.template",
                "template is false, and neither a correlation nor a pilot is given, so there is nothing to plan from",
                "give `correlation`, `pilot`, or `template = true`",
            ));
        }
        Ok(())
    }
}
