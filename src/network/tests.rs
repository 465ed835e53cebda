use ndarray::Array3;

use super::fixtures::{classes, dense, input, linear, load, path, picture, pool, reference};
use super::{Network, list_layers};
use crate::error::{Error, Kind, Result};
use crate::experiment::{Channels, Output, OutputValues};

const LOGITS: OutputValues = OutputValues::Logits;

fn close(ours: &[f64], theirs: &[f64], tolerance: f64) -> bool {
    ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| (a - b).abs() <= tolerance)
}

fn refusal(result: Result<Network>) -> Error {
    result.err().unwrap_or_else(|| panic!("the network was accepted"))
}

#[test]
fn scores_are_those_of_onnx() -> Result<()> {
    let probabilities: Vec<f64> = reference("dense")?.iter().map(|p| p.ln()).collect();
    assert!(close(&linear()?.scores(&picture(24, 32, 1)?)?, &reference("linear")?, 1e-5));
    assert!(close(&pool()?.scores(&picture(8, 10, 1)?)?, &reference("pool")?, 1e-5));
    // The Softmax at its end is left out: logits are the logarithms of its probabilities but for a constant.
    let logits = dense()?.scores(&picture(6, 7, 3)?)?;
    let constant = logits.iter().map(|logit| logit.exp()).sum::<f64>().ln();
    assert!(close(&logits.iter().map(|logit| logit - constant).collect::<Vec<_>>(), &probabilities, 1e-5));
    for (name, count) in [("averaged", 2), ("transposed", 2), ("per_place", 3), ("convolved", 3)] {
        let network = load(name, Channels::Grey, count, LOGITS)?;
        assert!(close(&network.scores(&picture(6, 7, 1)?)?, &reference(name)?, 1e-5), "{name}");
    }
    Ok(())
}

#[test]
fn channel_order_range_mean_and_sd_are_obeyed() -> Result<()> {
    let values = picture(6, 7, 3)?.values().clone();
    let (mean, sd, range) = ([0.1, 0.2, 0.3], [0.5, 0.25, 2.0], [-1.0, 3.0]);
    let by_hand = Array3::from_shape_fn(values.dim(), |(row, column, channel)| {
        let value = f64::from(values[[row, column, 2 - channel]]);
        ((range[0] + value * (range[1] - range[0]) - mean[channel]) / sd[channel]) as f32
    });
    let output = Output { classes: classes(3), values: OutputValues::Probabilities };
    let stated = crate::experiment::Input { range, mean: mean.to_vec(), sd: sd.to_vec(), ..input(Channels::Bgr) };
    let network = Network::load(&path("dense"), &stated, &output, &classes(3))?;
    let expected = dense()?.scores(&crate::picture::Picture::new(by_hand)?)?;
    assert!(close(&network.scores(&picture(6, 7, 3)?)?, &expected, 1e-5));
    assert!(!close(&dense()?.scores(&picture(6, 7, 3)?)?, &expected, 1e-3), "the input statement must matter");
    Ok(())
}

#[test]
fn classes_are_found_by_name_and_the_margin_is_over_the_best_other() -> Result<()> {
    let output = Output { classes: classes(3), values: LOGITS };
    let chosen = ["c".to_owned(), "a".to_owned()];
    let network = Network::load(&path("pool"), &input(Channels::Grey), &output, &chosen)?;
    let (shown, answers) = (picture(8, 10, 1)?, reference("pool")?);
    assert!(close(&network.scores(&shown)?, &[answers[2], answers[0]], 1e-5));
    let margins: Vec<f64> = (0..3).map(|target| pool()?.margin(&shown, target)).collect::<Result<_>>()?;
    let best = |target| (0..3).filter(|&c| c != target).map(|c| answers[c]).fold(f64::NEG_INFINITY, f64::max);
    assert!(close(&margins, &[answers[0] - best(0), answers[1] - best(1), answers[2] - best(2)], 1e-5));
    assert_eq!(network.margin(&shown, 0)?, -network.margin(&shown, 1)?);
    assert_eq!(network.margin(&shown, 2).unwrap_err().kind, Kind::Internal);
    Ok(())
}

#[test]
fn refusals_name_both_values_and_a_remedy() {
    let cases = [
        ("absent", 2, LOGITS, "cannot read", "relative to the experiment file"),
        ("two_inputs", 3, LOGITS, "2 inputs (x, z)", "one input"),
        ("three_dimensions", 2, LOGITS, "1 x 4 x 5", "four dimensions"),
        ("open_size", 3, LOGITS, "1 x 3 x ? x ?", "fixed channels, height and width"),
        ("dense", 3, LOGITS, "takes 3 channels", "rgb"),
        ("channels_last", 2, LOGITS, "takes 4 channels", "channels seem to come last"),
        ("map_output", 2, LOGITS, "1 x 2 x 4 x 5", "one value for each class"),
        ("pool", 2, LOGITS, "3 outputs, and [model.output] names 2", "`classes`"),
        ("pool", 3, OutputValues::Probabilities, "sum to", "values = \"logits\""),
        ("unknown_operator", 3, LOGITS, "Sparkle of node sparkle_1", "export"),
        ("weights_elsewhere", 2, LOGITS, "file beside this one", "same folder"),
    ];
    for (name, count, values, what, hint) in cases {
        let error = refusal(load(name, Channels::Grey, count, values));

        assert!(error.what.contains(what), "{name}: {error}");
        assert!(error.hint.as_deref().is_some_and(|text| text.contains(hint)), "{name}: {error}");
        assert!(error.to_string().contains(&format!("{name}.onnx")), "{name}: {error}");
        assert!(!error.what.contains('\n'), "{name}: {error}");
    }
    let error = refusal(load("dense", Channels::Rgb, 3, LOGITS));
    assert!(error.what.contains("ends in a Softmax"), "{error}");
}

#[test]
fn a_missing_class_is_named_with_both_lists() {
    let output = Output { classes: classes(3), values: LOGITS };
    let wanted = ["a".to_owned(), "cat".to_owned()];
    let error = refusal(Network::load(&path("pool"), &input(Channels::Grey), &output, &wanted));
    assert!(error.what.contains("cat") && error.what.contains("a, cat") && error.what.contains("a, b, c"), "{error}");
}

#[test]
fn a_file_cut_off_or_of_another_format_is_refused() -> Result<()> {
    let whole = std::fs::read(path("dense")).map_err(|cause| Error::io("read", &path("dense"), cause))?;
    for bytes in [&whole[..whole.len() / 2], b"just some text", b""] {
        let file = tempfile::NamedTempFile::new().map_err(|cause| Error::internal(cause.to_string()))?;
        std::fs::write(file.path(), bytes).map_err(|cause| Error::io("write", file.path(), cause))?;
        let output = Output { classes: classes(3), values: OutputValues::Probabilities };
        let error = refusal(Network::load(file.path(), &input(Channels::Rgb), &output, &classes(3)));

        assert!(error.hint.is_some() && error.place.is_some(), "{error}");
    }
    Ok(())
}

#[test]
fn an_output_that_is_not_a_number_is_an_error() -> Result<()> {
    let shown = crate::picture::Picture::from_grey(ndarray::Array2::from_elem((24, 32), f32::NAN))?;
    let error = linear()?.scores(&shown).unwrap_err();
    assert!(error.what.contains("NaN"), "{error}");
    Ok(())
}

#[test]
fn layers_are_listed_in_order_and_the_hash_is_of_the_file() -> Result<()> {
    let layers = list_layers(&path("pool"))?;
    let listed: Vec<(&str, (usize, usize, usize))> =
        layers.iter().map(|layer| (layer.name.as_str(), layer.shape)).collect();
    assert_eq!(listed, [("x", (1, 8, 10)), ("c", (5, 8, 10)), ("features", (5, 8, 10))]);
    assert_eq!(pool()?.hash().len(), 64);
    assert_ne!(pool()?.hash(), dense()?.hash());
    assert_eq!(pool()?.size(), (8, 10));
    Ok(())
}

#[test]
fn a_network_serves_many_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Network>();
}
