//! The canonical table, as CSV or Parquet, and any other with a row a trial whose columns `[import.columns]` names.
//!
//! `trials.parquet` and `centres.parquet` beside one another are read like the one CSV with a column `centres`.

use std::borrow::Cow;

use super::answer::Answer;
use super::encoding::Encoding;
use super::rows::Rows;
use super::text::{Text, listed};
use super::time::Told;
use super::{Format, Imported, Known, centres};
use crate::bubbles::Centre;
use crate::error::{Error, Result};
use crate::experiment::{Columns, Import, TimeUnit};

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

fn detect(text: &Text, import: &Import) -> bool {
    let Columns { observer, picture, correct, centres, trial_id, .. } = &import.columns;
    [observer, picture, correct, centres, trial_id].iter().any(|name| text.has(&[name.as_str()]))
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let columns = &import.columns;
    check(text, columns, known).map_err(|error| error.at(format!("{}, line 1", text.path.display())))?;
    let rows = Rows::read(text, str::to_owned)?;
    let beside = beside(text, &columns.centres, known)?;
    let responds = rows.has(&columns.response);
    let own_time = !rows.has(&columns.response_time) && rows.has(OWN_TIME);
    let told = if own_time { Told::By(TimeUnit::Ms) } else { Told::ByNobody };
    rows.join(import, known, told, |row| {
        let mut answer = Answer::of(row, columns);
        answer.response = row.text(&columns.response);
        answer.responds = responds;
        answer.time = row.text(if own_time { OWN_TIME } else { &columns.response_time });
        if let Some(beside) = &beside {
            answer.centres = beside.get(row.number()).map(|text| Cow::Borrowed(text.as_str()));
        } else if known.plan.is_none() && answer.centres.is_none() && text.has(&[columns.centres.as_str()]) {
            answer.centres = Some(Cow::Borrowed(""));
        }
        Ok(answer)
    })
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
    let absent = |field: &str, name: &String| {
        Error::invalid(format!(
            "there is no column called {name} (field import.columns.{field}); the columns are: {}",
            listed(header)
        ))
        .hint(format!("name the column in the experiment file: [import.columns] {field} = \"...\""))
    };
    let has = |name: &String| text.has(&[name.as_str()]);
    let observed = super::answer::PARTICIPANT.iter().any(|name| text.has(&[*name]));
    let by_id = known.plan.is_some() && has(&columns.trial_id);
    let elsewhere = by_id || known.noise.is_some() || known.is_nothing() || text.encoding == Encoding::Parquet;
    let answered = has(&columns.response) || known.is_nothing();
    for (field, name, spared) in [
        ("observer", &columns.observer, observed),
        ("picture", &columns.picture, by_id || known.noise.is_some() || known.is_nothing()),
        ("correct", &columns.correct, answered),
        ("centres", &columns.centres, elsewhere),
    ] {
        if !has(name) && !spared {
            return Err(absent(field, name));
        }
    }
    let used = [&columns.observer, &columns.picture, &columns.correct, &columns.centres, &columns.block];
    let used = used.into_iter().chain([&columns.trial, &columns.mirrored, &columns.response, &columns.response_time]);
    for name in used {
        if header.iter().filter(|column| *column == name).count() > 1 {
            return Err(Error::invalid(format!("two columns are called {name}")).hint("rename one of them"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(text: &str) -> Result<Imported> {
        let settings = Import {
            response_time: TimeUnit::S,
            keep: [("phase".to_owned(), "pre".to_owned())].into(),
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
            ("pre,1,x,a,1,0:0", "\"x\" is not a whole number"),
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
    fn a_missing_column_is_an_error_that_lists_the_columns() {
        let error = import("phase,observer,picture,correct\npre,1,a,1\n").unwrap_err();
        assert!(error.what.contains("centres") && error.what.contains("phase, observer, picture, correct"), "{error}");
    }
}
