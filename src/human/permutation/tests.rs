use ndarray::Array2;
use rand::RngExt;

use super::*;
use crate::stats::cluster::clusters;
use crate::stats::smooth::{Edge, smooth};

const SHAPE: (usize, usize) = (61, 84);
const TRIALS: usize = 400;

/// The points of each trial.
type Placed = Vec<Vec<[usize; 2]>>;

/// Points and answers of two observers in two blocks each, with the number of points as a nuisance.
fn example(sd: f64) -> (Placed, Scheme, Array2<f64>, Array2<bool>) {
    let mut generator = Seed(5).stream("points", 0);
    let region = Array2::from_shape_fn(SHAPE, |(row, column)| (row as f64 - 30.0).hypot(column as f64 - 40.0) < 29.0);
    let of_trials: Vec<Vec<[usize; 2]>> = (0..TRIALS)
        .map(|_| {
            let count = generator.random_range(3..12);
            let mut drawn = Vec::new();
            while drawn.len() < count {
                let at = [generator.random_range(0..SHAPE.0), generator.random_range(0..SHAPE.1)];
                if region[at] {
                    drawn.push(at);
                }
            }
            drawn
        })
        .collect();
    let half = TRIALS / 2;
    let parts = (0..2).map(|observer| {
        let own = &of_trials[observer * half..(observer + 1) * half];
        let ones = vec![(half as f64).sqrt().recip(); half];
        let mean = own.iter().map(Vec::len).sum::<usize>() as f64 / half as f64;
        let centred: Vec<f64> = own.iter().map(|points| points.len() as f64 - mean).collect();
        let norm = centred.iter().map(|value| value * value).sum::<f64>().sqrt();
        let count: Vec<f64> = centred.iter().map(|value| value / norm).collect();
        let mut residuals: Vec<f64> = (0..half).map(|_| f64::from(u8::from(generator.random_bool(0.75)))).collect();
        for column in [&ones, &count] {
            let share: f64 = residuals.iter().zip(column).map(|(a, b)| a * b).sum();
            residuals.iter_mut().zip(column).for_each(|(value, column)| *value -= share * column);
        }
        Part::new(&residuals, vec![0..half / 2, half / 2..half], &[ones, count])
    });
    let scheme = Scheme::Answers(parts.collect());
    let impulse = smooth(&region.mapv(|inside| f64::from(u8::from(inside))), sd / 2f64.sqrt(), Edge::Zero);
    let variance = impulse.mapv(|value| 0.01 + value);
    (of_trials, scheme, variance, region)
}

fn exact(
    of_trials: &[Vec<[usize; 2]>],
    weights: &[f32],
    variance: &Array2<f64>,
    region: &Array2<bool>,
    sd: f64,
) -> Array2<f64> {
    let mut plane = Array2::zeros(SHAPE);
    for (points, weight) in of_trials.iter().zip(weights) {
        points.iter().for_each(|at| plane[*at] += f64::from(*weight));
    }
    let z = smooth(&plane, sd, Edge::Zero) / variance.mapv(f64::sqrt);
    ndarray::Zip::from(&z).and(region).map_collect(|z, inside| if *inside { *z } else { 0.0 })
}

const WANTED: Wanted = Wanted {
    clusters: Some((1.0, Connectivity::Eight)),
    enhanced: Some((Connectivity::Four, Exponents { extent: 0.5, height: 2.0 })),
    norm: true,
};

fn found(sd: f64, count: usize) -> (Extremes, Vec<Array2<f64>>) {
    let (of_trials, scheme, variance, region) = example(sd);
    let (points, lattice) = (Points::new(SHAPE, &of_trials), Lattice::new(SHAPE, sd));
    let zone = Zone::new(&region, &variance, &lattice);
    let extremes = permuted(
        &Source::Points(&points),
        &lattice,
        std::slice::from_ref(&zone),
        WANTED,
        count,
        (&scheme, Seed(2)),
        |_| (),
    )
    .remove(0);
    let make = |weights: &[f32]| {
        let mut plane = Array2::zeros(SHAPE);
        for (points, weight) in of_trials.iter().zip(weights) {
            points.iter().for_each(|at| plane[*at] += f64::from(*weight));
        }
        plane
    };
    let source = Source::Planes(TRIALS, &make);
    let again = permuted(&source, &lattice, &[zone], Wanted::default(), count, (&scheme, Seed(2)), |_| ()).remove(0);
    assert!(extremes.iter().zip(&again).all(|(a, b)| (a[0].z - b[0].z).abs() < 1e-4), "planes of any kind do the same");
    let maps = (0..count).map(|at| {
        let mut weights = vec![0.0; TRIALS];
        scheme.draw(Seed(2), at, &mut weights);
        exact(&of_trials, &weights, &variance, &region, sd)
    });
    (extremes, maps.collect())
}

#[test]
fn extremes_are_those_of_maps_smoothed_pixel_by_pixel() {
    for sd in [1.5, 4.0, 9.0] {
        let (extremes, maps) = found(sd, 21);
        let scale = maps.iter().flatten().map(|z| z * z).sum::<f64>().sqrt() / ((maps.len() * 2640) as f64).sqrt();
        for (pair, map) in extremes.iter().zip(&maps) {
            for (own, sign) in pair.iter().zip([1.0, -1.0]) {
                let oriented = map.mapv(|z| sign * z);
                let everywhere = Array2::from_elem(SHAPE, true);
                let most = oriented.iter().copied().fold(f64::MIN, f64::max);
                assert!((own.z - most).abs() < 2e-3 * scale, "sd {sd}: {} {most}", own.z);
                let clusters = clusters(&oriented, &everywhere, 1.0, Connectivity::Eight);
                let size = clusters.first().map_or(0, |cluster| cluster.size) as f64;
                assert!((own.extent - size).abs() <= 0.01 * size + 1.0, "sd {sd}: {} {size}", own.extent);
                let mass = clusters.iter().map(|cluster| cluster.mass).fold(0.0, f64::max);
                assert!((own.mass - mass).abs() <= 0.01 * mass + 1.1, "sd {sd}: {} {mass}", own.mass);
                let enhanced = enhance(&oriented, &everywhere, Connectivity::Four, Exponents::default());
                let enhanced = enhanced.iter().copied().fold(0.0, f64::max);
                assert!((own.enhanced / enhanced - 1.0).abs() < 2e-3, "sd {sd}: {} {enhanced}", own.enhanced);
                let norm = map.iter().map(|z| z * z).sum::<f64>().sqrt();
                assert!((own.norm / norm - 1.0).abs() < 1e-3);
            }
        }
        assert!((extremes[0][0].z - extremes[1][0].z).abs() > 1e-2 * scale, "permutations differ");
    }
}

#[test]
fn one_thread_and_many_give_the_same_bits() {
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| found(4.0, 50).0)
    };
    assert_eq!(with(1), with(3));
    assert_eq!(with(2)[..20], found(4.0, 20).0[..], "nor does it matter how many more there are");
}

#[test]
fn answers_stay_within_their_stratum_and_free_of_what_was_removed() {
    let (of_trials, scheme, ..) = example(4.0);
    let Scheme::Answers(parts) = &scheme else { panic!("{scheme:?}") };
    assert_eq!(
        (parts[0].moving.len(), parts[0].residuals.len()),
        (1, 200),
        "the intercept never moves, the count does"
    );
    let mut weights = vec![0.0; TRIALS];
    scheme.draw(Seed(1), 3, &mut weights);
    let counts: Vec<f32> = of_trials.iter().map(|points| points.len() as f32).collect();
    for own in [0..200, 200..400] {
        let dot: f32 = weights[own.clone()].iter().zip(&counts[own.clone()]).map(|(a, b)| a * b).sum();
        assert!(dot.abs() < 1e-3 && weights[own].iter().sum::<f32>().abs() < 1e-3, "{dot}");
    }
    let unmoved = Scheme::Answers(vec![Part::new(&[1.0, -1.0, 0.5, -0.5], vec![0..2, 2..4], &[vec![0.5; 4]])]);
    for at in 0..20 {
        let mut weights = vec![0.0; 4];
        unmoved.draw(Seed(1), at, &mut weights);
        let mut halves: Vec<f32> = weights.iter().map(|weight| weight.abs()).collect();
        halves.sort_by(f32::total_cmp);
        assert_eq!(halves, [0.5, 0.5, 1.0, 1.0]);
        assert_eq!(weights[0].abs(), 1.0, "large answers stay in the first stratum");
    }
}

#[test]
fn signs_and_labels_of_observers_move_together() {
    let values = vec![1.0, 2.0, 3.0, 4.0];
    let observers = vec![0..2, 2..4];
    let signs = Scheme::Signs { values: values.clone(), observers: observers.clone() };
    let labels = Scheme::Observers { values, observers, labels: vec![1.0, -1.0] };
    assert_eq!((signs.observed(), labels.observed()), (vec![1.0, 2.0, 3.0, 4.0], vec![1.0, 2.0, -3.0, -4.0]));
    let mut seen = std::collections::BTreeSet::new();
    for at in 0..40 {
        let mut weights = vec![0.0; 4];
        signs.draw(Seed(1), at, &mut weights);
        assert!(weights[0].signum() == weights[1].signum() && weights[2].signum() == weights[3].signum());
        seen.insert(format!("{weights:?}"));
        labels.draw(Seed(1), at, &mut weights);
        assert!(weights == [1.0, 2.0, -3.0, -4.0] || weights == [-1.0, -2.0, 3.0, 4.0], "{weights:?}");
    }
    assert_eq!(seen.len(), 4);
}
