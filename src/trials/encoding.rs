//! Bytes of a trial file as text: UTF-8, UTF-16 of either order, with or without a byte-order mark, or Windows-1252.
//!
//! UTF-16 without a mark is told by its NUL bytes, which stand in every other place of Latin text. What is not UTF-8 is
//! Windows-1252, of which Latin-1 is the part without 0x80..0x9F, unless it holds bytes that no text has.

use std::fmt;
use std::path::Path;

use crate::error::{Error, Result};

/// How a file writes its characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, and whether it begins with a byte-order mark.
    Utf8 {
        /// Whether the file begins with a byte-order mark.
        mark: bool,
    },
    /// UTF-16.
    Utf16 {
        /// Whether the low byte comes first.
        little: bool,
        /// Whether the file begins with a byte-order mark.
        mark: bool,
    },
    /// Windows-1252, or Latin-1, which is a part of it.
    Windows1252,
    /// No text: a table of Parquet.
    #[default]
    Parquet,
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, mark) = match self {
            Encoding::Utf8 { mark } => ("UTF-8", *mark),
            Encoding::Utf16 { little: true, mark } => ("UTF-16, low byte first", *mark),
            Encoding::Utf16 { little: false, mark } => ("UTF-16, high byte first", *mark),
            Encoding::Windows1252 => ("Windows-1252 (Latin-1)", false),
            Encoding::Parquet => ("Parquet", false),
        };
        write!(f, "{name}{}", if mark { ", byte-order mark" } else { "" })
    }
}

/// First bytes of files that hold trials in a form of their own, what they are, and what to do.
const BINARY: [(&[u8], &str, &str); 8] = [
    (b"PK\x03\x04", "a workbook of Excel, or another zip archive", "save its table as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old workbook of Excel, or an E-Prime .edat", "export its table as text"),
    (b"MATLAB 5.0", "a file of MATLAB", "write the table as CSV with writetable"),
    (b"\x89HDF", "an HDF5 file", "write the table as CSV"),
    (b"\x80\x02", "a pickle of Python, such as PsychoPy's .psydat", "take the CSV that PsychoPy writes beside it"),
    (b"\x80\x03", "a pickle of Python, such as PsychoPy's .psydat", "take the CSV that PsychoPy writes beside it"),
    (b"\x80\x04", "a pickle of Python, such as PsychoPy's .psydat", "take the CSV that PsychoPy writes beside it"),
    (b"\x1f\x8b", "a gzip archive", "unpack it"),
];

/// The text of bytes, its encoding, and the number of bytes that could not be read and stand as U+FFFD.
pub fn decode(path: &Path, bytes: &[u8]) -> Result<(String, Encoding, usize)> {
    if let Some((_, what, hint)) = BINARY.iter().find(|(first, _, _)| bytes.starts_with(first)) {
        return Err(Error::unsupported(format!("this is {what}, and trials are read from text or Parquet"))
            .at(path.display())
            .hint(*hint));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        let (text, bad) = utf8(rest);
        return Ok((text, Encoding::Utf8 { mark: true }, bad));
    }
    for (mark, little) in [(b"\xff\xfe", true), (b"\xfe\xff", false)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let (text, bad) = utf16(rest, little);
            return Ok((text, Encoding::Utf16 { little, mark: true }, bad));
        }
    }
    if let Some(little) = order_by_zeros(bytes) {
        let (text, bad) = utf16(bytes, little);
        return Ok((text, Encoding::Utf16 { little, mark: false }, bad));
    }
    if let Some((at, byte)) = bytes.iter().enumerate().find(|(_, byte)| is_no_text(**byte)) {
        let line = bytes.iter().take(at).filter(|&&byte| byte == b'\n').count() + 1;
        return Err(Error::invalid(format!("this file is not text: its byte {at} is 0x{byte:02x}"))
            .at(format!("{}, line {line}", path.display()))
            .hint("trials are read from text (CSV, JSON, E-Prime's .txt) or Parquet; export them again"));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok((text.to_owned(), Encoding::Utf8 { mark: false }, 0)),
        Err(_) => {
            let (text, bad) = utf8(bytes);
            let good = text.chars().filter(|one| !one.is_ascii() && *one != char::REPLACEMENT_CHARACTER).count();
            match good > 3 * bad {
                true => Ok((text, Encoding::Utf8 { mark: false }, bad)),
                false => Ok((bytes.iter().map(|&byte| windows1252(byte)).collect(), Encoding::Windows1252, 0)),
            }
        }
    }
}

/// Control characters that no table has; 0x1a ended files once, 0x1b is in terminals' logs.
fn is_no_text(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a | 0x1b)
}

/// Whether NUL bytes stand where UTF-16 of Latin text has them, and then whether the low byte comes first.
fn order_by_zeros(bytes: &[u8]) -> Option<bool> {
    let sample = bytes.get(..bytes.len().min(4096) / 2 * 2).filter(|sample| !sample.is_empty())?;
    let zeros = |at: usize| sample.iter().skip(at).step_by(2).filter(|&&byte| byte == 0).count();
    let (high_first, low_first, pairs) = (zeros(0), zeros(1), sample.len() / 2);
    match (2 * low_first > pairs && high_first == 0, 2 * high_first > pairs && low_first == 0) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn utf8(bytes: &[u8]) -> (String, usize) {
    let bad = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    (String::from_utf8_lossy(bytes).into_owned(), bad)
}

fn utf16(bytes: &[u8], little: bool) -> (String, usize) {
    let unit = |pair: &[u8]| match *pair {
        [first, second] if little => u16::from_le_bytes([first, second]),
        [first, second] => u16::from_be_bytes([first, second]),
        _ => 0xfffd,
    };
    let mut bad = bytes.len() % 2;
    let decoded = char::decode_utf16(bytes.chunks(2).map(unit)).map(|one| {
        one.unwrap_or_else(|_| {
            bad += 1;
            char::REPLACEMENT_CHARACTER
        })
    });
    let text = decoded.collect();
    (text, bad)
}

/// The character of a byte (Unicode's table CP1252; its five gaps are control characters, as browsers have it).
fn windows1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    byte.checked_sub(0x80).and_then(|at| HIGH.get(usize::from(at))).copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_of(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn one_text_comes_out_of_every_encoding() {
        let text = "participant,é\n1,“ß”\n";
        let bytes = |mark: &[u8], rest: Vec<u8>| [mark, &rest].concat();
        for (expected, bytes) in [
            (Encoding::Utf8 { mark: false }, text.as_bytes().to_vec()),
            (Encoding::Utf8 { mark: true }, bytes(b"\xef\xbb\xbf", text.as_bytes().to_vec())),
            (Encoding::Utf16 { little: true, mark: true }, bytes(b"\xff\xfe", utf16_of(text, true))),
            (Encoding::Utf16 { little: false, mark: true }, bytes(b"\xfe\xff", utf16_of(text, false))),
            (Encoding::Utf16 { little: true, mark: false }, utf16_of(text, true)),
            (Encoding::Utf16 { little: false, mark: false }, utf16_of(text, false)),
            (Encoding::Windows1252, b"participant,\xe9\n1,\x93\xdf\x94\n".to_vec()),
        ] {
            let (decoded, encoding, bad) = decode(Path::new("x"), &bytes).unwrap();
            assert_eq!((decoded.as_str(), encoding, bad), (text, expected, 0), "{expected}");
        }
    }

    #[test]
    fn a_cut_character_does_not_make_utf8_into_latin_1() {
        let (text, encoding, bad) = decode(Path::new("x"), &"é,ü,ö,ß,ñ".as_bytes()[..13]).unwrap();
        assert_eq!((encoding, bad), (Encoding::Utf8 { mark: false }, 1));
        assert!(text.starts_with("é,ü,ö,ß,"), "{text}");
    }

    #[test]
    fn what_is_no_text_is_called_by_its_name() {
        for (bytes, what) in [
            (&b"PK\x03\x04..."[..], "workbook of Excel"),
            (b"\x80\x04\x95", "psydat"),
            (b"a,b\n\x00\x01\x02", "byte 4 is 0x00"),
        ] {
            assert!(decode(Path::new("x"), bytes).unwrap_err().to_string().contains(what), "{what}");
        }
    }
}
