//! The table of conventions: four numbers go by the name of a normalised score.
//!
//! With r the raw score and c the reliability of the mean human map, r = .4 and c = .64 give 0.5, 0.625, 0.25 or 0.39.
//! Squares keep the sign of r, so that disagreement does not turn into agreement.

/// A row of the table of conventions.
pub struct Convention {
    /// Name, as in the experiment file and in the column `convention`.
    pub name: &'static str,
    /// Its quantity in `scores.csv`.
    pub quantity: &'static str,
    /// One line.
    pub description: &'static str,
    /// Who reports it.
    pub source: &'static str,
    /// The score, from r and c > 0.
    pub apply: fn(f64, f64) -> f64,
}

/// Every convention, the default first.
pub static CONVENTIONS: &[Convention] = &[
    Convention {
        name: "r/sqrt(c)",
        quantity: "ratio",
        description: "disattenuated correlation: r with a human map without noise",
        source: "Spearman 1904",
        apply: |r, c| r / c.sqrt(),
    },
    Convention {
        name: "r/c",
        quantity: "ratio_r_over_c",
        description: "correlation over reliability; larger than the first",
        source: "Harmonization (Fel et al. 2022)",
        apply: |r, c| r / c,
    },
    Convention {
        name: "r2/c",
        quantity: "ratio_r2_over_c",
        description: "share of the explainable variance, with the sign of r",
        source: "Brain-Score since 2025",
        apply: |r, c| r * r.abs() / c,
    },
    Convention {
        name: "(r/c)2",
        quantity: "ratio_r_over_c_squared",
        description: "square of the second, with the sign of r; the ceiling is squared too",
        source: "Brain-Score before 2025",
        apply: |r, c| r * r.abs() / (c * c),
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_four_conventions_differ_and_keep_the_sign() {
        let of = |r: f64| CONVENTIONS.iter().map(|row| (row.apply)(r, 0.64)).collect::<Vec<f64>>();
        for (found, expected) in of(0.4).iter().zip([0.5, 0.625, 0.25, 0.390_625]) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        assert!(of(-0.4).iter().zip(of(0.4)).all(|(a, b)| (a + b).abs() < 1e-12));
    }
}
