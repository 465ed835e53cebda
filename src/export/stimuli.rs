//! Stimuli as PNG files, for platforms that cannot compose them: `t0001_n020.png` shows trial t0001 through its first 20
//! bubbles, `t0003_whole.png` the whole picture of a catch trial. A repeated trial shows the files of its first.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::Material;
use crate::error::{Error, Result};
use crate::results::Scratch;
use crate::trials::{Role, Trial};

/// The numbers of bubbles that every stimulus is rendered with: `export.levels`, or that of the design where it is fixed.
pub fn levels(material: &Material) -> Result<Vec<usize>> {
    let count = &material.design.count;
    let mut levels = material.settings.levels.clone();
    levels.sort_unstable();
    levels.dedup();
    if let Some(level) = levels.iter().find(|level| !(1..=count.maximum).contains(*level)) {
        return Err(Error::invalid(format!(
            "export.levels holds {level}, and trials have 1 to {} bubbles (design.count.maximum)",
            count.maximum
        ))
        .hint("choose levels up to design.count.maximum"));
    }
    match (levels.is_empty(), count.target) {
        (false, _) => Ok(levels),
        (true, None) => Ok(vec![count.start]),
        (true, Some(target)) => Err(Error::invalid(format!(
            "the number of bubbles adapts to {target} correct, and this platform shows stimuli that are rendered before"
        ))
        .hint("add [export] levels = [10, 20, 40] to choose from, or remove design.count.target")),
    }
}

/// The file that a trial shows through `level` bubbles.
pub fn file(trial: &Trial, level: usize) -> String {
    let id = trial.repeats.as_ref().unwrap_or(&trial.id);
    if trial.role == Role::Catch { format!("{id}_whole.png") } else { format!("{id}_n{level:03}.png") }
}

/// The trial and the number of bubbles of each file.
type Files<'a> = BTreeMap<String, (&'a Trial, usize)>;

/// Writes `stimuli/`; says before how much that will be.
pub fn render(material: &Material, levels: &[usize], scratch: &Scratch) -> Result<()> {
    let mut groups: BTreeMap<(&str, bool), Files> = BTreeMap::new();
    for trial in &material.trials.rows {
        let group = groups.entry((&trial.picture, trial.mirrored)).or_default();
        for &level in levels {
            group.insert(file(trial, level), (trial, level));
        }
    }
    let groups: Vec<_> = groups.into_iter().collect();
    let files: usize = groups.iter().map(|(_, group)| group.len()).sum();
    let bytes = material.pictures.first().map(|listed| listed.picture.to_png()).transpose()?.map_or(0, |png| png.len());
    material.progress.note(&format!("{files} stimuli will be written, about {:.0} MB", (files * bytes) as f64 / 1e6));
    material.progress.begin("stimuli", files);
    groups.par_iter().try_for_each(|((name, mirrored), group)| {
        let listed = material.pictures.iter().find(|listed| listed.name == *name);
        let listed = listed.ok_or_else(|| Error::internal(format!("the design names a picture {name}")))?;
        let picture = if *mirrored { listed.picture.mirrored() } else { listed.picture.clone() };
        let prepared = material.cover.prepare(&picture);
        group.par_iter().try_for_each(|(file, (trial, level))| {
            let shown = match trial.role {
                Role::Catch => picture.clone(),
                _ => material.cover.show(&prepared, &trial.centres[..(*level).min(trial.centres.len())]),
            };
            scratch.write(&format!("stimuli/{file}"), &shown.to_png()?)?;
            material.progress.step();
            Ok(())
        })
    })
}
