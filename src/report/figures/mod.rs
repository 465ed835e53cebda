//! The table of figures.

mod layout;
mod maps;
mod reliability;
mod scores;
mod stimuli;

use super::data::Data;
use super::drawing::Drawing;
use crate::error::Result;

/// A row of the table of figures.
pub struct Figure {
    /// Name of its files.
    pub name: &'static str,
    /// Heading.
    pub title: &'static str,
    /// How to read it.
    pub description: &'static str,
    /// Draws it, unless the experiment has nothing to show.
    pub(super) draw: fn(&Data) -> Result<Option<Drawing>>,
}

/// Every figure, in the order of the page.
pub static FIGURES: &[Figure] = &[
    Figure {
        name: "stimuli",
        title: "What was shown",
        description: "Base pictures: some of each class. Trials: the first that were planned, in which the picture is visible only \
                      through Gaussian apertures (bubbles) at random places; mirrored presentations are drawn mirrored, as \
                      shown. Trials that were run elsewhere are not drawn.",
        draw: stimuli::draw,
    },
    Figure {
        name: "maps_task",
        title: "Maps of the task",
        description: "One map for all pictures, over the mean of the pictures. Human map: where visible pixels went with right \
                      answers (red) or wrong ones (blue); z: the same over its standard deviation under permutation, with a \
                      black line where it passes the permutation threshold (family-wise). Networks: red speaks for the right \
                      class, blue against it; mean over pictures and weight seeds, at the blur at which maps are compared. Each \
                      map has its own colour scale, from minus to plus its 99.5 % magnitude, so compare places and not strengths.",
        draw: maps::task,
    },
    Figure {
        name: "maps_pictures",
        title: "Maps of single pictures",
        description: "Up to four pictures, each map over its own picture: people, z with the permutation threshold as a black \
                      line, and networks as the mean over weight seeds, in the colours of the map of the task. A map of one \
                      picture rests on few trials: where no black line encloses a place, no place of that picture passes the \
                      threshold by itself.",
        draw: maps::pictures,
    },
    Figure { name: "scores_task", title: "Agreement with people: task", description: SCORES, draw: scores::task },
    Figure {
        name: "scores_picture",
        title: "Agreement with people: single pictures",
        description: SCORES,
        draw: scores::picture,
    },
    Figure {
        name: "reliability",
        title: "How many observers the human map needs",
        description: "The reliability of the mean human map that n observers like these would give, n / (n + n₀), where n₀ \
                      observers give one half (Spearman–Brown). The point is this experiment; hollow marks are the numbers that \
                      would give 0.8 and 0.9, where they fit on the axis.",
        draw: reliability::draw,
    },
];

const SCORES: &str = "Points: the raw score of one network with the mean human map, averaged over weight seeds (and pictures, \
                      where each has its own map), with its 95 % interval over pictures, observers and seeds. Green band: √reliability of the human \
                      map and its interval, the most that a perfect model could be expected to reach. Orange tick: the root of \
                      the seed ceiling, the most that one network could reach against what its seeds share. Hollow points: \
                      baselines that know no network; that of `random` holds 95 % of unrelated maps of this smoothness. A \
                      row says something about the network only where it stands clear of the baselines. For the task, pictures \
                      are resampled for the network only. 1 is \
                      identity and 0 chance; an arrow marks an interval that goes on beyond the axis.";
