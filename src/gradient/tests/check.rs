//! One row: an operator, what is asked of it, and differences of its output to compare with.

use std::sync::Arc;

use ndarray::{ArrayD, IxDyn};
use tract_onnx::prelude::{IntoRunnable, TypedSimplePlan};
use tract_onnx::tract_core::internal::*;

use super::super::{Derivative, Scheme, backward};

type Build = Box<dyn Fn(&mut TypedModel, &[OutletId]) -> TractResult<OutletId>>;

/// A function of some tensors that an operator takes part in.
pub struct Row {
    /// The operator, as the table names it.
    pub operator: &'static str,
    /// What is special here.
    pub what: String,
    /// Where the derivative is taken.
    pub inputs: Vec<ArrayD<f32>>,
    /// How far each value is moved: 1 for a function that is of degree two at most in each value by itself.
    pub step: f32,
    build: Build,
}

impl Row {
    pub fn new(
        operator: &'static str,
        what: impl Into<String>,
        inputs: Vec<ArrayD<f32>>,
        step: f32,
        build: impl Fn(&mut TypedModel, &[OutletId]) -> TractResult<OutletId> + 'static,
    ) -> Row {
        Row { operator, what: what.into(), inputs, step, build: Box::new(build) }
    }

    /// Moves every value of every input by itself. The differences of `⟨weights, output⟩` at one and two steps, combined
    /// so that their errors of second order cancel, must be the derivative; and the operator must be in the graph.
    pub fn check(&self) -> TractResult<()> {
        let at = format!("{}, {}", self.operator, self.what);
        let (graph, y) = self.graph().with_context(|| at.clone())?;
        ensure!(
            graph.nodes().iter().any(|node| node.op.name() == self.operator),
            "{at}: the graph has no such operator"
        );
        let shape = self.output_shape()?;
        let forward = plan(graph, &[y])?;
        let weights = distinct(&shape, -1.0, 1.5);
        let value = |inputs: &[ArrayD<f32>]| -> TractResult<f64> {
            let output = run(&forward, inputs)?;
            Ok(output[0].iter().zip(&weights).map(|(&y, &weight)| f64::from(y) * f64::from(weight)).sum())
        };
        let (_, found) = derivatives(self, &weights, &Derivative).with_context(|| at.clone())?;
        for (slot, found) in found.iter().enumerate() {
            let (ours, theirs) = (found.shape(), self.inputs[slot].shape());
            ensure!(ours == theirs, "{at}: a derivative of shape {ours:?} to input {slot} of shape {theirs:?}");
            let mut expected = ArrayD::<f64>::zeros(found.raw_dim());
            for (place, expected) in expected.iter_mut().enumerate() {
                let difference = |step: f32| -> TractResult<f64> {
                    let moved = |step: f32| {
                        let mut inputs = self.inputs.clone();
                        *inputs[slot].iter_mut().nth(place).unwrap() += step;
                        value(&inputs)
                    };
                    Ok((moved(step)? - moved(-step)?) / f64::from(2.0 * step))
                };
                *expected = (4.0 * difference(self.step)? - difference(2.0 * self.step)?) / 3.0;
            }
            let largest = expected.iter().fold(0f64, |most, value| most.max(value.abs()));
            ensure!(largest > 1e-3, "{at}: the derivative to input {slot} says nothing: {expected}");
            let apart = expected.iter().zip(found).fold(0f64, |most, (a, &b)| most.max((a - f64::from(b)).abs()));
            let limit = if self.step == 1.0 { 1e-5 } else { 1e-3 };
            ensure!(apart <= limit * largest, "{at}, input {slot}: differences say {expected}, the rule {found}");
        }
        Ok(())
    }

    /// Adds the operator to a graph.
    pub fn build(&self, graph: &mut TypedModel, inputs: &[OutletId]) -> TractResult<OutletId> {
        (self.build)(graph, inputs)
    }

    pub fn output_shape(&self) -> TractResult<Vec<usize>> {
        let (graph, y) = self.graph()?;
        Ok(graph.outlet_fact(y)?.shape.as_concrete().context("a size is open")?.to_vec())
    }

    fn graph(&self) -> TractResult<(TypedModel, OutletId)> {
        let mut graph = TypedModel::default();
        let mut sources = vec![];
        for (slot, input) in self.inputs.iter().enumerate() {
            sources.push(graph.add_source(format!("x{slot}"), f32::fact(input.shape()))?);
        }
        let y = (self.build)(&mut graph, &sources)?;
        graph.select_output_outlets(&[y])?;
        Ok((graph, y))
    }
}

/// The output, and what a scheme hands back to each input for a derivative of the output.
pub fn derivatives(row: &Row, seed: &ArrayD<f32>, scheme: &dyn Scheme) -> TractResult<(ArrayD<f32>, Vec<ArrayD<f32>>)> {
    let (mut graph, y) = row.graph()?;
    let sources = graph.inputs.clone();
    let start = graph.add_source("seed", f32::fact(seed.shape()))?;
    let start = scheme.start(&mut graph, y, start)?;
    let mut outputs = vec![y];
    outputs.extend(backward(&mut graph, y, start, &sources, scheme)?);
    let inputs: Vec<ArrayD<f32>> = row.inputs.iter().chain([seed]).cloned().collect();
    let mut found = run(&plan(graph, &outputs)?, &inputs)?;
    Ok((found.remove(0), found))
}

pub fn plan(mut graph: TypedModel, outputs: &[OutletId]) -> TractResult<Arc<TypedSimplePlan>> {
    graph.select_output_outlets(outputs)?;
    graph.into_optimized()?.into_runnable()
}

pub fn run(plan: &Arc<TypedSimplePlan>, inputs: &[ArrayD<f32>]) -> TractResult<Vec<ArrayD<f32>>> {
    let outputs = plan.run(inputs.iter().map(|input| input.clone().into_tensor().into_tvalue()).collect())?;
    outputs.iter().map(|output| Ok(output.to_plain_array_view::<f32>()?.to_owned())).collect()
}

/// Adds an operator under a name of its own.
pub fn wire(
    graph: &mut TypedModel,
    operator: impl Into<Box<dyn TypedOp>>,
    inputs: &[OutletId],
) -> TractResult<OutletId> {
    let name = format!("node {}", graph.nodes().len());
    Ok(graph.wire_node(name, operator, inputs)?[0])
}

pub fn constant(graph: &mut TypedModel, values: impl IntoTensor) -> TractResult<OutletId> {
    let name = format!("constant {}", graph.nodes().len());
    graph.add_const(name, values.into_tensor())
}

/// Values of which no two are alike, evenly spaced between two bounds, in an order without pattern.
pub fn distinct(shape: &[usize], low: f32, high: f32) -> ArrayD<f32> {
    let count: usize = shape.iter().product();
    let divides = |step: usize| (2..=step).any(|by| step.is_multiple_of(by) && count.is_multiple_of(by));
    let step = ((count as f64 * 0.618) as usize + 1..).find(|&step| !divides(step)).unwrap();
    let value = |at: usize| low + (high - low) * (((at * step + count / 3) % count) as f32 + 0.5) / count as f32;
    ArrayD::from_shape_vec(IxDyn(shape), (0..count).map(value).collect()).unwrap()
}
