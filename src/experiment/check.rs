//! Values of an experiment file that have the right type and the wrong meaning.

use std::collections::BTreeMap;

use super::{Experiment, Value};
use crate::bubbles::KINDS;
use crate::error::{Error, Result, one_of};
use crate::parameter::Parameter;
use crate::trials::FORMATS;

/// Name and parameters of a method, metric or procedure.
pub(super) type Row = (&'static str, &'static [Parameter]);

impl Experiment {
    /// Everything that is wrong with the values: each error names the field, the value and what would be right.
    pub(super) fn faults(&self) -> Vec<Error> {
        let file = &self.file;
        let classes = self.check_classes();
        let sound = classes.is_ok();
        let mut checks = vec![
            self.check_compare(),
            self.check_pictures(),
            self.check_bubbles(),
            classes,
            self.check_exclusions(),
            self.check_noise(),
            self.check_classification(),
            self.smoothing_sd(1).map(|_| ()),
            self.within("score.bootstrap", file.score.bootstrap as f64, 20.0, 1e6),
            self.check_score(),
            self.check_attribution(),
            self.check_faithfulness(),
            self.check_plan(),
            self.check_export(),
            self.check_names_of_models(),
        ];
        // Wrong classes would be said again by everything that is about classes.
        if sound {
            checks.extend([self.check_trials(), self.check_columns()]);
            checks.extend(file.model.iter().map(|model| self.check_model(model)));
        }
        checks.into_iter().filter_map(Result::err).collect()
    }

    fn check_compare(&self) -> Result<()> {
        let compare = &self.file.compare;
        if compare.is_empty() {
            return Err(self.wrong(
                "compare",
                "compare is empty",
                "say what is compared: [\"task\"], [\"picture\"] or both",
            ));
        }
        match compare.iter().enumerate().find(|(at, unit)| compare[..*at].contains(unit)) {
            None => Ok(()),
            Some((_, unit)) => {
                Err(self.wrong("compare", format!("compare names {:?} twice", unit.name()), "name each unit once"))
            }
        }
    }

    fn check_pictures(&self) -> Result<()> {
        let pictures = &self.file.pictures;
        if let Some(degrees) = pictures.degrees {
            self.within("pictures.degrees", degrees, 0.01, 180.0)?;
        }
        if let Some(width) = pictures.width {
            self.within("pictures.width", width as f64, 8.0, 1e4)?;
        }
        pictures.object_width.map_or(Ok(()), |width| self.within("pictures.object_width", width, 1.0, 1e5))
    }

    fn check_bubbles(&self) -> Result<()> {
        let bubbles = &self.file.bubbles;
        self.within("bubbles.background", bubbles.background, 0.0, 1.0)?;
        self.within("bubbles.margin", bubbles.margin, 0.0, 10.0)?;
        self.within("bubbles.floor", bubbles.floor, 0.0, 1.0)?;
        self.within("bubbles.bands.count", bubbles.bands.count as f64, 1.0, 20.0)?;
        bubbles.size.sd().map_err(|error| error.at(self.field("bubbles.size")))?;
        if !KINDS.iter().any(|kind| kind.name == bubbles.kind) {
            let what = format!("there is no kind of Bubbles called {}", bubbles.kind);
            return Err(self.wrong("bubbles.kind", what, one_of(KINDS.iter().map(|kind| kind.name))));
        }
        if self.is_spatial() { self.bubble_sd(1).map(|_| ()) } else { Ok(()) }
    }

    fn check_classes(&self) -> Result<()> {
        let classes = &self.file.pictures.class;
        if classes.iter().any(|class| class.name.trim().is_empty()) {
            return Err(self.wrong("pictures.class", "a class has no name", "name what an observer answers"));
        }
        let enough = match (self.noise(), &self.file.human) {
            (None, None) => 2,
            (None, Some(_)) if !self.file.model.is_empty() => 2,
            _ => 1,
        };
        if classes.len() < enough {
            let given = if classes.is_empty() { "no" } else { "only one" };
            return Err(self.wrong(
                "pictures.class",
                format!(
                    "{given} class is given, and {}",
                    if enough > 1 { "a choice needs at least two" } else { "pictures have at least one" }
                ),
                "add a [[pictures.class]] with name and files",
            ));
        }
        for (at, class) in classes.iter().enumerate() {
            if classes[..at].iter().any(|earlier| earlier.name == class.name) {
                return Err(self.wrong(
                    "pictures.class",
                    format!("two classes are called {}", class.name),
                    "give each class a name of its own",
                ));
            }
        }
        Ok(())
    }

    fn check_trials(&self) -> Result<()> {
        let file = &self.file;
        if let Some(human) = &file.human {
            return self.check_human(human);
        }
        match (&file.simulation, &file.import) {
            (Some(_), Some(_)) => {
                return Err(self.wrong(
                    "simulation",
                    "both [simulation] and [import] are given, and trials come from one of them",
                    "remove one of the two",
                ));
            }
            (None, None) if file.design.is_none() => {
                return Err(self.wrong(
                    "design",
                    "no [design] plans trials, and neither [simulation] nor [import] says where answers come from",
                    "add [design] to plan an experiment, [import] with files = [...] for trials that people answered, or [human] for human maps that come from no trials",
                ));
            }
            (None, None) => {}
            (Some(simulation), None) => {
                self.within("simulation.sensitivity", simulation.sensitivity, 0.0, 1000.0)?;
                self.within("simulation.spread", simulation.spread, 0.0, 2.0)?;
                self.within("simulation.lapse", simulation.lapse, 0.0, 1.0)?;
                self.within("simulation.noise", simulation.noise, 0.0, 1000.0)?;
                self.within("simulation.guess", simulation.guess.unwrap_or(0.0), 0.0, 1.0)?;
                self.within("simulation.bias", simulation.bias, -1000.0, 1000.0)?;
                if simulation.template.is_some() == simulation.network.is_some() {
                    let given = if simulation.template.is_some() { "both are" } else { "neither is" };
                    return Err(self.wrong(
                        "simulation",
                        format!("a simulated observer looks for a template or through a network, and {given} given"),
                        "give one of simulation.template and simulation.network",
                    ));
                }
                let time = &simulation.response_time;
                self.within("simulation.response_time.mean", time.mean, 0.0, 1e6)?;
                self.within("simulation.response_time.sd", time.sd, 0.0, 1e6)?;
                self.within("simulation.response_time.tail", time.tail, 0.0, 1e6)?;
                if file.design.is_none() {
                    return Err(self.wrong(
                        "design",
                        "simulated observers need a [design], and there is none",
                        "add [design] with observers, trials and [design.count]",
                    ));
                }
            }
            (None, Some(import)) => {
                self.check_files(&import.files)?;
                self.check_responses(import)?;
                if let Some(name) = &import.format
                    && !FORMATS.iter().any(|format| format.name == name)
                {
                    let names = one_of(FORMATS.iter().map(|format| format.name));
                    return Err(self.wrong("import.format", format!("there is no format called {name}"), names));
                }
                self.within("import.height", import.height.unwrap_or(1) as f64, 1.0, 1e5)?;
                if let Some(centres) = &import.centres {
                    self.within("import.centres.from", f64::from(centres.from), 0.0, 1.0)?;
                    for (field, side) in [("width", centres.width), ("height", centres.height)] {
                        self.within(&format!("import.centres.{field}"), side.unwrap_or(1.0), 1e-6, 1e6)?;
                    }
                }
            }
        }
        let Some(design) = &file.design else { return Ok(()) };
        self.within("design.observers", design.observers as f64, 1.0, 1e5)?;
        self.within("design.trials", design.trials as f64, 1.0, 1e6)?;
        self.within("design.blocks", design.blocks as f64, 1.0, design.trials as f64)?;
        self.within("design.mirrored", design.mirrored, 0.0, 1.0)?;
        self.within("design.catch", design.catch, 0.0, 0.5)?;
        self.within("design.repeated", design.repeated, 0.0, 0.5)?;
        self.within("design.practice", design.practice as f64, 0.0, 1e5)?;
        if design.catch + 2.0 * design.repeated > 1.0 {
            return Err(self.wrong(
                "design.repeated",
                format!(
                    "{} of the trials are catch trials and {} are repeats of as many others, which is more than all",
                    design.catch, design.repeated
                ),
                "catch + 2 repeated must not be above 1",
            ));
        }
        self.check_keys(design)?;
        self.check_amount(design)?;
        self.check_count(&design.count)
    }

    fn check_files(&self, files: &[String]) -> Result<()> {
        if files.is_empty() {
            return Err(self.wrong("import.files", "import.files is empty", "name at least one trial file"));
        }
        match files.iter().enumerate().find(|(at, file)| files[..*at].contains(file)) {
            None => Ok(()),
            Some((_, file)) => Err(self.wrong(
                "import.files",
                format!("the trial file {file} is given twice, and its trials would count twice"),
                "name each trial file once",
            )),
        }
    }

    /// Parameters are those of a row of a table of methods, metrics or procedures (`what`), and each value is within its bounds.
    pub(super) fn check_parameters(
        &self,
        field: &str,
        what: &str,
        (row, parameters): Row,
        given: &BTreeMap<String, Value>,
    ) -> Result<()> {
        for (name, value) in given {
            let field = format!("{field}.{name}");
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
                let hint = match parameters {
                    [] => "it has no parameters; remove the line".to_owned(),
                    known => one_of(known.iter().map(|parameter| parameter.name)),
                };
                return Err(self.wrong(&field, format!("the {what} {row} has no parameter called {name}"), hint));
            };
            if let Some(must) = parameter.refuses(value) {
                return Err(self.wrong(&field, format!("{field} is {value}"), format!("it must be {must}")));
            }
        }
        Ok(())
    }

    pub(super) fn within(&self, field: &str, value: f64, minimum: f64, maximum: f64) -> Result<()> {
        if value >= minimum && value <= maximum {
            return Ok(());
        }
        Err(self.wrong(field, format!("{field} is {value}"), format!("it must be between {minimum} and {maximum}")))
    }

    pub(super) fn wrong(&self, field: &str, what: impl Into<String>, hint: impl Into<String>) -> Error {
        Error::invalid(what).at(self.field(field)).hint(hint)
    }
}
