//! The noise patterns of an experiment: their names, and the patterns that its trials showed.
//!
//! PNG and JPEG files hold noise around grey 128 of 255. Where a folder holds both stimuli of a pattern, with the noise as it is
//! and with its negative, the noise is half their difference, so that the picture below it falls out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use ndarray::Array2;
use rayon::prelude::*;

use super::Run;
use super::pictures::Stimuli;
use crate::error::{Error, Result};
use crate::experiment::Noise;
use crate::map::{MAP_FILES, Map, Reading, Stack, numbers};
use crate::noise::{Names, Patches, parted, without_ending};
use crate::results::hash_file;
use crate::trials::Trial;

/// Grey of pictures where noise is 0.
const GREY: f64 = 128.0 / 255.0;

/// The share of variance that patterns may have in common, and from how many patterns on it is looked at.
const COMMON: (f64, usize) = (0.4, 10);

/// Settings, and the name and hash of every file.
pub(super) type Hashed = (String, Vec<(String, String)>);

/// Where patterns lie.
enum Source {
    /// Files of each pattern: as it is, and inverted.
    Files(BTreeMap<String, [Option<PathBuf>; 2]>),
    Stack(Stack),
    Contrasts(Array2<f64>),
}

/// The names of the patterns; `None` where no noise is added.
pub(super) fn names(run: &Run, stimuli: &Stimuli) -> Result<Option<Names>> {
    let Some(noise) = run.experiment.noise() else { return Ok(None) };
    Ok(Some(Source::read(run, &noise, stimuli.shape())?.names(&noise)))
}

/// What the patterns are made of, for keys: the settings, and every file.
pub(super) fn key(run: &Run) -> Result<Option<Hashed>> {
    let Some(noise) = run.experiment.noise() else { return Ok(None) };
    let (path, folder) = place(run, &noise)?;
    let mut files = vec![path.clone()];
    if folder {
        files = folder_files(run, &path)?;
    }
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let hashed = files.iter().map(|path| Ok((name(path), hash_file(path)?))).collect::<Result<Vec<_>>>()?;
    let Noise { patch, scales, sigma, from, variable, .. } = noise.as_ref();
    Ok(Some((format!("{patch:?} {scales} {sigma} {from} {variable:?}"), hashed)))
}

/// The noise that every trial showed, by [`Trial::noise`], each of the shape of the pictures.
pub(super) fn fields(run: &Run, stimuli: &Stimuli, trials: &[Trial]) -> Result<HashMap<String, Array2<f64>>> {
    let noise =
        run.experiment.noise().ok_or_else(|| Error::internal("an estimator of noise without noise was not refused"))?;
    let source = Source::read(run, &noise, stimuli.shape())?;
    let names = source.names(&noise);
    let shown: BTreeSet<&str> = trials.iter().map(Trial::noise).collect();
    let mut wanted: BTreeMap<&str, Vec<(&str, bool)>> = BTreeMap::new();
    for text in shown {
        let (pattern, inverted) = names.find(text).map_err(|reason| {
            Error::invalid(reason)
                .at(place(run, &noise).map_or(String::new(), |(path, _)| path.display().to_string()))
                .hint("every picture needs its noise: a file of its size, with the picture's stem")
        })?;
        wanted.entry(pattern).or_default().push((text, inverted.unwrap_or(false)));
    }
    let patterns = source.patterns(run, &noise, stimuli.shape(), &wanted.keys().copied().collect())?;
    let mut fields = HashMap::new();
    for (pattern, texts) in &wanted {
        let Some(field) = patterns.get(*pattern) else { continue };
        for (text, inverted) in texts {
            fields.insert((*text).to_owned(), if *inverted { field.mapv(|value| -value) } else { field.clone() });
        }
    }
    Ok(fields)
}

/// The file or folder that the experiment names, and whether it is a folder.
fn place(run: &Run, noise: &Noise) -> Result<(PathBuf, bool)> {
    let (field, named) = match (&noise.patterns, &noise.parameters) {
        (Some(patterns), _) => ("noise.patterns", patterns),
        (None, Some(parameters)) => ("noise.parameters", parameters),
        (None, None) => return Err(Error::internal("noise without a file was not refused")),
    };
    let path = run.experiment.resolve(named);
    if !path.exists() {
        return Err(Error::invalid(format!("there is no file or folder {}", path.display()))
            .at(run.experiment.field(field))
            .hint("paths are relative to the experiment file, and {data} is the folder given with --data"));
    }
    let folder = path.is_dir();
    Ok((path, folder))
}

/// The files of a folder that may hold patterns, sorted.
fn folder_files(run: &Run, folder: &Path) -> Result<Vec<PathBuf>> {
    let refused = |cause| Error::io("open the folder of noise", folder, cause);
    let known = |path: &Path| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        !hidden && MAP_FILES.iter().any(|kind| kind.extensions.contains(&ending.as_str()))
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let path = entry.map_err(refused)?.path();
        if path.is_file() && known(&path) {
            files.push(path);
        }
    }
    files.sort();
    match files.is_empty() {
        false => Ok(files),
        true => Err(Error::invalid(format!("the folder {} holds no noise pattern", folder.display()))
            .at(run.experiment.field("noise.patterns"))
            .hint("patterns are .npy, .mat, PNG, JPEG or TIFF files, one for each stimulus")),
    }
}

impl Source {
    fn read(run: &Run, noise: &Noise, shape: (usize, usize)) -> Result<Source> {
        let (path, folder) = place(run, noise)?;
        let variable = noise.variable.as_deref();
        if noise.parameters.is_some() {
            return Ok(Source::Contrasts(numbers(&path, variable)?));
        }
        if !folder {
            return Ok(Source::Stack(Stack::read(&path, variable, shape)?));
        }
        let mut files: BTreeMap<String, [Option<PathBuf>; 2]> = BTreeMap::new();
        for path in folder_files(run, &path)? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let (base, inverted) = parted(without_ending(&name));
            let places = files.entry(base.to_owned()).or_default();
            if let Some(other) = places[usize::from(inverted.unwrap_or(false))].replace(path.clone()) {
                return Err(Error::invalid(format!(
                    "{name} and {} are both the noise pattern {base}",
                    other.display()
                ))
                .at(path.display())
                .hint("leave one file for each pattern in the folder"));
            }
        }
        Ok(Source::Files(files))
    }

    fn names(&self, noise: &Noise) -> Names {
        match self {
            Source::Files(files) => Names::new(files.keys().cloned().collect()),
            Source::Stack(stack) => Names::counted(noise.from, stack.len()),
            Source::Contrasts(table) => Names::counted(noise.from, table.nrows()),
        }
    }

    /// The patterns of these names.
    fn patterns(
        &self,
        run: &Run,
        noise: &Noise,
        shape: (usize, usize),
        wanted: &BTreeSet<&str>,
    ) -> Result<HashMap<String, Array2<f64>>> {
        let numbered = |at: usize| Some((at + noise.from).to_string()).filter(|name| wanted.contains(name.as_str()));
        match self {
            Source::Files(files) => {
                let own: Vec<_> = files.iter().filter(|(name, _)| wanted.contains(name.as_str())).collect();
                let read = |(name, paths): &(&String, &[Option<PathBuf>; 2])| {
                    Ok(((*name).clone(), of_files(paths, noise.variable.as_deref(), shape)?))
                };
                let found = own.par_iter().map(read).collect::<Result<HashMap<_, _>>>()?;
                let pictures = own.iter().all(|(_, paths)| matches!(*paths, [Some(one), None] if is_picture(one)));
                if pictures {
                    apart(run, noise, &found)?;
                }
                Ok(found)
            }
            Source::Stack(stack) => {
                Ok(stack.planes().enumerate().filter_map(|(at, plane)| Some((numbered(at)?, plane))).collect())
            }
            Source::Contrasts(table) => {
                let wrong = |reason: String| {
                    let path = noise.parameters.as_deref().map(|file| run.experiment.resolve(file)).unwrap_or_default();
                    Error::invalid(reason)
                        .at(path.display())
                        .hint("[noise] scales, patch and sigma must be those that rcicr generated the stimuli with, and pictures have its img_size")
                };
                if shape.0 != shape.1 {
                    return Err(wrong(format!(
                        "the pictures have {} x {} px, and patches tile squares",
                        shape.0, shape.1
                    )));
                }
                let patches = Patches::new(shape.0, noise.scales, noise.patch, noise.sigma).map_err(wrong)?;
                let rows: Vec<(String, Vec<f64>)> = (table.outer_iter().enumerate())
                    .filter_map(|(at, row)| Some((numbered(at)?, row.to_vec())))
                    .collect();
                rows.into_par_iter().map(|(name, row)| Ok((name, patches.pattern(&row).map_err(wrong)?))).collect()
            }
        }
    }
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    matches!(ending.as_str(), "png" | "jpg" | "jpeg")
}

/// A pattern of the file that holds it, of the one that holds its negative, or of both.
fn of_files(
    paths: &[Option<PathBuf>; 2],
    variable: Option<&str>,
    (rows, columns): (usize, usize),
) -> Result<Array2<f64>> {
    let reading = Reading { variable: variable.map(str::to_owned), ..Reading::default() };
    let read = |path: &PathBuf| -> Result<Array2<f64>> {
        let map = Map::read(path, &reading)?;
        if map.shape() != (rows, columns) {
            return Err(Error::invalid(format!(
                "this noise has {} x {} px (rows x columns), and the pictures {rows} x {columns}",
                map.shape().0,
                map.shape().1,
            ))
            .at(path.display())
            .hint("save the noise in the size of its picture"));
        }
        let zero = if is_picture(path) { GREY } else { 0.0 };
        Ok(map.to_f64().mapv(|value| value - zero))
    };
    match paths {
        [Some(plain), None] => read(plain),
        [None, Some(inverted)] => Ok(-read(inverted)?),
        [Some(plain), Some(inverted)] => Ok((read(plain)? - read(inverted)?) / 2.0),
        [None, None] => Err(Error::internal("a noise pattern without a file")),
    }
}

/// Refuses pictures that have much in common: they are stimuli, noise on a face, and not the noise alone.
fn apart(run: &Run, noise: &Noise, patterns: &HashMap<String, Array2<f64>>) -> Result<()> {
    let names: BTreeSet<&String> = patterns.keys().collect();
    let own: Vec<&Array2<f64>> = names.into_iter().filter_map(|name| patterns.get(name)).collect();
    let Some(first) = own.first().filter(|_| own.len() >= COMMON.1) else { return Ok(()) };
    let mean = own.iter().fold(Array2::zeros(first.dim()), |sum: Array2<f64>, one| sum + *one) / own.len() as f64;
    let each = own.iter().map(|one| one.var(0.0)).sum::<f64>() / own.len() as f64;
    let common = if each > 0.0 { mean.var(0.0) / each } else { 0.0 };
    if common <= COMMON.0 {
        return Ok(());
    }
    let (path, _) = place(run, noise)?;
    Err(Error::invalid(format!(
        "these {} pictures have {:.0} % of their variance in common, and noise patterns have nothing in common",
        own.len(),
        100.0 * common
    ))
    .at(path.display())
    .hint("stimuli are noise on a face: add those with the inverted noise (..._inv.png), and the noise is half the difference of each pair"))
}
