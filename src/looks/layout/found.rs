//! The columns of one file: the stated ones, or those that its format knows.

use super::super::columns::{Columns, plain, value};
use super::super::{Context, Frame, Rows};
use super::{Coordinates, Layout};
use crate::error::Result;
use crate::experiment::LookColumns;
use crate::trials;

/// The columns of one file.
pub(super) struct Found {
    pub(super) observer: Option<String>,
    pub(super) picture: Option<String>,
    pub(super) trial: Option<String>,
    pub(super) session: Option<String>,
    pub(super) x: String,
    pub(super) y: String,
    pub(super) rectangle: Option<[String; 4]>,
    pub(super) order: Option<String>,
    pub(super) duration: Option<(String, f64)>,
    pub(super) start: Option<(String, f64)>,
    pub(super) time: Option<(String, f64)>,
    pub(super) event: Option<String>,
    pub(super) valid: Option<String>,
}

impl Found {
    /// The columns of a file, and where its places lie.
    pub(super) fn of(
        columns: &Columns,
        rows: &trials::Rows,
        context: &Context,
        layout: &Layout,
    ) -> Result<(Found, Frame)> {
        let names = context.columns;
        let observer = columns.stated("observer", &names.observer, "observer", layout.observer)?;
        let picture = columns.picture(names, layout.picture, context.known)?;
        if observer.is_none() && !layout.one_person {
            return Err(columns.absent("observer", &names.observer));
        }
        if picture.is_none() && context.picture.is_none() {
            return Err(columns.absent("picture", &names.picture));
        }
        let (x, y, frame, rectangle) = coordinates(columns, rows, context, layout)?;
        let scaled = |name: String, names: &[(&str, f64)]| {
            let factor = names.iter().find(|(known, _)| *known == plain(&name)).map_or(1.0, |(_, factor)| *factor);
            (name, factor)
        };
        let timed = |names: &[(&str, f64)]| {
            let plain_names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            Some(scaled(columns.named(&plain_names)?, names))
        };
        let stated =
            |field: &str, stated: &str, default: &str, names: &[(&str, f64)]| -> Result<Option<(String, f64)>> {
                match columns.stated(field, stated, default, &[])? {
                    Some(name) => Ok(Some(scaled(name, names))),
                    None => Ok(timed(names)),
                }
            };
        let found = Found {
            observer,
            picture,
            trial: columns.stated("trial", &names.trial, "trial", layout.trial)?,
            session: columns.named(layout.session),
            x,
            y,
            rectangle,
            order: order(columns, names, layout)?,
            duration: stated("duration", &names.duration, "duration", layout.duration)?,
            start: stated("start", &names.start, "start", layout.start)?,
            time: timed(layout.time),
            event: columns.named(layout.event),
            valid: columns.named(layout.valid),
        };
        if context.timed && found.duration.is_none() && found.time.is_none() {
            return Err(columns.absent("duration", &names.duration));
        }
        Ok((found, frame))
    }

    /// The columns that were taken, for people.
    pub(super) fn described(&self, context: &Context) -> String {
        let name = |column: &Option<String>| column.clone().unwrap_or_else(|| "none".to_owned());
        let timed = |column: &Option<(String, f64)>| name(&column.as_ref().map(|(name, _)| name.clone()));
        let observer = match &self.observer {
            Some(observer) => format!("observer {observer}"),
            None => format!("no observer, so the file is {}", context.person),
        };
        let picture = match (&self.picture, context.picture) {
            (None, Some(picture)) => format!("no picture, so the file is about {picture}"),
            (picture, _) => format!("picture {}", name(picture)),
        };
        format!(
            "columns: {observer}, {picture}, x {}, y {}, trial {}, order {}, duration {}, start {}, event {}",
            self.x,
            self.y,
            name(&self.trial),
            name(&self.order),
            timed(&self.duration),
            timed(&self.start),
            name(&self.event)
        )
    }
}

/// The column that numbers looks: the stated one, unless it tells rows apart and another numbers the fixations that they belong to.
fn order(columns: &Columns, names: &LookColumns, layout: &Layout) -> Result<Option<String>> {
    let stated = columns.stated("order", &names.order, "order", layout.order)?;
    let Some(column) = stated.as_ref().filter(|column| !layout.order.contains(&plain(column).as_str())) else {
        return Ok(stated);
    };
    let is_of_fixations = |name: &&str| layout.rows == Rows::Samples || name.contains("fix");
    let of_fixations: Vec<&str> = layout.order.iter().copied().filter(is_of_fixations).collect();
    let joins = |name: &String| (layout.rows == Rows::Samples || columns.repeats(name)) && !columns.repeats(column);
    Ok(columns.named(&of_fixations).filter(joins).or(stated))
}

type Place = (String, String, Frame, Option<[String; 4]>);

/// The columns of places: the stated ones, or the first of the format that lie in the picture for certain.
fn coordinates(columns: &Columns, rows: &trials::Rows, context: &Context, layout: &Layout) -> Result<Place> {
    let names = context.columns;
    let rectangle = |one: &Coordinates| {
        let found: Vec<String> = one.rectangle.iter().filter_map(|names| columns.named(names)).collect();
        <[String; 4]>::try_from(found).ok()
    };
    let own = |one: &Coordinates| {
        let (x, y) = (columns.named(&[one.x])?, columns.named(&[one.y])?);
        let filled = rows.iter().any(|row| value(row, &x).is_some() && value(row, &y).is_some());
        filled.then(|| (x, y, one.frame, rectangle(one)))
    };
    let x = columns.stated("x", &names.x, "x", &[])?;
    let y = columns.stated("y", &names.y, "y", &[])?;
    if let (Some(x), Some(y)) = (&x, &y) {
        let known = layout.coordinates.iter().find(|one| one.x == plain(x) && one.y == plain(y));
        let (frame, rectangle) = known.map_or((Frame::Picture, None), |one| (one.frame, rectangle(one)));
        return Ok((x.clone(), y.clone(), frame, rectangle));
    }
    let default = LookColumns::default();
    match (&x, &y) {
        (Some(_), None) if names.x != default.x => return Err(columns.absent("y", &names.y)),
        (None, Some(_)) if names.y != default.y => return Err(columns.absent("x", &names.x)),
        _ => {}
    }
    let found: Vec<Place> = layout.coordinates.iter().filter_map(own).collect();
    let certain =
        found.iter().find(|(_, _, frame, rectangle)| !matches!(frame, Frame::Screen(_)) || rectangle.is_some());
    match certain.or(found.first()) {
        Some(place) => Ok(place.clone()),
        None if x.is_none() => Err(columns.absent("x", &names.x)),
        None => Err(columns.absent("y", &names.y)),
    }
}
