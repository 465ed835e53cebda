//! Where the coordinates that a file states lie in a picture.
//!
//! A picture's own coordinates are px from its left and upper edge, counted from 0; the pixel in row r and column c covers
//! `[c, c + 1) x [r, r + 1)`. Files count from 1 (MATLAB), name the column first, put the origin in the middle with y upwards
//! (PsychoPy), or give shares of width and height (trackers).

use serde::{Deserialize, Serialize};

/// How a pair of coordinates in a file is to be read. The default is `row:column` in px, counted from 0, from the upper left.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Places {
    /// Which of the two numbers comes first.
    pub order: Order,
    /// The number of the first pixel, 0 or 1.
    pub from: u8,
    /// The direction in which y grows.
    pub y: Direction,
    /// The place of the picture in the coordinates; by default its corner with the smallest coordinates is at 0, 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Width of the picture in the unit of the coordinates, above 0; px by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<f64>,
    /// Height of the picture in the unit of the coordinates, above 0; by default in proportion to the width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<f64>,
}

/// Which number of a pair comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The row, as in matrices.
    #[default]
    RowColumn,
    /// The column, as on screens.
    XY,
}

/// The direction in which y grows on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Downwards, as in images.
    #[default]
    Down,
    /// Upwards, as in PsychoPy.
    Up,
}

/// The place of a picture in the coordinates of a file.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Origin {
    /// Coordinates (x, y) of its upper left corner.
    Corner([f64; 2]),
    /// Its middle is at 0, 0.
    Middle(Middle),
}

/// The word for the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Middle {
    /// The centre of the picture.
    Centre,
}

/// (rows, columns) of a picture.
pub type Shape = (usize, usize);

/// A pair of coordinates as it stands in a file, and the shape of its picture.
pub type Stated = ((f64, f64), Shape);

/// Another way to read coordinates that fits them better than the stated one.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// What the coordinates look like, such as `counted from 1`.
    pub looks: &'static str,
    /// The settings that read them so, such as `from = 1`.
    pub setting: &'static str,
    /// Pairs that lie inside their picture as they are read now.
    pub inside: usize,
    /// Pairs that would lie inside it.
    pub instead: usize,
    /// All pairs.
    pub of: usize,
}

impl Places {
    /// Coordinates of a pair in px from the left and the upper edge, also outside the picture.
    fn unbounded(&self, (first, second): (f64, f64), (rows, columns): Shape) -> (f64, f64) {
        let (x, y) = match self.order {
            Order::RowColumn => (second, first),
            Order::XY => (first, second),
        };
        let (rows, columns) = (rows as f64, columns as f64);
        let width = self.width.unwrap_or(columns);
        let height = self.height.unwrap_or(width * rows / columns);
        let up = self.y == Direction::Up;
        let [left, top] = match self.origin {
            Some(Origin::Corner(corner)) => corner,
            Some(Origin::Middle(_)) => [-width / 2.0, if up { height / 2.0 } else { -height / 2.0 }],
            None => [0.0, if up { height } else { 0.0 }],
        };
        let down = if up { top - y } else { y - top };
        let from = f64::from(self.from);
        // Counted from 1, the lowest row is 1 whether y grows downwards or upwards.
        let down = if up { down + from } else { down - from };
        ((x - left - from) * columns / width, down * rows / height)
    }

    /// A pair as (x, y) in px from the left and the upper edge of a picture; `None` outside it. Its last edges belong to it.
    pub fn point(&self, pair: (f64, f64), shape: Shape) -> Option<(f64, f64)> {
        let (x, y) = self.unbounded(pair, shape);
        let inside = (0.0..=shape.1 as f64).contains(&x) && (0.0..=shape.0 as f64).contains(&y);
        inside.then_some((x, y))
    }

    /// A pair as (row, column) of the pixel that it names, from 0; `None` outside the picture. The last edges belong to the
    /// last pixels only where coordinates are measured, not counted.
    pub fn pixel(&self, pair: (f64, f64), shape: Shape) -> Option<(usize, usize)> {
        let (x, y) = self.unbounded(pair, shape);
        // Counted upwards, the lowest row is the last: index 0 from below covers the last pixel.
        let y = if self.y == Direction::Up && self.is_counted() { y - 1.0 } else { y };
        let index = |at: f64, side: usize| {
            let pixel = (at + 1e-9).floor();
            let edge = !self.is_counted() && pixel == side as f64 && at <= side as f64 + 1e-9;
            let pixel = if edge { pixel - 1.0 } else { pixel };
            (0.0..side as f64).contains(&pixel).then_some(pixel as usize)
        };
        Some((index(y, shape.0)?, index(x, shape.1)?))
    }

    /// True if coordinates are numbers of pixels rather than lengths.
    fn is_counted(&self) -> bool {
        self.width.is_none() && self.height.is_none() && self.origin.is_none()
    }

    /// The first other reading that places every pair in its picture where this one does not, or that the pairs betray
    /// although they fit: none of them 0 and some equal to the size, or all of them shares.
    pub fn doubt(&self, pairs: &[Stated]) -> Option<Doubt> {
        let fits = |places: &Places| pairs.iter().filter(|(pair, shape)| places.pixel(*pair, *shape).is_some()).count();
        let (of, inside) = (pairs.len(), fits(self));
        let betrayed = self.is_counted() && self.from == 0 && self.betrays_shares(pairs);
        if of == 0 || (inside == of && !betrayed) {
            return None;
        }
        READINGS.iter().find_map(|reading| {
            let other = (reading.of)(self);
            if other == *self || (betrayed && reading.setting != SHARES) {
                return None;
            }
            let instead = fits(&other);
            (instead == of && (betrayed || (reading.betrayed)(self, pairs))).then_some(Doubt {
                looks: reading.looks,
                setting: reading.setting,
                inside,
                instead,
                of,
            })
        })
    }

    /// True if every pair lies in the first pixel and a half, and not all on whole numbers.
    fn betrays_shares(&self, pairs: &[Stated]) -> bool {
        let share = |value: f64| (-0.5..=1.5).contains(&value);
        let all = pairs.iter().all(|((a, b), (rows, columns))| share(*a) && share(*b) && rows.min(columns) > &4);
        all && pairs.iter().any(|((a, b), _)| a.fract() != 0.0 || b.fract() != 0.0)
    }
}

/// A way to read coordinates.
struct Reading {
    looks: &'static str,
    setting: &'static str,
    of: fn(&Places) -> Places,
    betrayed: fn(&Places, &[Stated]) -> bool,
}

const SHARES: &str = "width = 1.0, height = 1.0";

/// The readings that are tried, the likeliest first.
const READINGS: &[Reading] = &[
    Reading {
        looks: "counted from 1",
        setting: "from = 1",
        of: |places| Places { from: 1, ..*places },
        // Nothing at 0 although something is at the far edge.
        betrayed: |places, pairs| places.is_counted() && pairs.iter().all(|((a, b), _)| *a >= 1.0 && *b >= 1.0),
    },
    Reading {
        looks: "with rows and columns in the other order",
        setting: "the other order",
        of: swapped,
        betrayed: |_, _| true,
    },
    Reading {
        looks: "counted from 1, with rows and columns in the other order",
        setting: "from = 1 and the other order",
        of: |places| swapped(&Places { from: 1, ..*places }),
        betrayed: |places, pairs| places.is_counted() && pairs.iter().all(|((a, b), _)| *a >= 1.0 && *b >= 1.0),
    },
    Reading {
        looks: "shares of the picture's width and height",
        setting: SHARES,
        of: |places| Places { width: Some(1.0), height: Some(1.0), ..*places },
        betrayed: |_, _| false,
    },
    Reading {
        looks: "measured from the middle of the picture",
        setting: "origin = \"centre\"",
        of: |places| Places { origin: Some(Origin::Middle(Middle::Centre)), ..*places },
        betrayed: |_, pairs| pairs.iter().any(|((a, b), _)| *a < 0.0 || *b < 0.0),
    },
];

fn swapped(places: &Places) -> Places {
    let order = match places.order {
        Order::RowColumn => Order::XY,
        Order::XY => Order::RowColumn,
    };
    Places { order, ..*places }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = (60, 80);

    fn places(text: &str) -> Places {
        toml::from_str(text).unwrap()
    }

    fn doubt(text: &str, pairs: &[(f64, f64)]) -> Option<&'static str> {
        let pairs: Vec<_> = pairs.iter().map(|pair| (*pair, SHAPE)).collect();
        places(text).doubt(&pairs).map(|doubt| doubt.setting)
    }

    #[test]
    fn one_pixel_is_found_by_every_way_to_name_it() {
        // Row 10, column 70.
        for (text, pair) in [
            ("", (10.0, 70.0)),
            ("order = \"x_y\"", (70.0, 10.0)),
            ("from = 1", (11.0, 71.0)),
            ("order = \"x_y\"\nfrom = 1\ny = \"up\"", (71.0, 50.0)),
            ("y = \"up\"", (49.0, 70.0)),
            ("origin = \"centre\"\ny = \"up\"\norder = \"x_y\"", (30.5, 19.5)),
            ("origin = \"centre\"\norder = \"x_y\"", (30.5, -19.5)),
            ("origin = [100.0, 50.0]\nwidth = 160.0\norder = \"x_y\"", (241.0, 71.0)),
            ("width = 1.0\nheight = 1.0\norder = \"x_y\"", (70.5 / 80.0, 10.5 / 60.0)),
            ("width = 1.0\nheight = 1.0\norder = \"x_y\"\ny = \"up\"", (70.5 / 80.0, 49.5 / 60.0)),
            ("origin = \"centre\"\nwidth = 2.0\nheight = 2.0\norder = \"x_y\"\ny = \"up\"", (30.5 / 40.0, 19.5 / 30.0)),
            ("origin = \"centre\"\nwidth = 8.0\norder = \"x_y\"\ny = \"up\"", (3.05, 1.95)),
        ] {
            assert_eq!(places(text).pixel(pair, SHAPE), Some((10, 70)), "{text}");
        }
    }

    #[test]
    fn measured_places_keep_their_fractions_and_the_last_edge() {
        assert_eq!(places("order = \"x_y\"").point((80.0, 60.0), SHAPE), Some((80.0, 60.0)));
        assert_eq!(places("order = \"x_y\"").point((80.1, 60.0), SHAPE), None);
        assert_eq!(
            places("order = \"x_y\"").pixel((80.0, 59.0), SHAPE),
            None,
            "a count of 80 is behind the last column"
        );
        assert_eq!(places("width = 1.0\nheight = 1.0").pixel((1.0, 1.0), SHAPE), Some((59, 79)));
        let wrong = places("width = 1.0\norder = \"x_y\"").point((0.5, 1.0), SHAPE);
        assert_eq!(wrong, None, "in proportion to the width, 1.0 of it is below a landscape picture");
    }

    #[test]
    fn coordinates_that_fit_another_reading_raise_a_doubt() {
        assert_eq!(doubt("", &[(0.0, 3.0), (59.0, 79.0)]), None);
        assert_eq!(doubt("", &[(1.0, 3.0), (60.0, 79.0)]), Some("from = 1"));
        assert_eq!(doubt("", &[(70.0, 3.0), (5.0, 50.0)]), Some("the other order"));
        assert_eq!(doubt("order = \"x_y\"", &[(3.0, 70.0), (50.0, 5.0)]), Some("the other order"));
        assert_eq!(doubt("", &[(1.0, 60.0), (80.0, 5.0)]), Some("from = 1 and the other order"));
        assert_eq!(doubt("order = \"x_y\"", &[(0.2, 0.9), (0.98, 1.0)]), Some(SHARES));
        assert_eq!(doubt(SHARES_TOML, &[(0.2, 0.9), (0.98, 1.0)]), None);
        assert_eq!(doubt("order = \"x_y\"", &[(-39.0, 29.0), (38.0, -12.5)]), Some("origin = \"centre\""));
        assert_eq!(doubt("", &[(500.0, 500.0)]), None, "nothing fits, and nothing is suggested");
    }

    const SHARES_TOML: &str = "width = 1.0\nheight = 1.0";
}
