//! The table of metrics.
//!
//! Each is Pearson's correlation of two maps after a transformation of each. That makes the algebra of attenuation
//! (reliability, disattenuated ratio) exact for the first and the usual approximation for the others, and a ceiling is
//! the same metric applied to two halves.

use crate::stats::correlate::{average_ranks, top_membership};

/// A row of the table of metrics.
pub struct Metric {
    /// Name, as in the experiment file.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// Smallest and largest value.
    pub range: (f64, f64),
    /// Expected value for unrelated maps.
    pub chance: f64,
    /// What is correlated: one value a pixel.
    pub transform: fn(&[f64]) -> Vec<f64>,
}

/// Every metric.
pub static METRICS: &[Metric] = &[
    Metric {
        name: "pearson",
        description: "linear correlation over pixels",
        source: "Pearson 1895",
        range: (-1.0, 1.0),
        chance: 0.0,
        transform: <[f64]>::to_vec,
    },
    Metric {
        name: "spearman",
        description: "correlation of ranks, ties averaged",
        source: "Spearman 1904",
        range: (-1.0, 1.0),
        chance: 0.0,
        transform: average_ranks,
    },
    Metric {
        name: "top10",
        description: "overlap of the top 10 % of pixels, ties in exact fractions, corrected for chance: (Dice - .1) / .9",
        source: "Dice 1945; the phi coefficient of two equally large sets",
        range: (-1.0 / 9.0, 1.0),
        chance: 0.0,
        transform: |values| top_membership(values, 0.1),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use crate::stats::correlate::pearson;
    use rand::RngExt;

    fn values(n: usize, seed: u64) -> Vec<f64> {
        let mut generator = Seed(seed).stream("values", 0);
        (0..n).map(|_| generator.random::<f64>() - 0.5).collect()
    }

    fn score(metric: &Metric, x: &[f64], y: &[f64]) -> f64 {
        pearson(&(metric.transform)(x), &(metric.transform)(y)).unwrap()
    }

    #[test]
    fn every_metric_is_symmetric_one_for_itself_in_its_range_and_at_chance_for_noise() {
        for metric in METRICS {
            let mut mean = 0.0;
            for seed in 0..60 {
                let (x, y) = (values(400, seed), values(400, seed + 1000));
                assert!((score(metric, &x, &x) - 1.0).abs() < 1e-12);
                let s = score(metric, &x, &y);
                assert!((s - score(metric, &y, &x)).abs() < 1e-12);
                assert!(s >= metric.range.0 - 1e-9 && s <= metric.range.1 + 1e-9);
                mean += s / 60.0;
            }
            assert!((mean - metric.chance).abs() < 0.03, "{} {mean}", metric.name);
        }
    }

    #[test]
    fn spearman_and_top10_ignore_a_monotone_change_and_pearson_does_not() {
        let (x, y) = (values(300, 1), values(300, 2));
        let warped: Vec<f64> = x.iter().map(|v| (8.0 * v).exp()).collect();
        for metric in METRICS {
            let change = (score(metric, &warped, &y) - score(metric, &x, &y)).abs();
            assert_eq!(change < 1e-12, metric.name != "pearson", "{}", metric.name);
        }
    }

    #[test]
    fn top10_is_the_overlap_corrected_for_chance() {
        // 100 pixels, the top 10 share 4: Dice = .4, (.4 - .1) / .9 = 1/3.
        let x: Vec<f64> = (0..100).map(f64::from).collect();
        let y: Vec<f64> = (0..100)
            .map(|v| {
                if (94..98).contains(&v) {
                    200.0
                } else if v < 6 {
                    100.0
                } else {
                    0.0
                }
            })
            .collect();
        let metric = METRICS.iter().find(|metric| metric.name == "top10").unwrap();
        assert!((score(metric, &x, &y) - 1.0 / 3.0).abs() < 1e-12);
    }
}
