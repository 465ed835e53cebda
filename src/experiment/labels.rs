//! The names of a network's outputs from a text file, one a line: a thousand of them would fill the experiment file.

use super::{Experiment, Model};
use crate::error::{Error, Result};

impl Experiment {
    /// Fills the classes of every model that names a file of labels, and says which cannot be read.
    pub(super) fn read_labels(&mut self) -> Vec<Error> {
        let read: Vec<_> = self.file.model.iter().map(|model| self.labels_of(model)).collect();
        let mut faults = Vec::new();
        for (model, read) in self.file.model.iter_mut().zip(read) {
            match read {
                Ok(None) => {}
                Ok(Some(classes)) => model.output.classes = classes,
                Err(error) => faults.push(error),
            }
        }
        faults
    }

    fn labels_of(&self, model: &Model) -> Result<Option<Vec<String>>> {
        let Some(labels) = &model.labels else { return Ok(None) };
        if !model.output.classes.is_empty() {
            return Err(self.wrong(
                "model.labels",
                format!("the outputs of model {} are named in {labels} and in output.classes", model.name),
                "name them in one of the two",
            ));
        }
        let path = self.resolve(labels);
        let text = std::fs::read_to_string(&path).map_err(|cause| {
            Error::io("read the labels", &path, cause)
                .at(self.field("model.labels"))
                .hint("a text file in UTF-8 with the name of each output on a line of its own, in order")
        })?;
        Ok(Some(text.lines().map(|line| line.trim().to_owned()).collect()))
    }
}
