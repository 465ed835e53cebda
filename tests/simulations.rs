//! Simulated people and networks: how often the intervals hold the truth, and how often the nulls are wrong.
//!
//! The ordinary tests are small. The tables of `docs/scoring.md` are printed by
//! `cargo test --test simulations -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bubblescope::score::{Comparison, METRICS, Null, Options, Pair, resample};
use bubblescope::seed::Seed;
use bubblescope::stats::autocorrelation::{effective_of, unit_edges};
use bubblescope::stats::correlate::pearson;
use bubblescope::stats::crossed::{Draw, combine, fisher_limits, sets, variance};
use bubblescope::stats::project::residual;
use bubblescope::stats::quantile::quantile;
use bubblescope::stats::shuffle::shuffle;
use bubblescope::stats::smooth::{Edge, smooth};
use bubblescope::stats::torus::shifts;
use ndarray::Array2;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, StudentsT};

fn normals(count: usize, seed: Seed) -> Vec<f64> {
    let mut generator = seed.stream("normal", 0);
    (0..count).map(|_| StandardNormal.sample(&mut generator)).collect()
}

/// Numbers of pictures, observers and seeds; how strongly observers and seeds have maps and angles of their own that stay the
/// same from picture to picture; and the agreement of what all observers and what all seeds share, on average over pictures.
#[derive(Clone, Copy)]
struct Design {
    levels: [usize; 3],
    own: f64,
    truth: f64,
}

const PIXELS: usize = 150;

/// The agreement for which the intervals were chosen.
const TRUTH: f64 = 0.5;

/// Standard deviations of the angles (radians) by which pictures, observers and seeds turn from what their kind shares.
const ANGLES: [f64; 3] = [0.2, 0.3, 0.3];

/// Maps of people and networks. Of picture i, people share a map t and networks cos(θ) t + sin(θ) u; an observer turns from
/// t towards u by an angle of their own, the same on every picture, and so does a seed. Turned by angles that are
/// symmetric around 0, means keep their direction, so that the truth is cos(θ) whatever the angles. Each maker adds a map of
/// its own, the same on every picture, and noise.
fn simulated(design: Design, seed: Seed) -> Comparison {
    let [pictures, observers, seeds] = design.levels;
    let own = design.own;
    let angles = |kind: &str, count: usize, sd: f64| -> Vec<f64> {
        normals(count, seed.derive(&format!("{kind} angle"), 0)).iter().map(|z| sd * z).collect()
    };
    let theta = (design.truth * (ANGLES[0] * ANGLES[0] / 2.0).exp()).acos();
    let of_pictures = angles("picture", pictures, ANGLES[0]);
    let side = |kind: &str, makers: usize, sd: f64, turned: &dyn Fn(usize) -> f64| {
        let of_makers = angles(kind, makers, own * sd);
        let always: Vec<Vec<f64>> = (0..makers).map(|m| normals(PIXELS, seed.derive(kind, m as u64))).collect();
        (0..pictures)
            .map(|picture| {
                let shared = |name: &str| normals(PIXELS, seed.derive(name, picture as u64));
                let (t, u) = (shared("t"), shared("u"));
                (0..makers)
                    .map(|m| {
                        let noise = normals(PIXELS, seed.derive(&format!("{kind} noise {m}"), picture as u64));
                        let (sine, cosine) = (turned(picture) + of_makers[m]).sin_cos();
                        let value = |v: usize| cosine * t[v] + sine * u[v] + own * 0.5 * always[m][v] + noise[v];
                        Some((0..PIXELS).map(value).collect())
                    })
                    .collect()
            })
            .collect()
    };
    Comparison {
        human: side("people", observers, ANGLES[1], &|_| 0.0),
        model: side("network", seeds, ANGLES[2], &|picture| theta + of_pictures[picture]),
        task: false,
    }
}

/// Shares of the runs with a value whose interval holds the truth; the mean value; and the share without one.
struct Coverage {
    withdrawn: f64,
    corrected: f64,
    all_percentile: f64,
    fewest: f64,
    pictures_alone: f64,
    mean: f64,
}

/// Of as many runs, with the seeds from `first` on.
fn coverage(design: Design, (first, runs): (u64, usize), replicates: usize) -> Coverage {
    let found: Vec<[f64; 5]> = (0..runs)
        .into_par_iter()
        .map(|run| {
            let seed = Seed(first + run as u64);
            let resampled = resample(&simulated(design, seed), &METRICS[0], Options::new(replicates, seed));
            let both = resampled.intervals().into_iter().find(|interval| interval.quantity == "ratio_both").unwrap();
            let holds = |limits: Option<(f64, f64)>| {
                f64::from(u8::from(limits.is_some_and(|(low, high)| low <= design.truth && design.truth <= high)))
            };
            let value = both.value.unwrap_or(f64::NAN);
            let alone: Vec<f64> = resampled.draws("ratio_both", 1).unwrap().into_iter().flatten().collect();
            let joint: Vec<f64> = resampled.draws("ratio_both", 7).unwrap().into_iter().flatten().collect();
            let t = StudentsT::new(0.0, 1.0, (design.levels[0] - 1) as f64).unwrap().inverse_cdf(0.975);
            let half = t * variance(&alone).sqrt();
            let least = *design.levels.iter().min().unwrap();
            let (levels, variances): (Vec<usize>, Vec<f64>) = (
                design.levels.to_vec(),
                sets(3)
                    .map(|set| {
                        variance(&resampled.draws("ratio_both", set).unwrap().into_iter().flatten().collect::<Vec<_>>())
                    })
                    .collect(),
            );
            let t = StudentsT::new(0.0, 1.0, (least - 1) as f64).unwrap().inverse_cdf(0.975);
            let wide = t * combine(Draw::Dirichlet, &levels, &variances).sqrt();
            [
                holds(both.limits),
                holds(both.value.map(|value| fisher_limits(value, wide))),
                holds(quantile(&joint, 0.025).zip(quantile(&joint, 0.975))),
                holds(Some((value - half, value + half))),
                value,
            ]
        })
        .collect();
    let known: Vec<&[f64; 5]> = found.iter().filter(|row| row[4].is_finite()).collect();
    let mean = |at: usize| known.iter().map(|row| row[at]).sum::<f64>() / known.len() as f64;
    let withdrawn = 1.0 - known.len() as f64 / runs as f64;
    Coverage {
        withdrawn,
        corrected: mean(0),
        fewest: mean(1),
        all_percentile: mean(2),
        pictures_alone: mean(3),
        mean: mean(4),
    }
}

#[test]
fn intervals_hold_the_truth_as_often_as_they_say_and_pictures_alone_do_not() {
    let found = coverage(Design { levels: [12, 8, 5], own: 1.0, truth: TRUTH }, (9000, 80), 80);
    assert!(found.corrected >= 0.88, "{}", found.corrected);
    assert!(found.pictures_alone < 0.75, "{}", found.pictures_alone);
    assert!((found.mean - TRUTH).abs() < 0.04, "{}", found.mean);
}

#[test]
#[ignore = "minutes; prints a table of docs/scoring.md"]
fn table_of_coverage() {
    let chosen = [([20, 8, 5], 1.0), ([40, 12, 8], 1.0), ([20, 20, 20], 1.0), ([20, 8, 5], 0.0), ([40, 12, 8], 0.0)];
    print_coverage(&chosen.map(|(levels, own)| (Design { levels, own, truth: TRUTH }, 9000)), 500);
}

/// Designs, truths, effects and seeds that played no part in the choice of the intervals.
#[test]
#[ignore = "minutes; prints a table of docs/scoring.md"]
fn table_of_fresh_coverage() {
    let levels = [[15, 6, 4], [30, 10, 6], [60, 15, 10]];
    let mut designs: Vec<(Design, u64)> = [(0.3, 0.5), (0.7, 0.5), (0.3, 1.0), (0.7, 1.0)]
        .into_iter()
        .flat_map(|(truth, own)| levels.map(|levels| (Design { levels, own, truth }, 500_000)))
        .collect();
    // No run of one design has the maps of another's.
    designs.iter_mut().enumerate().for_each(|(at, (_, first))| *first += 1000 * at as u64);
    print_coverage(&designs, 500);
}

/// A row for each design with its first seed.
fn print_coverage(designs: &[(Design, u64)], runs: usize) {
    println!(
        "| pictures, observers, seeds | own effects | truth | corrected | corrected, fewest degrees of freedom | all factors, percentile | pictures alone | mean estimate | withdrawn |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (design, first) in designs {
        let found = coverage(*design, (*first, runs), 300);
        let [i, s, k] = design.levels;
        println!(
            "| {i}, {s}, {k} | {} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} |",
            design.own,
            design.truth,
            found.corrected,
            found.fewest,
            found.all_percentile,
            found.pictures_alone,
            found.mean,
            found.withdrawn
        );
    }
}

const SIDE: usize = 48;

/// A smooth map of unit variance, and with `bias` of a bump in the middle added.
fn map(sd: f64, bias: f64, seed: Seed) -> Array2<f64> {
    let noise = Array2::from_shape_vec((SIDE, SIDE), normals(SIDE * SIDE, seed)).unwrap();
    let smoothed = smooth(&noise, sd, Edge::Normalised);
    let centre = centre();
    let spread = |map: &Array2<f64>| map.var(0.0).sqrt();
    &smoothed / spread(&smoothed) + &centre * (bias / spread(&centre))
}

fn centre() -> Array2<f64> {
    let part = |at: usize| {
        let z = (at as f64 - (SIDE as f64 - 1.0) / 2.0) / (SIDE as f64 / 4.0);
        (-z * z / 2.0).exp()
    };
    Array2::from_shape_fn((SIDE, SIDE), |(row, column)| part(row) * part(column))
}

/// Share of runs whose p is below 0.05.
fn false_alarms(runs: usize, p: impl Fn(Seed) -> f64 + Sync) -> f64 {
    (0..runs).into_par_iter().filter(|run| p(Seed(70_000 + *run as u64)) <= 0.05).count() as f64 / runs as f64
}

/// Group of pictures: people and network share the bias and nothing else.
fn shuffled(pictures: usize, bias: f64, seed: Seed) -> f64 {
    let side = |kind: &str| -> Vec<Vec<f64>> {
        (0..pictures).map(|i| map(4.0, bias, seed.derive(kind, i as u64)).iter().copied().collect()).collect()
    };
    let (people, network) = (side("people"), side("network"));
    let matrix: Vec<Vec<f64>> =
        people.iter().map(|x| network.iter().map(|y| pearson(x, y).unwrap()).collect()).collect();
    shuffle(&matrix, &vec![0; pictures], 499, seed).unwrap().p
}

/// The t test of the mean correlation against 0.
fn against_zero(pictures: usize, bias: f64, seed: Seed) -> f64 {
    let r: Vec<f64> = (0..pictures)
        .map(|i| {
            let of = |kind: &str| map(4.0, bias, seed.derive(kind, i as u64)).iter().copied().collect::<Vec<_>>();
            pearson(&of("people"), &of("network")).unwrap()
        })
        .collect();
    let n = pictures as f64;
    let t = r.iter().sum::<f64>() / n / (variance(&r) / n).sqrt();
    2.0 * StudentsT::new(0.0, 1.0, n - 1.0).unwrap().cdf(-t.abs())
}

/// One picture: two maps that share the bias, which is partialled out of both or not.
fn pair(sd: f64, bias: f64, partial: bool, seed: Seed) -> (Array2<f64>, Array2<f64>) {
    let of = |kind: &str| {
        let map = map(sd, bias, seed.derive(kind, 0));
        if !partial {
            return map;
        }
        let flat = |map: &Array2<f64>| map.iter().copied().collect::<Vec<_>>();
        Array2::from_shape_vec(map.dim(), residual(&flat(&map), &[flat(&centre())])).unwrap()
    };
    (of("people"), of("network"))
}

fn effective(sd: f64, bias: f64, partial: bool, seed: Seed) -> f64 {
    let (x, y) = pair(sd, bias, partial, seed);
    effective_of(&x, &y, &unit_edges((SIDE, SIDE)), usize::from(partial)).unwrap().p
}

fn naive(sd: f64, bias: f64, seed: Seed) -> f64 {
    let (x, y) = pair(sd, bias, false, seed);
    let r = shifts(&x, &y, false).unwrap().r;
    let freedom = (SIDE * SIDE) as f64 - 2.0;
    let t = r * (freedom / (1.0 - r * r)).sqrt();
    2.0 * StudentsT::new(0.0, 1.0, freedom).unwrap().cdf(-t.abs())
}

/// p of a null of single pictures by its name, the centre removed.
fn drawn(null: &str, draws: usize, sd: f64, seed: Seed) -> f64 {
    let (x, y) = pair(sd, 1.0, true, seed);
    let test = Null::of_pictures(null).unwrap().test.unwrap();
    test(&Pair { x: &x, y: &y, draws, seed }).unwrap()
}

#[test]
fn default_nulls_hold_their_level_with_a_shared_centre_bias_and_the_others_do_not() {
    let group = false_alarms(150, |seed| shuffled(10, 1.0, seed));
    assert!(group < 0.1, "{group}");
    let single = false_alarms(200, |seed| effective(3.0, 1.0, true, seed));
    assert!(single < 0.1, "{single}");
    assert!(false_alarms(60, |seed| against_zero(10, 1.0, seed)) > 0.9);
    assert!(false_alarms(60, |seed| effective(3.0, 1.0, false, seed)) > 0.3);
}

#[test]
#[ignore = "minutes; prints a table of docs/scoring.md"]
fn table_of_false_alarms() {
    let runs = 2000;
    println!("| group of 20 pictures | bias 0 | bias 0.5 | bias 1 |\n|---|---|---|---|");
    let row = |name: &str, p: &(dyn Fn(f64, Seed) -> f64 + Sync), runs: usize| {
        let cells: Vec<String> = [0.0, 0.5, 1.0]
            .into_iter()
            .map(|bias| format!("{:.3}", false_alarms(runs, |seed| p(bias, seed))))
            .collect();
        println!("| {name} | {} |", cells.join(" | "));
    };
    row("t test against 0", &|bias, seed| against_zero(20, bias, seed), 1000);
    row("image shuffle (default)", &|bias, seed| shuffled(20, bias, seed), 1000);
    println!("\n| one picture | bias 0 | bias 0.5 | bias 1 |\n|---|---|---|---|");
    for sd in [1.0, 3.0, 6.0] {
        row(&format!("pixels as if independent, sd {sd}"), &|bias, seed| naive(sd, bias, seed), runs);
        row(&format!("effective pixels, sd {sd}"), &|bias, seed| effective(sd, bias, false, seed), runs);
        row(
            &format!("effective pixels, centre removed (default), sd {sd}"),
            &|bias, seed| effective(sd, bias, true, seed),
            runs,
        );
        let torus = |bias: f64, seed: Seed| {
            let (x, y) = pair(sd, bias, true, seed);
            shifts(&x, &y, false).unwrap().two_sided
        };
        row(&format!("torus, centre removed, sd {sd}"), &torus, runs);
    }
}

#[test]
#[ignore = "minutes; prints a table of docs/scoring.md"]
fn table_of_false_alarms_of_surrogates() {
    println!("| one picture, centre removed | 1 px | 3 px | 6 px |\n|---|---|---|---|");
    for (name, draws, runs) in [("phase", 99, 1000), ("variogram", 39, 200)] {
        let share = |sd: f64| format!("{:.3}", false_alarms(runs, |seed| drawn(name, draws, sd, seed)));
        println!("| {name}, {draws} surrogates, {runs} runs | {} |", [1.0, 3.0, 6.0].map(share).join(" | "));
    }
}
