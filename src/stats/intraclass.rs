//! Intraclass correlations of judges (observers, columns) of the same targets (pixels, rows), from the two-way analysis of
//! variance (Shrout & Fleiss 1979, Psychological Bulletin 86:420; McGraw & Wong 1996).

/// Consistency takes off what judges differ by on average, agreement does not; of one judge, and of the mean of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intraclass {
    /// ICC(3,1) = (MSR - MSE) / (MSR + (k - 1) MSE).
    pub consistency: f64,
    /// ICC(3,k) = (MSR - MSE) / MSR, which is Cronbach's α.
    pub consistency_of_mean: f64,
    /// ICC(2,1) = (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n).
    pub agreement: f64,
    /// ICC(2,k) = (MSR - MSE) / (MSR + (MSC - MSE) / n).
    pub agreement_of_mean: f64,
}

/// Of `judges` rows of one value a target; `None` with fewer than two of either, or where nothing varies.
pub fn intraclass(judges: &[Vec<f64>]) -> Option<Intraclass> {
    let (k, n) = (judges.len(), judges.first()?.len());
    if k < 2 || n < 2 || judges.iter().any(|judge| judge.len() != n) {
        return None;
    }
    let (kf, nf) = (k as f64, n as f64);
    let of_judge: Vec<f64> = judges.iter().map(|judge| judge.iter().sum::<f64>() / nf).collect();
    let of_target: Vec<f64> = (0..n).map(|at| judges.iter().map(|judge| judge[at]).sum::<f64>() / kf).collect();
    let mean = of_judge.iter().sum::<f64>() / kf;
    let squares = |values: &[f64]| values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    let rows = kf * squares(&of_target) / (nf - 1.0);
    let columns = nf * squares(&of_judge) / (kf - 1.0);
    let rest = |(judge, middle): (&Vec<f64>, &f64)| -> f64 {
        judge.iter().zip(&of_target).map(|(value, target)| (value - target - middle + mean).powi(2)).sum()
    };
    let error = judges.iter().zip(&of_judge).map(rest).sum::<f64>() / ((nf - 1.0) * (kf - 1.0));
    (rows > 0.0).then(|| Intraclass {
        consistency: (rows - error) / (rows + (kf - 1.0) * error),
        consistency_of_mean: (rows - error) / rows,
        agreement: (rows - error) / (rows + (kf - 1.0) * error + kf * (columns - error) / nf),
        agreement_of_mean: (rows - error) / (rows + (columns - error) / nf),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_shrout_and_fleiss() {
        let judges = [
            vec![9.0, 6.0, 8.0, 7.0, 10.0, 6.0],
            vec![2.0, 1.0, 4.0, 1.0, 5.0, 2.0],
            vec![5.0, 3.0, 6.0, 2.0, 6.0, 4.0],
            vec![8.0, 2.0, 8.0, 6.0, 9.0, 7.0],
        ];
        let found = intraclass(&judges).unwrap();
        assert!((found.consistency - 0.714_840_714_840_714_9).abs() < 1e-12, "published .71");
        assert!((found.consistency_of_mean - 0.909_315_542_377_069_5).abs() < 1e-12, "published .91");
        assert!((found.agreement - 0.289_763_779_527_559_1).abs() < 1e-12, "published .29");
        assert!((found.agreement_of_mean - 0.620_050_547_598_988_9).abs() < 1e-12, "published .62");
        assert_eq!(intraclass(&judges[..1]), None);
        assert_eq!(intraclass(&[vec![1.0; 3], vec![1.0; 3]]), None);
    }
}
