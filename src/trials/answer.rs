//! What a platform's row says of a trial, and its join to the design.
//!
//! Where the row is silent the plan speaks; where both say something they must say the same. The response becomes a class
//! through the keys of the participant, and is right where that is the class of the picture.

use super::rows::Row;
use super::{Known, Role, Trial, centres};
use crate::bubbles::Centre;

/// The cells of one row that say something, as text.
#[derive(Debug, Clone, Default)]
pub struct Answer<'a> {
    /// Participant.
    pub observer: Option<&'a str>,
    /// Trial id.
    pub id: Option<&'a str>,
    block: Option<&'a str>,
    number: Option<&'a str>,
    role: Option<&'a str>,
    repeats: Option<&'a str>,
    /// Picture under the bubbles.
    pub picture: Option<&'a str>,
    class: Option<&'a str>,
    mirrored: Option<&'a str>,
    bubbles: Option<&'a str>,
    centres: Option<&'a str>,
    keys: Option<&'a str>,
    /// The file shown, from whose name (`..._n020.png`) the number of bubbles may be read.
    pub shown: Option<&'a str>,
    /// The key pressed.
    pub key: Option<&'a str>,
    /// The class answered, or what stands for it.
    pub response: Option<&'a str>,
    /// What the platform takes for right.
    pub correct: Option<&'a str>,
    /// Response time.
    pub time: Option<&'a str>,
    /// Milliseconds in its unit.
    pub unit: f64,
}

type Said<T> = Result<T, String>;

impl<'a> Answer<'a> {
    /// What a row says in the columns that every export of ours has.
    pub fn of(row: &'a Row) -> Answer<'a> {
        let text = |column| row.text(column);
        Answer {
            observer: text("participant"),
            id: text("trial_id"),
            block: text("block"),
            number: text("trial"),
            role: text("role"),
            repeats: text("repeats"),
            picture: text("picture").or(text("image_id")),
            class: text("class").or(text("category")),
            mirrored: text("mirrored"),
            bubbles: text("n_bubbles"),
            centres: row.cell("centres").filter(|cell| *cell != "n/a"),
            keys: text("keys"),
            shown: None,
            key: None,
            response: None,
            correct: text("correct"),
            time: None,
            unit: 1.0,
        }
    }

    /// What no other row of a file may share: observer, and id of the trial or its block and number.
    pub fn identity(&self, line: u64) -> (String, String) {
        let number = self.number.map_or_else(|| line.to_string(), str::to_owned);
        let place = || format!("{number} of block {}", self.block.unwrap_or("1"));
        (self.observer.unwrap_or("").to_owned(), self.id.map_or_else(place, str::to_owned))
    }

    /// The trial, and whether the platform's own verdict agrees with it.
    pub fn join(&self, known: &Known, line: u64) -> Said<(Trial, bool)> {
        let observer = self.observer.ok_or("the participant is empty")?.to_owned();
        let planned = self.planned(known)?;
        let of = |cell: fn(&Trial) -> String| planned.map(cell);
        let picture = same("picture", self.picture(known, planned.is_some())?, of(|trial| trial.picture.clone()))?
            .ok_or("the picture is empty")?;
        let role = same("role", self.role()?, of(|trial| trial.role.name().to_owned()))?;
        let role = role.as_deref().and_then(Role::named).unwrap_or_default();
        let class = same("class", self.class.map(str::to_owned), known.class.get(&picture).cloned())?;
        let number = self.number.map(|text| whole("trial", text)).transpose()?.map(|number| number.to_string());
        let number = same("trial", number, of(|trial| trial.number.to_string()))?;
        let mirrored = self.mirrored.map(|text| truth("mirrored", text)).transpose()?.map(|truth| truth.to_string());
        let block = self.block.map(|text| text.strip_suffix(".0").unwrap_or(text).to_owned());
        let response = self.answered(known, planned)?;
        let stated = self.correct.map(|text| truth("correct", text)).transpose()?;
        let judged = response.as_ref().zip(class.as_ref()).filter(|(answered, _)| known.is_class(answered));
        let correct = match (&response, judged) {
            (_, Some((answered, class))) => Some(answered == class),
            (None, None) if self.key.is_none() && self.response.is_none() => None,
            _ => stated,
        };
        let trial = Trial {
            id: self.id.unwrap_or("").to_owned(),
            role,
            repeats: same("repeats", self.repeats.map(str::to_owned), planned.and_then(|trial| trial.repeats.clone()))?,
            observer,
            block: same("block", block, of(|trial| trial.block.clone()))?.unwrap_or_else(|| "1".to_owned()),
            number: number.and_then(|number| number.parse().ok()).unwrap_or(line as u32),
            mirrored: same("mirrored", mirrored, of(|trial| trial.mirrored.to_string()))?.as_deref() == Some("true"),
            centres: self.bubbles(known, planned, role)?,
            picture,
            response,
            correct,
            response_time: self.time()?,
        };
        let agrees = stated.zip(correct).is_none_or(|(stated, correct)| stated == correct);
        Ok((trial, agrees))
    }

    fn planned<'k>(&self, known: &'k Known) -> Said<Option<&'k Trial>> {
        match (self.id, &known.plan) {
            (Some(id), Some(plan)) => {
                let planned = plan
                    .trials
                    .get(id)
                    .ok_or_else(|| format!("the design has {} trials, and none is called {id}", plan.trials.len()))?;
                Ok(Some(planned))
            }
            _ => Ok(None),
        }
    }

    fn picture(&self, known: &Known, planned: bool) -> Said<Option<String>> {
        let named = self.picture.or(self.shown.filter(|_| !planned));
        let find = |text| known.picture(text).ok_or_else(|| format!("there is no picture called {text}"));
        Ok(named.map(find).transpose()?.map(str::to_owned))
    }

    fn role(&self) -> Said<Option<String>> {
        match self.role {
            Some(text) if Role::named(text).is_none() => {
                Err(format!("column role: {text:?} is not main, practice or catch"))
            }
            role => Ok(role.map(str::to_owned)),
        }
    }

    fn bubbles(&self, known: &Known, planned: Option<&Trial>, role: Role) -> Said<Vec<Centre>> {
        let stated = self.bubbles.map(|text| whole("n_bubbles", text)).transpose()?;
        let drawn = self.shown.and_then(bubbles_in_name);
        let count = same("n_bubbles", stated.map(|n| n.to_string()), drawn.map(|n| n.to_string()))?;
        let count: Option<usize> = count.and_then(|count| count.parse().ok());
        let shown = self.centres.map(|text| centres::read(text, &known.planes)).transpose();
        let shown = shown.map_err(|reason| format!("column centres: {reason}"))?;
        if let Some((shown, count)) = shown.as_ref().zip(count).filter(|(shown, count)| shown.len() != *count) {
            return Err(format!("n_bubbles is {count}, and there are {} centres", shown.len()));
        }
        let Some(planned) = planned else {
            let whole = (role == Role::Catch || count == Some(0)).then(Vec::new);
            return shown.or(whole).ok_or_else(|| "there are no centres, and no design that holds them".to_owned());
        };
        if role == Role::Catch {
            return match shown.map_or(0, |shown| shown.len()).max(count.unwrap_or(0)) {
                0 => Ok(Vec::new()),
                more => Err(format!("{more} bubbles, and the design has a catch trial, which shows the whole picture")),
            };
        }
        if let Some(shown) = shown {
            if planned.centres.starts_with(&shown) {
                return Ok(shown);
            }
            let at = shown.iter().zip(&planned.centres).position(|(a, b)| a != b).unwrap_or(planned.centres.len());
            let text = |centres: &[Centre]| {
                centres.get(at..at + 1).map_or("nothing".to_owned(), |one| centres::write(one, known.planes.len() > 1))
            };
            return Err(format!(
                "centre {} is {}, and the design has {}",
                at + 1,
                text(&shown),
                text(&planned.centres)
            ));
        }
        let fixed = known.plan.as_ref().and_then(|plan| plan.bubbles);
        let count = count.or(fixed).ok_or("n_bubbles is empty, and the number of bubbles adapts to the observer")?;
        let first = planned.centres.get(..count);
        first
            .map(<[Centre]>::to_vec)
            .ok_or_else(|| format!("n_bubbles is {count}, and the design has {} centres", planned.centres.len()))
    }

    /// The class answered, or the response as it stands where no key map tells.
    fn answered(&self, known: &Known, planned: Option<&Trial>) -> Said<Option<String>> {
        let own = self.keys.map(key_map);
        let plan = known.plan.as_ref().zip(planned).and_then(|(plan, trial)| plan.keys.get(&trial.observer));
        let map = own.as_ref().or(plan);
        let class = |pressed: &str| -> Said<String> {
            let Some(map) = map else { return Ok(pressed.to_owned()) };
            let found = map.iter().find(|(key, _)| key.eq_ignore_ascii_case(pressed));
            found.map(|(_, class)| class.clone()).ok_or_else(|| {
                let keys = map.iter().map(|(key, class)| format!("{key}={class}")).collect::<Vec<_>>();
                format!("the key {pressed} stands for no class; the keys are {}", keys.join(" "))
            })
        };
        let by_key = self.key.map(single).transpose()?.map(|pressed| class(&pressed)).transpose()?;
        let by_name = match self.response {
            Some(name) if known.is_class(name) => Some(name.to_owned()),
            Some(name) if by_key.is_none() => Some(class(&single(name)?)?),
            _ => None,
        };
        match (by_name, by_key) {
            (Some(name), Some(class)) if name != class && known.is_class(&class) => {
                Err(format!("the response is {name}, and the key stands for {class}"))
            }
            (name, class) => Ok(name.or(class)),
        }
    }

    fn time(&self) -> Said<Option<f64>> {
        let Some(text) = self.time else { return Ok(None) };
        let value: Option<f64> = single(text)?.parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0);
        let value = value.ok_or_else(|| format!("{text:?} is not a response time"))?;
        Ok(Some(value * self.unit))
    }
}

/// What the file and the design say, which must be the same where both say something.
fn same(what: &str, file: Option<String>, design: Option<String>) -> Said<Option<String>> {
    match (file, design) {
        (Some(file), Some(design)) if file != design => {
            Err(format!("the {what} is {file}, and the design has {design}"))
        }
        (file, design) => Ok(file.or(design)),
    }
}

fn whole(column: &str, text: &str) -> Said<usize> {
    let digits = text.strip_suffix(".0").unwrap_or(text);
    digits.parse().map_err(|_| format!("column {column}: {text:?} is not a whole number"))
}

fn truth(column: &str, text: &str) -> Said<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "1.0" | "true" | "yes" => Ok(true),
        "0" | "0.0" | "false" | "no" => Ok(false),
        _ => Err(format!("column {column}: {text:?} is not 0, 1, true or false")),
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
        _ => Err(format!("{} answers to one trial: {text}", entries.len())),
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

/// 20 in `t0001_n020.png`.
fn bubbles_in_name(file: &str) -> Option<usize> {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem.rsplit_once("_n")?.1.parse().ok()
}
