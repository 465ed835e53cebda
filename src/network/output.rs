//! What the outputs of a network mean to an experiment.

use tract_onnx::prelude::{OutletId, TypedModel};
use tract_onnx::tract_core::ops::cast::Cast;
use tract_onnx::tract_core::ops::change_axes::AxisOp;
use tract_onnx::tract_core::ops::identity::Identity;
use tract_onnx::tract_core::ops::nn::{Softmax, SoftmaxKind};

use super::load;
use crate::error::{Error, Result};
use crate::experiment::{Output, OutputValues};

/// Below this, the logarithm of a probability is cut off.
const SMALLEST_PROBABILITY: f64 = 1e-12;

/// Which output unit is which class.
#[derive(Clone)]
pub(super) struct Units {
    /// Scale of the outputs, a final Softmax left out.
    pub(super) values: OutputValues,
    /// Output unit of each class of the experiment.
    pub(super) of_class: Vec<usize>,
    /// Number of output units.
    pub(super) count: usize,
}

impl Units {
    /// Finds every class among the units; the graph must have as many units as are named. Returns the graph up to a final
    /// Softmax, which hides what it does not need: logits.
    pub(super) fn new(mut typed: TypedModel, output: &Output, classes: &[String]) -> Result<(Units, TypedModel)> {
        let count = count_units(&typed)?;
        if count != output.classes.len() {
            return Err(Error::invalid(format!(
                "the network has {count} outputs, and [model.output] names {}",
                output.classes.len()
            ))
            .hint("list in `classes` of [model.output] what each output stands for, in order; other names than those of the experiment are allowed"));
        }
        let mut of_class = Vec::new();
        for class in classes {
            let units: Vec<usize> = (0..count).filter(|&unit| &output.classes[unit] == class).collect();
            let [unit] = units[..] else {
                return Err(Error::invalid(format!(
                    "the class {class} stands for {} outputs of the network: the experiment has {}, and [model.output] names {}",
                    units.len(),
                    listed(classes),
                    listed(&output.classes)
                ))
                .hint("`classes` of [model.output] holds every class of the experiment once"));
            };
            of_class.push(unit);
        }
        let mut values = output.values;
        if let Some(before) = before_softmax(&typed, count) {
            if values == OutputValues::Logits {
                return Err(Error::invalid("the outputs are stated to be logits, and the network ends in a Softmax")
                    .hint("set `values = \"probabilities\"` in [model.output]"));
            }
            values = OutputValues::Logits;
            let cut = |mut typed: TypedModel| {
                typed.select_output_outlets(&[before])?;
                typed.into_compact()
            };
            typed = cut(typed).map_err(|cause| load::unsupported("the final Softmax cannot be left out", &cause))?;
        }
        Ok((Units { values, of_class, count }, typed))
    }

    /// Scores of the classes of the experiment.
    pub(super) fn scores(&self, outputs: &[f32]) -> Result<Vec<f64>> {
        let score = |&unit: &usize| match (self.values, outputs.get(unit).copied().map(f64::from)) {
            (_, None) => Err(Error::internal(format!("output {unit} is absent among {}", outputs.len()))),
            (_, Some(value)) if !value.is_finite() => {
                Err(Error::invalid(format!("output {unit} of the network is {value}"))
                    .hint("check `range`, `mean` and `sd` in [model.input], and the weights of the network"))
            }
            (OutputValues::Logits, Some(value)) => Ok(value),
            (OutputValues::Probabilities, Some(value)) => Ok(value.max(SMALLEST_PROBABILITY).ln()),
        };
        self.of_class.iter().map(score).collect()
    }

    /// Refuses a stated scale that the network's answer to a grey picture contradicts.
    pub(super) fn check_scale(&self, outputs: &[f32]) -> Result<()> {
        let total: f32 = outputs.iter().sum();
        let proper = (total - 1.0).abs() <= 1e-3 && outputs.iter().all(|&value| value >= 0.0);
        if self.values == OutputValues::Logits || proper {
            return Ok(());
        }
        let lowest = outputs.iter().copied().fold(f32::INFINITY, f32::min);
        Err(Error::invalid(format!(
            "the outputs are stated to be probabilities, and on a grey picture they sum to {total} and the lowest is {lowest}"
        ))
        .hint("set `values = \"logits\"` in [model.output]"))
    }
}

fn count_units(typed: &TypedModel) -> Result<usize> {
    let [outlet] = typed.outputs[..] else {
        let names: Vec<&str> = typed.outputs.iter().map(|outlet| typed.node(outlet.node).name.as_str()).collect();
        return Err(Error::invalid(format!("the network has {} outputs ({})", names.len(), names.join(", ")))
            .hint("export the network with one output, a value for each class"));
    };
    let fact = typed.outlet_fact(outlet).map_err(|cause| load::unsupported("the output has no shape", &cause))?;
    let shape = fact.shape.as_concrete().unwrap_or_default();
    match shape {
        [1, units, rest @ ..] if rest.iter().all(|&size| size == 1) => Ok(*units),
        _ => Err(Error::invalid(format!(
            "the output of the network has the shape {}, not 1 x classes",
            format!("{:?}", fact.shape).replace(',', " x ")
        ))
        .hint("export the network so that it gives one value for each class")),
    }
}

/// What goes into the Softmax over all units that is the last operator which computes anything.
fn before_softmax(typed: &TypedModel, count: usize) -> Option<OutletId> {
    let mut outlet: OutletId = typed.outputs[0];
    loop {
        let node = typed.node(outlet.node);
        if let Some(softmax) = node.op_as::<Softmax>() {
            let shape = typed.outlet_fact(node.inputs[0]).ok()?.shape.as_concrete()?;
            let normalised: usize = softmax.axes.iter().filter_map(|&axis| shape.get(axis)).product();
            return (softmax.kind == SoftmaxKind::Softmax && normalised == count).then(|| node.inputs[0]);
        }
        let passes = node.op_is::<AxisOp>()
            || node.op_is::<Identity>()
            || node.op_as::<Cast>().is_some_and(|cast| cast.to.is_float());
        outlet = *node.inputs.first().filter(|_| passes)?;
    }
}

fn listed(names: &[String]) -> String {
    if names.len() <= 8 { names.join(", ") } else { format!("{}, ... ({} names)", names[..8].join(", "), names.len()) }
}
