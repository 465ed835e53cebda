//! Numbers of a comparison and their replicates in the crossed bootstrap, whatever they are computed from.

use super::compare::Options;
use crate::stats::crossed::{Draw, Set, contains, sets};

/// Numbers from all data, and from weighted data for every set of factors.
#[derive(Debug, Clone)]
pub(super) struct Replicates<const N: usize> {
    /// (pictures, observers, seeds).
    pub(super) levels: [usize; 3],
    /// From all data, each weight 1.
    pub(super) estimate: [Option<f64>; N],
    /// By the set of all three factors; empty where the set holds a factor with one level.
    pub(super) draws: Vec<Vec<[Option<f64>; N]>>,
}

impl<const N: usize> Replicates<N> {
    /// Of numbers that follow from the weights of pictures, observers and seeds. `sizes` says how many weights each factor gets,
    /// `levels` how many of them matter.
    pub(super) fn new(
        levels: [usize; 3],
        sizes: [usize; 3],
        options: Options,
        of: impl Fn([&[f64]; 3]) -> [Option<f64>; N],
    ) -> Replicates<N> {
        let ones = sizes.map(|size| vec![1.0; size]);
        let estimate = of([&ones[0], &ones[1], &ones[2]]);
        let mut found = Replicates { levels, estimate, draws: vec![Vec::new(); 8] };
        let varied = found.varied();
        for replicate in 0..options.replicates {
            let drawn: [Vec<f64>; 3] =
                std::array::from_fn(|factor| Draw::Dirichlet.weights(options.seed, factor, replicate, sizes[factor]));
            for set in sets(3).filter(|set| set & !varied == 0) {
                let own = |factor: usize| if contains(set, factor) { &drawn[factor][..] } else { &ones[factor][..] };
                found.draws[set].push(of([own(0), own(1), own(2)]));
            }
        }
        found
    }

    /// One of the numbers.
    pub(super) fn only(&self, at: usize) -> Replicates<1> {
        let draws = self.draws.iter().map(|set| set.iter().map(|own| [own[at]]).collect()).collect();
        Replicates { levels: self.levels, estimate: [self.estimate[at]], draws }
    }

    /// The factors with several levels.
    pub(super) fn varied(&self) -> Set {
        (0..3).filter(|factor| self.levels[*factor] > 1).map(|factor| 1 << factor).sum()
    }
}
