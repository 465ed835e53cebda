//! `list`: the tables of the code.

use std::path::PathBuf;

use bubblescope::attribution::METHODS;
use bubblescope::error::{Error, Result};
use bubblescope::network::list_layers;
use bubblescope::score::{BASELINES, CEILINGS, METRICS};
use bubblescope::stage::STAGES;
use bubblescope::trials::FORMATS;
use clap::ValueEnum;

#[derive(clap::Args)]
pub struct Arguments {
    /// Which table
    table: Which,
    /// ONNX file, for `layers`
    model: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    Methods,
    Metrics,
    Ceilings,
    Baselines,
    Formats,
    Stages,
    Layers,
}

/// Prints a table.
pub fn run(arguments: &Arguments) -> Result<()> {
    match arguments.table {
        Which::Methods => {
            for method in METHODS {
                row(method.name, method.description, method.source);
                for parameter in method.parameters {
                    println!("    {parameter}");
                }
            }
        }
        Which::Metrics => METRICS.iter().for_each(|metric| row(metric.name, metric.description, metric.source)),
        Which::Ceilings => CEILINGS.iter().for_each(|ceiling| row(ceiling.name, ceiling.description, ceiling.source)),
        Which::Baselines => BASELINES.iter().for_each(|baseline| row(baseline.name, baseline.description, "")),
        Which::Formats => FORMATS.iter().for_each(|format| row(format.name, format.description, "")),
        Which::Stages => STAGES.iter().for_each(|stage| row(stage.name, stage.description, "")),
        Which::Layers => {
            let path = arguments
                .model
                .as_ref()
                .ok_or_else(|| Error::invalid("layers of which model?").hint("bubblescope list layers MODEL.onnx"))?;
            println!("depth  channels x rows x columns  name (operator)");
            for layer in list_layers(path)? {
                let (channels, rows, columns) = layer.shape;
                let shape = format!("{channels} x {rows} x {columns}");
                println!("{:>5}  {shape:<25}  {} ({})", layer.depth, layer.name, layer.operator);
            }
        }
    }
    Ok(())
}

fn row(name: &str, description: &str, source: &str) {
    match source {
        "" => println!("{name}: {description}"),
        source => println!("{name}: {description} [{source}]"),
    }
}
