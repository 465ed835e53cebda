//! `compare A B`: whether two methods, models or groups of observers differ.

use std::path::PathBuf;

use bubblescope::error::{Error, Result};
use bubblescope::results::write_new;
use bubblescope::score::{Contrast, compare_folders};

use super::progress::Bar;
use super::score::{How, must_be_new};
use super::{preparation, say};

#[derive(clap::Args)]
pub struct Arguments {
    /// Two folders: of network maps with --human, of human maps with --model
    #[arg(num_args = 2, value_names = ["A", "B"])]
    folders: Vec<PathBuf>,
    /// Folder of human maps
    #[arg(long, value_name = "DIR")]
    human: Option<PathBuf>,
    /// Folder of network maps
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Methods in the folder of network maps to compare each with each, with commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with_all = ["folders", "models"])]
    methods: Vec<String>,
    /// Models in the folder of network maps to compare each with each, with commas between them
    #[arg(long, value_name = "NAMES", value_delimiter = ',', conflicts_with = "folders")]
    models: Vec<String>,
    /// Table to write as well
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    preparation: preparation::Prepare,
}

impl Arguments {
    fn contrast(&self) -> Result<Contrast> {
        let human = self.human.clone();
        Ok(match (&self.folders[..], human, self.model.clone(), &self.methods[..], &self.models[..]) {
            ([a, b], Some(human), None, [], []) => Contrast::Networks { human, folders: [a.clone(), b.clone()] },
            ([a, b], None, Some(model), [], []) => Contrast::People { folders: [a.clone(), b.clone()], model },
            ([], Some(human), Some(model), names, []) if !names.is_empty() => {
                Contrast::Methods { human, model, names: names.to_vec() }
            }
            ([], Some(human), Some(model), [], names) if !names.is_empty() => {
                Contrast::Models { human, model, names: names.to_vec() }
            }
            _ => {
                return Err(Error::invalid("what is to be compared with what?").hint(
                    "compare A B --human DIR (two folders of network maps), compare A B --model DIR (two groups of \
                     observers), or compare --human DIR --model DIR with --methods NAME,NAME or --models NAME,NAME",
                ));
            }
        })
    }
}

/// Compares, prints what can be said, and writes the table.
pub fn run(arguments: &Arguments) -> Result<()> {
    if let Some(output) = &arguments.output {
        must_be_new(output, "--output")?;
    }
    if arguments.preparation.blur_sweep() || arguments.how.all_conventions() {
        return Err(Error::invalid(
            "compare takes no --blur-sweep and no --all-conventions: it compares raw and ratio with one blur",
        )
        .hint("run it once for each --blur; bubblescope score has the sweep and the conventions"));
    }
    let contrast = arguments.contrast()?;
    let (metrics, preparation) = (arguments.how.metrics()?, arguments.preparation.preparation()?);
    let bar = Bar::new();
    let compared = compare_folders(&contrast, &metrics, &preparation, arguments.how.options(), &bar)?;
    bar.clear();
    compared.sentences.iter().for_each(say::line);
    if let Some(output) = &arguments.output {
        write_new(output, &compared.table.to_csv()?)?;
        say::line(format_args!("wrote {} rows to {}", compared.table.rows.len(), output.display()));
    }
    Ok(())
}
