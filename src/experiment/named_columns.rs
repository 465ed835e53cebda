//! Checks of the columns of the trials that `[classification]` names: our own, or those that `import.carry` brings along.

use super::{Experiment, matches};
use crate::error::Result;
use crate::human::COLUMNS;

impl Experiment {
    /// Every column that a response, a condition or a contrast names is one that trials can have.
    pub(super) fn check_columns(&self) -> Result<()> {
        if !self.has_answers() {
            return Ok(());
        }
        let settings = &self.file.classification;
        let response = Some(&settings.response).filter(|name| !["accuracy", "speed"].contains(&name.as_str()));
        self.check_known("classification.response", response, &[])?;
        self.check_known("classification.by", &settings.by, &["class"])?;
        self.check_known("classification.contrasts", settings.contrasts.iter().map(|one| &one.column), &["class"])?;
        let classes: Vec<&str> = self.file.pictures.class.iter().map(|class| class.name.as_str()).collect();
        for contrast in settings.contrasts.iter().filter(|one| one.column == "class") {
            for (side, values) in [("plus", &contrast.plus), ("minus", &contrast.minus)] {
                if !classes.iter().any(|class| values.iter().any(|pattern| matches(pattern, class))) {
                    let what = format!(
                        "the contrast {} has no class on its side {side}: {}",
                        contrast.name,
                        values.join(", ")
                    );
                    let hint = format!("the classes are: {}", classes.join(", "));
                    return Err(self.wrong("classification.contrasts", what, hint));
                }
            }
        }
        Ok(())
    }

    fn check_known<'a>(
        &self,
        field: &str,
        names: impl IntoIterator<Item = &'a String>,
        further: &[&'static str],
    ) -> Result<()> {
        let carried = self.file.import.as_ref().map(|import| import.carry.as_slice()).unwrap_or_default();
        for name in names {
            if carried.contains(name) || COLUMNS.iter().chain(further).any(|known| known == name) {
                continue;
            }
            let known: Vec<&str> =
                further.iter().copied().chain(COLUMNS).chain(carried.iter().map(String::as_str)).collect();
            let source = if self.file.import.is_some() {
                "; a further column of the trial files comes along with import.carry"
            } else {
                ""
            };
            let hint = format!("the columns are: {}{source}", known.join(", "));
            return Err(self.wrong(field, format!("the trials have no column {name}"), hint));
        }
        Ok(())
    }
}
