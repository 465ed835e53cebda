//! Values of an experiment file that have the right type and the wrong meaning.

use std::collections::BTreeMap;

use super::{Attribution, Experiment, Explained, Model, Value};
use crate::attribution::{COUNTERPARTS, Counterpart, METHODS};
use crate::bubbles::KINDS;
use crate::error::{Error, Result, one_of};
use crate::faithfulness::FAITHFULNESS;
use crate::parameter::Parameter;
use crate::results::is_safe_name;
use crate::trials::FORMATS;

/// Name and parameters of a method, metric or procedure.
pub(super) type Row = (&'static str, &'static [Parameter]);

impl Experiment {
    /// Checks every value; the error names the field, the value and what would be right.
    pub(super) fn check(&self) -> Result<()> {
        let file = &self.file;
        if file.compare.is_empty() {
            return Err(self.wrong(
                "compare",
                "compare is empty",
                "say what is compared: [\"task\"], [\"picture\"] or both",
            ));
        }
        if let Some(twice) = file.compare.iter().enumerate().find(|(at, unit)| file.compare[..*at].contains(unit)) {
            return Err(self.wrong(
                "compare",
                format!("compare names {:?} twice", twice.1.name()),
                "name each unit once",
            ));
        }
        self.within("bubbles.background", file.bubbles.background, 0.0, 1.0)?;
        if let Some(degrees) = file.pictures.degrees {
            self.within("pictures.degrees", degrees, 0.01, 180.0)?;
        }
        if let Some(width) = file.pictures.width {
            self.within("pictures.width", width as f64, 8.0, 1e4)?;
        }
        if let Some(width) = file.pictures.object_width {
            self.within("pictures.object_width", width, 1.0, 1e5)?;
        }
        self.within("bubbles.margin", file.bubbles.margin, 0.0, 10.0)?;
        self.within("bubbles.floor", file.bubbles.floor, 0.0, 1.0)?;
        self.within("bubbles.bands.count", file.bubbles.bands.count as f64, 1.0, 20.0)?;
        file.bubbles.size.sd().map_err(|error| error.at(self.field("bubbles.size")))?;
        if !KINDS.iter().any(|kind| kind.name == file.bubbles.kind) {
            let what = format!("there is no kind of Bubbles called {}", file.bubbles.kind);
            return Err(self.wrong("bubbles.kind", what, one_of(KINDS.iter().map(|kind| kind.name))));
        }
        if self.is_spatial() {
            self.bubble_sd(1)?;
        }
        self.smoothing_sd(1)?;
        self.check_classes()?;
        self.check_trials()?;
        self.check_exclusions()?;
        self.check_noise()?;
        self.check_classification()?;
        self.within("score.bootstrap", file.score.bootstrap as f64, 20.0, 1e6)?;
        self.check_score()?;
        self.check_attribution()?;
        self.check_faithfulness()?;
        self.check_plan()?;
        self.check_export()?;
        file.model.iter().try_for_each(|model| self.check_model(model))?;
        for (at, model) in file.model.iter().enumerate() {
            if file.model[..at].iter().any(|earlier| earlier.name == model.name) {
                return Err(self.wrong(
                    "model.name",
                    format!("two models are called {}", model.name),
                    "give each model a name of its own",
                ));
            }
        }
        Ok(())
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
            (None, None) => {
                return Err(self.wrong(
                    "simulation",
                    "neither [simulation] nor [import] says where trials come from",
                    "add [import] with files = [...], or [simulation]; or [human] for human maps that come from no trials",
                ));
            }
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
                if let Some(name) = &import.format
                    && !FORMATS.iter().any(|format| format.name == name)
                {
                    let names = one_of(FORMATS.iter().map(|format| format.name));
                    return Err(self.wrong("import.format", format!("there is no format called {name}"), names));
                }
                self.within("import.height", import.height.unwrap_or(1) as f64, 1.0, 1e5)?;
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

    fn check_attribution(&self) -> Result<()> {
        let attribution = &self.file.attribution;
        let methods = || one_of(METHODS.iter().map(|method| method.name));
        if attribution.methods.is_empty() && !self.file.model.is_empty() {
            return Err(self.wrong(
                "attribution.methods",
                "attribution.methods is empty, and there are models to explain",
                methods(),
            ));
        }
        let own = self.file.model.iter().flat_map(|model| model.methods.iter().flatten());
        let asked = attribution.methods.iter().map(|name| ("attribution.methods", name));
        let given = attribution.parameters.keys().map(|name| ("attribution.parameters", name));
        for (field, name) in asked.chain(own.map(|name| ("model.methods", name))).chain(given) {
            let method = attribution.method(name);
            let Some(method) = METHODS.iter().find(|row| row.name == method) else {
                return Err(self.wrong(field, format!("there is no method called {method}"), methods()));
            };
            if !is_safe_name(name) {
                let what = format!("{name:?} cannot be a method's name, because it becomes a folder");
                return Err(self.wrong(field, what, "use letters, digits, dots, hyphens and underscores"));
            }
            let (row, field) = ((method.name, method.parameters), format!("attribution.parameters.{name}"));
            self.check_parameters(&field, "method", row, &attribution.given(name))?;
        }
        self.check_counterparts()
    }

    fn check_counterparts(&self) -> Result<()> {
        let Attribution { counterparts, explained, .. } = &self.file.attribution;
        let own = self.file.model.iter().filter_map(|model| Some(("model.counterparts", model.counterparts.as_ref()?)));
        for (field, names) in own.chain([("attribution.counterparts", counterparts)]) {
            for (at, name) in names.iter().enumerate() {
                if names[..at].contains(name) {
                    return Err(self.wrong(field, format!("the counterpart {name} is named twice"), "name each once"));
                }
                let Some(row) = Counterpart::named(name) else {
                    let known = one_of(COUNTERPARTS.iter().map(|row| row.name));
                    return Err(self.wrong(field, format!("there is no counterpart called {name}"), known));
                };
                if row.of_class && matches!(explained, Explained::Output(_) | Explained::Layer { .. }) {
                    let what = format!("{name} is asked for, and what is explained is {explained}, whatever the class");
                    return Err(self.wrong(field, what, "explain margin, logit, probability or log_probability"));
                }
            }
        }
        Ok(())
    }

    fn check_faithfulness(&self) -> Result<()> {
        let faithfulness = &self.file.faithfulness;
        let asked = faithfulness.metrics.iter().map(|name| ("faithfulness.metrics", name));
        for (field, name) in asked.chain(faithfulness.parameters.keys().map(|name| ("faithfulness.parameters", name))) {
            let Some(measure) = FAITHFULNESS.iter().find(|row| row.name == name) else {
                let known = one_of(FAITHFULNESS.iter().map(|row| row.name));
                return Err(self.wrong(field, format!("there is no metric called {name}"), known));
            };
            let (row, field) = ((measure.name, measure.parameters), format!("faithfulness.parameters.{name}"));
            if let Some(given) = faithfulness.parameters.get(name) {
                self.check_parameters(&field, "metric", row, given)?;
            }
        }
        self.within("faithfulness.seeds", faithfulness.seeds as f64, 1.0, 1e6)
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

    fn check_model(&self, model: &Model) -> Result<()> {
        if !is_safe_name(&model.name) {
            return Err(self.wrong(
                "model.name",
                format!("{:?} cannot be a model's name, because it becomes a folder", model.name),
                "use letters, digits, dots, hyphens and underscores",
            ));
        }
        match (model.file.contains("{seed}"), model.seeds.is_empty()) {
            (true, true) => {
                return Err(self.wrong(
                    "model.seeds",
                    format!(
                        "the file {} of model {} stands for several, and no seeds are given",
                        model.file, model.name
                    ),
                    "add `seeds = [1, 2, ...]`, or write the file name without {seed}",
                ));
            }
            (false, false) => {
                return Err(self.wrong(
                    "model.file",
                    format!(
                        "model {} has the seeds {:?}, and its file {} is one for all of them",
                        model.name, model.seeds, model.file
                    ),
                    "write {seed} where the file names differ, or leave `seeds` out",
                ));
            }
            _ => {}
        }
        if let Some(twice) = model.seeds.iter().enumerate().find(|(at, seed)| model.seeds[..*at].contains(seed)) {
            return Err(self.wrong(
                "model.seeds",
                format!("the seed {} of model {} is given twice", twice.1, model.name),
                "each weight seed is another network; name each once",
            ));
        }
        let [black, white] = model.input.range;
        if !(black.abs() <= 1e6 && white.abs() <= 1e6 && black != white) {
            return Err(self.wrong(
                "model.input.range",
                format!("the range [{black}, {white}] of model {} does not tell black from white", model.name),
                "give the values of black and white, such as [0.0, 1.0] or [0.0, 255.0]",
            ));
        }
        if let Some(mean) = model.input.mean.iter().find(|mean| !(-1e6..=1e6).contains(*mean)) {
            return Err(self.wrong(
                "model.input.mean",
                format!("a mean of model {} is {mean}", model.name),
                "it must be between -1000000 and 1000000, on the scale of `range`",
            ));
        }
        let channels = model.input.channels.count();
        for (field, values) in [("model.input.mean", &model.input.mean), ("model.input.sd", &model.input.sd)] {
            if ![0, 1, channels].contains(&values.len()) {
                return Err(self.wrong(
                    field,
                    format!(
                        "{} values are given, and the input of model {} has {channels} channel(s)",
                        values.len(),
                        model.name
                    ),
                    format!("give one value for all channels, or {channels}, or none"),
                ));
            }
        }
        if let Some(sd) = model.input.sd.iter().find(|sd| !(1e-6..=1e6).contains(*sd)) {
            return Err(self.wrong(
                "model.input.sd",
                format!("a standard deviation of model {} is {sd}", model.name),
                "it must be between 0.000001 and 1000000; leave `sd` out where inputs are not scaled",
            ));
        }
        for class in &self.file.pictures.class {
            if !model.output.classes.contains(&class.name) {
                return Err(self.wrong(
                    "model.output.classes",
                    format!(
                        "no output of model {} is called {}: its classes are {}",
                        model.name,
                        class.name,
                        model.output.classes.join(", ")
                    ),
                    "name the outputs in order, with the names of [[pictures.class]]",
                ));
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
