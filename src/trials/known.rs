//! What is known of an experiment before a trial file is read.

use std::collections::{BTreeSet, HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use super::text::shortened;
use super::{Trial, stimulus};
use crate::noise::Names;

/// Pictures that a reason names.
const SHOWN: usize = 4;

/// The pictures that trials may name, their classes, and the plan of trials where there is one.
///
/// Without pictures nothing is known of the experiment: then every picture and every centre is taken as it is told.
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
    /// The noise patterns, where noise is added to the pictures.
    pub noise: Option<Names>,
    /// True if maps are made of right and wrong, so that a response which nothing judges is of no use.
    pub judged: bool,
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

/// [`Known`] with its names ready to be looked up.
pub struct Lookup<'k> {
    /// What is known.
    pub known: &'k Known,
    exact: HashSet<&'k str>,
    /// By stem, by lower case, and by the composed form of Unicode; `None` where two pictures share it.
    loose: HashMap<String, Option<&'k str>>,
    classes: HashSet<&'k str>,
    /// By lower case; `None` where two classes share it.
    loose_classes: HashMap<String, Option<&'k str>>,
    /// Keys of any participant, in lower case.
    keys: HashSet<String>,
}

impl Known {
    /// Whether nothing is known of the experiment.
    pub fn is_nothing(&self) -> bool {
        self.pictures.is_empty()
    }

    /// The picture that a path, a URL, a file name, or a stem that no other picture shares stands for, whatever its case and
    /// the form of its Unicode where no two pictures differ by them.
    pub fn picture(&self, text: &str) -> Option<&str> {
        let name = stimulus::name(text);
        let exact = self.pictures.iter().find(|picture| **picture == name);
        let only = |key: String| {
            let mut called = self.pictures.iter().filter(|picture| names(picture).contains(&key));
            called.next().filter(|_| called.next().is_none())
        };
        exact.or_else(|| only(composed(&name))).or_else(|| only(composed(&name).to_lowercase())).map(String::as_str)
    }

    /// The same, ready for many questions.
    pub fn lookup(&self) -> Lookup<'_> {
        let mut loose: HashMap<String, Option<&str>> = HashMap::new();
        for picture in &self.pictures {
            for name in names(picture) {
                loose.entry(name).and_modify(|shared| *shared = None).or_insert(Some(picture));
            }
        }
        let classes: HashSet<&str> = self.class.values().map(String::as_str).collect();
        let mut loose_classes: HashMap<String, Option<&str>> = HashMap::new();
        for class in &classes {
            loose_classes.entry(class.to_lowercase()).and_modify(|shared| *shared = None).or_insert(Some(class));
        }
        Lookup {
            known: self,
            exact: self.pictures.iter().map(String::as_str).collect(),
            loose,
            classes,
            loose_classes,
            keys: self
                .plan
                .iter()
                .flat_map(|plan| plan.keys.values().flatten())
                .map(|(key, _)| key.to_lowercase())
                .collect(),
        }
    }
}

impl Lookup<'_> {
    /// The picture that a path, a URL, a file name in any case, or a stem that no other picture shares stands for; where
    /// nothing is known, the name as it is.
    pub fn picture(&self, text: &str) -> Option<String> {
        let name = stimulus::name(text);
        if self.known.is_nothing() {
            return Some(name.into_owned()).filter(|name| !name.is_empty());
        }
        let exact = self.exact.get(name.as_ref()).copied();
        let loose = |name: &str| self.loose.get(name).copied().flatten();
        let name = composed(&name);
        exact.or_else(|| loose(&name)).or_else(|| loose(&name.to_lowercase())).map(str::to_owned)
    }

    /// The reason of a row that names a picture which is none of the experiment's.
    pub fn no_picture(&self, text: &str) -> String {
        let own = &self.known.pictures;
        let some = own.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        let rest = own.len().saturating_sub(SHOWN);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let named = shortened(&stimulus::names(text).join(", "));
        format!("there is no picture called {named}; there are {some}{more}")
    }

    /// True if a picture is one of the experiment's, or shows one of its noise patterns.
    pub fn is_shown(&self, text: &str) -> bool {
        let noise = |names: &Names| names.find(&stimulus::name(text)).is_ok();
        self.picture(text).is_some() || self.known.noise.as_ref().is_some_and(noise)
    }

    /// The planned trial whose stimulus a file name is.
    pub fn shown(&self, text: &str) -> Option<&Trial> {
        let trials = &self.known.plan.as_ref()?.trials;
        stimulus::names(text).iter().find_map(|name| trials.get(stimulus::rendered(name).0))
    }

    /// The class that is called so, case aside where no two classes differ by it.
    pub fn class(&self, name: &str) -> Option<&str> {
        let exact = self.classes.get(name).copied();
        exact.or_else(|| self.loose_classes.get(&name.to_lowercase()).copied().flatten())
    }

    /// How many classes there are; 0 where they are unknown.
    pub fn classes(&self) -> usize {
        self.classes.len()
    }

    /// Names of classes, sorted.
    pub fn sorted_classes(&self) -> Vec<&str> {
        let mut classes: Vec<&str> = self.classes.iter().copied().collect();
        classes.sort_unstable();
        classes
    }

    /// True where any participant of the design answers with this key.
    pub fn is_key(&self, code: &str) -> bool {
        self.keys.contains(&code.to_lowercase())
    }
}

/// What a picture may be called, each once.
fn names(picture: &str) -> BTreeSet<String> {
    let name = composed(picture);
    let stem = stem(&name).to_owned();
    [stem.to_lowercase(), name.to_lowercase(), stem, name].into()
}

/// A name in the composed form of Unicode (NFC): macOS writes `ö` as `o` and a diaeresis.
fn composed(name: &str) -> String {
    name.nfc().collect()
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_that_two_pictures_share_names_neither() {
        let known = Known { pictures: ["a.png", "a.jpg", "B.png"].map(str::to_owned).into(), ..Known::default() };
        let lookup = known.lookup();
        assert_eq!((lookup.picture("a"), lookup.picture("x/a.jpg")), (None, Some("a.jpg".to_owned())));
        assert_eq!(
            (lookup.picture("B").as_deref(), lookup.picture("img\\b.PNG?1").as_deref()),
            (Some("B.png"), Some("B.png"))
        );
        for text in ["a", "x/a.jpg", "B", "img\\b.PNG?1", "c"] {
            assert_eq!(known.picture(text), lookup.picture(text).as_deref(), "{text}");
        }
        assert_eq!(Known::default().lookup().picture("x/anything.png").as_deref(), Some("anything.png"));
    }

    #[test]
    fn names_are_the_same_whatever_the_form_of_their_unicode() {
        let (composed, decomposed) = ("K\u{f6}ln.jpg", "Ko\u{308}ln.jpg");
        for (own, asked) in [(composed, decomposed), (decomposed, composed)] {
            let known = Known { pictures: vec![own.to_owned(), "Koln.jpg".to_owned()], ..Known::default() };
            for text in [asked.to_owned(), asked.to_uppercase(), asked.replace(".jpg", ""), format!("img/{asked}")] {
                assert_eq!((known.picture(&text), known.lookup().picture(&text).as_deref()), (Some(own), Some(own)));
            }
        }
    }
}
