//! What is known of an experiment before a trial file is read.

use std::collections::HashMap;

use super::Trial;

/// The pictures that trials may name, their classes, and the plan of trials where there is one.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// File names.
    pub pictures: Vec<String>,
    /// Class of every picture.
    pub class: HashMap<String, String>,
    /// (rows, columns) of the plane of every band.
    pub planes: Vec<(usize, usize)>,
    /// The design.
    pub plan: Option<Plan>,
}

/// The planned trials.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Trials by id, each with all of its centres.
    pub trials: HashMap<String, Trial>,
    /// The keys of every participant of the design, each with its class.
    pub keys: HashMap<String, Vec<(String, String)>>,
    /// Number of bubbles of every trial; `None` where it adapts to the observer.
    pub bubbles: Option<usize>,
}

impl Known {
    /// The picture that a path, a file name, or a stem that no other picture shares stands for.
    pub fn picture(&self, text: &str) -> Option<&str> {
        let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
        let same = self.pictures.iter().find(|picture| *picture == name);
        let mut stems = self.pictures.iter().filter(|picture| stem(picture) == name);
        same.or_else(|| stems.next().filter(|_| stems.next().is_none())).map(String::as_str)
    }

    /// Whether a class is called so.
    pub fn is_class(&self, name: &str) -> bool {
        self.class.values().any(|class| class == name)
    }
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_that_two_pictures_share_names_neither() {
        let known = Known { pictures: ["a.png", "a.jpg", "b.png"].map(str::to_owned).into(), ..Known::default() };
        assert_eq!((known.picture("a"), known.picture("x/a.jpg")), (None, Some("a.jpg")));
        assert_eq!(known.picture("b"), Some("b.png"));
    }
}
