//! The pictures, where bubbles fall on them, the design, and the pages of an export.

use super::{Finding, Look};
use crate::experiment::{Listed, list_pictures};
use crate::stage::pictures::Stimuli;
use crate::stage::{Run, stimuli};

/// Looks at the pictures, the region and the apertures, which every stage needs.
pub(super) fn read(run: &Run) -> (Vec<Finding>, Option<Stimuli>) {
    let experiment = run.experiment;
    let pictures = match list_pictures(experiment) {
        Ok(pictures) => pictures,
        Err(error) => return (vec![Finding::new("pictures", Err(error))], None),
    };
    let mut findings = vec![Finding::new("pictures", Ok(counted(run, &pictures)))];
    let shape = pictures.first().map_or((0, 0), |listed| listed.picture.shape());
    let region = match experiment.region(shape) {
        Ok(region) => region,
        Err(error) => {
            findings.push(Finding::new("region", Err(error)));
            return (findings, None);
        }
    };
    if let Some(file) = &experiment.file.pictures.region {
        let pixels = region.iter().filter(|inside| **inside).count();
        findings.push(Finding::new("region", Ok(format!("{file}: {pixels} of {} px", region.len()))));
    }
    match Stimuli::new(run, pictures, region) {
        Ok(stimuli) => {
            let (bubble, smoothing) = (stimuli.setting.bubble_sd, stimuli.setting.smoothing_sd);
            let found = format!("sd {bubble:.1} px, maps smoothed by {smoothing:.1} px");
            findings.push(Finding::new("apertures", Ok(found)));
            (findings, Some(stimuli))
        }
        Err(error) => {
            findings.push(Finding::new("apertures", Err(error)));
            (findings, None)
        }
    }
}

/// "24 of 128 x 128 px: 12 happy, 12 sad".
fn counted(run: &Run, pictures: &[Listed]) -> String {
    let (rows, columns) = pictures.first().map_or((0, 0), |listed| listed.picture.shape());
    let of_class = |name: &String| pictures.iter().filter(|listed| listed.class == *name).count();
    let classes: Vec<String> = Stimuli::classes(run).iter().map(|name| format!("{} {name}", of_class(name))).collect();
    format!("{} of {columns} x {rows} px: {}", pictures.len(), classes.join(", "))
}

/// The region has places for the most bubbles.
pub(super) fn design(look: &Look) -> Vec<Finding> {
    let Some(design) = &look.run.experiment.file.design else { return Vec::new() };
    look.of_pictures("design", |pictures| {
        stimuli::check_places(look.run, design, pictures)?;
        let (observers, trials, count) = (design.observers, design.trials, &design.count);
        Ok(format!("{observers} observers, {trials} trials each, up to {} bubbles", count.maximum))
    })
}

/// The pages that `[export]` names.
pub(super) fn pages(look: &Look) -> Vec<Finding> {
    let settings = &look.run.experiment.file.export;
    let named: Vec<&str> =
        [&settings.consent, &settings.instructions].into_iter().flatten().map(String::as_str).collect();
    if named.is_empty() {
        return Vec::new();
    }
    vec![Finding::new("pages of the export", look.run.experiment.pages().map(|_| named.join(", ")))]
}
