//! Participants: who presses which key for which class, and what each is shown.

use crate::experiment::{Design, KEYS};
use crate::table::Table;
use crate::trials::Trial;

/// One observer of a design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Id, such as `p001`.
    pub id: String,
    /// The key of each class.
    pub keys: Vec<String>,
}

impl Participant {
    /// "f=happy j=sad".
    pub fn key_map(&self, classes: &[String]) -> String {
        self.keys.iter().zip(classes).map(|(key, class)| format!("{key}={class}")).collect::<Vec<_>>().join(" ")
    }
}

/// The observers of a design; from one to the next, each class moves on by one key, so that with two classes every other
/// observer has them exchanged.
pub fn participants(design: &Design, classes: usize) -> Vec<Participant> {
    let keys: Vec<&str> = match &design.keys[..] {
        [] => KEYS[..classes.min(KEYS.len())].to_vec(),
        given => given.iter().map(String::as_str).collect(),
    };
    (0..design.observers)
        .map(|at| Participant {
            id: format!("p{:03}", at + 1),
            keys: (0..classes).map(|class| keys[(class + at) % keys.len()].to_owned()).collect(),
        })
        .collect()
}

/// The table of one participant: what is shown trial by trial, and the key of the right answer.
pub fn sheet(
    participant: &Participant,
    trials: &[&Trial],
    classes: &[String],
    class_of: impl Fn(&str) -> usize,
) -> Table {
    let mut table = Table::new(&[
        "trial_id",
        "participant",
        "block",
        "trial",
        "role",
        "picture",
        "class",
        "mirrored",
        "repeats",
        "correct_key",
    ]);
    for trial in trials {
        let class = class_of(&trial.picture);
        table.push([
            trial.id.clone(),
            participant.id.clone(),
            trial.block.clone(),
            trial.number.to_string(),
            trial.role.name().to_owned(),
            trial.picture.clone(),
            classes.get(class).cloned().unwrap_or_default(),
            trial.mirrored.to_string(),
            trial.repeats.clone().unwrap_or_default(),
            participant.keys.get(class).cloned().unwrap_or_default(),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::tests::design;

    #[test]
    fn every_other_observer_has_the_keys_exchanged() {
        let two = participants(&Design { observers: 3, ..design() }, 2);
        assert_eq!(two[0].keys, ["f", "j"]);
        assert_eq!(two[1].keys, ["j", "f"]);
        assert_eq!(two[2].keys, two[0].keys);
        assert_eq!(two[1].key_map(&["happy".into(), "sad".into()]), "j=happy f=sad");
        let given = Design { keys: vec!["x".into(), "y".into(), "z".into()], ..design() };
        assert_eq!(participants(&given, 3)[1].keys, ["y", "z", "x"]);
    }
}
