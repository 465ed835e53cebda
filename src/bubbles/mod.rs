//! Bubbles: Gaussian apertures at random places (Gosselin & Schyns 2001), in the plane of the picture, in each of its
//! frequency bands, or on the axis of spatial frequency itself.
//!
//! [`Kind`] says what the apertures open, [`Cover`] how one experiment covers its pictures: where centres may fall, how
//! large apertures are, how they combine, what is seen where none is.

mod aperture;
mod bands;
mod cover;
mod coverage;
mod frequency;
mod kinds;
mod layers;
mod light;
mod place;

pub use aperture::{Aperture, Combine, aperture_mask};
pub use bands::{BandBackground, BandFilter, Budget, BudgetRule, band_pass, octave_edges};
pub use cover::{Bands, Cover, Plane, Prepared};
pub use coverage::{coverage, covered};
pub use frequency::FREQUENCIES;
pub use kinds::{KINDS, Kind};
pub use light::Light;
pub use place::{draw_centres, region_pixels, widened};

/// A bubble's centre: 0-based pixel of the picture as shown, in one band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Centre {
    /// Band, 0 for the finest, or the only one.
    pub band: u8,
    /// Row from the top.
    pub row: usize,
    /// Column from the left.
    pub column: usize,
}

impl Centre {
    /// A centre in the finest or only band.
    pub fn new(row: usize, column: usize) -> Centre {
        Centre { band: 0, row, column }
    }
}
