//! The progress of a long run on standard error: one line that is overwritten and at the end removed.
//!
//! Nothing is written in the first second, or if standard error is not a terminal. A run that will take long is
//! announced first, with the time that it takes.

use std::io::{IsTerminal, Write as _};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

/// Delay before the first progress line, so that short runs print none.
const PATIENCE: Duration = Duration::from_secs(1);
/// Parts of the work that end within this time are left out of the estimate.
const MOMENT: Duration = Duration::from_millis(100);
/// Minimum time between two changes of the line.
const PAUSE: Duration = Duration::from_millis(200);

/// Minimum duration of a run that is announced.
const LONG: Duration = Duration::from_secs(10);

/// Returns the seconds since the first call of this function.
pub(super) fn seconds() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64()
}

/// The progress line; dropping the value removes the line.
pub(crate) struct Progress {
    started: Instant,
    is_shown: bool,
    /// The time and the share at the end of the first work that took no time; estimates count from there.
    first: Mutex<(Duration, f64)>,
    /// The time of the last progress line, and its length.
    last: Mutex<Option<(Instant, usize)>>,
}

impl Progress {
    /// Starts the clock of a progress display.
    pub(crate) fn start() -> Self {
        let is_shown = std::io::stderr().is_terminal();
        let (first, last) = (Mutex::default(), Mutex::new(None));
        Self { started: Instant::now(), is_shown, first, last }
    }

    /// Shows the completed share of the work, from 0 to 1. Any thread may call this function.
    pub(crate) fn show(&self, done: f64) {
        let elapsed = self.started.elapsed();
        if !self.is_shown {
            return;
        }
        let Ok(mut first) = self.first.try_lock() else { return };
        if elapsed < MOMENT {
            *first = (elapsed, done);
        }
        if elapsed < PATIENCE {
            return;
        }
        let (elapsed, done) = since(*first, elapsed, done);
        // Another thread is writing the line now, so this call may be skipped.
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.is_some_and(|(at, _)| at.elapsed() < PAUSE) {
            return;
        }
        if last.is_none()
            && let Some(text) = announcement(done, elapsed)
        {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
        let text = line(done, elapsed);
        let before = last.map_or(0, |(_, length)| length);
        let _ = write!(std::io::stderr(), "\r{text:<before$}");
        *last = Some((Instant::now(), text.len()));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        let last = self.last.get_mut().ok().and_then(Option::take);
        if let Some((_, length)) = last {
            let _ = write!(std::io::stderr(), "\r{:length$}\r", "");
        }
    }
}

/// Returns the time and the share of the work since an earlier time and share.
fn since(first: (Duration, f64), elapsed: Duration, done: f64) -> (Duration, f64) {
    (elapsed.saturating_sub(first.0), (done - first.1) / (1.0 - first.1))
}

/// Builds the text that announces a long run; `None` for a short one.
fn announcement(done: f64, elapsed: Duration) -> Option<String> {
    let whole = Duration::try_from_secs_f64(elapsed.as_secs_f64() / done).ok()?;
    let text = duration(whole.as_secs_f64().ceil() as u64);
    (whole >= LONG).then(|| format!("this takes about {text}; Ctrl-C ends it"))
}

/// Builds the line: `running: 40%, 12 s left`.
fn line(done: f64, elapsed: Duration) -> String {
    let done = if done.is_nan() { 0.0 } else { done.clamp(0.0, 1.0) };
    let mut text = format!("running: {:.0}%", (done * 100.0).floor());
    let left = elapsed.as_secs_f64() * (1.0 - done) / done;
    if let Ok(left) = Duration::try_from_secs_f64(left) {
        text.push_str(&format!(", {} left", duration(left.as_secs_f64().ceil() as u64)));
    }
    text
}

fn duration(seconds: u64) -> String {
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_follows_from_the_share_done() {
        let after = |done, seconds| line(done, Duration::from_secs(seconds));
        assert_eq!(after(0.25, 4), "running: 25%, 12 s left");
        assert_eq!(after(0.999, 60), "running: 99%, 1 s left");
        assert_eq!(after(0.1, 60), "running: 10%, 9 min 0 s left");
        assert_eq!(after(0.01, 100), "running: 1%, 2 h 45 min left");
        assert_eq!(after(1.0, 2), "running: 100%, 0 s left");
    }

    #[test]
    fn a_long_run_is_announced() {
        let after = |done, seconds| announcement(done, Duration::from_secs(seconds));
        assert_eq!(after(0.25, 4), Some("this takes about 16 s; Ctrl-C ends it".to_owned()));
        assert_eq!(after(0.01, 1), Some("this takes about 1 min 40 s; Ctrl-C ends it".to_owned()));
        for (done, seconds) in [(0.5, 4), (0.0, 4), (f64::NAN, 4), (-1.0, 4)] {
            assert_eq!(after(done, seconds), None, "{done}");
        }
    }

    /// The first half of the work is a query that takes no time; the second half takes 40 s.
    #[test]
    fn work_that_took_no_time_is_left_out_of_the_estimate() {
        let (first, now) = (Duration::from_millis(50), Duration::from_millis(1050));
        let (elapsed, done) = since((first, 0.5), now, 0.5125);
        assert_eq!(elapsed, Duration::from_secs(1));
        assert!((done - 0.025).abs() < 1e-12);
        let announced = announcement(done, elapsed);
        assert_eq!(announced, Some("this takes about 40 s; Ctrl-C ends it".to_owned()));
    }

    #[test]
    fn no_share_gives_no_estimate() {
        for done in [0.0, -1.0, f64::NAN, 1e-300] {
            assert!(!line(done, Duration::from_secs(2)).contains("left"), "{done}");
        }
    }
}
