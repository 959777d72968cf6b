//! Conditions that end a run early: a flag that a user raises, and the memory limit of runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::diagnostic::{Code, Diagnostic};

/// Advice for a model whose values do not fit into memory.
const LESS: &str =
    "make a set or the horizon smaller, name fewer scenarios after `for`, or ask for fewer values";

/// The conditions that end runs early, the share of the work that is done, and the time that a trace asks for. Clones
/// share all of them; the default has none.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    flag: Option<Arc<AtomicBool>>,
    memory: Option<Arc<Memory>>,
    /// The share of the work that is done, as the bits of the number.
    done: Option<Arc<AtomicU64>>,
    clock: Option<Arc<PhaseClock>>,
}

/// A phase in the solution of simultaneous equations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Records the equations and finds the order of their derivatives.
    Record,
    /// Computes the values of the equations.
    Values,
    /// Computes the derivatives of the equations.
    Derivatives,
    /// Linear equations are solved for a step.
    Steps,
}

/// Seconds spent in recording, values, derivatives and steps, in this order.
pub type PhaseSeconds = [f64; 4];

/// Clock for the phases of a trace.
#[derive(Debug)]
struct PhaseClock {
    /// Returns the time in seconds since some moment. The engine itself has no clock.
    now: fn() -> f64,
    /// Bits of the seconds spent in each phase.
    spent: [AtomicU64; 4],
}

/// The memory that runs may use, in bytes.
#[derive(Debug)]
struct Memory {
    limit: u64,
    /// Memory in bytes of the values, tapes and answers held so far.
    kept: AtomicU64,
}

impl Stop {
    /// Makes a flag that is not raised.
    pub fn new() -> Self {
        Self { flag: Some(Arc::default()), done: Some(Arc::default()), ..Self::default() }
    }

    /// Limits the memory of values, tapes and answers to `limit` bytes.
    #[must_use]
    pub fn with_memory(self, limit: u64) -> Self {
        Self { memory: Some(Arc::new(Memory { limit, kept: AtomicU64::new(0) })), ..self }
    }

    /// Measures the phases of solutions with a clock, which returns seconds since some moment.
    #[must_use]
    pub fn with_clock(self, now: fn() -> f64) -> Self {
        Self { clock: Some(Arc::new(PhaseClock { now, spent: Default::default() })), ..self }
    }

    /// Runs `work`; with a trace, adds its time to a phase.
    pub(crate) fn timed<T>(&self, phase: Phase, work: impl FnOnce() -> T) -> T {
        let Some(clock) = &self.clock else { return work() };
        let start = (clock.now)();
        let result = work();
        let spent = &clock.spent[phase as usize];
        let before = f64::from_bits(spent.load(Ordering::Relaxed));
        spent.store((before + (clock.now)() - start).to_bits(), Ordering::Relaxed);
        result
    }

    /// Returns the time spent in each phase since the last call; `None` without a clock.
    pub(crate) fn take_spent(&self) -> Option<PhaseSeconds> {
        let clock = self.clock.as_ref()?;
        Some(std::array::from_fn(|n| f64::from_bits(clock.spent[n].swap(0, Ordering::Relaxed))))
    }

    /// Ends the runs that poll this flag: at their next value, lane of draws or iteration.
    pub fn raise(&self) {
        if let Some(flag) = &self.flag {
            flag.store(true, Ordering::Relaxed);
        }
    }

    /// True once the flag is raised.
    pub fn is_raised(&self) -> bool {
        self.flag.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Stores the completed share of the work, for those who watch the run.
    pub fn note_done(&self, share: f64) {
        if let Some(done) = &self.done {
            done.store(share.to_bits(), Ordering::Relaxed);
        }
    }

    /// Returns the completed share of the work that was stored last; 0 before.
    pub fn done(&self) -> f64 {
        self.done.as_ref().map_or(0.0, |done| f64::from_bits(done.load(Ordering::Relaxed)))
    }

    /// Reports the end of the run if the flag is raised.
    ///
    /// # Errors
    /// `interrupted` once the flag is raised.
    pub fn check(&self) -> Result<(), Diagnostic> {
        if self.is_raised() { Err(Self::interrupted()) } else { Ok(()) }
    }

    /// Counts memory that is kept until the answers are complete. `purpose` completes the sentence "memory
    /// is required for ...".
    ///
    /// # Errors
    /// `limit-memory` if it does not fit beside what is kept already.
    pub(crate) fn keep(&self, bytes: u64, purpose: &str) -> Result<(), Diagnostic> {
        self.keep_or(bytes, purpose, LESS)
    }

    /// Counts memory as [`Stop::keep`] does; `help` says what to reduce.
    ///
    /// # Errors
    /// As [`Stop::keep`].
    pub(crate) fn keep_or(&self, bytes: u64, purpose: &str, help: &str) -> Result<(), Diagnostic> {
        self.fits_or(bytes, purpose, help)?;
        if let Some(memory) = &self.memory {
            memory.kept.fetch_add(bytes, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Checks that temporary memory fits into the limit.
    ///
    /// # Errors
    /// `limit-memory` if it does not fit.
    pub(crate) fn fits(&self, bytes: u64, purpose: &str) -> Result<(), Diagnostic> {
        self.fits_or(bytes, purpose, LESS)
    }

    /// Checks as [`Stop::fits`] does; `help` says what to reduce.
    ///
    /// # Errors
    /// As [`Stop::fits`].
    pub(crate) fn fits_or(&self, bytes: u64, purpose: &str, help: &str) -> Result<(), Diagnostic> {
        let Some(memory) = &self.memory else { return Ok(()) };
        let required = memory.kept.load(Ordering::Relaxed).saturating_add(bytes);
        if required <= memory.limit {
            return Ok(());
        }
        let message = format!(
            "{} of memory is required for {purpose}; the limit is {}",
            megabytes(required),
            megabytes(memory.limit)
        );
        Err(Diagnostic::error(Code::LimitMemory, message).help(help))
    }

    /// Returns the remaining memory in bytes.
    pub(crate) fn free(&self) -> u64 {
        let left =
            |memory: &Arc<Memory>| memory.limit.saturating_sub(memory.kept.load(Ordering::Relaxed));
        self.memory.as_ref().map_or(u64::MAX, left)
    }

    /// Makes the diagnostic of a run that the user stopped.
    pub(crate) fn interrupted() -> Diagnostic {
        Diagnostic::error(Code::Interrupted, "the run was given up before its end")
            .help("a smaller horizon, fewer elements or fewer draws take less time")
    }
}

/// Formats a size in whole megabytes, rounded up, with groups of digits: `1,200 MB`.
fn megabytes(bytes: u64) -> String {
    format!("{} MB", grouped(bytes.div_ceil(1_000_000)))
}

/// Formats a number with groups of digits: `1,200`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let (first, others) = digits.split_at(digits.len() % 3);
    let groups = others.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group));
    let groups = (!first.is_empty()).then(|| first.into()).into_iter().chain(groups);
    groups.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_kept_until_the_limit() {
        let stop = Stop::default().with_memory(3_000_000_000);
        assert!(stop.keep(2_000_000_000, "values").is_ok());
        assert!(stop.clone().fits(1_000_000_000, "values").is_ok());
        let problem = stop.keep(1_234_567_891, "20 runs").expect_err("too much");
        assert_eq!(
            problem.message,
            "3,235 MB of memory is required for 20 runs; the limit is 3,000 MB"
        );
        assert!(stop.keep(1_000_000_000, "values").is_ok(), "a refused request is not kept");
        assert!(Stop::default().keep(u64::MAX, "values").is_ok());
    }
}
