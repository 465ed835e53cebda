//! Checks of `[[model]]`, `[attribution]` and `[faithfulness]`.

use super::{Attribution, Experiment, Explained, Model};
use crate::attribution::{COUNTERPARTS, Counterpart, METHODS};
use crate::error::{Result, one_of};
use crate::faithfulness::FAITHFULNESS;
use crate::results::is_safe_name;

impl Experiment {
    pub(super) fn check_names_of_models(&self) -> Result<()> {
        let models = &self.file.model;
        let twice = |(at, model): &(usize, &Model)| models[..*at].iter().any(|earlier| earlier.name == model.name);
        match models.iter().enumerate().find(twice) {
            None => Ok(()),
            Some((_, model)) => Err(self.wrong(
                "model.name",
                format!("two models are called {}", model.name),
                "give each model a name of its own",
            )),
        }
    }

    pub(super) fn check_attribution(&self) -> Result<()> {
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

    pub(super) fn check_faithfulness(&self) -> Result<()> {
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

    pub(super) fn check_model(&self, model: &Model) -> Result<()> {
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
        // Labels that cannot be read are an error of their own.
        let unread = model.labels.is_some() && model.output.classes.is_empty();
        for class in self.file.pictures.class.iter().filter(|_| !unread) {
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
}
