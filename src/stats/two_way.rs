//! Analysis of variance of makers (rows: observers, seeds) by targets (columns: pixels), one value a cell.
//!
//! The intraclass correlations rest on its mean squares. The signal-to-noise ratio of a target over repetitions is that of Allen
//! et al. (2022).

use super::crossed::variance;

/// Mean squares of a table of `makers` rows and `targets` columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoWay {
    /// Number of rows.
    pub makers: f64,
    /// Number of columns.
    pub targets: f64,
    /// Mean square of targets.
    pub target: f64,
    /// Mean square of makers.
    pub maker: f64,
    /// Residual mean square.
    pub residual: f64,
}

impl TwoWay {
    /// The mean squares; `None` for fewer than two rows or columns, or rows of unequal length.
    pub fn new(rows: &[Vec<f64>]) -> Option<TwoWay> {
        let (n, p) = (rows.len(), rows.first()?.len());
        if n < 2 || p < 2 || rows.iter().any(|row| row.len() != p) {
            return None;
        }
        let (makers, targets) = (n as f64, p as f64);
        let of_maker: Vec<f64> = rows.iter().map(|row| row.iter().sum::<f64>() / targets).collect();
        let of_target: Vec<f64> = (0..p).map(|at| rows.iter().map(|row| row[at]).sum::<f64>() / makers).collect();
        let grand = of_maker.iter().sum::<f64>() / makers;
        let residual: f64 = rows
            .iter()
            .zip(&of_maker)
            .flat_map(|(row, maker)| row.iter().zip(&of_target).map(move |(x, target)| x - target - maker + grand))
            .map(|rest| rest * rest)
            .sum();
        Some(TwoWay {
            makers,
            targets,
            target: makers * variance(&of_target),
            maker: targets * variance(&of_maker),
            residual: residual / ((makers - 1.0) * (targets - 1.0)),
        })
    }

    /// Variance of what all makers share.
    pub fn signal(&self) -> f64 {
        (self.target - self.residual) / self.makers
    }
}

/// Signal-to-noise ratio of targets over repetitions (rows), all values standardised together: √max(0, 1 - noise²) / noise.
pub fn signal_to_noise(rows: &[Vec<f64>]) -> Option<f64> {
    let all: Vec<f64> = rows.iter().flatten().copied().collect();
    let targets = rows.first()?.len();
    if rows.len() < 2 || rows.iter().any(|row| row.len() != targets) {
        return None;
    }
    let spread = (0..targets).map(|at| variance(&rows.iter().map(|row| row[at]).collect::<Vec<_>>())).sum::<f64>()
        / targets as f64;
    let noise = spread / variance(&all);
    (noise.is_finite() && noise > 0.0).then(|| ((1.0 - noise).max(0.0) / noise).sqrt())
}

/// Share of the variance of a mean of `repetitions` that is signal, of the ratio s: s² / (s² + 1/n). Its root is in units of r.
pub fn explainable(ratio: f64, repetitions: f64) -> f64 {
    ratio * ratio / (ratio * ratio + 1.0 / repetitions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_squares_are_those_of_a_table_worked_out_by_hand() {
        let found = TwoWay::new(&[vec![1.0, 3.0, 5.0], vec![2.0, 2.0, 8.0]]).unwrap();
        // Makers' means 3 and 4, targets' means 1.5, 2.5 and 6.5; grand mean 3.5.
        assert!((found.maker - 1.5).abs() < 1e-12 && (found.target - 14.0).abs() < 1e-12, "{found:?}");
        assert!((found.residual - 2.0).abs() < 1e-12 && (found.signal() - 6.0).abs() < 1e-12, "{found:?}");
        assert_eq!(TwoWay::new(&[vec![1.0, 2.0]]), None);
    }

    #[test]
    fn noise_alone_has_no_signal() {
        let rows = vec![vec![1.0, 2.0], vec![2.0, 1.0]];
        assert_eq!(signal_to_noise(&rows), Some(0.0));
        assert_eq!(explainable(0.0, 6.0), 0.0);
        assert!((explainable(1.0, 3.0) - 0.75).abs() < 1e-12);
    }
}
