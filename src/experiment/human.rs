//! `[human]`: human maps that do not come from Bubbles trials, but from eye movements, clicks, painted masks or maps made
//! elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::size::Size;
use super::{Experiment, Unit, Value};
use crate::error::Result;
use crate::map::Labels;

/// `[human]`: where human maps come from instead of trials.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Human {
    /// What they are made of.
    pub source: Source,
    /// Tables of fixations or clicks (`*` in a file name stands for any text), or one folder of masks or maps, with a
    /// folder for each observer and in it a file for each picture.
    pub files: Vec<String>,
    /// Labels of masks that count as painted; by default all but 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<Labels>,
    /// Names of the columns of a table.
    #[serde(default)]
    pub columns: LookColumns,
    /// Gaussian blur: of the places looked at, where it must be given, or of masks; of maps made elsewhere, which are taken
    /// as they are, the blur that is in them already.
    pub blur: Option<Size>,
    /// What a fixation counts.
    #[serde(default)]
    pub weight: Weight,
    /// Whether the first fixation of an observer at a picture is left out: it began before the picture came.
    #[serde(default)]
    pub drop_first: bool,
    /// Width of a picture in the unit of the coordinates; by default that of the pictures in px.
    pub width: Option<f64>,
    /// Coordinates of a picture's upper left corner, such as its place on the screen.
    #[serde(default)]
    pub origin: [f64; 2],
}

/// What human maps are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Places that eyes rested on.
    Fixations,
    /// Places that were clicked on.
    Clicks,
    /// Parts that were painted.
    Masks,
    /// Maps made elsewhere, taken as they are.
    Maps,
}

impl Source {
    /// The name as it stands in files.
    pub fn name(self) -> &'static str {
        match self {
            Source::Fixations => "fixations",
            Source::Clicks => "clicks",
            Source::Masks => "masks",
            Source::Maps => "maps",
        }
    }

    /// Whether the source is a table of places, not a folder of maps.
    pub fn is_table(self) -> bool {
        matches!(self, Source::Fixations | Source::Clicks)
    }
}

/// What a fixation counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// As much as any other.
    #[default]
    Equal,
    /// As much as it lasted.
    Duration,
}

/// `[human.columns]`: the name that each column of a table of fixations or clicks has.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LookColumns {
    /// Participant id.
    pub observer: String,
    /// Picture file name, or its stem.
    pub picture: String,
    /// From the left.
    pub x: String,
    /// From the top.
    pub y: String,
    /// Number of the fixation within the observer and the picture; where there is no such column, the order of the file.
    pub order: String,
    /// How long it lasted, in any unit.
    pub duration: String,
}

impl Default for LookColumns {
    fn default() -> Self {
        let name = |text: &str| text.to_owned();
        LookColumns {
            observer: name("observer"),
            picture: name("picture"),
            x: name("x"),
            y: name("y"),
            order: name("order"),
            duration: name("duration"),
        }
    }
}

impl Experiment {
    pub(super) fn check_human(&self, human: &Human) -> Result<()> {
        let source = human.source.name();
        for (given, name) in [
            (self.file.simulation.is_some(), "simulation"),
            (self.file.import.is_some(), "import"),
            (self.file.design.is_some(), "design"),
            (!self.file.exclusions.is_empty(), "exclusions"),
        ] {
            if given {
                let what = format!("[human] makes maps of {source} without trials, and [{name}] is about trials");
                return Err(self.wrong(name, what, "remove one of the two"));
            }
        }
        let sees_people =
            |values: &BTreeMap<String, Value>| values.get("shown").and_then(Value::text) == Some("people");
        if let Some((name, _)) = self.file.attribution.parameters.iter().find(|(_, values)| sees_people(values)) {
            let field = format!("attribution.parameters.{name}.shown");
            let what =
                format!("networks are to be shown the trials of people, and maps of {source} come from no trials");
            return Err(self.wrong(&field, what, "write shown = \"own\", or leave it out"));
        }
        if human.files.is_empty() {
            return Err(self.wrong(
                "human.files",
                "human.files is empty",
                "name the table of places, or the folder of maps",
            ));
        }
        if !human.source.is_table() && human.files.len() > 1 {
            let what = format!("human.files names {} folders of {source}", human.files.len());
            return Err(self.wrong("human.files", what, "name one folder, with a folder in it for each observer"));
        }
        match &human.blur {
            None if human.source.is_table() => {
                let what = format!("{source} are places, and how far they are blurred is not given");
                return Err(self.wrong("human.blur", what, "add blur = { value = 1.0, unit = \"degrees\" }, or in px"));
            }
            Some(_) => _ = self.human_blur(1)?,
            None => {}
        }
        if human.weight == Weight::Duration && human.source != Source::Fixations {
            let what = format!("{source} do not last, and are to be weighed by their duration");
            return Err(self.wrong("human.weight", what, "leave human.weight out, or choose \"equal\""));
        }
        if human.drop_first && human.source != Source::Fixations {
            let what = format!("drop_first leaves out the first fixation, and these are {source}");
            return Err(self.wrong("human.drop_first", what, "leave human.drop_first out"));
        }
        if human.labels.is_some() && human.source != Source::Masks {
            let what = format!("labels are those of masks, and these are {source}");
            return Err(self.wrong("human.labels", what, "leave human.labels out"));
        }
        if let Some(width) = human.width {
            self.within("human.width", width, 1.0, 1e6)?;
        }
        for at in human.origin {
            self.within("human.origin", at, -1e6, 1e6)?;
        }
        if !human.source.is_table() && (human.width.is_some() || human.origin != [0.0; 2]) {
            let what = format!("width and origin belong to coordinates, and {source} have none");
            return Err(self.wrong("human.width", what, "leave human.width and human.origin out"));
        }
        if human.source.is_table() && self.file.pictures.width.is_some() && human.width.is_none() {
            return Err(self.wrong(
                "human.width",
                "pictures are brought to another width, and the width that coordinates are measured in is not given",
                "add width = ... to [human]: that of the pictures as they were shown, in the unit of the coordinates",
            ));
        }
        Ok(())
    }

    /// Standard deviation of the blur of human maps from other sources, in px of pictures `columns` wide; 0 for none.
    pub fn human_blur(&self, columns: usize) -> Result<f64> {
        let blur = self.file.human.as_ref().and_then(|human| human.blur.as_ref());
        let sd = blur.map(|blur| blur.sd_in_pixels(self.widths(columns), None)).transpose();
        Ok(sd.map_err(|error| error.at(self.field("human.blur")))?.unwrap_or(0.0))
    }

    /// Whether maps of this unit are compared.
    pub fn compares(&self, unit: Unit) -> bool {
        self.file.compare.contains(&unit)
    }
}
