//! The columns of `scores.csv`.

use super::agreement::QUANTITIES;
use super::compare::{Interval, single_factors};
use super::conventions::CONVENTIONS;
use super::corrected::Corrected;
use super::estimands::ESTIMANDS;
use super::fixated::{self, Cube};
use super::matched;
use super::preparation::Preparation;
use super::read::People;
use super::rows::Entry;
use crate::metric::Metric;
use crate::stats::smooth::EDGES;
use crate::table::{number, number_or_empty};

/// Columns of `scores.csv`, and whether each holds numbers; the first ten say what was found, the others how.
pub(super) const COLUMNS: [(&str, bool); 37] = [
    ("unit", false),
    ("model", false),
    ("method", false),
    ("counterpart", false),
    ("metric", false),
    ("quantity", false),
    ("value", true),
    ("low", true),
    ("high", true),
    ("undefined", false),
    ("pictures", true),
    ("observers", true),
    ("seeds", true),
    ("left_out_human", true),
    ("left_out_model", true),
    ("blur_sd", true),
    ("step_px", true),
    ("coordinates", false),
    ("convention", false),
    ("simulated", false),
    ("blur", false),
    ("edge", false),
    ("sign", false),
    ("human_sign", false),
    ("resample", false),
    ("channels", false),
    ("mask", false),
    ("estimand", false),
    ("p", true),
    ("p_holm", true),
    ("p_bh", true),
    ("p_by", true),
    ("p_max_t", true),
    ("percentile_low", true),
    ("percentile_high", true),
    ("baseline", false),
    ("warnings", false),
];

/// The columns of `scores.csv` that hold numbers.
pub fn numeric_columns() -> Vec<&'static str> {
    COLUMNS.iter().filter(|(_, numeric)| *numeric).map(|(name, _)| *name).collect()
}

/// One quantity of a comparison, and what its family adds.
pub(super) struct Line {
    pub(super) interval: Interval,
    /// Its p corrected over the models and methods of the unit and metric.
    pub(super) corrected: Corrected,
    /// The baseline that it is compared with.
    pub(super) baseline: String,
}

impl Line {
    pub(super) fn plain(interval: Interval) -> Line {
        Line { interval, corrected: Corrected::default(), baseline: String::new() }
    }
}

/// What all lines of a comparison have in common.
pub(super) struct Shared<'a> {
    pub(super) entry: &'a Entry<'a>,
    pub(super) metric: &'a Metric,
    pub(super) people: &'a People,
    pub(super) preparation: &'a Preparation,
    pub(super) warnings: String,
    /// Pictures, observers and seeds.
    pub(super) levels: [usize; 3],
    /// Scores with fixations.
    pub(super) cube: Option<&'a Cube>,
}

impl Shared<'_> {
    pub(super) fn row(&self, line: Line) -> [String; COLUMNS.len()] {
        let Shared { entry, people, preparation, .. } = self;
        let Interval { quantity, value, limits, percentiles, p, undefined } = line.interval;
        let levels = self.levels;
        let [pictures, observers, seeds] = levels.map(|levels| levels.to_string());
        let [mut human, model] = entry.lined.comparison.left_out();
        human = self.cube.map_or(human, Cube::without_fixations);
        // Fixations lie on pixels, and not on the grid where maps are compared with maps.
        let step = if self.cube.is_some() { 1 } else { entry.sampling.points.step };
        let baseline = entry.is_of_no_network();
        let of_network = |text: String| if baseline { String::new() } else { text };
        let [holm, bh, by, max_t] = line.corrected.values().map(number_or_empty);
        let estimand = ESTIMANDS.iter().find(|row| row.quantity == quantity).map_or("", |row| row.name);
        // A p says something where 0 is a hypothesis: of specificity, and of a difference.
        let tested = ["specificity", "over_baseline"].contains(&quantity);
        [
            entry.unit.to_owned(),
            entry.model.clone(),
            entry.method.clone(),
            entry.counterpart.clone(),
            self.metric.name.to_owned(),
            quantity.to_owned(),
            number_or_empty(value),
            number_or_empty(limits.map(|(low, _)| low)),
            number_or_empty(limits.map(|(_, high)| high)),
            undefined.unwrap_or_default(),
            pictures,
            observers,
            seeds,
            human.to_string(),
            model.to_string(),
            number(if baseline { people.blur_sd } else { entry.sampling.wanted }),
            step.to_string(),
            people.coordinates.clone(),
            match self.metric.transform {
                Some(_) => convention(quantity, entry, levels),
                None if self.metric.scores_fixations() => fixated::convention(quantity, entry.by_chance, levels)
                    .unwrap_or_else(|| convention(quantity, entry, levels)),
                None => matched::convention(quantity, entry.by_chance, entry.lined.comparison.task, levels),
            },
            people.simulated.to_string(),
            of_network(entry.sampling.blur.to_string()),
            // Baselines are blurred as human maps are.
            if baseline { EDGES[0].0 } else { preparation.edge.0 }.to_owned(),
            preparation.sign.0.to_owned(),
            preparation.human_sign.0.to_owned(),
            preparation.resample.0.to_owned(),
            preparation.reading.channels.clone().unwrap_or_default(),
            people.mask.clone(),
            estimand.to_owned(),
            number_or_empty(p.filter(|_| tested)),
            holm,
            bh,
            by,
            max_t,
            number_or_empty(percentiles.map(|(low, _)| low)),
            number_or_empty(percentiles.map(|(_, high)| high)),
            line.baseline,
            self.warnings.clone(),
        ]
    }
}

/// The name of what is reported, and what its interval resamples or cannot resample.
fn convention(quantity: &str, entry: &Entry, levels: [usize; 3]) -> String {
    if entry.by_chance {
        return "r of unrelated maps with the mean map of the observers: 95 % of them".to_owned();
    }
    let of_convention = CONVENTIONS.iter().find(|row| row.quantity == quantity && quantity != "ratio");
    let mut what = match quantity {
        "raw" => "r with the mean map of the observers",
        "human_ceiling" => "reliability of the mean map (all splits of observers)",
        "human_ceiling_trials" => "reliability of the group map (all splits of trials)",
        "seed_ceiling" => "mean r between two seeds",
        "ratio" => "r/sqrt(c), human noise removed",
        "ratio_both" => "r/sqrt(c c), human and seed noise removed",
        "observer_pair" => "mean r between two observers",
        "instance_to_person" => "mean r between a network and an observer",
        "chance" => "raw with maps of other pictures",
        "specificity" => "raw less chance; p by the image shuffle",
        "human_ceiling_mismatched" => "human ceiling with maps of other pictures",
        "specific_both" => "r/sqrt(c c) of what is specific to pictures",
        "human_split_half" => "reliability of the mean map, by splits in half",
        "human_leave_one_out" => "r of an observer with the mean of the others",
        "human_inclusive" => "r of an observer with the mean of all",
        "human_leave_one_out_corrected" | "human_inclusive_corrected" => "r of an observer with a map without noise",
        "n0_observers" => "n0 of the ceiling n/(n + n0)",
        "over_baseline" => "raw less that of the best baseline, on the same resamples",
        "rank" => "rank by raw among models and methods, on the pictures that all have; 95 % of the resamples",
        "probability_best" => "share of the resamples with the largest raw, on the pictures that all have",
        "sampling_reliability" => "reliability of the method's own random samples",
        "seed_ceiling_without_sampling" => "mean r between two seeds, noise of random samples removed",
        "pictures_beyond_chance" => "share of pictures beyond their null, centre removed",
        "doubled_pictures" | "doubled_observers" | "doubled_seeds" => "share of the variance left with twice as many",
        _ => of_convention.map_or("", |row| row.name),
    }
    .to_owned();
    let resampled = QUANTITIES.contains(&quantity) || quantity == "over_baseline";
    if !resampled {
        return what;
    }
    if entry.unit == "task" {
        what += "; pictures resampled for the network only";
    }
    match single_factors(levels)[..] {
        [] => what,
        ref single => format!("{what}; conditional on one {}", single.join(" and one ")),
    }
}
