//! A simulation that several processes share: each makes a range of chunks, and one merges the parts.
//!
//! In: a range of chunks. Out: a [`PartOfValue`] for each value, which can be stored and sent. Parts of
//! consecutive ranges are appended to each other, and the parts of all chunks give a [`FoundStatistics`] for each
//! value.
//!
//! Invariant: the results have the bits of [`Recording::simulate`], however the chunks are divided. Sums follow
//! the same tree, and quantiles are exact. Every process chooses the same brackets, from the draws of chunk 0.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::brackets::{self, Brackets};
use super::collect::{Budget, DEFAULT_BUDGET, batches_of, keeps_all};
use super::columns::{Destination, FoundStatistics, Work, of_sums};
use super::requests::{RequestedValue, Requests, Statistics};
use crate::engine::numbers::summary::{LEAF, Tree};
use crate::engine::simulate::execute::Machine;
use crate::engine::simulate::run::{BadDraw, Digest, DrawRange, OnFailure};
use crate::engine::simulate::{RecordedValue, Recording};

/// Number of draws of a chunk; the last chunk of a simulation may have fewer.
pub const CHUNK: u64 = 64 * LEAF as u64;

/// The statistics of one value over a range of chunks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartOfValue(PartStatistics);

#[derive(Debug, Clone, Serialize, Deserialize)]
enum PartStatistics {
    /// Moments only.
    Summed(Tree),
    /// Moments, and the draws near each quantile.
    Near(Tree, Brackets),
    /// All draws, in order.
    Draws(Vec<f64>),
}

impl PartOfValue {
    /// Appends the part of the chunks after those of this part. Returns None if the parts are of different
    /// values.
    #[must_use]
    pub fn append(self, later: Self) -> Option<Self> {
        let joined = match (self.0, later.0) {
            (PartStatistics::Summed(mut all), PartStatistics::Summed(own)) => {
                all.append(&own);
                PartStatistics::Summed(all)
            }
            (PartStatistics::Near(mut all, mut near), PartStatistics::Near(own, own_near))
                if near.is_like(&own_near) =>
            {
                all.append(&own);
                near.merge(vec![own_near]);
                PartStatistics::Near(all, near)
            }
            (PartStatistics::Draws(mut all), PartStatistics::Draws(own)) => {
                all.extend(own);
                PartStatistics::Draws(all)
            }
            (
                PartStatistics::Summed(_) | PartStatistics::Near(..) | PartStatistics::Draws(_),
                _,
            ) => {
                return None;
            }
        };
        Some(Self(joined))
    }

    /// True if the part has all draws of a range.
    pub fn covers(&self, draws: &Range<u64>) -> bool {
        let count = draws.end.saturating_sub(draws.start);
        let leaf = LEAF as u64;
        let of_range = |tree: &Tree| tree.covers(draws.start / leaf, count.div_ceil(leaf));
        match &self.0 {
            PartStatistics::Summed(tree) => of_range(tree),
            PartStatistics::Near(tree, near) => of_range(tree) && near.count() == count,
            PartStatistics::Draws(all) => all.len() as u64 == count,
        }
    }

    /// Computes the statistics of a value whose part has all draws. Returns None if a quantile is outside its
    /// bracket, which happens once in a million, or if the part has other statistics than those wanted.
    fn found(self, kept: Statistics, work: &Work<'_>) -> Option<FoundStatistics> {
        match (self.0, kept) {
            (PartStatistics::Summed(tree), Statistics::Moments) => {
                Some(of_sums(tree.total(), Vec::new()))
            }
            (PartStatistics::Near(tree, near), Statistics::Quantiles) => {
                near.quantiles().ok().map(|quantiles| of_sums(tree.total(), quantiles))
            }
            (PartStatistics::Draws(mut draws), Statistics::Quantiles) => {
                Some(Destination::Borrowed(&mut draws).found(&Tree::default(), work))
            }
            (PartStatistics::Draws(draws), Statistics::Draws) => {
                Some(Destination::Owned(draws).found(&Tree::default(), work))
            }
            (
                PartStatistics::Summed(_) | PartStatistics::Near(..) | PartStatistics::Draws(_),
                _,
            ) => None,
        }
    }
}

impl Recording {
    /// Makes the draws of a range for the requested values.
    ///
    /// `draws` must begin at a multiple of [`CHUNK`] and end at one or with the last draw.
    ///
    /// # Errors
    /// As [`Recording::simulate`], for the draws of the range and of chunk 0.
    pub fn part_of_draws(
        &self,
        wanted: &[(RecordedValue, Statistics)],
        draws: Range<u64>,
        work: &Work<'_>,
    ) -> Result<Vec<PartOfValue>, BadDraw> {
        self.part_in(DEFAULT_BUDGET, wanted, draws, work)
    }

    /// Makes the draws of a range with a given memory budget, which tests make small.
    fn part_in(
        &self,
        budget: Budget,
        wanted: &[(RecordedValue, Statistics)],
        draws: Range<u64>,
        work: &Work<'_>,
    ) -> Result<Vec<PartOfValue>, BadDraw> {
        let count = (draws.end - draws.start) as usize;
        let bytes = if keeps_all(work.simulation, budget) {
            8 * count
        } else {
            let share = brackets::share(budget.pilot, work.levels);
            (8 * budget.pilot).max((share * 8.0 * count as f64) as usize)
        };
        let batches =
            batches_of(&Requests::of(wanted).values, (budget.bytes / bytes.max(1)).max(1));
        let mut parts = Vec::new();
        for (n, batch) in batches.iter().enumerate() {
            let share = |done: f64| (work.progress)((n as f64 + done) / batches.len() as f64);
            let work = Work { progress: &share, ..*work };
            // As in a simulation on one machine, guards join the first batch.
            let made = self.with_machine(batch, n == 0, &work, |machine| {
                self.part_of_batch(machine, batch, budget, draws.clone(), &work)
            });
            parts.extend(made?);
        }
        Ok(parts)
    }

    /// Makes the draws of a range for one batch of values.
    fn part_of_batch(
        &self,
        machine: &Machine<'_>,
        values: &[RequestedValue],
        budget: Budget,
        draws: Range<u64>,
        work: &Work<'_>,
    ) -> Result<Vec<PartOfValue>, BadDraw> {
        let (first, count) = (draws.start as usize, (draws.end - draws.start) as usize);
        let keep_all = keeps_all(work.simulation, budget);
        let brackets = match keep_all {
            true => vec![None; values.len()],
            false => self.pilot(machine, values, budget.pilot, work)?,
        };
        let column = |&(_, _, kept): &RequestedValue| match kept {
            Statistics::Draws => vec![0.0; count],
            Statistics::Quantiles if keep_all => vec![0.0; count],
            Statistics::Quantiles | Statistics::Moments => Vec::new(),
        };
        let mut columns: Vec<Vec<f64>> = values.iter().map(column).collect();
        let whole = |column| Some(column).filter(|column: &&mut Vec<f64>| !column.is_empty());
        let part = DrawRange {
            first,
            count,
            columns: columns.iter_mut().map(whole).map(|c| c.map(Vec::as_mut_slice)).collect(),
            sums: vec![Tree::from_leaf((first / LEAF) as u64); values.len()],
            brackets,
            on_failure: OnFailure::Stop,
        };
        let done = |made: usize| (work.progress)(made as f64 / count as f64);
        let Digest { sums, brackets, .. } = self.part(machine, part, &done)?;
        let parts = columns.into_iter().zip(sums).zip(brackets).map(|((column, sum), near)| {
            PartOfValue(match near {
                Some(near) => PartStatistics::Near(sum, near.sorted()),
                None if column.is_empty() => PartStatistics::Summed(sum),
                None => PartStatistics::Draws(column),
            })
        });
        Ok(parts.collect())
    }

    /// Makes the first draws and chooses brackets for the values with quantiles.
    fn pilot(
        &self,
        machine: &Machine<'_>,
        values: &[RequestedValue],
        pilot: usize,
        work: &Work<'_>,
    ) -> Result<Vec<Option<Brackets>>, BadDraw> {
        let column = |&(_, _, kept): &RequestedValue| {
            (kept == Statistics::Quantiles).then(|| vec![0.0; pilot])
        };
        let mut columns: Vec<Option<Vec<f64>>> = values.iter().map(column).collect();
        if columns.iter().all(Option::is_none) {
            return Ok(vec![None; values.len()]);
        }
        let part = DrawRange {
            first: 0,
            count: pilot,
            columns: columns.iter_mut().map(|column| column.as_deref_mut()).collect(),
            sums: vec![Tree::default(); values.len()],
            brackets: Vec::new(),
            on_failure: OnFailure::Stop,
        };
        self.part(machine, part, &|_| {})?;
        let around = |mut draws: Vec<f64>| Brackets::around(&mut draws, work.levels);
        Ok(columns.into_iter().map(|column| column.map(around)).collect())
    }

    /// Computes the statistics of the requested values from parts that have all draws. Returns None if a
    /// quantile is outside its bracket, or if the parts are of other values.
    pub fn found_in_parts(
        &self,
        wanted: &[(RecordedValue, Statistics)],
        parts: Vec<PartOfValue>,
        work: &Work<'_>,
    ) -> Option<Vec<FoundStatistics>> {
        let requests = Requests::of(wanted);
        if parts.len() != requests.values.len() {
            return None;
        }
        let mut found = vec![FoundStatistics::default(); wanted.len()];
        for (&(number, _, kept), part) in requests.values.iter().zip(parts) {
            found[number] = part.found(kept, work)?;
        }
        requests.complete(&mut found, work.simulation.draws as usize, work.levels);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::super::collect::tests::{bits, recorded};
    use super::*;
    use crate::engine::numbers::sampling::Method;
    use crate::engine::simulate::Simulation;
    use crate::model::Solver;

    /// A quantity drawn once, one drawn each year, and a sum of both.
    const SCRIPT: &str = "years 2025..2026\nparam size = uniform(0.5, 2)\n\
        param shock = triangular(-1, 0, 2) per year\nvar x = size ^ 3 + shock\nshow x, size, 2 * x\n";

    const LEVELS: [f64; 3] = [0.05, 0.5, 0.95];
    /// A small pilot, so that brackets are used for few draws.
    const BUDGET: Budget = Budget { bytes: 1, pilot: 4 * LEAF };

    /// Every split of the leaves gives the bits of one machine: for brackets, for moments alone, for whole
    /// columns, and for draws that depend on each other.
    #[test]
    fn parts_have_the_bits_of_one_simulation() {
        const DRAWS: u64 = 20_001;
        let (recording, wanted) = recorded(SCRIPT);
        let latin = Method::LatinHypercube { draws: DRAWS };
        for (method, kept) in [
            (Method::Plain, Statistics::Quantiles),
            (Method::Plain, Statistics::Moments),
            (Method::Plain, Statistics::Draws),
            (latin, Statistics::Quantiles),
            (Method::Sobol, Statistics::Draws),
        ] {
            let wanted: Vec<_> = wanted.iter().map(|&wanted| (wanted, kept)).collect();
            let simulation = Simulation { draws: DRAWS, seed: 3, method };
            let (solver, levels) = (&Solver::default(), &LEVELS);
            let whole = recording.simulate(&wanted, &simulation, solver, levels, &|_| {});
            let whole = bits(&whole.expect("draws"));
            let work = Work { simulation: &simulation, solver, levels, progress: &|_| {} };
            for cuts in [vec![0, 4, 20], vec![0, 8, 12, 16, 20], vec![0, 12, 20], vec![0, 20]] {
                let ends = |n: usize| (n * LEAF) as u64;
                let ranges = cuts.windows(2).map(|ends_of| match ends_of[1] {
                    20 => ends(ends_of[0])..DRAWS,
                    end => ends(ends_of[0])..ends(end),
                });
                let parts = ranges.map(|range| {
                    let part = recording.part_in(BUDGET, &wanted, range.clone(), &work);
                    let part = part.expect("draws");
                    assert!(part.iter().all(|value| value.covers(&range)));
                    // As read from a file.
                    let bytes = postcard::to_allocvec(&part).expect("bytes");
                    postcard::from_bytes::<Vec<PartOfValue>>(&bytes).expect("a part")
                });
                let all = parts.reduce(|all, later| {
                    let pairs = all.into_iter().zip(later);
                    pairs.map(|(all, later)| all.append(later).expect("of one value")).collect()
                });
                let all = all.expect("a part");
                assert!(all.iter().all(|value| value.covers(&(0..DRAWS))));
                let found = recording.found_in_parts(&wanted, all, &work).expect("statistics");
                assert!(bits(&found) == whole, "{cuts:?} {method:?} {kept:?}");
            }
        }
    }

    /// A file has the same bytes whatever the number of threads that made it.
    #[test]
    fn threads_change_no_byte_of_a_part() {
        let (recording, wanted) = recorded(SCRIPT);
        let wanted: Vec<_> = wanted.iter().map(|&wanted| (wanted, Statistics::Quantiles)).collect();
        let simulation = Simulation { draws: 40_000, seed: 5, method: Method::Plain };
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let (solver, levels, range) = (&Solver::default(), &LEVELS, 8_192..40_000);
            let work = Work { simulation: &simulation, solver, levels, progress: &|_| {} };
            let made = || recording.part_in(BUDGET, &wanted, range, &work).expect("draws");
            postcard::to_allocvec(&pool.expect("threads").install(made)).expect("bytes")
        };
        let one = on(1);
        assert!(one == on(2) && one == on(7));
    }
}
