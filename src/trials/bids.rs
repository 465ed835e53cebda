//! Behaviour in a BIDS data set (Gorgolewski et al. 2016, Scientific Data 3:160044): `_beh.tsv` or `_events.tsv`, times in s,
//! `n/a` where there is nothing. Events without a stimulus file are no trials.

use super::answer::{Answer, Given};
use super::rows::Rows;
use super::text::Text;
use super::time::Told;
use super::{Format, Imported, Known};
use crate::error::Result;
use crate::experiment::{Import, TimeUnit};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "bids",
    description: "_beh.tsv or _events.tsv of a BIDS data set, with trial_id or centres",
    told_by: "tabs, columns response_time and stim_file",
    detect,
    read,
};

fn detect(text: &Text, _: &Import) -> bool {
    text.delimiter == b'\t' && text.has(&["response_time", "stim_file"])
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let rows = Rows::read(text, &import.columns, str::to_owned)?;
    let lookup = known.lookup();
    let file = text.file();
    let entity = |name: &str| file.split(['_', '.']).find_map(|part| part.strip_prefix(name));
    let (subject, session) = (entity("sub-"), entity("ses-"));
    rows.join(import, known, Told::By(TimeUnit::S), |row| {
        let mut answer = Answer::of(row, &import.columns);
        answer.observer = answer.observer.or(subject).map(|id| id.strip_prefix("sub-").unwrap_or(id));
        answer.session = answer.session.or(session).map(|id| id.strip_prefix("ses-").unwrap_or(id));
        answer = answer.showing(row.text("stim_file"), &import.columns);
        answer.responds = rows.has("response");
        answer.picture = answer.picture.or(answer.shown.filter(|file| !known.is_nothing() && lookup.is_shown(file)));
        answer.prompt = !answer.is_identified();
        let (response, time) = (row.text("response"), row.text("response_time"));
        Ok(answer.given(Given { response, time, ..Given::default() }, &import.columns))
    })
}
