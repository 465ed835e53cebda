//! Reliability expected of more observers: n / (n + n₀) (Spearman 1910; Brown 1910).

use crate::error::Result;
use crate::report::colour::{AXIS, GRID, HUMAN, QUIET, SCORE, TEXT, WHITE};
use crate::report::data::Data;
use crate::report::drawing::{Anchor, Drawing, Ink};
use crate::report::number::{count, two};

const LEFT: f64 = 46.0;
const TOP: f64 = 34.0;
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 250.0;

/// One curve.
struct Curve {
    label: &'static str,
    observers: f64,
    reliability: f64,
    ink: Ink,
}

impl Curve {
    /// The number of observers that gives one half.
    fn half(&self) -> f64 {
        self.observers * (1.0 - self.reliability) / self.reliability
    }

    fn at(&self, n: f64) -> f64 {
        n / (n + self.half())
    }

    fn needed(&self, reliability: f64) -> f64 {
        self.half() * reliability / (1.0 - reliability)
    }
}

/// The figure `reliability`.
pub(super) fn draw(data: &Data) -> Result<Option<Drawing>> {
    let curve = |(unit, label, ink): (&str, &'static str, Ink)| {
        let reliability = data.people.value(unit, "", "reliability_observers").filter(|r| *r > 0.0 && *r < 1.0)?;
        let observers = data.people.observers_of(unit) as f64;
        Some(Curve { label, observers, reliability, ink })
    };
    let curves: Vec<Curve> = [("task", "task: one map", HUMAN), ("picture", "a map for each picture", SCORE)]
        .into_iter()
        .filter_map(curve)
        .filter(|curve| curve.observers > 1.0)
        .collect();
    if curves.is_empty() {
        return Ok(None);
    }
    let present = curves.iter().map(|curve| curve.observers).fold(0.0, f64::max);
    let wanted = curves.iter().map(|curve| curve.needed(0.8)).fold(0.0, f64::max);
    let (end, step) = round_up((1.15 * wanted).clamp(3.0 * present, 20.0 * present));
    let mut drawing = Drawing::new(1000.0, TOP + HEIGHT + 46.0);
    let x = |n: f64| LEFT + WIDTH * n / end;
    let y = |reliability: f64| TOP + HEIGHT * (1.0 - reliability);
    drawing.text((0.0, 14.0), 12.0, Anchor::Start, QUIET, "reliability of the mean human map");
    for tenth in [0, 2, 4, 6, 8, 10] {
        let value = f64::from(tenth) / 10.0;
        drawing.line((LEFT, y(value)), (LEFT + WIDTH, y(value)), 1.0, if tenth == 0 { AXIS } else { GRID });
        drawing.text((LEFT - 8.0, y(value) + 4.0), 11.0, Anchor::End, QUIET, format!("{value:.1}"));
    }
    for tick in 0..=(end / step).round() as usize {
        let n = tick as f64 * step;
        drawing.text((x(n), TOP + HEIGHT + 18.0), 11.0, Anchor::Middle, QUIET, count(n));
    }
    drawing.text((LEFT + WIDTH / 2.0, TOP + HEIGHT + 38.0), 12.0, Anchor::Middle, QUIET, "number of observers");
    let mut lowest_label = f64::NEG_INFINITY;
    for curve in &curves {
        let path = (0..=200).map(|at| f64::from(at) / 200.0 * end).map(|n| (x(n), y(curve.at(n)))).collect();
        drawing.lines(vec![path], 2.0, curve.ink);
        for wanted in [0.8, 0.9] {
            let n = curve.needed(wanted);
            if n > 1.0 && n <= end {
                drawing.dot((x(n), y(wanted)), 3.6, WHITE, curve.ink);
            }
        }
        drawing.dot((x(curve.observers), y(curve.reliability)), 5.0, curve.ink, curve.ink);
        let label = y(curve.at(end)).max(lowest_label + 52.0);
        lowest_label = label;
        let beside = LEFT + WIDTH + 14.0;
        let now = format!("now {} observers: {}", count(curve.observers), two(curve.reliability));
        let needed = format!("0.8 needs {}, 0.9 needs {}", whole(curve.needed(0.8)), whole(curve.needed(0.9)));
        drawing.text((beside, label + 4.0), 13.0, Anchor::Start, curve.ink, curve.label);
        drawing.text((beside, label + 20.0), 11.5, Anchor::Start, TEXT, now);
        drawing.text((beside, label + 35.0), 11.5, Anchor::Start, QUIET, needed);
    }
    Ok(Some(drawing))
}

fn whole(n: f64) -> String {
    count(n.ceil().max(1.0))
}

/// A round end of the axis and the distance between its ticks (1, 2 or 5 times a power of ten).
fn round_up(least: f64) -> (f64, f64) {
    let power = 10f64.powf((least / 5.0).log10().floor());
    let step =
        [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| least / step <= 6.0).unwrap_or(power);
    let step = step.max(1.0);
    ((least / step).ceil() * step, step)
}
