//! Progress on a terminal; in a pipe only notes and warnings.

use std::sync::Mutex;

use bubblescope::progress::Progress;
use indicatif::{ProgressBar, ProgressStyle};

use super::say;

/// A bar on standard error, which indicatif hides where that is not a terminal.
pub struct Bar(Mutex<ProgressBar>);

impl Bar {
    /// No work yet.
    pub fn new() -> Bar {
        Bar(Mutex::new(ProgressBar::hidden()))
    }

    /// Removes the bar.
    pub fn clear(&self) {
        self.with(ProgressBar::finish_and_clear);
    }

    fn with(&self, act: impl Fn(&ProgressBar)) {
        if let Ok(bar) = self.0.lock() {
            act(&bar);
        }
    }

    fn say(&self, text: &str) {
        self.with(|bar| bar.suspend(|| say::aside(text)));
    }
}

impl Progress for Bar {
    fn begin(&self, what: &str, total: usize) {
        let bar = ProgressBar::new(total as u64).with_message(what.to_owned());
        if let Ok(style) = ProgressStyle::with_template("  {msg:40!} {wide_bar} {pos}/{len} {eta:>4}") {
            bar.set_style(style);
        }
        if let Ok(mut current) = self.0.lock() {
            current.finish_and_clear();
            *current = bar;
        }
    }

    fn step(&self) {
        self.with(|bar| bar.inc(1));
    }

    fn note(&self, text: &str) {
        self.say(&format!("  {text}"));
    }

    fn warn(&self, text: &str) {
        self.say(&format!("  warning: {text}"));
    }
}
