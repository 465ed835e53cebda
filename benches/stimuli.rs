//! Stimuli in five bands: mixing and PNG apart, at 256 and 512 px. `BUBBLESCOPE_BENCH_PNG=DIR` keeps the PNGs of 100 trials,
//! to be compared in size with another encoder's.

#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;
use std::path::Path;

use bubblescope::bubbles::{BandFilter, Bands, Centre, Cover, KINDS, Plane, Prepared, octave_edges, region_pixels};
use bubblescope::picture::Picture;
use bubblescope::seed::Seed;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ndarray::{Array2, Array3};

/// A picture of `side` px: that of the reference values where there is one, else a face of the embedded experiment.
fn picture(side: usize) -> Picture {
    let reference =
        std::env::var_os("BUBBLESCOPE_REFERENCE").map(|folder| Path::new(&folder).join("stimuli/image-256.png"));
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("stimuli/faces/happy_01.png");
    Picture::read(&reference.unwrap_or(own)).unwrap().in_grey().resized(side, side)
}

/// Five octaves, bubbles of 1.5 cycles of the lower edge, 64 + 16 + 8 + 4 + 2 of them.
fn cover(side: usize) -> Cover {
    let region = Array2::from_elem((side, side), true);
    let places = region_pixels(&region);
    let lower = octave_edges(5, side as f64 / 2.0);
    let budget = bubblescope::bubbles::Budget::Explicit(vec![64, 16, 8, 4, 2]);
    let plane = |(band, edge): (usize, &f64)| Plane::new((side, side), 1.5 * side as f64 / edge, &places, band as u8);
    Cover {
        kind: KINDS.iter().find(|kind| kind.name == "bands").unwrap(),
        planes: lower.iter().enumerate().map(plane).collect(),
        bands: Bands { lower, filter: BandFilter::Octaves, budget, ..Bands::default() },
        ..Cover::spatial(&region, 1.0, 0.5)
    }
}

/// The same stimulus, pixel by pixel from the definition, every Gaussian over the whole picture.
fn literal(cover: &Cover, prepared: &Prepared, centres: &[Centre]) -> Array3<f32> {
    let Prepared::Layers { base, layers } = prepared else { return Array3::default((0, 0, 0)) };
    let mut seen = base.clone();
    for (band, (plane, layer)) in cover.planes.iter().zip(layers).enumerate() {
        let own: Vec<&Centre> = centres.iter().filter(|centre| usize::from(centre.band) == band).collect();
        for ((row, column, _), value) in seen.indexed_iter_mut() {
            let gaussian = |centre: &&Centre| {
                let (dy, dx) = (row as f32 - centre.row as f32, column as f32 - centre.column as f32);
                (-(dy * dy + dx * dx) / (2.0 * plane.sd * plane.sd) as f32).exp()
            };
            let sum: f32 = own.iter().map(gaussian).sum();
            *value += sum.min(1.0) * layer[[row, column, 0]];
        }
    }
    seen
}

fn stimuli(criterion: &mut Criterion) {
    for side in [256, 512] {
        let (cover, picture) = (cover(side), picture(side));
        let prepared = cover.prepare(&picture);
        let trials: Vec<Vec<Centre>> = (0..1000).map(|at| cover.draw(94, &mut Seed(1).stream("trial", at))).collect();
        let shown: Vec<Picture> = trials[..100].iter().map(|centres| cover.show(&prepared, centres)).collect();
        if let Some(folder) = std::env::var_os("BUBBLESCOPE_BENCH_PNG") {
            for (at, picture) in shown.iter().enumerate() {
                std::fs::write(Path::new(&folder).join(format!("{side}-{at:03}.png")), picture.to_png().unwrap())
                    .unwrap();
            }
        }
        let mut group = criterion.benchmark_group(format!("five-band stimuli, {side} px"));
        group.sample_size(10);
        group.bench_function(BenchmarkId::new("mixing", "1000 trials"), |bencher| {
            bencher.iter(|| {
                trials.iter().map(|centres| black_box(cover.show(&prepared, centres)).shape().0).sum::<usize>()
            });
        });
        group.bench_function(BenchmarkId::new("PNG", "100 trials"), |bencher| {
            bencher.iter(|| shown.iter().map(|picture| black_box(picture).to_png().unwrap().len()).sum::<usize>());
        });
        group.bench_function(BenchmarkId::new("baseline: mixing by definition", "1 trial"), |bencher| {
            bencher.iter(|| literal(&cover, &prepared, black_box(&trials[0])));
        });
        group.finish();
    }
}

criterion_group!(benches, stimuli);
criterion_main!(benches);
