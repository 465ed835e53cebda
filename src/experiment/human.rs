//! `[human]`: human maps that do not come from Bubbles trials, but from eye movements, clicks, painted masks or maps made
//! elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::size::Size;
use super::{Experiment, Unit, Value};
use crate::error::Result;
use crate::map::Labels;
use crate::place::{Direction, Order, Origin, Places};

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Its height; by default in proportion to its width. Shares of width and height: both 1.0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
    /// Coordinates of a picture's upper left corner, such as its place on the screen, or "centre" where they count from its middle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Where y grows to, "down" or "up"; by default as the format says, or down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<Direction>,
    /// Left, top, width and height of a picture in the coordinates, in place of origin, width and height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rectangle: Option<[f64; 4]>,
    /// The tracker's own error, a standard deviation, added to the blur: sqrt(blur² + error²).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracker_error: Option<Size>,
}

impl Human {
    /// Where pictures lie in the coordinates, where the file says so.
    pub fn places(&self) -> Option<Places> {
        let y = self.y.unwrap_or_default();
        let places = |origin, width, height| Places { order: Order::XY, from: 0, y, origin, width, height };
        match (self.rectangle, self.origin, self.width, self.height) {
            (Some([left, top, width, height]), ..) => {
                Some(places(Some(Origin::Corner([left, top])), Some(width), Some(height)))
            }
            (None, None, None, None) => None,
            (None, origin, width, height) => Some(places(origin, width, height)),
        }
    }
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
    /// From the left; a cell may hold a list.
    pub x: String,
    /// From the top; a cell may hold a list.
    pub y: String,
    /// Number of the fixation within the presentation; where there is no such column, the order of the file.
    pub order: String,
    /// How long it lasted, in any unit.
    pub duration: String,
    /// The presentation of the picture, such as the number of the trial.
    pub trial: String,
    /// When the fixation began after the picture came, in any unit; below 0 it began before.
    pub start: String,
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
            trial: name("trial"),
            start: name("start"),
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
        self.check_places(human)
    }

    /// Coordinates belong to tables, and pictures have a size in them.
    fn check_places(&self, human: &Human) -> Result<()> {
        let source = human.source.name();
        let stated = human.places().is_some() || human.y.is_some();
        if !human.source.is_table() && (stated || human.tracker_error.is_some()) {
            let field = if stated { "human.width" } else { "human.tracker_error" };
            let what = format!("width, origin and the like belong to coordinates, and {source} have none");
            return Err(self.wrong(
                field,
                what,
                "leave out width, height, origin, rectangle, y and tracker_error of [human]",
            ));
        }
        if human.rectangle.is_some() && (human.origin.is_some() || human.width.is_some() || human.height.is_some()) {
            let what = "human.rectangle says where pictures lie, and so do origin, width or height";
            return Err(self.wrong(
                "human.rectangle",
                what,
                "give rectangle = [left, top, width, height] alone, or the others",
            ));
        }
        let (corner, sides) = match (human.rectangle, human.origin) {
            (Some([left, top, width, height]), _) => {
                (vec![left, top], vec![("human.rectangle", width), ("human.rectangle", height)])
            }
            (None, origin) => {
                let corner = match origin {
                    Some(Origin::Corner(corner)) => corner.to_vec(),
                    _ => Vec::new(),
                };
                let sides = [("human.width", human.width), ("human.height", human.height)];
                (corner, sides.into_iter().filter_map(|(field, side)| Some((field, side?))).collect())
            }
        };
        for (field, side) in sides {
            self.within(field, side, 1e-3, 1e6)?;
        }
        for at in corner {
            self.within("human.origin", at, -1e6, 1e6)?;
        }
        Ok(())
    }

    /// Standard deviation of the blur of human maps from other sources, with the tracker's own error, in px of pictures
    /// `columns` wide; 0 for none.
    pub fn human_blur(&self, columns: usize) -> Result<f64> {
        let human = self.file.human.as_ref();
        let sd = |size: Option<&Size>, field: &str| {
            let sd = size.map(|size| size.sd_in_pixels(self.widths(columns), None)).transpose();
            sd.map(|sd| sd.unwrap_or(0.0)).map_err(|error| error.at(self.field(field)))
        };
        let blur = sd(human.and_then(|human| human.blur.as_ref()), "human.blur")?;
        Ok(blur.hypot(sd(human.and_then(|human| human.tracker_error.as_ref()), "human.tracker_error")?))
    }

    /// Whether maps of this unit are compared.
    pub fn compares(&self, unit: Unit) -> bool {
        self.file.compare.contains(&unit)
    }
}
