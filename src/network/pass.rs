//! One run of a network forwards and back.

use std::sync::Arc;

use ndarray::{Array4, ArrayD};
use tract_onnx::prelude::{IntoRunnable, OutletId, TypedModel, TypedSimplePlan};
use tract_onnx::tract_core::internal::*;

use super::objective::{Form, Objective};
use super::{Network, load};
use crate::error::{Error, Result};
use crate::gradient::{self, Composite, Relevance, Rescale, Scheme};

/// How the explained number is passed back through a network.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// The derivative.
    Gradient,
    /// Guided backpropagation (Springenberg et al. 2015): a rectifier passes what is positive where it was open.
    Guided,
    /// Deconvolution (Zeiler & Fergus 2014): a rectifier passes what is positive.
    Deconvolution,
    /// DeepLIFT (Shrikumar, Greenside & Kundaje 2017), rescale rule: multipliers against a baseline.
    Rescale,
    /// Layer-wise relevance propagation (Bach et al. 2015).
    Relevance(Composite),
}

/// What comes back to the input.
#[derive(Debug, Clone)]
pub struct Returned {
    /// The explained number.
    pub value: f64,
    /// What the way gives to each value of the input, shape (1, channels, rows, columns).
    pub input: Array4<f32>,
}

impl Network {
    /// The derivative of a number to the input, or what another way gives in its place.
    ///
    /// `input` is of shape (1, channels, rows, columns), as [`Network::input`] gives it; `baseline` likewise, and needed
    /// for [`Way::Rescale`] only.
    pub fn back(
        &self,
        input: &Array4<f32>,
        objective: &Objective,
        way: &Way,
        baseline: Option<&Array4<f32>>,
    ) -> Result<Returned> {
        let pass = self.pass(objective, way)?;
        let inputs = std::iter::once(input).chain(baseline).map(|input| input.clone().into_tensor()).collect();
        let (value, derivatives) = pass.run(inputs, objective).map_err(|error| error.at(&self.place))?;
        Ok(Returned { value, input: planes(derivatives)? })
    }

    /// Whether a number can be passed back in some way; the error names every operator without a rule with its node.
    pub fn check_way(&self, objective: &Objective, way: &Way) -> Result<()> {
        self.check_rules(self.typed.inputs[0], objective.place)?;
        self.pass(objective, way).map(|_| ())
    }

    /// Names every operator between two outlets that has no backward rule.
    pub(super) fn check_rules(&self, from: OutletId, to: OutletId) -> Result<()> {
        let missing = gradient::unsupported(&self.typed, from, to)
            .map_err(|cause| load::unsupported("the graph has no order", &cause).at(&self.place))?;
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::unsupported(format!("derivatives through {}", missing.join(", ")))
            .hint("use bubbles, rise, occlusion, lime, kernel_shap, sobol or hsic, which need outputs only")
            .at(&self.place))
    }

    fn pass(&self, objective: &Objective, way: &Way) -> Result<Arc<Pass>> {
        let key = (objective.place, objective.form, way.clone());
        self.cached(&self.passes, &key, || {
            let wanted = [self.typed.inputs[0]];
            let unsupported = |cause| load::unsupported("the way back through the network", &cause);
            let pass = Pass::build(&self.typed, objective, &wanted, way).map(Arc::new);
            pass.map_err(|cause| unsupported(cause).at(&self.place))
        })
    }
}

/// A network compiled forwards and back, for one place and form of the explained number.
pub(super) struct Pass {
    plan: Arc<TypedSimplePlan>,
    shape: TVec<usize>,
}

impl Pass {
    /// Compiles the way back from `place` to the outlets `wanted`.
    pub(super) fn build(
        graph: &TypedModel,
        objective: &Objective,
        wanted: &[OutletId],
        way: &Way,
    ) -> TractResult<Pass> {
        let place = objective.place;
        let mut graph = graph.clone();
        let fact = graph.outlet_fact(place)?.without_value();
        let shape: TVec<usize> = fact.shape.as_concrete().context("a size is open")?.into();
        let scheme: Box<dyn Scheme> = match way {
            Way::Gradient => Box::new(gradient::Derivative),
            Way::Guided => Box::new(gradient::Guided),
            Way::Deconvolution => Box::new(gradient::Deconvolution),
            Way::Rescale => Box::new(Rescale::new(&mut graph, place)?),
            Way::Relevance(composite) => Box::new(Relevance::new(&mut graph, composite.clone())?),
        };
        let weights = graph.add_source("explained weights", fact.clone())?;
        let rivals = graph.add_source("explained rivals", fact)?;
        let start = Start { form: objective.form };
        let seed = graph.wire_node("explained", start, &[place, weights, rivals])?[0];
        let seed = scheme.start(&mut graph, place, seed)?;
        let mut outputs = vec![place];
        outputs.extend(gradient::backward(&mut graph, place, seed, wanted, scheme.as_ref())?);
        graph.select_output_outlets(&outputs)?;
        Ok(Pass { plan: graph.into_optimized()?.into_runnable()?, shape })
    }

    /// The explained number, and what came back to each wanted outlet.
    pub(super) fn run(&self, inputs: Vec<Tensor>, objective: &Objective) -> Result<(f64, Vec<ArrayD<f32>>)> {
        let ran = || -> TractResult<Vec<ArrayD<f32>>> {
            let mut inputs: TVec<TValue> = inputs.into_iter().map(Tensor::into_tvalue).collect();
            for values in [&objective.weights, &objective.rivals] {
                inputs.push(Tensor::from_shape(&self.shape, values)?.into_tvalue());
            }
            let outputs = self.plan.run(inputs)?;
            outputs.iter().map(|output| Ok(output.to_plain_array_view::<f32>()?.to_owned())).collect()
        };
        let mut outputs =
            ran().map_err(|cause| load::unsupported("the network cannot be run on this picture", &cause))?;
        let values: Vec<f32> = outputs.remove(0).into_iter().collect();
        Ok((objective.value(&values)?, outputs))
    }
}

/// The first array that came back, as planes.
pub(super) fn planes(mut derivatives: Vec<ArrayD<f32>>) -> Result<Array4<f32>> {
    derivatives
        .remove(0)
        .into_dimensionality()
        .map_err(|cause| Error::internal(format!("what came back to the input: {cause}")))
}

/// Where the way back starts: from (values, weights, rivals), the derivative of the explained number to the values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Start {
    form: Form,
}

impl Op for Start {
    fn name(&self) -> StaticName {
        "Start".into()
    }
    op_as_typed_op!();
}

impl TypedOp for Start {
    fn output_facts(&self, inputs: &[&TypedFact]) -> TractResult<TVec<TypedFact>> {
        Ok(tvec!(inputs[0].without_value()))
    }
    as_op!();
}

impl EvalOp for Start {
    op_out_of_plan!();

    fn eval(&self, _context: &EvalContext, inputs: TVec<TValue>) -> TractResult<TVec<TValue>> {
        let floats = |at: usize| -> TractResult<Vec<f32>> {
            Ok(inputs[at].to_plain_array_view::<f32>()?.iter().copied().collect())
        };
        let place = OutletId::new(0, 0);
        let objective = Objective { place, form: self.form, weights: floats(1)?, rivals: floats(2)? };
        let derivative = objective.derivative(&floats(0)?).map_err(|error| format_err!("{}", error.what))?;
        Ok(tvec!(Tensor::from_shape(inputs[0].shape(), &derivative)?.into_tvalue()))
    }
}
