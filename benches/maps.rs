//! Human maps and scores, each against a plain way of computing the same numbers.

use std::hint::black_box;

use bubblescope::bubbles::{Aperture, Combine, draw_centres, region_pixels};
use bubblescope::human::{Frame, Shown, classify, residual_responses};
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

/// The map alone (10,000 trials x 30 bubbles at 128 x 128), and the map with its variance, z and reliability, of 42,000
/// trials x 44 bubbles at 128 x 128 and of 100,000 x 20 at 256 x 256; against every trial's mask added to the map.
fn large_classification_images(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("large classification images");
    group.sample_size(10);
    for (count, bubbles, side) in [(10_000, 30, 128), (42_000, 44, 128), (100_000, 20, 256)] {
        let region = Array2::from_elem((side, side), true);
        let trials = trials(count, bubbles, &region);
        let (responses, _) = residual_responses(&trials, &[]);
        let rows: Vec<usize> = responses.iter().flat_map(|one| one.rows.clone()).collect();
        let weights: Vec<f64> = responses.iter().flat_map(|one| one.residuals.clone()).collect();
        let frame = Frame::new(region, false, 5.0);
        let name = format!("{count} trials x {bubbles} bubbles at {side} x {side}");
        group.bench_function(format!("map, {name}"), |bencher| {
            bencher.iter(|| frame.sum(black_box(&trials), &rows, &weights));
        });
        if count == 10_000 {
            let masks = Frame {
                shown: Shown::Masks { aperture: Aperture::new(5.0), sd: 5.0, combine: Combine::SumClip },
                smoothing_sd: 0.0,
                ..frame.clone()
            };
            group.bench_function(format!("baseline: masks added, {name}"), |bencher| {
                bencher.iter(|| masks.sum(black_box(&trials), &rows, &weights));
            });
        } else {
            group.bench_function(format!("with statistics, {name}"), |bencher| {
                bencher.iter(|| classify(black_box(&trials), &responses, &frame));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, classification_image, large_classification_images);
criterion_main!(benches);
