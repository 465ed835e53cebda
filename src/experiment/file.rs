//! The fields of the experiment file that concern pictures, trials and people; those about networks are in [`super::model`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bubbles::Bubbles;
use super::classification::Classification;
use super::columns::Columns;
use super::count::Count;
use super::exclusions::Exclusions;
use super::export::Export;
use super::human::Human;
use super::keep::Kept;
use super::meaning::Meaning;
use super::model::{Attribution, Faithfulness, Model, Score};
use super::noise::Noise;
use super::plan::Plan;
use super::wide::Wide;
use crate::place::Places;

/// What is compared: one map for each picture, or one for the whole task (registered pictures).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// One map for all pictures; they must be registered, like aligned faces.
    Task,
    /// One map for each picture; each needs enough trials.
    Picture,
}

impl Unit {
    /// The name as it stands in files.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Task => "task",
            Unit::Picture => "picture",
        }
    }
}

/// Where a pixel of a map lies when pictures were shown mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coordinates {
    /// As shown on the screen.
    Presentation,
    /// As in the picture file: mirrored presentations are mirrored back.
    Picture,
}

impl Coordinates {
    /// The name as it stands in files.
    pub fn name(self) -> &'static str {
        match self {
            Coordinates::Presentation => "presentation",
            Coordinates::Picture => "picture",
        }
    }
}

/// A whole experiment file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// One line for the head of the report.
    pub title: String,
    /// The seed of every random stream.
    pub seed: u64,
    /// Units of comparison.
    pub compare: Vec<Unit>,
    /// Coordinates of every map.
    pub coordinates: Coordinates,
    /// The base pictures.
    pub pictures: Pictures,
    /// The apertures; needed unless noise is added to the pictures.
    #[serde(default)]
    pub bubbles: Bubbles,
    /// Noise that was added to the pictures.
    pub noise: Option<Noise>,
    /// The plan of trials; needed unless trials are imported.
    pub design: Option<Design>,
    /// How trials are presented elsewhere.
    #[serde(default)]
    pub export: Export,
    /// Simulated observers.
    pub simulation: Option<Simulation>,
    /// Trial files of real observers.
    pub import: Option<Import>,
    /// Human maps from another source than trials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub human: Option<Human>,
    /// Which trials enter no map.
    #[serde(default, skip_serializing_if = "Exclusions::is_empty")]
    pub exclusions: Exclusions,
    /// How human maps are made.
    #[serde(default)]
    pub classification: Classification,
    /// Networks.
    #[serde(default)]
    pub model: Vec<Model>,
    /// How saliency maps are made.
    #[serde(default)]
    pub attribution: Attribution,
    /// How saliency maps are judged without people.
    #[serde(default, skip_serializing_if = "Faithfulness::is_empty")]
    pub faithfulness: Faithfulness,
    /// How maps are compared.
    #[serde(default)]
    pub score: Score,
    /// What a plan of trials and observers is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
}

/// `[pictures]`: the base pictures.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pictures {
    /// Folder of PNG or JPEG files, all of one size.
    pub folder: String,
    /// Width of a picture on the screen, in degrees of visual angle.
    pub degrees: Option<f64>,
    /// Width in px that pictures are brought to, their height in proportion; by default they are taken as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<usize>,
    /// PNG of the picture's size; bubble centres fall where it is brighter than half.
    pub region: Option<String>,
    /// Width of the object in a picture, such as a face, in px; for frequencies in cycles per object.
    pub object_width: Option<f64>,
    /// Whether pictures are shown in colour; false shows their luma, to people and to networks.
    #[serde(default = "yes")]
    pub colour: bool,
    /// Whether every picture gets the same mean luminance and RMS contrast inside the region: the mean over pictures.
    #[serde(default)]
    pub match_luminance: bool,
    /// Classes, in the order in which observers name them.
    pub class: Vec<Class>,
}

/// `[[pictures.class]]`: the pictures of one class.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// What an observer answers.
    pub name: String,
    /// File names, with `*` for any run of characters.
    pub files: String,
}

/// `[design]`: the plan of trials.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Number of observers.
    pub observers: usize,
    /// Trials of each observer.
    pub trials: usize,
    /// Blocks that the trials are divided into.
    #[serde(default = "one")]
    pub blocks: usize,
    /// Share of presentations mirrored left to right.
    #[serde(default)]
    pub mirrored: f64,
    /// Share of trials that show the whole picture: attention checks, which enter no map.
    #[serde(default)]
    pub catch: f64,
    /// Share of trials that show the stimulus of an earlier trial of their block again (double pass).
    #[serde(default)]
    pub repeated: f64,
    /// Practice trials of each observer before the first block; they enter no map.
    #[serde(default)]
    pub practice: usize,
    /// Keys, as many as classes; observers take turns in which class is on which key.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Number of bubbles.
    pub count: Count,
    /// How many trials are drawn as pictures for the report.
    #[serde(default = "twelve")]
    pub rendered: usize,
}

/// `[simulation]`: observers who look for a known template, or through a network.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Simulation {
    /// Folder of one PNG a picture (same file names), or one PNG for all: what the observer looks for, 0..255.
    pub template: Option<String>,
    /// Name of the model through which the observer looks, instead of a template.
    pub network: Option<String>,
    /// Weight seed of that model; each observer takes another one where none is given.
    pub network_seed: Option<u64>,
    /// d' when the whole picture is visible; of a network, what its scores are multiplied by.
    pub sensitivity: f64,
    /// Differences between observers: standard deviation of log sensitivity.
    #[serde(default)]
    pub spread: f64,
    /// Standard deviation of internal noise.
    #[serde(default = "unit")]
    pub noise: f64,
    /// Share of trials answered without looking.
    #[serde(default)]
    pub lapse: f64,
    /// Share of those answered with the first key; by default one over the number of classes.
    pub guess: Option<f64>,
    /// Evidence that the class on the first key has ahead.
    #[serde(default)]
    pub bias: f64,
    /// Response times: ex-Gaussian mean, standard deviation and exponential part, in ms.
    #[serde(default)]
    pub response_time: ResponseTime,
}

/// `[simulation.response_time]`: ex-Gaussian response times, in ms.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResponseTime {
    /// Mean of the Gaussian part.
    pub mean: f64,
    /// Standard deviation of the Gaussian part.
    pub sd: f64,
    /// Mean of the exponential part; it grows up to twofold as evidence vanishes.
    pub tail: f64,
}

/// `[import]`: trial files and what their columns mean.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// Files; `*` stands for any text in the name of a file or folder, `**` for any folders.
    pub files: Vec<String>,
    /// Their format; told from their content where none is given.
    #[serde(default)]
    pub format: Option<String>,
    /// Name of each column.
    #[serde(default)]
    pub columns: Columns,
    /// Codes of responses, each with its meaning.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub responses: BTreeMap<String, Meaning>,
    /// Unit of response times.
    #[serde(default)]
    pub response_time: TimeUnit,
    /// Rows kept: column name to the text that it must hold, or several of which any counts; `*` stands for any text.
    #[serde(default)]
    pub keep: BTreeMap<String, Kept>,
    /// Columns carried along as they are, such as confidence.
    #[serde(default)]
    pub carry: Vec<String>,
    /// How rows find their planned trial.
    #[serde(default)]
    pub join: Join,
    /// Tables with one row for each person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wide: Option<Wide>,
    /// Responses that choose the left and the right of two pictures with noise; by default `left` and `right`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sides: Option<[String; 2]>,
    /// How bubble centres are written; `row:column` counted from 0 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centres: Option<Places>,
    /// Rows of a picture, px, where a format needs them and no pictures are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<usize>,
}

/// How rows find their planned trial.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// By trial id, or else by the name of the stimulus.
    #[default]
    Id,
    /// By their order within a participant, whose numbers of trials must agree.
    Order,
}

/// Unit of a response time column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// What the platform writes, or else what the median looks like: below 20 it is seconds.
    #[default]
    Auto,
    /// Milliseconds.
    Ms,
    /// Seconds.
    S,
}

impl Design {
    /// One observer and one trial without anything special.
    pub fn new(count: Count) -> Design {
        Design {
            observers: 1,
            trials: 1,
            blocks: 1,
            mirrored: 0.0,
            catch: 0.0,
            repeated: 0.0,
            practice: 0,
            keys: Vec::new(),
            count,
            rendered: 0,
        }
    }
}

impl Simulation {
    /// Observers of this sensitivity who differ in nothing and look whenever they answer, but for what.
    pub fn new(sensitivity: f64) -> Simulation {
        Simulation {
            template: None,
            network: None,
            network_seed: None,
            sensitivity,
            spread: 0.0,
            noise: 1.0,
            lapse: 0.0,
            guess: None,
            bias: 0.0,
            response_time: ResponseTime::default(),
        }
    }
}

pub(super) fn one() -> usize {
    1
}

fn unit() -> f64 {
    1.0
}

fn twelve() -> usize {
    12
}

fn yes() -> bool {
    true
}

impl Default for ResponseTime {
    fn default() -> Self {
        ResponseTime { mean: 450.0, sd: 80.0, tail: 200.0 }
    }
}
