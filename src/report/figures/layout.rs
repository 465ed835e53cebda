//! Where the panels of a figure of maps go: the two human maps on the left (one above the other where there are rows
//! enough), then a column a method and a row a model. Blocks follow one another downwards, or, where there are no
//! networks, to the right.

use crate::report::colour::{GRID, QUIET, TEXT};
use crate::report::data::Data;
use crate::report::drawing::{Anchor, Drawing};

const WIDTH: f64 = 1000.0;
const HEAD: f64 = 26.0;
const FOOT: f64 = 34.0;
const GAP: f64 = 8.0;
const SIDE: f64 = 40.0;
const BETWEEN: f64 = 18.0;
const LARGEST_PANEL: f64 = 190.0;
const SMALL_PANEL: f64 = 130.0;

/// A grid of panels.
pub(super) struct Layout<'a> {
    pub models: Vec<&'a str>,
    pub methods: Vec<&'a str>,
    /// Width and height of a panel.
    pub panel: (f64, f64),
    /// What lies beside the human map: its z, or the picture where nothing is tested.
    second: &'static str,
    stacked: bool,
    labels: f64,
    title: f64,
    blocks: usize,
}

impl<'a> Layout<'a> {
    /// For `blocks` maps of `shape` (rows, columns); with room for a title above each block, or without.
    pub fn new(data: &'a Data, (rows, columns): (usize, usize), blocks: usize, titled: bool) -> Layout<'a> {
        let (models, methods) = (data.models(), data.methods());
        let stacked = models.len() > 1;
        let longest = models.iter().map(|model| model.chars().count()).max().unwrap_or(0);
        let labels = if models.is_empty() { 0.0 } else { (7.0 * longest as f64 + 26.0).clamp(60.0, 170.0) };
        let (title, largest) = if titled { (20.0, SMALL_PANEL) } else { (0.0, LARGEST_PANEL) };
        let (beside, taken) = match (methods.is_empty(), stacked) {
            (true, _) => (2 * blocks, BETWEEN * blocks as f64),
            (false, true) => (1 + methods.len(), labels + SIDE),
            (false, false) => (2 + methods.len(), labels),
        };
        let width = ((WIDTH - taken + GAP) / beside as f64 - GAP).min(largest).floor();
        let panel = (width, (width * rows as f64 / columns as f64).round());
        let second = if data.material.file.human.is_some() { "picture" } else { "z" };
        Layout { models, methods, panel, second, stacked, labels, title, blocks }
    }

    /// An empty drawing of the right size.
    pub fn drawing(&self) -> Drawing {
        let blocks = if self.methods.is_empty() { 1 } else { self.blocks };
        Drawing::new(WIDTH, HEAD + blocks as f64 * self.height() + FOOT)
    }

    fn height(&self) -> f64 {
        self.models.len().max(1) as f64 * self.down() + self.title + 6.0
    }

    fn step(&self) -> f64 {
        self.panel.0 + GAP
    }

    fn down(&self) -> f64 {
        self.panel.1 + GAP
    }

    /// Upper left corner of the panels of a block.
    fn origin(&self, block: usize) -> (f64, f64) {
        if self.methods.is_empty() {
            (block as f64 * (2.0 * self.step() + BETWEEN), HEAD + self.title)
        } else {
            (0.0, HEAD + block as f64 * self.height() + self.title)
        }
    }

    /// Left edge of the column of a method, in a block that starts at 0.
    fn column(&self, column: usize) -> f64 {
        let people = if self.stacked { SIDE + self.step() } else { 2.0 * self.step() };
        people + self.labels + column as f64 * self.step()
    }

    /// Places of the human map and of its z.
    pub fn people(&self, block: usize) -> [(f64, f64); 2] {
        let (left, top) = self.origin(block);
        if self.stacked { [(SIDE, top), (SIDE, top + self.down())] } else { [(left, top), (left + self.step(), top)] }
    }

    /// Place of the map of a network.
    pub fn network(&self, block: usize, row: usize, column: usize) -> (f64, f64) {
        let (left, top) = self.origin(block);
        (left + self.column(column), top + row as f64 * self.down())
    }

    /// Draws the titles of the columns, of the rows, and of a block.
    pub fn name(&self, drawing: &mut Drawing, block: usize, title: &str) {
        let people = self.people(block);
        if block == 0 || self.methods.is_empty() {
            let human = if self.stacked {
                vec![("people", SIDE)]
            } else {
                vec![("people", people[0].0), (if self.second == "z" { "people, z" } else { self.second }, people[1].0)]
            };
            let methods = self.methods.iter().enumerate().map(|(column, name)| (*name, self.column(column)));
            for (name, left) in human.into_iter().chain(methods) {
                let size = (self.panel.0 / name.chars().count() as f64 / 0.62).clamp(8.0, 12.5);
                drawing.text((left + self.panel.0 / 2.0, 14.0), size, Anchor::Middle, TEXT, name);
            }
        }
        if self.title > 0.0 {
            let (left, top) = self.origin(block);
            let width = if self.methods.is_empty() { 2.0 * self.step() } else { self.column(self.methods.len()) } - GAP;
            let line = top - self.title - 3.0;
            drawing.line((left, line), (left + width, line), 1.0, GRID);
            drawing.text((left, line + 15.0), 11.0, Anchor::Start, QUIET, title);
        }
        for (row, model) in self.models.iter().enumerate() {
            self.label(drawing, self.network(block, row, 0), model);
        }
        for (place, label) in people.into_iter().zip(["map", self.second]).filter(|_| self.stacked) {
            self.label(drawing, place, label);
        }
    }

    /// A label to the left of a panel.
    fn label(&self, drawing: &mut Drawing, (left, top): (f64, f64), text: &str) {
        let size = (self.labels / text.chars().count().max(1) as f64 / 0.7).clamp(7.0, 12.5);
        drawing.text((left - 10.0, top + self.panel.1 / 2.0 + 4.0), size, Anchor::End, TEXT, text);
    }
}
