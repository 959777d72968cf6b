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
    let here = processor::current();
    let pool = || {
        ThreadPoolBuilder::new()
            .stack_size(STACK)
            .use_current_thread()
            .start_handler(move |_| processor::leave(here))
    };
    match pool().build().or_else(|_| pool().num_threads(1).build()) {
        Ok(pool) => {
            // The others leave this processor at once, not when this thread has had its time.
            std::thread::yield_now();
            let done = pool.install(work);
            // This thread belongs to the pool for good.
            std::mem::forget(pool);
            done
        }
        Err(_) => work(),
    }
}

/// Linux may begin a thread on the processor of the one that made it and leave both there for ten
/// milliseconds, longer than a small script takes.
#[cfg(target_os = "linux")]
mod processor {
    use nix::sched::{sched_getaffinity, sched_getcpu, sched_setaffinity};
    use nix::unistd::Pid;

    /// The processor of this thread, as far as that is known.
    pub(super) fn current() -> Option<usize> {
        sched_getcpu().ok()
    }

    /// Moves this thread to another processor if it may run on one; later it may run on any again.
    pub(super) fn leave(processor: Option<usize>) {
        let this = Pid::from_raw(0);
        let (Some(processor), Ok(all)) = (processor, sched_getaffinity(this)) else { return };
        let mut others = all;
        if others.unset(processor).is_ok() && sched_setaffinity(this, &others).is_ok() {
            let _ = sched_setaffinity(this, &all);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod processor {
    pub(super) fn current() -> Option<usize> {
        None
    }

    pub(super) fn leave(_: Option<usize>) {}
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use nix::sched::sched_getaffinity;
    use nix::unistd::Pid;

    /// True if a thread is on another processor once it left its own, and may run on any again.
    fn leaves() -> bool {
        let allowed = || sched_getaffinity(Pid::from_raw(0)).expect("processors");
        let moved = std::thread::spawn(move || {
            let (before, here) = (allowed(), processor::current());
            processor::leave(here);
            let elsewhere = processor::current() != here;
            assert_eq!(before, allowed());
            elsewhere
        });
        moved.join().expect("a thread")
    }

    #[test]
    fn a_thread_leaves_its_processor_for_another() {
        let left = (0..20).filter(|_| leaves()).count();
        // The system may move it at any time, but seldom does at once.
        let others = std::thread::available_parallelism().is_ok_and(|count| count.get() > 1);
        assert!(if others { left > 10 } else { left == 0 }, "{left} of 20");
        assert_eq!(on_all(|| on_all(|| 5)), 5);
    }
}
