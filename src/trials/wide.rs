//! Tables with one row for each person and one column for each trial, as Qualtrics and statistics packages write them,
//! gathered into one row for each trial.
//!
//! Columns of trials are those that a pattern names; what `*` stands for is the stimulus of the trial, or its number where
//! another column or a table of columns says which stimulus it was. An empty cell is a trial that the person did not have.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use super::NOISE;
use super::delimited::Reader;
use super::text::{Text, listed, present};
use super::who::is_known;
use crate::error::{Error, Result};
use crate::experiment::{Columns, Wide};

/// Columns of one pattern, and different values in them, that look like one trial each.
const LOOKS: (usize, usize) = (8, 12);

/// A column of a trial.
struct Column<'a> {
    /// Its place in the header.
    at: usize,
    name: &'a str,
    /// What `*` stands for.
    part: &'a str,
}

/// The table with one row for each trial: the columns of the person, then picture, trial, response and response time under
/// the names that `columns` gives them.
///
/// # Errors
/// Where no column has the pattern, or the table of columns names others.
pub fn gathered(text: &Text, wide: &Wide, columns: &Columns) -> Result<Text> {
    let mut trials = matching(&text.header, &wide.trials);
    let mut notes = text.notes.clone();
    let other: Vec<String> =
        trials.iter().filter(|column| !is_number(column.part)).map(|column| column.name.to_owned()).collect();
    if !other.is_empty() && other.len() < trials.len() {
        trials.retain(|column| is_number(column.part));
        notes.push(format!("columns of {} that have no number are no trials: {}", wide.trials, listed(&other)));
    }
    if trials.is_empty() {
        let found = text.header.clone();
        return Err(Error::invalid(format!(
            "no column is called {}; the columns are: {}",
            wide.trials,
            listed(&found)
        ))
        .at(format!("{}, line 1", text.path.display()))
        .hint("[import.wide] trials names the columns that hold one trial each, with * for what differs"));
    }
    let beside = |pattern: &Option<String>| -> HashMap<&str, usize> {
        let found = pattern.as_deref().map(|pattern| matching(&text.header, pattern)).unwrap_or_default();
        found.into_iter().map(|column| (column.part, column.at)).collect()
    };
    let (times, stimuli) = (beside(&wide.response_times), beside(&wide.stimuli));
    for (pattern, found) in [(&wide.response_times, &times), (&wide.stimuli, &stimuli)] {
        if let (Some(pattern), true) = (pattern, trials.iter().all(|column| !found.contains_key(column.part))) {
            return Err(Error::invalid(format!("no column called {pattern} belongs to one of {}", wide.trials))
                .at(format!("{}, line 1", text.path.display()))
                .hint("what * stands for must be the same in both"));
        }
    }
    let known = wide.table.as_deref().map(|path| known(Path::new(path), &trials)).transpose()?;
    let taken: BTreeSet<usize> =
        trials.iter().map(|column| column.at).chain(times.values().copied()).chain(stimuli.values().copied()).collect();
    let named = known.as_ref().map(|(names, _)| names.clone()).unwrap_or_default();
    // What the table of columns says is not said again, and neither has a person what each trial has.
    let own = [
        called(&columns.picture, "picture"),
        called(&columns.trial, "trial"),
        called(&columns.response, "response"),
        called(&columns.response_time, "response_time"),
    ];
    let own: Vec<(usize, &String)> = own.iter().enumerate().filter(|(_, name)| !named.contains(name)).collect();
    let double =
        |at: &usize| text.header.get(*at).filter(|name| named.contains(name) || own.iter().any(|one| one.1 == *name));
    let kept: Vec<usize> = (0..text.header.len()).filter(|at| !taken.contains(at) && double(at).is_none()).collect();
    let left: Vec<String> =
        (0..text.header.len()).filter(|at| !taken.contains(at)).filter_map(|at| double(&at).cloned()).collect();
    if !left.is_empty() {
        notes
            .push(format!("columns of a person that are called like those of a trial are left out: {}", listed(&left)));
    }
    let observer = called(&columns.observer, "observer");
    let nobody = !text.has(&[&observer]) && !text.header.iter().any(|name| is_known(name));
    let mut header: Vec<String> = kept.iter().map(|&at| text.header[at].clone()).collect();
    if nobody {
        header.push(observer);
        notes.push(
            "no column says who a row belongs to; every row is taken for one person, called by its line".to_owned(),
        );
    }
    let mut content = Writer::default();
    header.extend(named.iter().chain(own.iter().map(|(_, name)| *name)).cloned());
    content.row(header.iter().map(String::as_str));
    let mut reader = Reader::new(&text.content, text.delimiter, text.backslash);
    let (mut records, mut cells) = (Vec::new(), Vec::new());
    while let Some(lines) = reader.next(&mut cells) {
        records.push((lines.start, cells.iter().map(|cell| reader.says(cell).trim().to_owned()).collect::<Vec<_>>()));
    }
    let first = text.before + 1 + descriptions(&records, text.before + 1, &trials);
    if first > text.before + 1 {
        notes.push(format!("{} rows below the header describe the columns", first - text.before - 1));
    }
    let (mut origin, mut people, mut silent) = (vec![1], 0, 0);
    for (line, record) in records.get(first..).unwrap_or_default() {
        let cell = |at: usize| record.get(at).map_or("", String::as_str);
        let answered: Vec<(usize, &Column)> =
            trials.iter().enumerate().filter(|(_, column)| present(cell(column.at)).is_some()).collect();
        people += 1;
        silent += usize::from(answered.is_empty());
        for (number, column) in answered {
            let place = |found: &HashMap<&str, usize>| found.get(column.part).map(|&at| cell(at));
            let person = format!("line {line}");
            let persons = kept.iter().map(|&at| cell(at)).chain(nobody.then_some(person.as_str()));
            let extra = known.as_ref().and_then(|(_, rows)| rows.get(column.name));
            let extra =
                named.iter().enumerate().map(|(at, _)| extra.and_then(|row| row.get(at)).map_or("", String::as_str));
            // A trial of a design has its number there.
            let number = if named.contains(&called(&columns.trial_id, "trial_id")) {
                String::new()
            } else {
                (number + 1).to_string()
            };
            // A table of columns that names pictures or stimuli goes before the name of the column.
            let stimulus = place(&stimuli).unwrap_or(if names_stimuli(&named, columns) { "" } else { column.part });
            let trial = [stimulus, &number, cell(column.at), place(&times).unwrap_or("")];
            content.row(persons.chain(extra).chain(own.iter().filter_map(|(at, _)| trial.get(*at).copied())));
            origin.push(*line);
        }
    }
    notes.push(format!(
        "one row for each person: {people} of them, {} columns of trials ({} to {}), {} cells with an answer",
        trials.len(),
        trials.first().map_or("", |column| column.name),
        trials.last().map_or("", |column| column.name),
        origin.len() - 1
    ));
    if silent > 0 {
        notes.push(format!("{silent} people have no answer at all"));
    }
    Ok(Text { content: content.0, delimiter: b',', backslash: false, header, before: 0, notes, origin, ..text.clone() })
}

/// True if the table of columns says which picture or stimulus a column is about.
fn names_stimuli(named: &[String], columns: &Columns) -> bool {
    let stimuli = [(&columns.picture, "picture"), (&columns.noise, NOISE), (&columns.trial_id, "trial_id")];
    stimuli.into_iter().any(|(given, own)| named.contains(&called(given, own)))
}

/// The name of a column: the one given, or its own.
fn called(given: &Option<String>, own: &str) -> String {
    given.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| own.to_owned())
}

/// Columns of the table of columns besides `column` (`stimulus` becomes the picture), and what they say of each column.
type Known = (Vec<String>, HashMap<String, Vec<String>>);

fn known(path: &Path, trials: &[Column]) -> Result<Known> {
    let text = Text::read(path)?;
    let wrong = |what: String| {
        Err(Error::invalid(what)
            .at(path.display())
            .hint("a table of columns has a column called `column`, and others such as picture, trial_id or block"))
    };
    let Some(place) = text.header.iter().position(|name| name == "column") else {
        return wrong(format!("there is no column called column; the columns are: {}", listed(&text.header)));
    };
    let mut reader = Reader::new(&text.content, text.delimiter, text.backslash);
    let (mut rows, mut cells) = (HashMap::new(), Vec::new());
    (0..=text.before).for_each(|_| {
        reader.next(&mut cells);
    });
    while reader.next(&mut cells).is_some() {
        let mut row: Vec<String> = cells.iter().map(|cell| reader.says(cell).trim().to_owned()).collect();
        if place < row.len() {
            rows.insert(row.remove(place), row);
        }
    }
    if let Some(column) = trials.iter().find(|column| !rows.contains_key(column.name)) {
        return wrong(format!("the column {} is in no row of this table", column.name));
    }
    let mut names = text.header.clone();
    names.remove(place);
    names.iter_mut().filter(|name| *name == "stimulus").for_each(|name| *name = "picture".to_owned());
    Ok((names, rows))
}

/// Rows below the header that say what columns are: those above and with Qualtrics's `{"ImportId": ...}`, or one whose texts
/// no other row has.
fn descriptions(records: &[(u64, Vec<String>)], from: usize, trials: &[Column]) -> usize {
    let rest = records.get(from..).unwrap_or_default();
    let imports = |(_, record): &(u64, Vec<String>)| {
        record.iter().any(|cell| cell.starts_with('{') && cell.replace(['"', '\'', ' '], "").starts_with("{ImportId:"))
    };
    if let Some(at) = rest.iter().take(3).position(imports) {
        return at + 1;
    }
    let values = |(_, record): &(u64, Vec<String>)| -> BTreeSet<String> {
        trials.iter().filter_map(|column| present(record.get(column.at)?)).map(str::to_owned).collect()
    };
    let Some((first, others)) = rest.split_first().filter(|(_, others)| !others.is_empty()) else { return 0 };
    let (own, all): (BTreeSet<String>, BTreeSet<String>) = (values(first), others.iter().flat_map(values).collect());
    let texts = own.len() > 1 || trials.len() == 1;
    let strange = own.is_disjoint(&all) && own.iter().all(|text| text.len() > 3 && text.parse::<f64>().is_err());
    usize::from(texts && strange && all.len() <= LOOKS.1 && !own.is_empty())
}

/// The columns that a pattern names, in order; `#` stands for digits, `*` for any text.
fn matching<'a>(header: &'a [String], pattern: &str) -> Vec<Column<'a>> {
    let sign = if pattern.contains('*') { '*' } else { '#' };
    let (head, tail) = pattern.split_once(sign).unwrap_or((pattern, ""));
    let part = |(at, name): (usize, &'a String)| {
        let part = name.strip_prefix(head)?.strip_suffix(tail)?;
        let fits = !part.is_empty() && (sign == '*' || is_number(part));
        fits.then_some(Column { at, name, part })
    };
    header.iter().enumerate().filter_map(part).collect()
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// What to write in [import.wide] for a table that looks like one row for each person; `None` for others.
pub fn suspected(text: &Text) -> Option<String> {
    let mut groups: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, name) in text.header.iter().enumerate() {
        let digits = |one: char| one.is_ascii_digit();
        // The last digits, and the first: Q12_1 and 1_Q12.
        let last = name.rfind(digits).map(|end| {
            let head = name[..=end].trim_end_matches(digits);
            (head.to_owned(), name[end + 1..].to_owned())
        });
        let first = name.starts_with(digits).then(|| (String::new(), name.trim_start_matches(digits).to_owned()));
        for key in last.into_iter().chain(first).filter(|(head, tail)| !(head.is_empty() && tail.is_empty())) {
            groups.entry(key).or_default().push(at);
        }
    }
    let mut reader = Reader::new(&text.content, text.delimiter, text.backslash);
    let (mut records, mut cells) = (Vec::new(), Vec::new());
    while let Some(lines) = reader.next(&mut cells) {
        records.push((lines.start, cells.iter().map(|cell| reader.says(cell).trim().to_owned()).collect::<Vec<_>>()));
    }
    let mut found: Option<(usize, String, BTreeSet<String>)> = None;
    for ((head, tail), places) in groups.iter().filter(|(_, places)| places.len() >= LOOKS.0) {
        let pattern = format!("{head}*{tail}");
        let columns = matching(&text.header, &pattern);
        let first = text.before + 1 + descriptions(&records, text.before + 1, &columns);
        let rows = records.get(first..).unwrap_or_default().iter().map(|(_, record)| record);
        let values: BTreeSet<String> = rows
            .flat_map(|record| places.iter().filter_map(|&at| present(record.get(at)?)))
            .map(str::to_owned)
            .take(1 << 20)
            .collect();
        let fits = !values.is_empty() && values.len() <= LOOKS.1;
        let better = |(most, _, fewest): &(usize, String, BTreeSet<String>)| {
            (places.len(), fewest.len()) > (*most, values.len())
        };
        if fits && found.as_ref().is_none_or(better) {
            found = Some((places.len(), pattern, values));
        }
    }
    let (count, pattern, values) = found?;
    let values: Vec<String> = values.into_iter().collect();
    let parts = |pattern: &str| matching(&text.header, pattern).iter().map(|one| one.part).collect::<BTreeSet<&str>>();
    let beside = groups.keys().map(|(head, tail)| format!("{head}*{tail}"));
    let beside: Vec<String> = beside
        .filter(|other| *other != pattern && parts(other) == parts(&pattern))
        .map(|other| format!("{other:?}"))
        .collect();
    let times = match &beside[..] {
        [] => String::new(),
        others => format!("; response_times = {} where those are times", others.join(" or ")),
    };
    Some(format!(
        "{count} columns called {pattern} hold {}, which looks like one row for each person and one column for each trial: add \
         [import.wide] with trials = \"{pattern}\"{times} (without an experiment: --wide \"{pattern}\")",
        values.join(", ")
    ))
}

/// Rows of CSV.
#[derive(Default)]
struct Writer(String);

impl Writer {
    fn row<'a>(&mut self, cells: impl Iterator<Item = &'a str>) {
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            let cell = cell.replace(['\n', '\r'], " ");
            match cell.contains([',', '"']) {
                true => self.0.push_str(&format!("\"{}\"", cell.replace('"', "\"\""))),
                false => self.0.push_str(&cell),
            }
        }
        self.0.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(content: &str) -> Text {
        Text::of(Path::new("wide.csv"), content.into()).unwrap()
    }

    fn long(content: &str, wide: &Wide) -> Text {
        gathered(&text(content), wide, &Columns::default()).unwrap()
    }

    fn wide(trials: &str) -> Wide {
        Wide { trials: trials.to_owned(), ..Wide::default() }
    }

    #[test]
    fn each_filled_cell_is_a_row_with_the_persons_columns_and_the_line_it_came_from() {
        let found = long("ResponseId,sex,t001,t002,time\nR_1,f,1,2,9\nR_2,m,,1,9\n", &wide("t*"));
        assert_eq!(
            found.content,
            "ResponseId,sex,time,picture,trial,response,response_time\n\
             R_1,f,9,001,1,1,\nR_1,f,9,002,2,2,\nR_2,m,9,002,2,1,\n"
        );
        assert_eq!(found.origin, [1, 2, 2, 3]);
        assert!(found.notes.iter().any(|note| note.contains("no number are no trials: time")), "{:?}", found.notes);
    }

    #[test]
    fn rows_of_qualtrics_that_describe_columns_are_no_people() {
        let import = "\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\",\"{\"\"ImportId\"\":\"\"QID2\"\"}\"";
        let head = "ResponseId,Q12_1,Q12_2\nResponse ID,Which face? - 1,Which face? - 2\n";
        for (content, rows) in [
            (format!("{head}{import}\nR_1,1,2\n"), 2),
            (format!("{head}R_1,1,2\nR_2,2,1\n"), 4),
            ("ResponseId,Q12_1,Q12_2\nR_1,left,right\nR_2,right,left\n".to_owned(), 4),
        ] {
            assert_eq!(long(&content, &wide("Q12_*")).content.lines().count(), rows + 1, "{content}");
        }
    }

    #[test]
    fn response_times_and_stimuli_stand_in_columns_of_the_same_number() {
        let settings =
            Wide { response_times: Some("rt_*".to_owned()), stimuli: Some("stim_*".to_owned()), ..wide("trial_*") };
        let found = long("stim_1,trial_1,rt_1,stim_2,trial_2,rt_2\n64,1,900,7,-1,800\n", &settings);
        assert_eq!(found.content.lines().nth(2), Some("line 2,7,2,-1,800"));
        let error = gathered(&text("trial_1,x\n1,2\n"), &settings, &Columns::default()).unwrap_err();
        assert!(error.what.contains("rt_*") && error.what.contains("trial_*"), "{error}");
    }

    #[test]
    fn a_table_that_looks_wide_is_told_what_to_write() {
        let header: Vec<String> = (1..=20).map(|at| format!("t{at:05}")).collect();
        let content = format!("ResponseId,{}\nR_1,{}\n", header.join(","), ["1", "2"].repeat(10).join(","));
        let said = suspected(&text(&content)).unwrap();
        assert!(said.contains("20 columns called t* hold 1, 2") && said.contains("trials = \"t*\""), "{said}");
        let numbers: Vec<String> = (1..=20).map(|at| (at * 37).to_string()).collect();
        assert_eq!(suspected(&text(&format!("id,{}\na,{}\n", header.join(","), numbers.join(",")))), None);
    }
}
