//! Metrics of 1,000 pairs of 224 x 224 maps, a pair at a time; every map is new to its pair, so nothing is ranked before.
//! The set is what saliency papers report: the same computed with scipy, scikit-image and numpy takes 38 ms a pair on one
//! core, Spearman alone 17.6.

use std::hint::black_box;
use std::sync::Arc;

use bubblescope::metric::{Field, Grid, Inputs, METRICS, Metric, Undefined};
use bubblescope::seed::Seed;
use bubblescope::stats::smooth::{Edge, smooth};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ndarray::Array2;
use rand::RngExt;

const SIDE: usize = 224;
/// Enough for 1,000 pairs.
const MAPS: usize = 46;
const SET: [&str; 11] = [
    "pearson",
    "spearman",
    "sim",
    "kl",
    "nss",
    "auc",
    "auc_judd.mit",
    "shuffled_auc",
    "ssim.skimage",
    "ssim.wang",
    "iou20",
];

/// Smooth positive maps in single precision, and fixations.
struct World {
    grid: Arc<Grid>,
    maps: Vec<Vec<f64>>,
    fixations: Vec<usize>,
    others: Vec<usize>,
}

impl World {
    fn new() -> World {
        let map = |at: usize| {
            let mut generator = Seed(1).stream("map", at as u64);
            let noise = Array2::from_shape_fn((SIDE, SIDE), |_| generator.random::<f64>());
            smooth(&noise, 6.0, Edge::Normalised).iter().map(|value| f64::from(*value as f32)).collect()
        };
        let mut generator = Seed(1).stream("fixations", 0);
        let mut pixels = |count: usize| (0..count).map(|_| generator.random_range(0..SIDE * SIDE)).collect();
        let (fixations, others) = (pixels(60), pixels(600));
        World { grid: Arc::new(Grid::whole((SIDE, SIDE))), maps: (0..MAPS).map(map).collect(), fixations, others }
    }

    fn field(&self, at: usize) -> Result<Field, Undefined> {
        Field::new(Arc::clone(&self.grid), self.maps[at].clone())
    }

    fn pairs(&self) -> impl Iterator<Item = Result<(Field, Field), Undefined>> + '_ {
        let each = (0..MAPS).flat_map(|a| (0..a).map(move |b| (a, b)));
        each.cycle().map(|(a, b)| Ok((self.field(a)?, self.field(b)?)))
    }

    fn scores(&self, pair: &Result<(Field, Field), Undefined>, metrics: &[&Metric]) -> Result<f64, Undefined> {
        let (map, other) = pair.as_ref().map_err(|why| *why)?;
        let inputs = Inputs {
            fixations: Some(&self.fixations),
            other_fixations: Some(&self.others),
            ..Inputs::pair(map, other)
        };
        metrics.iter().map(|metric| (metric.score)(&inputs)).sum()
    }
}

fn metrics(criterion: &mut Criterion) {
    let world = World::new();
    let named = |names: &[&str]| METRICS.iter().filter(|metric| names.contains(&metric.name)).collect::<Vec<_>>();
    let mut group = criterion.benchmark_group("a pair of 224 x 224 maps");
    for (name, set) in [("eleven metrics", named(&SET)), ("spearman", named(&["spearman"])), ("emd", named(&["emd"]))] {
        group.sample_size(if name == "emd" { 10 } else { 100 });
        let mut pairs = world.pairs();
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || pairs.next().unwrap_or(Err(Undefined::DifferentPixels)),
                |pair| world.scores(black_box(&pair), &set),
                BatchSize::LargeInput,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, metrics);
criterion_main!(benches);
