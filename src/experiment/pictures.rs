//! The base pictures of an experiment: found by name, all of one size, each in exactly one class.

use std::path::{Path, PathBuf};

use ndarray::Array2;
use unicode_normalization::UnicodeNormalization;

use super::Experiment;
use crate::error::{Error, Result};
use crate::map::Painted;
use crate::picture::Picture;

/// A base picture.
#[derive(Debug, Clone)]
pub struct Listed {
    /// File name without its folder.
    pub name: String,
    /// Its class.
    pub class: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its pixels.
    pub picture: Picture,
}

/// Reads the pictures of `[pictures]`, sorted by name.
pub fn list_pictures(experiment: &Experiment) -> Result<Vec<Listed>> {
    let settings = &experiment.file.pictures;
    let folder = experiment.resolve(&settings.folder);
    let entries = std::fs::read_dir(&folder).map_err(|cause| {
        Error::io("open the folder of pictures", &folder, cause).at(experiment.field("pictures.folder")).hint(
            "give the folder in [pictures]; paths are relative to the experiment file, and {data} is the folder given with --data",
        )
    })?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| is_picture(name))
        .collect();
    names.sort();
    let mut listed: Vec<Listed> = Vec::new();
    for name in names {
        let classes: Vec<&str> = settings
            .class
            .iter()
            .filter(|class| matches(&class.files, &name))
            .map(|class| class.name.as_str())
            .collect();
        let class = match classes[..] {
            [] => continue,
            [class] => class.to_owned(),
            _ => {
                return Err(Error::invalid(format!("the picture {name} is in two classes: {}", classes.join(" and ")))
                    .at(experiment.field("pictures.class"))
                    .hint("make the patterns of the classes exclude one another"));
            }
        };
        let path = folder.join(&name);
        let picture = experiment.in_width(Picture::read(&path)?);
        if let Some(first) = listed.first()
            && first.picture.shape() != picture.shape()
        {
            return Err(Error::invalid(format!(
                "the picture {name} is {}, and {} is {}",
                size(picture.shape()),
                first.name,
                size(first.picture.shape())
            ))
            .at(path.display())
            .hint(match experiment.file.human {
                Some(_) => {
                    "maps are averaged and scored in one size; write one experiment file for the pictures of each size, whose classes \
                     name those pictures, over the same [human] files: what belongs to other pictures is listed in rejected.csv"
                }
                None => "all pictures of an experiment have one size; crop or resize them first",
            }));
        }
        listed.push(Listed { name, class, path, picture });
    }
    for class in &settings.class {
        if !listed.iter().any(|picture| picture.class == class.name) {
            return Err(Error::invalid(format!(
                "no picture of class {} is in {}: none is called {}",
                class.name,
                folder.display(),
                class.files
            ))
            .at(experiment.field("pictures.class"))
            .hint("pictures are PNG or JPEG files; `*` in a pattern stands for any characters"));
        }
    }
    if !settings.colour {
        listed.iter_mut().for_each(|one| one.picture = one.picture.in_grey());
    }
    if settings.match_luminance {
        match_luminance(experiment, &mut listed)?;
    }
    Ok(listed)
}

/// Gives every picture the mean over pictures of mean luminance and of RMS contrast inside the region, cut to 0..1 (the lumMatch of
/// SHINE, Willenbockel et al. 2010, Behavior Research Methods 42:671), on stored values.
fn match_luminance(experiment: &Experiment, listed: &mut [Listed]) -> Result<()> {
    let Some(first) = listed.first() else { return Ok(()) };
    let region = experiment.region(first.picture.shape())?;
    let own: Vec<(f64, f64)> = listed.iter().map(|one| one.picture.luminance(&region)).collect();
    if let Some((flat, _)) = listed.iter().zip(&own).find(|(_, (_, contrast))| *contrast < 1e-6) {
        return Err(Error::invalid(format!("the picture {} has no contrast inside the region", flat.name))
            .at(flat.path.display())
            .hint("leave the picture out, or pictures.match_luminance"));
    }
    let mean = |of: fn(&(f64, f64)) -> f64| own.iter().map(of).sum::<f64>() / own.len() as f64;
    let (luminance, contrast) = (mean(|one| one.0), mean(|one| one.1));
    for (one, (own_luminance, own_contrast)) in listed.iter_mut().zip(own) {
        let gain = contrast / own_contrast;
        one.picture = one.picture.scaled(gain as f32, (luminance - gain * own_luminance) as f32).clipped();
    }
    Ok(())
}

impl Experiment {
    /// Where bubble centres fall, for pictures of `shape` (rows, columns): the region file, or everywhere.
    pub fn region(&self, shape: (usize, usize)) -> Result<Array2<bool>> {
        let Some(file) = &self.file.pictures.region else {
            return Ok(Array2::from_elem(shape, true));
        };
        let path = self.resolve(file);
        let region = Painted::read(&path, None, None).map_err(|error| {
            error
                .at(self.field("pictures.region"))
                .hint("the region is a PNG of the pictures' size, white where bubbles may fall")
        })?;
        let region = self.mask_in_width(region.pixels)?;
        if region.dim() != shape {
            return Err(Error::invalid(format!(
                "the region is {}, and the pictures are {}",
                size(region.dim()),
                size(shape)
            ))
            .at(path.display())
            .hint("the region is a PNG of the pictures' size, white where bubbles may fall"));
        }
        let area = region.iter().filter(|&&inside| inside).count();
        if area < 100 {
            return Err(Error::invalid(format!("the region holds {area} pixels, and at least 100 are needed"))
                .at(path.display())
                .hint("the region is white where bubbles may fall"));
        }
        Ok(region)
    }

    /// A mask in the width that the file asks for pictures, its height in proportion.
    pub fn mask_in_width(&self, mask: Array2<bool>) -> Result<Array2<bool>> {
        if self.file.pictures.width.is_none() {
            return Ok(mask);
        }
        let picture = Picture::from_grey(mask.mapv(|painted| f32::from(u8::from(painted))))?;
        Ok(self.in_width(picture).grey().mapv(|value| value > 0.5))
    }

    /// A picture in the width that the file asks for, its height in proportion.
    fn in_width(&self, picture: Picture) -> Picture {
        let Some(width) = self.file.pictures.width else { return picture };
        let (rows, columns) = picture.shape();
        picture.resized(((rows * width) as f64 / columns as f64).round().max(1.0) as usize, width)
    }

    /// The pictures that a model is asked about: all, or those that its list names.
    pub fn pictures_of<'a>(&self, model: usize, all: &'a [Listed]) -> Result<Vec<&'a Listed>> {
        let Some(file) = &self.file.model[model].pictures else {
            return Ok(all.iter().collect());
        };
        let path = self.resolve(file);
        let text = std::fs::read_to_string(&path).map_err(|cause| {
            Error::io("read the list of pictures", &path, cause).at(self.field("model.pictures")).hint(
                "the list is a text file with one picture file a line; its path is relative to the experiment file",
            )
        })?;
        let wanted: Vec<(usize, &str)> = text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line.trim()))
            .filter(|(_, name)| !name.is_empty())
            .collect();
        if wanted.is_empty() {
            return Err(Error::invalid(format!(
                "the list of pictures of model {} is empty",
                self.file.model[model].name
            ))
            .at(path.display())
            .hint("name one picture file a line, or leave `pictures` out of [[model]] to ask about all of them"));
        }
        for (line, name) in &wanted {
            if !all.iter().any(|listed| listed.name == *name) {
                return Err(Error::invalid(format!(
                    "there is no picture called {name} among the {} pictures",
                    all.len()
                ))
                .at(format!("{}, line {line}", path.display()))
                .hint("the list names one picture file a line, as in the folder of pictures"));
            }
        }
        Ok(all.iter().filter(|listed| wanted.iter().any(|(_, name)| *name == listed.name)).collect())
    }
}

/// "128 x 128 px": height and width in words.
fn size((rows, columns): (usize, usize)) -> String {
    format!("{columns} x {rows} px")
}

fn is_picture(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str()).unwrap_or("");
    ["png", "jpg", "jpeg"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// True if `name` matches `pattern`, in which `*` stands for any run of characters; the Unicode form of either does not matter.
pub fn matches(pattern: &str, name: &str) -> bool {
    let [pattern, name] = [pattern, name].map(|text| text.nfc().collect::<String>());
    fits(&pattern, &name)
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            (0..=rest.len()).filter(|&at| rest.is_char_boundary(at)).any(|at| fits(tail, &rest[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::matches;
    use crate::picture::Picture;

    #[test]
    fn a_composed_letter_matches_a_decomposed_one_and_no_other() {
        assert!(matches("T\u{fc}rkis_*.png", "Tu\u{308}rkis_1.png") && matches("Tu\u{308}*", "T\u{fc}rkis"));
        assert!(!matches("T\u{fc}rkis_*.png", "Turkis_1.png"));
    }

    #[test]
    fn a_picture_scaled_to_a_mean_and_a_contrast_has_them() -> crate::error::Result<()> {
        let picture = Picture::from_grey(Array2::from_shape_fn((8, 8), |(y, x)| (y * 8 + x) as f32 / 128.0 + 0.2))?;
        let region = Array2::from_shape_fn((8, 8), |(y, _)| y > 2);
        let (luminance, contrast) = picture.luminance(&region);
        let gain = 0.1 / contrast;
        let (mean, sd) = picture.scaled(gain as f32, (0.5 - gain * luminance) as f32).luminance(&region);
        assert!((mean - 0.5).abs() < 1e-6 && (sd - 0.1).abs() < 1e-6, "{mean} {sd}");
        assert!((luminance - 0.5).abs() > 0.01, "the picture itself is darker or brighter");
        Ok(())
    }

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        assert!(matches("Male_*.png", "Male_001.png"));
        assert!(!matches("Male_*.png", "Female_001.png"));
        assert!(matches("*", "ä.png") && matches("*a*b", "xxayyb") && !matches("*a*b", "xxayybc"));
    }
}
