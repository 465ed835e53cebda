//! Human maps and scores, each against a plain way of computing the same numbers.

use std::hint::black_box;

use bubblescope::bubbles::{draw_centres, region_pixels};
use bubblescope::human::{Frame, classify, residual_responses};
use bubblescope::score::{Comparison, METRICS, Options, compare};
use bubblescope::seed::Seed;
use bubblescope::stats::smooth::{Edge, smooth};
use bubblescope::trials::Trial;
use criterion::{Criterion, criterion_group, criterion_main};
use ndarray::Array2;
use rand::RngExt;

fn trials(count: u64, bubbles: usize, region: &Array2<bool>) -> Vec<Trial> {
    let pixels = region_pixels(region);
    (0..count)
        .map(|number| {
            let mut generator = Seed(1).stream("trial", number);
            Trial {
                observer: (number % 4).to_string(),
                block: "1".into(),
                number: number as u32,
                picture: "a".into(),
                mirrored: false,
                centres: draw_centres(&pixels, bubbles, &mut generator),
                response: None,
                correct: Some(generator.random_bool(0.75)),
                response_time: None,
                ..Trial::default()
            }
        })
        .collect()
}

/// 2,000 trials x 30 bubbles at 128 x 128: bubbles stamped, against every trial's plane smoothed.
fn classification_image(criterion: &mut Criterion) {
    let region = Array2::from_elem((128, 128), true);
    let trials = trials(2000, 30, &region);
    let (responses, _) = residual_responses(&trials, &[]);
    let frame = Frame::new(region, false, 5.0);
    let mut group = criterion.benchmark_group("classification image, 2000 trials");
    group.sample_size(10);
    group.bench_function("stamped", |bencher| bencher.iter(|| classify(black_box(&trials), &responses, &frame)));
    group.bench_function("baseline: every plane smoothed", |bencher| {
        bencher.iter(|| {
            let mut squares = Array2::<f64>::zeros((128, 128));
            for trial in black_box(&trials) {
                let mut plane = Array2::zeros((128, 128));
                trial.centres.iter().for_each(|centre| plane[[centre.row, centre.column]] += 1.0);
                squares += &smooth(&plane, 5.0, Edge::Zero).mapv(|value| value * value);
            }
            squares
        });
    });
    group.finish();
}

/// 20 pictures x (8 observers + 8 seeds) at 1,000 points: one replicate of all seven sets of factors from the Gram
/// matrices, against correlations computed again in every replicate.
fn crossed_bootstrap(criterion: &mut Criterion) {
    let noise = |purpose: &str, at: u64| -> Option<Vec<f64>> {
        let mut generator = Seed(2).stream(purpose, at);
        Some((0..1000).map(|_| generator.random::<f64>()).collect())
    };
    let side = |purpose: &str| -> Vec<Vec<Option<Vec<f64>>>> {
        (0..20).map(|picture| (0..8).map(|maker| noise(purpose, picture * 100 + maker)).collect()).collect()
    };
    let comparison = Comparison { human: side("human"), model: side("model"), task: false };
    let mut group = criterion.benchmark_group("crossed bootstrap, 20 replicates");
    group.sample_size(10);
    group.bench_function("Gram matrices", |bencher| {
        bencher.iter(|| compare(black_box(&comparison), &METRICS[0], Options { replicates: 20, seed: Seed(1) }));
    });
    group.bench_function("baseline: correlations in every replicate", |bencher| {
        bencher.iter(|| (0..20 * 7).map(|_| comparison.grams(&METRICS[0], &[1.0; 20]).len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, classification_image, crossed_bootstrap);
criterion_main!(benches);
