//! The thread pool of the command line. The core uses the pool from which it is called.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Size of a thread's stack in bytes. Equal to that of the main thread, because any thread may evaluate an
/// expression.
pub(crate) const STACK: usize = 8 << 20;

/// Runs `work` in the thread pool. The first call makes the pool: one thread per processor, or as many as
/// `RAYON_NUM_THREADS` says. If memory is short, the pool has one thread; if that fails too, the calling
/// thread does the work.
pub(crate) fn on_all<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let builder = || ThreadPoolBuilder::new().stack_size(STACK);
    let several = || builder().build().or_else(|_| builder().num_threads(1).build()).ok();
    if let Some(pool) = POOL.get_or_init(several) {
        return pool.install(work);
    }
    // Makes a pool of the calling thread alone. Without it the first parallel call would try to start
    // threads, and panic.
    match builder().num_threads(1).use_current_thread().build() {
        Ok(pool) => {
            let done = pool.install(work);
            // Never dropped: a pool must not end before the calling thread, which belongs to it.
            std::mem::forget(pool);
            done
        }
        Err(_) => work(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_within_work_has_the_same_pool() {
        let threads = || (rayon::current_num_threads(), rayon::current_thread_index().is_some());
        let (outer, inner) = on_all(|| (threads(), on_all(threads)));
        assert_eq!(outer, inner);
        assert!(outer.1);
        assert_eq!(on_all(rayon::current_num_threads), outer.0);
    }
}
