//! Clicks of BubbleView (Kim et al. 2017, ACM TOCHI 24(5):36): people click where they want to see a blurred picture clearly.
//!
//! A click opens a bubble, so that a picture that somebody looked at is a trial whose centres are the clicks, in order; nothing
//! is right or wrong. Clicks are `{cx, cy, timestamp}` in pixels of the picture, in a list a picture and observer, or a row a
//! click. `click_times` carries their times as they stand.

use std::collections::HashMap;

use serde_json::Value;

use super::answer::Answer;
use super::rows::{Row, Rows};
use super::text::{Text, decimal, shortened};
use super::time::Told;
use super::{CLICKS, Format, Imported, Known, json};
use crate::error::Result;
use crate::experiment::Import;
use crate::place::{Order, Places, Shape};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "bubbleview",
    description: "clicks of BubbleView, as JSON or a row a click: a trial a picture, whose centres are the clicks",
    told_by: "cx and cy",
    detect,
    read,
};

const SHOWN: [&str; 6] = ["image", "picture", "filename", "file", "stimulus", "image_id"];
const LISTS: [&str; 2] = ["clicks", "bubbles"];
const TIME: [&str; 3] = ["timestamp", "time", "t"];

/// Size of a picture that is not known.
const UNKNOWN: Shape = (1_000_000, 1_000_000);

/// A picture that somebody clicked into.
struct View<'r> {
    row: Row<'r>,
    centres: Vec<String>,
    times: Vec<String>,
}

fn detect(text: &Text, _: &Import) -> bool {
    match text.is_json() {
        true => ["\"cx\"", "\"cy\""].iter().all(|name| text.content.contains(name)),
        false => text.has(&["cx", "cy"]),
    }
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, &import.columns, str::to_owned)?;
    let reading = import.centres.unwrap_or_default();
    let mut views: Vec<View> = Vec::new();
    let mut places: HashMap<[&str; 4], usize> = HashMap::new();
    let mut trials = Rows::new(text);
    trials.rejected.clone_from(&rows.rejected);
    trials.notes.clone_from(&rows.notes);
    // Every list of rows is a participant where none is named.
    let several = rows.lists() > 1 && rows.iter().all(|row| Answer::of(row, &import.columns).observer.is_none());
    let who = |row| match several {
        true => Some(rows.stem(Row::number(&row))),
        false => Answer::of(row, &import.columns).observer,
    };
    for row in rows.iter() {
        let answer = Answer::of(row, &import.columns);
        let key = [who(row), answer.session, answer.number, row.first(&SHOWN)].map(|cell| cell.unwrap_or(""));
        // A list of clicks is a view of its own, and rows of one click each belong together.
        let place = if row.first(&LISTS).is_some() { views.len() } else { *places.entry(key).or_insert(views.len()) };
        if place == views.len() {
            views.push(View { row, centres: Vec::new(), times: Vec::new() });
        }
        for click in clicks(row) {
            match click.and_then(|[x, y, time]| Ok((centre(&x, &y, known.planes.first(), &reading)?, time))) {
                Err(reason) => trials.reject(row.line(), reason),
                Ok((centre, time)) => {
                    let view = &mut views[place];
                    view.centres.push(centre);
                    view.times.push(time);
                }
            }
        }
    }
    for View { row, centres, times } in views {
        let answer = Answer::of(row, &import.columns);
        let (centres, times) = (centres.join(" "), times.join(" "));
        let cells = [
            ("participant", who(row)),
            ("session", answer.session),
            ("trial", answer.number),
            ("stimulus", row.first(&SHOWN)),
            ("centres", Some(&*centres)),
            (CLICKS, Some(&*times).filter(|times| !times.trim().is_empty())),
        ];
        let cells: Vec<(&str, &str)> = cells.into_iter().filter_map(|(name, cell)| Some((name, cell?))).collect();
        trials.push(row.line(), &cells);
    }
    let mut imported = trials.join(import, known, Told::ByNobody, |row| {
        let mut answer = Answer {
            centres: Some(row.cell("centres").unwrap_or("").into()),
            places: Some(Places::default()),
            ..Answer::default()
        };
        answer.observer = row.text("participant");
        answer.session = row.text("session");
        answer.number = row.text("trial");
        answer.picture = row.text("stimulus");
        if answer.picture.is_none() {
            return Err("no trial: the clicks name no picture");
        }
        Ok(answer)
    })?;
    // Clicks are the answer.
    imported.silent = 0;
    if several {
        let lists = rows.lists();
        imported
            .reading
            .warnings
            .push(format!("nothing says who clicked; each of its {lists} lists counts as one participant"));
    }
    Ok(imported)
}

type Click = std::result::Result<[String; 3], String>;

/// The clicks of a row: x, y and time as text.
fn clicks(row: Row) -> Vec<Click> {
    let all = row.first(&LISTS);
    let Some(all) = all else {
        return match (row.text("cx"), row.text("cy")) {
            (Some(x), Some(y)) => vec![Ok([x.to_owned(), y.to_owned(), row.first(&TIME).unwrap_or("").to_owned()])],
            _ => vec![Err("this row has no click: cx or cy is missing".to_owned())],
        };
    };
    let click = |value: &Value| {
        let cell = |names: &[&str]| names.iter().find_map(|name| value.get(*name)).map(json::cell).unwrap_or_default();
        let click = [cell(&["cx", "x"]), cell(&["cy", "y"]), cell(&TIME)];
        if click[0].is_empty() || click[1].is_empty() {
            return Err(format!("{} is not a click with cx and cy", shortened(&value.to_string())));
        }
        Ok(click)
    };
    match serde_json::from_str::<Vec<Value>>(all) {
        Ok(list) => list.iter().map(click).collect(),
        Err(cause) => vec![Err(format!("these clicks cannot be read: {cause}"))],
    }
}

/// The pixel that a click is in, `row:column`.
fn centre(x: &str, y: &str, plane: Option<&Shape>, places: &Places) -> std::result::Result<String, String> {
    let outside = || {
        let size = plane.map_or(String::new(), |(rows, columns)| format!(" of {columns} x {rows} pixels"));
        format!("the click at x {}, y {} is not inside the picture{size}", shortened(x), shortened(y))
    };
    let places = Places { order: Order::XY, ..*places };
    let pair = decimal(x.trim()).zip(decimal(y.trim())).ok_or_else(outside)?;
    let (row, column) = places.pixel(pair, plane.copied().unwrap_or(UNKNOWN)).ok_or_else(outside)?;
    Ok(format!("{row}:{column}"))
}
