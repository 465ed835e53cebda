//! The rows of a file as trials: which rows are trials, what each says, and that none comes twice.
//!
//! Rows are joined on all processors and come out in the order of the file.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use rayon::prelude::*;

use super::answer::Answer;
use super::centres::{self, Extremes};
use super::codes;
use super::copies::copies;
use super::joined::{BY_ORDER, BY_STIMULUS, CENTRES, Joined};
use super::known::{Known, Lookup};
use super::prompts::Prompts;
use super::reason::{ANSWERS, KEEP, NO_TRIAL};
use super::rows::{Row, Rows};
use super::survey::Survey;
use super::text::{decimal, listed, shortened};
use super::time::{self, Told};
use super::who::begun_again;
use super::{CLICKS, Imported, Reading, Rejected, Trial, stimulus};
use crate::error::{Error, Result, similar};
use crate::experiment::{Import, Join, Kept};

/// What a format makes of a row: an answer, or the reason why it is none.
pub type Asked<'r> = std::result::Result<Answer<'r>, &'static str>;

/// Longest reason, in characters.
const REASON: usize = 400;

/// Columns that may hold pictures which an error names.
const CANDIDATES: usize = 5;

/// Rows with a centre outside of its picture that may be slips.
const FEW: usize = 3;

/// Rows joined at a time: enough for all processors, and few enough for the memory of one.
const CHUNK: usize = 1 << 14;

/// The codes of responses that nothing judges, and how to say what they stand for.
fn unjudged(trials: &[Trial], lookup: &Lookup) -> Option<String> {
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    trials.iter().filter_map(Trial::unjudged).for_each(|code| *codes.entry(code).or_default() += 1);
    let (counted, example) = (codes::counted(&codes), codes::example(codes.keys().copied(), lookup));
    (!codes.is_empty()).then(|| format!("nothing says what these responses stand for: {counted}; say so, {example}"))
}

impl Rows<'_> {
    /// Takes every row that holds an answer to a trial and joins it to what is known; `answer` says which rows those are.
    pub fn join<'r>(
        &'r self,
        import: &Import,
        known: &Known,
        told: Told,
        answer: impl Fn(Row<'r>) -> Asked<'r> + Sync,
    ) -> Result<Imported> {
        self.check_columns(import)?;
        let file = self.text.file();
        let nameless = !(0..self.len())
            .into_par_iter()
            .any(|at| answer(self.row(at)).is_ok_and(|answer| answer.observer.is_some() && !answer.prompt));
        let asked = |at: usize| answer(self.row(at)).map(Answer::unlisted);
        let prompts = Prompts::find(self.len(), asked);
        let lookup = known.lookup();
        let plain = |at: usize| self.ask(at, import, &asked, &prompts, nameless);
        let survey = Survey::of(self.len(), &|at| plain(at).ok(), &lookup, import);
        survey.check().map_err(|error| error.at(self.text.path.display()))?;
        let ask = |at: usize| plain(at).map(|answer| survey.apply(answer));
        let repeated = copies(self, |at| ask(at).ok());
        let ordered = match import.join {
            Join::Id => HashMap::new(),
            Join::Order => self.in_order(known, &ask)?,
        };
        let mut imported = Imported { rejected: self.rejected.clone(), ..Imported::default() };
        let (written, rows) = (self.text.described(), self.len() + self.rejected.len());
        imported.reading = Reading { written, rows, ..Reading::default() };
        // Hashes only tell where to look; which rows are the same is told by what they say.
        let hasher = RandomState::new();
        let mut seen: HashMap<u64, usize> = HashMap::with_capacity(self.len());
        let mut counted: HashMap<(&str, &str), u32> = HashMap::new();
        let mut times = Vec::new();
        let (mut shown, mut again) = (HashSet::new(), 0);
        // Centres outside of their picture, or between pixels, may be meant otherwise.
        let mut suspicious = false;
        for begin in (0..self.len()).step_by(CHUNK) {
            let joined: Vec<_> = (begin..self.len().min(begin + CHUNK))
                .into_par_iter()
                .map(|at| {
                    let answer = ask(at)?;
                    let joined = answer.join(&lookup, &survey, ordered.get(&at).copied()).and_then(|mut joined| {
                        self.carry(at, import, &lookup, &answer, &mut joined.trial);
                        answer.see_noise(&lookup, import.sides.as_ref(), &mut joined.trial)?;
                        Ok(joined)
                    });
                    Ok((hasher.hash_one(answer.identity(at)), joined))
                })
                .collect();
            for (at, joined) in (begin..).zip(joined) {
                let line = self.row(at).line();
                let refuse =
                    |reason: &str| Rejected { file: file.clone(), line, reason: reason.chars().take(REASON).collect() };
                let (hash, Joined { mut trial, agrees, by, key, unread }) = match joined {
                    Ok((hash, Ok(joined))) => (hash, joined),
                    Ok((_, Err(reason))) => {
                        suspicious |= reason.starts_with(CENTRES);
                        imported.rejected.push(refuse(&reason));
                        continue;
                    }
                    Err(why) => {
                        let other = if why == NO_TRIAL { self.other_picture(at, &lookup) } else { None };
                        imported.left_out.push(refuse(other.as_deref().unwrap_or(why)));
                        continue;
                    }
                };
                if let Some(code) = trial.unjudged().filter(|_| known.judged) {
                    let code = shortened(code);
                    imported.rejected.push(refuse(&format!(
                        "the response {code:?} is neither a class nor a key, so that nothing says whether it is right"
                    )));
                    imported.unjudged.push(trial);
                    continue;
                }
                suspicious |= !known.planes.is_empty() && ask(at).is_ok_and(|answer| answer.has_fractions());
                let identity = |at: usize| Some(ask(at).ok()?.identity(at));
                if let Some(first) = repeated.get(&at) {
                    let line = self.row(*first).line();
                    imported
                        .rejected
                        .push(refuse(&format!("it says the same as line {line}, and so do its neighbours")));
                    continue;
                }
                let first = seen.get(&hash).copied().filter(|&first| identity(first) == identity(at));
                if let (Some(first), Some(identity)) = (first, first.and_then(|_| identity(at))) {
                    imported
                        .rejected
                        .push(refuse(&format!("{identity} stands already in line {}", self.row(first).line())));
                    continue;
                }
                seen.insert(hash, at);
                let numbered = || ask(at).is_ok_and(|answer| answer.number.is_some());
                if trial.number == 0 && (trial.id.is_empty() || !known.is_nothing()) && !numbered() {
                    let answer = ask(at).unwrap_or_default();
                    let count =
                        counted.entry((answer.observer.unwrap_or(""), answer.session.unwrap_or(""))).or_default();
                    *count += 1;
                    trial.number = *count;
                }
                times.extend(trial.response_time);
                *imported.reading.joined.entry(by).or_default() += 1;
                if let Some(key) = key {
                    *imported.reading.keys.entry(key).or_default() += 1;
                }
                imported.disagreeing += usize::from(!agrees);
                imported.unread.extend(unread.iter().map(|reason| refuse(reason)));
                imported.silent += usize::from(trial.is_silent());
                if by == BY_STIMULUS && trial.response.is_some() {
                    let own = (trial.observer.clone(), trial.session.clone(), trial.id.clone());
                    again += usize::from(!shown.insert(own));
                }
                imported.trials.push(trial);
            }
        }
        if again > 0 {
            imported.reading.notes.push(format!(
                "{again} answers are to a stimulus that the participant had answered before, and count under the same trial id; a \
                 column trial_id tells repeats apart"
            ));
        }
        imported.rejected.sort_by_key(|rejected| rejected.line);
        if suspicious {
            self.doubt_centres(import, known, &ask, &mut imported);
        }
        let column = import.columns.response_time.as_deref().unwrap_or("response_time");
        let column = Some(column).filter(|column| self.has(column));
        let told = column.and_then(|column| time::stated(&self.text.path, column)).unwrap_or(told);
        let unit = time::unit(&times, import.response_time, &told);
        let factor = unit.factor();
        for trial in &mut imported.trials {
            trial.response_time = trial.response_time.map(|time| time * factor);
        }
        imported.reading.median = time::median(&times).map(|median| median * factor);
        imported.reading.unit = unit.words;
        imported.reading.times = unit.unit;
        imported.reading.warnings.extend(unit.doubt);
        imported.reading.notes.extend(self.notes.iter().cloned().chain(prompts.note()));
        imported.reading.notes.extend(survey.notes(&lookup));
        imported.reading.columns = self.columns();
        imported.reading.nameless = if nameless && !imported.trials.is_empty() { self.lists() } else { 0 };
        if import.columns.observer.is_none() {
            imported.reading.warnings.extend(self.who().doubt.clone());
        }
        let people = |at: usize| ask(at).ok().map(|answer| (answer.observer.unwrap_or(""), answer.session));
        imported.reading.warnings.extend(begun_again(self, import.columns.observer.as_deref(), people));
        let unjudged = unjudged(&imported.unjudged, &lookup);
        if imported.trials.is_empty() {
            imported.reading.pictured = self.pictured(&lookup);
            imported.reading.hint = unjudged.or_else(|| survey.hint(&lookup));
        } else {
            imported.reading.warnings.extend(unjudged.map(|text| format!("rows are rejected, because {text}")));
        }
        Ok(imported)
    }

    /// Refuses the file where its centres fit another way to read them and not this one; a lone row, or a way that the
    /// settings state, is a warning.
    fn doubt_centres<'r>(
        &'r self,
        import: &Import,
        known: &Known,
        ask: &impl Fn(usize) -> Asked<'r>,
        imported: &mut Imported,
    ) {
        let mut extremes = Extremes::default();
        let stated = |answer: &Answer| answer.places == Some(import.centres.unwrap_or_default());
        for answer in (0..self.len()).filter_map(|at| ask(at).ok().filter(stated)) {
            extremes.add(answer.centres.as_deref().unwrap_or(""), &known.planes);
        }
        let places = import.centres.unwrap_or_default();
        let Some(doubt) = extremes.doubt(&places) else { return };
        let lost = imported.rejected.iter().filter(|row| row.reason.starts_with(CENTRES)).count();
        let (now, instead) = (centres::described(&places), doubt.looks);
        let what = format!(
            "the centres look {instead}: read as {now}, {lost} rows have one outside of its picture; read so, all of them lie inside"
        );
        let line = centres::setting(&doubt, &places);
        if import.centres.is_some() || (lost < FEW && doubt.inside < doubt.of) {
            imported.reading.warnings.push(format!("{what}; [import] {line} reads them so"));
            return;
        }
        let hint = format!("add {line} to [import], or centres = {{ from = 0 }} where they are right as they are");
        imported.refusal = Some(Error::invalid(what).at(self.text.path.display()).hint(hint));
    }

    /// A row's answer, or why it has none.
    fn ask<'r>(
        &'r self,
        at: usize,
        import: &Import,
        asked: &impl Fn(usize) -> Asked<'r>,
        prompts: &Prompts,
        nameless: bool,
    ) -> Asked<'r> {
        let row = self.row(at);
        let kept = |(name, value): (&String, &Kept)| value.has(row.stated(name).unwrap_or(""));
        if !import.keep.iter().all(kept) {
            return Err(KEEP);
        }
        let mut answer = asked(at)?;
        if answer.prompt {
            return Err(if prompts.is_answer(at) { ANSWERS } else { NO_TRIAL });
        }
        answer = prompts.answered(at, answer, asked);
        if nameless {
            answer.observer = Some(self.stem(at));
        }
        let places = *answer.places.get_or_insert(import.centres.unwrap_or_default());
        if let Some([x, y]) = answer.xy.filter(|_| answer.centres.is_none()) {
            answer.centres = Some(centres::of_columns(x, y, &places).into());
        }
        answer.commas = self.text.delimiter == b',' && !self.text.is_json();
        Ok(answer)
    }

    /// Columns that settings name must be there, and once.
    fn check_columns(&self, import: &Import) -> Result<()> {
        let keep = import.keep.keys().map(|name| ("import.keep", name));
        let mut asked = keep.chain(import.carry.iter().map(|name| ("import.carry", name)));
        let Some((field, name)) = asked.find(|(_, name)| !self.has(name)) else { return Ok(()) };
        let known = self.columns();
        let columns = listed(&known);
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let meant = similar(name, &known).map_or(String::new(), |meant| format!("; did you mean {meant}?"));
        Err(Error::invalid(format!("there is no column called {name} (field {field}); the columns are: {columns}"))
            .at(self.text.path.display())
            .hint(format!("name a column of the file in {field}, or remove the line{meant}")))
    }

    /// Columns that hold a picture of the experiment, or the file name of one, each with the first; where there is none, those
    /// with most different names.
    fn pictured(&self, lookup: &Lookup) -> Vec<(String, String)> {
        let is_one = |cell: &&str| match lookup.known.is_nothing() {
            true => stimulus::is_picture(cell),
            false => lookup.picture(cell).is_some(),
        };
        let cells = |name: &str| self.iter().filter_map(|row| row.text(name)).collect::<Vec<_>>();
        let columns: Vec<(String, Vec<&str>)> =
            self.columns().into_iter().map(|name| (name.clone(), cells(&name))).collect();
        let first = |(name, cells): &(String, Vec<&str>)| {
            Some((name.clone(), shortened(cells.iter().copied().find(|cell| is_one(cell))?)))
        };
        let found: Vec<(String, String)> = columns.iter().filter_map(first).collect();
        if !found.is_empty() {
            return found;
        }
        let mut named: Vec<(&str, BTreeSet<&str>)> = columns
            .iter()
            .map(|(name, cells)| (&**name, cells.iter().filter(|cell| decimal(cell).is_none()).copied().collect()))
            .collect();
        named.retain(|(_, texts)| texts.len() > 2);
        named.sort_by_key(|(_, texts)| std::cmp::Reverse(texts.len()));
        named
            .iter()
            .take(CANDIDATES)
            .map(|(name, texts)| ((*name).to_owned(), texts.first().map_or(String::new(), |text| shortened(text))))
            .collect()
    }

    /// Why a row is no trial that shows a picture which the experiment does not have.
    fn other_picture(&self, at: usize, lookup: &Lookup) -> Option<String> {
        let other = |cell: &&str| stimulus::is_picture(cell) && !lookup.is_shown(cell);
        let cell = self.cells_of(at).find(other).filter(|_| !lookup.known.is_nothing())?;
        Some(format!("no trial: {}", lookup.no_picture(cell)))
    }

    /// Columns that are carried along; where nothing is known of the experiment, also those that say more than a trial holds.
    fn carry(&self, at: usize, import: &Import, lookup: &Lookup, answer: &Answer, trial: &mut Trial) {
        let row = self.row(at);
        let mut keep = |name: &str, cell: Option<&str>| {
            if let Some(cell) = cell {
                trial.other.insert(name.to_owned(), cell.to_owned());
            }
        };
        import.carry.iter().for_each(|name| keep(name, row.named(name)));
        keep(CLICKS, row.text(CLICKS));
        if lookup.known.is_nothing() {
            keep("class", answer.class);
            ["condition", "confidence", "rating"].iter().for_each(|name| keep(name, row.text(name)));
            let rendered = answer.rendered().map(|(_, count)| count.to_string());
            let count = answer.bubbles.or(rendered.as_deref());
            keep("n_bubbles", answer.centres.is_none().then_some(count.unwrap_or("")));
            keep("stimulus", answer.shown);
        }
    }

    /// The planned trial of every row that is one, by order within participants, whose numbers of trials must agree.
    fn in_order<'k, 'r>(
        &'r self,
        known: &'k Known,
        ask: &impl Fn(usize) -> Asked<'r>,
    ) -> Result<HashMap<usize, &'k Trial>> {
        let wrong = |what: String| {
            Error::invalid(what).at(self.text.path.display()).hint("rows are joined by order only where every planned trial came, once; leave import.join out to join by trial id")
        };
        let plan = known
            .plan
            .as_ref()
            .ok_or_else(|| wrong("rows cannot be joined by order, because there is no design".to_owned()))?;
        let mut sheets: HashMap<&str, Vec<&Trial>> = HashMap::new();
        for trial in plan.trials.values() {
            sheets.entry(&trial.observer).or_default().push(trial);
        }
        let mut rows: Vec<(&str, Vec<usize>)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (at, answer) in (0..self.len()).filter_map(|at| Some((at, ask(at).ok()?))) {
            let observer = answer.observer.unwrap_or("");
            let place = *places.entry(observer).or_insert(rows.len());
            if place == rows.len() {
                rows.push((observer, Vec::new()));
            }
            rows[place].1.push(at);
        }
        let mut found = HashMap::new();
        for (observer, rows) in rows {
            let mut sheet = sheets.remove(observer).ok_or_else(|| {
                wrong(format!(
                    "rows cannot be joined {BY_ORDER}, because the design has no participant called {observer}"
                ))
            })?;
            if sheet.len() != rows.len() {
                return Err(wrong(format!(
                    "rows cannot be joined {BY_ORDER}, because participant {observer} has {} trials in the file and {} in the design",
                    rows.len(),
                    sheet.len()
                )));
            }
            sheet.sort_by_key(|trial| &trial.id);
            found.extend(rows.into_iter().zip(sheet));
        }
        Ok(found)
    }
}
