//! A simulation that several processes share: a part for a range of chunks, and the answers from all parts.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::answer_from;
use super::recorded::Recordings;
use super::runs::Runs;
use super::simulate::{Asking, LEVELS};
use crate::diagnostic::Diagnostic;
use crate::engine::Stop;
use crate::engine::sampling::Method;
use crate::engine::simulate::{CHUNK, PartOfValue, QuantileDraws, Simulation, Statistics, Work};
use crate::model::Model;
use crate::results::{Report, RunOptions};

/// The statistics of all values that the queries ask for, over a range of chunks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrawPart {
    /// The chunks; a chunk is [`CHUNK`] draws.
    pub chunks: Range<u64>,
    pub(super) values: Vec<PartOfValue>,
}

/// The reason why parts cannot be joined, with positions in the list of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartProblem {
    /// No part contains these chunks.
    Missing(Range<u64>),
    /// Two parts contain the same chunks.
    Doubled(usize, usize, Range<u64>),
    /// A part contains chunks of another simulation, or lacks some of its draws.
    Damaged(usize),
}

/// Makes the simulation that options describe; None for 0 draws or an unknown sampling method.
pub fn simulation(options: &RunOptions) -> Option<Simulation> {
    let (draws, seed) = (options.draws, options.seed);
    let method = match options.sampling.as_str() {
        "plain" => Method::Plain,
        "latin" => Method::LatinHypercube { draws },
        "sobol" => Method::Sobol,
        _ => return None,
    };
    (draws > 0).then_some(Simulation { draws, seed, method })
}

/// Makes the draws of a range of chunks, and returns the statistics that [`answer_parts`] needs of them, or the
/// counts that the parts need. `chunks` must be within `0..simulation.chunks()` and not empty.
///
/// # Errors
/// As [`super::answer_until`]; a draw that fails is one of the range or of chunk 0.
pub fn draw_part(
    model: &Model,
    simulation: &Simulation,
    chunks: Range<u64>,
    near: QuantileDraws<'_>,
    progress: &(dyn Fn(f64) + Sync),
    stop: &Stop,
) -> Result<DrawPart, Diagnostic> {
    let runs = Runs::new(model, (progress, None), stop)?;
    let mut recorded = Recordings::until(stop);
    runs.prepare(Some(&mut recorded));
    let asking = Asking::of(&runs, recorded, Statistics::Quantiles)?;
    let draws = draws_of(simulation, &chunks);
    let kept = match near {
        QuantileDraws::Counts => 0,
        QuantileDraws::NearFirstChunk | QuantileDraws::NearCounts(_) => draws.end - draws.start,
    };
    asking.keep(kept, stop)?;
    let (solver, levels) = (&model.solver, &LEVELS[..]);
    let work = Work { simulation, solver, levels, progress };
    let values = asking.recorded.tape.part_of_draws(&asking.wanted, draws, near, &work);
    let values = values.map_err(|bad| asking.failure(simulation, bad))?;
    Ok(DrawPart { chunks, values })
}

/// Answers the queries as [`super::answer_until`] does, with the statistics of a part that contains all chunks. If a
/// quantile is outside the draws that the parts stored, which happens once in a million cases, makes all draws here.
///
/// # Errors
/// As [`super::answer_until`].
pub fn answer_parts(
    model: &Model,
    simulation: &Simulation,
    whole: DrawPart,
    progress: &(dyn Fn(f64) + Sync),
    stop: &Stop,
) -> Result<Report, Diagnostic> {
    answer_from(model, Some(simulation), Some(whole.values), progress, stop)
}

impl Simulation {
    /// Returns the number of chunks of the simulation.
    pub fn chunks(&self) -> u64 {
        self.draws.div_ceil(CHUNK)
    }
}

/// Returns the draws that belong to a range of chunks.
fn draws_of(simulation: &Simulation, chunks: &Range<u64>) -> Range<u64> {
    let draw = |chunk: u64| chunk.saturating_mul(CHUNK).min(simulation.draws);
    draw(chunks.start)..draw(chunks.end)
}

impl DrawPart {
    /// Makes a part without chunks.
    pub fn empty() -> Self {
        Self { chunks: 0..0, values: Vec::new() }
    }

    /// Joins parts, in any order, to one that has all chunks of a simulation.
    ///
    /// # Errors
    /// The first [`PartProblem`] in the order of the chunks.
    pub fn join(parts: Vec<Self>, simulation: &Simulation) -> Result<Self, PartProblem> {
        let all = Self::join_first(parts, simulation)?;
        match all.chunks.end {
            end if end < simulation.chunks() => Err(PartProblem::Missing(end..simulation.chunks())),
            _ => Ok(all),
        }
    }

    /// Returns what other parts need of these counts: the draws near each quantile.
    pub fn near(&self) -> QuantileDraws<'_> {
        QuantileDraws::NearCounts(&self.values)
    }

    /// Joins parts, in any order, to one that has the first chunks of a simulation.
    ///
    /// # Errors
    /// As [`DrawPart::join`].
    pub fn join_first(parts: Vec<Self>, simulation: &Simulation) -> Result<Self, PartProblem> {
        let mut parts: Vec<(usize, Self)> = parts.into_iter().enumerate().collect();
        // Checked before the parts are added up, because a file may contain any claim about itself.
        for (number, part) in &parts {
            let (chunks, draws) = (&part.chunks, draws_of(simulation, &part.chunks));
            let inside = chunks.start < chunks.end && chunks.end <= simulation.chunks();
            if !inside || !part.values.iter().all(|value| value.covers(&draws)) {
                return Err(PartProblem::Damaged(*number));
            }
        }
        parts.sort_by_key(|(number, part)| (part.chunks.start, *number));
        let (mut all, mut last) = (Self::empty(), 0);
        for (number, part) in parts {
            let (end, own) = (all.chunks.end, part.chunks.clone());
            if own.start > end {
                return Err(PartProblem::Missing(end..own.start));
            }
            if own.start < end {
                return Err(PartProblem::Doubled(last, number, own.start..own.end.min(end)));
            }
            all = all.append(part).ok_or(PartProblem::Damaged(number))?;
            last = number;
        }
        match all.chunks.is_empty() {
            true => Err(PartProblem::Missing(0..simulation.chunks())),
            false => Ok(all),
        }
    }

    /// Appends a part with the next chunks; returns None if that part holds other values.
    fn append(self, later: Self) -> Option<Self> {
        if self.chunks.is_empty() {
            return Some(later);
        }
        if self.values.len() != later.values.len() {
            return None;
        }
        let pairs = self.values.into_iter().zip(later.values);
        let values = pairs.map(|(own, later)| own.append(later)).collect::<Option<_>>()?;
        Some(Self { chunks: self.chunks.start..later.chunks.end, values })
    }
}
