//! Answers on a screen of their own: a picture for some time, and a question behind it.
//!
//! Where no picture of a file is answered on its own row, each gets the answer of the next answered row of its participant that
//! shows no picture, before the next picture. Its response time counts from the question.

use std::collections::{HashMap, HashSet};

use super::answer::Answer;
use super::join::Asked;

/// Which rows answer which.
#[derive(Debug, Default)]
pub struct Prompts {
    /// The row that answers, by that of its picture.
    answer: HashMap<usize, usize>,
    /// Rows that answer.
    rows: HashSet<usize>,
}

impl Prompts {
    /// Finds the answers of the first `rows` rows.
    pub fn find<'r>(rows: usize, ask: impl Fn(usize) -> Asked<'r>) -> Prompts {
        let mut prompts = Prompts::default();
        let mut open: HashMap<(&str, &str), usize> = HashMap::new();
        for at in 0..rows {
            let Ok(answer) = ask(at) else { continue };
            let owner = (answer.observer.unwrap_or(""), answer.session.unwrap_or(""));
            match (answer.prompt, answer.is_silent()) {
                (false, false) => return Prompts::default(),
                (false, true) => {
                    open.insert(owner, at);
                }
                (true, false) => {
                    if let Some(picture) = open.remove(&owner) {
                        prompts.answer.insert(picture, at);
                        prompts.rows.insert(at);
                    }
                }
                (true, true) => {}
            }
        }
        prompts
    }

    /// True if a row answers the picture of another.
    pub fn is_answer(&self, row: usize) -> bool {
        self.rows.contains(&row)
    }

    /// A picture's row with what the row that answers it says.
    pub fn answered<'r>(&self, row: usize, answer: Answer<'r>, ask: impl Fn(usize) -> Asked<'r>) -> Answer<'r> {
        let Some(Ok(said)) = self.answer.get(&row).map(|&at| ask(at)) else { return answer };
        let correct = answer.correct.or(said.correct);
        Answer { key: said.key, response: said.response, time: said.time, correct, ..answer }
    }

    /// The sentence that says so.
    pub fn note(&self) -> Option<String> {
        let count = self.answer.len();
        (count > 0).then(|| {
            format!(
                "no picture is answered on its own row: {count} get the next answer of their participant before the next picture, \
                 with the response time from that screen on"
            )
        })
    }
}
