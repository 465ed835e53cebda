//! The figure of a plan: power and reliability by number of trials, formulas as lines, simulations as points.

use super::colour::{AXIS, GRID, QUIET, SCORE, TEXT, WHITE};
use super::drawing::{Anchor, Drawing, Ink, to_png, to_svg};
use super::number::count;
use crate::error::Result;

const LEFT: [f64; 2] = [46.0, 566.0];
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 210.0;
const HEAD: f64 = 92.0;
const DOWN: f64 = HEAD + HEIGHT + 56.0;

/// What one source of a plan says: its name and its two panels.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Heading.
    pub title: String,
    /// Power on the left, reliability on the right.
    pub panels: [Panel; 2],
}

/// Something between 0 and 1 by number of trials.
#[derive(Debug, Clone)]
pub struct Panel {
    /// What the values are.
    pub quantity: &'static str,
    /// What the line is.
    pub formula: &'static str,
    /// (trials, value), from 0 trials to the end of the axis.
    pub line: Vec<(f64, f64)>,
    /// Lower and upper end of the line, where it has an interval.
    pub limits: Vec<Vec<(f64, f64)>>,
    /// What was simulated or measured.
    pub series: Vec<Series>,
    /// The value that is wanted.
    pub wanted: f64,
    /// Trials at which the line reaches it.
    pub needed: Option<f64>,
}

/// Points with intervals.
#[derive(Debug, Clone)]
pub struct Series {
    /// What they are.
    pub label: &'static str,
    /// (trials, value, lower, upper).
    pub points: Vec<(f64, f64, f64, f64)>,
}

/// How the points of a series are drawn: also apart without colour, by fill and by line.
struct Look {
    fill: Ink,
    edge: Ink,
    joined: Option<bool>,
}

const LOOKS: [Look; 3] = [
    Look { fill: TEXT, edge: TEXT, joined: None },
    Look { fill: WHITE, edge: SCORE, joined: Some(true) },
    Look { fill: GRID, edge: QUIET, joined: Some(false) },
];

/// The figure as SVG and as PNG, a row of two panels a source.
pub fn draw_plan(sources: &[Planned]) -> Result<(String, Vec<u8>)> {
    let mut drawing = Drawing::new(1000.0, DOWN * sources.len() as f64);
    for (row, source) in sources.iter().enumerate() {
        let top = row as f64 * DOWN;
        drawing.text((0.0, top + 16.0), 13.5, Anchor::Start, TEXT, source.title.as_str());
        for (panel, left) in source.panels.iter().zip(LEFT) {
            draw(&mut drawing, panel, (left, top + HEAD));
        }
    }
    Ok((to_svg(&drawing, "How many trials are needed")?, to_png(&drawing)?))
}

fn draw(drawing: &mut Drawing, panel: &Panel, (left, top): (f64, f64)) {
    let end = panel.line.last().map_or(1.0, |point| point.0).max(1.0);
    let x = |trials: f64| left + WIDTH * trials / end;
    let y = |value: f64| top + HEIGHT * (1.0 - value.clamp(0.0, 1.0));
    let place = |&(trials, value): &(f64, f64)| (x(trials), y(value));
    drawing.text((left - 46.0, top - 50.0), 12.0, Anchor::Start, QUIET, panel.quantity);
    for fifth in 0..=5 {
        let value = f64::from(fifth) / 5.0;
        drawing.line((left, y(value)), (left + WIDTH, y(value)), 1.0, if fifth == 0 { AXIS } else { GRID });
        drawing.text((left - 8.0, y(value) + 4.0), 11.0, Anchor::End, QUIET, format!("{value:.1}"));
    }
    let step = step(end);
    for tick in 0..=(end / step).floor() as usize {
        let trials = tick as f64 * step;
        drawing.line((x(trials), top + HEIGHT), (x(trials), top + HEIGHT + 4.0), 1.0, AXIS);
        drawing.text((x(trials), top + HEIGHT + 18.0), 11.0, Anchor::Middle, QUIET, count(trials));
    }
    drawing.text((left + WIDTH / 2.0, top + HEIGHT + 36.0), 12.0, Anchor::Middle, QUIET, "number of trials");
    let wanted = vec![(left, y(panel.wanted)), (left + WIDTH, y(panel.wanted))];
    drawing.lines(dashes(&wanted), 1.0, AXIS);
    if let Some(needed) = panel.needed.filter(|needed| *needed <= end) {
        drawing.lines(dashes(&[(x(needed), y(panel.wanted)), (x(needed), top + HEIGHT)]), 1.0, AXIS);
    }
    panel.limits.iter().for_each(|limit| drawing.lines(vec![limit.iter().map(place).collect()], 0.8, QUIET));
    drawing.lines(vec![panel.line.iter().map(place).collect()], 2.2, TEXT);
    for (series, look) in panel.series.iter().zip(&LOOKS) {
        let path: Vec<(f64, f64)> = series.points.iter().map(|point| (x(point.0), y(point.1))).collect();
        match look.joined {
            Some(true) => drawing.lines(vec![path], 1.0, look.edge),
            Some(false) => drawing.lines(dashes(&path), 1.0, look.edge),
            None => {}
        }
        for &(trials, value, lower, upper) in &series.points {
            drawing.line((x(trials), y(lower)), (x(trials), y(upper)), 1.2, look.edge);
            drawing.dot((x(trials), y(value)), 3.6, look.fill, look.edge);
        }
    }
    legend(drawing, panel, (left, top - 30.0));
}

fn legend(drawing: &mut Drawing, panel: &Panel, (left, top): (f64, f64)) {
    let marks = std::iter::once((panel.formula, None))
        .chain(panel.series.iter().map(|one| one.label).zip(LOOKS.iter().map(Some)));
    let mut across = left - 46.0;
    let mut down = top;
    for (label, look) in marks {
        let width = 30.0 + 6.2 * label.chars().count() as f64;
        if across + width > left + WIDTH + 10.0 {
            (across, down) = (left - 46.0, down + 16.0);
        }
        match look {
            None => drawing.line((across, down - 4.0), (across + 18.0, down - 4.0), 2.2, TEXT),
            Some(look) => drawing.dot((across + 10.0, down - 4.0), 3.6, look.fill, look.edge),
        }
        drawing.text((across + 24.0, down), 11.0, Anchor::Start, TEXT, label);
        across += width;
    }
}

/// A path in pieces of 5 with gaps of 4.
fn dashes(path: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    let mut pieces = Vec::new();
    for pair in path.windows(2) {
        let ((x, y), (dx, dy)) = (pair[0], (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1));
        let length = dx.hypot(dy).max(1e-9);
        let at = |along: f64| (x + dx * along / length, y + dy * along / length);
        let starts = (0..).map(|piece| f64::from(piece) * 9.0).take_while(|start| *start < length);
        pieces.extend(starts.map(|start| vec![at(start), at((start + 5.0).min(length))]));
    }
    pieces
}

/// The distance between ticks: 1, 2 or 5 times a power of ten, at most six of them.
fn step(end: f64) -> f64 {
    let power = 10f64.powf((end / 6.0).log10().floor()).max(1.0);
    [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| end / step <= 6.0).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        for (end, expected) in [(1200.0, 200.0), (5.0, 1.0), (17_000.0, 5000.0), (600.0, 100.0), (42_000.0, 10_000.0)] {
            assert_eq!(step(end), expected, "{end}");
        }
    }

    #[test]
    fn a_dashed_line_ends_where_the_line_ends() {
        let pieces = dashes(&[(0.0, 0.0), (10.0, 0.0)]);
        assert_eq!(pieces, [vec![(0.0, 0.0), (5.0, 0.0)], vec![(9.0, 0.0), (10.0, 0.0)]]);
    }
}
