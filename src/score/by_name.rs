//! Folders of maps without an index: the name of a file is its picture, and the folders above it say whose map it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::map::MAP_FILES;
use crate::results::files_below;
use crate::table::Table;

/// Extensions of files that are taken for maps.
fn extensions() -> impl Iterator<Item = &'static str> {
    MAP_FILES.iter().flat_map(|kind| kind.extensions.iter().copied())
}

fn is_map(path: &Path) -> bool {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    extension.is_some_and(|extension| extensions().any(|known| known == extension))
}

/// The name of a picture without the extension of a picture or a map, so that `face.png` and `face.npy` are one.
pub(super) fn stem(picture: &str) -> &str {
    if is_map(Path::new(picture)) { picture.rsplit_once('.').map_or(picture, |(stem, _)| stem) } else { picture }
}

/// A map file: the folders above it, and its picture.
struct Named {
    path: PathBuf,
    folders: Vec<String>,
    picture: String,
}

/// Every map below a folder, at most `deepest` folders down, in the order of names.
fn named(folder: &Path, deepest: usize, shape: &str) -> Result<Vec<Named>> {
    if !folder.is_dir() {
        return Err(Error::invalid("this is no folder of maps")
            .at(folder.display())
            .hint("name a folder that is there"));
    }
    let mut found: Vec<Named> = Vec::new();
    let mut seen: BTreeMap<(Vec<String>, String), PathBuf> = BTreeMap::new();
    for path in files_below(folder)? {
        let inside = path.strip_prefix(folder).unwrap_or(&path).to_path_buf();
        let parts: Vec<String> =
            inside.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        if !is_map(&path) || parts.iter().any(|part| part.starts_with('.')) {
            continue;
        }
        let Some((file, folders)) = parts.split_last() else { continue };
        let picture = stem(file).to_owned();
        if picture == "region" && folders.is_empty() {
            continue;
        }
        if folders.len() > deepest {
            return Err(Error::invalid(format!(
                "a map lies {} folders down, and {deepest} are understood",
                folders.len()
            ))
            .at(path.display())
            .hint(format!("without index.csv, folders are {shape}")));
        }
        if let Some(twin) = seen.insert((folders.to_vec(), picture.clone()), path.clone()) {
            return Err(Error::invalid(format!(
                "two files are maps of {picture}: {} and {}",
                twin.display(),
                path.display()
            ))
            .at(folder.join(folders.join("/")).display())
            .hint("each observer, and each weight seed, has one map of each picture"));
        }
        found.push(Named { path: inside, folders: folders.to_vec(), picture });
    }
    if found.is_empty() {
        return Err(Error::invalid("there is neither an index.csv nor a map in the folder")
            .at(folder.display())
            .hint(format!("maps are files that end in {}", extensions().collect::<Vec<_>>().join(", "))));
    }
    Ok(found)
}

/// The name of a folder itself.
fn own_name(folder: &Path) -> String {
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The index of human maps that file names tell: `picture.npy`, or `observer/picture.npy`.
pub(super) fn people(folder: &Path) -> Result<Table> {
    let mut table = Table::at(folder, &["file", "picture", "observer"]);
    for map in named(folder, 1, "observer/picture.npy, or picture.npy of one observer")? {
        let observer = map.folders.first().cloned().unwrap_or_else(|| own_name(folder));
        table.push([map.path.display().to_string(), map.picture, observer]);
    }
    Ok(table)
}

/// The index of network maps that file names tell: `picture.npy` below nothing, seed, method/seed or model/method/seed.
pub(super) fn networks(folder: &Path) -> Result<Table> {
    let mut table = Table::at(folder, &["file", "picture", "seed", "method", "model"]);
    for map in
        named(folder, 3, "picture.npy, seed/picture.npy, method/seed/picture.npy or model/method/seed/picture.npy")?
    {
        let mut above = map.folders.into_iter().rev();
        let seed = above.next().unwrap_or_else(|| "0".to_owned());
        let method = above.next().unwrap_or_else(|| "map".to_owned());
        let model = above.next().unwrap_or_else(|| own_name(folder));
        table.push([map.path.display().to_string(), map.picture, seed, method, model]);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        folder
    }

    #[test]
    fn folders_above_a_map_are_its_observer_or_its_seed_method_and_model() -> Result<()> {
        let of_people =
            folder(&["ann/a.npy", "ann/b.tiff", "bob/a.mat", "bob/notes.txt", "region.npy", ".cache/a.npy"]);
        let rows = people(of_people.path())?.rows;
        let expected = [["ann/a.npy", "a", "ann"], ["ann/b.tiff", "b", "ann"], ["bob/a.mat", "a", "bob"]];
        assert_eq!(rows, expected);
        let of_networks = folder(&["vgg/grad/1/a.png", "vgg/grad/2/a.png"]);
        let rows = networks(of_networks.path())?.rows;
        assert_eq!(rows[1], ["vgg/grad/2/a.png", "a", "2", "grad", "vgg"]);
        let plain = folder(&["a.png"]);
        let name = own_name(plain.path());
        assert_eq!(networks(plain.path())?.rows, [["a.png", "a", "0", "map", &name]]);
        Ok(())
    }

    #[test]
    fn two_maps_of_one_picture_deep_folders_and_empty_ones_are_refused() {
        let said = |files: &[&str]| people(folder(files).path()).unwrap_err().to_string();
        assert!(said(&["ann/a.npy", "ann/a.png"]).contains("ann/a.npy and"));
        assert!(said(&["x/ann/a.npy"]).contains("2 folders down, and 1"));
        assert!(said(&["readme.txt"]).contains("npy, png, jpg, jpeg, tif, tiff, mat"));
        assert!(people(Path::new("/nowhere")).unwrap_err().to_string().contains("no folder"));
    }

    #[test]
    fn pictures_are_matched_without_their_extension() {
        assert_eq!([stem("face.01.png"), stem("face.01"), stem("face.01.npy")], ["face.01"; 3]);
    }
}
