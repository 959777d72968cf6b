//! A flag that ends runs under way: raised by whoever no longer waits for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::diagnostic::{Code, Diagnostic};

/// A flag that ends runs. Clones are one flag; the default is one that nobody can raise.
#[derive(Debug, Clone, Default)]
pub struct Stop(Option<Arc<AtomicBool>>);

impl Stop {
    /// Makes a flag that is not raised.
    pub fn new() -> Self {
        Self(Some(Arc::default()))
    }

    /// Ends the runs that poll this flag: at their next value, lane of draws or iteration.
    pub fn raise(&self) {
        if let Some(flag) = &self.0 {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// True once the flag is raised.
    pub fn is_raised(&self) -> bool {
        self.0.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Reports the end of the run if the flag is raised.
    ///
    /// # Errors
    /// `interrupted` once the flag is raised.
    pub fn check(&self) -> Result<(), Diagnostic> {
        if self.is_raised() { Err(Self::interrupted()) } else { Ok(()) }
    }

    /// The diagnostic of a run that was given up.
    pub(crate) fn interrupted() -> Diagnostic {
        Diagnostic::error(Code::Interrupted, "the run was given up before its end")
            .help("a smaller horizon, fewer elements or fewer draws take less time")
    }
}
