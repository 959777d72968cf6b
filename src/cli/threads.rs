//! The thread pool of the command line. The core works with whichever pool it is called in.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Bytes of a thread's stack: as much as the main thread has, since an expression is evaluated on whichever
/// thread is free.
pub(crate) const STACK: usize = 8 << 20;

/// Does some work in the pool, which is made at the first call and kept: as many threads as the machine has
/// processors, or as `RAYON_NUM_THREADS` says. Without memory for those it has one thread; without memory for
/// that one, this thread does the work.
pub(crate) fn on_all<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    static POOL: OnceLock<Option<ThreadPool>> = OnceLock::new();
    let builder = || ThreadPoolBuilder::new().stack_size(STACK);
    let several = || builder().build().or_else(|_| builder().num_threads(1).build()).ok();
    if let Some(pool) = POOL.get_or_init(several) {
        return pool.install(work);
    }
    // Without a pool of this thread alone the first parallel call would try to start threads, and panic.
    match builder().num_threads(1).use_current_thread().build() {
        Ok(pool) => {
            let done = pool.install(work);
            // A pool must not end before the thread that belongs to it.
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
