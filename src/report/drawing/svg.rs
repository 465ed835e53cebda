//! A drawing as SVG: real text, vector lines, pictures inside as data.

use std::fmt::Write;

use super::base64::base64;
use super::{Anchor, Drawing, Ink, Shape, png};
use crate::error::Result;
use crate::report::escape::escape;

/// Fonts of the page and of its figures.
const FONTS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";

/// The drawing as an SVG element that is also a file of its own.
pub(in crate::report) fn to_svg(drawing: &Drawing, title: &str) -> Result<String> {
    let (width, height) = (length(drawing.width), length(drawing.height));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         role=\"img\" font-family=\"{}\">\n<title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        escape(FONTS),
        escape(title)
    );
    for shape in &drawing.shapes {
        svg.push_str(&element(shape)?);
        svg.push('\n');
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

fn element(shape: &Shape) -> Result<String> {
    Ok(match shape {
        Shape::Rectangle { x, y, width, height, ink } => format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {}/>",
            length(*x),
            length(*y),
            length(*width),
            length(*height),
            paint("fill", *ink)
        ),
        Shape::Lines { paths, width, ink } => {
            let mut data = String::new();
            for path in paths {
                for (at, (x, y)) in path.iter().enumerate() {
                    let _ = write!(data, "{}{} {}", if at == 0 { 'M' } else { 'L' }, length(*x), length(*y));
                }
            }
            let stroke = paint("stroke", *ink);
            format!(
                "<path d=\"{data}\" fill=\"none\" stroke-width=\"{}\" stroke-linecap=\"round\" {stroke}/>",
                length(*width)
            )
        }
        Shape::Dot { x, y, radius, fill, edge } => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" stroke-width=\"1.5\" {} {}/>",
            length(*x),
            length(*y),
            length(*radius),
            paint("fill", *fill),
            paint("stroke", *edge)
        ),
        Shape::Text { x, y, size, anchor, ink, text } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            format!(
                "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\" {}>{}</text>",
                length(*x),
                length(*y),
                length(*size),
                paint("fill", *ink),
                escape(text)
            )
        }
        Shape::Picture { x, y, width, height, picture } => {
            let (rows, columns) = picture.shape();
            let data = base64(&png::encode(&png::bytes(picture), columns as u32, rows as u32)?);
            format!(
                "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" href=\"data:image/png;base64,{data}\"/>",
                length(*x),
                length(*y),
                length(*width),
                length(*height)
            )
        }
    })
}

fn length(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn paint(what: &str, Ink([red, green, blue], opacity): Ink) -> String {
    let opaque = if opacity < 1.0 { format!(" {what}-opacity=\"{}\"", length(opacity)) } else { String::new() };
    format!("{what}=\"#{red:02x}{green:02x}{blue:02x}\"{opaque}")
}
