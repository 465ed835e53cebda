//! The size of the screen, where columns of a file state it: width and height, or both in one cell as `1280 x 1024`.

use super::super::columns::{Columns, Names, value};
use crate::trials::{Rows, decimal};

const WIDTH: Names = &[
    "displaywidth",
    "displaywidthpx",
    "screenwidth",
    "screenwidthpx",
    "recordingresolutionwidth",
    "recordingresolutionwidthpx",
];

const HEIGHT: Names = &[
    "displayheight",
    "displayheightpx",
    "screenheight",
    "screenheightpx",
    "recordingresolutionheight",
    "recordingresolutionheightpx",
];

const BOTH: Names =
    &["recordingresolution", "screenresolution", "displayresolution", "screensize", "displaysize", "resolution"];

/// Width and height of the screen in px; none where no row states them, or rows state several.
pub(super) fn display(columns: &Columns, rows: &Rows) -> Option<(f64, f64)> {
    let (width, height, both) = (columns.named(WIDTH), columns.named(HEIGHT), columns.named(BOTH));
    let mut stated = rows.iter().filter_map(|row| {
        let cell = |name: &Option<String>| name.as_ref().and_then(|name| value(row, name));
        cell(&width).and_then(decimal).zip(cell(&height).and_then(decimal)).or_else(|| pair(cell(&both)?))
    });
    let first = stated.next()?;
    stated.all(|other| other == first).then_some(first)
}

/// The two numbers of `1280 x 1024`, `1280*1024` or `[1280, 1024]`.
fn pair(cell: &str) -> Option<(f64, f64)> {
    let numbers: Vec<f64> = cell.split(|one: char| !one.is_ascii_digit()).filter_map(decimal).collect();
    match numbers[..] {
        [width, height] => Some((width, height)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::pair;

    #[test]
    fn a_resolution_is_two_numbers() {
        for cell in ["1280 x 1024", "1280x1024", "[1280, 1024]", "1280*1024 px"] {
            assert_eq!(pair(cell), Some((1280.0, 1024.0)), "{cell}");
        }
        assert_eq!((pair("96"), pair("0 0 1279 1023")), (None, None));
    }
}
