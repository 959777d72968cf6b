//! Ctrl-C while a line is answered: ends the work, not the session.
//!
//! In: work for another thread, and the flag that ends its run. Out: the result of the work, or `None` after
//! Ctrl-C.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread::Builder;
use std::time::Duration;

use crate::cli::progress::Progress;
use crate::cli::signals::clean_up;
use crate::cli::threads::{STACK, on_all};
use crate::engine::Stop;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
/// Interval between two checks of the flag.
const GLANCE: Duration = Duration::from_millis(20);

/// Installs signal handlers: Ctrl-C sets a flag, except that the editor reads it as a key while a line is edited. Other
/// signals restore the terminal before they end the prompt.
pub(super) fn listen() {
    let mut all = clean_up();
    all.interrupt = Some(|| INTERRUPTED.store(true, Ordering::Relaxed));
    all.keep_terminal();
}

/// Clears the flag of Ctrl-C.
pub(super) fn forget() {
    INTERRUPTED.store(false, Ordering::Relaxed);
}

/// True if Ctrl-C was pressed since the flag was cleared.
pub(super) fn happened() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Runs `work` on a thread; returns its result, or `None` after Ctrl-C, which raises the stop flag of the run.
///
/// # Errors
/// No thread can be started, or the work panicked.
pub(super) fn unless_interrupted<T: Send + 'static>(
    stop: &Stop,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<Option<T>> {
    forget();
    let (send, receive) = channel();
    let work = move || {
        // After Ctrl-C nothing receives the result any more.
        let _ = send.send(on_all(work));
    };
    Builder::new().stack_size(STACK).spawn(work)?;
    let progress = Progress::start();
    loop {
        match stop.done() {
            0.0 => {}
            done => progress.show(done),
        }
        match receive.recv_timeout(GLANCE) {
            Ok(done) => return Ok(Some(done)),
            Err(RecvTimeoutError::Timeout) if happened() => {
                stop.raise();
                return Ok(None);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(io::Error::other("the line could not be answered"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_is_given_up() {
        let stop = Stop::new();
        assert_eq!(unless_interrupted(&stop, || 7).ok().flatten(), Some(7));
        assert!(!stop.is_raised());
        let (flag, (send, ended)) = (stop.clone(), channel());
        let done = unless_interrupted(&stop, move || {
            INTERRUPTED.store(true, Ordering::Relaxed);
            while !flag.is_raised() {
                std::thread::sleep(GLANCE);
            }
            let _ = send.send(());
        });
        assert!(matches!(done, Ok(None)));
        assert!(ended.recv_timeout(Duration::from_secs(60)).is_ok(), "its thread ends too");
    }
}
