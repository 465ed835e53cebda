//! Human maps beside those of networks: a column a method, a row a model, for the task or for some pictures.

use ndarray::{Array2, Array3};

use super::layout::Layout;
use super::stimuli::at_most;
use crate::error::Result;
use crate::experiment::{Listed, Unit};
use crate::picture::Picture;
use crate::report::colour::{QUIET, overlay, tinted};
use crate::report::contour::contour;
use crate::report::data::{Data, grey_mean, human_map, mean_network_map};
use crate::report::drawing::{Anchor, Drawing, Ink};

const PICTURES: usize = 4;

/// The figure `maps_task`.
pub(super) fn task(data: &Data) -> Result<Option<Drawing>> {
    if !data.material.file.compare.contains(&Unit::Task) {
        return Ok(None);
    }
    let Some((human, _)) = human_map(data, "task", "", "smoothed")? else { return Ok(None) };
    let grey = grey_mean(data.material.pictures, human.dim());
    grid(data, "task", &[Block { picture: "", grey }])
}

/// The figure `maps_pictures`.
pub(super) fn pictures(data: &Data) -> Result<Option<Drawing>> {
    if !data.material.file.compare.contains(&Unit::Picture) {
        return Ok(None);
    }
    let mut blocks = Vec::new();
    for listed in chosen(data) {
        if let Some((human, _)) = human_map(data, "picture", &listed.name, "smoothed")? {
            let grey = grey_mean(std::slice::from_ref(listed), human.dim());
            blocks.push(Block { picture: &listed.name, grey });
        }
    }
    grid(data, "picture", &blocks)
}

/// Pictures in turn from each class; those that people and every network have come first.
fn chosen<'a>(data: &Data<'a>) -> Vec<&'a Listed> {
    let with_human = data.people.pictures();
    let everywhere =
        |listed: &Listed| data.saliency.iter().all(|group| group.maps.iter().any(|map| map.picture == listed.name));
    let mut ranked: Vec<(bool, usize, &Listed)> = Vec::new();
    for listed in data.material.pictures.iter().filter(|listed| with_human.contains(&listed.name.as_str())) {
        let missing = !everywhere(listed);
        let before = ranked.iter().filter(|(m, _, other)| *m == missing && other.class == listed.class).count();
        ranked.push((missing, before, listed));
    }
    ranked.sort_by_key(|(missing, turn, _)| (*missing, *turn));
    ranked.truncate(PICTURES);
    ranked.sort_by_key(|(_, _, listed)| (&listed.class, &listed.name));
    ranked.into_iter().map(|(_, _, listed)| listed).collect()
}

/// One picture (or the task), which has a row for each model.
struct Block<'a> {
    picture: &'a str,
    grey: Array2<f32>,
}

fn grid(data: &Data, unit: &str, blocks: &[Block]) -> Result<Option<Drawing>> {
    let Some(first) = blocks.first() else { return Ok(None) };
    let layout = Layout::new(data, first.grey.dim(), blocks.len(), unit != "task");
    let mut drawing = layout.drawing();
    for (at, block) in blocks.iter().enumerate() {
        layout.name(&mut drawing, at, block.picture);
        let painter = Painter { data, unit, block, panel: layout.panel, region: region(data, block.grey.dim()) };
        let blur = painter.people(&mut drawing, layout.people(at))?;
        for (row, model) in layout.models.iter().enumerate() {
            for (column, method) in layout.methods.iter().enumerate() {
                painter.network(&mut drawing, model, method, layout.network(at, row, column), blur)?;
            }
        }
    }
    key(&mut drawing)?;
    Ok(Some(drawing))
}

/// What is drawn where bubbles could not fall is faded; without a usable region nothing is.
fn region(data: &Data, shape: (usize, usize)) -> Array2<bool> {
    let whole = || Array2::from_elem(shape, true);
    data.people.region.clone().filter(|region| region.dim() == shape).unwrap_or_else(whole)
}

struct Painter<'a> {
    data: &'a Data<'a>,
    unit: &'a str,
    block: &'a Block<'a>,
    panel: (f64, f64),
    region: Array2<bool>,
}

impl Painter<'_> {
    /// Draws the two human maps, or the one and its picture where there is no z, and returns the blur of the first.
    fn people(&self, drawing: &mut Drawing, places: [(f64, f64); 2]) -> Result<f64> {
        let mut blur = 0.0;
        for (kind, place) in ["smoothed", "z"].into_iter().zip(places) {
            if kind == "z" && self.data.material.file.human.is_some() {
                let picture = Picture::from_grey(self.block.grey.clone())?;
                drawing.picture(place, self.panel, at_most(&picture, (2.0 * self.panel.0) as usize));
                continue;
            }
            let found = human_map(self.data, self.unit, self.block.picture, kind)?;
            self.paint(drawing, found.as_ref().map(|(map, _)| map), place)?;
            if kind == "smoothed" {
                blur = found.map_or(0.0, |(_, blur)| blur);
            } else if let Some((z, _)) = found
                && let Some(threshold) = self.data.people.value(self.unit, self.block.picture, "threshold_permutation")
            {
                self.outline(drawing, &z, threshold, place);
            }
        }
        Ok(blur)
    }

    fn network(&self, drawing: &mut Drawing, model: &str, method: &str, place: (f64, f64), blur: f64) -> Result<()> {
        let group = self.data.saliency.iter().find(|group| group.model == model && group.method == method);
        let picture = (self.unit != "task").then_some(self.block.picture);
        let map = match group {
            Some(group) => mean_network_map(group, picture, blur, &self.region)?,
            None => None,
        };
        self.paint(drawing, map.as_ref(), place)
    }

    fn paint(&self, drawing: &mut Drawing, map: Option<&Array2<f64>>, place: (f64, f64)) -> Result<()> {
        match map {
            Some(map) if map.dim() == self.block.grey.dim() => {
                let drawn = overlay(&self.block.grey, map, &self.region)?;
                drawing.picture(place, self.panel, at_most(&drawn, (2.0 * self.panel.0) as usize));
            }
            _ => {
                drawing.rectangle(place, self.panel, Ink([245, 245, 245], 1.0));
                let middle = (place.0 + self.panel.0 / 2.0, place.1 + self.panel.1 / 2.0 + 4.0);
                drawing.text(middle, 11.0, Anchor::Middle, QUIET, "no map");
            }
        }
        Ok(())
    }

    fn outline(&self, drawing: &mut Drawing, z: &Array2<f64>, threshold: f64, (left, top): (f64, f64)) {
        let scale = self.panel.0 / z.ncols() as f64;
        let place = |(x, y): (f64, f64)| (left + x * scale, top + y * scale);
        let pieces = contour(z, threshold).into_iter().map(|piece| piece.into_iter().map(place).collect()).collect();
        drawing.lines(pieces, 1.0, Ink([0, 0, 0], 1.0));
    }
}

/// The colour key at the foot.
fn key(drawing: &mut Drawing) -> Result<()> {
    let (left, top, width) = (10.0, drawing.height - 24.0, 160.0);
    let steps = 161;
    let value = |step: usize| 2.0 * step as f32 / (steps - 1) as f32 - 1.0;
    let colours = Array3::from_shape_fn((1, steps, 3), |(_, step, channel)| tinted(1.0, value(step))[channel]);
    drawing.picture((left, top), (width, 10.0), Picture::new(colours)?);
    for (share, label) in [(0.0, "−"), (0.5, "0"), (1.0, "+")] {
        drawing.text((left + share * width, top + 22.0), 11.0, Anchor::Middle, QUIET, label);
    }
    drawing.text(
        (left + width + 14.0, top + 10.0),
        11.0,
        Anchor::Start,
        QUIET,
        "each map scaled to its own 99.5 % magnitude",
    );
    Ok(())
}
