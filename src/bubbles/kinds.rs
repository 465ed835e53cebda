//! The kinds of Bubbles: what apertures open, and how what is seen is put together.

use ndarray::Array2;

use super::cover::{Cover, Prepared};
use super::{frequency, layers};
use crate::picture::Picture;

/// A row of the table of kinds.
#[derive(Debug)]
pub struct Kind {
    /// Name.
    pub name: &'static str,
    /// One line.
    pub description: &'static str,
    /// Paper.
    pub source: &'static str,
    /// Takes a picture apart into what masks open.
    pub(super) prepare: fn(&Cover, &Picture) -> Prepared,
    /// Puts together what is seen through one mask a band, in the light of mixing.
    pub(super) show: fn(&Cover, &Prepared, &[Array2<f32>]) -> ndarray::Array3<f32>,
}

/// Every kind of Bubbles.
pub static KINDS: &[Kind] = &[
    Kind {
        name: "spatial",
        description: "apertures of one size in the plane of the picture",
        source: "Gosselin & Schyns 2001, Vision Research 41:2261",
        prepare: layers::prepare_whole,
        show: layers::show,
    },
    Kind {
        name: "bands",
        description: "apertures in each of several one-octave bands of spatial frequency, larger where the band is coarser",
        source: "Gosselin & Schyns 2001, experiment 2; Schyns, Bonnar & Gosselin 2002, Psychological Science 13:402",
        prepare: layers::prepare_bands,
        show: layers::show,
    },
    Kind {
        name: "frequency",
        description: "apertures on the logarithmic axis of spatial frequency: a random filter for the whole picture",
        source: "Willenbockel et al. 2010, JEP: Human Perception and Performance 36:122",
        prepare: frequency::prepare,
        show: frequency::show,
    },
];
