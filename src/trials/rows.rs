//! Rows of a platform's file, by column: delimited text, or JSON objects.

use std::collections::{BTreeSet, HashMap};

use super::answer::Answer;
use super::delimited::{Record, records};
use super::text::{Text, present};
use super::{Imported, Known, Rejected};
use crate::error::{Error, Result};
use crate::experiment::Import;

/// One row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Line of the file, or of JSON the number of the object; from 1.
    pub line: u64,
    cells: HashMap<String, String>,
}

/// All rows of a file.
pub struct Rows<'a> {
    text: &'a Text,
    /// Names of the columns.
    pub columns: BTreeSet<String>,
    /// The rows.
    pub all: Vec<Row>,
    ragged: Vec<Rejected>,
}

impl Row {
    /// What a column holds, unless that says "missing".
    pub fn text(&self, column: &str) -> Option<&str> {
        self.cell(column).and_then(present)
    }

    /// What a column holds, unless it is empty.
    pub fn cell(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }
}

impl<'a> Rows<'a> {
    /// Reads the rows; `rename` turns the columns of the file into those that are asked for. Of two columns with one name,
    /// the first that holds something counts. Blank lines and a last line `END OF FILE` are passed over.
    pub fn read(text: &'a Text, rename: fn(&str) -> String) -> Result<Rows<'a>> {
        let mut rows = Rows { text, columns: BTreeSet::new(), all: Vec::new(), ragged: Vec::new() };
        if text.is_json() {
            for (at, object) in objects(text)?.into_iter().enumerate() {
                let cells = object.into_iter().map(|(name, value)| (rename(&name), cell(&value)));
                rows.all.push(Row { line: at as u64 + 1, cells: cells.collect() });
            }
            rows.columns = rows.all.iter().flat_map(|row| row.cells.keys().cloned()).collect();
            return Ok(rows);
        }
        let header: Vec<String> = text.header.iter().map(|name| rename(name)).collect();
        rows.columns = header.iter().filter(|name| !name.is_empty()).cloned().collect();
        for Record { line, cells } in records(&text.content, text.delimiter).skip(1) {
            let filled = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |last| last + 1);
            if filled == 1 && cells[0].trim() == "END OF FILE" {
                continue;
            }
            if filled > header.len()
                || (cells.len() < header.len() && header.get(cells.len()..) != Some(&[String::new()]))
            {
                let reason = format!("{} cells, and the header has {}", cells.len(), header.len());
                rows.ragged.push(Rejected { file: text.file(), line, reason });
                continue;
            }
            let mut row = Row { line, cells: HashMap::new() };
            for (name, cell) in header.iter().zip(cells).filter(|(name, _)| !name.is_empty()) {
                let kept = row.cells.entry(name.clone()).or_default();
                if kept.trim().is_empty() {
                    *kept = cell;
                }
            }
            rows.all.push(row);
        }
        Ok(rows)
    }

    /// Takes every row that holds an answer to a trial and joins it to what is known; `answer` says which rows those are.
    pub fn join<'r>(
        &'r self,
        import: &Import,
        known: &Known,
        answer: impl Fn(&'r Row) -> Option<Answer<'r>>,
    ) -> Result<Imported> {
        if let Some(name) = import.keep.keys().find(|name| !self.columns.contains(*name)) {
            let columns = self.columns.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(Error::invalid(format!(
                "there is no column called {name} (field import.keep); the columns are: {columns}"
            ))
            .at(self.text.path.display())
            .hint("name a column of the file in [import.keep], or remove the line"));
        }
        let file = self.text.file();
        let mut imported = Imported { rejected: self.ragged.clone(), ..Imported::default() };
        let mut seen: HashMap<(String, String), u64> = HashMap::new();
        for row in &self.all {
            let kept = import.keep.iter().all(|(name, value)| row.cells.get(name) == Some(value));
            let Some(answer) = answer(row).filter(|_| kept) else {
                imported.other += 1;
                continue;
            };
            let identity = answer.identity(row.line);
            let taken = answer.join(known, row.line).and_then(|taken| match seen.get(&identity) {
                None => Ok(taken),
                Some(first) => {
                    Err(format!("observer {}, trial {} stands already in line {first}", identity.0, identity.1))
                }
            });
            match taken {
                Ok((trial, agrees)) => {
                    seen.insert(identity, row.line);
                    imported.trials.push(trial);
                    imported.disagreeing += usize::from(!agrees);
                }
                Err(reason) => imported.rejected.push(Rejected { file: file.clone(), line: row.line, reason }),
            }
        }
        imported.rejected.sort_by_key(|rejected| rejected.line);
        if imported.trials.is_empty() {
            let hint = "compare the file with the trial ids of results/.../design/participants, and the pictures with \
                        [pictures]";
            return Err(imported.nothing(hint).at(self.text.path.display()));
        }
        Ok(imported)
    }
}

/// The objects of JSON: in one array, in several arrays one after another, or one a line.
fn objects(text: &Text) -> Result<Vec<serde_json::Map<String, serde_json::Value>>> {
    let mut found = Vec::new();
    let mut waiting: Vec<serde_json::Value> = Vec::new();
    for value in serde_json::Deserializer::from_str(&text.content).into_iter() {
        waiting.push(value.map_err(|cause| {
            Error::invalid(format!("this JSON cannot be read: {cause}"))
                .at(text.path.display())
                .hint("the file holds an array of objects, or an object a line")
        })?);
    }
    waiting.reverse();
    while let Some(value) = waiting.pop() {
        match value {
            serde_json::Value::Array(inside) => waiting.extend(inside.into_iter().rev()),
            serde_json::Value::Object(object) => found.push(object),
            other => {
                return Err(Error::invalid(format!("this JSON holds {other} where an object belongs"))
                    .at(text.path.display())
                    .hint("the file holds an array of objects, or an object a line"));
            }
        }
    }
    Ok(found)
}

fn cell(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
