//! Draws on all threads.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use pulp::Arch;
use rayon::prelude::*;

use super::Recording;
use super::compile::program::Program;
use super::compile::registers::{LANE, Side, between};
use super::execute::{Draws, Machine, Workspace};
use super::quantiles::brackets::Brackets;
use crate::engine::numbers::sampling::{Method, Uniforms};
use crate::engine::numbers::summary::{LEAF, Moments, Tree};
use crate::engine::run::domain::RandomId;
use crate::engine::{Drawn, random};
use crate::model::Solver;

/// How a simulation is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Simulation {
    /// How many draws.
    pub draws: u64,
    /// The seed.
    pub seed: u64,
    /// How draws are spread.
    pub method: Method,
}

/// A draw in which a value cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BadDraw {
    /// Its number.
    pub draw: u64,
    /// True if a block has no solution, false if a value is not finite or outside its bounds.
    pub unsolved: bool,
}

/// Draws that a thread makes at a time: a leaf of sums, or four where few values are asked for.
const CHUNK: usize = 4 * LEAF;
/// With fewer chunks than these a thread might wait long for the last of another: they are smaller then.
const MANY_CHUNKS: usize = 64;
/// Bytes that a thread keeps of a chunk before it takes a smaller one.
const MOST_OF_CHUNK: usize = 1 << 20;

/// Some draws in a row, and what becomes of the values in them.
pub(super) struct Part<'a> {
    pub(super) first: usize,
    pub(super) count: usize,
    /// Where the draws of each value go; those of the others are summed up.
    pub(super) columns: Vec<Option<&'a mut [f64]>>,
    /// The sums of the draws before these.
    pub(super) sums: Vec<Tree>,
    /// The brackets that the others' draws are counted in.
    pub(super) brackets: Vec<Option<Brackets>>,
}

/// What is left of draws that were not kept.
#[derive(Debug, Default)]
pub(super) struct Digest {
    /// The leaves of each value's sums.
    pub(super) sums: Vec<Tree>,
    pub(super) brackets: Vec<Option<Brackets>>,
}

/// What a thread makes a chunk in. There are as many as there are threads; whoever takes up a chunk takes
/// one that is free.
struct Room {
    space: Workspace,
    /// For draws that are searched from all starts, once there are some.
    second: Option<Workspace>,
    buffer: Vec<f64>,
    /// The draws of all chunks that were made here; in which order does not matter to quantiles.
    brackets: Vec<Option<Brackets>>,
}

/// What is left of chunks in a row.
#[derive(Default)]
struct Made {
    /// The leaves of each value in each chunk, in order.
    sums: Vec<Vec<Tree>>,
    bad: Option<BadDraw>,
}

impl Made {
    fn note(&mut self, bad: BadDraw) {
        self.bad = Some(self.bad.map_or(bad, |known| known.min(bad)));
    }
}

/// A chunk: its first draw, how many there are, and where each value's draws go.
type Chunk<'a> = (usize, usize, Vec<Option<&'a mut [f64]>>);

impl Recording {
    /// Makes the draws of a part on all threads; `done` hears how many are made, from any thread.
    pub(super) fn part(
        &self,
        machine: &Machine<'_>,
        part: Part<'_>,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Digest, BadDraw> {
        let Part { first, count, columns, mut sums, brackets } = part;
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
        let new_room = || Room {
            space: Workspace::new(machine),
            second: None,
            buffer: vec![0.0; summed * chunk],
            brackets: empty(),
        };
        let (rooms, count) = (Mutex::new(Vec::new()), AtomicU64::new(0));
        let free = || rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let all = chunks.into_par_iter().fold(Made::default, |mut made, chunk| {
            let draws = chunk.1 as u64;
            if made.bad.is_none() {
                let known = free().pop();
                let mut room = known.unwrap_or_else(new_room);
                self.chunk(machine, &mut room, &mut made, chunk);
                free().push(room);
            }
            done((count.fetch_add(draws, Ordering::Relaxed) + draws) as usize);
            made
        });
        let all: Vec<Made> = all.collect();
        if let Some(bad) = all.iter().filter_map(|made| made.bad).min() {
            return Err(bad);
        }
        for leaves in all.into_iter().flat_map(|made| made.sums) {
            sums.iter_mut().zip(&leaves).for_each(|(sum, leaves)| sum.append(leaves));
        }
        let mut others: Vec<Vec<Brackets>> = vec![Vec::new(); sums.len()];
        for room in rooms.into_inner().unwrap_or_else(PoisonError::into_inner) {
            for (others, own) in others.iter_mut().zip(room.brackets) {
                others.extend(own);
            }
        }
        let brackets = brackets.into_iter().zip(others).map(|(all, others)| {
            all.map(|mut all| {
                all.merge(others);
                all
            })
        });
        Ok(Digest { sums, brackets: brackets.collect() })
    }

    /// Makes the draws of one chunk, and sums up those that are not kept.
    fn chunk(
        &self,
        machine: &Machine<'_>,
        room: &mut Room,
        made: &mut Made,
        (first, count, columns): Chunk<'_>,
    ) {
        let mut buffer = std::mem::take(&mut room.buffer);
        let mut free = buffer.chunks_mut(count);
        let kept: Vec<bool> = columns.iter().map(Option::is_some).collect();
        let mut outs: Vec<&mut [f64]> =
            columns.into_iter().map(|c| c.or_else(|| free.next()).unwrap_or_default()).collect();
        match self.lanes(machine, room, (first as u64, count), &mut outs) {
            Err(bad) => made.note(bad),
            Ok(()) => {
                let mut sums = vec![Tree::default(); outs.len()];
                for (n, draws) in outs.iter().enumerate().filter(|(n, _)| !kept[*n]) {
                    draws.chunks(LEAF).for_each(|leaf| sums[n].push(Moments::of_leaf(leaf)));
                    if let Some(Some(brackets)) = room.brackets.get_mut(n) {
                        brackets.add(draws);
                    }
                }
                made.sums.push(sums);
            }
        }
        room.buffer = buffer;
    }

    /// Makes some draws lane by lane.
    fn lanes(
        &self,
        machine: &Machine<'_>,
        room: &mut Room,
        (first, count): (u64, usize),
        outs: &mut [&mut [f64]],
    ) -> Result<(), BadDraw> {
        for start in (0..count).step_by(LANE) {
            let from = first + start as u64;
            if self.stop.is_raised() {
                return Err(BadDraw { draw: from, unsolved: false });
            }
            let mut draws = Draws::all(from, LANE.min(count - start));
            let wrong = self.lane(machine, &mut room.space, &mut draws, (start, outs));
            let again = self.again(machine, &mut room.second, draws.others(), (start, outs));
            if let Some(bad) = wrong.into_iter().chain(again).min() {
                return Err(bad);
            }
        }
        Ok(())
    }

    /// Makes the draws of a lane that have no solution yet, with all starts.
    fn again(
        &self,
        machine: &Machine<'_>,
        space: &mut Option<Workspace>,
        mut draws: Draws,
        outs: (usize, &mut [&mut [f64]]),
    ) -> Option<BadDraw> {
        if draws.made.is_empty() {
            return None;
        }
        let machine = machine.with_all_starts();
        let space = space.get_or_insert_with(|| Workspace::new(&machine));
        let tried = draws.made.clone();
        let wrong = self.lane(&machine, space, &mut draws, outs);
        let unsolved = tried.into_iter().find(|draw| draws.made.binary_search(draw).is_err());
        let unsolved = unsolved.map(|n| BadDraw { draw: draws.first + n as u64, unsolved: true });
        wrong.into_iter().chain(unsolved).min()
    }

    /// Runs a program for the draws of a lane that are to be made; each value's draws go to its own
    /// place. Returns the first draw in which a value is not what it must be.
    fn lane(
        &self,
        machine: &Machine<'_>,
        space: &mut Workspace,
        draws: &mut Draws,
        (start, outs): (usize, &mut [&mut [f64]]),
    ) -> Option<BadDraw> {
        let (asked, arch) = (outs.len(), Arch::new());
        let mut wrong: Option<usize> = None;
        machine.run(space, draws, &mut |number, side, draws| {
            let guard = number.checked_sub(asked).map(|n| self.guards[n]);
            let [low, high] = guard.map_or([f64::MIN, f64::MAX], |guard| [guard.low, guard.high]);
            let fine = |value: f64| (low..=high).contains(&value);
            let first = match side {
                Side::Number(value) if fine(value) => None,
                Side::Number(_) => draws.made.first().copied(),
                Side::Lane(values) if between(arch, &values[..draws.count], [low, high]) => None,
                Side::Lane(values) => draws.made.iter().copied().find(|&n| !fine(values[n])),
            };
            wrong = wrong.into_iter().chain(first).min();
            if let Some(out) = outs.get_mut(number).and_then(|out| out.get_mut(start..)) {
                draws.keep(side, out);
            }
        });
        wrong.map(|n| BadDraw { draw: draws.first + n as u64, unsolved: false })
    }

    /// The uniform numbers of every random quantity.
    pub(super) fn uniforms(&self, simulation: &Simulation) -> Vec<Uniforms> {
        let dimensions = self.inputs.dimensions();
        let uniform = |(id, dimension): (&RandomId, u32)| {
            let key = random::key(&id.name);
            Uniforms::new(simulation.method, simulation.seed, key, id.part, dimension)
        };
        self.inputs.quantities.iter().zip(dimensions).map(uniform).collect()
    }

    /// The uniform number of every random quantity in one draw.
    pub fn drawn(&self, simulation: &Simulation, draw: u64) -> Drawn {
        let (program, solver) = (Program::default(), Solver::default());
        let uniforms = self.uniforms(simulation);
        let machine = Machine {
            program: &program,
            all_starts: &&program,
            inputs: &self.inputs,
            uniforms: &uniforms,
            solver,
            stop: &self.stop,
        };
        let mut space = Workspace::new(&machine);
        let ids = self.inputs.quantities.iter().enumerate();
        let uniform = ids.map(|(n, id)| (id.clone(), machine.one_uniform(&mut space, n, draw)));
        Drawn(uniform.collect())
    }
}
