//! A strip of base pictures and a strip of trials.

use crate::error::Result;
use crate::experiment::Listed;
use crate::picture::Picture;
use crate::report::colour::{QUIET, TEXT};
use crate::report::data::Data;
use crate::report::drawing::{Anchor, Drawing};
use crate::results::is_safe_name;
use crate::table::Table;

const WIDTH: f64 = 1000.0;
const GAP: f64 = 12.0;
const LARGEST: usize = 8;

/// The figure `stimuli`.
pub(super) fn draw(data: &Data) -> Result<Option<Drawing>> {
    let bases: Vec<(Picture, String)> = some_of_each_class(data.material.pictures, LARGEST)
        .into_iter()
        .map(|listed| (listed.picture.clone(), listed.class.clone()))
        .collect();
    let strips = [("base pictures", bases), ("trials", trials(data)?)];
    let strips: Vec<_> = strips.into_iter().filter(|(_, pictures)| !pictures.is_empty()).collect();
    let Some(most) = strips.iter().map(|(_, pictures)| pictures.len()).max() else { return Ok(None) };
    let side = ((WIDTH + GAP) / most.max(6) as f64 - GAP).floor();
    let tallest = |pictures: &[(Picture, String)]| pictures.iter().map(|(p, _)| height(p, side)).fold(0.0, f64::max);
    let total: f64 = strips.iter().map(|(_, pictures)| tallest(pictures) + 52.0).sum();
    let mut drawing = Drawing::new(WIDTH, total);
    let mut top = 0.0;
    for (title, pictures) in strips {
        drawing.text((0.0, top + 14.0), 13.0, Anchor::Start, TEXT, title);
        for (at, (picture, label)) in pictures.iter().enumerate() {
            let left = at as f64 * (side + GAP);
            let size = (side, height(picture, side));
            let pixels = 2.0 * side;
            drawing.picture((left, top + 22.0), size, at_most(picture, pixels as usize));
            drawing.text((left + side / 2.0, top + 22.0 + size.1 + 14.0), 11.0, Anchor::Middle, QUIET, label);
        }
        top += tallest(&pictures) + 52.0;
    }
    Ok(Some(drawing))
}

/// Up to `number` pictures, as many of each class as of the others, in the order of classes.
fn some_of_each_class(pictures: &[Listed], number: usize) -> Vec<&Listed> {
    let mut classes: Vec<&str> = Vec::new();
    for listed in pictures {
        if !classes.contains(&listed.class.as_str()) {
            classes.push(&listed.class);
        }
    }
    let share = (number / classes.len().max(1)).max(1);
    let of = |class: &&str| pictures.iter().filter(|listed| listed.class == **class).take(share).collect::<Vec<_>>();
    classes.iter().flat_map(of).take(number).collect()
}

fn trials(data: &Data) -> Result<Vec<(Picture, String)>> {
    let folder = data.material.results.join("design").join("pictures");
    let path = folder.join("index.csv");
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let table = Table::read(&path)?;
    let shown = table.iter().filter(|row| row.text("file").is_some_and(is_safe_name)).take(LARGEST);
    shown
        .map(|row| {
            let bubbles = row.text("bubbles").unwrap_or("?");
            let mirrored = if row.text("mirrored") == Some("true") { ", mirrored" } else { "" };
            Ok((Picture::read(&row.file("file")?)?, format!("{bubbles} bubbles{mirrored}")))
        })
        .collect()
}

fn height(picture: &Picture, side: f64) -> f64 {
    let (rows, columns) = picture.shape();
    (side * rows as f64 / columns as f64).round()
}

/// The picture, made smaller where it has more columns than can be seen.
pub(super) fn at_most(picture: &Picture, columns: usize) -> Picture {
    let (rows, present) = picture.shape();
    if present <= columns { picture.clone() } else { picture.resized((rows * columns / present).max(1), columns) }
}
