//! `check EXPERIMENT`: a table of everything that can be found wrong before any work.

use bubblescope::error::{Error, Result};
use bubblescope::experiment::Experiment;
use bubblescope::stage::{Outcome, Run, check};

use super::progress::Bar;
use super::{OnExperiment, say};

/// Looks at everything that the experiment names, and prints what was found.
pub fn run(on: &OnExperiment) -> Result<()> {
    let (experiment, faults) = Experiment::read_with_faults(&on.experiment, on.data.as_deref())?;
    let (results, bar) = (on.results(&experiment), Bar::new());
    let findings = check(&Run { experiment: &experiment, results: &results, progress: &bar }, faults);
    bar.clear();
    let width = findings.iter().map(|finding| finding.name.chars().count()).max().unwrap_or(0);
    let mut wrong = 0;
    for finding in &findings {
        let (state, text) = match &finding.outcome {
            Outcome::Fine(found) => ("ok", found.clone()),
            Outcome::Wrong(error) => ("WRONG", error.to_string()),
            Outcome::Unknown(why) => ("-", why.clone()),
        };
        wrong += usize::from(state == "WRONG");
        let indent = format!("\n{:width$}", "", width = width + 9);
        say::line(format_args!("{state:<5}  {:width$}  {}", finding.name, text.replace('\n', &indent)));
    }
    match wrong {
        0 => {
            say::line("nothing is wrong with what was looked at");
            Ok(())
        }
        _ => Err(Error::invalid(format!("{wrong} of {} things that were looked at are wrong", findings.len()))
            .at(experiment.path.display())
            .hint("the table above says what to do about each")),
    }
}
