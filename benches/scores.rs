//! Agreement against both ceilings: 200 pictures, 30 observers, 10 seeds.

use std::hint::black_box;

use bubblescope::score::{Comparison, METRICS, Options, Sampled, resample};
use bubblescope::seed::Seed;
use criterion::{Criterion, criterion_group, criterion_main};
use rand::RngExt;

/// Maps of `makers` for each picture: `points` values each.
fn side(purpose: &str, pictures: u64, makers: u64, points: usize) -> Vec<Vec<Sampled>> {
    let map = |at: u64| {
        let mut generator = Seed(2).stream(purpose, at);
        Some((0..points).map(|_| generator.random::<f64>()).collect())
    };
    (0..pictures).map(|picture| (0..makers).map(|maker| map(picture * 1000 + maker)).collect()).collect()
}

/// Products of all pairs of maps, at 400 points (a grid half a blur wide), and the crossed bootstrap from them: every set of
/// the three factors in each of 10,000 replicates. With 20 points the products cost next to nothing.
fn ceilings(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("200 pictures x (30 observers + 10 seeds)");
    group.sample_size(10);
    let made = |points: usize| Comparison {
        human: side("human", 200, 30, points),
        model: side("model", 200, 10, points),
        task: false,
    };
    let comparison = made(400);
    group.bench_function("products", |bencher| bencher.iter(|| comparison.grams(black_box(&METRICS[0]))));
    let comparison = made(20);
    let options = Options::new(10_000, Seed(1));
    group.bench_function("10,000 replicates", |bencher| {
        bencher.iter(|| resample(black_box(&comparison), &METRICS[0], options));
    });
    group.finish();
}

criterion_group!(benches, ceilings);
criterion_main!(benches);
