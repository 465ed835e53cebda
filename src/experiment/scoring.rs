//! Checks of `[score]`.

use super::Experiment;
use crate::error::{Result, one_of};
use crate::metric::{unusable, usable};
use crate::score::Null;

impl Experiment {
    pub(super) fn check_score(&self) -> Result<()> {
        self.check_metrics()?;
        Null::of_pictures(&self.file.score.null).map_err(|error| error.at(self.field("score.null")))?;
        self.preparation().map(|_| ())
    }

    /// Every metric is one that can be had: those of fixations where people's maps are made of them.
    fn check_metrics(&self) -> Result<()> {
        let looks = self.file.human.as_ref().is_some_and(|human| human.source.is_table());
        let wrong = |what: String| Err(self.wrong("score.metrics", what, one_of(usable(looks))));
        if self.file.score.metrics.is_empty() {
            return wrong("score.metrics is empty".to_owned());
        }
        for name in &self.file.score.metrics {
            let Some(why) = unusable(name, looks) else { continue };
            if looks || unusable(name, true).is_some() {
                return wrong(why);
            }
            let people = self.file.human.as_ref().map_or("trials", |human| human.source.name());
            let what = format!("{name} needs fixations, and human maps are made of {people}");
            let hint = "[human] source = \"fixations\" or \"clicks\" tells where people looked";
            return Err(self.wrong("score.metrics", what, format!("{hint}; of maps, {}", one_of(usable(false)))));
        }
        Ok(())
    }
}
