//! What the program says on standard output, and on standard error.
//!
//! A reader that goes away (`| head -1`) ends no work: what it would have read is dropped. Any other failure to write, such as
//! a full disk, is an error at the end.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::sync::OnceLock;

use bubblescope::error::{Error, Result};

/// The first failure to write that is no reader's.
static FAILED: OnceLock<String> = OnceLock::new();

/// Writes a line to standard output.
pub fn line(text: impl Display) {
    text_as_is(format_args!("{text}\n"));
}

/// Writes a text to standard output.
pub fn text_as_is(text: impl Display) {
    let mut output = io::stdout().lock();
    note(write!(output, "{text}").and_then(|()| output.flush()));
}

/// Writes a line to standard error, where it can be written.
pub fn aside(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Remembers the outcome of writing to standard output.
pub fn note(written: io::Result<()>) {
    if let Err(cause) = written
        && cause.kind() != ErrorKind::BrokenPipe
    {
        FAILED.get_or_init(|| cause.to_string());
    }
}

/// The error of what could not be written, if anything.
pub fn outcome() -> Result<()> {
    match FAILED.get() {
        None => Ok(()),
        Some(cause) => Err(Error::invalid(format!("cannot write to standard output: {cause}"))
            .hint("check that the disk is not full, and that you may write where the output goes")),
    }
}
