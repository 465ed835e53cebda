//! How an experiment covers its pictures: where centres may fall, the size of apertures, and what is seen through them.

use std::collections::HashSet;

use ndarray::{Array2, Array3};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rustfft::num_complex::Complex64;

use super::Centre;
use super::aperture::{Aperture, Combine};
use super::bands::{BandBackground, BandFilter, Budget};
use super::kinds::{KINDS, Kind};
use super::light::Light;
use super::place::{draw_centres, draw_other, region_pixels};
use crate::picture::Picture;

/// The plane that the apertures of one band lie in.
#[derive(Debug, Clone)]
pub struct Plane {
    /// Rows and columns.
    pub shape: (usize, usize),
    /// True standard deviation of an aperture, px of this plane.
    pub sd: f64,
    /// Pixels where centres may fall.
    pub places: Vec<Centre>,
    aperture: Aperture,
}

/// Frequencies of kinds that know them, in cycles per width of the picture.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bands {
    /// Lower edges of the bands, the finest first.
    pub lower: Vec<f64>,
    /// Shape of their filters.
    pub filter: BandFilter,
    /// What is seen below the coarsest.
    pub background: BandBackground,
    /// How bubbles are shared out among them.
    pub budget: Budget,
    /// Lowest and highest frequency of the axis of frequencies.
    pub range: [f64; 2],
}

/// How the pictures of an experiment are covered.
#[derive(Debug, Clone)]
pub struct Cover {
    /// Rows and columns of every picture.
    pub shape: (usize, usize),
    /// What apertures open.
    pub kind: &'static Kind,
    /// A plane for each band, the finest first.
    pub planes: Vec<Plane>,
    /// How apertures combine.
    pub combine: Combine,
    /// Stored grey value (0..1) where nothing is open.
    pub background: f64,
    /// Light in which picture and background mix.
    pub light: Light,
    /// Bands and frequencies, of kinds that have them.
    pub bands: Bands,
}

/// A picture taken apart, once for all of its trials.
#[derive(Debug, Clone)]
pub enum Prepared {
    /// What masks open, a layer for each band, and what is seen where all are shut; rows x columns x channels.
    Layers {
        /// Seen where all masks are 0.
        base: Array3<f32>,
        /// Added where masks are 1.
        layers: Vec<Array3<f32>>,
    },
    /// Mean and spectrum of every channel.
    Spectrum {
        /// Mean, and the spectrum of what differs from it.
        channels: Vec<(f64, Array2<Complex64>)>,
        /// Rows and columns of the picture.
        shape: (usize, usize),
    },
}

impl Plane {
    /// A plane with apertures of standard deviation `sd` px around `places`, in band `band`.
    pub fn new(shape: (usize, usize), sd: f64, places: &[Centre], band: u8) -> Plane {
        let places = places.iter().map(|&place| Centre { band, ..place }).collect();
        Plane { shape, sd, places, aperture: Aperture::new(sd) }
    }
}

impl Cover {
    /// Spatial Bubbles of standard deviation `sd` px with centres inside the region, summed and clipped.
    pub fn spatial(region: &Array2<bool>, sd: f64, background: f64) -> Cover {
        Cover {
            shape: region.dim(),
            kind: &KINDS[0],
            planes: vec![Plane::new(region.dim(), sd, &region_pixels(region), 0)],
            combine: Combine::default(),
            background,
            light: Light::default(),
            bands: Bands::default(),
        }
    }

    /// Centres of `count` bubbles in the order in which they would be added, distinct within their band; each falls into
    /// a band by the budget. Fewer where places run out.
    pub fn draw(&self, count: usize, generator: &mut ChaCha8Rng) -> Vec<Centre> {
        if let [plane] = &self.planes[..] {
            return draw_centres(&plane.places, count, generator);
        }
        let bands = self.draw_bands(count, generator);
        let mut taken = vec![HashSet::new(); self.planes.len()];
        let mut centres = Vec::with_capacity(count);
        for band in bands {
            let plane = &self.planes[band];
            if taken[band].len() < plane.places.len() {
                centres.push(draw_other(&plane.places, &mut taken[band], generator));
            }
        }
        centres
    }

    /// The band of each bubble: independent draws, or shuffled bags that hold an explicit budget exactly.
    fn draw_bands(&self, count: usize, generator: &mut ChaCha8Rng) -> Vec<usize> {
        if let Budget::Explicit(counts) = &self.bands.budget {
            let bag: Vec<usize> =
                counts.iter().enumerate().flat_map(|(band, &count)| std::iter::repeat_n(band, count)).collect();
            let mut bands = Vec::with_capacity(count + bag.len());
            while bands.len() < count && !bag.is_empty() {
                let mut round = bag.clone();
                round.shuffle(generator);
                bands.extend(round);
            }
            bands.truncate(count);
            return bands;
        }
        let sds: Vec<f64> = self.planes.iter().map(|plane| plane.sd).collect();
        let shares = self.bands.budget.shares(&sds);
        let band = |generator: &mut ChaCha8Rng| {
            let mut left: f64 = generator.random();
            shares
                .iter()
                .position(|share| {
                    left -= share;
                    left < 0.0
                })
                .unwrap_or(shares.len() - 1)
        };
        (0..count).map(|_| band(generator)).collect()
    }

    /// The mask of every band.
    pub fn masks(&self, centres: &[Centre]) -> Vec<Array2<f32>> {
        let mut sorted = vec![Vec::new(); self.planes.len()];
        for &centre in centres {
            if let Some(band) = sorted.get_mut(usize::from(centre.band)) {
                band.push(centre);
            }
        }
        let mask = |(plane, centres): (&Plane, &Vec<Centre>)| plane.aperture.mask(plane.shape, centres, self.combine);
        self.planes.iter().zip(&sorted).map(mask).collect()
    }

    /// Takes a picture apart; it has the shape of the cover.
    pub fn prepare(&self, picture: &Picture) -> Prepared {
        (self.kind.prepare)(self, picture)
    }

    /// What is seen of a picture through these bubbles, in stored values; 0..1 is left to the writer.
    pub fn show(&self, prepared: &Prepared, centres: &[Centre]) -> Picture {
        let mut seen = (self.kind.show)(self, prepared, &self.masks(centres));
        if self.light == Light::Linear {
            seen.mapv_inplace(|value| self.light.encode(value.max(0.0)));
        }
        Picture::of(seen)
    }

    /// Share of a plane's area that one aperture reveals, 2π·sd² over the number of pixels (of the axis of frequency, its
    /// length); with several bands, the mean, each weighted by its share of bubbles.
    pub fn revealed_share(&self) -> f64 {
        let share = |plane: &Plane| match plane.shape {
            (1, length) => std::f64::consts::TAU.sqrt() * plane.sd / length as f64,
            (rows, columns) => std::f64::consts::TAU * plane.sd * plane.sd / (rows * columns) as f64,
        };
        let sds: Vec<f64> = self.planes.iter().map(|plane| plane.sd).collect();
        let shares = if sds.len() == 1 { vec![1.0] } else { self.bands.budget.shares(&sds) };
        self.planes.iter().zip(shares).map(|(plane, part)| part * share(plane)).sum()
    }

    /// Most bubbles that a trial can show.
    pub fn capacity(&self) -> usize {
        self.planes.iter().map(|plane| plane.places.len()).sum()
    }

    /// The same with apertures `factor` times as wide, around the same places.
    pub fn resized(&self, factor: f64) -> Cover {
        let planes = self.planes.iter().enumerate();
        let plane =
            |(band, plane): (usize, &Plane)| Plane::new(plane.shape, factor * plane.sd, &plane.places, band as u8);
        Cover { planes: planes.map(plane).collect(), ..self.clone() }
    }

    /// Standard deviation of the apertures in px of the picture: with several bands, the root mean square, each weighted by
    /// its share of bubbles. `None` where apertures do not lie in the plane of the picture.
    pub fn pixel_sd(&self) -> Option<f64> {
        let sds: Vec<f64> = self.planes.iter().map(|plane| plane.sd).collect();
        let shares = if sds.len() == 1 { vec![1.0] } else { self.bands.budget.shares(&sds) };
        let square: f64 = sds.iter().zip(&shares).map(|(sd, share)| share * sd * sd).sum();
        self.planes.iter().all(|plane| plane.shape == self.shape).then(|| square.sqrt())
    }

    pub(super) fn mixed_background(&self) -> f32 {
        self.light.decode(self.background as f32)
    }
}
