//! A drawing: shapes in picture order, written as SVG and as PNG from the same list.

mod base64;
mod png;
mod raster;
mod svg;

pub(super) use raster::to_png;
pub(super) use svg::to_svg;

use crate::picture::Picture;

/// A colour with its opacity (0..1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink(pub [u8; 3], pub f64);

/// Which end of a text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Something to draw; lengths are in units of the drawing, of which one is a CSS pixel.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    Rectangle { x: f64, y: f64, width: f64, height: f64, ink: Ink },
    Lines { paths: Vec<Vec<(f64, f64)>>, width: f64, ink: Ink },
    Dot { x: f64, y: f64, radius: f64, fill: Ink, edge: Ink },
    Text { x: f64, y: f64, size: f64, anchor: Anchor, ink: Ink, text: String },
    Picture { x: f64, y: f64, width: f64, height: f64, picture: Picture },
}

/// Shapes on a white page; later ones cover earlier ones.
#[derive(Debug, Clone)]
pub(super) struct Drawing {
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
}

impl Drawing {
    pub fn new(width: f64, height: f64) -> Drawing {
        Drawing { width, height, shapes: Vec::new() }
    }

    pub fn rectangle(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), ink: Ink) {
        self.shapes.push(Shape::Rectangle { x, y, width, height, ink });
    }

    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, ink: Ink) {
        self.lines(vec![vec![from, to]], width, ink);
    }

    pub fn lines(&mut self, paths: Vec<Vec<(f64, f64)>>, width: f64, ink: Ink) {
        self.shapes.push(Shape::Lines { paths, width, ink });
    }

    pub fn dot(&mut self, (x, y): (f64, f64), radius: f64, fill: Ink, edge: Ink) {
        self.shapes.push(Shape::Dot { x, y, radius, fill, edge });
    }

    /// Text whose baseline starts, is centred or ends at a place.
    pub fn text(&mut self, (x, y): (f64, f64), size: f64, anchor: Anchor, ink: Ink, text: impl Into<String>) {
        self.shapes.push(Shape::Text { x, y, size, anchor, ink, text: text.into() });
    }

    pub fn picture(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), picture: Picture) {
        self.shapes.push(Shape::Picture { x, y, width, height, picture });
    }
}
