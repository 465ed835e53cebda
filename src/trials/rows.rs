//! Rows of a platform's file, by column: delimited text, JSON objects, or what a format makes of its own.
//!
//! Cells stay where they stand in the file: a row is a list of places, so that a million rows take little more than the file.

mod records;

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::Rejected;
use super::text::{Text, listed, present};
use super::who::{Who, who};
use crate::error::{Error, Result};
use crate::experiment::Columns;

/// Names of the columns from some row on: a file whose header changes, or objects of several kinds, has several.
#[derive(Debug, Default)]
struct Layout {
    names: Vec<String>,
    /// Places of each name.
    places: HashMap<String, Vec<usize>>,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    line: u64,
    layout: usize,
    /// Its first cell.
    first: usize,
    /// Number of the list of JSON that it stands in, or of the header above it, from 0: often a person.
    list: usize,
}

/// All rows of a file.
pub struct Rows<'a> {
    /// The file.
    pub text: &'a Text,
    /// Rows that could not be read.
    pub rejected: Vec<Rejected>,
    /// What is worth saying of how they were read.
    pub notes: Vec<String>,
    layouts: Vec<Layout>,
    /// The layout of each list of names, which are strung together.
    known: HashMap<String, usize>,
    rows: Vec<Place>,
    /// Begin and length of every cell, in the file or, beyond its end, in `made`.
    cells: Vec<(u32, u32)>,
    made: String,
    /// Columns that settings name for something, which are nothing else then.
    claimed: HashSet<String>,
    /// Turns the names of the file into those used here.
    rename: fn(&str) -> String,
    /// The list that rows are read from.
    list: usize,
    who: OnceLock<Who>,
    /// Who answered where no column says so, for every list: the file.
    stems: Vec<String>,
}

/// One row.
#[derive(Clone, Copy)]
pub struct Row<'r> {
    rows: &'r Rows<'r>,
    at: usize,
}

impl<'r> Row<'r> {
    /// Line of the file, from 1.
    pub fn line(&self) -> u64 {
        self.rows.rows[self.at].line
    }

    /// The number of the row, from 0.
    pub fn number(&self) -> usize {
        self.at
    }

    /// What a column holds, unless that says "missing".
    pub fn text(&self, column: &str) -> Option<&'r str> {
        self.cell(column).and_then(present)
    }

    /// What the first of these columns holds that says something.
    pub fn first(&self, columns: &[&str]) -> Option<&'r str> {
        columns.iter().find_map(|column| self.text(column))
    }

    /// The cell of a column that settings name, unless that says "missing"; its name may be that of the file or that of the format.
    pub fn named(&self, column: &str) -> Option<&'r str> {
        let stated = self.stated(column).or_else(|| self.stated(&(self.rows.rename)(column)));
        stated.and_then(present)
    }

    /// Who answered, by the column of participants.
    pub fn participant(&self) -> Option<&'r str> {
        self.rows.who().column.as_deref().and_then(|column| self.text(column))
    }

    /// Whether a column holds one blank, which is what browsers call the space bar.
    pub fn is_space(&self, column: &str) -> bool {
        let place = self.rows.rows[self.at];
        let places = self.rows.layouts[place.layout].places.get(column);
        places.is_some_and(|places| places.iter().any(|&at| self.rows.says(place.first + at) == " "))
    }

    /// The cell of a column that settings name for nothing, unless it is empty.
    pub fn cell(&self, column: &str) -> Option<&'r str> {
        if self.rows.claimed.contains(column) { None } else { self.stated(column) }
    }

    /// The cell of any column, unless it is empty. Of columns with one name the first that holds something counts.
    pub fn stated(&self, column: &str) -> Option<&'r str> {
        let place = self.rows.rows[self.at];
        let places = self.rows.layouts[place.layout].places.get(column)?;
        places.iter().map(|&at| self.rows.says(place.first + at).trim()).find(|cell| !cell.is_empty())
    }
}

impl<'a> Rows<'a> {
    /// No rows yet.
    pub fn new(text: &'a Text) -> Rows<'a> {
        Rows {
            text,
            rejected: Vec::new(),
            notes: text.notes.clone(),
            layouts: Vec::new(),
            known: HashMap::new(),
            rows: Vec::new(),
            cells: Vec::new(),
            made: String::new(),
            claimed: HashSet::new(),
            rename: str::to_owned,
            list: 0,
            who: OnceLock::new(),
            stems: vec![file_stem(text)],
        }
    }

    /// Reads the rows under the names of the file.
    pub fn plain(text: &'a Text) -> Result<Rows<'a>> {
        Rows::read(text, &Columns::default(), str::to_owned)
    }

    /// Reads the rows; `rename` turns the columns of the file into those that are asked for. Columns that settings name must
    /// be there.
    pub fn read(text: &'a Text, columns: &Columns, rename: fn(&str) -> String) -> Result<Rows<'a>> {
        let mut rows = Rows::new(text);
        rows.rename = rename;
        if text.is_json() {
            rows.objects(rename)?;
        } else {
            rows.records(rename);
        }
        if text.content.len() + rows.made.len() > u32::MAX as usize {
            return Err(Error::unsupported("this file holds too much text for one")
                .at(text.path.display())
                .hint("divide it, for example by participant"));
        }
        rows.claim(columns)?;
        rows.name_lists();
        Ok(rows)
    }

    /// Sets columns apart that settings name.
    pub fn claim(&mut self, columns: &Columns) -> Result<()> {
        for (field, name) in columns.given().filter(|(_, name)| !name.is_empty()) {
            let own = [name.to_owned(), (self.rename)(name)].into_iter().find(|name| self.has(name));
            let Some(own) = own else {
                return Err(Error::invalid(format!(
                    "there is no column called {name} (field import.columns.{field}); the columns are: {}",
                    listed(&self.columns())
                ))
                .at(self.text.path.display())
                .hint(format!("name a column of the file in import.columns.{field}, or remove the line")));
            };
            self.claimed.insert(own);
        }
        Ok(())
    }

    /// Numbers the lists of rows, and names the people of each after the file.
    fn name_lists(&mut self) {
        let mut last = None;
        let mut number = 0;
        for row in &mut self.rows {
            number += usize::from(last.is_some_and(|last| last != row.list));
            last = Some(std::mem::replace(&mut row.list, number));
        }
        if number > 0 {
            let stem = file_stem(self.text);
            self.stems = (1..=number + 1).map(|list| format!("{stem}_{list}")).collect();
        }
    }

    /// The name that a column of the file has here.
    pub fn renamed(&self, column: &str) -> String {
        (self.rename)(column)
    }

    /// The rows in order.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|at| Row { rows: self, at })
    }

    /// The row of that number.
    pub fn row(&self, at: usize) -> Row<'_> {
        Row { rows: self, at }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The cells of a row.
    pub fn cells_of(&self, at: usize) -> impl Iterator<Item = &str> {
        let place = self.rows[at];
        let count = self.layouts[place.layout].names.len();
        (place.first..place.first + count).map(|cell| self.says(cell))
    }

    /// Whether any row has a column of that name.
    pub fn has(&self, column: &str) -> bool {
        self.layouts.iter().any(|layout| layout.places.contains_key(column))
    }

    /// Names of all columns, each once.
    pub fn columns(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.layouts.iter().flat_map(|layout| &layout.names) {
            if !name.is_empty() && !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// Adds a row of named cells.
    pub fn push(&mut self, line: u64, cells: &[(&str, &str)]) {
        let names: Vec<&str> = cells.iter().map(|(name, _)| *name).collect();
        let layout = self.layout(&names);
        self.rows.push(Place { line, layout, first: self.cells.len(), list: self.list });
        cells.iter().for_each(|(_, cell)| self.keep(cell));
    }

    /// Refuses a row.
    pub fn reject(&mut self, line: u64, reason: String) {
        self.rejected.push(Rejected { file: self.text.file(), line, reason });
    }

    /// The person of a row where no column says so: the file, and the number of its list where it has several.
    pub fn stem(&self, at: usize) -> &str {
        self.stems.get(self.rows[at].list).map_or("", String::as_str)
    }

    /// How many lists of rows there are, each named after the file.
    pub fn lists(&self) -> usize {
        self.stems.len()
    }

    /// The column of participants.
    pub fn who(&self) -> &Who {
        self.who.get_or_init(|| who(self))
    }

    fn says(&self, cell: usize) -> &str {
        let Some(&(begin, length)) = self.cells.get(cell) else { return "" };
        let (begin, length) = (begin as usize, length as usize);
        let own = self.text.content.len();
        let within = |text: &'_ str, begin: usize| text.get(begin..begin + length).map(str::len).is_some();
        match begin < own || length == 0 {
            true if within(&self.text.content, begin) => &self.text.content[begin..begin + length],
            false if within(&self.made, begin - own) => &self.made[begin - own..begin - own + length],
            _ => "",
        }
    }

    fn keep(&mut self, text: &str) {
        let begin = self.text.content.len() + self.made.len();
        self.made.push_str(text);
        self.cells.push((begin as u32, text.len() as u32));
    }

    /// The layout with these names.
    fn layout(&mut self, names: &[&str]) -> usize {
        let key = names.join("\u{1f}");
        // A name that holds the separator would make two layouts look like one.
        let same = |at: &&usize| self.layouts[**at].names.iter().eq(names.iter());
        if let Some(at) = self.known.get(&key).filter(same) {
            return *at;
        }
        self.known.insert(key, self.layouts.len());
        let mut layout = Layout { names: names.iter().map(|&name| name.to_owned()).collect(), ..Layout::default() };
        for (at, &name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            layout.places.entry(name.to_owned()).or_default().push(at);
        }
        self.layouts.push(layout);
        self.layouts.len() - 1
    }
}

/// The name of a file without its ending.
fn file_stem(text: &Text) -> String {
    text.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn column(content: &str, name: &str) -> (Vec<String>, Vec<String>, Vec<u64>) {
        let text = Text::of(Path::new("x"), content.into()).unwrap();
        let rows = Rows::read(&text, &Columns::default(), str::to_owned).unwrap();
        let cells = rows.iter().map(|row| row.text(name).unwrap_or("-").to_owned()).collect();
        (cells, rows.notes.clone(), rows.rejected.iter().map(|row| row.line).collect())
    }

    #[test]
    fn cells_are_found_by_name_where_the_header_changes_or_stands_again() {
        let (cells, notes, rejected) = column("a,b,c\n1,2,3\na,b,c\n4,5,6\nb,a,c,d\n7,8,9,10\n", "a");
        assert_eq!((cells, rejected.len()), (vec!["1".to_owned(), "4".to_owned(), "8".to_owned()], 0));
        assert!(
            notes[0].contains("again in line 3") && notes[1].contains("changes in line 5: b, a, c, d"),
            "{notes:?}"
        );
    }

    #[test]
    fn of_twin_columns_the_first_that_says_something_counts() {
        let (cells, notes, _) = column("a,b,a\n,1,x\ny,2,z\n", "a");
        assert_eq!(cells, ["x", "y"]);
        assert!(notes[0].ends_with(": a"), "{notes:?}");
    }

    #[test]
    fn a_ragged_line_is_rejected_unless_only_blanks_are_too_many_or_too_few() {
        let (cells, _, rejected) = column("a,b,\n1,2\n3,4,,,\n5\n6,7,8,9\n\"6\n\"\"7\"\n", "a");
        assert_eq!((cells, rejected), (vec!["1".to_owned(), "3".to_owned()], vec![4, 5, 6]));
    }

    #[test]
    fn objects_of_several_kinds_are_rows_and_a_broken_one_is_rejected() {
        let (cells, _, rejected) =
            column("[{\"a\": 1, \"b\": null}, {\"b\": 2}]\n[{\"a\": \"x\"}, {\"a\": tru}]\n[{\"a\":", "a");
        assert_eq!((cells, rejected), (vec!["1".to_owned(), "-".to_owned(), "x".to_owned()], vec![2, 3]));
    }

    #[test]
    fn a_name_with_the_separator_of_names_is_one_name() {
        let (cells, ..) = column("[{\"a\": 1, \"b\": 2}, {\"a\\u001fb\": 3}]", "a");
        assert_eq!(cells, ["1", "-"]);
    }
}
