//! Who answered: the column of participants among those that platforms and people write, and what speaks against it.
//!
//! Names are compared without case, blanks and signs. Of several columns the first of the lists counts, except that a person
//! who is the same in all rows gives way to one who is not; a run or session may be one of several of one person.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::rows::Rows;
use super::text::listed;

/// Names of the column of participants, the surest first: of people, and of those who recruit them.
const PEOPLE: &[&str] = &[
    "observer",
    "observerid",
    "observernr",
    "observernumber",
    "participant",
    "participantid",
    "participantprivateid",
    "participantpublicid",
    "participantnr",
    "participantno",
    "participantnum",
    "participantnumber",
    "participantcode",
    "participantname",
    "participantuuid",
    "subject",
    "subjectid",
    "subjectnr",
    "subjectno",
    "subjectnum",
    "subjectnumber",
    "subjectcode",
    "subjectname",
    "subj",
    "subjid",
    "subjnr",
    "subjno",
    "subjnum",
    "subjcode",
    "sub",
    "subid",
    "subnr",
    "subno",
    "subnum",
    "ppt",
    "pptid",
    "pptno",
    "ppid",
    "ppn",
    "ppnr",
    "pid",
    "vp",
    "vpid",
    "vpn",
    "vpnr",
    "vpcode",
    "vpnummer",
    "versuchsperson",
    "proband",
    "probandid",
    "prolificpid",
    "prolificid",
    "sonaid",
    "sona",
    "workerid",
    "mturkid",
    "mturkworkerid",
    "userid",
    "user",
    "username",
    "respondent",
    "respondentid",
    "personid",
];

/// Names of runs and sessions, which stand for people where nothing else does.
const RUNS: &[&str] = &[
    "recordingsessionlabel",
    "runid",
    "responseid",
    "studyresultid",
    "jatosstudyresultid",
    "recsessionid",
    "sessionid",
];

/// Columns that grow within a run of one person and begin again with the next.
const GROWING: [&str; 3] = ["time_elapsed", "trial_index", "Event Index"];

/// Columns and values that a message names.
const SHOWN: usize = 5;

/// The column of participants, and what is to be said of it.
#[derive(Debug, Clone, Default)]
pub struct Who {
    /// The column; `None` where none is known.
    pub column: Option<String>,
    /// A sentence where two columns say different things.
    pub doubt: Option<String>,
}

/// Place of a column's name in the list of names.
fn rank(name: &str) -> Option<usize> {
    let bare: String = name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    PEOPLE.iter().chain(RUNS).position(|known| *known == bare)
}

/// True where a column is called like one of participants.
pub fn is_known(name: &str) -> bool {
    rank(name).is_some()
}

/// The column of participants of a file.
pub fn who(rows: &Rows) -> Who {
    let mut columns: Vec<(usize, String)> =
        rows.columns().into_iter().filter_map(|name| Some((rank(&name)?, name))).collect();
    columns.sort();
    let values = |name: &str| rows.iter().filter_map(|row| row.text(name)).collect::<HashSet<&str>>().len();
    let counted = columns.into_iter().map(|(rank, name)| (rank, values(&name), name));
    let found: Vec<(usize, usize, String)> = counted.filter(|(_, count, _)| *count > 0).collect();
    let several = found.iter().find(|(rank, count, _)| *count > 1 && *rank < PEOPLE.len());
    let Some((_, _, column)) = several.or(found.first()) else { return Who::default() };
    // Another one contradicts where it divides the people of this one, or joins them; a person may have several runs.
    let other = found.iter().filter(|(_, _, name)| name != column).find_map(|(rank, _, name)| {
        let mut pairs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for row in rows.iter() {
            if let (Some(one), Some(other)) = (row.text(column), row.text(name)) {
                pairs.entry(one).or_default().insert(other);
            }
        }
        let all: BTreeSet<&str> = pairs.values().flatten().copied().collect();
        let (people, others) = (pairs.len(), all.len());
        let may_divide = *rank < PEOPLE.len() || people == 1;
        let divides = others < people || may_divide && pairs.values().any(|own| own.len() > 1);
        divides.then(|| {
            format!(
                "the columns {column} and {name} both say who answered, and tell {people} and {others} people apart; \
                 {column} counts ([import.columns] observer names another)"
            )
        })
    });
    Who { column: Some(column.clone()), doubt: other }
}

/// Where a run begins: what grows is smaller than before, or a place that a run has once comes again.
enum Mark {
    Grows(String),
    Once(Vec<String>),
}

impl Mark {
    /// The first of these that the file has: a clock or count, the counts of OpenSesame, the loops of PsychoPy, the places of lab.js.
    fn of(rows: &Rows) -> Option<Mark> {
        let columns = rows.columns();
        let filled = |name: &str| rows.iter().any(|row| row.text(name).is_some());
        let ending = |end: &str| columns.iter().filter(|name| name.ends_with(end)).cloned().collect::<Vec<_>>();
        let grows = GROWING.iter().find(|name| filled(name)).map(|name| (*name).to_owned());
        let count = || columns.iter().find(|name| name.starts_with("count_") && filled(name)).cloned();
        if let Some(column) = grows.or_else(count) {
            return Some(Mark::Grows(column));
        }
        let once = [ending(".thisN"), ending("sender_id")].into_iter().find(|names| !names.is_empty());
        once.map(Mark::Once)
    }
}

/// A sentence where a run of one person begins again, although one person is said to have answered.
///
/// `named` is the column of participants that settings name.
pub fn begun_again<'r>(
    rows: &'r Rows,
    named: Option<&str>,
    person: impl Fn(usize) -> Option<(&'r str, Option<&'r str>)>,
) -> Option<String> {
    let mark = Mark::of(rows)?;
    let mut last: HashMap<(&str, &str), f64> = HashMap::new();
    let mut seen: HashMap<(&str, &str), HashSet<Vec<&str>>> = HashMap::new();
    let mut again: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let mut runs: Vec<usize> = Vec::new();
    for at in 0..rows.len() {
        let row = rows.row(at);
        if let Some((name, session)) = person(at) {
            let who = (name, session.unwrap_or(""));
            let begins = match &mark {
                Mark::Grows(column) => {
                    let value = row.text(column).and_then(|text| text.parse::<f64>().ok());
                    value.is_some_and(|value| last.insert(who, value).is_some_and(|before| value < before))
                }
                Mark::Once(columns) => {
                    let place: Vec<&str> = columns.iter().map(|column| row.text(column).unwrap_or("")).collect();
                    let stated = place.iter().any(|cell| !cell.is_empty());
                    let own = seen.entry(who).or_default();
                    let begins = stated && own.contains(&place);
                    if begins {
                        own.clear();
                    }
                    own.insert(place);
                    begins
                }
            };
            if begins {
                again.entry(name).or_default().push(row.line());
            }
        }
        runs.push(again.values().map(Vec::len).sum());
    }
    let (name, lines) = again.iter().next()?;
    let times = again.values().map(Vec::len).sum::<usize>();
    let times = if times == 1 { "once".to_owned() } else { format!("{times} times") };
    let said = named.or(rows.who().column.as_deref()).filter(|name| !name.is_empty());
    let said = said.map_or(String::new(), |name| format!(", by column {name}"));
    let candidates = constant_within(rows, &runs);
    let which = match candidates.is_empty() {
        true => String::new(),
        false => format!("; columns that say who it could be: {}", listed(&candidates)),
    };
    let column = match &mark {
        Mark::Grows(column) => column.clone(),
        Mark::Once(columns) => listed(columns),
    };
    Some(format!(
        "{column} begins again {times} within one participant (first in line {} of {name}{said}): are these several people?{which}",
        lines.first().copied().unwrap_or(0)
    ))
}

/// Columns that hold one value within every run, and not the same in all.
fn constant_within(rows: &Rows, runs: &[usize]) -> Vec<String> {
    let constant = |name: &String| {
        let mut values: HashMap<usize, &str> = HashMap::new();
        for (row, run) in rows.iter().zip(runs) {
            let Some(value) = row.text(name) else { continue };
            if *values.entry(*run).or_insert(value) != value {
                return false;
            }
        }
        values.len() > 1 && values.values().collect::<HashSet<_>>().len() > 1
    };
    rows.columns().into_iter().filter(constant).take(SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trials::text::Text;
    use std::path::Path;

    fn taken(content: &str) -> (Option<String>, Option<String>) {
        let text = Text::of(Path::new("x"), content.into()).unwrap();
        let who = who(&Rows::read(&text, &Default::default(), str::to_owned).unwrap());
        (who.column, who.doubt)
    }

    #[test]
    fn the_column_of_participants_is_known_by_the_names_that_platforms_write() {
        for name in ["run_id", "SONA_ID", "PROLIFIC_PID", "Prolific ID", "Participant", "pid", "worker_id", "workerId"]
        {
            assert_eq!(taken(&format!("a,{name}\n1,x\n2,y\n")).0.as_deref(), Some(name));
        }
        assert_eq!(taken("a,run,stimulus\n1,x,y\n").0, None);
    }

    #[test]
    fn one_who_is_always_the_same_gives_way_and_contradictions_are_reported() {
        let (column, doubt) = taken("participant,prolific_pid\n1,7\n1,8\n");
        assert_eq!(column.as_deref(), Some("prolific_pid"));
        assert!(doubt.unwrap().contains("tell 2 and 1 people apart"));
        let (column, doubt) = taken("participant,run_id\n1,7\n1,8\n");
        assert_eq!(column.as_deref(), Some("participant"), "two runs may be two sessions of one person");
        assert!(doubt.unwrap().contains("tell 1 and 2 people apart"));
        let (column, doubt) = taken("participant,run_id\na,7\na,8\nb,9\n");
        assert_eq!((column.as_deref(), doubt), (Some("participant"), None), "a person may have two runs");
        let (column, doubt) = taken("participant,user_id\na,7\na,8\nb,9\n");
        assert_eq!((column.as_deref(), doubt.is_some()), (Some("participant"), true));
        assert_eq!(taken("participant,run_id\na,7\nb,9\n").1, None);
        assert_eq!(taken("participant,run_id\n,7\n,9\n").0.as_deref(), Some("run_id"));
    }
}
