//! What is known of an experiment before a trial file is read.

use std::collections::{HashMap, HashSet};

use super::{Trial, stimulus};
use crate::noise::Names;

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
    /// By stem, and by lower case; `None` where two pictures share it.
    loose: HashMap<String, Option<&'k str>>,
    classes: HashSet<&'k str>,
}

impl Known {
    /// Whether nothing is known of the experiment.
    pub fn is_nothing(&self) -> bool {
        self.pictures.is_empty()
    }

    /// The picture that a path, a file name, or a stem that no other picture shares stands for.
    pub fn picture(&self, text: &str) -> Option<&str> {
        let name = stimulus::name(text);
        let same = self.pictures.iter().find(|picture| **picture == name);
        let mut stems = self.pictures.iter().filter(|picture| stem(picture) == name);
        same.or_else(|| stems.next().filter(|_| stems.next().is_none())).map(String::as_str)
    }

    /// The same, ready for many questions, which may also name a picture in another case.
    pub fn lookup(&self) -> Lookup<'_> {
        let mut loose: HashMap<String, Option<&str>> = HashMap::new();
        for picture in &self.pictures {
            let mut names = vec![stem(picture).to_owned(), picture.to_lowercase(), stem(picture).to_lowercase()];
            names.sort();
            names.dedup();
            for name in names {
                loose.entry(name).and_modify(|shared| *shared = None).or_insert(Some(picture));
            }
        }
        Lookup {
            known: self,
            exact: self.pictures.iter().map(String::as_str).collect(),
            loose,
            classes: self.class.values().map(String::as_str).collect(),
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
        exact.or_else(|| loose(&name)).or_else(|| loose(&name.to_lowercase())).map(str::to_owned)
    }

    /// Whether a picture is one of the experiment's, or shows one of its noise patterns.
    pub fn is_shown(&self, text: &str) -> bool {
        let noise = |names: &Names| names.find(&stimulus::name(text)).is_ok();
        self.picture(text).is_some() || self.known.noise.as_ref().is_some_and(noise)
    }

    /// The planned trial whose stimulus a file name is.
    pub fn shown(&self, text: &str) -> Option<&Trial> {
        self.known.plan.as_ref()?.trials.get(stimulus::rendered(&stimulus::name(text)).0)
    }

    /// Whether a class is called so.
    pub fn is_class(&self, name: &str) -> bool {
        self.classes.contains(name)
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
        let known = Known { pictures: ["a.png", "a.jpg", "B.png"].map(str::to_owned).into(), ..Known::default() };
        let lookup = known.lookup();
        assert_eq!((lookup.picture("a"), lookup.picture("x/a.jpg")), (None, Some("a.jpg".to_owned())));
        assert_eq!(
            (lookup.picture("B").as_deref(), lookup.picture("img\\b.PNG?1").as_deref()),
            (Some("B.png"), Some("B.png"))
        );
        assert_eq!(Known::default().lookup().picture("x/anything.png").as_deref(), Some("anything.png"));
    }
}
