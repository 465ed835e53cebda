//! A row's answer joined to the design.
//!
//! Where the row is silent the plan speaks; where both say something they must say the same. The response becomes a class
//! through the keys of the participant, and is right where that is the class of the picture.

use super::answer::Answer;
use super::known::Lookup;
use super::text::{decimal, shortened};
use super::{Role, Trial, centres, stimulus};
use crate::bubbles::Centre;

/// A key or code, and the class that it stands for.
pub type Key = (String, String);

/// A trial, and what its row showed of how the file is to be understood.
pub struct Joined {
    /// The trial; its response time is in the unit of the file.
    pub trial: Trial,
    /// Whether the platform's own verdict agrees with it.
    pub agrees: bool,
    /// By what the design was found.
    pub by: &'static str,
    /// Key or code, and what it stands for.
    pub key: Option<Key>,
}

pub const BY_ID: &str = "by trial id";
pub const BY_STIMULUS: &str = "by the name of the stimulus";
pub const BY_ORDER: &str = "by order";
pub const WITHOUT: &str = "without a design";

type Said<T> = Result<T, String>;

impl Answer<'_> {
    /// The trial; `ordered` is the planned one where rows are joined by their order.
    pub fn join(&self, lookup: &Lookup, ordered: Option<&Trial>) -> Said<Joined> {
        let observer = self.observer.ok_or("the participant is empty")?.to_owned();
        let (planned, by) = self.planned(lookup, ordered)?;
        let of = |cell: fn(&Trial) -> String| planned.map(cell);
        let picture = same("picture", self.picture(lookup, planned.is_some())?, of(|trial| trial.picture.clone()))?;
        let picture = match picture {
            Some(picture) => picture,
            None if lookup.known.is_nothing() => String::new(),
            None if lookup.known.noise.is_some() => {
                return Err("nothing says which of the pictures lay below the noise".to_owned());
            }
            None => return Err("the picture is empty".to_owned()),
        };
        let role = same("role", self.role()?, of(|trial| trial.role.name().to_owned()))?;
        let role = role.as_deref().and_then(Role::named).unwrap_or_default();
        let class = same("class", self.class.map(str::to_owned), lookup.known.class.get(&picture).cloned())?;
        let number = self.number.map(|text| whole("trial", text)).transpose()?.map(|number| number.to_string());
        let number = same("trial", number, of(|trial| trial.number.to_string()))?;
        let mirrored = self.mirrored.map(|text| truth("mirrored", text)).transpose()?.map(|truth| truth.to_string());
        let block = self.block.map(|text| text.strip_suffix(".0").unwrap_or(text).to_owned());
        let (response, key) = self.answered(lookup, planned)?;
        let stated = self.correct.map(|text| truth("correct", text)).transpose()?;
        let is_class = |name: &str| lookup.is_class(name) || class.as_deref() == Some(name);
        let judged = response.as_ref().zip(class.as_ref()).filter(|(answered, _)| is_class(answered));
        let correct = match (&response, judged) {
            (_, Some((answered, class))) => Some(answered == class),
            (None, None) if self.responds && self.is_silent() => None,
            _ => stated,
        };
        // What a file alone does not tell stays open, so that a design may tell it later.
        let untold = if lookup.known.is_nothing() { "" } else { "1" };
        let trial = Trial {
            id: self.id(planned, lookup.known.is_nothing()),
            role,
            repeats: same("repeats", self.repeats.map(str::to_owned), planned.and_then(|trial| trial.repeats.clone()))?,
            observer,
            session: self.session.map(str::to_owned),
            block: same("block", block, of(|trial| trial.block.clone()))?.unwrap_or_else(|| untold.to_owned()),
            number: number.and_then(|number| number.parse().ok()).unwrap_or(0),
            mirrored: same("mirrored", mirrored, of(|trial| trial.mirrored.to_string()))?.as_deref() == Some("true"),
            centres: self.bubbles(lookup, planned, role)?,
            picture,
            response,
            correct,
            response_time: if self.responds && self.is_silent() { None } else { self.time()? },
            other: Default::default(),
        };
        let agrees = stated.zip(correct).is_none_or(|(stated, correct)| stated == correct);
        Ok(Joined { trial, agrees, by, key })
    }

    /// The id of the row, of the plan, or, where nothing is known, of the stimulus rendered for it.
    fn id(&self, planned: Option<&Trial>, nothing: bool) -> String {
        let own = self.id.map(str::to_owned).or_else(|| planned.map(|trial| trial.id.clone()));
        own.or_else(|| self.rendered().filter(|_| nothing).map(|(id, _)| id)).unwrap_or_default()
    }

    fn planned<'k>(&self, lookup: &'k Lookup, ordered: Option<&'k Trial>) -> Said<(Option<&'k Trial>, &'static str)> {
        let Some(plan) = &lookup.known.plan else { return Ok((None, WITHOUT)) };
        if ordered.is_some() {
            return Ok((ordered, BY_ORDER));
        }
        if let Some(id) = self.id {
            let count = plan.trials.len();
            let planned =
                plan.trials.get(id).ok_or_else(|| format!("the design has {count} trials, and none is called {id}"))?;
            return Ok((Some(planned), BY_ID));
        }
        Ok(match self.shown.and_then(|shown| lookup.shown(shown)) {
            Some(planned) => (Some(planned), BY_STIMULUS),
            None => (None, WITHOUT),
        })
    }

    /// The planned trial and the number of bubbles that the name of a rendered stimulus tells.
    pub fn rendered(&self) -> Option<(String, usize)> {
        let name = stimulus::name(self.shown?);
        let (id, count) = stimulus::rendered(&name);
        Some((id.to_owned(), count?))
    }

    fn picture(&self, lookup: &Lookup, planned: bool) -> Said<Option<String>> {
        if lookup.known.noise.is_some() {
            return Ok(self.base(lookup));
        }
        let named = self.picture.or(self.shown.filter(|_| !planned));
        if self.picture.is_none() && lookup.known.is_nothing() && self.rendered().is_some() {
            return Ok(None);
        }
        let find = |text| lookup.picture(text).ok_or_else(|| format!("there is no picture called {}", shortened(text)));
        named.map(find).transpose()
    }

    fn role(&self) -> Said<Option<String>> {
        match self.role {
            Some(text) if Role::named(text).is_none() => {
                Err(format!("column role: {:?} is not main, practice or catch", shortened(text)))
            }
            role => Ok(role.map(str::to_owned)),
        }
    }

    fn bubbles(&self, lookup: &Lookup, planned: Option<&Trial>, role: Role) -> Said<Vec<Centre>> {
        let planes = &lookup.known.planes;
        let stated = self.bubbles.map(|text| whole("n_bubbles", text)).transpose()?;
        // A picture may be called like a rendered stimulus; one of the plan is called after its trial.
        let own = |id: &str| planned.is_some_and(|one| one.id == id || one.repeats.as_deref() == Some(id));
        let drawn = self.rendered().filter(|(id, _)| lookup.known.is_nothing() || own(id)).map(|(_, count)| count);
        let count = same("n_bubbles", stated.map(|n| n.to_string()), drawn.map(|n| n.to_string()))?;
        let count: Option<usize> = count.and_then(|count| count.parse().ok());
        let shown = self.centres.as_deref().map(|text| centres::read(text, planes)).transpose();
        let shown = shown.map_err(|reason| format!("column centres: {reason}"))?;
        if let Some((shown, count)) = shown.as_ref().zip(count).filter(|(shown, count)| shown.len() != *count) {
            return Err(format!("n_bubbles is {count}, and there are {} centres", shown.len()));
        }
        let Some(planned) = planned else {
            let whole =
                (role == Role::Catch || count == Some(0) || lookup.known.noise.is_some() || lookup.known.is_nothing())
                    .then(Vec::new);
            return shown.or(whole).ok_or_else(|| "there are no centres, and no design that holds them".to_owned());
        };
        if role == Role::Catch {
            return match shown.map_or(0, |shown| shown.len()).max(count.unwrap_or(0)) {
                0 => Ok(Vec::new()),
                more => Err(format!("{more} bubbles, and the design has a catch trial, which shows the whole picture")),
            };
        }
        if let Some(shown) = shown {
            return shown_as_planned(shown, planned, planes.len() > 1);
        }
        let fixed = lookup.known.plan.as_ref().and_then(|plan| plan.bubbles);
        let count = count.or(fixed).ok_or("n_bubbles is empty, and the number of bubbles adapts to the observer")?;
        let first = planned.centres.get(..count);
        first
            .map(<[Centre]>::to_vec)
            .ok_or_else(|| format!("n_bubbles is {count}, and the design has {} centres", planned.centres.len()))
    }

    /// The class answered, or the response as it stands where no key map tells; and the key with what it stands for.
    fn answered(&self, lookup: &Lookup, planned: Option<&Trial>) -> Said<(Option<String>, Option<Key>)> {
        let own = self.keys.map(key_map).filter(|pairs| !pairs.is_empty());
        let plan = lookup.known.plan.as_ref().zip(planned).and_then(|(plan, trial)| plan.keys.get(&trial.observer));
        let map = own.as_ref().or(plan);
        let class = |pressed: &str| -> Said<String> {
            let Some(map) = map else { return Ok(pressed.to_owned()) };
            let found = map.iter().find(|(key, _)| key.eq_ignore_ascii_case(pressed));
            found.map(|(_, class)| class.clone()).ok_or_else(|| {
                let keys = map.iter().map(|(key, class)| format!("{key}={class}")).collect::<Vec<_>>();
                format!("the key {} stands for no class; the keys are {}", shortened(pressed), keys.join(" "))
            })
        };
        let pressed = self.key.map(single).transpose()?;
        let by_key = pressed.as_deref().map(class).transpose()?;
        let (by_name, written) = match self.response {
            Some(name) if lookup.is_class(name) => (Some(name.to_owned()), None),
            Some(name) if by_key.is_none() => {
                let name = single(name)?;
                (Some(class(&name)?), Some(name))
            }
            _ => (None, None),
        };
        if let (Some(name), Some(class)) = (&by_name, &by_key)
            && name != class
            && lookup.is_class(class)
        {
            return Err(format!("the response is {name}, and the key stands for {class}"));
        }
        let answered = by_name.or(by_key);
        let key = pressed.or(written).zip(answered.clone());
        Ok((answered, key))
    }

    fn time(&self) -> Said<Option<f64>> {
        let Some(text) = self.time else { return Ok(None) };
        let text = single(text)?;
        let plain = if self.commas { ungrouped(&text).unwrap_or(text.clone()) } else { text.clone() };
        let value = decimal(&plain).filter(|value| *value >= 0.0);
        value.map(Some).ok_or_else(|| format!("{:?} is not a response time", shortened(&text)))
    }
}

/// `1,234` or `1,234.5` without the commas that part thousands; `None` where a comma is none of those.
fn ungrouped(text: &str) -> Option<String> {
    let whole = text.split('.').next()?;
    let mut groups = whole.split(',');
    let digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|first| digits(first) && first.len() <= 3 && !first.starts_with('0'))?;
    let three = groups.all(|group| group.len() == 3 && digits(group));
    (three && first.len() < whole.len()).then(|| text.replace(',', ""))
}

/// The bubbles shown, which must be the first that the design has.
fn shown_as_planned(shown: Vec<Centre>, planned: &Trial, several: bool) -> Said<Vec<Centre>> {
    if planned.centres.starts_with(&shown) {
        return Ok(shown);
    }
    let at = shown.iter().zip(&planned.centres).position(|(a, b)| a != b).unwrap_or(planned.centres.len());
    let text =
        |centres: &[Centre]| centres.get(at..at + 1).map_or("nothing".to_owned(), |one| centres::write(one, several));
    Err(format!("centre {} is {}, and the design has {}", at + 1, text(&shown), text(&planned.centres)))
}

/// What the file and the design say, which must be the same where both say something.
fn same(what: &str, file: Option<String>, design: Option<String>) -> Said<Option<String>> {
    match (file, design) {
        (Some(file), Some(design)) if file != design => {
            Err(format!("the {what} is {}, and the design has {design}", shortened(&file)))
        }
        (file, design) => Ok(file.or(design)),
    }
}

fn whole(column: &str, text: &str) -> Said<u32> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    digits.parse().map_err(|_| format!("column {column}: {:?} is not a whole number", shortened(text)))
}

fn truth(column: &str, text: &str) -> Said<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "1.0" | "true" | "yes" => Ok(true),
        "0" | "0.0" | "false" | "no" => Ok(false),
        _ => Err(format!("column {column}: {:?} is not 0, 1, true or false", shortened(text))),
    }
}

/// The one entry of `['f']`, and the text itself where it is no list.
fn single(text: &str) -> Said<String> {
    let Some(inside) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
        return Ok(text.to_owned());
    };
    let entries: Vec<&str> = inside.split(',').map(|entry| entry.trim().trim_matches(['\'', '"'])).collect();
    match entries[..] {
        [one] => Ok(one.to_owned()),
        _ => Err(format!("{} answers to one trial: {}", entries.len(), shortened(text))),
    }
}

/// The pairs of `f=happy j=sad`; names of classes may hold blanks.
fn key_map(text: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for word in text.split(' ') {
        match (word.split_once('='), pairs.last_mut()) {
            (Some((key, class)), _) => pairs.push((key.to_owned(), class.to_owned())),
            (None, Some((_, class))) => *class = format!("{class} {word}"),
            (None, None) => {}
        }
    }
    pairs
}
