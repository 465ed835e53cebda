//! Why a metric has no value.

use std::fmt;

use super::Need;

/// The result of a metric.
pub type Score = Result<f64, Undefined>;

/// A reason for which there is no value; its text is what the table of scores says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Undefined {
    /// All values of the first map are equal.
    ConstantFirst,
    /// All values of the second map are equal.
    ConstantSecond,
    /// Fewer than three pixels.
    TooFewPixels,
    /// The two maps have not the same pixels.
    DifferentPixels,
    /// A value is infinite or not a number.
    NotFinite,
    /// A density was asked for and the first map has negative values.
    NegativeFirst,
    /// A density was asked for and the second map has negative values.
    NegativeSecond,
    /// The values of the first map sum to zero.
    ZeroMassFirst,
    /// The values of the second map sum to zero.
    ZeroMassSecond,
    /// One density is zero where the other is not.
    Infinite,
    /// The maps are smaller than the window that looks at them.
    SmallerThanWindow,
    /// No window lies wholly within the valid pixels.
    NoWholeWindow,
    /// There are no fixations.
    NoFixations,
    /// One fixated pixel, and the metric compares several.
    OneFixation,
    /// Every pixel is fixated, so that nothing is left to tell them from.
    AllFixated,
    /// There are no fixations on other pictures.
    NoOtherFixations,
    /// A fixation lies outside the valid pixels.
    FixationOutside,
    /// The region is empty.
    EmptyRegion,
    /// The region covers every pixel.
    WholeRegion,
    /// No value of the map is positive.
    NothingPositive,
    /// The nuisance maps explain one of the two maps wholly.
    Explained,
    /// An input that the metric needs was not given.
    Missing(Need),
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Undefined::ConstantFirst => "the first map is constant",
            Undefined::ConstantSecond => "the second map is constant",
            Undefined::TooFewPixels => "there are fewer than three pixels",
            Undefined::DifferentPixels => "the maps do not cover the same pixels",
            Undefined::NotFinite => "a value is infinite or not a number",
            Undefined::NegativeFirst => "the first map has negative values and cannot be read as a density",
            Undefined::NegativeSecond => "the second map has negative values and cannot be read as a density",
            Undefined::ZeroMassFirst => "the values of the first map sum to zero",
            Undefined::ZeroMassSecond => "the values of the second map sum to zero",
            Undefined::Infinite => "one density is zero where the other is not, and the value is infinite",
            Undefined::SmallerThanWindow => "the maps are smaller than the window of the metric",
            Undefined::NoWholeWindow => "no window of the metric lies wholly within the valid pixels",
            Undefined::NoFixations => "there are no fixations",
            Undefined::OneFixation => "there is one fixated pixel, and the metric compares several",
            Undefined::AllFixated => "every pixel is fixated",
            Undefined::NoOtherFixations => "there are no fixations on other pictures",
            Undefined::FixationOutside => "a fixation lies outside the valid pixels",
            Undefined::EmptyRegion => "the region is empty",
            Undefined::WholeRegion => "the region covers every pixel",
            Undefined::NothingPositive => "no value of the map is positive",
            Undefined::Explained => "the nuisance maps explain one of the maps wholly",
            Undefined::Missing(need) => return write!(f, "the metric needs {}", need.name()),
        })
    }
}

impl Undefined {
    /// The same reason when the two maps change places.
    pub fn mirrored(self) -> Undefined {
        match self {
            Undefined::ConstantFirst => Undefined::ConstantSecond,
            Undefined::ConstantSecond => Undefined::ConstantFirst,
            Undefined::NegativeFirst => Undefined::NegativeSecond,
            Undefined::NegativeSecond => Undefined::NegativeFirst,
            Undefined::ZeroMassFirst => Undefined::ZeroMassSecond,
            Undefined::ZeroMassSecond => Undefined::ZeroMassFirst,
            other => other,
        }
    }
}
