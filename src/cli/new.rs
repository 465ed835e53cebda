//! `new NAME`: a commented experiment file to start from.

use std::path::Path;

use bubblescope::error::{Error, Result};
use bubblescope::results::{is_safe_name, write_new};

use super::say;

const TEMPLATE: &str = include_str!("new.toml");

/// Writes `experiments/NAME/experiment.toml`, unless it is there.
pub fn run(name: &str) -> Result<()> {
    if !is_safe_name(name) {
        return Err(Error::invalid(format!(
            "{name:?} cannot be the name of an experiment, because it becomes a folder"
        ))
        .hint("use letters, digits, dots, hyphens and underscores"));
    }
    let path = Path::new("experiments").join(name).join("experiment.toml");
    if path.exists() {
        return Err(Error::invalid(format!("{} exists already", path.display())).hint("choose another name"));
    }
    write_new(&path, TEMPLATE.as_bytes())?;
    say::line(format_args!("wrote {}; fill it in, then: bubblescope run experiments/{name}", path.display()));
    Ok(())
}
