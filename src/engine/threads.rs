//! The threads that work is shared by.

use rayon::ThreadPoolBuilder;

/// As much as the main thread has: an expression is evaluated on whichever thread is free.
const STACK: usize = 8 << 20;

/// Does some work with all threads at hand, this one among them: what cannot be shared stays where it
/// began. Where no more threads are to be had, this one does all.
pub fn on_all<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if rayon::current_thread_index().is_some() {
        return work();
    }
    let pool = || ThreadPoolBuilder::new().stack_size(STACK).use_current_thread();
    match pool().build().or_else(|_| pool().num_threads(1).build()) {
        Ok(pool) => {
            let done = pool.install(work);
            // This thread belongs to the pool for good.
            std::mem::forget(pool);
            done
        }
        Err(_) => work(),
    }
}
