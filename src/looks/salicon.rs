//! SALICON (Jiang, Huang, Duan & Zhao 2015, CVPR): mouse movements over blurred pictures, as JSON.
//!
//! The annotations of the challenge hold `images` (file_name, width, height) and `annotations` (image_id, worker_id, fixations),
//! where a fixation is [row, column] counted from 1 (salicon-api: `for y, x in fixations: map[y-1][x-1]`). Files that were made of
//! its MATLAB ones hold, for each picture, `image`, `resolution` [rows, columns] and `gaze`, a list with the `fixations` of each
//! person as [x, y] counted from 1. The place of a fixation is the middle of its pixel.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Context, Entry, Frame, LookFormat, Recording, Rows, lists, placing};
use crate::error::{Error, Result};
use crate::place::Places;
use crate::trials::Text;

/// The row of the annotations of the challenge.
pub(super) const FORMAT: LookFormat = LookFormat {
    name: "salicon",
    description: "annotations of SALICON as JSON; a fixation is [row, column], counted from 1",
    recognised_by: "annotations with fixations and image_id",
    named: false,
    detect: |text| {
        text.is_json()
            && ["\"annotations\"", "\"fixations\"", "\"image_id\""].iter().all(|name| text.content.contains(name))
    },
    read,
};

/// The row of its files by picture.
pub(super) const GAZE: LookFormat = LookFormat {
    name: "salicon_gaze",
    description: "SALICON by picture as JSON: gaze with fixations, [x, y] counted from 1; persons are numbered in each picture",
    recognised_by: "gaze and resolution",
    named: false,
    detect: |text| {
        text.is_json() && ["\"gaze\"", "\"fixations\"", "\"resolution\""].iter().all(|name| text.content.contains(name))
    },
    read: read_gaze,
};

#[derive(Deserialize)]
struct Annotations {
    images: Vec<Image>,
    annotations: Vec<Annotation>,
}

#[derive(Deserialize)]
struct Image {
    id: Value,
    file_name: String,
    width: f64,
    height: f64,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: Value,
    #[serde(default)]
    worker_id: Value,
    fixations: Vec<Value>,
}

#[derive(Deserialize)]
struct Picture {
    image: String,
    resolution: [f64; 2],
    gaze: Vec<Gaze>,
}

#[derive(Deserialize)]
struct Gaze {
    #[serde(default)]
    fixations: Vec<Value>,
}

fn wrong(text: &Text, cause: &serde_json::Error) -> Error {
    Error::invalid(format!("this JSON is not as SALICON writes it: {cause}")).at(text.path.display()).hint(
        "it holds images and annotations, or for each picture image, resolution and gaze; docs/looks.md describes both",
    )
}

/// The looks of one person at one picture.
struct View<'v> {
    line: u64,
    observer: String,
    picture: &'v str,
    /// Width and height.
    size: (f64, f64),
    fixations: &'v [Value],
    rows_first: bool,
}

fn add(recording: &mut Recording, view: &View) {
    let frame = Places { width: Some(view.size.0), height: Some(view.size.1), ..placing::LOOKS };
    for (at, point) in lists::points(view.fixations).into_iter().enumerate() {
        let place = point.place.map(|(a, b)| if view.rows_first { (b, a) } else { (a, b) });
        recording.entries.push(Entry {
            line: view.line,
            observer: view.observer.clone(),
            picture: view.picture.to_owned(),
            trial: Some(format!("annotation {}", view.line)),
            run: 0,
            order: Some(at as f64 + 1.0),
            place: place.map(|(x, y)| (x - 0.5, y - 0.5)).ok_or_else(|| format!("fixation {} is no pair", at + 1)),
            duration: Err(String::new()),
            start: None,
            time: None,
            frame: Some(frame),
        });
    }
}

fn read(text: &Text, context: &Context) -> Result<Recording> {
    let whole: Annotations = serde_json::from_str(&text.content).map_err(|cause| wrong(text, &cause))?;
    let images: HashMap<String, &Image> = whole.images.iter().map(|image| (image.id.to_string(), image)).collect();
    let mut recording = Recording::new(Rows::Looks, Frame::Picture);
    recording.notes.push("fixations are [row, column] counted from 1; lines count annotations".to_owned());
    for (at, annotation) in whole.annotations.iter().enumerate() {
        let Some(image) = images.get(&annotation.image_id.to_string()) else {
            recording.rejected.push(crate::trials::Rejected {
                file: text.file(),
                line: at as u64 + 1,
                reason: format!("no image has the id {}", annotation.image_id),
            });
            continue;
        };
        let observer = match &annotation.worker_id {
            Value::Null => context.person.to_owned(),
            Value::String(name) => name.clone(),
            other => other.to_string(),
        };
        let size = (image.width, image.height);
        let (line, fixations) = (at as u64 + 1, &annotation.fixations[..]);
        add(&mut recording, &View { line, observer, picture: &image.file_name, size, fixations, rows_first: true });
    }
    Ok(recording)
}

fn read_gaze(text: &Text, _: &Context) -> Result<Recording> {
    let pictures: Vec<Picture> = serde_json::from_str(&text.content)
        .or_else(|_| serde_json::from_str(&text.content).map(|one: Picture| vec![one]))
        .map_err(|cause| wrong(text, &cause))?;
    let mut recording = Recording::new(Rows::Looks, Frame::Picture);
    let mut line = 0;
    for picture in &pictures {
        let size = (picture.resolution[1], picture.resolution[0]);
        for (at, gaze) in picture.gaze.iter().enumerate() {
            line += 1;
            let (observer, fixations) = (format!("gaze {}", at + 1), &gaze.fixations[..]);
            add(&mut recording, &View { line, observer, picture: &picture.image, size, fixations, rows_first: false });
        }
    }
    recording.notes.push("fixations are [x, y] counted from 1; lines count the gazes".to_owned());
    recording.warnings.push(
        "these data name no person: the n-th gaze at each picture is called \"gaze n\", who need not be one person"
            .to_owned(),
    );
    Ok(recording)
}
