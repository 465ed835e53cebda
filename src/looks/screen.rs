//! Pictures whose place on the screen neither a row nor the experiment file says.
//!
//! Where the file states the size of the screen and the picture has it, the picture filled the screen. Otherwise it is taken to, with a
//! warning, where the places lie in a picture that does. Shares of the screen do so wherever the picture was.

use super::placing::Warning;
use super::{Entry, Frame, LookTable, Recording};
use crate::error::{Error, Result};
use crate::place::Places;

/// Share of the places that lie in a picture which fills the screen, from which on it is taken to fill it.
const FILLED: f64 = 0.95;

/// A warning where the pictures of a file are taken to fill the screen.
///
/// # Errors
/// Where the file states a screen of another size than the pictures have, or the places do not lie in a picture that fills it.
pub(super) fn filled(
    recording: &Recording,
    entries: &[Entry],
    table: &LookTable,
    format: &str,
) -> Result<Option<Warning>> {
    let Frame::Screen(filling) = recording.frame else { return Ok(None) };
    let filling = Places { y: table.y.unwrap_or(filling.y), ..filling };
    let unplaced = entries.iter().filter(|entry| entry.frame.is_none());
    let unplaced: Vec<(f64, f64)> = unplaced.filter_map(|entry| entry.place.clone().ok()).collect();
    if table.places.is_some() || unplaced.is_empty() {
        return Ok(None);
    }
    let of = unplaced.len();
    let inside = unplaced.iter().filter(|place| filling.point(**place, table.shape).is_some()).count();
    let (rows, columns) = table.shape;
    let in_shares = filling.width.is_some();
    let unit = if in_shares { "shares" } else { "px" };
    let unknown = format!("these places are {unit} of a screen ({format}), and where the picture was on it is unknown");
    let whole = |width: f64, height: f64| format!("rectangle = [0.0, 0.0, {width:?}, {height:?}]");
    let add = "add rectangle = [left, top, width, height] of the picture on the screen to [human]";
    if let Some((width, height)) = recording.display.filter(|_| !in_shares) {
        if (width, height) == (columns as f64, rows as f64) && !table.resized {
            return Ok(None);
        }
        let sizes = format!("the screen has {width} x {height} px, and the pictures {columns} x {rows}");
        let fills = whole(width, height);
        return Err(
            Error::invalid(format!("{unknown}: {sizes}")).hint(format!("{add}; of a picture that fills it, {fills}"))
        );
    }
    if inside as f64 >= FILLED * of as f64 && (in_shares || !table.resized) {
        let fills = if in_shares { whole(1.0, 1.0) } else { whole(columns as f64, rows as f64) };
        return Ok(Some(format!(
            "{unknown}: they are read as {unit} of the picture, because {inside} of {of} places lie in it then; if it filled the \
             screen, say {fills} in [human], and if not, rectangle = [left, top, width, height] of the picture on the screen"
        )));
    }
    let counted = format!("{unknown}; read as {unit} of the picture, {inside} of {of} places lie in it");
    Err(Error::invalid(counted).hint(format!("{add}; of a picture that fills it, that of the screen")))
}
