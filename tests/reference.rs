//! Classification images and scores against numbers made by other implementations, in the folder that the
//! environment variable BUBBLESCOPE_REFERENCE names.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use bubblescope::bubbles::{BandFilter, Bands, Centre, Combine, Cover, KINDS, Plane, band_pass, octave_edges};
use bubblescope::experiment::Experiment;
use bubblescope::human::{Frame, classify, permute, residual_responses};
use bubblescope::picture::Picture;
use bubblescope::progress::Silent;
use bubblescope::results::Results;
use bubblescope::score::{Comparison, METRICS, Means, Quantities};
use bubblescope::seed::Seed;
use bubblescope::stage::{Done, Run, run_stage};
use bubblescope::stats::low_pass::{cutoff_by_side, low_pass};
use bubblescope::stats::random_field::Field;
use bubblescope::stats::smooth::{EDGES, Edge, smooth};
use bubblescope::table::Table;
use bubblescope::trials::Trial;
use ndarray::Array2;
use serde_json::Value;

fn reference(name: &str) -> Option<PathBuf> {
    let Ok(folder) = std::env::var("BUBBLESCOPE_REFERENCE") else {
        println!("skipped: BUBBLESCOPE_REFERENCE is not set");
        return None;
    };
    Some(PathBuf::from(folder).join(name))
}

fn json(path: &std::path::Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The data of a `.npy` file after its header.
fn npy(path: &std::path::Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    bytes[10 + header..].to_vec()
}

fn doubles(path: &std::path::Path) -> Vec<f64> {
    npy(path).chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect()
}

fn matrix(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|cell| cell.as_f64().unwrap()).collect()
}

#[test]
fn the_z_map_of_six_hundred_trials_and_its_null_are_those_of_the_reference() {
    let Some(folder) = reference("ci") else { return };
    let centres: Vec<i32> = npy(&folder.join("inputs/small-centres.npy"))
        .chunks_exact(4)
        .map(|b| i32::from_le_bytes(b.try_into().unwrap()))
        .collect();
    let correct = npy(&folder.join("inputs/small-correct.npy"));
    let trials: Vec<Trial> = centres
        .chunks_exact(24)
        .zip(correct)
        .enumerate()
        .map(|(number, (centres, correct))| Trial {
            observer: "1".into(),
            block: "1".into(),
            number: number as u32,
            picture: "a".into(),
            mirrored: false,
            centres: centres.chunks(2).map(|c| Centre::new(c[0] as usize, c[1] as usize)).collect(),
            response: None,
            correct: Some(correct == 1),
            response_time: None,
            ..Trial::default()
        })
        .collect();
    let frame = Frame::new(Array2::from_elem((96, 96), true), false, 6.0);
    let (responses, _) = residual_responses(&trials, &[]);
    let group = classify(&trials, &responses, &frame);
    let expected = doubles(&folder.join("z_perm-pointmap-T600-B12-N96.npy"));
    let difference = group.z.iter().zip(&expected).map(|(z, e)| (z - e).abs()).fold(0.0, f64::max);
    assert!(difference < 1e-3, "{difference}");
    let other = doubles(&folder.join("z_welch-pointmap-T600-B12-N96.npy"));
    assert!(group.z.iter().zip(&other).any(|(z, e)| (z - e).abs() > 0.1), "another standardisation differs");

    let result = json(&folder.join("result-pointmap-T600-B12-N96.json"));
    let null = permute(&trials, &responses, &frame, &group, 1000, Seed(1), |_| ());
    let threshold = null.threshold(0.05).unwrap();
    let known = result["thr95_max"].as_f64().unwrap();
    assert!((threshold - known).abs() < 0.2, "{threshold} and {known}: quantiles of 1000 permutations each");
}

#[test]
fn every_random_field_threshold_of_the_table_is_met() {
    let Some(path) = reference("human/gold.json") else { return };
    for row in json(&path)["rft_2d"].as_array().unwrap() {
        let of = |name: &str| row[name].as_f64().unwrap();
        let field = Field::disc(of("area"), of("fwhm"));
        assert!((field.peak_threshold(of("p")) - of("t_pixel")).abs() < 1e-6, "{row}");
        let extent = field.cluster_threshold(of("tc"), of("p"));
        assert!((extent - of("k_cluster").max(0.0)).abs() < 1e-6 * of("k_cluster").abs().max(1.0), "{row} {extent}");
    }
}

#[test]
fn the_gram_matrix_gives_the_reference_agreement_under_any_weights() {
    let (Some(maps), Some(extra)) = (reference("scoring/reliability.json"), reference("scoring/extra.json")) else {
        return;
    };
    let (maps, extra) = (json(&maps), json(&extra));
    let side = |name: &str| matrix(&maps[name]).into_iter().map(Some).collect::<Vec<_>>();
    let comparison =
        Comparison { human: vec![side("H_subjects_x_pixels")], model: vec![side("M_seeds_x_pixels")], task: false };
    let gram = comparison.grams(&METRICS[0]).plain;
    let weights = |value: &serde_json::Value| {
        let values = numbers(value);
        ndarray::Array2::from_shape_vec((1, values.len()), values).unwrap()
    };
    for case in extra["gram_bootstrap"].as_array().unwrap() {
        let (observers, seeds) = (weights(&case["ws"]), weights(&case["wk"]));
        let found = Means::of(&gram, 1, [None, Some(&observers), Some(&seeds)])[0];
        let rho = Quantities::new(found, None, 6.0).get("ratio_both");
        for (value, name) in [(found.human, "human"), (found.model, "model"), (found.cross, "cross"), (rho, "rho")] {
            assert!((value.unwrap() - case[name].as_f64().unwrap()).abs() < 1e-12, "{name} {found:?}");
        }
    }
    let spearman = METRICS.iter().find(|metric| metric.name == "spearman").unwrap();
    let found = Means::of(&comparison.grams(spearman).plain, 1, [None; 3])[0];
    assert!((found.human.unwrap() - extra["gram_spearman"]["human"].as_f64().unwrap()).abs() < 1e-12);
    assert!((found.model.unwrap() - extra["gram_spearman"]["model"].as_f64().unwrap()).abs() < 1e-12);
}

#[test]
fn seventy_people_look_at_the_eyes_and_a_map_with_the_bubble_count_left_in_is_significant_nearly_everywhere() {
    let Ok(data) = std::env::var("BUBBLESCOPE_DATA") else {
        println!("skipped: BUBBLESCOPE_DATA is not set");
        return;
    };
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("experiments/recors-face-sex");
    let experiment = Experiment::read(&folder, Some(&PathBuf::from(data))).unwrap();
    let output = tempfile::tempdir().unwrap();
    let results = Results::new(output.path());
    let run = Run { experiment: &experiment, results: &results, progress: &Silent };
    for stage in ["import", "classify"] {
        assert_eq!(run_stage(stage, &run).unwrap(), Done::Made);
    }
    let summary = Table::read(&output.path().join("human/summary.csv")).unwrap();
    let of = |quantity: &str| -> f64 {
        let row = summary.iter().find(|row| row.text("quantity") == Some(quantity)).unwrap();
        row.number("value").unwrap().unwrap()
    };
    assert_eq!((of("trials"), of("observers"), of("region_px")), (20_993.0, 70.0, 11_429.0));
    assert_eq!(of("dropped_without_bubble"), 7.0);
    let (row, column) = (of("maximum_row"), of("maximum_column"));
    let on_an_eye = (45.0..60.0).contains(&row) && ((36.0..56.0).contains(&column) || (72.0..92.0).contains(&column));
    assert!(on_an_eye, "{row} {column}");
    assert!((of("threshold_random_field") - 3.76096).abs() < 1e-4);
    assert!((0.02..0.04).contains(&of("share_above_random_field")), "{}", of("share_above_random_field"));
    assert!(of("naive_share_above_random_field") > 0.85);
    assert!((of("reliability_observers") - 0.57).abs() < 0.05, "{}", of("reliability_observers"));
    assert!(of("naive_reliability_observers") > of("reliability_observers") + 0.04, "the offset looks reliable");
}

/// Trials, bands and picture of the reference stimuli: centres by trial, and the picture's grey levels.
fn stimuli(folder: &std::path::Path) -> (Vec<Vec<Centre>>, Picture) {
    let cells: Vec<i32> = npy(&folder.join("centres-256.npy"))
        .chunks_exact(4)
        .map(|b| i32::from_le_bytes(b.try_into().unwrap()))
        .collect();
    let mut trials = vec![Vec::new(); 8];
    for cell in cells.chunks_exact(4).filter(|cell| cell[0] < 8) {
        trials[cell[0] as usize].push(Centre { band: cell[1] as u8, row: cell[2] as usize, column: cell[3] as usize });
    }
    let grey = npy(&folder.join("image-256.npy")).iter().map(|&byte| f32::from(byte) / 255.0).collect();
    (trials, Picture::from_grey(Array2::from_shape_vec((256, 256), grey).unwrap()).unwrap())
}

/// Largest difference between grey levels (0..255) and what the reference holds from `start` on.
fn largest_difference(seen: &Picture, reference: &[f64], start: usize) -> f64 {
    let values = seen.values().iter().map(|&value| f64::from(value) * 255.0);
    values.zip(&reference[start..]).map(|(value, expected)| (value - expected).abs()).fold(0.0, f64::max)
}

#[test]
fn five_band_and_single_scale_stimuli_are_those_of_the_reference() {
    let Some(folder) = reference("stimuli") else { return };
    let design = json(&folder.join("design-256.json"));
    let (trials, picture) = stimuli(&folder);
    let sds = numbers(&design["sigmas_px"]);
    let nowhere = Array2::from_elem((256, 256), false);
    let cover = Cover {
        kind: KINDS.iter().find(|kind| kind.name == "bands").unwrap(),
        planes: sds.iter().enumerate().map(|(band, &sd)| Plane::new((256, 256), sd, &[], band as u8)).collect(),
        bands: Bands { lower: octave_edges(5, 128.0), filter: BandFilter::Octaves, ..Bands::default() },
        ..Cover::spatial(&nowhere, 1.0, 0.5)
    };
    assert_eq!(cover.bands.lower, numbers(&design["band_lower_edges_cpi"]));
    let plane = picture.grey().mapv(|value| f64::from(value) * 255.0);
    let (bands, _) = band_pass(&plane, &cover.bands.lower, BandFilter::Octaves);
    let expected = doubles(&folder.join("ref-bands-bands5-256-naive.npy"));
    for (band, expected) in bands.iter().zip(expected.chunks_exact(65536)) {
        let most = band.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(most < 2e-5, "bands differ by {most} grey levels, from the single precision of the picture's values");
    }
    let (prepared, expected) = (cover.prepare(&picture), doubles(&folder.join("ref-stim-bands5-256-naive.npy")));
    for (at, centres) in trials.iter().enumerate() {
        let most = largest_difference(&cover.show(&prepared, centres), &expected, at * 65536);
        assert!(most < 1e-4, "trial {at}: {most} grey levels");
    }
    let wrong = Cover { combine: Combine::Max, ..cover.clone() };
    assert!(largest_difference(&wrong.show(&prepared, &trials[0]), &expected, 0) > 1.0);

    let sd = design["single_scale"]["sigma_px"].as_f64().unwrap();
    let single = Cover::spatial(&nowhere, sd, 128.0 / 255.0);
    let prepared = single.prepare(&picture);
    let expected = doubles(&folder.join("single/ref-stim-single-256-naive.npy"));
    for (at, centres) in trials.iter().enumerate() {
        let own: Vec<Centre> =
            centres.iter().filter(|centre| centre.band == 1).map(|&centre| Centre { band: 0, ..centre }).collect();
        let seen = single.show(&prepared, &own);
        let most = largest_difference(&seen, &expected, at * 65536);
        assert!(most < 1e-4, "trial {at}: {most} grey levels");
        let stored = Picture::read(&folder.join(format!("single/stim-{at:05}.png"))).unwrap();
        let png = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(png.path(), seen.to_png().unwrap()).unwrap();
        let read = Picture::read(png.path()).unwrap();
        let differ: Vec<f32> =
            read.values().iter().zip(stored.values()).map(|(a, b)| (a - b).abs()).filter(|d| *d > 0.0).collect();
        // A value within 1e-4 of one half rounds either way.
        assert!(
            differ.len() < 20 && differ.iter().all(|d| *d < 1.01 / 255.0),
            "8-bit stimulus {at}: {} pixels",
            differ.len()
        );
    }
}

#[test]
fn every_blur_is_that_of_scipy_or_of_the_mit_benchmark_and_edges_differ() {
    let Some(path) = reference("scoring/metrics.json") else { return };
    let all = json(&path);
    let plane = |value: &Value| {
        let rows = matrix(value);
        Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
    };
    let mut seen = Vec::new();
    for case in all["cases"].as_array().unwrap().iter().filter(|case| case["metric"] == "gaussian_blur") {
        let map = plane(&all["maps"][case["inputs"][0].as_str().unwrap()]);
        let variant = case["variant"].as_str().unwrap();
        let parameter = |name: &str| case["params"][name].as_f64();
        let found = match variant.split_once("mode=").map(|(_, mode)| mode.split(' ').next().unwrap()) {
            Some(mode) => {
                let edge = EDGES.iter().find(|(name, _)| *name == mode).map_or(Edge::Zero, |(_, edge)| *edge);
                smooth(&map, parameter("sigma").unwrap(), edge)
            }
            None => {
                let by_side = |sd| cutoff_by_side(map.dim(), sd);
                low_pass(&map, parameter("fc").or(parameter("sigma").map(by_side)).unwrap())
            }
        };
        let expected = match case["expected"][0].is_array() {
            true => matrix(&case["expected"]).concat(),
            false => numbers(&case["expected"]),
        };
        let largest = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        println!("{variant}: {largest:.1e}");
        assert!(largest <= case["tol"].as_f64().unwrap(), "{variant}: {largest}");
        seen.push(expected);
    }
    assert_eq!(seen.len(), 6);
    // The map is 0 along its edges, so that the rules zero and nearest agree on it; the others do not.
    let apart = |a: &[f64], b: &[f64]| a.iter().zip(b).any(|(a, b)| (a - b).abs() > 0.01);
    assert!([(0, 1), (0, 3), (1, 3), (3, 4), (4, 5)].iter().all(|(a, b)| apart(&seen[*a], &seen[*b])));
}
