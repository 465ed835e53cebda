//! Networks: ONNX classifiers run with tract, one picture at a time.
//!
//! The batch is fixed to 1; many pictures are run side by side by their callers, since one plan serves every thread.

mod cached;
mod cut;
mod input;
mod inside;
mod layers;
mod load;
mod objective;
mod output;
mod pass;
mod randomise;

use std::path::Path;
use std::sync::Arc;

use ndarray::Array4;
use tract_onnx::prelude::{IntoRunnable, IntoTensor, OutletId, TypedModel, TypedSimplePlan, tvec};

pub use self::cut::{Crossing, Cut};
pub use self::inside::Biases;
pub use self::layers::{Layer, Layout, list_layers};
pub use self::load::hash;
pub use self::objective::Objective;
pub use self::pass::{Returned, Way};
pub use crate::gradient::{Composite, LayerRule};

use self::cached::Cache;
use self::inside::Biased;
use self::objective::Form;
use self::output::Units;
use self::pass::Pass;
use crate::error::{Error, Result};
use crate::experiment::{Input, Output};
use crate::picture::Picture;

/// A classifier whose outputs are the classes of an experiment.
pub struct Network {
    plan: Arc<TypedSimplePlan>,
    /// From the input to the outputs, a final Softmax left out.
    typed: TypedModel,
    input: Input,
    size: (usize, usize),
    units: Units,
    hash: String,
    place: String,
    trunks: Cache<OutletId, Arc<TypedSimplePlan>>,
    passes: Cache<(OutletId, Form, Way), Arc<Pass>>,
    cuts: Cache<(OutletId, OutletId, Form), Arc<Cut>>,
    biased: Cache<(OutletId, Form), Arc<Biased>>,
    attention: Cache<(), Arc<TypedSimplePlan>>,
}

impl Network {
    /// Loads an ONNX file and checks it against what the experiment says of its input and output.
    ///
    /// `classes` are the classes of the experiment; `output.classes` names the output units, among which each of them
    /// must be found once. Errors name the file, both values that disagree, and what to do.
    pub fn load(path: &Path, input: &Input, output: &Output, classes: &[String]) -> Result<Network> {
        Self::load_at(path, input, output, classes).map_err(|error| error.at(path.display()))
    }

    fn load_at(path: &Path, input: &Input, output: &Output, classes: &[String]) -> Result<Network> {
        input::check(input)?;
        let hash = load::hash(path)?;
        let (typed, shape) = load::typed(path)?;
        if shape[1] != input.channels.count() {
            return Err(load::wrong_channels(&shape, input.channels));
        }
        let (units, typed) = Units::new(typed, output, classes)?;
        let place = path.display().to_string();
        let network = Network::new(typed, input.clone(), (shape[2], shape[3]), units, hash, place)?;
        network.units.check_scale(&network.outputs(&network.grey()?)?)?;
        Ok(network)
    }

    fn new(
        typed: TypedModel,
        input: Input,
        size: (usize, usize),
        units: Units,
        hash: String,
        place: String,
    ) -> Result<Network> {
        let plan = typed
            .clone()
            .into_optimized()
            .and_then(|model| model.into_runnable())
            .map_err(|cause| load::unsupported("the network cannot be prepared to run", &cause))?;
        Ok(Network {
            plan,
            typed,
            input,
            size,
            units,
            hash,
            place,
            trunks: Cache::default(),
            passes: Cache::default(),
            cuts: Cache::default(),
            biased: Cache::default(),
            attention: Cache::default(),
        })
    }

    /// SHA-256 of the ONNX file and of the files that hold its weights, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// (rows, columns) of the input; pictures of another size are resized.
    pub fn size(&self) -> (usize, usize) {
        self.size
    }

    /// One score for each class of the experiment, in its order: logits, before any final Softmax; or, where a network
    /// has probabilities without one, `ln(max(p, 1e-12))`.
    pub fn scores(&self, picture: &Picture) -> Result<Vec<f64>> {
        self.outputs(picture).and_then(|outputs| self.units.scores(&outputs)).map_err(|error| error.at(&self.place))
    }

    /// Score of the target class less that of the best other class; with two classes, their difference.
    pub fn margin(&self, picture: &Picture, target: usize) -> Result<f64> {
        let scores = self.scores(picture)?;
        let rival = best_other(&scores, target)?;
        Ok(scores[target] - scores[rival])
    }

    /// The class with the best score among those that are not the target.
    pub fn rival(&self, picture: &Picture, target: usize) -> Result<usize> {
        best_other(&self.scores(picture)?, target)
    }

    /// The input that a picture becomes, shape (1, channels, rows, columns): resized, its channels put in order, each
    /// value turned into `(range[0] + value (range[1] - range[0]) - mean) / sd`.
    pub fn input(&self, picture: &Picture) -> Result<Array4<f32>> {
        input::values(picture, &self.input, self.size)
    }

    /// The channels' values (black, white) in the input.
    pub fn bounds(&self) -> Vec<(f32, f32)> {
        input::bounds(&self.input)
    }

    fn outputs(&self, picture: &Picture) -> Result<Vec<f32>> {
        run(&self.plan, self.input(picture)?)
    }

    fn grey(&self) -> Result<Picture> {
        Picture::from_grey(ndarray::Array2::from_elem(self.size, 0.5))
    }
}

/// Index of the highest score among the classes that are not the target; the first one where several are equal.
fn best_other(scores: &[f64], target: usize) -> Result<usize> {
    if target >= scores.len() {
        return Err(Error::internal(format!("class {target} is asked for among {}", scores.len())));
    }
    let others = (0..scores.len()).filter(|&class| class != target);
    others.reduce(|best, class| if scores[class] > scores[best] { class } else { best }).ok_or_else(|| {
        Error::invalid(format!("a margin needs at least two classes, and there is {}", scores.len()))
            .hint("add a [[pictures.class]] with name and files")
    })
}

/// Runs a plan of one input and one output; the values come in C order.
fn run(plan: &Arc<TypedSimplePlan>, input: Array4<f32>) -> Result<Vec<f32>> {
    let values = plan.run(tvec!(input.into_tensor().into())).and_then(|results| {
        let first = results[0].cast_to::<f32>()?;
        Ok(first.to_plain_array_view::<f32>()?.iter().copied().collect())
    });
    values.map_err(|cause| load::unsupported("the network cannot be run on this picture", &cause))
}

#[cfg(test)]
mod back_tests;
#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
