//! Metrics against the numbers of other implementations: all 512 cases of the reference and its 20 pairs of 224 x 224 maps,
//! in the folder that the environment variable BUBBLESCOPE_REFERENCE names.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use bubblescope::metric::borji::{auc_borji, shuffled_auc_mit};
use bubblescope::metric::correlation::{mean_squared_difference, standardised_difference};
use bubblescope::metric::density::{self, shifted_pair};
use bubblescope::metric::divergence::{bhattacharyya, hellinger, jensen_shannon, kullback_leibler, total_variation};
use bubblescope::metric::information::Binned;
use bubblescope::metric::location::{energy, rank_in_region, rank_in_region_first};
use bubblescope::metric::overlap::{dice, expected_iou, first_membership, iou, membership};
use bubblescope::metric::overlap::{dice_harmonization, iou_harmonization};
use bubblescope::metric::rank_biased::{downwards, extrapolated, least, overlaps};
use bubblescope::metric::roc::auc_judd_all_pixels;
use bubblescope::metric::similarity::{Window, ms_ssim, ssim};
use bubblescope::metric::transport::{Ground, Side, least_work, on_a_line};
use bubblescope::metric::{Field, Inputs, Metric, Score, Undefined, fixation, region};
use bubblescope::stats::low_pass::{cutoff_by_side, low_pass};
use bubblescope::stats::smooth::{Edge, smooth};
use ndarray::Array2;
use serde_json::Value;

fn reference(name: &str) -> Option<PathBuf> {
    let Ok(folder) = std::env::var("BUBBLESCOPE_REFERENCE") else {
        println!("skipped: BUBBLESCOPE_REFERENCE is not set");
        return None;
    };
    Some(PathBuf::from(folder).join(name))
}

fn json(name: &str) -> Option<Value> {
    Some(serde_json::from_str(&std::fs::read_to_string(reference(name)?).unwrap()).unwrap())
}

/// The data of a `.npy` file after its header, four bytes a value.
fn npy<T>(name: &str, value: fn([u8; 4]) -> T) -> Option<Vec<T>> {
    let bytes = std::fs::read(reference(name)?).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    Some(bytes[10 + header..].chunks_exact(4).map(|four| value(four.try_into().unwrap())).collect())
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(cells) => cells.iter().flat_map(numbers).collect(),
        cell => vec![cell.as_f64().unwrap()],
    }
}

fn plane(value: &Value) -> Array2<f64> {
    let rows = value.as_array().unwrap().len();
    let cells = numbers(value);
    Array2::from_shape_vec((rows, cells.len() / rows), cells).unwrap()
}

/// Every pixel as often as its count.
fn fixations(counts: &Array2<f64>) -> Vec<usize> {
    counts.iter().enumerate().flat_map(|(at, count)| std::iter::repeat_n(at, *count as usize)).collect()
}

/// Positions counted from 1 down the columns, counted from 0 along the rows.
fn by_rows(at: usize, shape: (usize, usize)) -> usize {
    let (column, row) = ((at - 1) / shape.0, (at - 1) % shape.0);
    row * shape.1 + column
}

fn row(name: &str) -> &'static Metric {
    Metric::named(name).unwrap()
}

struct Case<'a> {
    case: &'a Value,
    maps: &'a Value,
}

impl Case<'_> {
    fn text(&self, field: &str) -> &str {
        self.case[field].as_str().unwrap()
    }

    fn plane(&self, at: usize) -> Array2<f64> {
        plane(&self.maps[self.case["inputs"][at].as_str().unwrap()])
    }

    fn field(&self, at: usize) -> Field {
        Field::whole(&self.plane(at)).unwrap()
    }

    fn number(&self, name: &str) -> f64 {
        self.case["params"][name].as_f64().unwrap()
    }

    fn lists(&self, name: &str) -> Vec<Vec<usize>> {
        let list = |list: &Value| numbers(list).into_iter().map(|at| at as usize).collect();
        self.case["params"][name].as_array().unwrap().iter().map(list).collect()
    }

    fn densities(&self, of: impl Fn(&[f64], &[f64]) -> Score) -> Score {
        let [p, q] = shifted_pair(&self.field(0), &self.field(1), 0.0)?;
        of(&p, &q)
    }

    fn transport(&self, ground: Ground) -> Score {
        let grid = self.field(0);
        self.densities(|p, q| least_work(p, q, grid.grid(), ground, 32))
    }

    fn with_fixations(&self, name: &str) -> Score {
        let (map, pixels) = (self.field(0), fixations(&self.plane(1)));
        let others = (name == "shuffled_auc").then(|| fixations(&self.plane(2)));
        let baseline = name.starts_with("information_gain").then(|| self.field(2));
        let inputs = Inputs {
            fixations: Some(&pixels),
            other_fixations: others.as_deref(),
            baseline: baseline.as_ref(),
            ..Inputs::of(&map)
        };
        (row(name).score)(&inputs)
    }

    fn region(&self, of: impl Fn(&Field, &[bool]) -> Score) -> Score {
        let region: Vec<bool> = self.plane(1).iter().map(|value| *value > 0.0).collect();
        of(&self.field(0), &region)
    }

    fn top(&self, of: impl Fn(&Field, &Field) -> f64) -> Score {
        Ok(of(&self.field(0), &self.field(1)))
    }

    fn members(&self, of: fn(&Field, f64) -> Vec<f64>, overlap: fn(&[f64], &[f64]) -> f64) -> Score {
        let k = self.number("k");
        self.top(|x, y| overlap(&of(x, k), &of(y, k)))
    }

    fn binned(&self, of: fn(&Binned) -> f64) -> Score {
        Ok(of(&Binned::new(&self.field(0), &self.field(1), self.number("bins") as usize)?))
    }

    fn rank_biased(&self, of: fn(&[f64], f64) -> f64) -> Score {
        let (orders, depth) = match self.case["params"].get("depth") {
            Some(depth) => ([0, 1].map(|at| downwards(&self.field(at))), depth.as_u64().unwrap() as usize),
            None => ([0, 1].map(|at| self.text_order(at)), 7),
        };
        Ok(of(&overlaps(&orders[0], &orders[1], depth), self.number("p")))
    }

    fn text_order(&self, at: usize) -> Vec<usize> {
        self.case["inputs"][at].as_str().unwrap().bytes().map(usize::from).collect()
    }

    fn blurred(&self) -> Vec<f64> {
        let (plane, params) = (self.plane(0), &self.case["params"]);
        let smoothed = |edge: Edge| smooth(&plane, self.number("sigma"), edge);
        let blurred = match self.text("variant") {
            "scipy gaussian_filter mode=reflect truncate=4" => smoothed(Edge::Reflect),
            "scipy gaussian_filter mode=nearest truncate=4" => smoothed(Edge::Nearest),
            "scipy gaussian_filter mode=constant truncate=4" => smoothed(Edge::Zero),
            "scipy gaussian_filter mode=wrap truncate=4" => smoothed(Edge::Wrap),
            _ if params.get("fc").is_some() => low_pass(&plane, self.number("fc")),
            _ => low_pass(&plane, cutoff_by_side(plane.dim(), self.number("sigma"))),
        };
        blurred.into_iter().collect()
    }

    fn draws(&self) -> Score {
        let (map, pixels) = (self.field(0), fixations(&self.plane(1)));
        let mut draws = self.lists("draws_colmajor_1based");
        draws.iter_mut().flatten().for_each(|at| *at = by_rows(*at, map.grid().shape()));
        auc_borji(&map, &pixels, &draws, self.number("step"))
    }

    fn shuffled_draws(&self) -> Score {
        let (map, pixels, others) = (self.field(0), fixations(&self.plane(1)), fixations(&self.plane(2)));
        let found: Vec<usize> = numbers(&self.case["params"]["find_o1_colmajor_1based"])
            .into_iter()
            .map(|at| by_rows(at as usize, map.grid().shape()))
            .collect();
        // The permutations are of pixels found down the columns, and ours of pixels found along the rows.
        let place = |at: &usize| others.iter().position(|other| *other == found[*at - 1]).unwrap();
        let orders: Vec<Vec<usize>> =
            self.lists("perms_1based").iter().map(|order| order.iter().map(place).collect()).collect();
        shuffled_auc_mit(&map, &pixels, &others, &orders, self.number("step"))
    }

    fn found(&self) -> Score {
        let pair = |name: &str| row(name).of(&self.field(0), &self.field(1));
        let fixated = |of: fn(&Field, &[usize]) -> Score| of(&self.field(0), &fixations(&self.plane(1)));
        let (metric, variant) = (self.text("metric"), self.text("variant"));
        match (metric, variant) {
            ("pearson", "plain" | "MIT CC.m") => pair("pearson"),
            ("pearson", "pysaliency CC") => pair("pearson.pysaliency"),
            ("spearman", "average-ranks") => pair("spearman"),
            ("kendall", "tau-a") => pair("kendall.a"),
            ("kendall", "tau-b") => pair("kendall"),
            ("kendall", "tau-c") => pair("kendall.c"),
            ("cosine", "raw") => pair("cosine"),
            ("mse", "raw") => mean_squared_difference(&self.field(0), &self.field(1)),
            ("mse", "zscored ddof=0") => standardised_difference(&self.field(0), &self.field(1), 0),
            ("mse", "zscored ddof=1") => standardised_difference(&self.field(0), &self.field(1), 1),
            ("concordance", "lin-ccc ddof=0") => pair("concordance"),
            ("sim", "MIT similarity.m") => pair("sim.mit"),
            ("sim", "pysaliency SIM") => pair("sim.pysaliency"),
            ("kl", "MIT KLdiv.m") => pair("kl.mit"),
            ("kl", "pysaliency default minimum_value=1e-20") => pair("kl.pysaliency"),
            ("kl", "pysaliency MIT_KLDiv eps=2.2204e-16") => pair("kl.pysaliency_mit"),
            ("kl", "exact no-eps KL(gt||pred) nats (0log0=0, q=0 -> inf)") => self.densities(kullback_leibler),
            ("js", "divergence nats") => self.densities(|p, q| Ok(jensen_shannon(p, q) * std::f64::consts::LN_2)),
            ("js", "divergence bits") => self.densities(|p, q| Ok(jensen_shannon(p, q))),
            ("js", "distance base2") => self.densities(|p, q| Ok(jensen_shannon(p, q).sqrt())),
            ("hellinger", "distance") => self.densities(|p, q| Ok(hellinger(p, q))),
            ("bhattacharyya", "coefficient") => self.densities(|p, q| Ok(bhattacharyya(p, q))),
            ("tv", _) => self.densities(|p, q| Ok(total_variation(p, q))),
            ("emd", "exact 2-D, euclidean px, masses sum 1") => self.transport(Ground::Euclidean),
            ("emd", "exact 2-D, euclidean / image diagonal") => {
                let (rows, columns) = self.plane(0).dim();
                let diagonal = (rows as f64 - 1.0).hypot(columns as f64 - 1.0);
                self.transport(Ground::Euclidean).map(|work| work / diagonal)
            }
            ("emd", "squared-euclidean W2 (sqrt)") => self.transport(Ground::Squared).map(f64::sqrt),
            ("emd", "thresholded ground distance T=2 (EMD-hat style)") => self.transport(Ground::Thresholded(2.0)),
            ("emd", "L1 ground distance") => self.transport(Ground::CityBlock),
            ("wasserstein1d", side) => {
                let side = if side == "marginal x" { Side::Columns } else { Side::Rows };
                let grid = self.field(0);
                self.densities(|p, q| Ok(on_a_line(p, q, grid.grid(), side)))
            }
            ("nss", "MIT NSS.m (unique pixels, std ddof=1)") => self.with_fixations("nss.mit"),
            ("nss", "pysaliency mean over repeated fixations, std ddof=0, constant->0") => {
                self.with_fixations("nss.pysaliency")
            }
            ("nss", "unique pixels, std ddof=0") => {
                fixation::nss_pysaliency(&self.field(0), &fixation::once(&fixations(&self.plane(1))))
            }
            ("auc_judd", "MIT AUC_Judd.m jitter=0") => self.with_fixations("auc_judd.mit"),
            ("auc", "exact Mann-Whitney ties=0.5, unique positives vs unfixated pixels") => self.with_fixations("auc"),
            ("auc", "pysaliency uniform: repeated positives vs ALL pixels, thresholds=all") => {
                self.with_fixations("auc.pysaliency")
            }
            (
                "auc_judd",
                "pysaliency AUC_Judd jitter=False (repeated positives, unfixated negatives, thresholds=fixations)",
            ) => self.with_fixations("auc_judd.pysaliency"),
            ("sauc", "exact Mann-Whitney, repeated positives vs other-image fixations") => {
                self.with_fixations("shuffled_auc")
            }
            ("ig", "MIT InfoGain.m (range-normalised, eps=2.22e-16, bits, unique pixels)") => {
                self.with_fixations("information_gain.mit")
            }
            ("ig", "density IG bits vs uniform baseline") => {
                fixated(|map, pixels| fixation::information_gain_pysaliency(map, pixels, None))
            }
            ("ig", _) => {
                fixation::information_gain_pysaliency(&self.field(0), &fixations(&self.plane(1)), Some(&self.field(2)))
            }
            ("auc_borji", _) => self.draws(),
            ("sauc", "MIT AUC_shuffled.m with given permutations") => self.shuffled_draws(),
            ("auc", "mask AUC (ties=0.5)") => self.region(region::region_auc),
            ("ap", "average precision (step, ties grouped)") => self.region(region::average_precision),
            ("ap", "PR-AUC trapezoid (optimistic; do not use)") => self.region(region::precision_recall_area),
            ("energy_in_mask", "positive part") => self.region(|map, mask| energy(map, mask, |value| value.max(0.0))),
            ("energy_in_mask", "absolute value") => self.region(|map, mask| energy(map, mask, f64::abs)),
            ("relevance_rank_accuracy", "stable index tie-break") => self.region(rank_in_region_first),
            ("relevance_rank_accuracy", _) => self.region(rank_in_region),
            ("pointing_game", _) => self.region(bubblescope::metric::location::pointing_game),
            ("iou", "Harmonization strict > np.percentile(linear), float64, eps=1e-9") => {
                self.top(|x, y| iou_harmonization(x, y, 100.0 - self.number("pct")))
            }
            ("dice", "Harmonization strict > np.percentile(linear), float64, eps=1e-9") => {
                self.top(|x, y| dice_harmonization(x, y, 100.0 - self.number("pct")))
            }
            ("iou", "exactly k=round-half-up(n*pct/100) pixels, ties by lowest row-major index") => {
                self.members(first_membership, iou)
            }
            ("dice", "exactly k pixels, ties by lowest row-major index") => self.members(first_membership, dice),
            ("iou", "fractional tie membership (Ruzicka: sum min / sum max)") => self.members(membership, iou),
            ("iou", _) => Ok(expected_iou(self.number("n") as usize, self.number("k") as usize)),
            ("mi", "equal-width bins, nats, plug-in") => self.binned(Binned::information),
            ("mi", _) => self.binned(Binned::corrected),
            ("nmi", _) => self.binned(Binned::normalised),
            ("ssim", "skimage gaussian sigma=1.5 (11x11), population cov, data_range=1") => {
                ssim(&self.field(0), &self.field(1), Window::Gaussian, 1.0)
            }
            ("ssim", "skimage uniform 7x7, sample cov, data_range=1") => {
                ssim(&self.field(0), &self.field(1), Window::Uniform, 1.0)
            }
            ("ssim", _) => ssim(&self.field(0), &self.field(1), Window::Global, 1.0),
            ("rbo", "min (Webber eq. 11)") => self.rank_biased(least),
            ("rbo", _) => self.rank_biased(extrapolated),
            unknown => panic!("no metric for {unknown:?}"),
        }
    }
}

/// Whether a value is the expected one, and the reason where the expected value is none.
fn agrees(found: &Score, expected: &Value, tolerance: f64) -> bool {
    match (found, expected) {
        (Err(why), Value::Null) => matches!(why, Undefined::ConstantFirst | Undefined::ConstantSecond),
        (Err(why), Value::String(text)) => text == "inf" && *why == Undefined::Infinite,
        (Ok(found), Value::Number(expected)) => (found - expected.as_f64().unwrap()).abs() <= tolerance,
        _ => false,
    }
}

#[test]
fn all_512_cases_are_reproduced() {
    let Some(all) = json("scoring/metrics.json") else { return };
    let cases = all["cases"].as_array().unwrap();
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut undefined: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let of = Case { case, maps: &all["maps"] };
        let tolerance = case["tol"].as_f64().unwrap();
        if of.text("metric") == "gaussian_blur" {
            let (found, expected) = (of.blurred(), numbers(&case["expected"]));
            let near = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance;
            assert!(found.len() == expected.len() && found.iter().zip(&expected).all(near), "{number} {found:?}");
            *counts.entry((of.text("metric").to_owned(), of.text("variant").to_owned())).or_default() += 1;
            continue;
        }
        let found = of.found();
        if let Err(why) = &found {
            *undefined.entry(why.to_string()).or_default() += 1;
        }
        *counts.entry((of.text("metric").to_owned(), of.text("variant").to_owned())).or_default() += 1;
        if !agrees(&found, &case["expected"], tolerance) {
            wrong.push(format!(
                "{number} {} | {} {}: {found:?}, expected {}",
                of.text("metric"),
                of.text("variant"),
                case["inputs"],
                case["expected"]
            ));
        }
    }
    for ((metric, variant), count) in &counts {
        println!("{count:>4}  {metric}: {variant}");
    }
    undefined.iter().for_each(|(why, count)| println!("{count:>4}  undefined: {why}"));
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert_eq!((cases.len(), counts.values().sum::<usize>()), (512, 512));
    assert_eq!(undefined.values().sum::<usize>(), 17, "14 that are NaN there and 3 that are infinite have a reason");
}

#[test]
fn similarity_over_five_scales_is_that_of_the_reference() {
    let Some(all) = json("scoring/extra.json") else { return };
    let pattern =
        Array2::from_shape_fn((192, 192), |(i, j)| 0.5 + 0.5 * (0.11 * i as f64).sin() * (0.07 * j as f64).cos());
    let moved = Array2::from_shape_fn((192, 192), |(i, j)| {
        (pattern[[i, j]] + 0.1 * (0.5 * i as f64 + 0.3 * j as f64).sin()).clamp(0.0, 1.0)
    });
    let (x, y) = (Field::whole(&pattern).unwrap(), Field::whole(&moved).unwrap());
    let found = ms_ssim(&x, &y, 1.0).unwrap();
    assert!((found - all["ms_ssim"]["expected"].as_f64().unwrap()).abs() < 1e-10, "{found}");
    let single = ssim(&x, &y, Window::Gaussian, 1.0).unwrap();
    assert!((single - all["ms_ssim"]["per_scale_ssim"][0].as_f64().unwrap()).abs() < 1e-10);
    let small = Field::whole(&Array2::from_shape_fn((175, 300), |(i, j)| (i * j) as f64)).unwrap();
    assert_eq!(ms_ssim(&small, &small, 1.0), Err(Undefined::SmallerThanWindow));
}

/// Means over square blocks, so many along each side.
fn blocks_of(field: &Field, blocks: usize) -> Field {
    let (rows, columns) = field.grid().shape();
    let mut sums = Array2::zeros((blocks, blocks));
    for ((row, column), value) in field.grid().cells().zip(field.values()) {
        sums[[row * blocks / rows, column * blocks / columns]] += value;
    }
    Field::whole(&sums).unwrap()
}

/// A score by name, for a pair of maps, fixations and fixations on other pictures.
fn of_reference(name: &str, map: &Field, human: &Field, pixels: &[usize], others: &[usize]) -> Score {
    let ranged = |field: &Field| {
        let (low, high) = field.extremes();
        field.map(|value| (value - low) / (high - low))
    };
    let named = |name: &str| {
        let inputs = Inputs { fixations: Some(pixels), other_fixations: Some(others), ..Inputs::pair(map, human) };
        (row(name).score)(&inputs)
    };
    // Means over blocks, less their minimum, divided by their sum.
    let emd = |blocks: usize| {
        let [x, y] = [map, human].map(|field| blocks_of(field, blocks));
        let [p, q] =
            [&x, &y].map(|field| density::shifted(&field.map(|value| value - field.extremes().0).unwrap(), 0.0));
        let side = 224.0 / blocks as f64;
        least_work(&p, &q, x.grid(), Ground::Euclidean, 32).map(|work| work * side)
    };
    match name {
        "pearson" => named("pearson"),
        "pysaliency_CC" => named("pearson.pysaliency"),
        "spearman" => named("spearman"),
        "sim_minmax" => named("sim.mit"),
        "pysaliency_SIM" => named("sim.pysaliency"),
        "kl_mit_minmax" => row("kl.mit").of(&ranged(map)?, &ranged(human)?),
        "pysaliency_KL" => named("kl.pysaliency"),
        "pysaliency_KL_MIT" => named("kl.pysaliency_mit"),
        "nss" => named("nss"),
        "pysaliency_NSS" => named("nss.pysaliency"),
        "auc_judd" | "auc_judd_fast" => named("auc_judd.mit"),
        "pysaliency_AUC_judd" => auc_judd_all_pixels(map, pixels),
        "auc_exact_rest" => named("auc"),
        "pysaliency_AUC_all_pixels" => named("auc.pysaliency"),
        "auc_shuffled" | "pysaliency_sAUC" => named("shuffled_auc"),
        "ssim_uniform7" => ssim(&ranged(map)?, &ranged(human)?, Window::Uniform, 1.0),
        "ssim_gauss" => ssim(&ranged(map)?, &ranged(human)?, Window::Gaussian, 1.0),
        // The top fifth of 50,176 pixels is 10,035.2; this set takes 10,036.
        "iou_top20" => Ok(iou(&first_membership(map, 10_036.0), &first_membership(human, 10_036.0))),
        "emd_16" => emd(16),
        "emd_28" => emd(28),
        unknown => panic!("no metric for {unknown}"),
    }
}

#[test]
fn the_scores_of_20_pairs_of_maps_are_those_of_the_reference() {
    let Some(all) = json("score/scores.json") else { return };
    let maps = |name: &str| {
        let cells = npy(name, f32::from_le_bytes).unwrap();
        let field = |cells: &[f32]| {
            let cells = cells.iter().map(|value| f64::from(*value)).collect();
            Field::whole(&Array2::from_shape_vec((224, 224), cells).unwrap()).unwrap()
        };
        cells.chunks(224 * 224).map(field).collect::<Vec<Field>>()
    };
    let (networks, people) = (maps("score/inputs/ref20-ann.npy"), maps("score/inputs/ref20-human.npy"));
    let places = npy("score/inputs/ref20-fix.npy", i32::from_le_bytes).unwrap();
    let others = npy("score/shuffled_points.npy", i32::from_le_bytes).unwrap();
    let pixel = |place: &[i32]| (place[0] * 224 + place[1]) as usize;
    let mut wrong = Vec::new();
    for (name, expected) in all["scores"].as_object().unwrap() {
        let mut largest = 0.0f64;
        let expected = numbers(expected);
        for (at, expected) in expected.iter().enumerate() {
            let pixels: Vec<usize> = places[at * 120..(at + 1) * 120].chunks(2).map(pixel).collect();
            let others: Vec<usize> =
                others.chunks(3).filter(|place| place[0] as usize == at).map(|place| pixel(&place[1..])).collect();
            let found = of_reference(name, &networks[at], &people[at], &pixels, &others).unwrap();
            largest = largest.max((found - expected).abs());
        }
        println!("{name}: {} pairs, largest difference {largest:.1e}", expected.len());
        if largest > 1e-9 {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
