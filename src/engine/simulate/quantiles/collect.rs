//! What is kept of the values asked for: their moments, their quantiles, all their draws.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::LazyLock;

use rayon::prelude::*;

use super::brackets::{self, Brackets};
use super::columns::{Destination, Found, Work, of_sums, with_draws};
use crate::engine::numbers::sampling::Method;
use crate::engine::numbers::summary::{LEAF, Moments, Tree};
use crate::engine::simulate::compile::program::compile;
use crate::engine::simulate::compile::schedule::Searched;
use crate::engine::simulate::execute::{Machine, Supply};
use crate::engine::simulate::run::{BadDraw, Digest, OnFailure, Part, Simulation};
use crate::engine::simulate::{Recording, Wanted};
use crate::engine::solve::tape::{Node, Traced};
use crate::model::Solver;

/// What is to be known of a value after the simulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Its moments.
    Moments,
    /// Its moments and quantiles.
    Quantiles,
    /// Its moments and all its draws.
    Draws,
}

/// How much is kept at a time.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// Bytes for quantiles; more values are asked for in turns.
    bytes: usize,
    /// Draws that are made first where not all can be kept: a multiple of what a thread makes at a
    /// time.
    pilot: usize,
}

const ROOM: Room = Room { bytes: 100 << 20, pilot: 64 * LEAF };

/// Draws of which more are made first, up to four times as many.
const VERY_MANY: usize = 1 << 20;

/// A value that is not known before: its number, its node, what is kept of it.
type Value = (usize, Node, Kept);

impl Recording {
    /// Draws the values asked for, and finds what is to be known of each, with quantiles at some
    /// levels. `progress` hears which share is done, from any thread.
    ///
    /// # Errors
    /// The first draw in which a value is not finite, outside its bounds, or has no solution; a draw
    /// that was not made, once the flag is raised.
    pub fn simulate(
        &self,
        wanted: &[(Wanted, Kept)],
        simulation: &Simulation,
        solver: &Solver,
        levels: &[f64],
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Vec<Found>, BadDraw> {
        self.simulate_in(ROOM, wanted, &Work { simulation, solver, levels, progress })
    }

    fn simulate_in(
        &self,
        room: Room,
        wanted: &[(Wanted, Kept)],
        work: &Work<'_>,
    ) -> Result<Vec<Found>, BadDraw> {
        let draws = usize::try_from(work.simulation.draws).unwrap_or(usize::MAX);
        let mut found = vec![Found::default(); wanted.len()];
        let mut values: Vec<Value> = Vec::with_capacity(wanted.len());
        // A value that is asked for again is found once; all its draws are seldom asked for twice.
        let mut asked: BTreeMap<(Node, bool), usize> = BTreeMap::new();
        let mut again: Vec<(usize, usize)> = Vec::new();
        for (number, &(Wanted(value), kept)) in wanted.iter().enumerate() {
            match value {
                Traced::Node(node) if kept == Kept::Draws => values.push((number, node, kept)),
                Traced::Node(node) => match asked.entry((node, kept == Kept::Quantiles)) {
                    Entry::Occupied(known) => again.push((number, *known.get())),
                    Entry::Vacant(new) => {
                        new.insert(number);
                        values.push((number, node, kept));
                    }
                },
                Traced::Known(value) => found[number] = constant(value, kept, draws, work.levels),
            }
        }
        let all = draws.saturating_mul(8);
        // The error of the mean of draws that are not independent takes them all.
        let even = work.simulation.method != Method::Plain;
        let whole = even || draws <= 2 * room.pilot;
        // Of very many draws the share that lies in brackets has to be smaller.
        let more = (draws / VERY_MANY).clamp(1, 4);
        let pilot = if whole { draws } else { more * room.pilot };
        // What one value with quantiles takes: its first draws, then those in brackets.
        let share = brackets::share(pilot, work.levels);
        let each = if whole { all } else { (8 * pilot).max((share * all as f64) as usize) };
        let turns = in_turns(values, (room.bytes / each.max(1)).max(1));
        let count = turns.len() as f64;
        for (n, turn) in turns.iter().enumerate() {
            let share = |done: f64| (work.progress)((n as f64 + done) / count);
            // Bounds are watched once, with the first values.
            let results = self.turn(turn, n == 0, pilot, &Work { progress: &share, ..*work })?;
            for (&(number, _, _), result) in turn.iter().zip(results) {
                found[number] = result;
            }
        }
        for (number, known) in again {
            found[number] = found[known].clone();
        }
        Ok(found)
    }

    /// What is found of some values, with the first draws of those with quantiles kept.
    fn turn(
        &self,
        values: &[Value],
        guarded: bool,
        pilot: usize,
        work: &Work<'_>,
    ) -> Result<Vec<Found>, BadDraw> {
        let mut nodes: Vec<Node> = values.iter().map(|&(_, node, _)| node).collect();
        if guarded {
            nodes.extend(self.guards.iter().map(|guard| guard.node));
        }
        let program = |from| compile(&self.tape, &self.inputs, from, &nodes);
        let all_starts = LazyLock::new(|| program(Searched::FromAll));
        let uniforms = self.uniforms(work.simulation);
        let machine = Machine {
            program: &program(Searched::FromMedians),
            all_starts: &all_starts,
            inputs: &self.inputs,
            supply: Supply::Draws(&uniforms),
            solver: *work.solver,
            stop: &self.stop,
        };
        let draws = work.simulation.draws as usize;
        let spread = values.iter().filter(|(_, _, kept)| *kept == Kept::Quantiles).count();
        // One stretch, fresh from the system: whoever first writes a page of it has to wait for it.
        let mut room = vec![0.0; spread * pilot];
        let mut lent = room.chunks_exact_mut(pilot.max(1));
        let mut columns: Vec<Destination<'_>> = values
            .iter()
            .map(|(_, _, kept)| match kept {
                Kept::Moments => Destination::None,
                Kept::Quantiles => lent.next().map_or(Destination::None, Destination::Lent),
                Kept::Draws => Destination::Own(vec![0.0; draws]),
            })
            .collect();
        let done = |made: usize| (work.progress)(made as f64 / draws as f64);
        let first = Part {
            first: 0,
            count: pilot,
            columns: columns.iter_mut().map(|column| column.first(pilot)).collect(),
            sums: vec![Tree::default(); values.len()],
            brackets: Vec::new(),
            on_failure: OnFailure::Stop,
        };
        let Digest { mut sums, .. } = self.part(&machine, first, &done)?;
        if pilot == draws {
            let columns = columns.into_par_iter().zip(sums);
            return Ok(columns.map(|(column, sum)| column.found(&sum, work)).collect());
        }
        let parts = columns.into_par_iter().zip(&mut sums);
        let (own, brackets) = parts.map(|(column, sum)| column.bracketed(sum, work)).unzip();
        drop(room);
        self.rest(&machine, (pilot, own), sums, brackets, work)
    }

    /// What is found where not all draws are kept, after the first of them, which are in `sums` and in
    /// the brackets.
    fn rest(
        &self,
        machine: &Machine<'_>,
        (pilot, mut own): (usize, Vec<Vec<f64>>),
        sums: Vec<Tree>,
        mut brackets: Vec<Option<Brackets>>,
        work: &Work<'_>,
    ) -> Result<Vec<Found>, BadDraw> {
        let draws = work.simulation.draws as usize;
        let done = |made: usize| (work.progress)((pilot + made) as f64 / draws as f64);
        let rest = self.part(
            machine,
            Part {
                first: pilot,
                count: draws - pilot,
                columns: own.iter_mut().map(|column| column.get_mut(pilot..)).collect(),
                sums,
                brackets: brackets.iter().map(|own| own.as_ref().map(Brackets::empty)).collect(),
                on_failure: OnFailure::Stop,
            },
            &done,
        )?;
        for (brackets, rest) in brackets.iter_mut().zip(rest.brackets) {
            if let (Some(brackets), Some(rest)) = (brackets, rest) {
                brackets.merge(vec![rest]);
            }
        }
        let mut levels = self.levels_of(machine, brackets, draws)?;
        let finish = |((draws, sum), levels): ((Vec<f64>, Tree), &mut Vec<f64>)| {
            if draws.is_empty() {
                of_sums(sum.total(), std::mem::take(levels))
            } else {
                with_draws(draws, work)
            }
        };
        Ok(own.into_iter().zip(rest.sums).zip(&mut levels).map(finish).collect())
    }

    /// The quantiles that brackets hold; as long as some do not lie in theirs, all draws are made
    /// anew.
    fn levels_of(
        &self,
        machine: &Machine<'_>,
        brackets: Vec<Option<Brackets>>,
        draws: usize,
    ) -> Result<Vec<Vec<f64>>, BadDraw> {
        let mut levels = vec![Vec::new(); brackets.len()];
        let mut brackets = brackets;
        loop {
            let results = brackets.into_par_iter().zip(&mut levels).map(|(own, levels)| {
                match own.map(Brackets::quantiles)? {
                    Ok(found) => *levels = found,
                    Err(moved) => return Some(moved),
                }
                None
            });
            brackets = results.collect();
            if brackets.iter().all(Option::is_none) {
                return Ok(levels);
            }
            let columns = brackets.iter().map(|_| None).collect();
            let sums = vec![Tree::default(); brackets.len()];
            let on_failure = OnFailure::Stop;
            let again = Part { first: 0, count: draws, columns, sums, brackets, on_failure };
            brackets = self.part(machine, again, &|_| {})?.brackets;
        }
    }
}

/// Values one after another in turns, so many with quantiles in each.
fn in_turns(values: Vec<Value>, at_once: usize) -> Vec<Vec<Value>> {
    let mut turns = vec![Vec::new()];
    let mut spread = 0;
    for value in values {
        if value.2 == Kept::Quantiles {
            if spread == at_once {
                turns.push(Vec::new());
                spread = 0;
            }
            spread += 1;
        }
        if let Some(turn) = turns.last_mut() {
            turn.push(value);
        }
    }
    turns
}

/// What is known of a value that is the same in all draws.
fn constant(value: f64, kept: Kept, draws: usize, levels: &[f64]) -> Found {
    let quantiles = if kept == Kept::Quantiles { vec![value; levels.len()] } else { Vec::new() };
    let draws_kept = if kept == Kept::Draws { vec![value; draws] } else { Vec::new() };
    let moments = Moments::of_equal(value, draws as u64);
    Found { moments, error: 0.0, quantiles, draws: draws_kept }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtins::Function;
    use crate::engine::numbers::distribution::Distribution;
    use crate::engine::numbers::summary::quantiles;
    use crate::engine::run::domain::{Binary, RandomId};
    use crate::model::{Ask, Question};
    use crate::operator::BinaryOp;

    const LEVELS: [f64; 3] = [0.05, 0.5, 0.95];

    /// Ten sums of random numbers, and a value that two of them give.
    fn recording() -> (Recording, Vec<Wanted>) {
        let mut recording = Recording::default();
        let spread = Distribution::new(Function::Normal, &[1.0, 2.0]).expect("a distribution");
        let mut wanted = Vec::new();
        let mut sum = Traced::Known(0.0);
        for n in 0..10 {
            let id = RandomId { name: format!("x{n}"), part: 0 };
            let drawn = recording.inputs.draw(id, &spread);
            let drawn = Traced::Node(recording.tape.input(drawn));
            sum = recording.tape.binary(Binary::Operator(BinaryOp::Add), sum, drawn);
            wanted.push(Wanted(sum));
        }
        wanted.push(recording.difference(wanted[9], wanted[3]));
        wanted.push(Wanted(Traced::Known(7.5)));
        (recording, wanted)
    }

    fn found(room: Room, draws: u64, kept: &[Kept], method: Method) -> Vec<Found> {
        let (recording, wanted) = recording();
        let wanted: Vec<(Wanted, Kept)> =
            wanted.into_iter().zip(kept.iter().copied().cycle()).collect();
        let simulation = Simulation { draws, seed: 3, method };
        let work = Work {
            simulation: &simulation,
            solver: &Solver::default(),
            levels: &LEVELS,
            progress: &|_| {},
        };
        recording.simulate_in(room, &wanted, &work).expect("draws")
    }

    #[test]
    fn what_is_found_does_not_depend_on_the_room() {
        const ALL: [Kept; 3] = [Kept::Moments, Kept::Quantiles, Kept::Draws];
        const DRAWS: u64 = 9_001;
        let latin = Method::LatinHypercube { draws: DRAWS };
        let cases = [(Method::Plain, &ALL[..]), (latin, &ALL[..2]), (Method::Sobol, &ALL[1..2])];
        for (method, kept) in cases {
            let wanted = found(ROOM, DRAWS, kept, method);
            for (bytes, pilot) in [(300_000, 4 * LEAF), (1, 4 * LEAF), (1, 32 * LEAF)] {
                let few = found(Room { bytes, pilot }, DRAWS, kept, method);
                for (n, (few, wanted)) in few.iter().zip(&wanted).enumerate() {
                    let case = format!("value {n}, {bytes} {pilot} {method:?}");
                    assert_eq!((few.moments, few.error), (wanted.moments, wanted.error), "{case}");
                    assert_eq!(few.quantiles, wanted.quantiles, "{case}");
                    assert!(few.draws == wanted.draws, "{case}");
                }
            }
        }
    }

    #[test]
    fn what_is_found_is_what_the_draws_say() {
        let draws = found(ROOM, 10_000, &[Kept::Draws], Method::Plain);
        let spreads = found(ROOM, 10_000, &[Kept::Quantiles], Method::Plain);
        let moments = found(ROOM, 10_000, &[Kept::Moments], Method::Plain);
        for ((draws, spread), moments) in draws.into_iter().zip(spreads).zip(moments) {
            let mut all = draws.draws;
            assert_eq!(all.len(), 10_000);
            assert_eq!(spread.moments, Moments::of(&all));
            assert_eq!(moments.moments, spread.moments);
            assert_eq!(spread.quantiles, quantiles(&mut all, &LEVELS));
            assert!(moments.quantiles.is_empty() && spread.draws.is_empty());
        }
    }

    /// Correlated quantities, one that is drawn each year, and a price that is solved for.
    const SOLVED: &str = "years 2025..2026\nset s = a, b\nparam g[s] = normal(5%, 2%)\n\
        param size = uniform(0.5, 2)\nparam shock = triangular(-1, 0, 2) per year\n\
        correlate g[*], size = 0.4\ncorrelate g[a], g[b] = -0.3\n\
        var x[s]\nx[i] = size * (1 + g[i]) ^ 3 + shock\n\
        var p start 1\nsolve p so that p ^ 1.5 == (3 + sum(x[*])) / p\n\
        show x[a], x[a] - x[b], max(x[*]), p in 2026\n";

    /// The values that the script shows, the price last.
    fn solved() -> (Recording, Vec<Wanted>) {
        let model = crate::session::load("solved.mizan", SOLVED).model.expect("a model");
        let plain = crate::engine::run(&model, &[], None).expect("a run");
        let mut recording = Recording::default();
        let run = recording.record(&model, &[], &plain, None).expect("a recording");
        let Ask::Show(questions) = &model.queries[0].ask else { panic!("a table") };
        let own = (&run, &plain);
        let mut ask = |question: &Question| {
            recording.ask(&model, own, own, question, &question.expr, (&[], 2026)).expect("a value")
        };
        let wanted = questions.iter().map(&mut ask).collect();
        recording.correlate(&model).expect("correlations");
        (recording, wanted)
    }

    fn bits(found: &[Found]) -> Vec<u64> {
        let each = |found: &Found| {
            let sums = [found.moments.mean, found.moments.sd(), found.error];
            sums.into_iter().chain(found.quantiles.clone()).chain(found.draws.clone())
        };
        found.iter().flat_map(each).map(f64::to_bits).collect()
    }

    /// All draws kept, quantiles found without keeping them, and moments alone, of every method.
    #[test]
    fn threads_change_no_bit() {
        const SMALL: Room = Room { bytes: 1, pilot: 4 * LEAF };
        let (recording, wanted) = solved();
        let (drawn, price) = wanted.split_at(wanted.len() - 1);
        let latin = |draws| Method::LatinHypercube { draws };
        for (wanted, draws, method, room, kept) in [
            (drawn, 20_001, Method::Plain, ROOM, Kept::Draws),
            (drawn, 20_001, Method::Plain, ROOM, Kept::Moments),
            (drawn, 20_001, Method::Plain, SMALL, Kept::Quantiles),
            (drawn, 20_001, latin(20_001), ROOM, Kept::Draws),
            (drawn, 20_001, Method::Sobol, SMALL, Kept::Quantiles),
            (price, 9_001, Method::Plain, SMALL, Kept::Quantiles),
            (price, 9_001, latin(9_001), ROOM, Kept::Draws),
        ] {
            let wanted: Vec<_> = wanted.iter().map(|&wanted| (wanted, kept)).collect();
            let simulation = Simulation { draws, seed: 3, method };
            let on = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                let (simulation, solver) = (&simulation, &Solver::default());
                let work = Work { simulation, solver, levels: &LEVELS, progress: &|_| {} };
                let made = || recording.simulate_in(room, &wanted, &work).expect("draws");
                bits(&pool.expect("threads").install(made))
            };
            let one = on(1);
            for threads in [2, 3, 8, 16] {
                assert!(one == on(threads), "{threads} threads, {simulation:?} {room:?} {kept:?}");
            }
        }
    }
}
