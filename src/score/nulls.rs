//! The table of nulls: what agreement is expected of maps that have nothing to do with each other.
//!
//! For a group of pictures, the image shuffle; it keeps whatever maps share by themselves. For a single picture the centre
//! must be removed from both maps first: every null over space rejects too often where maps share a bias to the centre.

use ndarray::Array2;

use super::baselines::centre_gaussian;
use crate::error::{Error, Result, one_of};
use crate::seed::Seed;
use crate::stats::autocorrelation::{effective_of, unit_edges};
use crate::stats::correlate::pearson;
use crate::stats::phase::phase_surrogate;
use crate::stats::project::residual;
use crate::stats::torus::shifts;
use crate::stats::variogram::Target;

/// Two maps of a picture after the centre was removed, and what is drawn.
pub struct Pair<'a> {
    /// One map.
    pub x: &'a Array2<f64>,
    /// The other, of the same shape.
    pub y: &'a Array2<f64>,
    /// Number of surrogates, where there are any.
    pub draws: usize,
    /// Seed of the surrogates.
    pub seed: Seed,
}

/// A row of the table of nulls.
#[derive(Debug)]
pub struct Null {
    /// Name.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// Two-sided p for one picture; `None` where it is a test of a group of pictures.
    pub test: Option<fn(&Pair) -> Option<f64>>,
}

impl Null {
    /// The null of single pictures with a name; an error names those that there are.
    pub fn of_pictures(name: &str) -> Result<&'static Null> {
        let all = || NULLS.iter().filter(|null| null.test.is_some());
        all().find(|null| null.name == name).ok_or_else(|| {
            let what = format!("there is no null of single pictures called {name}");
            Error::invalid(what).hint(one_of(all().map(|null| null.name)))
        })
    }
}

/// Every null; the first two are the defaults, of a group and of a picture.
pub static NULLS: &[Null] = &[
    Null {
        name: "image_shuffle",
        description: "a group of pictures: maps are compared with those of other pictures, all permutations up to 10,000, else random ones; keeps centre bias, smoothness and distribution",
        source: "permutation of pictures",
        test: None,
    },
    Null {
        name: "effective_pixels",
        description: "one picture: t test with the number of independent pixels that both autocorrelations leave",
        source: "Clifford, Richardson & Hémon 1989; Dutilleul 1993",
        test: Some(|pair| effective_of(pair.x, pair.y, &unit_edges(pair.x.dim()), 1).map(|found| found.p)),
    },
    Null {
        name: "torus",
        description: "one picture: every shift around the torus; a little liberal for very smooth maps",
        source: "Upton & Fingleton 1985",
        test: Some(|pair| shifts(pair.x, pair.y, false).map(|found| found.two_sided)),
    },
    Null {
        name: "torus_dihedral",
        description: "the same with the turns and reflections of square maps",
        source: "Upton & Fingleton 1985",
        test: Some(|pair| shifts(pair.x, pair.y, true).map(|found| found.two_sided)),
    },
    Null {
        name: "phase",
        description: "one picture: surrogates with the same power spectrum and random phases",
        source: "Theiler et al. 1992",
        test: Some(|pair| {
            let surrogate = |x: &Array2<f64>, seed: Seed| Some(phase_surrogate(x, seed));
            reached(pair.x, pair.y, pair, &surrogate)
        }),
    },
    Null {
        name: "variogram",
        description: "one picture: surrogates with the same variogram, of one map and of the other; the larger p",
        source: "Burt et al. 2020",
        test: Some(|pair| {
            let both = [(pair.x, pair.y), (pair.y, pair.x)].map(|(x, y)| {
                let target = Target::new(x)?;
                reached(x, y, pair, &|_, seed| target.surrogate(seed).map(|found| found.map))
            });
            both[0].zip(both[1]).map(|(a, b)| a.max(b))
        }),
    },
];

/// Makes a surrogate of a map.
type Surrogate<'a> = dyn Fn(&Array2<f64>, Seed) -> Option<Array2<f64>> + 'a;

/// (b + 1) / (m + 1) with b the number of m surrogates of x whose |r| with y reaches that of x.
fn reached(x: &Array2<f64>, y: &Array2<f64>, pair: &Pair, surrogate: &Surrogate) -> Option<f64> {
    let flat = |map: &Array2<f64>| map.iter().copied().collect::<Vec<f64>>();
    let r = |x: &Array2<f64>| pearson(&flat(x), &flat(y)).ok().map(f64::abs);
    let observed = r(x)?;
    let mut hits = 1;
    for at in 0..pair.draws {
        let drawn = surrogate(x, pair.seed.derive("surrogate", at as u64))?;
        hits += usize::from(r(&drawn)? >= observed);
    }
    Some(hits as f64 / (pair.draws + 1) as f64)
}

/// What is left of a map after a Gaussian at its centre, its standard deviations a quarter of each side.
pub fn without_centre(map: &Array2<f64>) -> Array2<f64> {
    let flat = |map: &Array2<f64>| map.iter().copied().collect::<Vec<f64>>();
    let rest = residual(&flat(map), &[flat(&centre_gaussian(map.dim()))]);
    Array2::from_shape_vec(map.dim(), rest).unwrap_or_else(|_| map.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::smooth_noise;

    #[test]
    fn every_null_of_a_picture_accepts_unrelated_maps_and_rejects_a_noisy_copy() {
        let map = |index: u64| without_centre(&smooth_noise((28, 28), 1.5, Seed(5).derive("map", index)));
        for null in NULLS {
            let Some(test) = null.test else { continue };
            let p = |x: &Array2<f64>, y: &Array2<f64>| test(&Pair { x, y, draws: 39, seed: Seed(3) }).unwrap();
            let (x, y) = (map(1), map(2));
            let copy = &x + &(&map(3) * 0.5);
            assert!(p(&x, &y) > 0.05, "{} {}", null.name, p(&x, &y));
            assert!(p(&x, &copy) <= 0.05, "{} {}", null.name, p(&x, &copy));
            assert_eq!(
                test(&Pair { x: &Array2::ones((28, 28)), y: &y, draws: 9, seed: Seed(3) }),
                None,
                "{}",
                null.name
            );
        }
    }

    #[test]
    fn the_centre_is_gone_once_it_is_removed() {
        let centre = centre_gaussian((20, 30));
        let noise = smooth_noise((20, 30), 1.0, Seed(1));
        let left = without_centre(&(&centre * 7.0 + &noise));
        let alone = without_centre(&noise);
        assert!(left.iter().zip(&alone).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}
