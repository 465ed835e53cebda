//! Behaviour in a BIDS data set (Gorgolewski et al. 2016, Scientific Data 3:160044): `_beh.tsv`, times in s, `n/a` where
//! there is nothing.

use super::answer::Answer;
use super::rows::Rows;
use super::text::Text;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::Import;

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "bids",
    description: "_beh.tsv of a BIDS data set, with trial_id or centres",
    told_by: "tabs, columns response_time and stim_file",
    detect,
    read,
};

fn detect(text: &Text, _: &Import) -> bool {
    text.delimiter == b'\t' && text.has(&["response_time", "stim_file"])
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, str::to_owned)?;
    let file = text.file();
    let subject = file.strip_prefix("sub-").and_then(|rest| rest.split('_').next());
    rows.join(import, known, |row| {
        let mut answer = Answer::of(row);
        answer.observer = row.text("participant_id").or(subject).map(|id| id.strip_prefix("sub-").unwrap_or(id));
        answer.shown = row.text("stim_file");
        answer.picture = answer.picture.or(answer.shown.filter(|file| known.picture(file).is_some()));
        answer.response = row.text("response");
        answer.time = row.text("response_time");
        answer.unit = 1000.0;
        Some(answer)
    })
}
