//! What a plan answers.

use super::formula::{trials_for_power, trials_for_reliability};
use super::{Criterion, Setting};

/// What is planned from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A correlation that is known or hoped for.
    Correlation,
    /// Simulated observers who look for a template.
    Template,
    /// The trials of a pilot.
    Pilot,
}

/// A value with its 95 % interval; what cannot be told is `None`, and so is an upper end without bound.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: Option<f64>,
    /// Lower end.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
}

/// A share of the simulated experiments, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share, 0..1.
    pub value: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// How often experiments of one size found what is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rung {
    /// Trials in all.
    pub trials: usize,
    /// Observers who shared them.
    pub observers: usize,
    /// Pixel test, at the pixel with the largest expected z.
    pub peak: Share,
    /// Pixel test, at any pixel of the target.
    pub pixel: Share,
    /// Cluster test, of a cluster that reaches into the target.
    pub cluster: Share,
}

/// The correlation of the maps of two separate experiments (or halves) of one size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// Trials of each.
    pub trials: f64,
    /// Mean correlation, with the interval of the mean.
    pub measured: Estimate,
}

/// Trials that are needed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Needed {
    /// For the power at the peak, by the formula.
    pub formula: Estimate,
    /// For the power of the pixel test, in simulated experiments.
    pub pixel: Estimate,
    /// For the power of the cluster test, in simulated experiments.
    pub cluster: Estimate,
    /// For the reliability, by the formula.
    pub reliability: Estimate,
}

/// The same experiment with bubbles of another size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resized {
    /// Size as a multiple of that of the experiment.
    pub factor: f64,
    /// Standard deviation of an aperture, px.
    pub bubble_sd: f64,
    /// Mean number of bubbles in the second half of the trials.
    pub bubbles: f64,
    /// Proportion correct in the same trials.
    pub correct: f64,
    /// Correlation at the peak.
    pub correlation: Estimate,
    /// Threshold of the pixel test.
    pub threshold: f64,
    /// Trials for the power at the peak, by the formula.
    pub trials: Estimate,
}

/// Everything that one source says.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The source.
    pub source: Source,
    /// The thresholds of the tests.
    pub criterion: Criterion,
    /// Correlation at the peak.
    pub correlation: Estimate,
    /// n₀: trials whose map has the reliability one half.
    pub half: Estimate,
    /// Trials that are needed.
    pub needed: Needed,
    /// Power by number of trials.
    pub rungs: Vec<Rung>,
    /// Reliability by number of trials, measured.
    pub agreement: Vec<Agreement>,
    /// Other bubble sizes.
    pub sizes: Vec<Resized>,
}

impl Estimate {
    /// A value that is known.
    pub fn exact(value: f64) -> Estimate {
        Estimate { value: Some(value), lower: None, upper: None }
    }

    /// A value with the 2.5 % and 97.5 % quantiles of its bootstrap draws; infinite draws leave an end open.
    pub(super) fn of(value: Option<f64>, mut draws: Vec<f64>) -> Estimate {
        draws.sort_unstable_by(f64::total_cmp);
        let end = |probability: f64| {
            let at = (probability * draws.len().saturating_sub(1) as f64).round() as usize;
            draws.get(at).copied().filter(|end| end.is_finite())
        };
        Estimate { value, lower: end(0.025), upper: end(0.975) }
    }

    /// Trials for a power, where this is the correlation at the peak: the lower end of one is the upper of the other.
    pub fn trials_for_power(&self, threshold: f64, power: f64) -> Estimate {
        let trials = |correlation: Option<f64>| trials_for_power(correlation?, threshold, power);
        Estimate { value: trials(self.value), lower: trials(self.upper), upper: trials(self.lower) }
    }

    /// Trials for a reliability, where this is n₀.
    pub fn trials_for_reliability(&self, reliability: f64) -> Estimate {
        let trials = |half: Option<f64>| half.map(|half| trials_for_reliability(half, reliability));
        Estimate { value: trials(self.value), lower: trials(self.lower), upper: trials(self.upper) }
    }
}

impl Share {
    /// So many of so many, with the interval of Wilson 1927 (J. Am. Stat. Assoc. 22:209).
    pub(super) fn of(found: usize, all: usize) -> Share {
        let (n, z) = (all.max(1) as f64, 1.959_963_985);
        let share = found as f64 / n;
        let middle = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
        Share { value: share, lower: (middle - half).max(0.0), upper: (middle + half).min(1.0) }
    }
}

impl Answer {
    /// What the formulas say of a source; nothing is simulated yet.
    pub(super) fn new(source: Source, setting: &Setting, correlation: Estimate, half: Estimate) -> Answer {
        let criterion = setting.criterion();
        let needed = Needed {
            formula: correlation.trials_for_power(criterion.pixel, setting.power),
            reliability: half.trials_for_reliability(setting.reliability),
            ..Needed::default()
        };
        let (rungs, agreement, sizes) = (Vec::new(), Vec::new(), Vec::new());
        Answer { source, criterion, correlation, half, needed, rungs, agreement, sizes }
    }
}

impl Source {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Source::Correlation => "correlation",
            Source::Template => "template",
            Source::Pilot => "pilot",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_have_the_interval_of_wilson_also_at_the_ends() {
        // R: prop.test(40, 50, correct = FALSE)$conf.int, binom::binom.wilson(0, 20)
        let share = Share::of(40, 50);
        assert!((share.lower - 0.669_61).abs() < 1e-4 && (share.upper - 0.887_56).abs() < 1e-4, "{share:?}");
        let none = Share::of(0, 20);
        assert!(none.lower == 0.0 && (none.upper - 0.161_13).abs() < 1e-4, "{none:?}");
    }

    #[test]
    fn a_correlation_that_may_be_nothing_has_no_largest_number_of_trials() {
        let correlation = Estimate { value: Some(0.1), lower: Some(-0.02), upper: Some(0.2) };
        let trials = correlation.trials_for_power(3.5, 0.8);
        assert!(trials.upper.is_none() && trials.lower < trials.value && trials.lower.is_some());
        let draws = (0..100).map(|at| if at < 90 { f64::from(at) } else { f64::INFINITY }).collect();
        assert_eq!(Estimate::of(Some(50.0), draws), Estimate { value: Some(50.0), lower: Some(2.0), upper: None });
    }
}
