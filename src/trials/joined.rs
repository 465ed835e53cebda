//! A row's answer joined to the design.
//!
//! Where the row is silent the plan speaks; where both say something they must say the same. The response becomes a class
//! through the keys of the participant, and is right where that is the class of the picture.
//!
//! A cell that cannot be read costs its value where the trial keeps its meaning without: a response time, a number; with a
//! design also what that says; a verdict where there is a response. Otherwise it costs the trial.

use super::answer::Answer;
use super::codes::{self, Stands};
use super::known::Lookup;
use super::survey::Survey;
use super::text::shortened;
use super::value::{self, Said, single, truth, verdict, whole};
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
    /// Why each value that cannot be read is missing.
    pub unread: Vec<String>,
}

/// How the reason begins of a row whose centres cannot be taken.
pub const CENTRES: &str = "column centres: ";

pub const BY_ID: &str = "by trial id";
pub const BY_STIMULUS: &str = "by the name of the stimulus";
pub const BY_ORDER: &str = "by order";
pub const WITHOUT: &str = "without a design";

/// An answer with its meaning.
#[derive(Default)]
struct Answered {
    /// The class, or the code as it stands.
    response: Option<String>,
    /// Right or wrong, where its code says so.
    right: Option<bool>,
    /// The code, and what it stands for.
    key: Option<Key>,
}

impl Answer<'_> {
    /// The trial; `ordered` is the planned one where rows are joined by their order.
    pub fn join(&self, lookup: &Lookup, survey: &Survey, ordered: Option<&Trial>) -> Said<Joined> {
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
        let mut unread = Vec::new();
        let role = spared(self.role(), planned.is_some(), &mut unread)?.flatten();
        let role = same("role", role, of(|trial| trial.role.name().to_owned()))?;
        let role = role.as_deref().and_then(Role::named).unwrap_or_default();
        let own = self.class.map(|class| lookup.class(class).unwrap_or(class).to_owned());
        let class = same("class", own, lookup.known.class.get(&picture).cloned())?;
        let number = spared(self.number.map(|text| whole("trial", text)).transpose(), true, &mut unread)?.flatten();
        let number = same("trial", number.map(|number| number.to_string()), of(|trial| trial.number.to_string()))?;
        let mirrored = self.mirrored.map(|text| truth("mirrored", text)).transpose();
        let mirrored = spared(mirrored, planned.is_some(), &mut unread)?.flatten().map(|truth| truth.to_string());
        let block = self.block.map(|text| text.strip_suffix(".0").unwrap_or(text).to_owned());
        let Answered { response, right, key } = self.answered(lookup, survey, planned)?;
        let stated = self.correct.map(|text| verdict("correct", text)).transpose();
        let stated = spared(stated, !self.is_silent(), &mut unread)?.flatten();
        let is_class = |name: &str| lookup.class(name).is_some() || class.as_deref() == Some(name);
        let judged = response.as_ref().zip(class.as_ref()).filter(|(answered, _)| is_class(answered));
        let silent = response.is_none() && !survey.is_judged_only(self.observer);
        let correct = match (right, judged) {
            (Some(right), _) => Some(right),
            (None, Some((answered, class))) => Some(answered == class),
            (None, None) => stated.filter(|_| !silent),
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
            centres: self.bubbles(lookup, planned, role, &mut unread)?,
            picture,
            response,
            correct,
            response_time: {
                let time = self.time.filter(|_| !silent);
                spared(time.map(|text| value::time(text, self.commas)).transpose(), true, &mut unread)?.flatten()
            },
            other: Default::default(),
        };
        let agrees = stated.zip(correct).is_none_or(|(stated, correct)| stated == correct);
        Ok(Joined { trial, agrees, by, key, unread })
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

    /// True if any centre lies between pixels.
    pub fn has_fractions(&self) -> bool {
        self.centres.as_deref().is_some_and(|text| text.contains(['.', ',']))
    }

    /// The planned trial and the number of bubbles that the name of a rendered stimulus tells.
    pub fn rendered(&self) -> Option<(String, usize)> {
        stimulus::names(self.shown?).iter().find_map(|name| {
            let (id, count) = stimulus::rendered(name);
            Some((id.to_owned(), count?))
        })
    }

    fn picture(&self, lookup: &Lookup, planned: bool) -> Said<Option<String>> {
        if lookup.known.noise.is_some() {
            return Ok(self.base(lookup));
        }
        let named = self.picture.or(self.shown.filter(|_| !planned));
        if self.picture.is_none() && lookup.known.is_nothing() && self.rendered().is_some() {
            return Ok(None);
        }
        let find = |text| {
            let names = stimulus::names(text);
            let known: Vec<String> = names.iter().filter_map(|name| lookup.picture(name)).collect();
            match &known[..] {
                [] => Err(lookup.no_picture(text)),
                [one] => Ok(one.clone()),
                several => Err(format!(
                    "it shows {} pictures, and nothing says which of them the answer is about: {}",
                    several.len(),
                    shortened(&several.join(", "))
                )),
            }
        };
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

    fn bubbles(
        &self,
        lookup: &Lookup,
        planned: Option<&Trial>,
        role: Role,
        unread: &mut Vec<String>,
    ) -> Said<Vec<Centre>> {
        let planes = &lookup.known.planes;
        let fixed = lookup.known.plan.as_ref().and_then(|plan| plan.bubbles);
        let places = self.places.unwrap_or_default();
        let counted = self.centres.is_some() || lookup.known.is_nothing() || planned.and(fixed).is_some();
        let stated = self.bubbles.map(|text| whole("n_bubbles", text)).transpose();
        let stated = spared(stated, counted, unread)?.flatten();
        // A picture may be called like a rendered stimulus; one of the plan is called after its trial.
        let own = |id: &str| planned.is_some_and(|one| one.id == id || one.repeats.as_deref() == Some(id));
        let drawn = self.rendered().filter(|(id, _)| lookup.known.is_nothing() || own(id)).map(|(_, count)| count);
        let count = same("n_bubbles", stated.map(|n| n.to_string()), drawn.map(|n| n.to_string()))?;
        let count: Option<usize> = count.and_then(|count| count.parse().ok());
        let shown = self.centres.as_deref().map(|text| centres::read(text, planes, &places)).transpose();
        let shown = shown.map_err(|reason| format!("{CENTRES}{reason}"))?;
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
        let count = count.or(fixed).ok_or("n_bubbles is empty, and the number of bubbles adapts to the observer")?;
        let first = planned.centres.get(..count);
        first
            .map(<[Centre]>::to_vec)
            .ok_or_else(|| format!("n_bubbles is {count}, and the design has {} centres", planned.centres.len()))
    }

    /// The keys that the row states, each with its class.
    pub fn own_keys(&self) -> Vec<Key> {
        self.keys.map(key_map).unwrap_or_default()
    }

    /// The class answered, or the response as it stands where nothing says what it stands for; and the code with its meaning.
    fn answered(&self, lookup: &Lookup, survey: &Survey, planned: Option<&Trial>) -> Said<Answered> {
        let own = Some(self.own_keys()).filter(|pairs| !pairs.is_empty());
        let plan = lookup.known.plan.as_ref().zip(planned).and_then(|(plan, trial)| plan.keys.get(&trial.observer));
        let map = own.as_ref().or(plan);
        // Where none of a participant's codes is known, what the file calls right counts.
        let spared = survey.is_coded_otherwise(self.observer) && self.correct.is_some();
        let coded = |code: &str| survey.codes.and_then(|codes| codes::stands(codes, code, lookup));
        let class = |code: &str| -> Said<Stands> {
            if let Some(stands) = coded(code) {
                return Ok(stands);
            }
            if let Some(class) = lookup.class(code) {
                return Ok(Stands::For(class.to_owned().into()));
            }
            let found = map.and_then(|map| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(code)));
            match (found, map) {
                (Some((_, class)), _) => Ok(Stands::For(class.clone().into())),
                (None, _) if spared => Ok(Stands::For(code.to_owned().into())),
                (None, Some(map)) => {
                    let keys = map.iter().map(|(key, class)| format!("{key}={class}")).collect::<Vec<_>>();
                    Err(format!("the key {} stands for no class; the keys are {}", shortened(code), keys.join(" ")))
                }
                (None, None) => match survey.codes.filter(|codes| !codes.is_empty()) {
                    None => Ok(Stands::For(code.to_owned().into())),
                    Some(codes) => {
                        let codes = codes.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                        Err(format!("the response {} is not in import.responses, which has {codes}", shortened(code)))
                    }
                },
            }
        };
        let pressed = self.key.map(single).transpose()?.map(str::to_owned);
        let by_key = pressed.as_deref().map(class).transpose()?;
        let written = self.response.map(single).transpose()?.map(str::to_owned);
        let means = |code: &String| by_key.is_none() || coded(code).is_some() || lookup.class(code).is_some();
        let written = written.filter(means);
        let by_name = written.as_deref().map(class).transpose()?;
        if let (Some(Stands::For(name)), Some(Stands::For(class))) = (&by_name, &by_key)
            && name != class
            && lookup.class(class).is_some()
        {
            return Err(format!("the response is {name}, and the key stands for {class}"));
        }
        let code = pressed.or(written);
        Ok(match by_name.or(by_key) {
            Some(Stands::For(text)) => {
                let response = text.into_owned();
                Answered { key: code.map(|code| (code, response.clone())), response: Some(response), right: None }
            }
            Some(Stands::Right(right)) => {
                let meaning = if right { "right" } else { "wrong" };
                Answered {
                    key: code.clone().map(|code| (code, meaning.to_owned())),
                    response: code,
                    right: Some(right),
                }
            }
            Some(Stands::Nothing) => {
                Answered { key: code.map(|code| (code, "none".to_owned())), ..Answered::default() }
            }
            None => Answered::default(),
        })
    }
}

/// A value, or nothing and the reason why where the trial can spare it.
fn spared<T>(value: Said<T>, can: bool, unread: &mut Vec<String>) -> Said<Option<T>> {
    match value {
        Err(reason) if can => {
            unread.push(reason);
            Ok(None)
        }
        value => value.map(Some),
    }
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
