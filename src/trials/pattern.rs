//! The noise pattern of a trial, and which of two pictures with it was chosen.
//!
//! A stimulus names its pattern (`rcic_base_1_00064_ori.png`, 64), or two pictures of one pattern stand beside one another: in
//! the HTML of the stimulus, as a list, or in two columns. The choice becomes 1 for the noise as it is and -1 for its
//! negative, where the response names a picture, says `ori` or `inv`, or names a side of two pictures.

use super::answer::Answer;
use super::known::Lookup;
use super::text::shortened;
use super::{NOISE, Trial, stimulus};
use crate::noise::{Names, parted, without_ending};

/// What the response must be where two pictures are shown.
const TWO: &str = "say which response is the first picture and which the second: [import] sides = [\"f\", \"j\"]";

/// A pattern as a picture shows it: its name, and whether inverted where the picture says so.
type Seen<'n> = (&'n str, Option<bool>);

impl Answer<'_> {
    /// Writes the pattern and the choice into a trial; nothing where no noise is added.
    pub fn see_noise(&self, lookup: &Lookup, sides: Option<&[String; 2]>, trial: &mut Trial) -> Result<(), String> {
        let Some(names) = &lookup.known.noise else { return Ok(()) };
        let shown = self.pictures();
        let seen = shown.iter().map(|one| names.find(one)).collect::<Result<Vec<Seen>, String>>()?;
        let response = trial.response.as_deref();
        let chosen = response.and_then(|response| named(names, response));
        // A response of `ori` or `inv` alone names no pattern.
        let mut patterns = seen.iter().chain(&chosen).filter(|(pattern, _)| !pattern.is_empty());
        let Some(&(pattern, inverted)) = patterns.next() else {
            return Err("nothing says which noise pattern was shown".to_owned());
        };
        if let Some((other, _)) = patterns.find(|(other, _)| *other != pattern) {
            return Err(format!("one trial has two noise patterns, {pattern} and {other}"));
        }
        let chosen = match (chosen, &seen[..], response) {
            (Some((_, Some(inverted))), ..) => Some(inverted),
            (_, [first, second], Some(response)) => Some(side([*first, *second], response, sides)?),
            _ => None,
        };
        let negative = match chosen {
            Some(inverted) => {
                trial.response = Some(if inverted { "-1" } else { "1" }.to_owned());
                false
            }
            None => seen.len() < 2 && inverted == Some(true),
        };
        let ending = if negative { "_inv" } else { "" };
        trial.other.insert(NOISE.to_owned(), format!("{pattern}{ending}"));
        Ok(())
    }

    /// The base picture below the noise: one of that name, the one whose name stands in the stimulus, or the only one.
    pub fn base(&self, lookup: &Lookup) -> Option<String> {
        let text = self.picture.or(self.shown).or(self.noise).unwrap_or("");
        let pictures = &lookup.known.pictures;
        let within = |picture: &&String| {
            let name = stimulus::name(text).to_lowercase();
            name.split(['_', '-', ' ']).any(|part| part == without_ending(picture).to_lowercase())
        };
        let mut named = pictures.iter().filter(within);
        lookup.picture(text).or_else(|| match (&pictures[..], named.next(), named.next()) {
            (_, Some(one), None) => Some(one.clone()),
            ([only], ..) => Some(only.clone()),
            _ => None,
        })
    }

    /// The names of the pictures that were shown.
    fn pictures(&self) -> Vec<String> {
        let sides: Vec<String> = self.sides.iter().flatten().map(|one| stimulus::name(one).into_owned()).collect();
        if !sides.is_empty() {
            return sides;
        }
        let text = self.noise.or(self.picture).or(self.shown).unwrap_or("");
        let mut names = stimulus::names(text);
        names.retain(|name| !name.is_empty());
        names.into_iter().map(|name| name.into_owned()).collect()
    }
}

/// The pattern and the sign that a response names: a picture, or only `ori` or `inv`; numbers are codes and name nothing.
fn named<'n>(names: &'n Names, response: &str) -> Option<Seen<'n>> {
    let name = stimulus::name(response);
    let stem = without_ending(&name);
    match parted(stem) {
        ("", sign @ Some(_)) => Some(("", sign)),
        (_, sign) if sign.is_some() || stem.len() < name.len() && stem.parse::<f64>().is_err() => {
            names.find(&name).ok().filter(|(_, sign)| sign.is_some())
        }
        _ => None,
    }
}

/// True if the picture on the side that a response names is the inverted one.
fn side(seen: [Seen; 2], response: &str, sides: Option<&[String; 2]>) -> Result<bool, String> {
    let [Some(first), Some(second)] = seen.map(|(_, inverted)| inverted) else {
        return Err("two pictures are shown, and their names do not say which has the inverted noise".to_owned());
    };
    if first == second {
        return Err(format!(
            "two pictures are shown, and both have the noise {}",
            if first { "inverted" } else { "as it is" }
        ));
    }
    let is = |one: &str| one.trim().eq_ignore_ascii_case(response.trim());
    if let Some([left, right]) = sides {
        return match (is(left), is(right)) {
            (true, _) => Ok(first),
            (_, true) => Ok(second),
            _ => Err(format!("the response {} is neither {left} nor {right}", shortened(response))),
        };
    }
    match response.trim().to_lowercase().as_str() {
        "left" | "l" | "first" => Ok(first),
        "right" | "r" | "second" => Ok(second),
        _ => Err(format!("two pictures are shown, and the response is {}; {TWO}", shortened(response))),
    }
}
