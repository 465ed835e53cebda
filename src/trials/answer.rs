//! The cells of one row that say something of a trial.

use std::borrow::Cow;

use super::rows::Row;
use super::value::single;
use crate::experiment::Columns;
use crate::place::Places;

/// What a row says of a trial, as text.
#[derive(Debug, Clone, Default)]
pub struct Answer<'a> {
    /// Participant.
    pub observer: Option<&'a str>,
    /// Session of the participant.
    pub session: Option<&'a str>,
    /// Trial id.
    pub id: Option<&'a str>,
    /// Block.
    pub block: Option<&'a str>,
    /// Number of the trial.
    pub number: Option<&'a str>,
    /// What the trial is for.
    pub role: Option<&'a str>,
    /// Id of the trial whose stimulus this one shows again.
    pub repeats: Option<&'a str>,
    /// Picture under the bubbles.
    pub picture: Option<&'a str>,
    /// Noise pattern added to the picture, or a stimulus that shows it.
    pub noise: Option<&'a str>,
    /// Two pictures of one trial, the left or first one first.
    pub sides: Option<[&'a str; 2]>,
    /// Class of the picture.
    pub class: Option<&'a str>,
    /// Whether it was shown mirrored.
    pub mirrored: Option<&'a str>,
    /// Number of bubbles.
    pub bubbles: Option<&'a str>,
    /// Every bubble.
    pub centres: Option<Cow<'a, str>>,
    /// How their numbers are to be read, where the format says it.
    pub places: Option<Places>,
    /// Bubbles in two columns: from the left, and from above or below.
    pub xy: Option<[&'a str; 2]>,
    /// The keys of the participant, each with its class.
    pub keys: Option<&'a str>,
    /// The file shown, from whose name (`..._n020.png`) the trial and the number of bubbles may be read.
    pub shown: Option<&'a str>,
    /// The key pressed.
    pub key: Option<&'a str>,
    /// The class answered, or what stands for it.
    pub response: Option<&'a str>,
    /// What the platform takes for right.
    pub correct: Option<&'a str>,
    /// Response time.
    pub time: Option<&'a str>,
    /// Whether the file tells responses, so that a row without one was not answered.
    pub responds: bool,
    /// True if the row shows no stimulus, so that what it answers may belong to the picture before it.
    pub prompt: bool,
    /// Whether commas part the cells of the file, so that one in a number parts thousands.
    pub commas: bool,
}

impl<'a> Answer<'a> {
    /// The cells of a row in the columns that `[import.columns]` names, or else in those that every export of ours has.
    pub fn of(row: Row<'a>, columns: &Columns) -> Answer<'a> {
        let cell = |named: &Option<String>, own: &[&str]| match named {
            Some(name) => row.named(name),
            None => row.first(own),
        };
        let centres = match &columns.centres {
            Some(name) => row.stated(name),
            None => row.cell("centres"),
        };
        // What a platform calls the response and its time is for the format to say.
        Answer {
            observer: columns.observer.as_ref().map_or_else(|| row.participant(), |name| row.named(name)),
            session: cell(&columns.session, &["session"]),
            id: cell(&columns.trial_id, &["trial_id"]),
            block: cell(&columns.block, &["block"]),
            number: cell(&columns.trial, &["trial"]),
            role: cell(&columns.role, &["role"]),
            repeats: cell(&columns.repeats, &["repeats"]),
            picture: cell(&columns.picture, &["picture", "image_id"]),
            noise: cell(&columns.noise, &[]),
            sides: cell(&columns.left, &[]).zip(cell(&columns.right, &[])).map(|(left, right)| [left, right]),
            class: cell(&columns.class, &["class", "category"]),
            mirrored: cell(&columns.mirrored, &["mirrored"]),
            bubbles: cell(&columns.bubbles, &["n_bubbles", "bubbles"]),
            centres: centres.filter(|cell| *cell != "n/a").map(Cow::Borrowed),
            places: None,
            xy: columns.x.as_ref().zip(columns.y.as_ref()).and_then(|(x, y)| Some([row.named(x)?, row.named(y)?])),
            keys: cell(&columns.keys, &["keys"]),
            shown: None,
            key: None,
            response: cell(&columns.response, &[]),
            correct: cell(&columns.correct, &["correct"]),
            time: cell(&columns.response_time, &[]),
            responds: true,
            prompt: false,
            commas: false,
        }
    }

    /// The answer with the stimulus that the platform states, or else the picture that was named.
    pub fn showing(mut self, shown: Option<&'a str>, columns: &Columns) -> Answer<'a> {
        self.shown = shown.or(self.picture.filter(|_| columns.picture.is_some()));
        self
    }

    /// The answer with what the platform itself says where `[import.columns]` names no column.
    pub fn given(mut self, given: Given<'a>, columns: &Columns) -> Answer<'a> {
        if columns.response.is_none() {
            (self.key, self.response) = (given.key, given.response);
        }
        if columns.correct.is_none() {
            self.correct = given.correct.or(self.correct);
        }
        if columns.response_time.is_none() {
            self.time = given.time;
        }
        self
    }

    /// The same with the one entry of every list of one, as PsychoPy writes what was clicked; an empty list says nothing.
    pub fn unlisted(mut self) -> Answer<'a> {
        for cell in [
            &mut self.observer,
            &mut self.session,
            &mut self.id,
            &mut self.block,
            &mut self.number,
            &mut self.role,
            &mut self.repeats,
            &mut self.picture,
            &mut self.class,
            &mut self.mirrored,
            &mut self.bubbles,
            &mut self.shown,
            &mut self.key,
            &mut self.response,
            &mut self.correct,
            &mut self.time,
        ] {
            *cell = cell.map(|text| single(text).unwrap_or(text)).filter(|text| !text.is_empty());
        }
        self
    }

    /// Whether anything tells which stimulus was shown.
    pub fn is_identified(&self) -> bool {
        self.id.is_some()
            || self.picture.is_some()
            || self.shown.is_some()
            || self.noise.is_some()
            || self.sides.is_some()
    }

    /// Whether nothing was answered.
    pub fn is_silent(&self) -> bool {
        self.key.is_none() && self.response.is_none()
    }
}

/// An answer as the platform itself states it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    /// The key pressed.
    pub key: Option<&'a str>,
    /// The class answered, or what stands for it.
    pub response: Option<&'a str>,
    /// Right or wrong by the platform.
    pub correct: Option<&'a str>,
    /// Response time.
    pub time: Option<&'a str>,
}

/// What no other trial of a file may share: participant, session, and the trial's id or its block and number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity<'a> {
    observer: &'a str,
    session: &'a str,
    trial: Result<&'a str, (&'a str, Cow<'a, str>)>,
}

impl<'a> Answer<'a> {
    /// The identity of a row's trial; where nothing numbers it, its place among the rows does, from 0.
    pub fn identity(&self, place: usize) -> Identity<'a> {
        let number = self.number.map_or_else(|| Cow::Owned(format!("of row {}", place + 1)), Cow::Borrowed);
        Identity {
            observer: self.observer.unwrap_or(""),
            session: self.session.unwrap_or(""),
            trial: self.id.ok_or((self.block.unwrap_or("1"), number)),
        }
    }
}

impl std::fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "observer {}, ", self.observer)?;
        if !self.session.is_empty() {
            write!(f, "session {}, ", self.session)?;
        }
        match &self.trial {
            Ok(id) => write!(f, "trial {id}"),
            Err((block, number)) => write!(f, "block {block}, trial {number}"),
        }
    }
}
