//! Every entry of the reference values for ceilings and inference: `scoring/{reliability,inference,extra}.json`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;

use bubblescope::seed::Seed;
use bubblescope::stats::autocorrelation::{binned, effective_pixels, moran_geary};
use bubblescope::stats::bca::bca;
use bubblescope::stats::correlate::{average_ranks, dot, horst, normalised, pearson};
use bubblescope::stats::crossed::{Draw, coefficients, combine, contains, sets, variance};
use bubblescope::stats::fieller::Ratio;
use bubblescope::stats::intraclass::intraclass;
use bubblescope::stats::kappa::kappa;
use bubblescope::stats::project::residual;
use bubblescope::stats::quantile::{median, quantile};
use bubblescope::stats::reliability::{inclusive, leave_one_out, lengthened, pair_from_inclusive, parts_needed};
use bubblescope::stats::shuffle::shuffle;
use bubblescope::stats::sign_flip::sign_flip;
use bubblescope::stats::splits::{bounds, halves, split_correlation, split_half};
use bubblescope::stats::step::{bonferroni, hochberg, holm, holm_sidak, hommel};
use bubblescope::stats::torus::shifts;
use bubblescope::stats::two_way::{TwoWay, explainable, signal_to_noise};
use ndarray::Array2;
use serde_json::Value;

fn reference(name: &str) -> Option<Value> {
    let Ok(folder) = std::env::var("BUBBLESCOPE_REFERENCE") else {
        println!("skipped: BUBBLESCOPE_REFERENCE is not set");
        return None;
    };
    let path = PathBuf::from(folder).join("scoring").join(name);
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn matrix(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

/// Asserts that numbers agree to 1e-9 of their size.
fn close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap_or_else(|| panic!("{what}: no number"));
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{what}: {found} and not {expected}");
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn covariance(x: &[f64], y: &[f64]) -> f64 {
    let (mx, my) = (mean(x), mean(y));
    x.iter().zip(y).map(|(a, b)| (a - mx) * (b - my)).sum()
}

fn gram(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    rows.iter().map(|x| rows.iter().map(|y| covariance(x, y)).collect()).collect()
}

fn normal(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    rows.iter().map(|row| normalised(row).unwrap()).collect()
}

fn pairs(gram: &[Vec<f64>]) -> Vec<f64> {
    (0..gram.len()).flat_map(|i| (i + 1..gram.len()).map(move |j| (i, j))).map(|(i, j)| gram[i][j]).collect()
}

fn map(name: &str, metrics: &Value) -> Array2<f64> {
    let rows = matrix(&metrics["maps"][name]);
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

fn flat(map: &Array2<f64>) -> Vec<f64> {
    map.iter().copied().collect()
}

#[test]
fn pairs_splits_and_bounds_of_observers_are_those_of_the_reference() {
    let Some(of) = reference("reliability.json") else { return };
    let rows = matrix(&of["H_subjects_x_pixels"]);
    let unit = gram(&normal(&rows));
    let found = pairs(&unit);
    let pair = &of["pairwise"];
    found.iter().zip(pair["values_lex_order"].as_array().unwrap()).for_each(|(f, e)| close(*f, e, "pair"));
    let r = mean(&found);
    close(r, &pair["mean_r"], "mean r");
    let fisher = mean(&found.iter().map(|r| r.atanh()).collect::<Vec<_>>()).tanh();
    close(fisher, &pair["fisher_mean_r"], "Fisher mean");
    let whole = lengthened(r, 6.0).unwrap();
    close(whole, &pair["sb_to_N"], "SB");
    close(whole.sqrt(), &pair["ceiling_r_group_mean"], "ceiling of the group");
    close(r.sqrt(), &pair["ceiling_r_single_subject"], "ceiling of one");

    let all = &of["split_half_subjects_all_10_splits"];
    let splits = split_half(&gram(&rows), Seed(0)).unwrap();
    splits.correlations.iter().zip(all["r"].as_array().unwrap()).for_each(|(f, e)| close(*f, e, "split"));
    close(splits.mean, &all["mean_r"], "mean of splits");
    close(splits.reliability, &all["sb_of_mean"], "SB of the mean");
    let lengthen = |r: f64| lengthened(r, 2.0).unwrap();
    let lengths: Vec<f64> = splits.correlations.iter().map(|r| lengthen(*r)).collect();
    close(mean(&lengths), &all["mean_of_sb"], "mean of SB");
    assert!(mean(&lengths) < splits.reliability, "lengthening each split comes out low");
    let z = mean(&splits.correlations.iter().map(|r| r.atanh()).collect::<Vec<_>>()).tanh();
    close(lengthen(z), &all["sb_of_fisher_mean"], "SB of the Fisher mean");
    let middle = median(&splits.correlations).unwrap();
    close(middle, &all["median_r"], "median");
    close(lengthen(middle), &all["sb_of_median"], "SB of the median");
    let scored = split_half(&unit, Seed(0)).unwrap();
    let expected = &of["split_half_zscored_subjects"];
    scored.correlations.iter().zip(expected["r"].as_array().unwrap()).for_each(|(f, e)| close(*f, e, "z split"));
    close(scored.reliability, &expected["sb_of_mean"], "z SB");

    let five = gram(&rows[..5]);
    let odd = of["odd_N5_splits"].as_array().unwrap();
    assert_eq!(halves(5, Seed(0)).len(), odd.len());
    for (part, case) in halves(5, Seed(0)).iter().zip(odd) {
        assert_eq!(part.iter().map(|at| *at as f64).collect::<Vec<_>>(), numbers(&case["half"]));
        let r = split_correlation(&five, part).unwrap();
        close(r, &case["r"], "odd split");
        close(lengthen(r), &case["sb2"], "SB of an odd split");
        close(horst(r, 0.4), &case["horst"], "Horst");
    }

    let (lower, upper) = bounds(&gram(&rows)).unwrap();
    close(lower, &of["loo_plain_mean"]["lower"], "lower");
    close(upper, &of["loo_plain_mean"]["upper"], "upper");
    let (lower, upper) = bounds(&unit).unwrap();
    close(lower, &of["loo_zscored_pool_rsatoolbox_corr"]["lower"], "z lower");
    close(upper, &of["loo_zscored_pool_rsatoolbox_corr"]["upper"], "z upper");
    let cosine: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|v| v / dot(row, row).sqrt()).collect()).collect();
    let products: Vec<Vec<f64>> = cosine.iter().map(|x| cosine.iter().map(|y| dot(x, y)).collect()).collect();
    let (lower, upper) = bounds(&products).unwrap();
    close(lower, &of["loo_cosine_rsatoolbox"]["lower"], "cosine lower");
    close(upper, &of["loo_cosine_rsatoolbox"]["upper"], "cosine upper");
    let expected = &of["loo_expected_from_r1"];
    close(leave_one_out(r, 6.0), &expected["lower"], "expected lower");
    close(inclusive(r, 6.0), &expected["upper"], "expected upper");
    close(r.sqrt(), &expected["debiased_both"], "corrected");
    for case in of["upper_bound_inflation"].as_array().unwrap() {
        let one = pair_from_inclusive(case["reported_upper"].as_f64().unwrap(), case["N"].as_f64().unwrap());
        close(one, &case["implied_r1"], "implied r1");
        close(one.sqrt(), &case["debiased_ceiling"], "corrected bound");
    }
}

#[test]
fn variances_of_observers_by_pixels_are_those_of_the_reference() {
    let Some(of) = reference("reliability.json") else { return };
    let rows = matrix(&of["H_subjects_x_pixels"]);
    let table = TwoWay::new(&rows).unwrap();
    let anova = &of["anova"];
    close(table.target, &anova["MS_pixel"], "MS pixel");
    close(table.maker, &anova["MS_subject"], "MS subject");
    close(table.residual, &anova["MS_resid"], "MS residual");
    close(table.signal(), &anova["var_signal"], "signal");
    let found = intraclass(&rows).unwrap();
    close(found.consistency, &anova["rel1"], "rel 1");
    close(found.consistency_of_mean, &anova["relN"], "rel N");
    close(found.consistency_of_mean, &of["cronbach_alpha"], "alpha");
    let expected = &of["icc_pixels_as_targets"];
    for (name, one, mean) in [
        ("1", found.one_way, found.one_way_of_mean),
        ("A", found.agreement, found.agreement_of_mean),
        ("C", found.consistency, found.consistency_of_mean),
    ] {
        close(one, &expected[format!("ICC({name},1)")], name);
        close(mean, &expected[format!("ICC({name},k)")], name);
    }
    let ratio = signal_to_noise(&rows).unwrap();
    close(ratio, &of["nsd"]["ncsnr"], "ncsnr");
    close(100.0 * explainable(ratio, 1.0), &of["nsd"]["nc_percent_n1"], "noise ceiling, one repetition");
    close(100.0 * explainable(ratio, 6.0), &of["nsd"]["nc_percent_n6"], "noise ceiling, six");
    // Their noise s.d. is that of values standardised together.
    let noise = 1.0 / (ratio * ratio + 1.0);
    close(noise.sqrt(), &of["nsd"]["vmetric"], "noise");
}

#[test]
fn both_noises_are_removed_as_in_the_reference() {
    let Some(of) = reference("reliability.json") else { return };
    let (human, model) = (matrix(&of["H_subjects_x_pixels"]), matrix(&of["M_seeds_x_pixels"]));
    let (h, m) = (normal(&human), normal(&model));
    let expected = &of["disattenuation"];
    let seeds = pairs(&gram(&m));
    seeds.iter().zip(expected["seed_pairwise"].as_array().unwrap()).for_each(|(f, e)| close(*f, e, "seeds"));
    let (a, b) = (mean(&pairs(&gram(&h))), mean(&seeds));
    close(b, &expected["seed_r1"], "seed r");
    let seed_rel = lengthened(b, 4.0).unwrap();
    let rel = lengthened(a, 6.0).unwrap();
    close(seed_rel, &expected["seed_rel_K"], "seed reliability");
    let cross: Vec<f64> = m.iter().flat_map(|x| h.iter().map(|y| dot(x, y))).collect();
    close(mean(&cross), &expected["cross_mean_single"], "cross");
    let average = |rows: &[Vec<f64>]| -> Vec<f64> {
        (0..rows[0].len()).map(|at| rows.iter().map(|row| row[at]).sum::<f64>() / rows.len() as f64).collect()
    };
    let group = pearson(&average(&model), &average(&human)).unwrap();
    close(group, &expected["r_group_vs_seedmean"], "group");
    close(group / (seed_rel * rel).sqrt(), &expected["rho_spearman_group"], "group form");
    close(mean(&cross) / (a * b).sqrt(), &expected["rho_ustat_zscored"], "U form");
    let n = human[0].len() as f64 - 1.0;
    let raw: Vec<f64> = model.iter().flat_map(|x| human.iter().map(|y| covariance(x, y) / n)).collect();
    let (raw_h, raw_m) = (mean(&pairs(&gram(&human))) / n, mean(&pairs(&gram(&model))) / n);
    close(mean(&raw) / (raw_h * raw_m).sqrt(), &expected["rho_ustat_raw_cov"], "raw covariances");
    let single: Vec<f64> = model.iter().map(|x| pearson(x, &average(&human)).unwrap()).collect();
    close(mean(&single) / rel.sqrt(), &expected["normalized_single_seed_vs_group"], "one seed");
    close(rel.sqrt(), &expected["max_r_given_human_noise_only"], "largest r");
    close((b * rel).sqrt(), &expected["max_r_single_seed_and_group"], "largest r of one seed");
}

#[test]
fn lengthening_trials_needed_and_kappa_are_those_of_the_reference() {
    let Some(of) = reference("reliability.json") else { return };
    for case in of["spearman_brown_table"].as_array().unwrap() {
        let found = lengthened(case["r"].as_f64().unwrap(), case["k"].as_f64().unwrap());
        match found {
            Some(value) => close(value, &case["expected"], "SB"),
            None => assert!(case["expected"].is_null(), "{case}"),
        }
    }
    for case in of["trials_needed"].as_array().unwrap() {
        let get = |name: &str| case[name].as_f64().unwrap();
        close(get("n") * parts_needed(get("rel"), get("target")).unwrap(), &case["expected"], "trials needed");
    }
    for case in of["error_consistency"].as_array().unwrap() {
        let answers = |name: &str| -> Vec<bool> { numbers(&case[name]).iter().map(|v| *v == 1.0).collect() };
        let found = kappa(&answers("a").into_iter().zip(answers("b")).collect::<Vec<_>>()).unwrap();
        close(found.observed, &case["p_obs"], "observed");
        close(found.expected, &case["p_exp"], "expected");
        for (value, name) in [(found.kappa, "kappa"), (found.bound, "kappa_max_given_marginals")] {
            match value {
                Some(value) => close(value, &case[name], name),
                None => assert!(case[name].is_null(), "{case}"),
            }
        }
    }
}

fn table_of(draw: Draw, levels: &[usize], names: &[&str], expected: &Value) {
    for (set, found) in sets(levels.len()).zip(coefficients(draw, levels)) {
        let name: Vec<&str> = (0..levels.len()).filter(|f| contains(set, *f)).map(|f| names[f]).collect();
        close(found, &expected[name.join("+")], "coefficient");
    }
}

#[test]
fn crossed_coefficients_and_the_exact_example_are_those_of_the_reference() {
    let (Some(of), Some(extra)) = (reference("inference.json"), reference("extra.json")) else { return };
    let names = ["image", "subject", "seed"];
    for case in of["multifactor_bootstrap_coefficients"].as_array().unwrap() {
        let levels: Vec<usize> =
            names.iter().filter_map(|name| case["levels"][name].as_u64()).map(|n| n as usize).collect();
        table_of(Draw::Multinomial, &levels, &names, &case["coef"]);
    }
    table_of(Draw::Multinomial, &[20, 6, 5], &names, &extra["coefficients"]["multinomial"]);
    table_of(Draw::Dirichlet, &[20, 6, 5], &names, &extra["coefficients"]["dirichlet"]);
    for (factors, key) in [(1, "r1"), (2, "r2"), (3, "r3")] {
        let found = coefficients(Draw::Multinomial, &vec![1_000_000_000; factors]);
        let expected = &of["multifactor_bootstrap_coefficients_infinite"][key];
        for (set, found) in sets(factors).zip(found) {
            let of_size = match expected {
                Value::Array(all) => all[0].as_f64(),
                all => all[["single", "pair", "triple"][set.count_ones() as usize - 1]].as_f64(),
            };
            assert!((found - of_size.unwrap()).abs() < 1e-6, "{factors} {set} {found}");
        }
    }
    let case = &of["triple_bootstrap_exact_example"];
    let variances: Vec<f64> = sets(3)
        .map(|set| {
            let name: Vec<&str> = (0..3).filter(|f| contains(set, *f)).map(|f| names[f]).collect();
            case["boot_var"][name.join("+")].as_f64().unwrap()
        })
        .collect();
    let levels = [4, 3, 2];
    let sum: f64 = coefficients(Draw::Multinomial, &levels).iter().zip(&variances).map(|(c, v)| c * v).sum();
    close(sum, &case["corrected"], "corrected variance");
    close(combine(Draw::Multinomial, &levels, &variances), &case["clipped_max_single_scaled"], "clamped variance");
    // The exact variances are the limits of those by drawing.
    let values: Vec<f64> = case["T"].as_array().unwrap().iter().flat_map(matrix).flatten().collect();
    let draws: Vec<f64> = (0..20_000)
        .map(|b| {
            let w: Vec<Vec<f64>> = (0..3).map(|f| Draw::Multinomial.weights(Seed(3), f, b, levels[f])).collect();
            let at = |at: usize| w[0][at / 6] * w[1][at / 2 % 3];
            values.iter().enumerate().map(|(i, v)| at(i) * v).sum::<f64>() / 24.0
        })
        .collect();
    let expected = case["boot_var"]["image+subject"].as_f64().unwrap();
    // Draws that leave one level of three observers are drawn again, which takes some variance away.
    assert!((variance(&draws) / expected - 1.0).abs() < 0.12, "{} {expected}", variance(&draws));
}

#[test]
fn the_accelerated_bootstrap_is_that_of_the_reference() {
    let Some(of) = reference("inference.json") else { return };
    let case = &of["bca"];
    let x = numbers(&case["x"]);
    let mut state = case["lcg_seed"].as_u64().unwrap();
    let mut uniform = || {
        state = (1_664_525 * state + 1_013_904_223) % (1 << 32);
        state as f64 / (1u64 << 32) as f64
    };
    // Which replicates count as below the estimate is decided by rounding, so sums are added up in numpy's order.
    let mean = |v: &[f64]| {
        let pairs = ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
        v[8..].iter().fold(pairs, |sum, value| sum + value) / v.len() as f64
    };
    let replicates: Vec<f64> = (0..case["B"].as_u64().unwrap())
        .map(|_| mean(&(0..12).map(|_| x[(uniform() * 12.0) as usize]).collect::<Vec<_>>()))
        .collect();
    replicates
        .iter()
        .zip(case["first5_reps_unsorted"].as_array().unwrap())
        .for_each(|(f, e)| close(*f, e, "replicate"));
    let jackknife: Vec<f64> = (0..12).map(|out| (x.iter().sum::<f64>() - x[out]) / 11.0).collect();
    close(mean(&x), &case["theta"], "theta");
    let found = bca(mean(&x), &replicates, &jackknife, 0.95).unwrap();
    close(found.acceleration, &case["accel"], "acceleration");
    close(found.bias.unwrap(), &case["z0"], "z0");
    close(found.probabilities.0, &case["alpha1"], "alpha 1");
    close(found.probabilities.1, &case["alpha2"], "alpha 2");
    close(found.limits.0, &case["ci_bca"][0], "low");
    close(found.limits.1, &case["ci_bca"][1], "high");
    close(quantile(&replicates, 0.025).unwrap(), &case["ci_percentile"][0], "percentile");
    close(quantile(&replicates, 0.975).unwrap(), &case["ci_percentile"][1], "percentile");
    close(variance(&replicates).sqrt(), &case["boot_se_ddof1"], "standard error");
}

#[test]
fn families_of_tests_are_corrected_as_in_the_reference() {
    let (Some(of), Some(extra)) = (reference("inference.json"), reference("extra.json")) else { return };
    let case = &of["multiple_comparisons"];
    let p = numbers(&case["p"]);
    type Adjust = fn(&[f64]) -> Vec<f64>;
    let all: [(&str, Adjust); 5] = [
        ("bonferroni", bonferroni),
        ("holm", holm),
        ("hommel", hommel),
        ("simes-hochberg", hochberg),
        ("holm-sidak", holm_sidak),
    ];
    for (name, adjust) in all {
        adjust(&p).iter().zip(case[name].as_array().unwrap()).for_each(|(f, e)| close(*f, e, name));
    }
    let case = &of["signflip_maxT"];
    let found = sign_flip(&matrix(&case["D_images_x_methods"]), 0, Seed(0)).unwrap();
    for (values, name) in [
        (&found.t, "t"),
        (&found.one_sided, "p_onesided_exhaustive_256"),
        (&found.two_sided, "p_twosided_exhaustive_256"),
        (&found.family, "p_maxT_singlestep_onesided"),
        (&found.step_down, "p_maxT_stepdown_onesided"),
    ] {
        values.iter().zip(case[name].as_array().unwrap()).for_each(|(f, e)| close(*f, e, name));
    }
    let case = &extra["image_shuffle"];
    let found = shuffle(&matrix(&case["cross_image_matrix"]), &[0; 4], 0, Seed(0)).unwrap();
    close(found.observed, &case["observed"], "observed");
    close(found.p, &case["p_exhaustive_24"], "p");
    close(found.specificity(), &case["specificity"], "specificity");
}

#[test]
fn spatial_nulls_are_those_of_the_reference() {
    let (Some(of), Some(metrics)) = (reference("inference.json"), reference("metrics.json")) else { return };
    for case in of["torus_shift"].as_array().unwrap() {
        let (x, y) = (map(case["x"].as_str().unwrap(), &metrics), map(case["y"].as_str().unwrap(), &metrics));
        let found = shifts(&x, &y, false).unwrap();
        close(found.r, &case["r"], "r");
        close(found.one_sided, &case["p_onesided"], "one-sided");
        close(found.two_sided, &case["p_twosided_abs"], "two-sided");
        if let Some(count) = case["n_dihedral"].as_u64() {
            let found = shifts(&x, &y, true).unwrap();
            assert_eq!(found.count as u64, count);
            close(found.one_sided, &case["p_onesided_with_dihedral"], "dihedral");
        }
    }
    for case in of["variogram"].as_array().unwrap() {
        let found = binned(&map(case["map"].as_str().unwrap(), &metrics), &numbers(&case["edges"]));
        found.variogram.iter().zip(case["gamma"].as_array().unwrap()).for_each(|(f, e)| close(*f, e, "gamma"));
        found.pairs.iter().zip(case["pairs"].as_array().unwrap()).for_each(|(f, e)| close(*f, e, "pairs"));
    }
    for case in of["moran_geary_rook"].as_array().unwrap() {
        let (moran, geary) = moran_geary(&map(case["map"].as_str().unwrap(), &metrics)).unwrap();
        close(moran, &case["moran_I"], "Moran");
        close(geary, &case["geary_C"], "Geary");
    }
    let edges: Vec<f64> = (0..23).map(|k| k as f64 + 0.5).collect();
    for case in of["clifford_richardson"].as_array().unwrap() {
        let (x, y) = (map(case["x"].as_str().unwrap(), &metrics), map(case["y"].as_str().unwrap(), &metrics));
        let found = effective_pixels(&x, &y, &edges).unwrap();
        close(found.r, &case["r"], "r");
        close(found.variance, &case["var_r"], "variance");
        close(found.pixels, &case["n_eff"], "effective pixels");
        close(found.t.unwrap(), &case["t"], "t");
        assert!((found.p / case["p_two_sided"].as_f64().unwrap() - 1.0).abs() < 1e-8, "{found:?} {case}");
        assert!(found.p > 1e3 * case["naive_p"].as_f64().unwrap());
    }
    for case in of["partial_correlation"].as_array().unwrap() {
        let get = |name: &str| flat(&map(case[name].as_str().unwrap(), &metrics));
        let left = |name: &str| residual(&get(name), &[get("z")]);
        close(pearson(&left("x"), &left("y")).unwrap(), &case["expected"], "partial");
    }
}

#[test]
fn ratios_have_the_interval_of_the_reference_or_none() {
    let Some(of) = reference("inference.json") else { return };
    for case in of["fieller"].as_array().unwrap() {
        let get = |name: &str| case[name].as_f64().unwrap();
        let ratio = Ratio {
            estimates: [get("a"), get("b")],
            variances: [get("var_a"), get("var_b")],
            covariance: get("cov_ab"),
        };
        close(ratio.g(get("t")), &case["g"], "g");
        match ratio.limits(get("t")) {
            None => assert!(case["ci"].is_null(), "{case}"),
            Some((low, high)) => {
                close(low, &case["ci"][0], "low");
                close(high, &case["ci"][1], "high");
            }
        }
    }
    for case in of["monte_carlo_p"].as_array().unwrap() {
        let (b, m) = (case["b"].as_f64().unwrap(), case["m"].as_f64().unwrap());
        close((b + 1.0) / (m + 1.0), &case["expected"], "p");
    }
}

#[test]
fn ranks_are_compared_like_values() {
    let (Some(of), Some(extra)) = (reference("reliability.json"), reference("extra.json")) else { return };
    let ranked = |name: &str| normal(&matrix(&of[name]).iter().map(|row| average_ranks(row)).collect::<Vec<_>>());
    let (h, m) = (ranked("H_subjects_x_pixels"), ranked("M_seeds_x_pixels"));
    let cross: Vec<f64> = h.iter().flat_map(|x| m.iter().map(|y| dot(x, y))).collect();
    close(mean(&cross), &extra["gram_spearman"]["cross"], "cross");
    close(mean(&pairs(&gram(&h))), &extra["gram_spearman"]["human"], "human");
    close(mean(&pairs(&gram(&m))), &extra["gram_spearman"]["model"], "model");
}
