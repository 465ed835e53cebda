//! Graphs compiled once for each use.

use std::sync::{Mutex, PoisonError};

use super::Network;
use crate::error::Result;

/// What was compiled, by what it was compiled for.
pub(super) type Cache<K, V> = Mutex<Vec<(K, V)>>;

impl Network {
    /// What was compiled for a key, compiled now if it was not yet. Others who want the same wait for it.
    pub(super) fn cached<K: Clone + PartialEq, V: Clone>(
        &self,
        cache: &Cache<K, V>,
        key: &K,
        compile: impl FnOnce() -> Result<V>,
    ) -> Result<V> {
        let mut compiled = cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = compiled.iter().find(|(other, _)| other == key) {
            return Ok(value.clone());
        }
        let value = compile()?;
        compiled.push((key.clone(), value.clone()));
        Ok(value)
    }
}
