//! Gradients, relevance and class activation maps against those of PyTorch, Captum, zennit and pytorch-grad-cam.

#![allow(clippy::unwrap_used, clippy::panic)]

mod maps;

use bubblescope::error::Result;
use maps::{distance, enlarged, explain, fixtures, folder, network, npy, numbers, picture, relative, summed};
use ndarray::{Array2, ArrayD, IxDyn};
use serde_json::Value;

fn array(value: &Value, shape: &[usize]) -> ArrayD<f64> {
    ArrayD::from_shape_vec(IxDyn(shape), numbers(value)).unwrap()
}

#[test]
fn toy_networks_agree_with_the_python_implementations() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let fixtures = fixtures(&folder)?;
    let picture = picture(array(&fixtures["input"], &[1, 3, 8, 8]))?;
    let zero = "baseline=input_zero";
    // (field, method, parameters); attributions of the input, summed over channels.
    let attributions = [
        ("gradient", "gradient", String::new()),
        ("input_x_gradient", "input_x_gradient", zero.to_owned()),
        ("ig50_gausslegendre", "integrated_gradients", format!("{zero} rule=gauss_legendre")),
        ("ig50_riemann_middle", "integrated_gradients", zero.to_owned()),
        ("ig50_riemann_left", "integrated_gradients", format!("{zero} rule=left")),
        ("ig50_riemann_right", "integrated_gradients", format!("{zero} rule=right")),
        ("ig_true_trapezoid_51pts", "integrated_gradients", format!("{zero} rule=trapezoid steps=51")),
        ("guided_backprop", "guided_backprop", String::new()),
        ("deconvolution", "deconvnet", String::new()),
        ("deeplift_rescale", "deep_lift", zero.to_owned()),
    ];
    let at_layer = [
        ("gradcam_raw", "grad_cam"),
        ("hirescam_raw", "hires_cam"),
        ("layercam", "layer_cam"),
        ("gradcampp_raw_jacobgil", "grad_cam_plus_plus"),
        ("xgradcam_raw", "x_grad_cam"),
        ("ablationcam_raw", "ablation_cam"),
        ("eigencam_raw_up_to_sign", "eigen_cam"),
    ];
    for name in ["netA", "netB"] {
        let network = network(&folder.join(format!("toy/{name}.onnx")), 3)?;
        let expected = &fixtures[name];
        for (field, method, given) in &attributions {
            let theirs = summed(array(&expected[*field], &[1, 3, 8, 8]));
            let ours = explain(&network, &picture, 2, method, given)?;
            let apart = distance(&ours.map.to_f64(), &theirs);
            println!("{name} {field}: {apart:.1e}");
            assert!(apart < 1e-5, "{name} {field}: {apart}");
            let other = explain(&network, &picture, 1, method, given)?.map.to_f64();
            assert!(distance(&other, &theirs) > 0.05, "{name} {field}: another class must differ");
            if let Some(delta) = expected[format!("{field}_delta")].get(0).and_then(Value::as_f64) {
                assert!((ours.delta.unwrap() - delta).abs() < 1e-5, "{name} {field}: {:?} and {delta}", ours.delta);
            }
        }
        for (field, method) in at_layer {
            let theirs = Array2::from_shape_vec((4, 4), numbers(&expected[field])).unwrap();
            let ours = explain(&network, &picture, 2, method, "")?.map.to_f64();
            let enlarged = enlarged(&theirs, (8, 8));
            let apart = if method == "eigen_cam" {
                distance(&ours, &enlarged).min(distance(&-&ours, &enlarged))
            } else {
                distance(&ours, &enlarged)
            };
            println!("{name} {field}: {apart:.1e}");
            assert!(apart < 1e-5, "{name} {field}: {apart}");
        }
        assert!(explain(&network, &picture, 2, "deep_lift", zero)?.delta.unwrap().abs() < 1e-5);
        assert!(explain(&network, &picture, 2, "full_grad", "")?.delta.unwrap().abs() < 1e-5);
    }
    Ok(())
}

#[test]
fn relevance_agrees_with_zennit() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let fixtures = fixtures(&folder)?;
    let picture = picture(array(&fixtures["input"], &[1, 3, 8, 8]))?;
    let network = network(&folder.join("toy/netA.onnx"), 3)?;
    let composites = [
        ("EpsilonPlus", "epsilon_plus", 0.845980),
        ("EpsilonPlusFlat", "epsilon_plus_flat", 0.849730),
        ("EpsilonAlpha2Beta1", "epsilon_alpha2_beta1", 0.877998),
        ("EpsilonAlpha2Beta1Flat", "epsilon_alpha2_beta1_flat", 0.865247),
        ("all_Epsilon1e-6", "epsilon", f64::NAN),
    ];
    for (field, composite, sum) in composites {
        let theirs = summed(array(&fixtures["zennit"][field], &[1, 3, 8, 8]));
        let ours = explain(&network, &picture, 2, "lrp", &format!("composite={composite}"))?.map.to_f64();
        println!("{field}: {:.1e}, sum {:.6}", distance(&ours, &theirs), ours.sum());
        assert!(distance(&ours, &theirs) < 1e-4, "{field}: {}", distance(&ours, &theirs));
        assert!(sum.is_nan() || (ours.sum() - sum).abs() < 1e-5, "{field}: {}", ours.sum());
    }
    Ok(())
}

/// Tolerance of an attribution, and whether it is of the root mean square or of the largest value.
enum Within {
    Root(f64),
    Largest(f64),
}

#[test]
fn real_architectures_agree_with_torch_and_captum() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let picture = picture(npy(&folder.join("pictures/astronaut.npy"))?)?;
    let zero = "baseline=input_zero";
    let gauss = "baseline=input_zero rule=gauss_legendre";
    use Within::{Largest, Root};
    let cases = [
        ("resnet18", 123, "saliency.f64", "gradient", "", Root(1e-5)),
        ("vit_tiny_16", 740, "saliency.f64", "gradient", "", Root(1e-5)),
        ("squeezenet1_1", 442, "saliency.f64", "gradient", "", Root(5e-3)),
        ("resnet18", 123, "input_x_gradient", "input_x_gradient", zero, Root(1e-5)),
        ("vit_tiny_16", 740, "input_x_gradient", "input_x_gradient", zero, Root(1e-5)),
        ("resnet18", 123, "guided_backprop", "guided_backprop", "", Root(1e-4)),
        ("squeezenet1_1", 442, "guided_backprop", "guided_backprop", "", Root(5e-3)),
        ("resnet18", 123, "deconvolution", "deconvnet", "", Root(1e-4)),
        ("squeezenet1_1", 442, "deconvolution", "deconvnet", "", Root(1e-4)),
        ("resnet18", 123, "ig50.f64", "integrated_gradients", gauss, Largest(3e-3)),
        ("vit_tiny_16", 740, "ig50.f64", "integrated_gradients", gauss, Largest(1e-5)),
        ("squeezenet1_1", 442, "ig50_riemann_middle", "integrated_gradients", zero, Largest(1e-2)),
    ];
    let mut loaded = std::collections::BTreeMap::new();
    for (model, target, file, method, given, within) in cases {
        if !loaded.contains_key(model) {
            loaded.insert(model, network(&folder.join(model).join("model_batch.onnx"), 1000)?);
        }
        let theirs = summed(npy(&folder.join(model).join(format!("{file}.npy")))?);
        let ours = explain(&loaded[model], &picture, target, method, given)?.map.to_f64();
        let (root, largest) = (relative(&ours, &theirs), distance(&ours, &theirs));
        println!("{model} {file}: rms {root:.1e}, largest {largest:.1e}");
        let fits = match within {
            Root(limit) => root < limit,
            Largest(limit) => largest < limit,
        };
        assert!(fits, "{model} {file}: rms {root}, largest {largest}");
    }
    Ok(())
}

#[test]
fn class_activation_maps_of_real_architectures_agree_with_pytorch_grad_cam() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let picture = picture(npy(&folder.join("pictures/astronaut.npy"))?)?;
    let models = [
        ("resnet18", 123, (7, 7), "/layer4/layer4.1/relu_1/Relu_output_0", true),
        ("vit_tiny_16", 740, (14, 14), "/encoder/layers/encoder_layer_11/ln_1/LayerNormalization_output_0", true),
        ("squeezenet1_1", 442, (13, 13), "/features/features.12/Concat_output_0", false),
    ];
    let methods = [
        ("pgc_gradcam", "grad_cam"),
        ("pgc_gradcam_plusplus", "grad_cam_plus_plus"),
        ("pgc_xgradcam", "x_grad_cam"),
        ("pgc_hirescam", "hires_cam"),
        ("pgc_layercam", "layer_cam"),
        ("pgc_eigencam", "eigen_cam"),
    ];
    for (model, target, side, layer, default) in models {
        let network = network(&folder.join(model).join("model_batch.onnx"), 1000)?;
        if default {
            assert_eq!(network.last_layer()?.name, layer, "{model}");
        }
        for (file, method) in methods {
            let low = npy(&folder.join(model).join(format!("{file}.low.npy")))?.into_shape_with_order(side).unwrap();
            let theirs = enlarged(&low, picture.shape());
            let found = explain(&network, &picture, target, method, &format!("layer={layer}"))?;
            assert_eq!(found.layer.as_deref(), Some(layer));
            let ours = found.map.to_f64();
            let apart = match method {
                "eigen_cam" => distance(&ours, &theirs).min(distance(&-&ours, &theirs)),
                _ => distance(&ours, &theirs),
            };
            println!("{model} {file}: {apart:.1e}");
            assert!(apart < 1e-4, "{model} {file}: {apart}");
        }
    }
    Ok(())
}

#[test]
fn both_exporters_of_squeezenet_and_small_networks_with_every_pool_agree_with_torch() -> Result<()> {
    let Some(folder) = folder() else { return Ok(()) };
    let astronaut = picture(npy(&folder.join("pictures/astronaut.npy"))?)?;
    let dynamo = network(&folder.join("squeezenet1_1/model_dynamo.onnx"), 1000)?;
    let theirs = summed(npy(&folder.join("squeezenet1_1/saliency.f64.npy"))?);
    let apart = relative(&explain(&dynamo, &astronaut, 442, "gradient", "")?.map.to_f64(), &theirs);
    assert!(apart < 5e-3, "dynamo: {apart}");
    for name in ["tiny_maxceil", "tiny_avg"] {
        let input = npy(&folder.join(name).join("input.npy"))?;
        let output = npy(&folder.join(name).join("output.npy"))?;
        let network = network(&folder.join(name).join("model.onnx"), output.len())?;
        let theirs = npy(&folder.join(name).join("grad64.npy"))?;
        println!("{name}: input {:?}, output {:?}, gradient {:?}", input.shape(), output.shape(), theirs.shape());
        let target = (0..output.len())
            .max_by(|&a, &b| output.iter().nth(a).unwrap().total_cmp(output.iter().nth(b).unwrap()))
            .unwrap();
        let ours = explain(&network, &picture(input)?, target, "gradient", "")?.map.to_f64();
        let apart = relative(&ours, &summed(theirs));
        println!("{name}: {apart:.1e}");
        assert!(apart < 1e-5, "{name}: {apart}");
    }
    Ok(())
}
