//! Runs of the page: a newer request ends the older one of the same type, and at most two runs are made at once.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::cli::memory;
use crate::engine::Stop;

/// Maximum number of runs at once; each may use an equal share of the free memory.
const RUNS: u64 = 2;

/// The latest requests and the runs in progress, of all open pages.
#[derive(Debug, Default)]
pub(super) struct Newest {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Number of requests received so far.
    count: u64,
    /// Number of runs in progress.
    running: u64,
    /// The latest request of each slot, with its number and its stop flag.
    slots: BTreeMap<String, (u64, Stop)>,
}

impl Newest {
    /// Does the work of a request when its turn comes, with the stop conditions of the run. `slot` identifies the page
    /// and the type of request; an older request of the same slot ends. None for a request that a newer one overtook
    /// before it began.
    pub(super) fn run<R>(&self, slot: Option<&str>, work: impl FnOnce(&Stop) -> R) -> Option<R> {
        let flag = Stop::new();
        let mut state = self.lock();
        state.count += 1;
        let number = state.count;
        if let Some(slot) = slot {
            let older = state.slots.insert(slot.to_owned(), (number, flag.clone()));
            older.iter().for_each(|(_, older)| older.raise());
            // A waiting request that is overtaken gives up its place.
            self.freed.notify_all();
        }
        while state.running >= RUNS && !flag.is_raised() {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if flag.is_raised() {
            return None;
        }
        state.running += 1;
        drop(state);
        let place = Place { newest: self, slot, number };
        let done = work(&memory::shared(flag, RUNS));
        drop(place);
        Some(done)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A reserved place for a run; dropping it frees the place, even if the run panics.
struct Place<'n> {
    newest: &'n Newest,
    slot: Option<&'n str>,
    number: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.newest.lock();
        state.running -= 1;
        if let Some(slot) = self.slot
            && state.slots.get(slot).is_some_and(|(number, _)| *number == self.number)
        {
            state.slots.remove(slot);
        }
        self.newest.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_newer_request_ends_the_older_one() {
        let newest = Newest::default();
        let (started, starts) = channel();
        std::thread::scope(|scope| {
            let older = scope.spawn(|| {
                newest.run(Some("a"), |stop| {
                    started.send(()).expect("a listener");
                    // Ends only because the flag is raised.
                    for _ in 0..500 {
                        if stop.is_raised() {
                            return true;
                        }
                        std::thread::sleep(Duration::from_millis(10));
                    }
                    false
                })
            });
            starts.recv().expect("the older request");
            assert_eq!(newest.run(Some("b"), Stop::is_raised), Some(false));
            assert_eq!(newest.run(Some("a"), Stop::is_raised), Some(false));
            assert_eq!(older.join().expect("no panic"), Some(true));
        });
        assert!(newest.lock().slots.is_empty());
    }
}
