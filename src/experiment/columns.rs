//! `[import.columns]`: the name that each canonical column has in the files.
//!
//! A name given here wins over every column that a platform is known to write, and what is named for one thing is never taken
//! for another; an empty name says that there is no such column.

use serde::{Deserialize, Serialize};

/// Names of columns; where none is given, that of the canonical table and those that platforms write count.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// Participant id.
    pub observer: Option<String>,
    /// Block, any text.
    pub block: Option<String>,
    /// Trial number within the observer or block.
    pub trial: Option<String>,
    /// Picture file name (or its stem).
    pub picture: Option<String>,
    /// 0/1, true/false: shown mirrored. Absent: never.
    pub mirrored: Option<String>,
    /// Response, any text.
    pub response: Option<String>,
    /// 0/1, true/false.
    pub correct: Option<String>,
    /// Response time.
    pub response_time: Option<String>,
    /// Bubble centres as "row:column row:column ...", 0-based pixels of the picture as shown.
    pub centres: Option<String>,
    /// Id of the trial in the design.
    pub trial_id: Option<String>,
    /// Session of the participant.
    pub session: Option<String>,
    /// Class of the picture.
    pub class: Option<String>,
    /// Number of bubbles.
    pub bubbles: Option<String>,
    /// Role of the trial: main, practice or catch.
    pub role: Option<String>,
    /// Id of the trial whose stimulus is shown again.
    pub repeats: Option<String>,
    /// Keys of the participant, each with its class: "f=happy j=sad".
    pub keys: Option<String>,
    /// Noise pattern added to the picture; none where the picture names it.
    pub noise: Option<String>,
    /// Picture on the left, or the first, of two with noise.
    pub left: Option<String>,
    /// Picture on the right, or the second.
    pub right: Option<String>,
    /// Bubble centres from the left, each a number or a list, where they stand in two columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Bubble centres from above, or as `[import] centres` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
}

impl Columns {
    /// Every field with the name given.
    pub fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("observer", &self.observer),
            ("block", &self.block),
            ("trial", &self.trial),
            ("picture", &self.picture),
            ("mirrored", &self.mirrored),
            ("response", &self.response),
            ("correct", &self.correct),
            ("response_time", &self.response_time),
            ("centres", &self.centres),
            ("trial_id", &self.trial_id),
            ("session", &self.session),
            ("class", &self.class),
            ("bubbles", &self.bubbles),
            ("role", &self.role),
            ("repeats", &self.repeats),
            ("keys", &self.keys),
            ("noise", &self.noise),
            ("left", &self.left),
            ("right", &self.right),
            ("x", &self.x),
            ("y", &self.y),
        ];
        all.into_iter().filter_map(|(field, name)| Some((field, name.as_deref()?)))
    }
}
