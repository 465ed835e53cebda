//! What people were shown, for networks that are to see the same.

use std::collections::BTreeMap;

use super::attribute::{Instance, Unit};
use super::pictures::Stimuli;
use super::{Run, classify};
use crate::bubbles::Centre;
use crate::error::Result;

/// The bubbles of every trial, by picture and by whether it was shown mirrored.
pub(super) struct Shown(BTreeMap<(String, bool), Vec<Vec<Centre>>>);

impl Shown {
    /// Those of every trial of the experiment, where one of a network's methods asks for them.
    pub(super) fn read(run: &Run, stimuli: &Stimuli, instance: &Instance) -> Result<Shown> {
        let mut shown: BTreeMap<_, Vec<_>> = BTreeMap::new();
        if !instance.units.iter().any(Unit::sees_people) {
            return Ok(Shown(shown));
        }
        for trial in classify::trials(run, stimuli)?.rows {
            shown.entry((trial.picture, trial.mirrored)).or_default().push(trial.centres);
        }
        Ok(Shown(shown))
    }

    /// Those of one picture.
    pub(super) fn of(&self, picture: &str, mirrored: bool) -> &[Vec<Centre>] {
        self.0.get(&(picture.to_owned(), mirrored)).map_or(&[], Vec::as_slice)
    }
}
