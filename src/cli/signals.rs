//! Ctrl-C and termination: what must be put right before the process ends.
//!
//! A run that writes no file has no handler: the system ends it at once. A run that writes one, and the
//! prompt, start a thread that waits for signals, removes the temporary file, restores the terminal, and then
//! ends the process as the signal would have ended it, so that its caller sees the usual exit status.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

/// What has to be put right.
#[derive(Debug, Default)]
pub(crate) struct CleanUp {
    /// The temporary file or folder that is being written.
    pub(crate) temporary: Option<PathBuf>,
    /// What Ctrl-C does instead of ending the process.
    pub(crate) interrupt: Option<fn()>,
    /// The state of the terminal before a line is edited.
    #[cfg(unix)]
    terminal: Option<rustix::termios::Termios>,
}

static CLEAN_UP: Mutex<CleanUp> = Mutex::new(CleanUp {
    temporary: None,
    interrupt: None,
    #[cfg(unix)]
    terminal: None,
});

/// Starts to wait for signals, and gives what they will put right. While it is held no signal ends the
/// process.
pub(crate) fn clean_up() -> MutexGuard<'static, CleanUp> {
    static STARTED: Once = Once::new();
    // Without a thread the system's own handling stays.
    STARTED.call_once(|| {
        let _ = listen();
    });
    CLEAN_UP.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CleanUp {
    /// Notes the state of the terminal, which is restored before the process ends.
    pub(crate) fn keep_terminal(&mut self) {
        #[cfg(unix)]
        {
            self.terminal = rustix::termios::tcgetattr(std::io::stdin()).ok();
        }
    }

    /// Puts everything right.
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
