//! QUEST+: the level after whose answer the posterior over thresholds, slopes and lapses is expected to have the least
//! entropy (Watson 2017, Journal of Vision 17(3):10).
//!
//! The expected entropy is that of the posterior less the information that the answer gives: with the probability p of a
//! right answer in each cell and the entropy h(p) of an answer, h(Σ posterior · p) - Σ posterior · h(p). So the level of
//! the most information is taken, of equal ones the lowest. Levels that tell most lie above the threshold: QUEST+
//! measures the target and does not hold it.

use super::bounded::{Bounded, Engine};
use super::quest::SLOPE;
use super::{Adaptive, Goal, Procedure, Weibull};
use crate::error::{Error, Result};
use crate::parameter::{Values, number};

/// Levels and cells, multiplied, are at most this many.
const MOST_PAIRS: usize = 4_000_000;

/// A cell of the posterior is never smaller, so that there is always a level that tells more than the others.
const FLOOR: f64 = 1e-9;

/// Information (nats) that is not told apart.
const EQUAL: f64 = 1e-12;

pub(super) const PROCEDURE: Procedure = Procedure {
    name: "quest_plus",
    description: "the level of least expected entropy over thresholds, slopes and lapses; measures the target, does not hold it",
    source: "Watson 2017, Journal of Vision 17(3):10",
    parameters: &[
        number("levels", "number of levels, and of thresholds, between the bounds", 61.0, 2.0..=1001.0),
        number(
            "slope",
            "slope of the psychometric function, per unit of the scale; the lowest one",
            SLOPE,
            0.01..=100.0,
        ),
        number("slope_to", "highest slope", 4.0, 0.01..=100.0),
        number("slopes", "number of slopes; 1: it is known to be `slope`", 1.0, 1.0..=51.0),
        number("lapse", "share of trials answered at random; the lowest one", 0.01, 0.0..=0.5),
        number("lapse_to", "highest share of trials answered at random", 0.1, 0.0..=0.5),
        number("lapses", "number of such shares; 1: it is known to be `lapse`", 1.0, 1.0..=51.0),
    ],
    start,
};

/// A combination of what is not known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// The threshold.
    pub threshold: f64,
    /// The function of the level less the threshold.
    pub function: Weibull,
}

/// The posterior over cells.
#[derive(Debug, Clone)]
pub struct QuestPlus {
    levels: Vec<f64>,
    cells: Vec<Cell>,
    /// For each level and cell: probability of a right answer, and the entropy of an answer.
    answers: Vec<(f64, f64)>,
    posterior: Vec<f64>,
    level: f64,
}

fn start(goal: &Goal, values: &Values) -> Result<Box<dyn Adaptive>> {
    let [levels, slope, slope_to, slopes, lapse, lapse_to, lapses] = values.numbers()?;
    let (lowest, highest) = goal.bounds();
    let thresholds = grid("threshold", lowest, highest, levels)?;
    let mut numbers: Vec<usize> = thresholds.iter().map(|&level| goal.count(level)).collect();
    numbers.dedup();
    let levels = numbers.into_iter().map(|number| goal.scale.level(number)).collect();
    let (slopes, lapses) = (grid("slope", slope, slope_to, slopes)?, grid("lapse", lapse, lapse_to, lapses)?);
    let mut cells = Vec::new();
    for &slope in &slopes {
        for &lapse in &lapses {
            let function = Weibull::new(slope, goal.guess, lapse).through(goal.target)?;
            cells.extend(thresholds.iter().map(|&threshold| Cell { threshold, function }));
        }
    }
    Ok(Box::new(Bounded { goal: *goal, engine: QuestPlus::new(levels, cells)? }))
}

/// A number of values from the first to the last; one value is the first.
fn grid(name: &str, first: f64, last: f64, number: f64) -> Result<Vec<f64>> {
    let number = number.round() as usize;
    if number == 1 || first == last {
        return Ok(vec![first]);
    }
    if first > last {
        return Err(Error::invalid(format!("{number} values of {name} are to lie between {first} and {last}"))
            .hint(format!("choose a {name}_to above {name}, or a number of 1")));
    }
    let step = (last - first) / (number - 1) as f64;
    Ok((0..number).map(|at| first + at as f64 * step).collect())
}

impl QuestPlus {
    /// Starts with every cell equally likely. An error without levels or cells, or with too many.
    pub fn new(levels: Vec<f64>, cells: Vec<Cell>) -> Result<QuestPlus> {
        let pairs = levels.len().saturating_mul(cells.len());
        if pairs == 0 || pairs > MOST_PAIRS {
            return Err(Error::invalid(format!(
                "{} levels and {} combinations of threshold, slope and lapse are to be weighed",
                levels.len(),
                cells.len()
            ))
            .hint(format!("choose at least one of each, and at most {MOST_PAIRS} pairs")));
        }
        let answer = |level: f64, cell: &Cell| {
            let right = cell.function.at(level - cell.threshold);
            (right, entropy(right))
        };
        let answers = levels.iter().flat_map(|&level| cells.iter().map(move |cell| answer(level, cell))).collect();
        let posterior = vec![1.0 / cells.len() as f64; cells.len()];
        let mut quest = QuestPlus { levels, cells, answers, posterior, level: 0.0 };
        quest.level = quest.most_informative();
        Ok(quest)
    }

    /// The level of the next trial.
    pub fn level(&self) -> f64 {
        self.level
    }

    /// The likeliest cell, of equal ones the first.
    pub fn mode(&self) -> Cell {
        let best = (1..self.cells.len())
            .fold(0, |best, at| if self.posterior[at] > self.posterior[best] * (1.0 + 1e-12) { at } else { best });
        self.cells[best]
    }

    /// Posterior mean of a quantity of the cells.
    pub fn mean(&self, of: impl Fn(&Cell) -> f64) -> f64 {
        self.posterior.iter().zip(&self.cells).map(|(mass, cell)| mass * of(cell)).sum()
    }

    /// Multiplies by the likelihood of an answer at a level, which need not be one of the levels.
    pub fn update(&mut self, level: f64, correct: bool) {
        for (mass, cell) in self.posterior.iter_mut().zip(&self.cells) {
            let right = cell.function.at(level - cell.threshold);
            *mass = (*mass * if correct { right } else { 1.0 - right }).max(FLOOR);
        }
        let sum: f64 = self.posterior.iter().sum();
        self.posterior.iter_mut().for_each(|mass| *mass /= sum);
        self.level = self.most_informative();
    }

    fn most_informative(&self) -> f64 {
        let mut best = (f64::NEG_INFINITY, self.levels[0]);
        for (&level, answers) in self.levels.iter().zip(self.answers.chunks(self.cells.len())) {
            let (mut right, mut known) = (0.0, 0.0);
            for (mass, (p, h)) in self.posterior.iter().zip(answers) {
                right += mass * p;
                known += mass * h;
            }
            let information = entropy(right) - known;
            if information > best.0 + EQUAL {
                best = (information, level);
            }
        }
        best.1
    }
}

impl Engine for QuestPlus {
    fn level(&self) -> f64 {
        self.level
    }

    fn threshold(&self) -> f64 {
        self.mean(|cell| cell.threshold)
    }

    fn update(&mut self, level: f64, correct: bool) {
        QuestPlus::update(self, level, correct);
    }
}

/// Entropy (nats) of an answer that is right with probability `right`.
fn entropy(right: f64) -> f64 {
    let term = |p: f64| if p > 0.0 { -p * p.ln() } else { 0.0 };
    term(right) + term(1.0 - right)
}
