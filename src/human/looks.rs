//! Fixations and clicks from a table: a row a look, with the observer, the picture and the place.

use std::collections::BTreeMap;

use super::density::Look;
use crate::error::{Error, Result};
use crate::experiment::LookColumns;
use crate::trials::{Known, Rejected, Text};

/// Where coordinates of the table lie in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placing {
    /// (rows, columns) of the picture.
    pub shape: (usize, usize),
    /// Coordinates of the picture's upper left corner.
    pub origin: [f64; 2],
    /// Width of the picture in the unit of the coordinates; its height follows.
    pub width: f64,
}

impl Placing {
    /// Px from the left and the upper edge; `None` outside the picture.
    fn place(&self, x: f64, y: f64) -> Option<(f64, f64)> {
        let (rows, columns) = (self.shape.0 as f64, self.shape.1 as f64);
        let scale = columns / self.width;
        let (x, y) = ((x - self.origin[0]) * scale, (y - self.origin[1]) * scale);
        ((0.0..=columns).contains(&x) && (0.0..=rows).contains(&y)).then_some((x, y))
    }
}

/// How a table is read.
#[derive(Debug, Clone, Copy)]
pub struct LookTable<'a> {
    /// Names of its columns.
    pub columns: &'a LookColumns,
    /// Where its coordinates lie.
    pub placing: Placing,
    /// Whether looks are weighed by their duration, which must then be there.
    pub timed: bool,
    /// Whether the first look of an observer at a picture, which began before the picture came, is left out.
    pub drop_first: bool,
}

/// The looks of each observer at each picture, and the rows that are none.
#[derive(Debug, Default)]
pub struct Looks {
    /// (picture, observer) to the looks in their order.
    pub of: BTreeMap<(String, String), Vec<Look>>,
    /// Rows not taken, with the reason.
    pub rejected: Vec<Rejected>,
    /// First looks left out.
    pub first: usize,
}

/// A row, before it is known whether it is the first.
struct Entry {
    order: f64,
    line: u64,
    look: std::result::Result<Look, String>,
}

/// Reads a table, `known` saying which pictures there are. A look without an observer, a known picture or a place inside
/// the picture is listed among the rejected rows.
pub fn read_looks(text: &Text, known: &Known, reading: LookTable) -> Result<Looks> {
    let columns = Columns::find(text, reading)?;
    let mut looks = Looks::default();
    let mut entries: BTreeMap<(String, String), Vec<Entry>> = BTreeMap::new();
    let reject = |line, reason| Rejected { file: text.file(), line, reason };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(text.delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.content.as_bytes());
    for (at, record) in reader.records().enumerate().skip(text.before + 1) {
        let record = record.map_err(|cause| {
            Error::invalid(format!("this table cannot be read: {cause}"))
                .at(text.path.display())
                .hint("a table is CSV with a header line and a row a look")
        })?;
        let line = record.position().map_or(at as u64 + 1, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match columns.owner(&record, known) {
            Ok(owner) => {
                let order = columns.order.and_then(|at| number(record.get(at)?)).unwrap_or(line as f64);
                let look = columns.look(&record, reading);
                entries.entry(owner).or_default().push(Entry { order, line, look });
            }
            Err(reason) => looks.rejected.push(reject(line, reason)),
        }
    }
    for (owner, mut own) in entries {
        own.sort_by(|a, b| a.order.total_cmp(&b.order).then(a.line.cmp(&b.line)));
        let dropped = usize::from(reading.drop_first).min(own.len());
        looks.first += dropped;
        for Entry { line, look, .. } in own.into_iter().skip(dropped) {
            match look {
                Ok(look) => looks.of.entry(owner.clone()).or_default().push(look),
                Err(reason) => looks.rejected.push(reject(line, reason)),
            }
        }
    }
    looks.rejected.sort_by_key(|rejected| rejected.line);
    Ok(looks)
}

/// Where the columns are.
struct Columns {
    observer: usize,
    picture: usize,
    x: usize,
    y: usize,
    order: Option<usize>,
    duration: Option<usize>,
}

impl Columns {
    fn find(text: &Text, reading: LookTable) -> Result<Columns> {
        let place = |name: &str| text.header.iter().position(|column| column == name);
        let needed = |field: &str, name: &str| {
            place(name).ok_or_else(|| {
                Error::invalid(format!("there is no column called {name}; the columns are: {}", text.header.join(", ")))
                    .at(format!("{}, line 1", text.path.display()))
                    .hint(format!("say what it is called: `{field} = \"...\"` in [human.columns]"))
            })
        };
        let names = reading.columns;
        Ok(Columns {
            observer: needed("observer", &names.observer)?,
            picture: needed("picture", &names.picture)?,
            x: needed("x", &names.x)?,
            y: needed("y", &names.y)?,
            order: place(&names.order),
            duration: if reading.timed { Some(needed("duration", &names.duration)?) } else { None },
        })
    }

    /// Picture and observer of a row.
    fn owner(&self, record: &csv::StringRecord, known: &Known) -> std::result::Result<(String, String), String> {
        let cell = |at: usize| record.get(at).map(str::trim).filter(|cell| !cell.is_empty());
        let observer = cell(self.observer).ok_or("no observer")?;
        let named = cell(self.picture).ok_or("no picture")?;
        let picture = known.picture(named).ok_or_else(|| format!("no picture is called {named:?}"))?;
        Ok((picture.to_owned(), observer.to_owned()))
    }

    fn look(&self, record: &csv::StringRecord, reading: LookTable) -> std::result::Result<Look, String> {
        let value = |name: &str, at: usize| {
            let cell = record.get(at).unwrap_or_default();
            number(cell).ok_or_else(|| format!("{name} is {cell:?}, not a number"))
        };
        let (x, y) = (value("x", self.x)?, value("y", self.y)?);
        let weight = match self.duration {
            None => 1.0,
            Some(at) => value("duration", at)?,
        };
        if weight < 0.0 {
            return Err(format!("duration is \"{weight}\", which is less than nothing"));
        }
        let (x, y) = reading.placing.place(x, y).ok_or_else(|| format!("\"{x}, {y}\" lies outside the picture"))?;
        Ok(Look { x, y, weight })
    }
}

/// A finite number; a comma may stand for the point.
fn number(cell: &str) -> Option<f64> {
    cell.trim().replace(',', ".").parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACING: Placing = Placing { shape: (60, 80), origin: [0.0, 0.0], width: 80.0 };

    fn read(content: &str, placing: Placing, timed: bool, drop_first: bool) -> Result<Looks> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("looks.csv");
        std::fs::write(&path, content).unwrap();
        let known = Known { pictures: vec!["a.jpg".into(), "b.jpg".into()], ..Known::default() };
        let columns = LookColumns::default();
        read_looks(&Text::read(&path)?, &known, LookTable { columns: &columns, placing, timed, drop_first })
    }

    fn places(looks: &Looks, picture: &str, observer: &str) -> Vec<(f64, f64, f64)> {
        looks.of[&(picture.to_owned(), observer.to_owned())].iter().map(|l| (l.x, l.y, l.weight)).collect()
    }

    const TABLE: &str = "picture,observer,order,x,y,duration\na.jpg,1,2,10,20,300\na.jpg,1,1,40.5,30,100\n\
                         folder/a,2,1,80,60,50\nb.jpg,1,1,-1,5,50\nc.jpg,1,1,5,5,50\nb.jpg,,1,5,5,50\nb.jpg,2,1,,5,50\n";

    #[test]
    fn looks_come_in_their_order_and_every_other_row_is_listed() {
        let looks = read(TABLE, PLACING, true, false).unwrap();
        assert_eq!(places(&looks, "a.jpg", "1"), [(40.5, 30.0, 100.0), (10.0, 20.0, 300.0)]);
        assert_eq!(places(&looks, "a.jpg", "2"), [(80.0, 60.0, 50.0)], "the last edge belongs to the picture");
        let rejected: Vec<(u64, &str)> = looks.rejected.iter().map(|one| (one.line, one.reason.as_str())).collect();
        assert_eq!(
            rejected,
            [
                (5, "\"-1, 5\" lies outside the picture"),
                (6, "no picture is called \"c.jpg\""),
                (7, "no observer"),
                (8, "x is \"\", not a number"),
            ]
        );
        assert_eq!(places(&read(TABLE, PLACING, false, false).unwrap(), "a.jpg", "1")[1].2, 1.0);
    }

    #[test]
    fn the_first_look_is_that_of_the_lowest_order_also_where_it_lies_outside() {
        let looks = read(TABLE, PLACING, false, true).unwrap();
        assert_eq!(places(&looks, "a.jpg", "1"), [(10.0, 20.0, 1.0)]);
        assert_eq!((looks.first, looks.of.len()), (4, 1));
        let without_order = read(&TABLE.replace("order", "number"), PLACING, false, true).unwrap();
        assert_eq!(places(&without_order, "a.jpg", "1"), [(40.5, 30.0, 1.0)], "the first line of the file goes");
    }

    #[test]
    fn coordinates_of_a_screen_are_brought_to_the_picture() {
        // A picture of 800 x 600 with its corner at (100, 50) of the screen, here 80 x 60.
        let placing = Placing { origin: [100.0, 50.0], width: 800.0, ..PLACING };
        let looks = read("picture;observer;x;y\na.jpg;1;500,0;350\na.jpg;1;99;350\n", placing, false, false).unwrap();
        assert_eq!(places(&looks, "a.jpg", "1"), [(40.0, 30.0, 1.0)]);
        assert_eq!(looks.rejected.len(), 1);
    }

    #[test]
    fn a_missing_column_is_named_with_the_others() {
        let error = read("picture,observer,x,row\n", PLACING, false, false).unwrap_err().to_string();
        assert!(error.contains("no column called y") && error.contains("picture, observer, x, row"), "{error}");
        let error = read("picture,observer,x,y\n", PLACING, true, false).unwrap_err().to_string();
        assert!(error.contains("no column called duration"), "{error}");
    }
}
