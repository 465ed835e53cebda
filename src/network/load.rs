//! From an ONNX file to a typed graph with one picture as its input.

use std::path::Path;

use sha2::{Digest, Sha256};
use tract_onnx::prelude::*;
use tract_onnx::tract_core::internal::DimLike;
use tract_onnx::tract_hir::infer::Factoid;

use crate::error::{Error, Result};
use crate::experiment::Channels;
use crate::gradient::prepare;

/// SHA-256 of a file, in hexadecimal.
pub(super) fn hash(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|cause| {
        Error::io("read the network", path, cause)
            .hint("give the path of an ONNX file; `file` in [[model]] is relative to the experiment file")
    })?;
    Ok(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The typed graph, constants folded, with the shape (1, channels, rows, columns) of its input.
pub(super) fn typed(path: &Path) -> Result<(TypedModel, [usize; 4])> {
    let mut graph = tract_onnx::onnx().model_for_path(path).map_err(|cause| unreadable(&cause))?;
    if let Some(node) = graph.nodes().iter().find(|node| node.op.name().starts_with("Unimplemented")) {
        let name = node.op.name();
        let operator = name.trim_start_matches("Unimplemented(").trim_end_matches(')');
        return Err(Error::unsupported(format!("the operator {operator} of node {}", node.name))
            .hint("export the network with a lower opset, or with this operator written out in simpler ones"));
    }
    let shape = input_shape(&graph)?;
    graph
        .set_input_fact(0, f32::fact(shape).into())
        .map_err(|cause| unsupported("the input of the network cannot be set", &cause))?;
    for output in 0..graph.outputs.len() {
        graph
            .set_output_fact(output, InferenceFact::default())
            .map_err(|cause| unsupported("the output of the network cannot be set", &cause))?;
    }
    let typed = graph.into_typed().and_then(prepare);
    typed.map(|typed| (typed, shape)).map_err(|cause| unsupported("the graph cannot be typed", &cause))
}

fn input_shape(graph: &InferenceModel) -> Result<[usize; 4]> {
    if graph.inputs.len() != 1 {
        let names: Vec<&str> = graph.inputs.iter().map(|input| graph.node(input.node).name.as_str()).collect();
        return Err(Error::invalid(format!(
            "the network has {} inputs ({}), and a picture fills one",
            names.len(),
            names.join(", ")
        ))
        .hint("export the network with one input, the picture"));
    }
    let fact = graph.input_fact(0).map_err(|cause| unsupported("the input of the network is unknown", &cause))?;
    if let Some(kind) = fact.datum_type.concretize().filter(|&kind| kind != f32::datum_type()) {
        return Err(Error::unsupported(format!("the input of the network holds {kind:?}, and float32 is needed"))
            .hint("export the network with a float32 input"));
    }
    let dims: Vec<Option<usize>> =
        fact.shape.dims().map(|dim| dim.concretize().and_then(|dim| dim.to_usize().ok())).collect();
    let text: Vec<String> = dims.iter().map(|dim| dim.map_or("?".to_owned(), |dim| dim.to_string())).collect();
    let text = text.join(" x ");
    if dims.len() != 4 || fact.shape.is_open() {
        return Err(Error::invalid(format!(
            "the input of the network has the shape {text}, not batch x channels x rows x columns"
        ))
        .hint("export the network with an input of four dimensions, such as 1 x 3 x 224 x 224"));
    }
    match dims[..] {
        [_, Some(channels), Some(rows), Some(columns)] if channels * rows * columns > 0 => {
            Ok([1, channels, rows, columns])
        }
        _ => Err(Error::invalid(format!(
            "the input of the network has the shape {text}, and only the batch may be left open"
        ))
        .hint("export the network with fixed channels, height and width, such as 1 x 3 x 224 x 224")),
    }
}

/// The graph and the experiment disagree on the number of channels.
pub(super) fn wrong_channels(shape: &[usize; 4], stated: Channels) -> Error {
    let error = Error::invalid(format!(
        "the network takes {} {} (its input is {} x {} x {} x {}), and `channels` states {}",
        shape[1],
        if shape[1] == 1 { "channel" } else { "channels" },
        shape[0],
        shape[1],
        shape[2],
        shape[3],
        stated.count()
    ));
    if [1, 3].contains(&shape[3]) && ![1, 3].contains(&shape[1]) {
        return error.hint(
            "the channels seem to come last: export the network with the order batch x channels x rows x columns",
        );
    }
    error.hint("set `channels` in [model.input] to \"grey\" (1 channel), \"rgb\" or \"bgr\" (3 channels)")
}

fn unreadable(cause: &TractError) -> Error {
    let cause = one_line(cause);
    if cause.contains("xternal data") || cause.contains("No such file") {
        return Error::invalid(format!("the weights kept in a file beside this one cannot be read: {cause}")).hint(
            "put the external data file (often model.onnx.data) into the same folder, under the name it had at export",
        );
    }
    Error::invalid(format!("this is not an ONNX network that can be read: {cause}"))
        .hint("the file may be cut off, or be another format: export it again, for example with torch.onnx.export")
}

/// Something that tract cannot do, its message folded into one line.
pub(super) fn unsupported(what: &str, cause: &TractError) -> Error {
    Error::unsupported(format!("{what}: {}", one_line(cause)))
        .hint("export the network again with fixed sizes and a common opset, such as 17")
}

fn one_line(cause: &TractError) -> String {
    let text = format!("{cause:#}");
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(200) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line,
    }
}
