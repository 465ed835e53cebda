//! The table of estimands: four questions that "how human-like is this network" may mean.

/// A row of the table of estimands.
pub struct Estimand {
    /// Name, in the column `estimand`.
    pub name: &'static str,
    /// Its quantity in `scores.csv`.
    pub quantity: &'static str,
    /// The question.
    pub description: &'static str,
    /// How it is estimated.
    pub source: &'static str,
}

/// Every estimand.
pub static ESTIMANDS: &[Estimand] = &[
    Estimand {
        name: "instance",
        quantity: "ratio",
        description: "how human-like is one trained network, on average over seeds",
        source: "C/√A: human noise removed, seed noise left in",
    },
    Estimand {
        name: "instance_to_person",
        quantity: "instance_to_person",
        description: "how well does one network agree with one person",
        source: "C, nothing removed",
    },
    Estimand {
        name: "class_mean",
        quantity: "ratio_both",
        description: "how human-like is what all seeds of the architecture share",
        source: "C/√(A B): both noises removed",
    },
    Estimand {
        name: "seed_consistency",
        quantity: "seed_ceiling",
        description: "how alike are two trainings of the same architecture",
        source: "B, nothing removed",
    },
];
