//! `import EXPERIMENT`, or `import FILES...` for trial files alone.

use std::path::PathBuf;

use bubblescope::error::{Error, Result};
use bubblescope::experiment::{Import, TimeUnit, Wide, given};
use bubblescope::stage::import_files;
use bubblescope::trials::format;
use clap::ValueEnum;

use super::progress::Bar;
use super::{OnExperiment, say, stages};

#[derive(clap::Args)]
pub struct Arguments {
    /// An experiment: the folder that holds experiment.toml, or the file itself; or trial files of any platform
    #[arg(required = true, value_name = "EXPERIMENT | FILES")]
    paths: Vec<PathBuf>,
    /// Say of every file how it was understood: format, encoding, rows left out and why, unit of times, keys, join
    #[arg(long)]
    explain: bool,
    /// Folder that {data} stands for in the experiment file
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    /// Folder of results [default: results/NAME]
    #[arg(long, value_name = "PATH")]
    results: Option<PathBuf>,
    /// Move files of others that are in the way to .moved-aside in the folder of results, instead of refusing them
    #[arg(long)]
    force: bool,
    /// Folder for trials.csv, rejected.csv and import.txt of trial files [default: imported]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Format of trial files, instead of the one that their content has; `bubblescope list formats`
    #[arg(long)]
    format: Option<String>,
    /// Unit of response times of trial files, instead of what their platform writes or their median looks like
    #[arg(long, value_name = "UNIT")]
    rt_unit: Option<Unit>,
    /// Names of the columns that hold one trial each, such as "t*", in files with one row for each person
    #[arg(long, value_name = "PATTERN")]
    wide: Option<String>,
    /// Columns of trial files: FIELD=COLUMN, such as picture=stim,response=key; fields are those of [import.columns]
    #[arg(long, value_name = "PAIRS", value_delimiter = ',')]
    columns: Vec<String>,
    /// Rows of trial files that are kept: COLUMN=TEXT; * stands for any text, and of several texts of a column any counts
    #[arg(long, value_name = "PAIR")]
    keep: Vec<String>,
    /// Rows of a picture in px, for formats that count pixels down its columns
    #[arg(long)]
    height: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Unit {
    S,
    Ms,
}

/// Imports the trials of an experiment, or trial files.
pub fn run(arguments: &Arguments) -> Result<()> {
    match &arguments.paths[..] {
        [path] if path.is_dir() || path.extension().is_some_and(|ending| ending == "toml") => {
            let on = OnExperiment {
                experiment: path.clone(),
                data: arguments.data.clone(),
                results: arguments.results.clone(),
                force: arguments.force,
            };
            experiment(arguments, &on)
        }
        files => alone(arguments, files),
    }
}

fn experiment(arguments: &Arguments, on: &OnExperiment) -> Result<()> {
    let Arguments { output, format, rt_unit, wide, height, columns, keep, .. } = arguments;
    let named = !columns.is_empty() || !keep.is_empty() || wide.is_some();
    if output.is_some() || format.is_some() || rt_unit.is_some() || height.is_some() || named {
        return Err(Error::invalid(
            "--output, --format, --rt-unit, --wide, --columns, --keep and --height are for trial files alone",
        )
        .hint(
            "the experiment file says the same in [import]: format, response_time, wide, columns, keep, height; --results \
             names its folder",
        ));
    }
    stages::one("import", on)?;
    if arguments.explain {
        let (_, results) = on.open()?;
        let path = results.path("import.txt");
        say::text_as_is(format_args!(
            "{}",
            std::fs::read_to_string(&path).map_err(|cause| Error::io("read", &path, cause))?
        ));
    }
    Ok(())
}

fn alone(arguments: &Arguments, files: &[PathBuf]) -> Result<()> {
    if arguments.data.is_some() || arguments.results.is_some() || arguments.force {
        return Err(Error::invalid("--data, --results and --force are for an experiment")
            .hint("trial files alone go to a folder of their own, which --output names"));
    }
    let import = Import {
        format: arguments.format.clone(),
        response_time: match arguments.rt_unit {
            Some(Unit::S) => TimeUnit::S,
            Some(Unit::Ms) => TimeUnit::Ms,
            None => TimeUnit::Auto,
        },
        wide: arguments.wide.clone().map(|trials| Wide { trials, ..Wide::default() }),
        height: arguments.height,
        columns: given::columns(&arguments.columns)?,
        keep: given::keep(&arguments.keep)?,
        ..Import::default()
    };
    if let Some(name) = &import.format {
        format(name)?;
    }
    let folder = arguments.output.clone().unwrap_or_else(|| PathBuf::from("imported"));
    let bar = Bar::new();
    let explained = import_files(files, &import, &folder, &bar)?;
    bar.clear();
    if arguments.explain {
        say::text_as_is(explained);
    }
    say::line(format_args!("wrote {}", folder.join("trials.csv").display()));
    Ok(())
}
