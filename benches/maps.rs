//! Human maps and scores, each against a plain way of computing the same numbers.

use std::hint::black_box;

use bubblescope::bubbles::{draw_centres, region_pixels};
use bubblescope::human::{Frame, classify, residual_responses};
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

criterion_group!(benches, classification_image);
criterion_main!(benches);
