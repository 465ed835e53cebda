use super::*;
use crate::bubbles::{draw_centres, region_pixels};
use crate::experiment::{Exchange, Nuisance};
use crate::human::permutation::{Extremes, Wanted};
use crate::human::{Frame, Tested, classify, residual_responses};
use crate::seed::Seed;
use crate::stats::random_field::full_width_at_half_maximum;
use crate::trials::Trial;
use rand::RngExt;

const SD: f64 = 2.0;

fn settings() -> Settings {
    Settings { alpha: 0.05, cluster_threshold: 2.3, connectivity: Connectivity::Eight, exponents: Exponents::default() }
}

/// Everything a question needs, of two observers who use one place with this strength.
struct Material {
    z: Array2<f64>,
    region: Array2<bool>,
    extremes: Extremes,
    smoothness: [Smoothness; 2],
    scales: [Scales; 2],
}

fn material(strength: f64) -> Material {
    let region = Array2::from_elem((40, 50), true);
    let pixels = region_pixels(&region);
    let trials: Vec<Trial> = (0..1500_u64)
        .map(|t| {
            let mut generator = Seed(23).stream("trial", t);
            let centres = draw_centres(&pixels, 12, &mut generator);
            let near = centres.iter().any(|centre| centre.row.abs_diff(12) <= 2 && centre.column.abs_diff(33) <= 2);
            let p = 0.6 + if near { strength } else { 0.0 };
            Trial {
                observer: (t % 2).to_string(),
                correct: Some(generator.random::<f64>() < p),
                centres,
                ..Trial::default()
            }
        })
        .collect();
    let frame = Frame::new(region.clone(), false, SD);
    let responses = residual_responses(&trials, &[Nuisance::BubbleCount]).0;
    let group = classify(&trials, &responses, &frame);
    let tested = Tested::answers(&trials, &responses, &frame, &group, Exchange::Block);
    let wanted = Wanted {
        clusters: Some((2.3, Connectivity::Eight)),
        enhanced: Some((Connectivity::Eight, Exponents::default())),
        norm: true,
    };
    let extremes = tested.extremes(&trials, &frame, &[&region], wanted, (300, Seed(1)), |_| ()).remove(0);
    let width = full_width_at_half_maximum(SD);
    let per_resel = tested.bubbles as f64 * width * width / 2000.0;
    let smoothness = [1.0, -1.0]
        .map(|sign| Smoothness { field: Field::disc(2000.0, width), cumulants: tested.cumulants(sign, per_resel) });
    let wider = classify(&trials, &responses, &Frame { smoothing_sd: 2.0 * SD, ..frame.clone() }).z;
    let scales = [1.0, -1.0].map(|sign| {
        let mut largest = tested.z.mapv(|z| sign * z);
        largest.zip_mut_with(&wider, |most, z| *most = most.max(sign * z));
        let cumulants = tested.cumulants(sign, per_resel);
        Scales { largest, widths: [width, 2.0 * width], cumulants }
    });
    Material { z: tested.z, region, extremes, smoothness, scales }
}

fn ask(material: &Material, inference: &Inference, down: usize, tails: f64) -> Result<Verdict, String> {
    let sign = if down == 0 { 1.0 } else { -1.0 };
    let own: Vec<Extreme> = material.extremes.iter().map(|pair| pair[down]).collect();
    let both = either(&material.extremes);
    (inference.judge)(&Question {
        z: &material.z.mapv(|z| sign * z),
        region: &material.region,
        null: if tails > 1.0 { &both } else { &own },
        tails,
        settings: settings(),
        smoothness: Some(&material.smoothness[down]),
        scales: Some(&material.scales[down]),
    })
}

fn share(verdict: &Verdict) -> usize {
    verdict.significant.iter().filter(|inside| **inside).count()
}

#[test]
fn every_test_finds_the_place_that_was_used_and_nothing_where_nothing_was() {
    let (used, nothing) = (material(0.3), material(0.0));
    for inference in INFERENCES {
        let found = ask(&used, inference, 0, 1.0).unwrap();
        let none = ask(&nothing, inference, 0, 1.0).unwrap();
        assert!(found.p < 0.03 && none.p > 0.05, "{}: {} {}", inference.name, found.p, none.p);
        assert_eq!(share(&none), 0, "{}", inference.name);
        let threshold = found.threshold.unwrap();
        assert!(found.statistic >= threshold, "{}: {} {threshold}", inference.name, found.statistic);
        if inference.needs != Needs::Norm {
            assert!(found.significant[[12, 33]] && !found.significant[[35, 8]], "{}", inference.name);
        }
    }
}

#[test]
fn two_sided_tests_are_stricter_and_the_lower_side_is_another_question() {
    let used = material(0.3);
    for inference in INFERENCES.iter().filter(|row| row.needs != Needs::Norm) {
        let (one, two) = (ask(&used, inference, 0, 1.0).unwrap(), ask(&used, inference, 0, 2.0).unwrap());
        assert!(two.p >= one.p, "{}: {} {}", inference.name, two.p, one.p);
        assert!(two.threshold.unwrap() >= one.threshold.unwrap(), "{}", inference.name);
        assert!(share(&two) <= share(&one), "{}", inference.name);
        let below = ask(&used, inference, 1, 1.0).unwrap();
        assert!(!below.significant[[12, 33]], "{}", inference.name);
    }
}

#[test]
fn mass_and_enhancement_of_the_tests_are_those_of_the_statistics() {
    let used = material(0.3);
    let named = |name: &str| ask(&used, Inference::named(name).unwrap(), 0, 1.0).unwrap();
    let (extent, mass, theory) = (named("cluster_extent"), named("cluster_mass"), named("random_field_cluster"));
    assert_eq!(extent.clusters.len(), mass.clusters.len());
    assert_eq!(extent.statistic, extent.clusters[0].0.size as f64);
    assert_eq!(theory.statistic, extent.statistic);
    assert!((mass.statistic - mass.clusters.iter().map(|(own, _)| own.mass).fold(0.0, f64::max)).abs() < 1e-12);
    let (pixel, field) = (named("permutation").threshold.unwrap(), named("random_field").threshold.unwrap());
    assert!((pixel - field).abs() < 0.35, "permutation {pixel} and theory {field} check each other");
    let tilted = named("tilted").threshold.unwrap();
    assert!((tilted - field).abs() < 0.3 && tilted != field, "{tilted} {field}");
    assert!(named("scale_space").threshold.unwrap() > tilted, "more is searched");
    assert!(named("benjamini_yekutieli").threshold.unwrap() > named("benjamini_hochberg").threshold.unwrap());
}

#[test]
fn permutations_that_are_the_map_itself_are_not_below_it() {
    assert!(super::beyond(3.5, 3.4) && !super::beyond(3.5, 3.4995) && !super::beyond(3.5, 3.5));
    assert!(!super::beyond(-0.001, 0.0) && super::beyond(812.0, 810.0));
}

#[test]
fn a_region_of_three_pixels_and_a_map_of_observers_get_sentences() {
    let used = material(0.3);
    let mut region = Array2::from_elem(used.region.dim(), false);
    (0..3).for_each(|at| region[[12, 32 + at]] = true);
    let own: Vec<Extreme> = used.extremes.iter().map(|pair| pair[0]).collect();
    let field = Field::disc(3.0, full_width_at_half_maximum(SD));
    let small = Smoothness { field, ..used.smoothness[0].clone() };
    let question = |smoothness| Question {
        z: &used.z,
        region: &region,
        null: &own,
        tails: 1.0,
        settings: settings(),
        smoothness,
        scales: None,
    };
    for inference in INFERENCES {
        let verdict = (inference.judge)(&question(Some(&small)));
        match inference.name {
            "random_field_cluster" | "tilted_cluster" => {
                assert_eq!(
                    verdict.unwrap_err(),
                    "the region has 3 px, less than one resel (22.2 px), and theory says nothing of clusters in it"
                );
            }
            "scale_space" => assert!(verdict.unwrap_err().contains("several widths")),
            _ => assert!(verdict.unwrap().p <= 1.0, "{}", inference.name),
        }
        let without = (inference.judge)(&question(None));
        let theory =
            ["random_field", "tilted", "scale_space", "benjamini"].iter().any(|name| inference.name.starts_with(name));
        assert_eq!(without.is_err(), theory, "{}", inference.name);
    }
}
