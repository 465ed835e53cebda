//! Work done side by side and gathered in order, so that sums do not depend on the number of threads.

use rayon::prelude::*;

use crate::error::Result;

/// Results held at one time.
const CHUNK: usize = 64;

/// Does the work of the indices `0..count` in parallel and hands each result to `gather` in order of index.
pub(super) fn in_order<T: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T> + Sync,
    mut gather: impl FnMut(usize, T),
) -> Result<()> {
    for start in (0..count).step_by(CHUNK) {
        let end = count.min(start + CHUNK);
        let done: Vec<Result<T>> = (start..end).into_par_iter().map(&work).collect();
        for (index, result) in (start..end).zip(done) {
            gather(index, result?);
        }
    }
    Ok(())
}
