//! Hashes of files, and the key of a stage: a hash of everything that its outputs depend on.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// Raised whenever the same inputs give other numbers, so that results of an older build are made again.
pub const RESULTS_VERSION: u32 = 1;

/// SHA-256 in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a file.
pub fn hash_file(path: &Path) -> Result<String> {
    fs::read(path).map(|bytes| hash(&bytes)).map_err(|cause| Error::io("read", path, cause))
}

/// Collects everything that a stage depends on.
#[derive(Default)]
pub struct Key(Sha256);

impl Key {
    /// A key that starts with the stage's name, the version of the code and that of its results.
    pub fn new(stage: &str) -> Key {
        Key::default().with("stage", stage).with("version", env!("CARGO_PKG_VERSION")).with("results", RESULTS_VERSION)
    }

    /// Adds a named value.
    pub fn with(mut self, name: &str, value: impl std::fmt::Debug) -> Key {
        self.0.update(format!("{name}={value:?}\n"));
        self
    }

    /// The key in hexadecimal.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
