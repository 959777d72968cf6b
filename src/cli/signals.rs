//! Cleans up when Ctrl-C or another signal ends the process.
//!
//! A run that writes no file has no handler: the system ends it at once. A run that writes a file, and the
//! prompt, start a thread that waits for signals. The thread removes the temporary file, restores the
//! terminal and then ends the process by the same signal, so that the caller sees the usual exit status.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// The work to do before the process ends: a temporary file and the terminal.
#[derive(Debug, Default)]
pub(crate) struct CleanUp {
    /// The temporary file or folder that is being written.
    pub(crate) temporary: Option<PathBuf>,
    /// Action on Ctrl-C; None ends the process.
    pub(crate) interrupt: Option<fn()>,
    /// The settings of the terminal before line editing, to be restored.
    #[cfg(unix)]
    terminal: Option<rustix::termios::Termios>,
}

static CLEAN_UP: Mutex<CleanUp> = Mutex::new(CleanUp {
    temporary: None,
    interrupt: None,
    #[cfg(unix)]
    terminal: None,
});

/// Starts the signal thread at the first call, and locks the clean-up work. While the lock is held no signal
/// ends the process.
pub(crate) fn clean_up() -> MutexGuard<'static, CleanUp> {
    static STARTED: Once = Once::new();
    // If no thread can be started, signals keep their default action.
    STARTED.call_once(|| {
        let _ = listen();
    });
    CLEAN_UP.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CleanUp {
    /// Saves the terminal's settings, to restore them before the process ends.
    pub(crate) fn keep_terminal(&mut self) {
        #[cfg(unix)]
        {
            self.terminal = rustix::termios::tcgetattr(std::io::stdin()).ok();
        }
    }

    /// Removes the temporary file and restores the terminal; only the first call has an effect.
    fn finish(&mut self) {
        if let Some(path) = self.temporary.take() {
            let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
        }
        #[cfg(unix)]
        if let Some(terminal) = self.terminal.take() {
            use rustix::termios::{OptionalActions, tcsetattr};
            let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &terminal);
        }
    }
}

#[cfg(unix)]
fn listen() -> std::io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    std::thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            let mut all = CLEAN_UP.lock().unwrap_or_else(PoisonError::into_inner);
            match all.interrupt {
                Some(interrupt) if signal == SIGINT => interrupt(),
                _ => {
                    all.finish();
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            }
        }
    })?;
    Ok(())
}

#[cfg(not(unix))]
fn listen() -> Result<(), ctrlc::Error> {
    ctrlc::set_handler(|| {
        let mut all = CLEAN_UP.lock().unwrap_or_else(PoisonError::into_inner);
        match all.interrupt {
            Some(interrupt) => interrupt(),
            None => {
                all.finish();
                std::process::exit(130);
            }
        }
    })
}
