//! Permutations of the largest z, with and without clusters, against maps smoothed pixel by pixel: 44 bubbles a trial, 256 x
//! 256 px, smoothing sd 10 px, four observers in two blocks each.

use std::hint::black_box;

use bubblescope::human::permutation::{Part, Points, Scheme, Source, Wanted, Zone, permuted};
use bubblescope::seed::Seed;
use bubblescope::stats::cluster::Connectivity;
use bubblescope::stats::lattice::Lattice;
use bubblescope::stats::smooth::{Edge, smooth};
use criterion::{Criterion, criterion_group, criterion_main};
use ndarray::Array2;
use rand::RngExt;

const SHAPE: (usize, usize) = (256, 256);
const SD: f64 = 10.0;
const BUBBLES: usize = 44;

fn permutations(criterion: &mut Criterion) {
    for trials in [1_000, 10_000, 100_000] {
        let mut generator = Seed(1).stream("points", trials as u64);
        let places: Vec<Vec<[usize; 2]>> = (0..trials)
            .map(|_| (0..BUBBLES).map(|_| [generator.random_range(0..256), generator.random_range(0..256)]).collect())
            .collect();
        let own = trials / 4;
        let parts = (0..4).map(|_| {
            let answers: Vec<f64> = (0..own).map(|_| f64::from(u8::from(generator.random_bool(0.75)))).collect();
            let mean = answers.iter().sum::<f64>() / own as f64;
            let residuals: Vec<f64> = answers.iter().map(|answer| answer - mean).collect();
            Part::new(&residuals, vec![0..own / 2, own / 2..own], &[vec![(own as f64).sqrt().recip(); own]])
        });
        let scheme = Scheme::Answers(parts.collect());
        let (points, lattice) = (Points::new(SHAPE, &places), Lattice::new(SHAPE, SD));
        let region = Array2::from_elem(SHAPE, true);
        let spread = smooth(&Array2::from_elem(SHAPE, 1.0), SD / 2f64.sqrt(), Edge::Zero);
        let per_pixel = 0.1875 * (trials * BUBBLES) as f64 / 65_536.0 / (4.0 * std::f64::consts::PI * SD * SD);
        let variance = spread * per_pixel;
        let zones = [Zone::new(&region, &variance, &lattice)];
        let mut group = criterion.benchmark_group(format!("permutations of {trials} trials"));
        group.sample_size(10);
        let clusters = Wanted { clusters: Some((2.7, Connectivity::Eight)), ..Wanted::default() };
        for (name, wanted, count) in [
            ("1,000 largest z", Wanted::default(), 1_000),
            ("1,000 largest z and clusters", clusters, 1_000),
            ("10,000 largest z", Wanted::default(), 10_000),
        ] {
            if count * trials <= 100_000_000 {
                group.bench_function(name, |bencher| {
                    let source = Source::Points(&points);
                    bencher.iter(|| {
                        permuted(black_box(&source), &lattice, &zones, wanted, count, (&scheme, Seed(1)), |_| ())
                    });
                });
            }
        }
        group.bench_function("baseline: 10 maps smoothed pixel by pixel", |bencher| {
            let mut weights = vec![0.0; trials];
            bencher.iter(|| {
                (0..10).fold(f64::MIN, |most, at| {
                    scheme.draw(Seed(1), at, &mut weights);
                    let mut plane = Array2::zeros(SHAPE);
                    for (own, weight) in black_box(&places).iter().zip(&weights) {
                        own.iter().for_each(|place| plane[*place] += f64::from(*weight));
                    }
                    let map = smooth(&plane, SD, Edge::Zero);
                    map.iter().zip(&variance).fold(most, |most, (sum, variance)| most.max(sum / variance.sqrt()))
                })
            });
        });
        group.finish();
    }
}

criterion_group!(benches, permutations);
criterion_main!(benches);
