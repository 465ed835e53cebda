//! Intraclass correlations of judges (observers, columns) of the same targets (pixels, rows), from the two-way analysis of
//! variance (Shrout & Fleiss 1979, Psychological Bulletin 86:420; McGraw & Wong 1996).

use super::two_way::TwoWay;

/// Consistency takes off what judges differ by on average, agreement does not; of one judge, and of the mean of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intraclass {
    /// ICC(1,1) = (MSR - MSW) / (MSR + (k - 1) MSW): judges differ from target to target.
    pub one_way: f64,
    /// ICC(1,k) = (MSR - MSW) / MSR.
    pub one_way_of_mean: f64,
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
    let TwoWay { makers: k, targets: n, target: rows, maker: columns, residual: error } = TwoWay::new(judges)?;
    let within = ((n - 1.0) * error + columns) / n;
    (rows > 0.0).then(|| Intraclass {
        one_way: (rows - within) / (rows + (k - 1.0) * within),
        one_way_of_mean: (rows - within) / rows,
        consistency: (rows - error) / (rows + (k - 1.0) * error),
        consistency_of_mean: (rows - error) / rows,
        agreement: (rows - error) / (rows + (k - 1.0) * error + k * (columns - error) / n),
        agreement_of_mean: (rows - error) / (rows + (columns - error) / n),
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
        assert!((found.one_way - 0.165_741_773_215_912_7).abs() < 1e-3, "published .17");
        assert!((found.one_way_of_mean - 0.442_8).abs() < 2e-3, "published .44");
        assert!((found.consistency - 0.714_840_714_840_714_9).abs() < 1e-12, "published .71");
        assert!((found.consistency_of_mean - 0.909_315_542_377_069_5).abs() < 1e-12, "published .91");
        assert!((found.agreement - 0.289_763_779_527_559_1).abs() < 1e-12, "published .29");
        assert!((found.agreement_of_mean - 0.620_050_547_598_988_9).abs() < 1e-12, "published .62");
        assert_eq!(intraclass(&judges[..1]), None);
        assert_eq!(intraclass(&[vec![1.0; 3], vec![1.0; 3]]), None);
    }
}
