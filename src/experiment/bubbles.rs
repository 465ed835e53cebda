//! `[bubbles]`: what apertures open, how large they are, and how they combine; resolved into a [`Cover`] in pixels.

use ndarray::Array2;
use serde::{Deserialize, Serialize};

use super::Experiment;
use super::frequency::{Frequency, Widths};
use super::size::{Convention, Size, Unit};
use crate::bubbles::{
    BandBackground, BandFilter, Bands, Budget, Centre, Combine, Cover, FREQUENCIES, KINDS, Light, Plane, octave_edges,
    region_pixels, widened,
};
use crate::error::{Error, Result};

/// `[bubbles]`: Gaussian apertures.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bubbles {
    /// What apertures open: a row of the table of kinds.
    #[serde(default = "spatial")]
    pub kind: String,
    /// Size of one aperture.
    pub size: Size,
    /// Grey level (0..1) where nothing is revealed.
    #[serde(default = "half")]
    pub background: f64,
    /// How apertures combine that overlap.
    #[serde(default)]
    pub combine: Combine,
    /// Light in which picture and background mix.
    #[serde(default)]
    pub light: Light,
    /// How far outside the region centres may fall, in standard deviations of the aperture.
    #[serde(default)]
    pub margin: f64,
    /// Pixels shown less than this share of what the median pixel of the region is shown are left out of maps.
    #[serde(default = "tenth")]
    pub floor: f64,
    /// Bands, for `kind = "bands"`.
    #[serde(default)]
    pub bands: BandSettings,
    /// Frequencies, for `kind = "frequency"`.
    #[serde(default)]
    pub frequencies: FrequencySettings,
}

/// `[bubbles.bands]`: one-octave bands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BandSettings {
    /// Number of bands.
    pub count: usize,
    /// Upper edge of the finest band; by default the Nyquist frequency.
    pub highest: Option<Frequency>,
    /// Shape of the filters.
    pub filter: BandFilter,
    /// What is seen below the coarsest band.
    pub background: BandBackground,
    /// How bubbles are shared out among bands.
    pub budget: Budget,
    /// Size of the apertures of each band, the finest first; by default `size`.
    pub sizes: Vec<Size>,
}

/// `[bubbles.frequencies]`: the axis of spatial frequency.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FrequencySettings {
    /// Lowest frequency.
    pub lowest: Frequency,
    /// Highest frequency; by default the Nyquist frequency.
    pub highest: Option<Frequency>,
}

impl Experiment {
    /// Whether apertures lie in the plane of the picture, all of one size: what maps are made of.
    pub fn is_spatial(&self) -> bool {
        self.file.bubbles.kind == KINDS[0].name
    }

    /// The widths that sizes and frequencies are measured in, for pictures `columns` px wide.
    pub fn widths(&self, columns: usize) -> Widths {
        let pictures = &self.file.pictures;
        Widths { columns, degrees: pictures.degrees, object: pictures.object_width }
    }

    /// How pictures are covered whose region (rows x columns) is this.
    pub fn cover(&self, region: &Array2<bool>) -> Result<Cover> {
        let settings = &self.file.bubbles;
        let kind = KINDS.iter().find(|kind| kind.name == settings.kind);
        let kind =
            kind.ok_or_else(|| Error::internal("an experiment with an unknown kind of Bubbles was not refused"))?;
        let mut cover = Cover {
            kind,
            combine: settings.combine,
            light: settings.light,
            bands: Bands {
                filter: settings.bands.filter,
                background: settings.bands.background,
                budget: settings.bands.budget.clone(),
                ..Bands::default()
            },
            ..Cover::spatial(region, 1.0, settings.background)
        };
        match kind.name {
            "bands" => {
                cover.bands.lower = self.lower_edges(region.dim())?;
                cover.planes = self.band_planes(&cover.bands.lower, region)?;
            }
            "frequency" => {
                cover.bands.range = self.frequency_range(region.dim())?;
                cover.planes = vec![self.frequency_plane(cover.bands.range)?];
            }
            _ => {
                let sd = self.bubble_sd(region.ncols())?;
                cover.planes = vec![self.plane(region, sd, 0, "bubbles.size")?];
            }
        }
        Ok(cover)
    }

    /// A plane of the picture, whose apertures must fit the region.
    fn plane(&self, region: &Array2<bool>, sd: f64, band: u8, field: &str) -> Result<Plane> {
        let side = (region.iter().filter(|inside| **inside).count() as f64).sqrt();
        let (name, most) = if band == 0 { ("a quarter", side / 4.0) } else { ("the whole", side) };
        if sd < 0.5 || sd > most {
            return Err(Error::invalid(format!(
                "{field} has a standard deviation of {sd:.2} px, and the region is about {side:.0} px wide"
            ))
            .at(self.field(field))
            .hint(format!("choose at least 0.5 px and at most {name} of the region's width")));
        }
        let places = region_pixels(&widened(region, self.file.bubbles.margin * sd));
        Ok(Plane::new(region.dim(), sd, &places, band))
    }

    fn lower_edges(&self, shape: (usize, usize)) -> Result<Vec<f64>> {
        let bands = &self.file.bubbles.bands;
        let highest = self.highest(bands.highest, shape, "bubbles.bands.highest")?;
        let lower = octave_edges(bands.count, highest);
        match lower.last() {
            Some(lowest) if *lowest >= 1.0 => Ok(lower),
            lowest => Err(Error::invalid(format!(
                "{} octaves below {highest} cycles per picture reach down to {} cycles, and a picture holds no less than one",
                bands.count,
                lowest.copied().unwrap_or(highest)
            ))
            .at(self.field("bubbles.bands.count"))
            .hint(format!("choose between 1 and {} bands", highest.log2().floor().max(1.0)))),
        }
    }

    fn band_planes(&self, lower: &[f64], region: &Array2<bool>) -> Result<Vec<Plane>> {
        let settings = &self.file.bubbles;
        let wrong = |field: &str, given: usize| {
            Error::invalid(format!("{field} has {given} entries, and there are {} bands", lower.len()))
                .at(self.field(field))
                .hint("give one for each band, the finest first, or leave it out")
        };
        let sizes = &settings.bands.sizes;
        if ![0, lower.len()].contains(&sizes.len()) {
            return Err(wrong("bubbles.bands.sizes", sizes.len()));
        }
        if let Budget::Explicit(counts) = &settings.bands.budget {
            if counts.len() != lower.len() {
                return Err(wrong("bubbles.bands.budget", counts.len()));
            }
            if counts.iter().sum::<usize>() == 0 {
                return Err(Error::invalid("bubbles.bands.budget gives no band a bubble")
                    .at(self.field("bubbles.bands.budget"))
                    .hint("give at least one band a bubble, or choose \"equal_area\" or \"equal_count\""));
            }
        }
        let field = if sizes.is_empty() { "bubbles.size" } else { "bubbles.bands.sizes" };
        let plane = |(band, edge): (usize, &f64)| {
            let size = sizes.get(band).unwrap_or(&settings.size);
            let middle = edge * std::f64::consts::SQRT_2;
            let sd =
                size.sd_in_pixels(self.widths(region.ncols()), Some(middle)).map_err(|e| e.at(self.field(field)))?;
            self.plane(region, sd, band as u8, field)
        };
        lower.iter().enumerate().map(plane).collect()
    }

    fn frequency_range(&self, shape: (usize, usize)) -> Result<[f64; 2]> {
        let settings = &self.file.bubbles.frequencies;
        let field = "bubbles.frequencies.lowest";
        let lowest = settings.lowest.per_image(self.widths(shape.1)).map_err(|error| error.at(self.field(field)))?;
        let highest = self.highest(settings.highest, shape, "bubbles.frequencies.highest")?;
        if lowest >= highest {
            return Err(Error::invalid(format!(
                "the lowest frequency is {lowest} cycles per picture, and the highest {highest}"
            ))
            .at(self.field(field))
            .hint("choose a lowest frequency below the highest"));
        }
        Ok([lowest, highest])
    }

    fn frequency_plane(&self, [lowest, highest]: [f64; 2]) -> Result<Plane> {
        let (size, octaves) = (&self.file.bubbles.size, (highest / lowest).log2());
        let field = self.field("bubbles.size");
        if size.unit != Unit::Octaves {
            return Err(Error::invalid("the size of an aperture on the axis of frequency is not in octaves")
                .at(field)
                .hint("write size = { value = 0.35, unit = \"octaves\" }"));
        }
        let sd = size.sd().map_err(|error| error.at(field.clone()))?;
        if sd > octaves / 4.0 || sd * FREQUENCIES as f64 / octaves < 0.5 {
            return Err(Error::invalid(format!(
                "the aperture has a standard deviation of {sd:.3} octaves, and the axis is {octaves:.2} octaves long"
            ))
            .at(field)
            .hint(format!("choose between {:.3} and {:.3} octaves", octaves / 512.0, octaves / 4.0)));
        }
        let places: Vec<Centre> = (0..FREQUENCIES).map(|column| Centre::new(0, column)).collect();
        Ok(Plane::new((1, FREQUENCIES), sd / octaves * (FREQUENCIES - 1) as f64, &places, 0))
    }

    /// A highest frequency in cycles per picture width, which must not lie beyond what the pixels can hold.
    fn highest(&self, given: Option<Frequency>, (_, columns): (usize, usize), field: &str) -> Result<f64> {
        let nyquist = columns as f64 / 2.0;
        let Some(given) = given else { return Ok(nyquist) };
        let highest = given.per_image(self.widths(columns)).map_err(|error| error.at(self.field(field)))?;
        if highest > nyquist {
            return Err(Error::invalid(format!(
                "{field} is {highest} cycles per picture, and pictures {columns} px wide hold at most {nyquist}"
            ))
            .at(self.field(field))
            .hint("choose a lower frequency, or larger pictures"));
        }
        Ok(highest)
    }
}

impl Default for Bubbles {
    /// What networks look through where people saw no bubbles: apertures of a sixteenth of the picture's width, on grey.
    fn default() -> Self {
        Bubbles {
            kind: spatial(),
            size: Size { value: 0.0625, unit: Unit::Widths, convention: Convention::Sd, of: None },
            background: half(),
            combine: Combine::default(),
            light: Light::default(),
            margin: 0.0,
            floor: tenth(),
            bands: BandSettings::default(),
            frequencies: FrequencySettings::default(),
        }
    }
}

impl Default for BandSettings {
    fn default() -> Self {
        BandSettings {
            count: 5,
            highest: None,
            filter: BandFilter::default(),
            background: BandBackground::default(),
            budget: Budget::default(),
            sizes: Vec::new(),
        }
    }
}

impl Default for FrequencySettings {
    fn default() -> Self {
        let lowest = Frequency { value: 1.0, unit: Default::default() };
        FrequencySettings { lowest, highest: None }
    }
}

fn spatial() -> String {
    "spatial".to_owned()
}

fn half() -> f64 {
    0.5
}

fn tenth() -> f64 {
    0.1
}
