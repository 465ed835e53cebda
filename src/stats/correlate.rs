//! Correlation of two equally long rows of values, in double precision and two passes.

/// Why a statistic has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undefined {
    /// All values of one side are equal.
    Constant,
    /// Fewer than three values.
    TooFew,
}

/// True if the range of values is within rounding (64 f32 epsilons) of their largest magnitude. To be asked before ranks or a
/// blur, which make something of rounding.
pub fn is_constant<'a>(values: impl IntoIterator<Item = &'a f64>) -> bool {
    let (low, high) = values.into_iter().fold((f64::MAX, f64::MIN), |(low, high), &v| (low.min(v), high.max(v)));
    high - low <= 64.0 * f64::from(f32::EPSILON) * high.abs().max(low.abs())
}

/// Values minus their mean, divided by their Euclidean norm: the inner product of two such rows is Pearson's r.
pub fn normalised(values: &[f64]) -> Result<Vec<f64>, Undefined> {
    if values.len() < 3 {
        return Err(Undefined::TooFew);
    }
    if is_constant(values) {
        return Err(Undefined::Constant);
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let norm = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>().sqrt();
    Ok(values.iter().map(|v| (v - mean) / norm).collect())
}

/// Pearson's r.
pub fn pearson(x: &[f64], y: &[f64]) -> Result<f64, Undefined> {
    Ok(dot(&normalised(x)?, &normalised(y)?).clamp(-1.0, 1.0))
}

/// Inner product.
pub fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b).sum()
}

/// Ranks from 1, ties sharing their mean rank.
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let order = ascending(values);
    let mut ranks = vec![0.0; values.len()];
    for tied in order.chunk_by(|&a, &b| values[a] == values[b]).scan(0, |before, tied| {
        let first = *before;
        *before += tied.len();
        Some((first, tied))
    }) {
        let rank = tied.0 as f64 + (tied.1.len() as f64 + 1.0) / 2.0;
        tied.1.iter().for_each(|&at| ranks[at] = rank);
    }
    ranks
}

/// Membership in the `share` largest values: exactly `round(share · n)` in all, those tied at the border in equal fractions.
pub fn top_membership(values: &[f64], share: f64) -> Vec<f64> {
    let wanted = (share * values.len() as f64 + 0.5).floor();
    let order = ascending(values);
    let Some(&border) = order.iter().rev().nth((wanted as usize).max(1) - 1) else { return Vec::new() };
    let border = values[border];
    let above = values.iter().filter(|&&v| v > border).count() as f64;
    let tied = values.iter().filter(|&&v| v == border).count() as f64;
    values
        .iter()
        .map(|&v| {
            if v > border {
                1.0
            } else if v == border {
                (wanted - above) / tied
            } else {
                0.0
            }
        })
        .collect()
}

fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|&a, &b| values[a].total_cmp(&values[b]).then(a.cmp(&b)));
    order
}

/// Reliability of a whole from the correlation of its halves (Spearman 1910, Brown 1910), or of `times` parts from one part.
pub fn spearman_brown(r: f64, times: f64) -> f64 {
    times * r / (1.0 + (times - 1.0) * r)
}

/// Reliability of a whole from the correlation of two parts of it, one of which is the share `share` (0..1; Horst 1951,
/// Psychometrika 16:367): (√(r² + 4pq (1 - r²)) - r) r / (2pq (1 - r²)). Equal halves give Spearman and Brown's.
pub fn horst(r: f64, share: f64) -> f64 {
    let (product, rest) = (share * (1.0 - share), 1.0 - r * r);
    if rest * product < 1e-12 {
        return r;
    }
    r * ((r * r + 4.0 * product * rest).sqrt() - r) / (2.0 * product * rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn horst_lengthens_unequal_halves_and_equal_ones_as_spearman_and_brown() {
        // The reference's split of five observers into two and three.
        assert!((horst(0.763_926_920_500_019_4, 0.4) - 0.870_292_486_423_016_9).abs() < 1e-12);
        assert!((horst(0.408_827_334_820_997_7, 0.4) - 0.587_383_342_292_775_8).abs() < 1e-12);
        assert!((horst(0.39, 0.5) - spearman_brown(0.39, 2.0)).abs() < 1e-12);
        assert_eq!((horst(1.0, 0.4), horst(0.0, 0.4)), (1.0, 0.0));
    }

    #[test]
    fn pearson_is_one_for_an_affine_copy_and_undefined_for_a_constant() {
        let x = [1.0, 5.0, 2.0, 4.0];
        let copy: Vec<f64> = x.iter().map(|v| 1e6 - 3.0 * v).collect();
        assert!((pearson(&x, &copy).unwrap() + 1.0).abs() < 1e-9);
        assert_eq!(pearson(&x, &[0.1 + 0.2; 4]), Err(Undefined::Constant));
        assert_eq!(pearson(&[1.0, 2.0], &[1.0, 2.0]), Err(Undefined::TooFew));
    }

    #[test]
    fn tied_values_share_their_mean_rank() {
        assert_eq!(average_ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
        assert_eq!(average_ranks(&[0.0; 3]), [2.0; 3]);
    }

    #[test]
    fn ties_at_the_border_of_the_top_are_shared() {
        assert_eq!(
            top_membership(&[5.0, 4.0, 3.0, 3.0, 3.0, 0.0], 0.5),
            [1.0, 1.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]
        );
        let constant = top_membership(&[2.0; 10], 0.1);
        assert!((constant.iter().sum::<f64>() - 1.0).abs() < 1e-12, "a saturated map selects k pixels, not none");
    }

    #[test]
    fn spearman_brown_doubles_and_lengthens() {
        assert!((spearman_brown(0.39, 2.0) - 0.561_151_079).abs() < 1e-8);
        assert!((spearman_brown(spearman_brown(0.3, 7.0), 1.0 / 7.0) - 0.3).abs() < 1e-12);
    }
}
