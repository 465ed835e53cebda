//! What a method is asked, and what it answers.

use ndarray::{Array2, Array4, Axis};

use super::Values;
use crate::bubbles::{Centre, Cover};
use crate::error::{Error, Result};
use crate::experiment::Explained;
use crate::map::{Map, reduction};
use crate::network::{Network, Objective};
use crate::picture::Picture;
use crate::seed::Seed;
use crate::stats::stretch::{stretched, weights};

/// How a picture is hidden, in this experiment.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The part of every picture that maps are made of (rows, columns).
    pub region: Array2<bool>,
    /// How people's pictures are covered.
    pub cover: Cover,
    /// Standard deviation of one aperture, px.
    pub bubble_sd: f64,
    /// Standard deviation of the smoothing of human maps, px.
    pub smoothing_sd: f64,
    /// Grey level of what is hidden, 0..1.
    pub background: f64,
}

impl Setting {
    /// Pictures hidden as those of people are, whose maps are smoothed by `smoothing_sd` px.
    pub fn new(region: Array2<bool>, cover: Cover, smoothing_sd: f64) -> Setting {
        let bubble_sd = cover.pixel_sd().unwrap_or(smoothing_sd);
        let background = cover.background;
        Setting { region, cover, bubble_sd, smoothing_sd, background }
    }
}

/// One question to a method: which pixels of this picture made this network prefer the target class?
pub struct Question<'a> {
    /// The network.
    pub network: &'a Network,
    /// The picture, as shown.
    pub picture: &'a Picture,
    /// The class explained (index into the classes of the experiment).
    pub target: usize,
    /// What of the network's answer is explained.
    pub explained: &'a Explained,
    /// Values of the method's parameters.
    pub values: &'a Values,
    /// How pictures are hidden.
    pub setting: &'a Setting,
    /// The bubbles of every trial that people saw of the picture, in the picture as shown.
    pub people: &'a [Vec<Centre>],
    /// Seed of this question.
    pub seed: Seed,
}

/// A saliency map and what is known about it.
#[derive(Debug, Clone)]
pub struct Saliency {
    /// Raw signed map of the picture's size; positive = speaks for the target.
    pub map: Map,
    /// Runs of the network, forwards or forwards and back.
    pub evaluations: usize,
    /// Split-half reliability of the map's own Monte-Carlo noise, Spearman-Brown corrected; `None` for a method without
    /// chance. Where a picture was also shown mirrored: the mean of both orientations, each on its own.
    pub reliability: Option<f64>,
    /// Standard deviation, px, of the Gaussian that best describes the method's own blur.
    pub blur_sd: f64,
    /// Layer explained, where there is one.
    pub layer: Option<String>,
    /// Sum of what was attributed less the difference that it should add up to, for methods that promise a sum.
    pub delta: Option<f64>,
}

impl Saliency {
    /// A map of the picture's size without chance, layer or promised sum.
    pub(super) fn new(map: &Array2<f64>, evaluations: usize, blur_sd: f64) -> Result<Saliency> {
        let map = Map::from_f64(map)?;
        Ok(Saliency { map, evaluations, reliability: None, blur_sd, layer: None, delta: None })
    }
}

impl Question<'_> {
    /// What is explained, as a function of the network's answer.
    pub(super) fn objective(&self) -> Result<Objective> {
        self.network.objective(self.explained, self.target)
    }

    /// The network's input for the picture, shape (1, channels, rows, columns).
    pub(super) fn input(&self) -> Result<Array4<f32>> {
        self.network.input(self.picture)
    }

    /// The explained value of another picture.
    pub(super) fn value(&self, picture: &Picture) -> Result<f64> {
        self.network.value(&self.network.input(picture)?, &self.objective()?)
    }

    /// The explained value when the picture is shown through a mask (0 = hidden, 1 = visible).
    pub(super) fn value_through(&self, mask: &Array2<f32>) -> Result<f64> {
        self.value(&self.picture.through(mask, self.setting.background as f32))
    }

    /// The picture's shape, which the region must share.
    pub(super) fn shape(&self) -> Result<(usize, usize)> {
        let (picture, region) = (self.picture.shape(), self.setting.region.dim());
        if picture == region {
            return Ok(picture);
        }
        Err(Error::invalid(format!(
            "the picture has {} x {} px (rows x columns), and the region {} x {}",
            picture.0, picture.1, region.0, region.1
        ))
        .hint("give every picture and the region the same size"))
    }

    /// A map of another size brought to the picture's by bilinear interpolation (half-pixel centres, clamped edges), and
    /// the blur that this adds: a triangle of half width `cell = picture side / map side`, sd = cell / √6.
    pub(super) fn enlarged(&self, map: &Array2<f64>) -> Result<(Array2<f64>, f64)> {
        let (shape, (rows, columns)) = (self.shape()?, map.dim());
        if shape == (rows, columns) {
            return Ok((map.clone(), 0.0));
        }
        let cell = (shape.0 as f64 / rows as f64 + shape.1 as f64 / columns as f64) / 2.0;
        Ok((resized(map, shape), cell.max(1.0) / 6f64.sqrt()))
    }

    /// A map of the picture's size from what was attributed to each value of the input, its channels joined as the word
    /// says.
    pub(super) fn saliency(&self, attributed: &Array4<f32>, channels: &str, evaluations: usize) -> Result<Saliency> {
        let joined = attributed.index_axis(Axis(0), 0).map_axis(Axis(0), reduction(channels)?);
        let (map, blur_sd) = self.enlarged(&joined)?;
        Saliency::new(&map, evaluations, blur_sd)
    }
}

/// A map brought to another size by bilinear interpolation, half-pixel centres, clamped edges.
pub(super) fn resized(map: &Array2<f64>, shape: (usize, usize)) -> Array2<f64> {
    let along = |from: usize, to: usize| weights(from, to, 0..to);
    stretched(map, &along(map.nrows(), shape.0), &along(map.ncols(), shape.1))
}
