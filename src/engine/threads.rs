//! The threads that work is shared by.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// As much as the main thread has: an expression is evaluated on whichever thread is free.
const STACK: usize = 8 << 20;

/// Does some work with all threads at hand, itself on one of them; where no more are to be had, on this
/// one alone.
pub fn on_all<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    if let Some(pool) = POOL.get_or_init(|| ThreadPoolBuilder::new().stack_size(STACK).build().ok())
    {
        return pool.install(work);
    }
    match ThreadPoolBuilder::new().num_threads(1).use_current_thread().build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}
