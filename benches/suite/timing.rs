//! Repeated measurements, one of each kind in turn, so that other work of the machine affects all equally.

use std::time::Instant;

/// The times of one thing, in seconds.
#[derive(Default, Clone)]
pub(crate) struct Times(Vec<f64>);

impl Times {
    pub(crate) fn push(&mut self, seconds: f64) {
        self.0.push(seconds);
        self.0.sort_by(f64::total_cmp);
    }

    pub(crate) fn median(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    pub(crate) fn least(&self) -> f64 {
        self.0[0]
    }
}

/// Runs everything once in each round.
pub(crate) fn in_turn<T>(
    rounds: usize,
    items: &mut [T],
    mut run: impl FnMut(&mut T) -> f64,
) -> Vec<Times> {
    let mut times = vec![Times::default(); items.len()];
    for _ in 0..rounds {
        for (item, times) in items.iter_mut().zip(&mut times) {
            times.push(run(item));
        }
    }
    times
}

pub(crate) fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
