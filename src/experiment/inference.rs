//! What is tested of human maps: the fields of `[classification]` about inference.

use std::collections::BTreeMap;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::Experiment;
use crate::error::{Error, Result, one_of};
use crate::human::INFERENCES;
use crate::map::Painted;
use crate::results::is_safe_name;

/// What is tested, where and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tests {
    /// Rows of the table of inferences.
    pub names: Vec<String>,
    /// Directions of the tests.
    pub sides: Vec<Side>,
    /// Height above which pixels form a cluster, in units of z.
    pub cluster_threshold: f64,
    /// Pixels that touch at an edge (4), or at a corner as well (8).
    pub connectivity: u8,
    /// Exponent of the extent in threshold-free cluster enhancement.
    pub tfce_extent: f64,
    /// Exponent of the height.
    pub tfce_height: f64,
    /// Within what answers are exchangeable.
    pub exchange: Exchange,
    /// What random field theory takes for the outline of a region.
    pub outline: Outline,
    /// The search over scales: smallest and largest smoothing, as multiples of `smoothing`.
    pub scales: [f64; 2],
    /// Whether the map of the group is tested against the differences between observers as well.
    pub random_effects: bool,
}

/// A direction in which a map differs from nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Where seeing more goes with right answers.
    Upper,
    /// Where it goes with wrong ones.
    Lower,
    /// Either, the error rate shared.
    Both,
}

impl Side {
    /// The name as it stands in files.
    pub fn name(self) -> &'static str {
        match self {
            Side::Upper => "upper",
            Side::Lower => "lower",
            Side::Both => "both",
        }
    }
}

/// Within what answers may change places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exchange {
    /// Within the blocks of an observer.
    Block,
    /// Within an observer.
    Observer,
}

/// The perimeter and holes of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outline {
    /// Those of the disc of the same area.
    Disc,
    /// Its own.
    Region,
}

/// `[classification.regions]`: a part of the region that is tested by itself, a rectangle or a mask.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// First and last row, counted from 0.
    pub rows: Option<[usize; 2]>,
    /// First and last column.
    pub columns: Option<[usize; 2]>,
    /// A PNG of the pictures' size, white inside.
    pub mask: Option<String>,
}

/// `[[classification.contrasts]]`: a comparison of two kinds of trials, or of two groups of observers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contrast {
    /// Name, for files.
    pub name: String,
    /// What tells the trials apart: class, or a column of the trials, also one that `import.carry` names.
    pub column: String,
    /// Values whose trials count positive; `*` stands for any text.
    pub plus: Vec<String>,
    /// Values whose trials count negative.
    pub minus: Vec<String>,
    /// Whether observers who have both are compared with themselves, as a sample of observers.
    #[serde(default)]
    pub paired: bool,
}

impl Default for Tests {
    fn default() -> Self {
        Tests {
            names: ["permutation", "random_field"].map(str::to_owned).to_vec(),
            sides: vec![Side::Upper],
            cluster_threshold: 2.7,
            connectivity: 8,
            tfce_extent: 0.5,
            tfce_height: 2.0,
            exchange: Exchange::Block,
            outline: Outline::Disc,
            scales: [1.0, 4.0],
            random_effects: false,
        }
    }
}

impl Experiment {
    /// Checks what `[classification]` says of tests.
    pub(super) fn check_tests(&self) -> Result<()> {
        let settings = &self.file.classification;
        let tests = &settings.tests;
        let known = || one_of(INFERENCES.iter().map(|row| row.name));
        if tests.names.is_empty() {
            return Err(self.wrong("classification.tests.names", "classification.tests.names is empty", known()));
        }
        for (at, name) in tests.names.iter().enumerate() {
            if !INFERENCES.iter().any(|row| row.name == name) {
                let what = format!("there is no test called {name}");
                return Err(self.wrong("classification.tests.names", what, known()));
            }
            if tests.names[..at].contains(name) {
                let what = format!("the test {name} is named twice");
                return Err(self.wrong("classification.tests.names", what, "name each test once"));
            }
        }
        if tests.sides.is_empty() {
            let hint = "choose upper, lower or both; [\"upper\"] is the usual question";
            return Err(self.wrong("classification.tests.sides", "classification.tests.sides is empty", hint));
        }
        self.within("classification.tests.cluster_threshold", tests.cluster_threshold, 1.0, 10.0)?;
        self.within("classification.tests.tfce_extent", tests.tfce_extent, 0.0, 10.0)?;
        self.within("classification.tests.tfce_height", tests.tfce_height, 0.0, 10.0)?;
        if ![4, 8].contains(&tests.connectivity) {
            let what = format!("connectivity is {}", tests.connectivity);
            return Err(self.wrong("classification.tests.connectivity", what, "a pixel has 4 neighbours or 8"));
        }
        let [narrow, wide] = tests.scales;
        self.within("classification.tests.scales", narrow, 0.1, 100.0)?;
        self.within("classification.tests.scales", wide, narrow, 100.0)?;
        self.check_parts(&settings.regions)?;
        settings.contrasts.iter().enumerate().try_for_each(|(at, contrast)| self.check_contrast(at, contrast))
    }

    fn check_parts(&self, regions: &BTreeMap<String, Part>) -> Result<()> {
        for (name, part) in regions {
            let field = format!("classification.regions.{name}");
            if !is_safe_name(name) || name == "all" {
                let what = format!("{name:?} cannot be a region's name");
                return Err(self.wrong(&field, what, "use letters, digits, hyphens and underscores, and not \"all\""));
            }
            if part.mask.is_some() == (part.rows.is_some() || part.columns.is_some())
                || part.rows.is_some() != part.columns.is_some()
            {
                let what = format!("the region {name} is neither a rectangle nor a mask");
                return Err(self.wrong(&field, what, "give rows and columns, or mask"));
            }
            for (what, range) in [("rows", part.rows), ("columns", part.columns)] {
                if let Some([first, last]) = range
                    && first > last
                {
                    let text = format!("the region {name} has {what} from {first} to {last}");
                    return Err(self.wrong(&field, text, "give the first and the last, counted from 0"));
                }
            }
        }
        Ok(())
    }

    fn check_contrast(&self, at: usize, contrast: &Contrast) -> Result<()> {
        let field = "classification.contrasts";
        let earlier = &self.file.classification.contrasts[..at];
        if !is_safe_name(&contrast.name) || earlier.iter().any(|other| other.name == contrast.name) {
            let what = format!("{:?} cannot be a contrast's name", contrast.name);
            return Err(self.wrong(
                field,
                what,
                "each needs a name of its own, of letters, digits, hyphens, underscores",
            ));
        }
        for (side, values) in [("plus", &contrast.plus), ("minus", &contrast.minus)] {
            if values.is_empty() {
                let what = format!("the contrast {} has no value for {side}", contrast.name);
                return Err(self.wrong(field, what, format!("say which values of {} count", contrast.column)));
            }
        }
        match contrast.plus.iter().find(|value| contrast.minus.contains(value)) {
            None => Ok(()),
            Some(value) => {
                let what = format!("the contrast {} has {value} on both sides", contrast.name);
                Err(self.wrong(field, what, "a trial is on one side of a contrast at most"))
            }
        }
    }

    /// The pixels of a part of the region, of pictures of this shape.
    pub fn part(&self, name: &str, part: &Part, region: &Array2<bool>) -> Result<Array2<bool>> {
        let (rows, columns) = region.dim();
        let place = self.field(&format!("classification.regions.{name}"));
        let inside = match &part.mask {
            Some(mask) => {
                let path = self.resolve(mask);
                let painted = Painted::read(&path, None, None)
                    .map_err(|error| error.at(&place).hint("it is a PNG of the pictures' size, white inside"))?;
                let inside = self.mask_in_width(painted.pixels)?;
                if inside.dim() != (rows, columns) {
                    let (height, width) = inside.dim();
                    return Err(Error::invalid(format!(
                        "the mask of the region {name} is {height} px high and {width} px wide, and the pictures are {rows} px high and {columns} px wide"
                    ))
                    .at(path.display())
                    .hint("it is a PNG of the pictures' size, white inside"));
                }
                inside
            }
            None => {
                let ([top, bottom], [left, right]) = (part.rows.unwrap_or_default(), part.columns.unwrap_or_default());
                if bottom >= rows || right >= columns {
                    return Err(Error::invalid(format!(
                        "the region {name} ends at row {bottom}, column {right}, and the pictures have {rows} rows and {columns} columns"
                    ))
                    .at(place)
                    .hint("rows and columns are counted from 0"));
                }
                let within = |row, column| (top..=bottom).contains(&row) && (left..=right).contains(&column);
                Array2::from_shape_fn((rows, columns), |(row, column)| within(row, column))
            }
        };
        let inside = ndarray::Zip::from(&inside).and(region).map_collect(|part, whole| *part && *whole);
        if !inside.iter().any(|inside| *inside) {
            return Err(Error::invalid(format!("the region {name} holds no pixel that bubbles show"))
                .at(place)
                .hint("it must overlap the region of the pictures; results/<name>/human/region.npy shows that one"));
        }
        Ok(inside)
    }
}
