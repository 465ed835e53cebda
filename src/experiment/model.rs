//! The fields of the experiment file that concern networks and scores.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::File;
pub use crate::parameter::Value;
use crate::score::Settings;

/// `[[model]]`: an architecture in one or more weight seeds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Name of the architecture; becomes a folder name.
    pub name: String,
    /// ONNX file; `{seed}` stands for the weight seed.
    pub file: String,
    /// Weight seeds; without them the model is one network, called seed 0.
    #[serde(default)]
    pub seeds: Vec<u64>,
    /// What differs between the seeds, in words; printed with the seed ceiling.
    #[serde(default)]
    pub varied: String,
    /// Text file with one picture name a line: the pictures that this model was not trained on.
    pub pictures: Option<String>,
    /// Text file with the class of each output unit, one a line, in place of `output.classes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<String>,
    /// Methods for this model, where they are not those of `[attribution]`.
    pub methods: Option<Vec<String>>,
    /// Counterparts of this model, where they are not those of `[attribution]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterparts: Option<Vec<String>>,
    /// How a picture becomes the input.
    pub input: Input,
    /// What the outputs mean.
    pub output: Output,
}

impl File {
    /// The index of every folder of saliency maps that the experiment asks for, in the results folder. What a model or
    /// method that was taken out of the file left there is not among them.
    pub fn map_indexes(&self) -> Vec<String> {
        self.indexes(|_| vec![""])
    }

    /// The same of the maps of all counterparts.
    pub fn counterpart_indexes(&self) -> Vec<String> {
        self.indexes(|model| self.counterparts_of(model).iter().map(String::as_str).collect())
    }

    fn indexes<'a>(&'a self, counterparts: impl Fn(&'a Model) -> Vec<&'a str>) -> Vec<String> {
        let mut indexes = Vec::new();
        for model in &self.model {
            for counterpart in counterparts(model) {
                for &seed in model.instances() {
                    let folders =
                        self.methods_of(model).iter().map(|method| model.maps_folder(method, counterpart, seed));
                    indexes.extend(folders.map(|folder| format!("{folder}/index.csv")));
                }
            }
        }
        indexes
    }
}

impl File {
    /// Names of the methods that a model is asked.
    pub fn methods_of<'a>(&'a self, model: &'a Model) -> &'a [String] {
        model.methods.as_ref().unwrap_or(&self.attribution.methods)
    }

    /// Names of the counterparts of a model.
    pub fn counterparts_of<'a>(&'a self, model: &'a Model) -> &'a [String] {
        model.counterparts.as_ref().unwrap_or(&self.attribution.counterparts)
    }
}

impl Attribution {
    /// The method that a name stands for: another one's, under parameters of its own, or itself.
    pub fn method<'a>(&'a self, name: &'a str) -> &'a str {
        let other = self.parameters.get(name).and_then(|given| given.get("method"));
        other.and_then(Value::text).unwrap_or(name)
    }

    /// The parameters given under a name.
    pub fn given(&self, name: &str) -> BTreeMap<String, Value> {
        let mut given = self.parameters.get(name).cloned().unwrap_or_default();
        given.remove("method");
        given
    }
}

impl Model {
    /// The weight seeds; a model without any is one network, called seed 0.
    pub fn instances(&self) -> &[u64] {
        if self.seeds.is_empty() { &[0] } else { &self.seeds }
    }

    /// The file with the accuracy of one network, in the results folder.
    pub fn accuracy_file(&self, seed: u64) -> String {
        format!("model/{}/network-seed{seed}.csv", self.name)
    }

    /// The folder of the maps of one network, or of its counterpart (empty for none), by one method, in the results folder.
    pub fn maps_folder(&self, method: &str, counterpart: &str, seed: u64) -> String {
        let inside = if counterpart.is_empty() { String::new() } else { format!("/{counterpart}") };
        format!("model/{}/{method}{inside}/seed{seed}", self.name)
    }
}

/// `[model.input]`: how a picture becomes the network's input: `(range[0] + value (range[1] - range[0]) - mean) / sd`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Channel order.
    pub channels: Channels,
    /// Values of black and white before centring.
    #[serde(default = "unit_range")]
    pub range: [f64; 2],
    /// Subtracted from each channel.
    #[serde(default)]
    pub mean: Vec<f64>,
    /// Divides each channel.
    #[serde(default)]
    pub sd: Vec<f64>,
}

/// Channel order of a network's input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channels {
    /// One channel.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
}

impl Channels {
    /// How many channels there are.
    pub fn count(self) -> usize {
        if self == Channels::Grey { 1 } else { 3 }
    }
}

/// `[model.output]`: what the outputs mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The class of each output unit, in order; names from `[[pictures.class]]`, or others for units of no interest.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Logits or probabilities.
    #[serde(default)]
    pub values: OutputValues,
}

/// The scale of a network's output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputValues {
    /// Unbounded scores.
    #[default]
    Logits,
    /// Probabilities that sum to 1; the logarithm is explained.
    Probabilities,
}

/// What of a network's answer is explained.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Explained {
    /// The score of the class less that of the best other class of the experiment.
    #[default]
    Margin,
    /// The score of the class, before any Softmax.
    Logit,
    /// The probability of the class among all outputs.
    Probability,
    /// Its logarithm.
    LogProbability,
    /// The score of one output, counted from 0, whatever the class of the picture: `{ output = 207 }`.
    Output(usize),
    /// The mean of one channel of a layer over all places: `{ layer = { name = "/layer3", channel = 5 } }`.
    Layer {
        /// Name of the layer, as `bubblescope list layers` prints it.
        name: String,
        /// The channel, counted from 0.
        channel: usize,
    },
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Explained::Margin => f.write_str("margin"),
            Explained::Logit => f.write_str("logit"),
            Explained::Probability => f.write_str("probability"),
            Explained::LogProbability => f.write_str("log_probability"),
            Explained::Output(unit) => write!(f, "output {unit}"),
            Explained::Layer { name, channel } => write!(f, "channel {channel} of layer {name}"),
        }
    }
}

/// `[attribution]`: which methods, and their parameters.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Attribution {
    /// Names from the table of methods, or of `parameters`.
    pub methods: Vec<String>,
    /// What of a network's answer is explained.
    pub explained: Explained,
    /// Names from the table of counterparts: further maps of every network and method, as baselines of its own.
    pub counterparts: Vec<String>,
    /// Parameters by method; what is not given has the default of the table. A name that is no method's stands for the
    /// one that its `method` says, so that one method can be asked with several sets of parameters.
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
}

/// `[faithfulness]`: how saliency maps are judged without people; not at all where no metric is named.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Faithfulness {
    /// Names from the table of measures of faithfulness.
    pub metrics: Vec<String>,
    /// Weight seeds of each model that are judged: its first ones.
    pub seeds: usize,
    /// Parameters of a metric, by its name; what is not given has the default of the table.
    pub parameters: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Faithfulness {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty()
    }
}

/// `[score]`: how maps are compared.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Score {
    /// Names from the table of metrics.
    pub metrics: Vec<String>,
    /// Bootstrap replicates for each set of resampled factors.
    pub bootstrap: usize,
    /// Whether ratios are reported by all four conventions, not by r/√c alone.
    pub all_conventions: bool,
    /// Name from the table of nulls: how single pictures are tested.
    pub null: String,
    /// `[score.preparation]`: how maps are prepared before they are compared.
    pub preparation: Settings,
}

fn unit_range() -> [f64; 2] {
    [0.0, 1.0]
}

impl Default for Attribution {
    fn default() -> Self {
        let methods = crate::attribution::DEFAULT.map(str::to_owned).to_vec();
        Attribution { methods, explained: Explained::default(), counterparts: Vec::new(), parameters: BTreeMap::new() }
    }
}

impl Default for Faithfulness {
    fn default() -> Self {
        Faithfulness { metrics: Vec::new(), seeds: 1, parameters: BTreeMap::new() }
    }
}

impl Default for Score {
    fn default() -> Self {
        let metrics = crate::metric::DEFAULT.map(str::to_owned).to_vec();
        Score {
            metrics,
            bootstrap: 300,
            all_conventions: false,
            null: "effective_pixels".to_owned(),
            preparation: Settings::default(),
        }
    }
}
