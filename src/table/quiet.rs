//! Calls into polars that may panic on damaged files, without the text that a panic prints: the error says what happened.
//!
//! Panics of other threads, and of other calls, are printed as ever.

use std::cell::Cell;
use std::panic::{UnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Calls under way; the threads of polars work for them.
static CALLS: AtomicUsize = AtomicUsize::new(0);

static HOOK: Once = Once::new();

thread_local! {
    static CALLING: Cell<bool> = const { Cell::new(false) };
}

/// The value of a call; `None` where it panicked.
pub(super) fn attempt<T>(call: impl FnOnce() -> T + UnwindSafe) -> Option<T> {
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            let of_polars = || std::thread::current().name().is_some_and(|name| name.starts_with("polars"));
            let expected = CALLING.get() || CALLS.load(Ordering::SeqCst) > 0 && of_polars();
            if !expected {
                before(panic);
            }
        }));
    });
    CALLS.fetch_add(1, Ordering::SeqCst);
    let outer = CALLING.replace(true);
    let made = catch_unwind(call);
    CALLING.set(outer);
    CALLS.fetch_sub(1, Ordering::SeqCst);
    made.ok()
}
