//! The canonical table, as CSV or Parquet, and any other with a row a trial whose columns `[import.columns]` names.
//!
//! `trials.parquet` and `centres.parquet` beside one another are read like the one CSV with a column `centres`.

use std::borrow::Cow;

use super::answer::{Answer, Given};
use super::encoding::Encoding;
use super::rows::Rows;
use super::text::{Text, listed};
use super::time::{self, Told};
use super::who::is_known;
use super::{Format, Imported, Known, centres};
use crate::bubbles::Centre;
use crate::error::{Error, Result};
use crate::experiment::{Columns, Import, TimeUnit};
use crate::place::Places;

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "csv",
    description: "a row a trial, as CSV or Parquet, columns named in [import.columns]; bubble centres as \"row:column row:column \
                  ...\", with bands as \"band:row:column ...\"",
    told_by: "columns that [import.columns] names",
    detect,
    read,
};

/// The column of response times in tables that bubblescope writes.
const OWN_TIME: &str = "response_time_ms";

pub fn detect(text: &Text, import: &Import) -> bool {
    let Columns { observer, picture, correct, centres, trial_id, .. } = &import.columns;
    let all = [
        (observer, "observer"),
        (picture, "picture"),
        (correct, "correct"),
        (centres, "centres"),
        (trial_id, "trial_id"),
    ];
    all.iter().any(|(named, own)| text.has(&[named.as_deref().unwrap_or(own)]))
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let columns = &import.columns;
    check(text, columns, known).map_err(|error| error.at(format!("{}, line 1", text.path.display())))?;
    let rows = Rows::read(text, columns, str::to_owned)?;
    let named = columns.centres.as_deref().unwrap_or("centres");
    let beside = beside(text, named, known)?;
    let responds = rows.has(columns.response.as_deref().unwrap_or("response"));
    let (time, told, note) = times(&rows, columns);
    let mut imported = rows.join(import, known, told, |row| {
        let mut answer = Answer::of(row, columns);
        answer.responds = responds;
        let (response, time) = (row.text("response"), row.text(&time));
        let mut answer = answer.given(Given { response, time, ..Given::default() }, columns);
        if let Some(beside) = &beside {
            answer.centres = beside.get(row.number()).map(|text| Cow::Borrowed(text.as_str()));
            answer.places = Some(Places::default());
        } else if known.plan.is_none() && answer.centres.is_none() && text.has(&[named]) {
            answer.centres = Some(Cow::Borrowed(""));
        }
        Ok(answer)
    })?;
    imported.reading.notes.extend(note);
    Ok(imported)
}

/// The column of response times, who tells their unit, and a note where the column was found by its name.
fn times(rows: &Rows, columns: &Columns) -> (String, Told, Option<String>) {
    let own = || "response_time".to_owned();
    if let Some(name) = &columns.response_time {
        return (name.clone(), Told::ByNobody, None);
    }
    if rows.has("response_time") {
        return (own(), Told::ByNobody, None);
    }
    if rows.has(OWN_TIME) {
        return (OWN_TIME.to_owned(), Told::By(TimeUnit::Ms), None);
    }
    let mut found: Vec<String> = rows.columns().into_iter().filter(|name| time::is_name(name)).collect();
    let otherwise = |name: &String| matches!(time::stated(&rows.text.path, name), Some(Told::Otherwise(..)));
    if !found.iter().all(otherwise) {
        found.retain(|name| !otherwise(name));
    }
    match &found[..] {
        [] => (own(), Told::ByNobody, None),
        [one] => {
            let told = time::stated(&rows.text.path, one).unwrap_or(Told::ByNobody);
            (one.clone(), told, Some(format!("response times are those of column {one}")))
        }
        several => {
            let note = format!("no response times, because several columns may hold them: {}", listed(several));
            (own(), Told::ByNobody, Some(note))
        }
    }
}

/// The centres of every row, where they lie in a table of their own.
fn beside(text: &Text, column: &str, known: &Known) -> Result<Option<Vec<String>>> {
    let path = text.path.with_file_name("centres.parquet");
    if text.encoding != Encoding::Parquet || text.has(&[column]) || !path.is_file() {
        return Ok(None);
    }
    let several = known.planes.len() > 1;
    let mut rows: Vec<Vec<Centre>> = vec![Vec::new(); text.content.lines().count().saturating_sub(1)];
    let height = rows.len();
    for (at, centre) in super::table::centres(&path)? {
        let row = rows.get_mut(at).ok_or_else(|| {
            Error::invalid(format!("a centre belongs to row {at}, and there are {height} trials"))
                .at(path.display())
                .hint("both files come from one run; copy them together")
        })?;
        row.push(centre);
    }
    Ok(Some(rows.iter().map(|one| centres::write(one, several || one.iter().any(|centre| centre.band > 0))).collect()))
}

/// What must be there: who answered, what was shown and where, and whether it was right.
fn check(text: &Text, columns: &Columns, known: &Known) -> Result<()> {
    let header = &text.header;
    let absent = |field: &str, name: &str| {
        Error::invalid(format!(
            "there is no column called {name} (field import.columns.{field}); the columns are: {}",
            listed(header)
        ))
        .hint(format!("name the column in the experiment file: [import.columns] {field} = \"...\""))
    };
    let has = |named: &Option<String>, own: &str| text.has(&[named.as_deref().unwrap_or(own)]);
    // Without a column of participants the names of files stand for them where that is asked for.
    let observed = header.iter().any(|name| is_known(name)) || columns.observer.as_deref() == Some("");
    let by_id = known.plan.is_some() && has(&columns.trial_id, "trial_id");
    let apart = columns.x.is_some() && columns.y.is_some();
    let elsewhere = by_id || apart || known.noise.is_some() || known.is_nothing() || text.encoding == Encoding::Parquet;
    let answered = has(&columns.response, "response") || known.is_nothing();
    for (field, named, spared) in [
        ("observer", &columns.observer, observed),
        ("picture", &columns.picture, by_id || known.noise.is_some() || known.is_nothing()),
        ("correct", &columns.correct, answered),
        ("centres", &columns.centres, elsewhere),
    ] {
        if !has(named, field) && !spared {
            return Err(absent(field, named.as_deref().filter(|name| !name.is_empty()).unwrap_or(field)));
        }
    }
    let own = ["observer", "picture", "correct", "centres", "block", "trial", "mirrored", "response", "response_time"];
    let named: Vec<(&str, &str)> = columns.given().collect();
    let used = own.into_iter().filter(|field| named.iter().all(|(name, _)| name != field));
    for name in used.chain(named.iter().map(|(_, name)| *name)) {
        if header.iter().filter(|column| *column == name).count() > 1 && !name.is_empty() {
            return Err(Error::invalid(format!("two columns are called {name}")).hint("rename one of them"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Kept;

    fn import(text: &str) -> Result<Imported> {
        let settings = Import {
            response_time: TimeUnit::S,
            keep: [("phase".to_owned(), Kept::One("pre".to_owned()))].into(),
            ..Import::default()
        };
        let known = Known { pictures: vec!["a.png".into(), "b.png".into()], planes: vec![(4, 6)], ..Known::default() };
        read(&Text::of(std::path::Path::new("trials.csv"), text.into())?, &settings, &known)
    }

    #[test]
    fn rows_become_trials_whatever_the_delimiter_and_the_order_of_columns() {
        let comma = import("phase,observer,picture,correct,response_time,centres,mirrored\npre,7,x/a.png,1,0.5,3:5 0:0,1\npost,7,a.png,1,1,,0\n").unwrap();
        let semicolon = import(
            "\u{feff}correct;centres;picture;observer;phase;mirrored;response_time\n1;3:5 0:0;a;7;pre;true;0,5\n",
        )
        .unwrap();
        assert_eq!(comma.trials, semicolon.trials);
        assert_eq!((comma.left_out.len(), comma.rejected.len()), (1, 0));
        let trial = &comma.trials[0];
        assert_eq!((trial.response_time, trial.mirrored, trial.number), (Some(500.0), true, 1));
        assert_eq!(trial.centres, [Centre::new(3, 5), Centre::new(0, 0)]);
    }

    #[test]
    fn a_bad_row_is_rejected_with_its_line_and_reason() {
        let head = "phase,observer,trial,picture,correct,centres\npre,1,1,a,1,0:0\n";
        for (row, reason) in [
            ("pre,1,2,c,1,0:0", "no picture called c"),
            ("pre,1,2,a,maybe,0:0", "\"maybe\" is not 0, 1"),
            ("pre,1,2,a,1,4:0", "\"4:0\" is not inside"),
            ("pre,1,2,a,1,4-0", "\"4-0\" is not a centre"),
            ("pre,1,1,a,1,0:0", "stands already in line 2"),
            ("pre,1,2,a,1", "5 cells, and the header has 6"),
        ] {
            let imported = import(&format!("{head}{row}\n")).unwrap();
            assert_eq!(imported.trials.len(), 1);
            assert_eq!(imported.rejected[0].line, 3);
            assert!(imported.rejected[0].reason.contains(reason), "{:?}", imported.rejected);
        }
    }

    #[test]
    fn a_cell_that_cannot_be_read_costs_its_value_and_not_the_trial() {
        let head = "phase,observer,trial,picture,correct,centres,rt_ms,response\npre,1,1,a,1,0:0,500,x\n";
        for (row, reason) in [
            ("pre,1,x,a,1,0:0,500,x", "\"x\" is not a whole number"),
            ("pre,1,2,a,1,0:0,standard,x", "\"standard\" is not a response time"),
            ("pre,1,2,a,1,0:0,-41,x", "negative"),
            ("pre,1,2,a,maybe,0:0,500,x", "\"maybe\" is not 0, 1"),
        ] {
            let imported = import(&format!("{head}{row}\n")).unwrap();
            assert_eq!((imported.trials.len(), imported.rejected.len()), (2, 0), "{row}");
            assert_eq!(imported.unread[0].line, 3);
            assert!(imported.unread[0].reason.contains(reason), "{:?}", imported.unread);
            assert_eq!(imported.trials[1].response.as_deref(), Some("x"));
        }
        // Nobody can tell whether a picture was mirrored, so that the place of its bubbles is lost.
        let imported =
            import("phase,observer,picture,correct,centres,mirrored\npre,1,a,1,0:0,0\npre,1,a,1,0:0,?\n").unwrap();
        assert_eq!((imported.trials.len(), imported.rejected.len(), imported.unread.len()), (1, 1, 0));
    }

    #[test]
    fn a_missing_column_is_an_error_that_lists_the_columns() {
        let error = import("phase,observer,picture,correct\npre,1,a,1\n").unwrap_err();
        assert!(error.what.contains("centres") && error.what.contains("phase, observer, picture, correct"), "{error}");
    }
}
