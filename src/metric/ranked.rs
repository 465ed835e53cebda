//! The order of the values of a map, by a radix sort of their bits.
//!
//! The bits of an IEEE 754 double order like the number once negative ones are inverted and the sign bit of the others
//! is set (Herf 2001). Eleven bits a pass; a pass in which all values share their digit is skipped, so values that came
//! from single precision take four passes and not six. Linear in the number of pixels, and the order of equal values is
//! that of their pixels.

const DIGIT: u32 = 11;
const BUCKETS: usize = 1 << DIGIT;

/// Values in ascending order, and where each lies.
#[derive(Debug, Clone)]
pub struct Ranked {
    order: Vec<u32>,
    sorted: Vec<f64>,
    /// Where each run of equal values begins in `sorted`, and the end.
    bounds: Vec<u32>,
}

impl Ranked {
    /// Sorts finite values; -0 is taken to be 0.
    pub fn new(values: &[f64]) -> Ranked {
        let mut items: Vec<(u64, u32)> =
            values.iter().enumerate().map(|(at, value)| (key(*value), at as u32)).collect();
        sort(&mut items);
        let order: Vec<u32> = items.iter().map(|(_, at)| *at).collect();
        let sorted: Vec<f64> = items.iter().map(|(key, _)| value(*key)).collect();
        let mut bounds = Vec::with_capacity(sorted.len() + 1);
        for at in 0..sorted.len() {
            if at == 0 || sorted[at] != sorted[at - 1] {
                bounds.push(at as u32);
            }
        }
        bounds.push(sorted.len() as u32);
        Ranked { order, sorted, bounds }
    }

    /// Pixels from the smallest value to the largest, equal ones in the order of the pixels.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The values, ascending.
    pub fn sorted(&self) -> &[f64] {
        &self.sorted
    }

    /// Runs of equal values, ascending: positions in [`Ranked::order`].
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = std::ops::Range<usize>> + '_ {
        self.bounds.windows(2).map(|bounds| bounds[0] as usize..bounds[1] as usize)
    }

    /// Number of distinct values.
    pub fn distinct(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Ranks from 1, ties sharing their mean rank; one a pixel.
    pub fn average_ranks(&self) -> Vec<f64> {
        self.spread(|run| (run.start + run.end + 1) as f64 / 2.0)
    }

    /// The number of the run that each pixel is in, from 0.
    pub fn dense_ranks(&self) -> Vec<u32> {
        let mut ranks = vec![0; self.order.len()];
        for (number, run) in self.runs().enumerate() {
            self.order[run].iter().for_each(|at| ranks[*at as usize] = number as u32);
        }
        ranks
    }

    /// Number of values below one.
    pub fn below(&self, value: f64) -> usize {
        self.sorted.partition_point(|v| *v < value)
    }

    /// Number of values up to one.
    pub fn up_to(&self, value: f64) -> usize {
        self.sorted.partition_point(|v| *v <= value)
    }

    /// One number a run, given to every pixel of it.
    pub fn spread(&self, of: impl Fn(std::ops::Range<usize>) -> f64) -> Vec<f64> {
        let mut spread = vec![0.0; self.order.len()];
        for run in self.runs() {
            let number = of(run.clone());
            self.order[run].iter().for_each(|at| spread[*at as usize] = number);
        }
        spread
    }
}

fn key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn value(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// Sorts by key, stably.
pub(super) fn sort(items: &mut Vec<(u64, u32)>) {
    let mut other = items.clone();
    for shift in (0..64).step_by(DIGIT as usize) {
        let digit = |key: u64| (key >> shift) as usize & (BUCKETS - 1);
        let mut starts = vec![0u32; BUCKETS];
        items.iter().for_each(|(key, _)| starts[digit(*key)] += 1);
        if starts.iter().any(|count| *count as usize == items.len()) {
            continue;
        }
        let mut before = 0;
        for start in &mut starts {
            before += std::mem::replace(start, before);
        }
        for item in items.iter() {
            let to = &mut starts[digit(item.0)];
            other[*to as usize] = *item;
            *to += 1;
        }
        std::mem::swap(items, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use crate::stats::correlate::average_ranks;
    use rand::RngExt;

    #[test]
    fn the_order_is_that_of_a_comparison_and_ties_keep_the_order_of_pixels() {
        let mut generator = Seed(1).stream("ranked", 0);
        for round in 0..40 {
            let values: Vec<f64> = (0..300)
                .map(|_| match round % 4 {
                    0 => generator.random::<f64>() - 0.5,
                    1 => f64::from((generator.random::<f32>() - 0.5) * 1e-30),
                    2 => f64::from(generator.random_range(-3i32..4)) * -0.0,
                    _ => f64::from(generator.random_range(-5i32..6)),
                })
                .collect();
            let mut expected: Vec<u32> = (0..300).collect();
            expected.sort_by(|a, b| (values[*a as usize] + 0.0).total_cmp(&(values[*b as usize] + 0.0)));
            let ranked = Ranked::new(&values);
            assert_eq!(ranked.order(), expected);
            assert!(ranked.sorted().is_sorted());
            assert_eq!(ranked.average_ranks(), average_ranks(&values.iter().map(|v| v + 0.0).collect::<Vec<_>>()));
        }
    }

    #[test]
    fn extremes_infinitesimals_and_nothing_are_sorted() {
        let values = [f64::MAX, -f64::MIN_POSITIVE, 5e-324, f64::MIN, 0.0, -5e-324];
        assert_eq!(Ranked::new(&values).order(), [3, 1, 5, 4, 2, 0]);
        assert_eq!(Ranked::new(&[]).distinct(), 0);
        let ranked = Ranked::new(&[2.0, 1.0, 2.0, 3.0]);
        assert_eq!((ranked.below(2.0), ranked.up_to(2.0), ranked.distinct()), (1, 3, 3));
        assert_eq!(ranked.dense_ranks(), [1, 0, 1, 2]);
    }
}
