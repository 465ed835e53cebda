//! Stimuli rendered beforehand, for platforms that cannot compose them: one PNG for every trial and number of bubbles.
//!
//! The name says what it shows, `t0001_n040.png`, so that the number comes back with the file that was shown. A repeat has
//! the file of its first presentation, a catch trial the whole picture (`t0007_n000.png`).

use std::collections::HashMap;

use rayon::prelude::*;

use super::Material;
use crate::bubbles::Prepared;
use crate::error::{Error, Result};
use crate::results::Scratch;
use crate::trials::{Role, Trial};

/// Bytes of a stimulus of a square degree or so are not known before; a pixel takes about this many.
const BYTES_PER_PIXEL: f64 = 0.55;

/// More than this many bytes are refused.
const MOST_BYTES: f64 = 20e9;

/// The name of a stimulus without its folder.
pub(super) fn file(trial: &Trial, bubbles: usize) -> String {
    let id = trial.repeats.as_deref().unwrap_or(&trial.id);
    let shown = if trial.role == Role::Catch { 0 } else { bubbles };
    format!("{id}_n{shown:03}.png")
}

/// The numbers of bubbles that every trial is rendered with.
pub(super) fn levels(material: &Material) -> Vec<usize> {
    match &material.settings.levels[..] {
        [] => vec![material.design.count.start],
        levels => levels.to_vec(),
    }
}

/// Writes the stimuli into `folder`, on all cores, the same bytes on any number of them.
pub(super) fn render(material: &Material, scratch: &Scratch, folder: &str) -> Result<()> {
    let levels = levels(material);
    let first: Vec<&Trial> = material.trials.rows.iter().filter(|trial| trial.repeats.is_none()).collect();
    let stimuli = first.iter().map(|trial| if trial.role == Role::Catch { 1 } else { levels.len() }).sum::<usize>();
    let (rows, columns) = material.cover.shape;
    let bytes = stimuli as f64 * (rows * columns) as f64 * BYTES_PER_PIXEL;
    let size = format!("{stimuli} stimuli of {columns} x {rows} px, about {:.0} MB", (bytes / 1e6).ceil());
    if bytes > MOST_BYTES {
        return Err(Error::invalid(format!("{size}, would be written"))
            .hint("export fewer observers, trials or levels; `--to jspsych` composes stimuli in the browser instead"));
    }
    material.progress.note(&size);
    material.progress.begin("stimuli", stimuli);
    let mut prepared: HashMap<(&str, bool), Prepared> = HashMap::new();
    for trial in &first {
        let key = (trial.picture.as_str(), trial.mirrored);
        if let (false, Some(picture)) = (prepared.contains_key(&key), picture(material, trial)) {
            prepared.insert(key, material.cover.prepare(&picture));
        }
    }
    first.par_iter().try_for_each(|trial| {
        let absent = || Error::internal(format!("there is no picture called {}", trial.picture));
        if trial.role == Role::Catch {
            let whole = picture(material, trial).ok_or_else(absent)?;
            scratch.write(&format!("{folder}/{}", file(trial, 0)), &whole.to_png()?)?;
            material.progress.step();
            return Ok(());
        }
        let prepared = prepared.get(&(trial.picture.as_str(), trial.mirrored)).ok_or_else(absent)?;
        for &level in &levels {
            let shown = material.cover.show(prepared, &trial.centres[..level.min(trial.centres.len())]);
            scratch.write(&format!("{folder}/{}", file(trial, level)), &shown.to_png()?)?;
            material.progress.step();
        }
        Ok(())
    })
}

fn picture(material: &Material, trial: &Trial) -> Option<crate::picture::Picture> {
    let listed = material.pictures.iter().find(|listed| listed.name == trial.picture)?;
    Some(if trial.mirrored { listed.picture.mirrored() } else { listed.picture.clone() })
}

/// Refuses words that these platforms read as something else: PsychoPy's tables go through pandas, spreadsheets through
/// Excel, and both turn missing-value words, numbers, truths, lists and formulas into what they are not.
pub(super) fn check_words(material: &Material) -> Result<()> {
    let keys = material.participants.iter().flat_map(|participant| &participant.keys);
    let words = material.classes.iter().map(|class| ("class", class)).chain(keys.map(|key| ("key", key)));
    for (what, word) in words {
        if converted(word) {
            return Err(Error::invalid(format!("the {what} {word:?} would be read as something else by the platform"))
                .hint("use a word that is no number, truth or missing value and starts with a letter"));
        }
    }
    Ok(())
}

/// Whether a table reader makes something else of a cell.
pub(super) fn converted(word: &str) -> bool {
    const MISSING: [&str; 13] =
        ["", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "nat", "<na>", "inf", "infinity", "undefined"];
    let lower = word.trim().to_lowercase();
    let number = lower.replace(',', ".").parse::<f64>().is_ok();
    MISSING.contains(&lower.as_str())
        || ["true", "false", "yes", "no"].contains(&lower.as_str())
        || number
        || word.starts_with(['=', '+', '-', '@', '[', '(', '{', '\'', '"', '$'])
        || word.trim() != word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_tables_convert_are_known() {
        for word in
            ["NA", "None", "null", "nan", "True", "1", "007", "1,5", "1e3", "=a", "+x", "-1", "[a]", "$x", " a", ""]
        {
            assert!(converted(word), "{word:?}");
        }
        for word in ["happy", "f", "t0001", "p007", "n", "space", "t0001_n040.png", "männlich"] {
            assert!(!converted(word), "{word:?}");
        }
    }

    #[test]
    fn a_file_is_named_after_what_it_shows() {
        let trial = Trial { id: "t0007".into(), ..Trial::default() };
        assert_eq!(file(&trial, 40), "t0007_n040.png");
        assert_eq!(file(&Trial { repeats: Some("t0003".into()), ..trial.clone() }, 40), "t0003_n040.png");
        assert_eq!(file(&Trial { role: Role::Catch, ..trial }, 40), "t0007_n000.png");
    }
}
