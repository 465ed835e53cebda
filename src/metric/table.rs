//! The table of metrics: what a row says of itself, and what it is given.

use super::undefined::{Score, Undefined};
use super::{Field, correlation, density, fixation, information, kendall, location, overlap, partial, rank_biased};
use super::{borji, divergence, region, roc, similarity, transport};
use crate::seed::Seed;

/// What a metric needs beside the map that it judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// A second map.
    Other,
    /// Fixated pixels.
    Fixations,
    /// Pixels fixated on other pictures.
    OtherFixations,
    /// A region: the pixels of the object.
    Region,
    /// A map of what is expected without looking at the picture.
    Baseline,
    /// Maps whose share is to be removed.
    Nuisance,
    /// A seed, for metrics that draw.
    Draws,
}

impl Need {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Need::Other => "a second map",
            Need::Fixations => "fixations",
            Need::OtherFixations => "fixations on other pictures",
            Need::Region => "a region",
            Need::Baseline => "a baseline map",
            Need::Nuisance => "nuisance maps",
            Need::Draws => "a seed",
        }
    }
}

/// Everything that a metric can be given. Fixations are pixels by their position in the values of the map, repeats kept.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The map that is judged.
    pub map: &'a Field,
    /// The map that it is compared with (the truth, where that matters).
    pub other: Option<&'a Field>,
    /// Fixated pixels.
    pub fixations: Option<&'a [usize]>,
    /// Pixels that were fixated on other pictures.
    pub other_fixations: Option<&'a [usize]>,
    /// Whether each pixel belongs to the region.
    pub region: Option<&'a [bool]>,
    /// What is expected without looking at the picture, not negative.
    pub baseline: Option<&'a Field>,
    /// Maps whose share is to be removed.
    pub nuisance: Option<&'a [Field]>,
    /// Seed of the draws.
    pub seed: Option<Seed>,
}

impl<'a> Inputs<'a> {
    /// One map alone.
    pub fn of(map: &'a Field) -> Inputs<'a> {
        let (other, fixations, other_fixations) = (None, None, None);
        Inputs { map, other, fixations, other_fixations, region: None, baseline: None, nuisance: None, seed: None }
    }

    /// Two maps.
    pub fn pair(map: &'a Field, other: &'a Field) -> Inputs<'a> {
        Inputs { other: Some(other), ..Inputs::of(map) }
    }

    pub(super) fn other(&self) -> Result<&'a Field, Undefined> {
        self.other.ok_or(Undefined::Missing(Need::Other))
    }

    pub(super) fn fixations(&self) -> Result<&'a [usize], Undefined> {
        self.fixations.ok_or(Undefined::Missing(Need::Fixations))
    }

    pub(super) fn other_fixations(&self) -> Result<&'a [usize], Undefined> {
        self.other_fixations.ok_or(Undefined::Missing(Need::OtherFixations))
    }

    pub(super) fn region(&self) -> Result<&'a [bool], Undefined> {
        self.region.ok_or(Undefined::Missing(Need::Region))
    }

    pub(super) fn baseline(&self) -> Result<&'a Field, Undefined> {
        self.baseline.ok_or(Undefined::Missing(Need::Baseline))
    }

    pub(super) fn nuisance(&self) -> Result<&'a [Field], Undefined> {
        self.nuisance.ok_or(Undefined::Missing(Need::Nuisance))
    }

    pub(super) fn seed(&self) -> Result<Seed, Undefined> {
        self.seed.ok_or(Undefined::Missing(Need::Draws))
    }
}

/// Which end of the range is agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Larger values.
    Higher,
    /// Smaller values.
    Lower,
}

/// What the judged map can undergo without a change of the value; each includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariance {
    /// Nothing.
    None,
    /// A positive factor.
    Scale,
    /// A positive factor and an offset.
    Affine,
    /// Any strictly increasing change.
    Monotone,
}

/// The maps that a metric takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// Positive and negative values.
    Signed,
    /// Densities: a negative value makes the score undefined.
    NonNegative,
}

/// The expected value when the pixels of one side are shuffled.
#[derive(Debug, Clone, Copy)]
pub enum Chance {
    /// A number.
    Value(f64),
    /// A formula of the inputs.
    Formula(fn(&Inputs) -> Score),
    /// No closed form: found on mismatched pictures.
    Measured,
}

/// A map changed pixel by pixel: one value for each.
pub type Transform = fn(&[f64]) -> Vec<f64>;

/// A row of the table of metrics.
pub struct Metric {
    /// Name, as in the experiment file. After a point: whose numbers it reproduces.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper, or the code whose numbers it reproduces.
    pub source: &'static str,
    /// What it needs beside the map.
    pub needs: &'static [Need],
    /// Smallest and largest value.
    pub range: (f64, f64),
    /// Which end is agreement.
    pub better: Better,
    /// Whether the two maps can change places.
    pub symmetric: bool,
    /// What the judged map (both, if symmetric) can undergo.
    pub invariance: Invariance,
    /// The maps that it takes.
    pub signs: Signs,
    /// Expected value for maps that have nothing to do with each other.
    pub chance: Chance,
    /// Value for a map and itself, where that is always the same.
    pub same: Option<f64>,
    /// If the metric is Pearson's correlation of transformed maps, the transformation, one value a pixel: then reliability
    /// and disattenuation have an algebra.
    pub transform: Option<Transform>,
    /// The value.
    pub score: fn(&Inputs) -> Score,
}

impl Metric {
    /// What it declares, in one line.
    pub fn properties(&self) -> String {
        let number = |value: f64| match value {
            f64::INFINITY => "∞".to_owned(),
            f64::NEG_INFINITY => "-∞".to_owned(),
            value => format!("{}", (value * 1000.0).round() / 1000.0 + 0.0),
        };
        let better = if self.better == Better::Higher { "higher" } else { "lower" };
        let chance = match self.chance {
            Chance::Value(value) => format!(", {} by chance", number(value)),
            Chance::Formula(_) | Chance::Measured => String::new(),
        };
        let unchanged = match self.invariance {
            Invariance::None => "",
            Invariance::Scale => "; scale-free",
            Invariance::Affine => "; free of scale and offset",
            Invariance::Monotone => "; of ranks",
        };
        let signs = if self.signs == Signs::NonNegative { "; no negative values" } else { "" };
        let ceiling = if self.transform.is_some() { "; corrected for noise" } else { "" };
        let needs: Vec<&str> = self.needs.iter().filter(|need| **need != Need::Other).map(|need| need.name()).collect();
        let needs = if needs.is_empty() { String::new() } else { format!("; needs {}", needs.join(", ")) };
        let (low, high) = self.range;
        let range = format!("{} to {}, {better} is better{chance}", number(low), number(high));
        format!("{range}{unchanged}{signs}{ceiling}{needs}")
    }

    /// The score of two maps.
    pub fn of(&self, map: &Field, other: &Field) -> Score {
        (self.score)(&Inputs::pair(map, other))
    }

    /// Whether maps of networks and of people can be scored with it: two maps, or a map and a region taken from the other.
    pub fn scores_maps(&self) -> bool {
        self.takes_two_maps() || self.needs == [Need::Region]
    }

    /// Whether maps can be scored with it where fixations are known: besides them it may need fixations on other pictures, a
    /// baseline made of those, and a seed.
    pub fn scores_fixations(&self) -> bool {
        let known = [Need::Fixations, Need::OtherFixations, Need::Baseline, Need::Draws];
        self.needs.contains(&Need::Fixations) && self.needs.iter().all(|need| known.contains(need))
    }

    /// Whether two maps are all that it needs.
    pub fn takes_two_maps(&self) -> bool {
        self.needs == [Need::Other]
    }

    /// The row of a name.
    pub fn named(name: &str) -> Option<&'static Metric> {
        METRICS.iter().find(|metric| metric.name == name)
    }
}

/// Metrics that are scored where none are named: those with an algebra of reliability.
pub const DEFAULT: [&str; 3] = ["pearson", "spearman", "top10"];

/// Why maps cannot be scored with a metric of this name, if they cannot; `fixations` says whether those can be known.
pub fn unusable(name: &str, fixations: bool) -> Option<String> {
    match Metric::named(name) {
        None => Some(format!("there is no metric called {name}")),
        Some(metric) if metric.scores_maps() || (fixations && metric.scores_fixations()) => None,
        Some(metric) => {
            let needs: Vec<&str> =
                metric.needs.iter().filter(|need| **need != Need::Other).map(|need| need.name()).collect();
            let with = if fixations { "maps and fixations" } else { "maps" };
            Some(format!("{name} needs {}, and maps are scored with {with} alone", needs.join(" and ")))
        }
    }
}

/// Names of the metrics that maps can be scored with; `fixations` says whether those can be known.
pub fn usable(fixations: bool) -> impl Iterator<Item = &'static str> {
    let can = move |metric: &&Metric| metric.scores_maps() || (fixations && metric.scores_fixations());
    METRICS.iter().filter(can).map(|metric| metric.name)
}

/// Every metric.
pub static METRICS: &[Metric] = &[
    correlation::PEARSON,
    correlation::SPEARMAN,
    overlap::TOP10,
    correlation::PEARSON_PYSALIENCY,
    kendall::TAU_B,
    kendall::TAU_A,
    kendall::TAU_C,
    correlation::COSINE,
    correlation::CONCORDANCE,
    partial::PARTIAL,
    divergence::SIM,
    density::SIM_MIT,
    density::SIM_PYSALIENCY,
    divergence::KL,
    density::KL_MIT,
    density::KL_PYSALIENCY,
    density::KL_PYSALIENCY_MIT,
    divergence::JS,
    divergence::JS_DISTANCE,
    divergence::HELLINGER,
    divergence::BHATTACHARYYA,
    divergence::TOTAL_VARIATION,
    transport::EMD,
    transport::EMD_CITY_BLOCK,
    transport::EMD_SQUARED,
    transport::EMD_THRESHOLDED,
    transport::WASSERSTEIN_ROWS,
    transport::WASSERSTEIN_COLUMNS,
    similarity::SSIM_SKIMAGE,
    similarity::SSIM_WANG,
    similarity::SSIM_GLOBAL,
    similarity::MS_SSIM,
    fixation::NSS,
    fixation::NSS_MIT,
    fixation::NSS_PYSALIENCY,
    roc::AUC,
    roc::AUC_PYSALIENCY,
    roc::AUC_JUDD_MIT,
    roc::AUC_JUDD_PYSALIENCY,
    borji::AUC_BORJI_MIT,
    roc::SHUFFLED_AUC,
    borji::SHUFFLED_AUC_MIT,
    fixation::INFORMATION_GAIN,
    fixation::INFORMATION_GAIN_UNIFORM,
    fixation::INFORMATION_GAIN_MIT,
    overlap::IOU10,
    overlap::IOU20,
    overlap::DICE10,
    overlap::DICE20,
    overlap::IOU_HARMONIZATION,
    overlap::DICE_HARMONIZATION,
    region::REGION_AUC,
    region::AVERAGE_PRECISION,
    location::ENERGY,
    location::ENERGY_ABSOLUTE,
    location::RANK_IN_REGION,
    location::POINTING_GAME,
    information::MUTUAL_INFORMATION,
    information::NORMALISED_INFORMATION,
    rank_biased::RBO,
    rank_biased::RBO_MIN,
];
