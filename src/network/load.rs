//! From an ONNX file to a typed graph with one picture as its input.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use sha2::{Digest, Sha256};
use tract_onnx::prelude::*;
use tract_onnx::tract_core::internal::DimLike;
use tract_onnx::tract_hir::infer::Factoid;

use crate::error::{Error, Result};
use crate::experiment::Channels;
use crate::gradient::prepare;

/// SHA-256 of an ONNX file and of the files in its folder that hold its weights, in hexadecimal.
pub fn hash(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|cause| {
        Error::io("read the network", path, cause)
            .hint("give the path of an ONNX file; `file` in [[model]] is relative to the experiment file")
    })?;
    let mut hash = Sha256::new_with_prefix(&bytes);
    // A file that is no network has no other files; reading it says what it is instead.
    let network = tract_onnx::onnx().proto_model_for_read(&mut bytes.as_slice()).ok().and_then(|network| network.graph);
    let locations: BTreeSet<String> = network
        .iter()
        .flat_map(|graph| &graph.initializer)
        .flat_map(|tensor| &tensor.external_data)
        .filter(|entry| entry.key == "location")
        .map(|entry| entry.value.clone())
        .collect();
    for location in locations {
        let beside = path.parent().unwrap_or(Path::new("")).join(&location);
        let inside =
            Path::new(&location).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside {
            return Err(outside(&location));
        }
        hash.update(std::fs::read(&beside).map_err(|cause| absent(&format!("{}: {cause}", beside.display())))?);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn outside(location: &str) -> Error {
    Error::invalid(format!("the weights are said to lie in {location}, outside the folder of the network"))
        .hint("put them beside the ONNX file, and export it again, or name the file without a folder")
}

fn absent(cause: &str) -> Error {
    Error::invalid(format!("the weights kept in a file beside this one cannot be read: {cause}")).hint(
        "put the external data file (often model.onnx.data) into the same folder, under the name it had at export",
    )
}

/// The most that the tensors between input and output may take together: gradients keep them all.
const MOST_BYTES: u64 = 16 << 30;

fn check_size(typed: &TypedModel) -> Result<()> {
    let facts = typed.nodes().iter().flat_map(|node| &node.outputs).map(|output| &output.fact);
    let varying = facts.filter(|fact| fact.konst.is_none());
    let size = |fact: &TypedFact| {
        fact.shape.as_concrete().unwrap_or_default().iter().map(|&side| side as u64).product::<u64>()
    };
    let bytes: u64 = varying.map(|fact| size(fact) * fact.datum_type.size_of() as u64).sum();
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    let gibibytes = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    Err(Error::unsupported(format!(
        "tensors of {:.0} GiB between input and output, where {:.0} GiB are the limit",
        gibibytes(bytes),
        gibibytes(MOST_BYTES)
    ))
    .hint("export the network with a smaller input"))
}

/// The typed graph, constants folded, with the shape (1, channels, rows, columns) of its input.
pub(super) fn typed(path: &Path) -> Result<(TypedModel, [usize; 4])> {
    // Sizes noted between the nodes may name an open batch, which is fixed to 1 here.
    let reader = tract_onnx::onnx().with_ignore_value_info(true);
    let mut graph = reader.model_for_path(path).map_err(|cause| unreadable(&cause))?;
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
    let typed = typed.map_err(|cause| unsupported("the graph cannot be typed", &cause))?;
    check_size(&typed).map(|()| (typed, shape))
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
