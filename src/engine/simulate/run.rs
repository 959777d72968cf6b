//! Draws and points on all threads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use pulp::Arch;
use rayon::prelude::*;

use super::compile::code::LaneProgram;
use super::compile::registers::{LANE, OperandValue, between};
use super::execute::{Draws, Machine, Supply, Workspace};
use super::quantiles::brackets::Brackets;
use super::{PointInput, Recording};
use crate::engine::numbers::sampling::{Method, Uniforms};
use crate::engine::numbers::summary::{LEAF, Moments, Tree};
use crate::engine::run::domain::RandomId;
use crate::engine::{Drawn, random};
use crate::model::Solver;

/// Settings of a simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simulation {
    /// Number of draws.
    pub draws: u64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// The sampling method.
    pub method: Method,
}

/// A draw or a point in which a value cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BadDraw {
    /// The number of the draw or point, from 0.
    pub draw: u64,
    /// True if a block has no solution; false if a value is not finite or is outside its bounds.
    pub unsolved: bool,
}

/// Number of draws that a thread makes at a time: four leaves of the sums, or one leaf if there are many values.
const CHUNK: usize = 4 * LEAF;
/// Minimum number of chunks. With fewer, chunks are smaller, since threads would wait for the last one.
const MANY_CHUNKS: usize = 64;
/// Maximum memory in bytes of a chunk's draws; with more, chunks are smaller.
const MOST_OF_CHUNK: usize = 1 << 20;

/// A range of draws or points, and the memory for its values.
pub(super) struct DrawRange<'a> {
    pub(super) first: usize,
    pub(super) count: usize,
    /// Memory for the draws of each value; without it, draws are only summed up.
    pub(super) columns: Vec<Option<&'a mut [f64]>>,
    /// The sums of the draws before this range.
    pub(super) sums: Vec<Tree>,
    /// The brackets in which the draws of values without memory are counted.
    pub(super) brackets: Vec<Option<Brackets>>,
    pub(super) on_failure: OnFailure,
}

/// The treatment of the remaining draws after a failed draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnFailure {
    /// Stops, because the remaining draws are useless.
    Stop,
    /// Computes the remaining draws.
    Continue,
}

/// The result of a range of draws, without the stored draws.
#[derive(Debug, Default)]
pub(super) struct Digest {
    /// The draws without a value, in order.
    pub(super) bad: Vec<BadDraw>,
    /// For each value, the leaves of the summation tree over its draws.
    pub(super) sums: Vec<Tree>,
    pub(super) brackets: Vec<Option<Brackets>>,
}

/// The buffers of a chunk. There are as many as threads; a thread that begins a chunk takes a free one.
struct Scratch {
    space: Workspace,
    /// Workspace for draws that are searched from all starting points; made at the first such draw.
    second: Option<Workspace>,
    buffer: Vec<f64>,
    /// The draws of all chunks that used these buffers. Quantiles do not depend on their order.
    brackets: Vec<Option<Brackets>>,
}

/// The result of consecutive chunks.
#[derive(Default)]
struct Made {
    /// The leaves of each value in each chunk, in order.
    sums: Vec<Vec<Tree>>,
    bad: Vec<BadDraw>,
}

/// A chunk: its first draw, the number of its draws, and the memory for each value's draws.
type Chunk<'a> = (usize, usize, Vec<Option<&'a mut [f64]>>);

impl Recording {
    /// Makes a range of draws on all threads. `done` gets the total made so far, from any thread.
    pub(super) fn part(
        &self,
        machine: &Machine<'_>,
        part: DrawRange<'_>,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Digest, BadDraw> {
        let DrawRange { first, count, columns, mut sums, brackets, on_failure } = part;
        let summed = columns.iter().filter(|column| column.is_none()).count();
        let few = count < MANY_CHUNKS * CHUNK;
        let chunk = if few || summed * CHUNK * 8 > MOST_OF_CHUNK { LEAF } else { CHUNK };
        let mut columns: Vec<_> =
            columns.into_iter().map(|column| column.map(|all| all.chunks_mut(chunk))).collect();
        let mut next = |start: usize| -> Chunk<'_> {
            let columns = columns.iter_mut().map(|c| c.as_mut().and_then(Iterator::next));
            (first + start, chunk.min(count - start), columns.collect())
        };
        let chunks: Vec<Chunk<'_>> = (0..count).step_by(chunk).map(&mut next).collect();
        let empty = || brackets.iter().map(|own| own.as_ref().map(Brackets::empty)).collect();
        let new_scratch = || Scratch {
            space: Workspace::new(machine),
            second: None,
            buffer: vec![0.0; summed * chunk],
            brackets: empty(),
        };
        let (scratches, count) = (Mutex::new(Vec::new()), AtomicU64::new(0));
        let free = || scratches.lock().unwrap_or_else(PoisonError::into_inner);
        let all = chunks.into_par_iter().fold(Made::default, |mut made, chunk| {
            let draws = chunk.1 as u64;
            if on_failure == OnFailure::Continue || made.bad.is_empty() {
                let known = free().pop();
                let mut scratch = known.unwrap_or_else(new_scratch);
                self.chunk(machine, &mut scratch, &mut made, on_failure, chunk);
                free().push(scratch);
            }
            done((count.fetch_add(draws, Ordering::Relaxed) + draws) as usize);
            made
        });
        let all: Vec<Made> = all.collect();
        let mut bad: Vec<BadDraw> = all.iter().flat_map(|made| &made.bad).copied().collect();
        bad.sort_unstable();
        if let (OnFailure::Stop, Some(&first)) = (on_failure, bad.first()) {
            return Err(first);
        }
        for leaves in all.into_iter().flat_map(|made| made.sums) {
            sums.iter_mut().zip(&leaves).for_each(|(sum, leaves)| sum.append(leaves));
        }
        let mut others: Vec<Vec<Brackets>> = vec![Vec::new(); sums.len()];
        for scratch in scratches.into_inner().unwrap_or_else(PoisonError::into_inner) {
            for (others, own) in others.iter_mut().zip(scratch.brackets) {
                others.extend(own);
            }
        }
        let brackets = brackets.into_iter().zip(others).map(|(all, others)| {
            all.map(|mut all| {
                all.merge(others);
                all
            })
        });
        Ok(Digest { bad, sums, brackets: brackets.collect() })
    }

    /// Makes the draws of one chunk, and sums up those that are not kept.
    fn chunk(
        &self,
        machine: &Machine<'_>,
        scratch: &mut Scratch,
        made: &mut Made,
        on_failure: OnFailure,
        (first, count, columns): Chunk<'_>,
    ) {
        let mut buffer = std::mem::take(&mut scratch.buffer);
        let mut free = buffer.chunks_mut(count);
        let kept: Vec<bool> = columns.iter().map(Option::is_some).collect();
        let mut outs: Vec<&mut [f64]> =
            columns.into_iter().map(|c| c.or_else(|| free.next()).unwrap_or_default()).collect();
        let bad = self.lanes(machine, scratch, (first as u64, count), on_failure, &mut outs);
        if bad.is_empty() {
            let mut sums = vec![Tree::default(); outs.len()];
            for (n, draws) in outs.iter().enumerate().filter(|(n, _)| !kept[*n]) {
                draws.chunks(LEAF).for_each(|leaf| sums[n].push(Moments::of_leaf(leaf)));
                if let Some(Some(brackets)) = scratch.brackets.get_mut(n) {
                    brackets.add(draws);
                }
            }
            made.sums.push(sums);
        }
        made.bad.extend(bad);
        scratch.buffer = buffer;
    }

    /// Makes some draws lane by lane. Returns the draws without a value: the first ones, unless all others
    /// are to be computed.
    fn lanes(
        &self,
        machine: &Machine<'_>,
        scratch: &mut Scratch,
        (first, count): (u64, usize),
        on_failure: OnFailure,
        outs: &mut [&mut [f64]],
    ) -> Vec<BadDraw> {
        let mut bad = Vec::new();
        for start in (0..count).step_by(LANE) {
            let from = first + start as u64;
            if self.stop.is_raised() {
                bad.push(BadDraw { draw: from, unsolved: false });
                return bad;
            }
            let mut draws = Draws::all(from, LANE.min(count - start));
            bad.extend(self.lane(machine, &mut scratch.space, &mut draws, (start, outs)));
            let others = draws.others();
            bad.extend(self.again(machine, &mut scratch.second, others, on_failure, (start, outs)));
            if on_failure == OnFailure::Stop && !bad.is_empty() {
                return bad;
            }
        }
        bad
    }

    /// Makes the draws of a lane that have no solution yet, with all starts. Returns those without a value.
    fn again(
        &self,
        machine: &Machine<'_>,
        space: &mut Option<Workspace>,
        mut draws: Draws,
        on_failure: OnFailure,
        (start, outs): (usize, &mut [&mut [f64]]),
    ) -> Vec<BadDraw> {
        let mut bad = Vec::new();
        if draws.made.is_empty() {
            return bad;
        }
        let machine = machine.with_all_starts();
        let space = space.get_or_insert_with(|| Workspace::new(&machine));
        while !draws.made.is_empty() {
            let tried = draws.made.clone();
            bad.extend(self.lane(&machine, space, &mut draws, (start, outs)));
            let mut left = tried.into_iter().filter(|n| draws.made.binary_search(n).is_err());
            let unsolved =
                left.next().map(|n| BadDraw { draw: draws.first + n as u64, unsolved: true });
            bad.extend(unsolved);
            if on_failure == OnFailure::Stop {
                return bad;
            }
            // A search ends with the first draw without a solution: those after it have not been tried.
            draws.made = left.collect();
        }
        bad
    }

    /// Executes a program for the draws of a lane that are to be made, and stores each value's draws. Returns the draws in which a value is not finite or outside its bounds.
    fn lane(
        &self,
        machine: &Machine<'_>,
        space: &mut Workspace,
        draws: &mut Draws,
        (start, outs): (usize, &mut [&mut [f64]]),
    ) -> impl Iterator<Item = BadDraw> + use<> {
        let (asked, arch) = (outs.len(), Arch::new());
        let mut wrong: BTreeSet<usize> = BTreeSet::new();
        machine.run(space, draws, &mut |number, side, draws| {
            let guard = number.checked_sub(asked).map(|n| self.guards[n]);
            let [low, high] = guard.map_or([f64::MIN, f64::MAX], |guard| [guard.low, guard.high]);
            let fine = |value: f64| (low..=high).contains(&value);
            match side {
                OperandValue::Number(value) if fine(value) => {}
                OperandValue::Number(_) => wrong.extend(&draws.made),
                OperandValue::Lane(values)
                    if between(arch, &values[..draws.count], [low, high]) => {}
                OperandValue::Lane(values) => {
                    wrong.extend(draws.made.iter().copied().filter(|&n| !fine(values[n])));
                }
            }
            if let Some(out) = outs.get_mut(number).and_then(|out| out.get_mut(start..)) {
                draws.keep(side, out);
            }
        });
        let first = draws.first;
        wrong.into_iter().map(move |n| BadDraw { draw: first + n as u64, unsolved: false })
    }

    /// Returns the uniform numbers of every random quantity.
    pub(super) fn uniforms(&self, simulation: &Simulation) -> Vec<Uniforms> {
        let dimensions = self.inputs.dimensions();
        let uniform = |(id, dimension): (&RandomId, u32)| {
            let key = random::key(&id.name);
            Uniforms::new(simulation.method, simulation.seed, key, id.part, dimension)
        };
        self.inputs.quantities.iter().zip(dimensions).map(uniform).collect()
    }

    /// Returns the uniform number of every random quantity in one draw.
    pub fn drawn(&self, simulation: &Simulation, draw: u64) -> Drawn {
        let mut drawn = BTreeMap::new();
        self.each_lane(simulation, draw..draw + 1, |n, numbers| {
            let id = self.inputs.quantities.get(n);
            drawn.extend(id.cloned().zip(numbers.first().copied()));
        });
        Drawn(drawn)
    }

    /// Returns the uniform numbers of every random quantity in the draws of a simulation, correlated quantities
    /// together, for points that are draws.
    pub fn drawn_inputs(&self, simulation: &Simulation) -> Vec<(PointInput, Vec<f64>)> {
        let column = |n| (PointInput::uniform(n), Vec::new());
        let mut columns: Vec<_> = (0..self.inputs.quantities.len()).map(column).collect();
        self.each_lane(simulation, 0..simulation.draws, |n, numbers| {
            if let Some((_, column)) = columns.get_mut(n) {
                column.extend_from_slice(numbers);
            }
        });
        columns
    }

    /// Calls `visit` with the position of each random quantity and its uniform numbers, lane by lane.
    fn each_lane(
        &self,
        simulation: &Simulation,
        draws: Range<u64>,
        mut visit: impl FnMut(usize, &[f64]),
    ) {
        let (program, solver) = (LaneProgram::default(), Solver::default());
        let uniforms = self.uniforms(simulation);
        let machine = Machine {
            program: &program,
            all_starts: &&program,
            inputs: &self.inputs,
            supply: Supply::Draws(&uniforms),
            solver,
            stop: &self.stop,
        };
        let mut space = Workspace::new(&machine);
        for first in draws.clone().step_by(LANE) {
            let count = LANE.min((draws.end - first) as usize);
            for n in 0..self.inputs.quantities.len() {
                let lane = machine.lane_of_uniforms(&mut space, &uniforms, n, first);
                visit(n, lane.get(..count).unwrap_or(lane));
            }
        }
    }
}
