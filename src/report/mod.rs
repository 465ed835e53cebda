//! The report: one self-contained page, and every figure as SVG and PNG.
//!
//! The page needs no network and no script. Every text that comes from a file goes through `escape::escape`; numbers
//! go through `number`. The same inputs give the same bytes.

mod colour;
mod contour;
mod data;
mod drawing;
mod escape;
mod figures;
mod number;
mod page;
mod planning;
#[cfg(test)]
mod tests;

pub use figures::{FIGURES, Figure};
pub use planning::{Panel, Planned, Series, draw_plan};

use std::path::Path;

use data::Data;
use rayon::prelude::*;

use crate::error::{Result, first_error};
use crate::experiment::{File, Listed};

/// What a report is made of.
pub struct Material<'a> {
    /// The results folder.
    pub results: &'a Path,
    /// The text of `run.toml`.
    pub record: &'a str,
    /// The experiment file.
    pub file: &'a File,
    /// The base pictures.
    pub pictures: &'a [Listed],
}

/// Name (relative to the results folder) and bytes of every file of the report.
pub fn make(material: &Material) -> Result<Vec<(String, Vec<u8>)>> {
    let data = Data::read(material)?;
    let drawn = first_error(FIGURES.par_iter().map(|figure| draw(figure, &data)).collect())?;
    let drawn: Vec<Drawn> = drawn.into_iter().flatten().collect();
    let mut files = vec![("report.html".to_owned(), page::page(&data, &drawn).into_bytes())];
    for Drawn { figure, svg, png } in drawn {
        files.push((format!("figures/{}.svg", figure.name), svg.into_bytes()));
        files.push((format!("figures/{}.png", figure.name), png));
    }
    Ok(files)
}

/// A figure with its two files.
struct Drawn {
    figure: &'static Figure,
    svg: String,
    png: Vec<u8>,
}

fn draw(figure: &'static Figure, data: &Data) -> Result<Option<Drawn>> {
    let Some(drawing) = (figure.draw)(data)? else { return Ok(None) };
    let svg = drawing::to_svg(&drawing, figure.title)?;
    Ok(Some(Drawn { figure, svg, png: drawing::to_png(&drawing)? }))
}
