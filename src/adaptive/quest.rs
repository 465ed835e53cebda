//! QUEST: a posterior over thresholds on a grid, from a normal prior and one Weibull function (Watson & Pelli 1983,
//! Perception & Psychophysics 33:113).
//!
//! The next level is a quantile of the posterior (Pelli 1987), its mean (King-Smith et al. 1994) or its mode. As in the
//! Psychophysics Toolbox, whose numbers these are: the function passes through the target at level 0 by linear
//! interpolation on the grid, likelihoods are looked up at the level rounded to the grid, and quantiles are interpolated
//! in the cumulative posterior. Unlike there, the posterior always sums to 1 and no cell ever falls to 0, so that
//! sessions of any length keep moving.

use super::bounded::{Bounded, Engine};
use super::{Adaptive, Goal, Procedure, Weibull};
use crate::error::{Error, Result};
use crate::parameter::{Parameter, Values, number};

/// Slope for the logarithm of a number of bubbles. An observer whose d' grows with the area shown has 1.2 at 75 % of two
/// alternatives; of the 70 people of Faghel-Soubeyrand, Dupuis-Roy & Gosselin 2019, 1.0 is the likeliest. The 3.5 of the
/// literature is for contrast: with a slope more than twice too steep, QUEST settles before it has arrived.
pub(super) const SLOPE: f64 = 1.0;

/// A cell of the posterior is never smaller.
const FLOOR: f64 = 1e-300;

/// The grid of thresholds has at most this many cells.
const MOST_CELLS: f64 = 20_001.0;

const PARAMETERS: &[Parameter] = &[
    number("sd", "standard deviation of the prior around the start", 0.5, 0.001..=100.0),
    number("slope", "slope of the psychometric function, per unit of the scale", SLOPE, 0.01..=100.0),
    number("lapse", "share of trials answered at random", 0.01, 0.0..=0.5),
    number("grain", "distance between thresholds that are told apart", 0.01, 0.00001..=1.0),
    number("range", "distance between the lowest and the highest threshold, around the start", 5.0, 0.01..=100.0),
];

pub(super) const QUANTILE: Procedure = Procedure {
    name: "quest",
    description: "the most informative quantile of the posterior over thresholds",
    source: "Watson & Pelli 1983, Perception & Psychophysics 33:113; Pelli 1987",
    parameters: PARAMETERS,
    start: |goal, values| start(goal, values, Next::Quantile),
};

pub(super) const MEAN: Procedure = Procedure {
    name: "quest_mean",
    description: "the mean of the posterior over thresholds",
    source: "King-Smith et al. 1994, Vision Research 34:885",
    parameters: PARAMETERS,
    start: |goal, values| start(goal, values, Next::Mean),
};

pub(super) const MODE: Procedure = Procedure {
    name: "quest_mode",
    description: "the mode of the posterior over thresholds",
    source: "Watson & Pelli 1983, Perception & Psychophysics 33:113",
    parameters: PARAMETERS,
    start: |goal, values| start(goal, values, Next::Mode),
};

/// Which value of the posterior is the next level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The quantile that tells most, which depends on the ends of the psychometric function alone.
    Quantile,
    /// The mean.
    Mean,
    /// The mode; of equal ones the lowest.
    Mode,
}

/// What is believed before the first trial; levels in any unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuestSettings {
    /// Mean of the prior over thresholds.
    pub centre: f64,
    /// Its standard deviation, above 0.
    pub sd: f64,
    /// The psychometric function; its shift is not used.
    pub function: Weibull,
    /// Proportion correct at the threshold.
    pub target: f64,
    /// Distance of the grid's points, above 0.
    pub grain: f64,
    /// Length of the grid.
    pub range: f64,
    /// The rule for the next level.
    pub next: Next,
}

/// The posterior over thresholds.
#[derive(Debug, Clone)]
pub struct Quest {
    settings: QuestSettings,
    half: i64,
    shift: f64,
    /// Probability of a right answer at -2·half ..= 2·half grains from the threshold.
    right: Vec<f64>,
    order: f64,
    posterior: Vec<f64>,
    level: f64,
}

fn start(goal: &Goal, values: &Values, next: Next) -> Result<Box<dyn Adaptive>> {
    let [sd, slope, lapse, grain, range] = values.numbers()?;
    let centre = goal.scale.level(goal.start);
    let function = Weibull::new(slope, goal.guess, lapse);
    let settings = QuestSettings { centre, sd, function, target: goal.target, grain, range, next };
    Ok(Box::new(Bounded { goal: *goal, engine: Quest::new(settings)? }))
}

impl Quest {
    /// Starts with the prior. An error where the function does not pass through the target within the range, or where
    /// the range is shorter than two grains or longer than 20,000.
    pub fn new(settings: QuestSettings) -> Result<Quest> {
        let QuestSettings { sd, function, target, grain, range, .. } = settings;
        function.level_of(target)?;
        let half = (range / grain / 2.0).ceil();
        if !(half >= 1.0 && 2.0 * half < MOST_CELLS) {
            return Err(Error::invalid(format!("a range of {range} has {} grains of {grain}", (range / grain).ceil()))
                .hint("choose a range of 2 to 20000 grains"));
        }
        let half = half as i64;
        let table = |shift: f64| -> Vec<f64> {
            let function = Weibull { shift, ..function };
            (-2 * half..=2 * half).map(|at| function.at(at as f64 * grain)).collect()
        };
        let shift = crossing(&table(0.0), target).map(|at| (at - 2.0 * half as f64) * grain).ok_or_else(|| {
            Error::invalid(format!(
                "the target of {target} correct is not reached within a range of {range} by a psychometric function of slope {}",
                function.slope
            ))
            .hint("choose a larger slope or range")
        })?;
        let right = table(shift);
        let prior = (-half..=half).map(|at| (-0.5 * (at as f64 * grain / sd).powi(2)).exp()).collect();
        let order = order(right[0], right[right.len() - 1]);
        let mut quest = Quest { settings, half, shift, right, order, posterior: prior, level: 0.0 };
        quest.settle();
        Ok(quest)
    }

    /// The level of the next trial, by the rule.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// What is added to a level so that the function passes through the target at 0.
    pub fn shift(&self) -> f64 {
        self.shift
    }

    /// The order of the most informative quantile, 0..1.
    pub fn order(&self) -> f64 {
        self.order
    }

    /// Mean of the posterior.
    pub fn mean(&self) -> f64 {
        self.settings.centre + self.moment(|x| x)
    }

    /// Standard deviation of the posterior.
    pub fn sd(&self) -> f64 {
        (self.moment(|x| x * x) - self.moment(|x| x).powi(2)).max(0.0).sqrt()
    }

    /// Mode of the posterior.
    pub fn mode(&self) -> f64 {
        let best = (1..self.posterior.len())
            .fold(0, |best, at| if self.posterior[at] > self.posterior[best] * (1.0 + 1e-12) { at } else { best });
        self.settings.centre + self.point(best)
    }

    /// Quantile of an order 0..1 of the posterior.
    pub fn quantile(&self, order: f64) -> f64 {
        let (mut below, mut from) = (0.0, self.point(0));
        let wanted = order * self.posterior.iter().sum::<f64>();
        for (at, mass) in self.posterior.iter().enumerate() {
            let (above, to) = (below + mass, self.point(at));
            if above > below {
                if above >= wanted {
                    let share = if at == 0 { 1.0 } else { (wanted - below) / (above - below) };
                    return self.settings.centre + from + share * (to - from);
                }
                (below, from) = (above, to);
            }
        }
        self.settings.centre + from
    }

    /// Multiplies by the likelihood of an answer at a level.
    pub fn update(&mut self, level: f64, correct: bool) {
        let half = self.half as f64;
        let tested = ((level - self.settings.centre) / self.settings.grain + 0.5).floor().clamp(-half, half) as i64;
        for (at, mass) in self.posterior.iter_mut().enumerate() {
            let right = self.right[(tested + 3 * self.half - at as i64) as usize];
            *mass = (*mass * if correct { right } else { 1.0 - right }).max(FLOOR);
        }
        self.settle();
    }

    fn settle(&mut self) {
        let sum: f64 = self.posterior.iter().sum();
        self.posterior.iter_mut().for_each(|mass| *mass /= sum);
        self.level = match self.settings.next {
            Next::Quantile => self.quantile(self.order),
            Next::Mean => self.mean(),
            Next::Mode => self.mode(),
        };
    }

    /// A threshold of the grid relative to the centre.
    fn point(&self, at: usize) -> f64 {
        (at as i64 - self.half) as f64 * self.settings.grain
    }

    fn moment(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.posterior.iter().enumerate().map(|(at, mass)| mass * of(self.point(at))).sum()
    }
}

impl Engine for Quest {
    fn level(&self) -> f64 {
        self.level
    }

    fn threshold(&self) -> f64 {
        self.mean()
    }

    fn update(&mut self, level: f64, correct: bool) {
        Quest::update(self, level, correct);
    }
}

/// Where increasing values pass through `wanted`, in steps from the first, interpolated.
fn crossing(values: &[f64], wanted: f64) -> Option<f64> {
    let above = values.partition_point(|value| *value <= wanted);
    let (low, high) = (values.get(above.checked_sub(1)?)?, values.get(above)?);
    Some((above - 1) as f64 + (wanted - low) / (high - low))
}

/// The order of the most informative quantile for a function that runs from `low` to `high`.
fn order(low: f64, high: f64) -> f64 {
    let entropy = |p: f64| p * (p + 1e-14).ln() + (1.0 - p + 1e-14) * (1.0 - p + 1e-14).ln();
    let middle = 1.0 / (1.0 + ((entropy(high) - entropy(low)) / (low - high)).exp());
    (middle - low) / (high - low)
}
