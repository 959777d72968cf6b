//! The exit codes: 2 for a wrong command line, as in clap; codes from 64 on are those of BSD's `sysexits.h`.

use std::any::Any;
use std::io::Write as _;
use std::panic;
use std::process::ExitCode;

use crate::diagnostic::{Code, Diagnostic};

/// Exit code of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// The command succeeded, or the reader of its output closed the pipe early.
    Fine = 0,
    /// The script ran, but a check failed, or there are warnings and `--deny-warnings` was given.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The script or its data have a mistake.
    Data = 65,
    /// An input is missing or cannot be read.
    NoInput = 66,
    /// Mizan itself has a fault.
    Internal = 70,
    /// An output cannot be created.
    CannotCreate = 73,
    /// Reading or writing failed midway.
    InputOutput = 74,
    /// Permission denied.
    NoPermission = 77,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    /// Chooses the exit code of a command from its diagnostics: the first error decides.
    pub(super) fn of(diagnostics: &[Diagnostic]) -> Self {
        match diagnostics.iter().find(|found| found.is_error()).map(|found| found.code) {
            None => Self::Fine,
            Some(Code::IdentityFails) => Self::Failed,
            Some(Code::OutsideFolder | Code::FileDenied | Code::NoPermission) => Self::NoPermission,
            Some(Code::FileMissing | Code::FileUnreadable | Code::NoInput) => Self::NoInput,
            Some(_) => Self::Data,
        }
    }
}

/// Makes the process end with [`Exit::InputOutput`] instead of a signal if the system has no memory left. The
/// standard library then prints "memory allocation of ... bytes failed" and calls `abort`.
pub(super) fn end_without_memory() {
    #[cfg(unix)]
    {
        use signal_hook::consts::SIGABRT;
        use signal_hook::flag::register_conditional_shutdown;
        let always = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        let status = i32::from(Exit::InputOutput as u8);
        // If no handler can be installed, the process ends by the signal.
        let _ = register_conditional_shutdown(SIGABRT, status, always);
    }
}

/// Makes a write beyond the limit of the system for the size of files (`ulimit -f`) fail like a write on a full disk. By
/// default a signal would end the process, and its temporary file would stay.
pub(super) fn outlive_full_files() {
    #[cfg(unix)]
    {
        // The flag is not read: with a handler, the write returns an error.
        let flag = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, flag);
    }
}

/// Runs `command`. If it panics, prints a report of two lines and returns [`Exit::Internal`].
pub(super) fn guard(command: impl FnOnce() -> Exit + panic::UnwindSafe) -> Exit {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or(String::new(), |place| format!(" at {place}"));
        let text = message(panic.payload());
        let _ = writeln!(
            std::io::stderr(),
            "internal error{place}: {text}\nplease report it, with the script that led to it"
        );
    }));
    let done = panic::catch_unwind(command).unwrap_or(Exit::Internal);
    let _ = panic::take_hook();
    done
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    crate::diagnostic::sanitize(&text.unwrap_or_default())
}

/// Prints clap's message: help and version to standard output, mistakes to standard error.
pub(super) fn usage(error: &clap::Error) -> Exit {
    if error.use_stderr() {
        let text = error.render().to_string();
        // A wrong argument is quoted in the message; its control characters must not reach the terminal.
        let safe = crate::diagnostic::sanitize(&text);
        if safe == text {
            let _ = error.print();
        } else {
            let _ = write!(std::io::stderr(), "{safe}");
        }
        return Exit::Usage;
    }
    match error.print() {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::InputOutput,
        _ => Exit::Fine,
    }
}

#[cfg(test)]
mod tests {
    use super::{Exit, guard};

    #[test]
    fn a_panic_ends_as_an_internal_error() {
        assert_eq!(guard(|| Exit::Failed), Exit::Failed);
        assert_eq!(guard(|| panic!("a \u{1b}[2J fault")), Exit::Internal);
    }
}
