//! The names of a network's outputs from a text file, one a line: a thousand of them would fill the experiment file.

use super::Experiment;
use crate::error::{Error, Result};

impl Experiment {
    /// Fills the classes of every model that names a file of labels.
    pub(super) fn read_labels(&mut self) -> Result<()> {
        for at in 0..self.file.model.len() {
            let Some(labels) = self.file.model[at].labels.clone() else { continue };
            let name = &self.file.model[at].name;
            if !self.file.model[at].output.classes.is_empty() {
                return Err(self.wrong(
                    "model.labels",
                    format!("the outputs of model {name} are named in {labels} and in output.classes"),
                    "name them in one of the two",
                ));
            }
            let path = self.resolve(&labels);
            let text = std::fs::read_to_string(&path).map_err(|cause| {
                Error::io("read the labels", &path, cause)
                    .at(self.field("model.labels"))
                    .hint("a text file in UTF-8 with the name of each output on a line of its own, in order")
            })?;
            self.file.model[at].output.classes = text.lines().map(|line| line.trim().to_owned()).collect();
        }
        Ok(())
    }
}
