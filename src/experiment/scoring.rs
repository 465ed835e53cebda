//! Checks of `[score]`.

use super::Experiment;
use crate::error::{Result, one_of};
use crate::metric::{unusable, usable};
use crate::score::Null;

impl Experiment {
    pub(super) fn check_score(&self) -> Result<()> {
        let score = &self.file.score;
        if score.metrics.is_empty() {
            return Err(self.wrong("score.metrics", "score.metrics is empty", one_of(usable())));
        }
        for name in &score.metrics {
            if let Some(why) = unusable(name) {
                return Err(self.wrong("score.metrics", why, one_of(usable())));
            }
        }
        if Null::of_pictures(&score.null).is_none() {
            let what = format!("there is no null of single pictures called {}", score.null);
            return Err(self.wrong("score.null", what, one_of(Null::names_of_pictures())));
        }
        self.preparation().map(|_| ())
    }
}
