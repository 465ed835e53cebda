//! `new NAME`: an experiment that runs as it is, every field of its file commented.

use std::path::{Component, Path, PathBuf};

use bubblescope::error::{Error, Result};
use bubblescope::results::{is_safe_name, write_new};

use super::say;

/// The files of a new experiment: name and bytes. Pictures, templates and networks are those of the embedded experiment.
macro_rules! files {
    ($($name:literal = $from:literal,)*) => {
        &[$(($name, include_bytes!($from))),*]
    };
}

static FILES: &[(&str, &[u8])] = files! {
    "experiment.toml" = "new.toml",
    "LICENSE.md" = "../../stimuli/faces/LICENSE.md",
    "pictures/happy_01.png" = "../../stimuli/faces/happy_01.png",
    "pictures/happy_02.png" = "../../stimuli/faces/happy_02.png",
    "pictures/happy_03.png" = "../../stimuli/faces/happy_03.png",
    "pictures/happy_04.png" = "../../stimuli/faces/happy_04.png",
    "pictures/sad_01.png" = "../../stimuli/faces/sad_01.png",
    "pictures/sad_02.png" = "../../stimuli/faces/sad_02.png",
    "pictures/sad_03.png" = "../../stimuli/faces/sad_03.png",
    "pictures/sad_04.png" = "../../stimuli/faces/sad_04.png",
    "template/happy_01.png" = "../../experiments/faces/template/happy_01.png",
    "template/happy_02.png" = "../../experiments/faces/template/happy_02.png",
    "template/happy_03.png" = "../../experiments/faces/template/happy_03.png",
    "template/happy_04.png" = "../../experiments/faces/template/happy_04.png",
    "template/sad_01.png" = "../../experiments/faces/template/sad_01.png",
    "template/sad_02.png" = "../../experiments/faces/template/sad_02.png",
    "template/sad_03.png" = "../../experiments/faces/template/sad_03.png",
    "template/sad_04.png" = "../../experiments/faces/template/sad_04.png",
    "models/pool_seed1.onnx" = "../../experiments/faces/models/pool_seed1.onnx",
    "models/pool_seed2.onnx" = "../../experiments/faces/models/pool_seed2.onnx",
};

/// Writes the files of an experiment into a folder that holds none of them yet.
pub fn run(name: &Path) -> Result<()> {
    let folder = folder(name)?;
    let there: Vec<String> = FILES
        .iter()
        .map(|(file, _)| folder.join(file))
        .filter(|path| path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if let [first, others @ ..] = &there[..] {
        let more = if others.is_empty() { String::new() } else { format!(", and {} more of its files", others.len()) };
        return Err(Error::invalid(format!("{first} exists already{more}; nothing was written"))
            .hint("choose another name; nothing is ever overwritten"));
    }
    FILES.iter().try_for_each(|(file, bytes)| write_new(&folder.join(file), bytes))?;
    let folder = folder.display();
    say::line(format_args!("wrote {folder}: 8 rendered faces, SIMULATED observers and two small networks"));
    say::line(format_args!("next:"));
    say::line(format_args!(
        "  bubblescope run {folder}      makes every map, score and figure, and ends by naming the report to open"
    ));
    say::line(format_args!(
        "  {folder}/experiment.toml      explains every field; put your own pictures and networks in"
    ));
    say::line(format_args!("  bubblescope check {folder}    looks at everything that can be wrong before any work"));
    say::line(format_args!("  bubblescope export {folder} --to jspsych    an experiment for people, in a browser"));
    say::line(format_args!("  then [import] in place of [simulation] names the files of their answers"));
    Ok(())
}

/// `experiments/NAME` for a name, and the folder itself for a path to it, which does not lead upwards.
fn folder(name: &Path) -> Result<PathBuf> {
    let last = name.file_name().and_then(|last| last.to_str()).unwrap_or_default();
    if !is_safe_name(last) || name.components().any(|part| part == Component::ParentDir) {
        let what = format!(
            "{:?} cannot be the name of an experiment, because it becomes a folder",
            name.display().to_string()
        );
        return Err(Error::invalid(what).hint("use letters, digits, dots, hyphens and underscores"));
    }
    Ok(if name == Path::new(last) { Path::new("experiments").join(name) } else { name.to_path_buf() })
}
