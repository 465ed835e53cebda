//! The table of ceilings: reliabilities, whose roots no score can be expected to pass, because the maps are noisy.

/// A row of the table of ceilings.
pub struct Ceiling {
    /// Name, as in `scores.csv`.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
}

/// Every ceiling.
pub static CEILINGS: &[Ceiling] = &[
    Ceiling {
        name: "human_ceiling",
        description: "reliability of the group's map over observers: mean over all splits, lengthened to all observers; its root is the largest expected correlation",
        source: "Spearman 1910; Brown 1910",
    },
    Ceiling {
        name: "human_ceiling_trials",
        description: "reliability of the group's map over trials, by the closed form over all splits (Pearson only)",
        source: "all-splits U statistic",
    },
    Ceiling {
        name: "seed_ceiling",
        description: "mean correlation between the maps of two weight seeds of the same architecture; its root bounds the score of one of them. Random masks of a method (bubbles, rise) differ between seeds too and lower it",
        source: "Kar, Kornblith & Fedorenko 2022; Woerl et al. 2023",
    },
];
