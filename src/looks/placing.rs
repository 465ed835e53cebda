//! Places of the file as places in the picture, and doubts about how they were read.
//!
//! The experiment file says where pictures lie in the coordinates (`rectangle`, or `origin`, `width`, `height` and `y`), or else
//! the row or the format does. Coordinates that would fit another reading much better are a warning with both counts, and an error
//! where none of them fits this one. Whether y grows upwards cannot be seen where everything fits both ways.

use super::{Entry, Frame};
use crate::error::{Error, Result};
use crate::place::{Direction, Middle, Order, Origin, Places, Shape};

/// Looks are x before y.
pub(super) const LOOKS: Places =
    Places { order: Order::XY, from: 0, y: Direction::Down, origin: None, width: None, height: None };

/// Shares of width and height, from the upper left corner.
pub(super) const SHARES: Places = Places { width: Some(1.0), height: Some(1.0), ..LOOKS };

/// Shares of width and height, from the lower left corner.
pub(super) const SHARES_UP: Places = Places { y: Direction::Up, ..SHARES };

/// What a person should know of how places were read.
pub type Warning = String;

/// Share of the looks inside the picture above which nothing is doubted.
const MOST: f64 = 0.9;

/// Where the places of an entry lie: as the experiment file says, as its row does, or as its format does. A format knows where y
/// grows to also where the experiment file only says how large pictures are.
pub(super) fn places(entry: &Entry, stated: Option<Places>, y: Option<Direction>, frame: Frame) -> Places {
    let own = match frame {
        Frame::Picture => LOOKS,
        Frame::Stated(places) | Frame::Screen(places) => places,
    };
    let places = stated
        .map(|stated| Places { y: if stated.y == Direction::Up { stated.y } else { own.y }, ..stated })
        .or(entry.frame)
        .unwrap_or(own);
    Places { y: y.unwrap_or(places.y), ..places }
}

/// A pair of coordinates, how it is read, and the shape of its picture.
pub(super) type Pair = ((f64, f64), Places, Shape);

/// Another reading.
struct Reading {
    /// What the places look like.
    looks: &'static str,
    /// What to write into [human].
    setting: &'static str,
    of: fn(Places) -> Places,
}

const MIDDLE: Option<Origin> = Some(Origin::Middle(Middle::Centre));

const READINGS: &[Reading] = &[
    Reading {
        looks: "x and y in the other order",
        setting: "swap x and y in [human.columns]",
        of: |places| Places { order: if places.order == Order::XY { Order::RowColumn } else { Order::XY }, ..places },
    },
    Reading {
        looks: "y upwards from the second number of rectangle or origin",
        setting: "add the height to that number, which is the y of the upper edge",
        of: raised,
    },
    Reading { looks: "y upwards", setting: "y = \"up\"", of: |places| Places { y: Direction::Up, ..places } },
    Reading { looks: "y downwards", setting: "y = \"down\"", of: |places| Places { y: Direction::Down, ..places } },
    Reading {
        looks: "measured from the middle of the picture, y downwards",
        setting: "origin = \"centre\" (and y = \"up\" if it grows upwards, as PsychoPy counts)",
        of: |places| Places { origin: MIDDLE, y: Direction::Down, ..places },
    },
    Reading {
        looks: "shares of width and height",
        setting: "width = 1.0, height = 1.0",
        of: |places| Places { width: Some(1.0), height: Some(1.0), origin: None, ..places },
    },
    Reading {
        looks: "from -1 to 1 across and down the picture, from its middle",
        setting: "width = 2.0, height = 2.0, origin = \"centre\" (and y = \"up\" if it grows upwards, as PsychoPy counts)",
        of: |places| Places { width: Some(2.0), height: Some(2.0), origin: MIDDLE, y: Direction::Down, ..places },
    },
];

/// Where y grows upwards, with the lower edge of the picture where its upper one is stated.
fn raised(places: Places) -> Places {
    match (places.origin, places.height, places.y) {
        (Some(Origin::Corner([left, top])), Some(height), Direction::Up) => {
            Places { origin: Some(Origin::Corner([left, top + height])), ..places }
        }
        _ => places,
    }
}

fn inside(pairs: &[Pair], of: fn(Places) -> Places) -> usize {
    pairs.iter().filter(|(pair, places, shape)| of(*places).point(*pair, *shape).is_some()).count()
}

/// A warning where the places would fit another reading much better.
///
/// # Errors
/// Where none of them lies inside its picture.
pub(super) fn doubt(pairs: &[Pair]) -> Result<Option<Warning>> {
    let all = pairs.len();
    let now = inside(pairs, |places| places);
    let share = |value: f64| (-0.5..=1.5).contains(&value);
    let looks_like_shares = all > 0 && pairs.iter().all(|((x, y), ..)| share(*x) && share(*y));
    // A width of 1 alone leaves a height in proportion, which shares of it are not.
    let of_shares =
        |places: &Places| places.width.is_some_and(|width| width <= 3.0 && (width != 1.0 || places.height.is_some()));
    if looks_like_shares
        && !pairs
            .iter()
            .all(|(_, places, (rows, columns))| of_shares(places) || rows == columns && places.width.is_some())
    {
        return Ok(Some(format!(
            "all {all} places lie between {} and {}, as shares of width and height do, and {now} of them are inside the picture as they \
             are read now; if they are shares, say width = 1.0, height = 1.0 in [human]",
            least(pairs),
            most(pairs)
        )));
    }
    if all == 0 || now as f64 >= MOST * all as f64 {
        return Ok(None);
    }
    let best =
        READINGS.iter().map(|reading| (inside(pairs, reading.of), reading)).rev().max_by_key(|(count, _)| *count);
    let better = best.filter(|(count, _)| 4 * (all - count) <= all - now && *count > now);
    let sentence = better.map(|(count, reading)| {
        format!("read with {}, {count} would be; if they are, {}", reading.looks, reading.setting)
    });
    match (now, sentence) {
        (0, sentence) => {
            let what = format!(
                "none of the {all} places lies inside its picture; they run from {} to {}",
                least(pairs),
                most(pairs)
            );
            let error = Error::invalid(match &sentence {
                Some(sentence) => format!("{what}; {sentence}"),
                None => what,
            });
            Err(error.hint("say in [human] where the picture lies in the coordinates: rectangle = [left, top, width, height], or origin, width, height and y"))
        }
        (_, Some(sentence)) => Ok(Some(format!("{now} of {all} places lie inside their picture; {sentence}"))),
        (_, None) => Ok(None),
    }
}

fn least(pairs: &[Pair]) -> String {
    let least = |of: fn(&Pair) -> f64| pairs.iter().map(of).fold(f64::MAX, f64::min);
    format!("{}, {}", least(|pair| pair.0.0), least(|pair| pair.0.1))
}

fn most(pairs: &[Pair]) -> String {
    let most = |of: fn(&Pair) -> f64| pairs.iter().map(of).fold(f64::MIN, f64::max);
    format!("{}, {}", most(|pair| pair.0.0), most(|pair| pair.0.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = (240, 120);

    fn doubted(places: Places, pairs: &[(f64, f64)]) -> String {
        let pairs: Vec<Pair> = pairs.iter().map(|pair| (*pair, places, SHAPE)).collect();
        match doubt(&pairs) {
            Ok(warning) => warning.unwrap_or_default(),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn coordinates_that_fit_another_reading_are_named_with_both_counts() {
        let transposed = [(200.0, 30.0), (230.0, 100.0), (10.0, 20.0), (180.0, 60.0), (150.0, 90.0)];
        let warning = doubted(LOOKS, &transposed);
        assert!(warning.starts_with("1 of 5 places") && warning.contains("other order, 5 would be"), "{warning}");
        let middle = [(-30.0, -100.0), (40.0, 80.0), (-10.0, 20.0), (-50.0, 60.0), (-10.0, 90.0)];
        assert!(doubted(LOOKS, &middle).contains("from the middle"), "{}", doubted(LOOKS, &middle));
        assert_eq!(doubted(LOOKS, &[(30.0, 200.0), (100.0, 230.0), (20.0, 10.0)]), "");
        let up = Places { origin: Some(Origin::Corner([-60.0, 120.0])), ..LOOKS };
        let lower = Places { origin: Some(Origin::Corner([0.0, 0.0])), y: Direction::Up, ..SHARES };
        let error = doubted(lower, &[(0.5, 0.9), (0.2, 0.7)]);
        assert!(error.contains("from the second number of rectangle or origin, 2 would be"), "{error}");
        let error = doubted(up, &[(-20.0, 100.0), (30.0, 40.0)]);
        assert!(error.starts_with("error: none of the 2 places") && error.contains("y upwards, 2 would be"), "{error}");
    }

    #[test]
    fn shares_that_are_read_as_anything_else_are_a_warning_though_they_fit() {
        let shares = [(0.3, 0.9), (0.98, 0.71)];
        for places in [LOOKS, Places { width: Some(1.0), ..LOOKS }] {
            assert!(doubted(places, &shares).contains("width = 1.0, height = 1.0"), "{places:?}");
        }
        assert_eq!(doubted(SHARES, &shares), "");
    }
}
