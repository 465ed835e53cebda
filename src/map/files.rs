//! The table of map files. A file is told by its first bytes, never by its name.

use std::path::Path;

use ndarray::{Array2, Array3};

use super::channels::joined;
use super::{Map, image, mat, npy, tiff};
use crate::error::{Error, Result};

/// What is said about a file that it does not say itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// How channels are joined, by a name of [`super::REDUCTIONS`]; `None`: they must be equal.
    pub channels: Option<String>,
    /// Name of the variable where a file holds several.
    pub variable: Option<String>,
}

/// Reads bytes as values of shape (rows, columns, channels).
pub type Read = fn(bytes: &[u8], reading: &Reading) -> Result<Array3<f32>>;

/// A row of the table of map files.
pub struct MapFile {
    /// Name.
    pub name: &'static str,
    /// One line: what is read of it.
    pub description: &'static str,
    /// Extensions that such files usually have, for folders without an index.
    pub extensions: &'static [&'static str],
    /// Whether bytes are such a file.
    pub is: fn(&[u8]) -> bool,
    /// Reads it.
    pub read: Read,
}

/// Every kind of map file.
pub static MAP_FILES: &[MapFile] = &[
    MapFile {
        name: "npy",
        description: "numpy: rows x columns, perhaps with 1 or 3 channels first or last; bool, integers or floats of any width and byte order; values as stored",
        extensions: &["npy"],
        is: |bytes| bytes.starts_with(b"\x93NUMPY"),
        read: npy::read,
    },
    MapFile {
        name: "png",
        description: "8 or 16 bit, grey or colour, nothing transparent; values are divided by the largest that fits (255 or 65535)",
        extensions: &["png"],
        is: |bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        read: image::read,
    },
    MapFile {
        name: "jpeg",
        description: "8 bit, grey or colour; values are divided by 255, and carry what the compression did to them",
        extensions: &["jpg", "jpeg"],
        is: |bytes| bytes.starts_with(b"\xff\xd8\xff"),
        read: image::read,
    },
    MapFile {
        name: "tiff",
        description: "one page, grey or colour, integers or floats of 8 to 64 bit, uncompressed, LZW, PackBits or deflate; values as stored",
        extensions: &["tif", "tiff"],
        is: |bytes| [&b"II*\0"[..], b"MM\0*", b"II+\0", b"MM\0+"].iter().any(|magic| bytes.starts_with(magic)),
        read: tiff::read,
    },
    MapFile {
        name: "mat",
        description: "MATLAB 5 to 7.2 (save -v7): the one real numeric array, or the one named; values as stored",
        extensions: &["mat"],
        is: mat::is,
        read: mat::read,
    },
];

impl Map {
    /// Reads a map file of any kind in [`MAP_FILES`].
    ///
    /// # Errors
    /// Where the file is of no such kind or damaged, has more than one page or array, channels that differ and no name of
    /// how they are joined, or values that are not finite.
    pub fn read(path: &Path, reading: &Reading) -> Result<Map> {
        let bytes = std::fs::read(path).map_err(|cause| Error::io("read the map", path, cause))?;
        plane(&bytes, reading).and_then(Map::new).map_err(|error| error.at(path.display()))
    }
}

/// The values of a map file, which may not be finite yet; rows = height.
fn plane(bytes: &[u8], reading: &Reading) -> Result<Array2<f32>> {
    joined(&(kind(bytes)?.read)(bytes, reading)?, reading.channels.as_deref())
}

/// The kind of a map file.
pub(super) fn kind(bytes: &[u8]) -> Result<&'static MapFile> {
    if bytes.starts_with(b"\x89HDF") || bytes.get(512..).is_some_and(|rest| rest.starts_with(b"\x89HDF")) {
        return Err(Error::unsupported("this file is HDF5, as MATLAB writes with -v7.3")
            .hint("save it with -v7 in MATLAB, or as .npy"));
    }
    MAP_FILES.iter().find(|kind| (kind.is)(bytes)).ok_or_else(|| {
        let names: Vec<&str> = MAP_FILES.iter().map(|kind| kind.name).collect();
        Error::invalid("this is no map file: its first bytes are those of no kind that is known")
            .hint(format!("maps are files of these kinds: {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_content_and_others_are_refused_by_name() {
        let error = plane(b"GIF89a", &Reading::default()).unwrap_err().to_string();
        assert!(error.contains("npy, png, jpeg, tiff, mat"), "{error}");
        let mut new = b"MATLAB 7.3 MAT-file".to_vec();
        new.resize(512, 0);
        new.extend(b"\x89HDF\r\n\x1a\n");
        assert!(plane(&new, &Reading::default()).unwrap_err().to_string().contains("save it with -v7"));
        for kind in MAP_FILES {
            assert!(!(kind.is)(b"") && !(kind.is)(b"\x89HDF"), "{}", kind.name);
        }
    }
}
