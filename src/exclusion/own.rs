//! An observer's trials, as a rule sees them.

use crate::trials::{Role, Trial};

/// The trials of one observer that earlier rules left, in the order of their file.
pub struct Own<'a> {
    /// Those that would enter maps.
    pub main: Vec<&'a Trial>,
    /// Those that show the whole picture.
    pub catch: Vec<&'a Trial>,
    /// Number of classes of the experiment.
    pub classes: usize,
}

impl<'a> Own<'a> {
    /// Main and catch trials of these; practice is left out.
    pub fn new(trials: &[&'a Trial], classes: usize) -> Own<'a> {
        let of = |role| trials.iter().copied().filter(|trial| trial.role == role).collect();
        Own { main: of(Role::Main), catch: of(Role::Catch), classes }
    }

    /// Response times of the main trials that have one, ms.
    pub(super) fn times(&self) -> Vec<f64> {
        self.main.iter().filter_map(|trial| trial.response_time).collect()
    }

    /// (right answers, answers) of the main trials.
    pub(super) fn right(&self) -> (u64, u64) {
        let answers = self.main.iter().filter_map(|trial| trial.correct);
        answers.fold((0, 0), |(right, all), correct| (right + u64::from(correct), all + 1))
    }
}

/// Mean and standard deviation (n - 1); `None` for fewer than two values.
pub(super) fn mean_and_sd(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (values.len() > 1).then(|| (mean, (squares / (count - 1.0)).sqrt()))
}
