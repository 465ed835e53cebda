//! Masks: which pixels of a file are painted.
//!
//! People paint masks in many ways. The rule that a file shows is used, and named:
//!
//! - strokes on transparency: painted where opacity is at least a quarter of the largest;
//! - 0 and one other value (0/1, 0/255, one bit): painted where it is not 0;
//! - label images (few values, none above half of what the file can hold, or colours on black): all but 0, or the labels asked for;
//! - shades: painted above half of what the file can hold.
//!
//! Where two rules could be meant, such as areas of 1, 2 and 255, the file is refused with the values that it holds.

mod stored;

use std::collections::BTreeMap;
use std::path::Path;

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use self::stored::Stored;
use super::Reading;
use crate::error::{Error, Result};

/// The labels of a mask that count as painted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Labels {
    /// Every label but 0.
    All(All),
    /// This one.
    One(u32),
    /// Any of these.
    Of(Vec<u32>),
}

/// The word for all labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum All {
    /// Every label but 0.
    All,
}

/// A mask and how it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Painted {
    /// True where painted; rows = height, at least one pixel true.
    pub pixels: Array2<bool>,
    /// The rule that its file showed, for people.
    pub rule: &'static str,
}

/// More values than a label image has.
const FEW: usize = 32;

/// Pixels with equal neighbours all around from which on a value covers areas, and is no edge between two others.
const AREA: usize = 9;

/// More colours than people paint with.
const MOST_COLOURS: usize = 4096;

/// Share of the largest opacity from which on a pixel is painted.
const OPAQUE: f32 = 0.25;

impl Painted {
    /// Reads a mask file of any kind in [`super::MAP_FILES`]; a PNG may be transparent or have a palette.
    ///
    /// # Errors
    /// Where nothing is painted (with the largest value), two rules could be meant, or `labels` are asked of a file without
    /// them; the hint is left to the caller, who knows how the mask is set.
    pub fn read(path: &Path, labels: Option<&Labels>, variable: Option<&str>) -> Result<Painted> {
        let bytes = std::fs::read(path).map_err(|cause| Error::io("read the mask", path, cause))?;
        Painted::of(&bytes, labels, variable).map_err(|error| error.at(path.display()))
    }

    /// The mask in a file's bytes.
    pub fn of(bytes: &[u8], labels: Option<&Labels>, variable: Option<&str>) -> Result<Painted> {
        let reading = Reading { channels: None, variable: variable.map(str::to_owned) };
        let stored = Stored::read(bytes, &reading)?;
        let (pixels, rule) = match labels {
            Some(labels) => (labelled(&stored, labels)?, "the labels asked for are painted"),
            None => match opaque(&stored) {
                Some(pixels) => (pixels, "strokes on transparency, painted where opaque"),
                None => by_value(&stored)?,
            },
        };
        if !pixels.iter().any(|painted| *painted) {
            return Err(Error::invalid(format!("nothing is painted in this mask: {}", stored.largest())));
        }
        Ok(Painted { pixels, rule })
    }
}

fn labelled(stored: &Stored, labels: &Labels) -> Result<Array2<bool>> {
    let values = stored.labels.as_ref().unwrap_or(&stored.values);
    if stored.labels.is_none() && stored.colours.is_some() {
        return Err(Error::invalid("labels are asked for, and this mask holds colours without a palette")
            .hint("save it as a label image (grey, one number for each label), or leave out `labels`"));
    }
    let wanted: Vec<f32> = match labels {
        Labels::All(_) => return Ok(values.mapv(|value| value != 0.0)),
        Labels::One(label) => vec![*label as f32],
        Labels::Of(labels) => labels.iter().map(|label| *label as f32).collect(),
    };
    let pixels = values.mapv(|value| wanted.contains(&value));
    match pixels.iter().any(|painted| *painted) {
        true => Ok(pixels),
        false => {
            let wanted: Vec<String> = wanted.iter().map(f32::to_string).collect();
            Err(Error::invalid(format!(
                "nothing in this mask has the label {}; its values are {}",
                wanted.join(" or "),
                listed(values)
            ))
            .hint("`labels` names the numbers that stand for what is painted; leave out files without them"))
        }
    }
}

/// What is opaque, where parts of the file are not.
fn opaque(stored: &Stored) -> Option<Array2<bool>> {
    let opacity = stored.opacity.as_ref()?;
    let largest = opacity.iter().fold(0.0f32, |largest, value| largest.max(*value));
    let pixels = opacity.mapv(|value| value > 0.0 && value >= OPAQUE * largest);
    (!pixels.iter().all(|painted| *painted)).then_some(pixels)
}

fn by_value(stored: &Stored) -> Result<(Array2<bool>, &'static str)> {
    let Stored { values, full, .. } = stored;
    let not_zero = || values.mapv(|value| value != 0.0);
    let above = || values.mapv(|value| value > full / 2.0);
    let half = "painted above half of the largest value possible";
    if stored.lossy {
        return Ok((above(), half));
    }
    if let Some(colours) = &stored.colours {
        let dark = values.iter().any(|value| *value <= full / 2.0);
        if *colours > MOST_COLOURS || !dark {
            let what = if dark { format!("{colours} colours") } else { "colours, and no black".to_owned() };
            return Err(Error::invalid(format!("this mask holds {what}, and what is painted cannot be seen")).hint(
                "save the mask without the picture and its background: black, or transparent, where nothing is painted",
            ));
        }
    }
    let Some(levels) = levels(values) else { return Ok((above(), half)) };
    let few = levels.len() <= FEW && levels.iter().all(|value| value.fract() == 0.0);
    let others = levels.iter().filter(|value| **value != 0.0).count();
    let has_zero = levels.contains(&0.0);
    let faint = levels.iter().all(|value| *value <= full / 2.0);
    if others < 2 && (has_zero || !faint) {
        return Ok((not_zero(), "painted where it is not 0"));
    }
    let bright = levels.iter().all(|value| *value > full / 2.0);
    let areas = || levels.iter().any(|level| *level > 0.0 && *level <= full / 2.0 && covers_areas(values, *level));
    match (few, faint, stored.colours.is_some()) {
        (true, true, _) if has_zero => Ok((not_zero(), "a label image, painted where it is not 0")),
        (true, _, true) if has_zero && areas() => Ok((not_zero(), "colours on black, painted where it is not black")),
        (_, true, _) if !has_zero => Err(ambiguous(values)),
        (true, false, _) if bright || (others > 1 && levels.len() > 2 && areas()) => Err(ambiguous(values)),
        (false, true, _) => {
            let what = format!("no value of this mask is above half of what it can hold: {}", stored.largest());
            Err(Error::invalid(what))
        }
        _ => Ok((above(), half)),
    }
}

fn ambiguous(values: &Array2<f32>) -> Error {
    Error::invalid(format!("this mask holds areas of {}, and which of them are painted is unknown", listed(values)))
}

/// The distinct values in ascending order; `None` where there are too many for labels.
fn levels(values: &Array2<f32>) -> Option<Vec<f32>> {
    let mut found: Vec<f32> = Vec::new();
    for value in values {
        if let Err(at) = found.binary_search_by(|one| one.total_cmp(value)) {
            if found.len() >= 1024 {
                return None;
            }
            found.insert(at, *value);
        }
    }
    Some(found)
}

/// True if pixels of this value lie among pixels of the same value.
fn covers_areas(values: &Array2<f32>, level: f32) -> bool {
    let inner = values.windows((3, 3)).into_iter().filter(|window| window.iter().all(|value| *value == level));
    inner.take(AREA).count() == AREA
}

/// The values that cover most pixels, in ascending order, few enough for a message.
fn listed(values: &Array2<f32>) -> String {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    values.iter().for_each(|value| *counts.entry(value.to_bits()).or_default() += 1);
    let mut counts: Vec<(u32, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let more = counts.len().saturating_sub(8);
    let mut shown: Vec<f32> = counts.into_iter().take(8).map(|(bits, _)| f32::from_bits(bits)).collect();
    shown.sort_by(f32::total_cmp);
    let shown: Vec<String> = shown.iter().map(f32::to_string).collect();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

#[cfg(test)]
mod tests;
