//! Draws on all threads, and what is kept of them.

use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::execute::{Machine, Workspace};
use super::lanes::{LANE, Side};
use super::program::{Program, compile};
use super::{Recording, Wanted};
use crate::engine::domain::RandomId;
use crate::engine::sampling::{Method, Uniforms};
use crate::engine::tape::{Node, Traced};
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

/// Draws that a thread runs at a time: a multiple of the leaf of sums.
const CHUNK: usize = 4 * crate::engine::summary::LEAF;
/// Bytes of draws that are kept at a time; more values are asked for in turns.
const MOST_KEPT: usize = 100 << 20;

/// A draw in which a value cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BadDraw {
    /// Its number.
    pub draw: u64,
}

impl Recording {
    /// Draws the values asked for; `summarise` gets each one's number and all its draws, in order,
    /// and may reorder them. `progress` hears which share is done, from any thread.
    ///
    /// # Errors
    /// The first draw in which a value is not finite, outside its bounds, or has no solution; a draw
    /// that was not made, once the flag is raised.
    pub fn simulate<T: Send>(
        &self,
        wanted: &[Wanted],
        simulation: &Simulation,
        solver: &Solver,
        progress: &(dyn Fn(f64) + Sync),
        summarise: impl Fn(usize, &mut [f64]) -> T + Sync,
    ) -> Result<Vec<T>, BadDraw> {
        let draws = usize::try_from(simulation.draws).unwrap_or(usize::MAX);
        let at_once = (MOST_KEPT / 8 / draws.max(1)).max(1);
        let turns = wanted.len().div_ceil(at_once).max(1);
        let mut results = Vec::with_capacity(wanted.len());
        for (turn, some) in wanted.chunks(at_once).enumerate() {
            let share = |done: f64| progress((turn as f64 + done) / turns as f64);
            // Bounds are watched once, with the first values.
            let guarded = turn == 0;
            let mut kept = self.draw(some, guarded, simulation, solver, &share)?;
            let first = turn * at_once;
            let summaries = kept.par_iter_mut().enumerate();
            results.par_extend(summaries.map(|(n, draws)| summarise(first + n, draws)));
        }
        Ok(results)
    }

    /// All draws of some values.
    fn draw(
        &self,
        wanted: &[Wanted],
        guarded: bool,
        simulation: &Simulation,
        solver: &Solver,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Vec<Vec<f64>>, BadDraw> {
        let known = |wanted: &Wanted| match wanted.0 {
            Traced::Known(value) => Err(value),
            Traced::Node(node) => Ok(node),
        };
        let mut nodes: Vec<Node> = wanted.iter().filter_map(|w| known(w).ok()).collect();
        let asked = nodes.len();
        if guarded {
            nodes.extend(self.guards.iter().map(|guard| guard.node));
        }
        let program = compile(&self.tape, &self.inputs, &nodes);
        let uniforms = self.uniforms(simulation);
        let machine = Machine {
            program: &program,
            inputs: &self.inputs,
            uniforms: &uniforms,
            solver: *solver,
        };
        let draws = simulation.draws as usize;
        let done = AtomicU64::new(0);
        let chunks: Vec<Result<Vec<Vec<f64>>, BadDraw>> = (0..draws.div_ceil(CHUNK))
            .into_par_iter()
            .map_init(
                || Workspace::new(&machine),
                |space, n| {
                    let first = n * CHUNK;
                    let count = CHUNK.min(draws - first);
                    let chunk = self.chunk(&machine, space, first as u64, count, asked);
                    let before = done.fetch_add(count as u64, Ordering::Relaxed);
                    progress((before + count as u64) as f64 / draws as f64);
                    chunk
                },
            )
            .collect();
        let mut columns: Vec<Vec<f64>> = vec![Vec::new(); asked];
        columns.iter_mut().for_each(|column| column.reserve_exact(draws));
        for chunk in chunks {
            for (column, part) in columns.iter_mut().zip(chunk?) {
                column.extend(part);
            }
        }
        let mut columns = columns.into_iter();
        let all = wanted.iter().map(|w| match known(w) {
            Ok(_) => columns.next().unwrap_or_default(),
            Err(value) => vec![value; draws],
        });
        Ok(all.collect())
    }

    /// The uniform numbers of every random quantity.
    fn uniforms(&self, simulation: &Simulation) -> Vec<Uniforms> {
        let dimensions = self.inputs.dimensions();
        let uniform = |(id, dimension): (&RandomId, u32)| {
            let key = random::key(&id.name);
            Uniforms::new(simulation.method, simulation.seed, key, id.part, dimension)
        };
        self.inputs.quantities.iter().zip(dimensions).map(uniform).collect()
    }

    /// The draws of one chunk: a column for each value that is asked for.
    fn chunk(
        &self,
        machine: &Machine<'_>,
        space: &mut Workspace,
        first: u64,
        count: usize,
        asked: usize,
    ) -> Result<Vec<Vec<f64>>, BadDraw> {
        let mut columns = vec![Vec::with_capacity(count); asked];
        let mut bad: Option<BadDraw> = None;
        for start in (0..count).step_by(LANE) {
            let lane = LANE.min(count - start);
            let from = first + start as u64;
            if self.stop.is_raised() {
                return Err(BadDraw { draw: from });
            }
            let mut note = |n: usize| {
                let draw = BadDraw { draw: from + n as u64 };
                bad = Some(bad.map_or(draw, |known| known.min(draw)));
            };
            let solved = machine.lane(space, from, lane, &mut |number, side| {
                let guard = number.checked_sub(asked).map(|n| self.guards[n]);
                let fine = |value: f64| match guard {
                    Some(guard) => (guard.low..=guard.high).contains(&value),
                    None => value.is_finite(),
                };
                let wrong = match side {
                    Side::Number(value) => (!fine(value)).then_some(0),
                    Side::Lane(values) => values[..lane].iter().position(|&v| !fine(v)),
                };
                wrong.into_iter().for_each(&mut note);
                if let Some(column) = columns.get_mut(number) {
                    match side {
                        Side::Number(value) => column.extend(std::iter::repeat_n(value, lane)),
                        Side::Lane(values) => column.extend_from_slice(&values[..lane]),
                    }
                }
            });
            if let Err(unsolved) = solved {
                let draw = BadDraw { draw: unsolved.draw };
                return Err(bad.map_or(draw, |known| known.min(draw)));
            }
            if let Some(bad) = bad {
                return Err(bad);
            }
        }
        Ok(columns)
    }

    /// The uniform number of every random quantity in one draw.
    pub fn drawn(&self, simulation: &Simulation, draw: u64) -> Drawn {
        let (program, solver) = (Program::default(), Solver::default());
        let uniforms = self.uniforms(simulation);
        let machine =
            Machine { program: &program, inputs: &self.inputs, uniforms: &uniforms, solver };
        let mut space = Workspace::new(&machine);
        let ids = self.inputs.quantities.iter().enumerate();
        let uniform = ids.map(|(n, id)| (id.clone(), machine.one_uniform(&mut space, n, draw)));
        Drawn(uniform.collect())
    }
}
