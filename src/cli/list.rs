//! `list`: the tables of the code.

use std::path::PathBuf;

use bubblescope::adaptive::PROCEDURES;
use bubblescope::attribution::{COUNTERPARTS, METHODS, Parameter};
use bubblescope::bubbles::KINDS;
use bubblescope::error::{Error, Result};
use bubblescope::exclusion::RULES;
use bubblescope::export::EXPORTS;
use bubblescope::faithfulness::{CONTROLS, FAITHFULNESS, Quantity};
use bubblescope::human::{ESTIMATORS, GROUPS, INFERENCES, RECLASSIFICATIONS};
use bubblescope::looks::LOOK_FORMATS;
use bubblescope::map::MAP_FILES;
use bubblescope::metric::METRICS;
use bubblescope::network::list_layers;
use bubblescope::score::{BASELINES, CEILINGS, CONVENTIONS, ESTIMANDS, NULLS, WARNINGS};
use bubblescope::stage::STAGES;
use bubblescope::trials::FORMATS;
use clap::ValueEnum;

use super::say;

#[derive(clap::Args)]
pub struct Arguments {
    /// Which table
    table: Which,
    /// ONNX file, for `layers`
    model: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Which {
    Kinds,
    Estimators,
    Groups,
    Reclassifications,
    Methods,
    Metrics,
    Ceilings,
    MapFiles,
    Baselines,
    Counterparts,
    Estimands,
    Conventions,
    Nulls,
    Warnings,
    Faithfulness,
    Controls,
    Formats,
    LookFormats,
    Exports,
    Procedures,
    Tests,
    Rules,
    Stages,
    Layers,
}

/// Prints a table.
pub fn run(arguments: &Arguments) -> Result<()> {
    match arguments.table {
        Which::Methods => {
            for method in METHODS {
                row(method.name, method.description, method.source);
                parameters(method.parameters);
            }
        }
        Which::Estimators => {
            for estimator in ESTIMATORS {
                row(estimator.name, estimator.description, estimator.source);
                parameters(estimator.parameters);
            }
        }
        Which::Groups => GROUPS.iter().for_each(|group| row(group.name, group.description, group.source)),
        Which::Reclassifications => {
            RECLASSIFICATIONS.iter().for_each(|rule| row(rule.name, rule.description, rule.source));
        }
        Which::Kinds => KINDS.iter().for_each(|kind| row(kind.name, kind.description, kind.source)),
        Which::Faithfulness => {
            for measure in FAITHFULNESS {
                row(measure.name, measure.description, measure.source);
                for Quantity { name, better, range } in measure.quantities {
                    say::line(format_args!("    {name}: {} is better ({} to {})", better.name(), range.0, range.1));
                }
                parameters(measure.parameters);
            }
        }
        Which::Controls => CONTROLS.iter().for_each(|control| row(control.name, control.description, "")),
        Which::Metrics => {
            for metric in METRICS {
                row(metric.name, metric.description, metric.source);
                say::line(format_args!("    {}", metric.properties()));
            }
        }
        Which::Ceilings => CEILINGS.iter().for_each(|ceiling| row(ceiling.name, ceiling.description, ceiling.source)),
        Which::Estimands => ESTIMANDS.iter().for_each(|one| row(one.name, one.description, one.source)),
        Which::Conventions => CONVENTIONS.iter().for_each(|one| row(one.name, one.description, one.source)),
        Which::Nulls => NULLS.iter().for_each(|null| row(null.name, null.description, null.source)),
        Which::Warnings => WARNINGS.iter().for_each(|warning| row(warning.name, warning.description, "")),
        Which::Baselines => BASELINES.iter().for_each(|baseline| row(baseline.name, baseline.description, "")),
        Which::Counterparts => COUNTERPARTS.iter().for_each(|one| row(one.name, one.description, one.source)),
        Which::MapFiles => MAP_FILES.iter().for_each(|kind| row(kind.name, kind.description, "")),
        Which::Formats => FORMATS.iter().for_each(|format| row(format.name, format.description, "")),
        Which::LookFormats => LOOK_FORMATS.iter().for_each(|format| row(format.name, format.description, "")),
        Which::Exports => EXPORTS.iter().for_each(|export| row(export.name, export.description, "")),
        Which::Procedures => {
            for procedure in PROCEDURES {
                row(procedure.name, procedure.description, procedure.source);
                parameters(procedure.parameters);
            }
        }
        Which::Tests => INFERENCES.iter().for_each(|test| row(test.name, test.description, test.source)),
        Which::Rules => {
            for rule in RULES {
                row(rule.name, rule.description, rule.source);
                parameters(rule.parameters);
            }
        }
        Which::Stages => STAGES.iter().for_each(|stage| row(stage.name, stage.description, "")),
        Which::Layers => {
            let path = arguments
                .model
                .as_ref()
                .ok_or_else(|| Error::invalid("layers of which model?").hint("bubblescope list layers MODEL.onnx"))?;
            say::line("depth  channels x rows x columns  name (operator)");
            for layer in list_layers(path)? {
                let (channels, rows, columns) = layer.shape;
                let shape = format!("{channels} x {rows} x {columns}");
                say::line(format_args!("{:>5}  {shape:<25}  {} ({})", layer.depth, layer.name, layer.operator));
            }
        }
    }
    Ok(())
}

fn parameters(parameters: &[Parameter]) {
    parameters.iter().for_each(|parameter| say::line(format_args!("    {parameter}")));
}

fn row(name: &str, description: &str, source: &str) {
    match source {
        "" => say::line(format_args!("{name}: {description}")),
        source => say::line(format_args!("{name}: {description} [{source}]")),
    }
}
