//! A table with a header line, whose columns `[import.columns]` names; comma, semicolon or tab.

use std::collections::HashMap;

use super::text::{Text, present};
use super::{Format, Imported, Known, Rejected, Role, Trial, centres};
use crate::bubbles::Centre;
use crate::error::{Error, Result};
use crate::experiment::{Columns, Import, TimeUnit};

/// The row of the table of formats.
pub const FORMAT: Format = Format {
    name: "csv",
    description: "one row a trial, columns named in [import.columns]; bubble centres as \"row:column row:column ...\", \
                  with bands as \"band:row:column ...\"",
    told_by: "columns that [import.columns] names",
    detect,
    read,
};

const NOT_A_TABLE: &str = "a table has a header line and one row a trial, separated by commas, semicolons or tabs";

/// Where each canonical column stands in this file.
struct Layout {
    observer: usize,
    picture: usize,
    correct: usize,
    centres: usize,
    block: Option<usize>,
    trial: Option<usize>,
    mirrored: Option<usize>,
    response: Option<usize>,
    response_time: Option<usize>,
    keep: Vec<(usize, String)>,
}

impl Layout {
    fn find(header: &[String], columns: &Columns, import: &Import) -> Result<Layout> {
        let optional = |name: &str| header.iter().position(|column| column == name);
        let absent = |name: &str, field: &str| {
            Error::invalid(format!(
                "there is no column called {name} (field {field}); the columns are: {}",
                header.join(", ")
            ))
        };
        let needed = |field: &str, name: &str| {
            optional(name).ok_or_else(|| {
                absent(name, &format!("import.columns.{field}"))
                    .hint(format!("name the column in the experiment file: [import.columns] {field} = \"...\""))
            })
        };
        let named = [&columns.observer, &columns.picture, &columns.correct, &columns.centres, &columns.block]
            .into_iter()
            .chain([&columns.trial, &columns.mirrored, &columns.response, &columns.response_time])
            .chain(import.keep.keys());
        for name in named {
            if header.iter().filter(|column| *column == name).count() > 1 {
                return Err(Error::invalid(format!("two columns are called {name}")).hint("rename one of them"));
            }
        }
        Ok(Layout {
            observer: needed("observer", &columns.observer)?,
            picture: needed("picture", &columns.picture)?,
            correct: needed("correct", &columns.correct)?,
            centres: needed("centres", &columns.centres)?,
            block: optional(&columns.block),
            trial: optional(&columns.trial),
            mirrored: optional(&columns.mirrored),
            response: optional(&columns.response),
            response_time: optional(&columns.response_time),
            keep: import
                .keep
                .iter()
                .map(|(name, value)| {
                    let at = optional(name).ok_or_else(|| {
                        absent(name, "import.keep")
                            .hint("name a column of the file in [import.keep], or remove the line")
                    })?;
                    Ok((at, value.clone()))
                })
                .collect::<Result<_>>()?,
        })
    }
}

fn detect(text: &Text, import: &Import) -> bool {
    let Columns { observer, picture, correct, centres, .. } = &import.columns;
    [observer, picture, correct, centres].iter().any(|name| text.has(&[name.as_str()]))
}

fn read(text: &Text, import: &Import, known: &Known) -> Result<Imported> {
    let path = &text.path;
    let content = text.content.as_bytes();
    let mut reader = ::csv::ReaderBuilder::new().delimiter(text.delimiter).flexible(true).from_reader(content);
    let malformed = |cause: ::csv::Error| {
        Error::invalid(format!("this table cannot be read: {cause}")).at(path.display()).hint(NOT_A_TABLE)
    };
    let header: Vec<String> = reader.headers().map_err(malformed)?.iter().map(|name| name.trim().to_owned()).collect();
    let layout = Layout::find(&header, &import.columns, import)
        .map_err(|error| error.at(format!("{}, line 1", path.display())))?;
    let file = text.file();
    let mut imported = Imported::default();
    let mut seen: HashMap<(String, String, u32), u64> = HashMap::new();
    let mut counted: HashMap<String, u32> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(malformed)?;
        let line = record.position().map_or(0, ::csv::Position::line);
        if record.len() == header.len() && layout.keep.iter().any(|(at, value)| record.get(*at) != Some(value)) {
            imported.other += 1;
            continue;
        }
        let row = Row { record: &record, header: &header };
        match row.trial(&layout, import, known, &mut counted) {
            Ok(trial) => {
                let identity = (trial.observer.clone(), trial.block.clone(), trial.number);
                match seen.insert(identity, line) {
                    None => imported.trials.push(trial),
                    Some(first) => imported.rejected.push(Rejected {
                        file: file.clone(),
                        line,
                        reason: format!(
                            "observer {}, block {}, trial {} stands already in line {first}",
                            trial.observer, trial.block, trial.number
                        ),
                    }),
                }
            }
            Err(reason) => imported.rejected.push(Rejected { file: file.clone(), line, reason }),
        }
    }
    if imported.trials.is_empty() {
        let hint = "compare [import.columns] with the first line of the file, and the pictures with [pictures]";
        return Err(imported.nothing(hint).at(path.display()));
    }
    Ok(imported)
}

/// One line of the table.
struct Row<'a> {
    record: &'a ::csv::StringRecord,
    header: &'a [String],
}

impl Row<'_> {
    fn trial(
        &self,
        layout: &Layout,
        import: &Import,
        known: &Known,
        counted: &mut HashMap<String, u32>,
    ) -> std::result::Result<Trial, String> {
        if self.record.len() != self.header.len() {
            return Err(format!("{} cells, and the header has {}", self.record.len(), self.header.len()));
        }
        let observer = self.text(layout.observer).ok_or("the observer is empty")?.to_owned();
        let count = counted.entry(observer.clone()).and_modify(|count| *count += 1).or_insert(1);
        let picture = self.text(layout.picture).ok_or("the picture is empty")?;
        let name = picture.rsplit(['/', '\\']).next().unwrap_or(picture);
        let picture = known.picture(name).ok_or_else(|| format!("there is no picture called {name}"))?;
        Ok(Trial {
            id: String::new(),
            role: Role::Main,
            repeats: None,
            observer,
            block: layout.block.and_then(|at| self.text(at)).unwrap_or("1").to_owned(),
            number: match layout.trial.and_then(|at| self.text(at).map(|text| (at, text))) {
                None => *count,
                Some((at, text)) => text.parse().map_err(|_| self.bad(at, text, "a whole number"))?,
            },
            picture: picture.to_owned(),
            mirrored: match layout.mirrored {
                None => false,
                Some(at) => self.truth(at)?.unwrap_or(false),
            },
            centres: self.centres(layout.centres, &known.planes)?,
            response: layout.response.and_then(|at| self.text(at)).map(str::to_owned),
            correct: self.truth(layout.correct)?,
            response_time: match layout.response_time {
                None => None,
                Some(at) => self.time(at, import.response_time)?,
            },
        })
    }

    fn text(&self, at: usize) -> Option<&str> {
        self.record.get(at).and_then(present)
    }

    fn bad(&self, at: usize, text: &str, wanted: &str) -> String {
        format!("column {}: {text:?} is not {wanted}", self.header[at])
    }

    fn truth(&self, at: usize) -> std::result::Result<Option<bool>, String> {
        match self.text(at) {
            None => Ok(None),
            Some("1" | "1.0" | "true" | "TRUE" | "True") => Ok(Some(true)),
            Some("0" | "0.0" | "false" | "FALSE" | "False") => Ok(Some(false)),
            Some(text) => Err(self.bad(at, text, "0, 1, true or false")),
        }
    }

    fn time(&self, at: usize, unit: TimeUnit) -> std::result::Result<Option<f64>, String> {
        let Some(text) = self.text(at) else { return Ok(None) };
        let value: f64 = text.parse().map_err(|_| self.bad(at, text, "a number"))?;
        if !value.is_finite() || value < 0.0 {
            return Err(self.bad(at, text, "a response time"));
        }
        Ok(Some(match unit {
            TimeUnit::Ms => value,
            TimeUnit::S => value * 1000.0,
        }))
    }

    fn centres(&self, at: usize, planes: &[(usize, usize)]) -> std::result::Result<Vec<Centre>, String> {
        let text = self.record.get(at).unwrap_or("");
        centres::read(text, planes).map_err(|reason| format!("column {}: {reason}", self.header[at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(text: &str) -> Result<Imported> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.csv");
        std::fs::write(&path, text).unwrap();
        let settings = Import {
            files: Vec::new(),
            columns: Columns::default(),
            response_time: TimeUnit::S,
            format: None,
            keep: [("phase".to_owned(), "pre".to_owned())].into(),
        };
        let pictures = vec!["a.png".into(), "b.png".into()];
        read(&Text::read(&path)?, &settings, &Known { pictures, planes: vec![(4, 6)], ..Known::default() })
    }

    #[test]
    fn rows_become_trials_whatever_the_delimiter_and_the_order_of_columns() {
        let comma = import("phase,observer,picture,correct,response_time,centres,mirrored\npre,7,x/a.png,1,0.5,3:5 0:0,1\npost,7,a.png,1,1,,0\n").unwrap();
        let semicolon = import(
            "\u{feff}correct;centres;picture;observer;phase;mirrored;response_time\n1;3:5 0:0;a;7;pre;true;0.5\n",
        )
        .unwrap();
        assert_eq!(comma.trials, semicolon.trials);
        assert_eq!((comma.other, comma.rejected.len()), (1, 0));
        let trial = &comma.trials[0];
        assert_eq!((trial.response_time, trial.mirrored, trial.number), (Some(500.0), true, 1));
        assert_eq!(trial.centres, [Centre::new(3, 5), Centre::new(0, 0)]);
    }

    #[test]
    fn a_bad_row_is_rejected_with_its_line_and_reason() {
        let head = "phase,observer,trial,picture,correct,centres\npre,1,1,a,1,0:0\n";
        for (row, reason) in [
            ("pre,1,2,c,1,0:0", "no picture called c"),
            ("pre,1,2,a,yes,0:0", "\"yes\" is not 0, 1"),
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
