//! The cells of one row that say something of a trial.

use std::borrow::Cow;

use super::rows::Row;
use crate::experiment::Columns;

/// Names that platforms and people give to the column of participants.
pub const PARTICIPANT: [&str; 12] = [
    "participant",
    "participant_id",
    "participant_ID",
    "subject",
    "subject_id",
    "subject_nr",
    "Subject",
    "PROLIFIC_PID",
    "prolific_pid",
    "workerId",
    "worker_id",
    "ResponseId",
];

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
    /// Whether commas part the cells of the file, so that one in a number parts thousands.
    pub commas: bool,
}

impl<'a> Answer<'a> {
    /// What a row says in the columns that every export of ours has, or that `[import.columns]` names.
    pub fn of(row: Row<'a>, columns: &Columns) -> Answer<'a> {
        let text = |column: &str| row.text(column);
        let own = Columns::default();
        // A name of the canonical table that a platform uses for something else counts only where it is asked for.
        let asked = |column: &String, own: &String| text(column).filter(|_| column != own);
        Answer {
            observer: text(&columns.observer).or_else(|| row.first(&PARTICIPANT)),
            session: text(&columns.session),
            id: text(&columns.trial_id),
            block: text(&columns.block),
            number: text(&columns.trial),
            role: text("role"),
            repeats: text("repeats"),
            picture: text(&columns.picture).or_else(|| text("image_id")),
            noise: text(&columns.noise),
            sides: text(&columns.left).zip(text(&columns.right)).map(|(left, right)| [left, right]),
            class: text(&columns.class).or_else(|| text("category").filter(|_| columns.class == own.class)),
            mirrored: text(&columns.mirrored),
            bubbles: text(&columns.bubbles).or_else(|| text("bubbles")),
            centres: row.cell(&columns.centres).filter(|cell| *cell != "n/a").map(Cow::Borrowed),
            keys: text("keys"),
            shown: None,
            key: None,
            response: asked(&columns.response, &own.response),
            correct: text(&columns.correct),
            time: asked(&columns.response_time, &own.response_time),
            responds: true,
            commas: false,
        }
    }

    /// The answer, with what the platform itself says where no column was asked for.
    pub fn with(mut self, response: Option<&'a str>, time: Option<&'a str>) -> Answer<'a> {
        self.response = self.response.or(response);
        self.time = self.time.or(time);
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

/// What no other trial of a file may share: participant, session, and the trial's id or its block and number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity<'a> {
    observer: &'a str,
    session: &'a str,
    trial: Result<&'a str, (&'a str, Cow<'a, str>)>,
}

impl<'a> Answer<'a> {
    /// The identity of a row's trial; where nothing numbers it, its line does.
    pub fn identity(&self, line: u64) -> Identity<'a> {
        let number = self.number.map_or_else(|| Cow::Owned(format!("of line {line}")), Cow::Borrowed);
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
