//! A drawing as PNG, two pixels a unit, for slides and documents that cannot hold SVG.
//!
//! It is drawn twice as large and averaged, because the bitmap backend places letters and lines on whole pixels.

use std::sync::OnceLock;

use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, RGBAColor, ShapeStyle, TextStyle, register_font};

use super::{Anchor, Drawing, Ink, Shape, png};
use crate::error::{Error, Result};

/// Pixels of the drawn bitmap a unit.
const SCALE: f64 = 4.0;
/// Pixels of the drawn bitmap, each way, that are averaged to one of the file.
const AVERAGED: usize = 2;
/// Name of the font that travels with the program, so that figures are the same on every machine.
const FONT: &str = "bubblescope";
static FONT_FILE: &[u8] = include_bytes!("../font/DejaVuSans.ttf");
/// Height of the font (ascent to descent) over its nominal size.
const FONT_HEIGHT: f64 = 1.164;

/// The drawing as a PNG file.
pub(in crate::report) fn to_png(drawing: &Drawing) -> Result<Vec<u8>> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    if !REGISTERED.get_or_init(|| register_font(FONT, FontStyle::Normal, FONT_FILE).is_ok()) {
        return Err(Error::internal("the font of the figures cannot be read"));
    }
    let size = |length: f64| ((length * SCALE) as usize).next_multiple_of(AVERAGED) as u32;
    let (width, height) = (size(drawing.width), size(drawing.height));
    let mut buffer = vec![255; width as usize * height as usize * 3];
    for shape in &drawing.shapes {
        if let Shape::Picture { x, y, width: w, height: h, picture } = shape {
            let (rows, columns) = ((h * SCALE).round() as usize, (w * SCALE).round() as usize);
            let pixels = png::bytes(&picture.resized(rows.max(1), columns.max(1)));
            let (left, top) = ((x * SCALE).round() as usize, (y * SCALE).round() as usize);
            let line = width as usize * 3;
            for (row, pixels) in pixels.chunks_exact(columns.max(1) * 3).enumerate() {
                let start = (top + row) * line + left * 3;
                if let Some(place) =
                    buffer.get_mut(start..start + pixels.len()).filter(|_| left * 3 + pixels.len() <= line)
                {
                    place.copy_from_slice(pixels);
                }
            }
            continue;
        }
        let mut backend = BitMapBackend::with_buffer(&mut buffer, (width, height));
        draw(&mut backend, shape)?;
    }
    png::encode(&averaged(&buffer, width as usize), width / AVERAGED as u32, height / AVERAGED as u32)
}

/// Every square of `AVERAGED` pixels as one, rounded half up.
fn averaged(buffer: &[u8], width: usize) -> Vec<u8> {
    let mut small = Vec::with_capacity(buffer.len() / (AVERAGED * AVERAGED));
    for rows in buffer.chunks_exact(width * 3 * AVERAGED) {
        for column in 0..width / AVERAGED {
            for channel in 0..3 {
                let value = |at: usize| {
                    let (row, beside) = (at / AVERAGED, at % AVERAGED);
                    usize::from(rows[(row * width + column * AVERAGED + beside) * 3 + channel])
                };
                let sum: usize = (0..AVERAGED * AVERAGED).map(value).sum();
                small.push(((sum + AVERAGED * AVERAGED / 2) / (AVERAGED * AVERAGED)) as u8);
            }
        }
    }
    small
}

fn draw(backend: &mut BitMapBackend, shape: &Shape) -> Result<()> {
    let pixel = |x: f64, y: f64| ((x * SCALE).round() as i32, (y * SCALE).round() as i32);
    match shape {
        Shape::Rectangle { x, y, width, height, ink } => {
            let (from, to) = (pixel(*x, *y), pixel(x + width, y + height));
            backend.draw_rect(from, to, &style(*ink, 1), true).map_err(refused)
        }
        Shape::Lines { paths, width, ink } => {
            let style = style(*ink, (width * SCALE).round().max(1.0) as u32);
            paths
                .iter()
                .try_for_each(|path| backend.draw_path(path.iter().map(|&(x, y)| pixel(x, y)), &style))
                .map_err(refused)
        }
        Shape::Dot { x, y, radius, fill, edge } => {
            let around = |edge: f64| ((radius + edge) * SCALE).round() as u32;
            backend.draw_circle(pixel(*x, *y), around(0.75), &style(*edge, 1), true).map_err(refused)?;
            backend.draw_circle(pixel(*x, *y), around(-0.75), &style(*fill, 1), true).map_err(refused)
        }
        Shape::Text { x, y, size, anchor, ink, text } => {
            let height = size * SCALE * FONT_HEIGHT;
            let anchor = match anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let colour = colour(*ink);
            let style = TextStyle::from((FONT, height)).color(&colour).pos(Pos::new(anchor, VPos::Top));
            let (across, baseline) = pixel(*x, *y);
            backend.draw_text(text, &style, (across, baseline - (height / 2.0).round() as i32)).map_err(refused)
        }
        Shape::Picture { .. } => Ok(()),
    }
}

fn refused(cause: impl std::fmt::Display) -> Error {
    Error::internal(format!("a figure cannot be drawn: {cause}"))
}

fn colour(Ink([red, green, blue], opacity): Ink) -> RGBAColor {
    RGBAColor(red, green, blue, opacity)
}

fn style(ink: Ink, width: u32) -> ShapeStyle {
    ShapeStyle { color: colour(ink), filled: true, stroke_width: width }
}
