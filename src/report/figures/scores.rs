//! Raw scores with their intervals beside both ceilings and the baselines, one panel a metric.

use crate::error::Result;
use crate::experiment::Unit;
use crate::report::colour::{AXIS, GRID, HUMAN, HUMAN_BAND, QUIET, SCORE, SEED, TEXT, WHITE};
use crate::report::data::{Data, Score};
use crate::report::drawing::{Anchor, Drawing, Ink};

const WIDTH: f64 = 1000.0;
const LABELS: f64 = 180.0;
const GAP: f64 = 26.0;
const ROW: f64 = 21.0;
const HEAD: f64 = 22.0;
const TOP: f64 = 56.0;

/// The figure `scores_task`.
pub(super) fn task(data: &Data) -> Result<Option<Drawing>> {
    Ok(draw(data, Unit::Task))
}

/// The figure `scores_picture`.
pub(super) fn picture(data: &Data) -> Result<Option<Drawing>> {
    Ok(draw(data, Unit::Picture))
}

/// Rows of one model (or of the baselines).
struct Group<'a> {
    name: &'a str,
    methods: Vec<&'a str>,
}

fn draw(data: &Data, unit: Unit) -> Option<Drawing> {
    let scores: Vec<&Score> = data.scores.iter().filter(|score| score.unit == unit.name()).collect();
    let mut metrics: Vec<&str> = Vec::new();
    for score in &scores {
        if !metrics.contains(&score.metric.as_str()) {
            metrics.push(&score.metric);
        }
    }
    let groups = groups(&scores);
    if metrics.is_empty() || groups.is_empty() {
        return None;
    }
    let panel_width = (WIDTH - LABELS + GAP) / metrics.len().max(2) as f64 - GAP;
    let bottom = TOP + groups.iter().map(|group| HEAD + ROW * group.methods.len() as f64).sum::<f64>() + 6.0;
    let mut drawing = Drawing::new(WIDTH, bottom + 46.0);
    legend(&mut drawing);
    let axis = Axis::new(&scores);
    for (at, metric) in metrics.iter().enumerate() {
        let left = LABELS + at as f64 * (panel_width + GAP);
        let panel = Panel { left, width: panel_width, bottom, axis };
        panel.frame(&mut drawing, metric);
        let mut top = TOP;
        for group in &groups {
            let of = |method: &&str| {
                scores.iter().copied().find(|s| s.model == group.name && s.method == **method && s.metric == *metric)
            };
            let rows: Vec<Option<&Score>> = group.methods.iter().map(of).collect();
            panel.band(&mut drawing, &rows, top + HEAD);
            for (row, score) in rows.iter().enumerate() {
                if let Some(score) = score {
                    panel.point(&mut drawing, score, top + HEAD + ROW * (row as f64 + 0.5));
                }
            }
            top += HEAD + ROW * rows.len() as f64;
        }
    }
    labels(&mut drawing, &groups);
    Some(drawing)
}

fn groups<'a>(scores: &[&'a Score]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for score in scores {
        let at = groups.iter().position(|group| group.name == score.model).unwrap_or_else(|| {
            groups.push(Group { name: &score.model, methods: Vec::new() });
            groups.len() - 1
        });
        if !groups[at].methods.contains(&score.method.as_str()) {
            groups[at].methods.push(&score.method);
        }
    }
    let is_baseline = |name: &str| scores.iter().any(|score| score.model == name && score.is_of_no_network());
    groups.iter_mut().for_each(|group| group.methods.sort_unstable());
    groups.sort_by_key(|group| (is_baseline(group.name), group.name));
    groups
}

fn labels(drawing: &mut Drawing, groups: &[Group]) {
    let mut top = TOP;
    for group in groups {
        drawing.text((0.0, top + HEAD - 5.0), 12.5, Anchor::Start, TEXT, group.name);
        for (row, method) in group.methods.iter().enumerate() {
            let y = top + HEAD + ROW * (row as f64 + 0.5) + 4.0;
            drawing.text((LABELS - 12.0, y), 12.0, Anchor::End, QUIET, *method);
        }
        top += HEAD + ROW * group.methods.len() as f64;
    }
}

fn legend(drawing: &mut Drawing) {
    let y = 10.0;
    drawing.line((0.0, y), (26.0, y), 1.8, SCORE);
    drawing.dot((13.0, y), 3.6, SCORE, SCORE);
    drawing.text((34.0, y + 4.0), 12.0, Anchor::Start, TEXT, "raw score, 95 % interval");
    drawing.line((215.0, y), (241.0, y), 1.8, QUIET);
    drawing.dot((228.0, y), 3.6, WHITE, QUIET);
    drawing.text((249.0, y + 4.0), 12.0, Anchor::Start, TEXT, "baseline");
    drawing.rectangle((330.0, y - 7.0), (26.0, 14.0), HUMAN_BAND);
    drawing.line((343.0, y - 7.0), (343.0, y + 7.0), 1.4, HUMAN);
    drawing.text((364.0, y + 4.0), 12.0, Anchor::Start, TEXT, "human ceiling, √reliability");
    drawing.line((560.0, y - 6.0), (560.0, y + 6.0), 2.4, SEED);
    drawing.text((568.0, y + 4.0), 12.0, Anchor::Start, TEXT, "seed ceiling, √r");
}

/// The range of scores that all panels share.
#[derive(Clone, Copy)]
struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    fn new(scores: &[&Score]) -> Axis {
        let ends = |name: &str| {
            let reach = |score: &&Score| {
                let quantity = score.quantity(name);
                [quantity.value, quantity.limits.map(|(low, _)| low)]
            };
            scores.iter().flat_map(reach).flatten().fold(0.0, f64::min)
        };
        let lowest = ends("raw");
        Axis { low: ((lowest * 4.0).floor() / 4.0).clamp(-1.0, 0.0), high: 1.05 }
    }
}

struct Panel {
    left: f64,
    width: f64,
    bottom: f64,
    axis: Axis,
}

impl Panel {
    fn x(&self, value: f64) -> f64 {
        let share = (value - self.axis.low) / (self.axis.high - self.axis.low);
        self.left + self.width * share.clamp(0.0, 1.0)
    }

    fn frame(&self, drawing: &mut Drawing, metric: &str) {
        drawing.text((self.left, TOP - 12.0), 13.0, Anchor::Start, TEXT, metric);
        let quarters = (self.axis.low * 4.0).round() as i32..=4;
        for quarter in quarters {
            let x = self.x(f64::from(quarter) / 4.0);
            let (ink, width) = if quarter == 0 { (AXIS, 1.4) } else { (GRID, 1.0) };
            drawing.line((x, TOP), (x, self.bottom), width, ink);
            if quarter % 2 == 0 {
                let label = format!("{}", f64::from(quarter) / 4.0).replace('-', "−");
                drawing.text((x, self.bottom + 16.0), 11.0, Anchor::Middle, QUIET, label);
            }
        }
        let middle = self.left + self.width / 2.0;
        drawing.text((middle, self.bottom + 35.0), 11.5, Anchor::Middle, QUIET, "agreement with the human map");
    }

    fn band(&self, drawing: &mut Drawing, rows: &[Option<&Score>], top: f64) {
        let height = ROW * rows.len() as f64;
        let Some((root, limits)) = rows.iter().flatten().find_map(|score| score.human_root()) else { return };
        if let Some((low, high)) = limits {
            let (from, to) = (self.x(low), self.x(high));
            drawing.rectangle((from, top), ((to - from).max(1.0), height), HUMAN_BAND);
        }
        drawing.line((self.x(root), top), (self.x(root), top + height), 1.4, HUMAN);
    }

    fn point(&self, drawing: &mut Drawing, score: &Score, y: f64) {
        let raw = score.quantity("raw");
        let (fill, ink) = if score.is_baseline() { (WHITE, QUIET) } else { (SCORE, SCORE) };
        if !score.is_baseline()
            && let Some(seed) = score.quantity("seed_ceiling").value.map(|r| r.max(0.0).sqrt())
        {
            drawing.line((self.x(seed), y - 6.0), (self.x(seed), y + 6.0), 2.4, SEED);
        }
        let Some(value) = raw.value else {
            drawing.text((self.x(0.0) + 6.0, y + 4.0), 11.0, Anchor::Start, QUIET, "undefined");
            return;
        };
        if let Some((low, high)) = raw.limits {
            drawing.line((self.x(low), y), (self.x(high), y), 1.8, ink);
            for (end, limit, side) in [(low, self.axis.low, 1.0), (high, self.axis.high, -1.0)] {
                if (end - limit) * side < 0.0 {
                    self.arrow(drawing, self.x(end), y, side, ink);
                }
            }
        }
        drawing.dot((self.x(value), y), 3.6, fill, ink);
    }

    fn arrow(&self, drawing: &mut Drawing, x: f64, y: f64, side: f64, ink: Ink) {
        drawing.lines(vec![vec![(x + side * 5.0, y - 4.0), (x, y), (x + side * 5.0, y + 4.0)]], 1.6, ink);
    }
}
