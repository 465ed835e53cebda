//! Bubble centres as text: `row:column row:column ...`, and `band:row:column` where there are several bands.
//!
//! `[import] centres` states where else the numbers lie: columns first, counted from 1, measured from the middle of the picture.

use super::text::{decimal, shortened};
use super::value::entries;
use crate::bubbles::Centre;
use crate::place::{Doubt, Order, Places, Shape};

/// Sides of pictures that are not known end here, px.
const LARGEST: usize = 1_000_000;

/// The centres in a text; where planes are known, each must lie inside the plane of its band.
pub fn read(text: &str, planes: &[Shape], places: &Places) -> Result<Vec<Centre>, String> {
    text.split_whitespace().map(|one| centre(one, planes, places)).collect()
}

fn centre(text: &str, planes: &[Shape], places: &Places) -> Result<Centre, String> {
    let shape = if planes.len() > 1 { "4:12:34 (band:row:column)" } else { "12:34 (row:column)" };
    let malformed = || format!("{:?} is not a centre such as {shape}", shortened(text));
    let (band, pair) = pair(text).filter(|(band, _)| planes.len() < 2 || band.is_some()).ok_or_else(malformed)?;
    let band = if planes.len() == 1 && band.is_some() { return Err(malformed()) } else { band.unwrap_or(0) };
    let (row, column) = match planes {
        [] => alone(pair, places).filter(|_| u8::try_from(band).is_ok()).ok_or_else(malformed)?,
        planes => {
            let outside = || format!("{text:?} is not in one of the {} bands, from 0", planes.len());
            let &shape = planes.get(band).ok_or_else(outside)?;
            let (rows, columns) = shape;
            let outside = || {
                format!("{text:?} is not inside the picture ({rows} rows, {columns} columns; {})", described(places))
            };
            places.pixel(pair, shape).ok_or_else(outside)?
        }
    };
    Ok(Centre { band: band as u8, row, column })
}

/// The band, where there is one, and the two numbers of a centre.
fn pair(text: &str) -> Option<(Option<usize>, (f64, f64))> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        [first, second] => Some((None, (decimal(first)?, decimal(second)?))),
        [band, first, second] => Some((Some(band.parse().ok()?), (decimal(first)?, decimal(second)?))),
        _ => None,
    }
}

/// The pixel of a pair in a picture of which nothing is known; `None` where its size is needed, or the pixel is none.
fn alone(pair: (f64, f64), places: &Places) -> Option<(usize, usize)> {
    let own = Places { order: places.order, from: places.from, ..Places::default() };
    if *places != own {
        return None;
    }
    places.pixel(pair, (LARGEST, LARGEST))
}

/// How places are read, for messages.
pub fn described(places: &Places) -> String {
    let order = if places.order == Order::RowColumn { "row:column" } else { "x:y" };
    format!("{order} from {}", places.from)
}

/// Centres in two columns, x and y, each a number or a list, as text in the order of `places`.
pub fn of_columns(x: &str, y: &str, places: &Places) -> String {
    let (x, y) = (numbers(x), numbers(y));
    let at =
        |list: &[&str], at: usize| list.get(at).map_or("nothing", |text| text.trim()).replace(char::is_whitespace, "");
    let centre = |index: usize| match places.order {
        Order::RowColumn => format!("{}:{}", at(&y, index), at(&x, index)),
        Order::XY => format!("{}:{}", at(&x, index), at(&y, index)),
    };
    (0..x.len().max(y.len())).map(centre).collect::<Vec<_>>().join(" ")
}

/// The entries of a list in brackets, or of one parted by blanks or semicolons.
fn numbers(text: &str) -> Vec<&str> {
    match text.trim().starts_with('[') {
        true => entries(text),
        false => text.split([' ', ';']).filter(|one| !one.trim().is_empty()).collect(),
    }
}

/// The pairs of many texts by which another way to read them would show: those with the smallest and the largest numbers in
/// each plane, and one that is no whole number.
#[derive(Debug, Default)]
pub struct Extremes {
    pairs: Vec<((f64, f64), Shape)>,
    seen: Vec<Option<[f64; 4]>>,
    fractional: bool,
}

impl Extremes {
    /// Adds the centres of a row.
    pub fn add(&mut self, text: &str, planes: &[Shape]) {
        self.seen.resize(planes.len(), None);
        for (band, (first, second)) in text.split_whitespace().filter_map(pair) {
            let band = band.unwrap_or(0);
            let (Some(&shape), Some(seen)) = (planes.get(band), self.seen.get_mut(band)) else { continue };
            let known = seen.get_or_insert([f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY]);
            let now = [known[0].min(first), known[1].max(first), known[2].min(second), known[3].max(second)];
            let fractional = !self.fractional && (first.fract() != 0.0 || second.fract() != 0.0);
            if now != *known || fractional {
                self.pairs.push(((first, second), shape));
            }
            self.fractional |= fractional;
            *known = now;
        }
    }

    /// Another way to read all of them, where they do not fit this one.
    pub fn doubt(&self, places: &Places) -> Option<Doubt> {
        places.doubt(&self.pairs)
    }
}

/// The line of `[import]` that reads centres as a doubt says.
pub fn setting(doubt: &Doubt, places: &Places) -> String {
    let other = if places.order == Order::RowColumn { "order = \"x_y\"" } else { "order = \"row_column\"" };
    let from = if doubt.setting.contains("from = 1") { "from = 1" } else { "" };
    match (doubt.setting.contains("the other order"), from) {
        (true, "") => format!("centres = {{ {other} }}"),
        (true, from) => format!("centres = {{ {from}, {other} }}"),
        (false, _) => format!("centres = {{ {} }}", doubt.setting),
    }
}

/// The text of centres.
pub fn write(centres: &[Centre], several: bool) -> String {
    let one = |centre: &Centre| {
        let band = if several { format!("{}:", centre.band) } else { String::new() };
        format!("{band}{}:{}", centre.row, centre.column)
    };
    centres.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centres_come_back_from_their_text_with_and_without_bands() {
        let flat = [Centre::new(3, 5), Centre::new(0, 0)];
        assert_eq!(read(&write(&flat, false), &[(4, 6)], &Places::default()).unwrap(), flat);
        let banded = [Centre { band: 1, row: 1, column: 2 }, Centre { band: 0, row: 3, column: 5 }];
        assert_eq!(write(&banded, true), "1:1:2 0:3:5");
        assert_eq!(read("1:1:2 0:3:5", &[(4, 6), (2, 3)], &Places::default()).unwrap(), banded);
        for (bad, reason) in [("1:2:2", "inside"), ("2:0:0", "bands"), ("1:2", "band:row:column"), ("a:1:1", "centre")]
        {
            assert!(read(bad, &[(4, 6), (2, 3)], &Places::default()).unwrap_err().contains(reason), "{bad}");
        }
    }

    #[test]
    fn the_same_pixel_is_read_by_every_way_to_write_it() {
        for (text, written) in [
            ("", "1:4"),
            ("from = 1", "2:5"),
            ("order = \"x_y\"", "4:1"),
            ("order = \"x_y\"\nfrom = 1", "5:2"),
            ("order = \"x_y\"\norigin = \"centre\"\ny = \"up\"", "1.5:0.5"),
        ] {
            let places: Places = toml::from_str(text).unwrap();
            assert_eq!(read(written, &[(4, 6)], &places).unwrap(), [Centre::new(1, 4)], "{text}");
        }
        let swapped = Places { order: Order::XY, from: 1, ..Places::default() };
        assert_eq!(read("5:2", &[], &swapped).unwrap(), [Centre::new(1, 4)], "without a picture");
        assert!(read("5:2", &[(4, 6)], &Places::default()).unwrap_err().contains("not inside"));
    }

    #[test]
    fn two_columns_are_centres_whichever_number_comes_first() {
        for places in [Places::default(), Places { order: Order::XY, ..Places::default() }] {
            let text = of_columns("[4, 0]", "[1, 3]", &places);
            assert_eq!(read(&text, &[(4, 6)], &places).unwrap(), [Centre::new(1, 4), Centre::new(3, 0)]);
            assert_eq!(read(&of_columns("4", "1", &places), &[(4, 6)], &places).unwrap(), [Centre::new(1, 4)]);
            assert!(read(&of_columns("[4, 0]", "[1]", &places), &[(4, 6)], &places).unwrap_err().contains("nothing"));
        }
    }

    #[test]
    fn the_extremes_tell_the_reading() {
        let mut extremes = Extremes::default();
        ["2:2 1:6", "4:1 3:3 2:2"].iter().for_each(|text| extremes.add(text, &[(4, 6)]));
        let doubt = extremes.doubt(&Places::default()).unwrap();
        assert_eq!(setting(&doubt, &Places::default()), "centres = { from = 1 }");
        let mut swapped = Extremes::default();
        swapped.add("5:0 2:3", &[(4, 6)]);
        let doubt = swapped.doubt(&Places::default()).unwrap();
        assert_eq!(setting(&doubt, &Places::default()), "centres = { order = \"x_y\" }");
    }
}
