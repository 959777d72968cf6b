//! A simulation that several processes share: each makes a range of chunks, and one merges the parts.
//!
//! In: a range of chunks. Out: a [`PartOfValue`] for each value, which can be stored and sent. Parts of
//! consecutive ranges are appended to each other, and the parts of all chunks give a [`FoundStatistics`] for each
//! value.
//!
//! Invariant: the results have the bits of [`Recording::simulate`], however the chunks are divided. Sums follow
//! the same tree, and quantiles are exact. Every process chooses the same brackets, from the draws of chunk 0.
//!
//! With very many draws the parts would have too many draws near quantiles. Then processes first count the draws
//! of the first chunks in bins of these brackets. The joined counts give narrower brackets for all parts.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::brackets::{self, Brackets};
use super::columns::{Destination, FoundStatistics, Work, of_sums};
use super::inside::BINS;
use super::passes::{Budget, DEFAULT_BUDGET, batches_of, keeps_all};
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
    /// Only counts of the draws around each quantile.
    Counted(Brackets),
    /// All draws, in order.
    Draws(Vec<f64>),
}

/// The data of a part about the draws around the quantiles of its values.
#[derive(Debug, Clone, Copy)]
pub enum QuantileDraws<'a> {
    /// The draws in the brackets of chunk 0.
    NearFirstChunk,
    /// Only their numbers, in bins of the brackets of chunk 0.
    Counts,
    /// The draws in the brackets from the joined counts of the first chunks: one element for each value.
    NearCounts(&'a [PartOfValue]),
}

impl QuantileDraws<'_> {
    /// Returns the data about a range of adjacent values.
    fn of(self, values: Range<usize>) -> Self {
        match self {
            Self::NearFirstChunk | Self::Counts => self,
            Self::NearCounts(counts) => Self::NearCounts(counts.get(values).unwrap_or_default()),
        }
    }

    /// Returns the number of draws that were counted.
    fn counted(self) -> u64 {
        let of = |value: &PartOfValue| match &value.0 {
            PartStatistics::Counted(brackets) => Some(brackets.count()),
            PartStatistics::Summed(_) | PartStatistics::Near(..) | PartStatistics::Draws(_) => None,
        };
        match self {
            Self::NearFirstChunk | Self::Counts => 0,
            Self::NearCounts(counts) => counts.iter().find_map(of).unwrap_or(0),
        }
    }
}

impl PartOfValue {
    /// Narrower brackets for the quantiles of all draws, if the part has counts.
    fn narrowed(&self, draws: u64) -> Option<Brackets> {
        match &self.0 {
            PartStatistics::Counted(brackets) => Some(brackets.narrowed(draws)),
            PartStatistics::Summed(_) | PartStatistics::Near(..) | PartStatistics::Draws(_) => None,
        }
    }

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
            (PartStatistics::Counted(mut counts), PartStatistics::Counted(own))
                if counts.is_like(&own) =>
            {
                counts.merge(vec![own]);
                PartStatistics::Counted(counts)
            }
            (PartStatistics::Draws(mut all), PartStatistics::Draws(own)) => {
                all.extend(own);
                PartStatistics::Draws(all)
            }
            (
                PartStatistics::Summed(_)
                | PartStatistics::Near(..)
                | PartStatistics::Counted(_)
                | PartStatistics::Draws(_),
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
            PartStatistics::Counted(counts) => counts.count() == count,
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
                PartStatistics::Summed(_)
                | PartStatistics::Near(..)
                | PartStatistics::Counted(_)
                | PartStatistics::Draws(_),
                _,
            ) => None,
        }
    }
}

impl Recording {
    /// Makes the draws of a range for the requested values.
    ///
    /// `draws` must begin at a multiple of [`CHUNK`] and end at one or with the last draw. Counts must be of the
    /// same request.
    ///
    /// # Errors
    /// As [`Recording::simulate`], for the draws of the range and of chunk 0.
    pub fn part_of_draws(
        &self,
        wanted: &[(RecordedValue, Statistics)],
        draws: Range<u64>,
        near: QuantileDraws<'_>,
        work: &Work<'_>,
    ) -> Result<Vec<PartOfValue>, BadDraw> {
        self.part_in(DEFAULT_BUDGET, wanted, draws, near, work)
    }

    /// Makes the draws of a range with a given memory budget, which tests make small.
    fn part_in(
        &self,
        budget: Budget,
        wanted: &[(RecordedValue, Statistics)],
        draws: Range<u64>,
        near: QuantileDraws<'_>,
        work: &Work<'_>,
    ) -> Result<Vec<PartOfValue>, BadDraw> {
        let bytes = bytes_of_value(budget, &draws, near, work);
        let batches =
            batches_of(&Requests::of(wanted).values, (budget.bytes / bytes.max(1)).max(1));
        let mut parts = Vec::new();
        for (n, batch) in batches.iter().enumerate() {
            let share = |done: f64| (work.progress)((n as f64 + done) / batches.len() as f64);
            let work = Work { progress: &share, ..*work };
            let near = near.of(parts.len()..parts.len() + batch.len());
            // As in a simulation on one machine, guards join the first batch.
            let made = self.with_machine(batch, n == 0, &work, |machine| {
                self.part_of_batch(machine, batch, budget, draws.clone(), near, &work)
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
        near: QuantileDraws<'_>,
        work: &Work<'_>,
    ) -> Result<Vec<PartOfValue>, BadDraw> {
        let (first, count) = (draws.start as usize, (draws.end - draws.start) as usize);
        let keep_all = keeps_all(work.simulation, budget);
        let brackets = match keep_all {
            true => vec![None; values.len()],
            false => self.brackets(machine, values, budget.pilot, near, work)?,
        };
        let column = |&(_, _, kept): &RequestedValue| match (kept, near) {
            (Statistics::Draws, QuantileDraws::Counts) => Vec::new(),
            (Statistics::Draws, _) => vec![0.0; count],
            (Statistics::Quantiles, _) if keep_all => vec![0.0; count],
            (Statistics::Quantiles | Statistics::Moments, _) => Vec::new(),
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
        let parts = columns.into_iter().zip(sums).zip(brackets).map(|((column, sum), own)| {
            PartOfValue(match (own, near) {
                (Some(own), QuantileDraws::Counts) => PartStatistics::Counted(own),
                (Some(own), _) => PartStatistics::Near(sum, own.sorted()),
                (None, _) if column.is_empty() => PartStatistics::Summed(sum),
                (None, _) => PartStatistics::Draws(column),
            })
        });
        Ok(parts.collect())
    }

    /// Chooses brackets without draws for the values with quantiles.
    fn brackets(
        &self,
        machine: &Machine<'_>,
        values: &[RequestedValue],
        pilot: usize,
        near: QuantileDraws<'_>,
        work: &Work<'_>,
    ) -> Result<Vec<Option<Brackets>>, BadDraw> {
        if let QuantileDraws::NearCounts(counts) = near {
            let narrowed: Vec<Option<Brackets>> =
                counts.iter().map(|value| value.narrowed(work.simulation.draws)).collect();
            let is_whole = |(value, own): (&RequestedValue, &Option<Brackets>)| {
                own.is_some() == (value.2 == Statistics::Quantiles)
            };
            // Counts of another request help nothing; the brackets of chunk 0 are right for every request.
            if narrowed.len() == values.len() && values.iter().zip(&narrowed).all(is_whole) {
                return Ok(narrowed);
            }
        }
        let mut brackets = self.pilot(machine, values, pilot, work)?;
        if let QuantileDraws::Counts = near {
            brackets.iter_mut().flatten().for_each(|own| *own = own.counting());
        }
        Ok(brackets)
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

/// Memory in bytes of one value with quantiles in a part.
fn bytes_of_value(
    budget: Budget,
    draws: &Range<u64>,
    near: QuantileDraws<'_>,
    work: &Work<'_>,
) -> usize {
    let (count, levels) = ((draws.end - draws.start) as usize, work.levels);
    if keeps_all(work.simulation, budget) {
        return 8 * count;
    }
    let kept = |share: f64| (share * 8.0 * count as f64) as usize;
    let pilot = 8 * budget.pilot;
    match near {
        QuantileDraws::NearFirstChunk => pilot.max(kept(brackets::share(budget.pilot, levels))),
        QuantileDraws::Counts => pilot.max(8 * BINS * levels.len()),
        QuantileDraws::NearCounts(_) => {
            let (counted, all) = (near.counted(), work.simulation.draws);
            pilot.max(kept(brackets::share_by_counts(counted, all, levels)))
        }
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

    /// As read from a file.
    fn reread(part: &[PartOfValue]) -> Vec<PartOfValue> {
        let bytes = postcard::to_allocvec(part).expect("bytes");
        postcard::from_bytes(&bytes).expect("a part")
    }

    /// Joins parts in the order of their ranges.
    fn joined(parts: impl Iterator<Item = Vec<PartOfValue>>) -> Vec<PartOfValue> {
        let append = |all: Vec<PartOfValue>, later: Vec<PartOfValue>| {
            let pairs = all.into_iter().zip(later);
            pairs.map(|(all, later)| all.append(later).expect("of one value")).collect()
        };
        parts.reduce(append).expect("a part")
    }

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
            let range_of = |ends: &[usize]| {
                let draw = |leaf: usize| ((leaf * LEAF) as u64).min(DRAWS);
                draw(ends[0])..draw(ends[1])
            };
            for cuts in [vec![0, 4, 20], vec![0, 8, 12, 16, 20], vec![0, 12, 20], vec![0, 20]] {
                let made = |ends: &[usize], near: QuantileDraws<'_>| {
                    let range = range_of(ends);
                    let part = recording.part_in(BUDGET, &wanted, range.clone(), near, &work);
                    let part = reread(&part.expect("draws"));
                    assert!(part.iter().all(|value| value.covers(&range)));
                    part
                };
                // First the counts of all draws, then the counts of the first range alone.
                let counted = |ends: &[usize]| made(ends, QuantileDraws::Counts);
                let counts = [
                    joined(cuts.windows(2).map(counted)),
                    joined(cuts[..2].windows(2).map(counted)),
                ];
                let near = counts.iter().map(|counts| QuantileDraws::NearCounts(counts));
                for near in near.chain([QuantileDraws::NearFirstChunk]) {
                    let all = joined(cuts.windows(2).map(|ends| made(ends, near)));
                    assert!(all.iter().all(|value| value.covers(&(0..DRAWS))));
                    let found = recording.found_in_parts(&wanted, all, &work).expect("statistics");
                    assert!(bits(&found) == whole, "{cuts:?} {method:?} {kept:?}");
                }
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
            let made = || {
                let counts =
                    recording.part_in(BUDGET, &wanted, range.clone(), QuantileDraws::Counts, &work);
                let counts = counts.expect("draws");
                let near = [QuantileDraws::NearFirstChunk, QuantileDraws::NearCounts(&counts)];
                let parts = near.map(|near| {
                    recording.part_in(BUDGET, &wanted, range.clone(), near, &work).expect("draws")
                });
                (counts.clone(), parts)
            };
            postcard::to_allocvec(&pool.expect("threads").install(made)).expect("bytes")
        };
        let one = on(1);
        assert!(one == on(2) && one == on(7));
    }
}
