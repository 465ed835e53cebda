//! Bubble centres as text: `row:column row:column ...`, and `band:row:column` where there are several bands.

use super::text::shortened;
use crate::bubbles::Centre;

/// Sides of pictures that are not known end here, px.
const LARGEST: usize = 1_000_000;

/// The centres in a text; where planes are known, each must lie inside the plane of its band.
pub fn read(text: &str, planes: &[(usize, usize)]) -> Result<Vec<Centre>, String> {
    text.split_whitespace().map(|one| centre(one, planes)).collect()
}

fn centre(text: &str, planes: &[(usize, usize)]) -> Result<Centre, String> {
    let shape = if planes.len() > 1 { "4:12:34 (band:row:column)" } else { "12:34 (row:column)" };
    let malformed = || format!("{:?} is not a centre such as {shape}", shortened(text));
    let numbers: Vec<usize> =
        text.split(':').map(|part| part.parse()).collect::<Result<_, _>>().map_err(|_| malformed())?;
    let (band, row, column) = match (numbers.as_slice(), planes.len()) {
        (&[row, column], 0 | 1) => (0, row, column),
        (&[band, row, column], _) => (band, row, column),
        _ => return Err(malformed()),
    };
    if planes.is_empty() {
        let known = u8::try_from(band).is_ok() && row.max(column) < LARGEST;
        return known.then_some(Centre { band: band as u8, row, column }).ok_or_else(malformed);
    }
    let Some(&(rows, columns)) = planes.get(band) else {
        return Err(format!("{text:?} is not in one of the {} bands, from 0", planes.len()));
    };
    if row >= rows || column >= columns {
        return Err(format!("{text:?} is not inside the picture ({rows} rows, {columns} columns, from 0)"));
    }
    Ok(Centre { band: band as u8, row, column })
}

/// The text of centres.
pub fn write(centres: &[Centre], several: bool) -> String {
    let one = |centre: &Centre| {
        let band = if several { format!("{}:", centre.band) } else { String::new() };
        format!("{band}{}:{}", centre.row, centre.column)
    };
    centres.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centres_come_back_from_their_text_with_and_without_bands() {
        let flat = [Centre::new(3, 5), Centre::new(0, 0)];
        assert_eq!(read(&write(&flat, false), &[(4, 6)]).unwrap(), flat);
        let banded = [Centre { band: 1, row: 1, column: 2 }, Centre { band: 0, row: 3, column: 5 }];
        assert_eq!(write(&banded, true), "1:1:2 0:3:5");
        assert_eq!(read("1:1:2 0:3:5", &[(4, 6), (2, 3)]).unwrap(), banded);
        for (bad, reason) in [("1:2:2", "inside"), ("2:0:0", "bands"), ("1:2", "band:row:column"), ("a:1:1", "centre")]
        {
            assert!(read(bad, &[(4, 6), (2, 3)]).unwrap_err().contains(reason), "{bad}");
        }
    }
}
