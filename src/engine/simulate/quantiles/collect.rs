//! The outer loop of a simulation: from requested values to their moments, quantiles or draws.
//!
//! In: values, each a node of the tape or a known number, with the statistics wanted of it. Out: a
//! [`FoundStatistics`] for each, in order. Values are simulated in batches, so that the draws kept for
//! quantiles fit a memory budget. If there are many draws, only a pilot sample of each value is
//! kept whole; [`Brackets`] then keep only draws near a quantile. If even these are too many for the budget, a
//! share of the draws is first made to be counted, which narrows the brackets.
//!
//! Invariant: the results have the same bits for every budget and every number of threads.

use std::sync::LazyLock;

use rayon::prelude::*;

use super::brackets::Brackets;
use super::columns::{Destination, FoundStatistics, Work, of_sums, with_draws};
use super::passes::{Budget, DEFAULT_BUDGET, Passes, batches_of, keeps_all};
use super::requests::{RequestedValue, Requests, Statistics};
use crate::engine::numbers::summary::Tree;
use crate::engine::simulate::compile::code::RegisterUse;
use crate::engine::simulate::compile::program::compile;
use crate::engine::simulate::compile::schedule::SolverStarts;
use crate::engine::simulate::execute::{Machine, Supply};
use crate::engine::simulate::run::{BadDraw, Digest, DrawRange, OnFailure, Simulation};
use crate::engine::simulate::{RecordedValue, Recording};
use crate::engine::solve::tape::Node;
use crate::model::Solver;

impl Recording {
    /// Simulates the requested values. `levels` are the probabilities of the wanted quantiles.
    /// `progress` gets the share of the work that is done, from any thread.
    ///
    /// # Errors
    /// The first draw in which a value is not finite or outside its bounds, or in which a block has
    /// no solution. If the stop flag was raised, a draw that was not made.
    pub fn simulate(
        &self,
        wanted: &[(RecordedValue, Statistics)],
        simulation: &Simulation,
        solver: &Solver,
        levels: &[f64],
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Vec<FoundStatistics>, BadDraw> {
        self.simulate_in(DEFAULT_BUDGET, wanted, &Work { simulation, solver, levels, progress })
    }

    /// Simulates with a given memory budget, which tests make small.
    fn simulate_in(
        &self,
        budget: Budget,
        wanted: &[(RecordedValue, Statistics)],
        work: &Work<'_>,
    ) -> Result<Vec<FoundStatistics>, BadDraw> {
        let draws = usize::try_from(work.simulation.draws).unwrap_or(usize::MAX);
        let mut found = vec![FoundStatistics::default(); wanted.len()];
        let requests = Requests::of(wanted);
        let passes = match keeps_all(work.simulation, budget) {
            true => Passes::of_kept(budget, draws),
            false => Passes::fewest(budget, &requests.values, work),
        };
        let batches = batches_of(&requests.values, passes.at_once);
        let count = batches.len() as f64;
        for (n, batch) in batches.iter().enumerate() {
            let share = |done: f64| (work.progress)((n as f64 + done) / count);
            // Guards, which check bounds, need one pass over all draws: they join the first batch.
            let results = self.batch(batch, n == 0, passes, &Work { progress: &share, ..*work })?;
            for (&(number, _, _), result) in batch.iter().zip(results) {
                found[number] = result;
            }
        }
        requests.complete(&mut found, draws, work.levels);
        Ok(found)
    }

    /// Compiles the program of a batch of values and gives it to `run`. `guarded` adds the bounds of all
    /// quantities.
    pub(super) fn with_machine<T>(
        &self,
        values: &[RequestedValue],
        guarded: bool,
        work: &Work<'_>,
        run: impl FnOnce(&Machine<'_>) -> T,
    ) -> T {
        let mut nodes: Vec<Node> = values.iter().map(|&(_, node, _)| node).collect();
        if guarded {
            nodes.extend(self.guards.iter().map(|guard| guard.node));
        }
        let program = |from| compile(&self.tape, &self.inputs, (from, RegisterUse::Again), &nodes);
        let all_starts = LazyLock::new(|| program(SolverStarts::All));
        let uniforms = self.uniforms(work.simulation);
        run(&Machine {
            program: &program(SolverStarts::MediansOnly),
            all_starts: &all_starts,
            inputs: &self.inputs,
            supply: Supply::Draws(&uniforms),
            solver: *work.solver,
            stop: &self.stop,
        })
    }

    /// Simulates one batch of values. `guarded` adds the bounds of all quantities.
    fn batch(
        &self,
        values: &[RequestedValue],
        guarded: bool,
        passes: Passes,
        work: &Work<'_>,
    ) -> Result<Vec<FoundStatistics>, BadDraw> {
        self.with_machine(values, guarded, work, |machine| {
            self.batch_with(machine, values, passes, work)
        })
    }

    /// Simulates one batch with its program.
    fn batch_with(
        &self,
        machine: &Machine<'_>,
        values: &[RequestedValue],
        passes: Passes,
        work: &Work<'_>,
    ) -> Result<Vec<FoundStatistics>, BadDraw> {
        let (pilot, draws) = (passes.pilot, work.simulation.draws as usize);
        let quantile_count =
            values.iter().filter(|(_, _, kept)| *kept == Statistics::Quantiles).count();
        // One allocation for all values. It is zeroed memory fresh from the system, whose pages are
        // first touched by the threads that fill them.
        let mut buffer = vec![0.0; quantile_count * pilot];
        let mut buffers = buffer.chunks_exact_mut(pilot.max(1));
        let mut columns: Vec<Destination<'_>> = values
            .iter()
            .map(|(_, _, kept)| match kept {
                Statistics::Moments => Destination::Summed,
                Statistics::Quantiles => {
                    buffers.next().map_or(Destination::Summed, Destination::Borrowed)
                }
                Statistics::Draws => Destination::Owned(vec![0.0; draws]),
            })
            .collect();
        let all = (passes.counted + draws) as f64;
        let done = |made: usize| (work.progress)(made as f64 / all);
        let first = DrawRange {
            first: 0,
            count: pilot,
            columns: columns.iter_mut().map(|column| column.first(pilot)).collect(),
            sums: vec![Tree::default(); values.len()],
            brackets: Vec::new(),
            on_failure: OnFailure::Stop,
        };
        // The pilot draws, or all of them: whole columns for quantiles, leaves of sums for moments.
        let Digest { mut sums, .. } = self.part(machine, first, &done)?;
        if pilot == draws {
            let columns = columns.into_par_iter().zip(sums);
            return Ok(columns.map(|(column, sum)| column.found(&sum, work)).collect());
        }
        // The pilot draws become brackets and sums; then their buffer is freed before the long part.
        let parts = columns.into_par_iter().zip(&mut sums);
        let (kept, brackets): (_, Vec<_>) =
            parts.map(|(column, sum)| column.bracketed(sum, work)).unzip();
        drop(buffer);
        if passes.counted == 0 {
            return self.after_pilot(machine, (pilot, kept), sums, brackets, work);
        }
        let narrowed = self.narrowed(machine, brackets, passes.counted, work.simulation, &done)?;
        // The brackets have no draws yet, so all draws are made with them.
        let none = vec![Tree::default(); values.len()];
        let rest = |share: f64| {
            (work.progress)((passes.counted as f64 + share * draws as f64) / all);
        };
        let work = Work { progress: &rest, ..*work };
        self.after_pilot(machine, (0, kept), none, narrowed, &work)
    }

    /// Makes the first draws to count them around each quantile, and narrows the brackets by the counts.
    fn narrowed(
        &self,
        machine: &Machine<'_>,
        brackets: Vec<Option<Brackets>>,
        counted: usize,
        simulation: &Simulation,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Vec<Option<Brackets>>, BadDraw> {
        let part = DrawRange {
            first: 0,
            count: counted,
            columns: brackets.iter().map(|_| None).collect(),
            sums: vec![Tree::default(); brackets.len()],
            brackets: brackets.iter().map(|own| own.as_ref().map(Brackets::counting)).collect(),
            on_failure: OnFailure::Stop,
        };
        let counts = self.part(machine, part, done)?.brackets.into_iter();
        Ok(counts.map(|own| own.map(|own| own.narrowed(simulation.draws))).collect())
    }

    /// Makes the draws after the pilot sample. `sums` and `brackets` already contain the pilot
    /// draws; `own` has the columns whose draws are all kept.
    fn after_pilot(
        &self,
        machine: &Machine<'_>,
        (pilot, mut kept): (usize, Vec<Vec<f64>>),
        sums: Vec<Tree>,
        mut brackets: Vec<Option<Brackets>>,
        work: &Work<'_>,
    ) -> Result<Vec<FoundStatistics>, BadDraw> {
        let draws = work.simulation.draws as usize;
        let done = |made: usize| (work.progress)((pilot + made) as f64 / draws as f64);
        // The columns without draws are those of values that are only summed.
        fn rest_of(column: &mut [f64], pilot: usize) -> Option<&mut [f64]> {
            column.get_mut(pilot..).filter(|rest| !rest.is_empty())
        }
        let later = self.part(
            machine,
            DrawRange {
                first: pilot,
                count: draws - pilot,
                columns: kept.iter_mut().map(|column| rest_of(column, pilot)).collect(),
                sums,
                brackets: brackets.iter().map(|own| own.as_ref().map(Brackets::empty)).collect(),
                on_failure: OnFailure::Stop,
            },
            &done,
        )?;
        for (brackets, later) in brackets.iter_mut().zip(later.brackets) {
            if let (Some(brackets), Some(later)) = (brackets, later) {
                brackets.merge(vec![later]);
            }
        }
        let mut quantiles = self.quantiles_of(machine, brackets, draws)?;
        let finish = |((draws, sum), quantiles): ((Vec<f64>, Tree), &mut Vec<f64>)| {
            if draws.is_empty() {
                of_sums(sum.total(), std::mem::take(quantiles))
            } else {
                with_draws(draws, work)
            }
        };
        Ok(kept.into_iter().zip(later.sums).zip(&mut quantiles).map(finish).collect())
    }

    /// Computes the quantiles from brackets. As long as a quantile is outside its bracket, the bracket
    /// is widened and all draws are made again.
    fn quantiles_of(
        &self,
        machine: &Machine<'_>,
        brackets: Vec<Option<Brackets>>,
        draws: usize,
    ) -> Result<Vec<Vec<f64>>, BadDraw> {
        let mut quantiles = vec![Vec::new(); brackets.len()];
        let mut brackets = brackets;
        loop {
            let results = brackets.into_par_iter().zip(&mut quantiles).map(|(own, quantiles)| {
                match own.map(Brackets::quantiles)? {
                    Ok(found) => *quantiles = found,
                    Err(moved) => return Some(moved),
                }
                None
            });
            brackets = results.collect();
            if brackets.iter().all(Option::is_none) {
                return Ok(quantiles);
            }
            let columns = brackets.iter().map(|_| None).collect();
            let sums = vec![Tree::default(); brackets.len()];
            let on_failure = OnFailure::Stop;
            let again = DrawRange { first: 0, count: draws, columns, sums, brackets, on_failure };
            brackets = self.part(machine, again, &|_| {})?.brackets;
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::builtins::Function;
    use crate::engine::numbers::distribution::Distribution;
    use crate::engine::numbers::sampling::Method;
    use crate::engine::numbers::summary::LEAF;
    use crate::engine::numbers::summary::Moments;
    use crate::engine::numbers::summary::quantiles;
    use crate::engine::run::domain::{Binary, RandomId};
    use crate::engine::solve::tape::Symbolic;
    use crate::model::{Ask, Question};
    use crate::operator::BinaryOp;

    const LEVELS: [f64; 3] = [0.05, 0.5, 0.95];

    /// Records ten cumulative sums of random numbers, a difference of two of them, and a constant.
    fn recording() -> (Recording, Vec<RecordedValue>) {
        let mut recording = Recording::default();
        let spread = Distribution::new(Function::Normal, &[1.0, 2.0]).expect("a distribution");
        let mut wanted = Vec::new();
        let mut sum = Symbolic::Known(0.0);
        for n in 0..10 {
            let id = RandomId { name: format!("x{n}"), part: 0 };
            let drawn = recording.inputs.draw(id, &spread);
            let drawn = Symbolic::Node(recording.tape.input(drawn));
            sum = recording.tape.binary(Binary::Operator(BinaryOp::Add), sum, drawn);
            wanted.push(RecordedValue(sum));
        }
        wanted.push(recording.difference(wanted[9], wanted[3]));
        wanted.push(RecordedValue(Symbolic::Known(7.5)));
        (recording, wanted)
    }

    fn found(
        budget: Budget,
        draws: u64,
        kept: &[Statistics],
        method: Method,
    ) -> Vec<FoundStatistics> {
        let (recording, wanted) = recording();
        let wanted: Vec<(RecordedValue, Statistics)> =
            wanted.into_iter().zip(kept.iter().copied().cycle()).collect();
        let simulation = Simulation { draws, seed: 3, method };
        let work = Work {
            simulation: &simulation,
            solver: &Solver::default(),
            levels: &LEVELS,
            progress: &|_| {},
        };
        recording.simulate_in(budget, &wanted, &work).expect("draws")
    }

    #[test]
    fn statistics_have_the_same_bits_for_every_budget() {
        const ALL: [Statistics; 3] =
            [Statistics::Moments, Statistics::Quantiles, Statistics::Draws];
        const DRAWS: u64 = 9_001;
        let latin = Method::LatinHypercube { draws: DRAWS };
        let cases = [(Method::Plain, &ALL[..]), (latin, &ALL[..2]), (Method::Sobol, &ALL[1..2])];
        for (method, kept) in cases {
            let wanted = found(DEFAULT_BUDGET, DRAWS, kept, method);
            for (bytes, pilot) in [(300_000, 4 * LEAF), (1, 4 * LEAF), (1, 32 * LEAF)] {
                let small = found(Budget { bytes, pilot }, DRAWS, kept, method);
                for (n, (small, wanted)) in small.iter().zip(&wanted).enumerate() {
                    let case = format!("value {n}, {bytes} {pilot} {method:?}");
                    assert_eq!(
                        (small.moments, small.error),
                        (wanted.moments, wanted.error),
                        "{case}"
                    );
                    assert_eq!(small.quantiles, wanted.quantiles, "{case}");
                    assert!(small.draws == wanted.draws, "{case}");
                }
            }
        }
    }

    /// Draws that are counted first change no bit.
    #[test]
    fn counted_draws_narrow_brackets_of_one_machine() {
        const DRAWS: u64 = 40_001;
        let kept = [Statistics::Quantiles, Statistics::Quantiles, Statistics::Draws];
        let wanted = bits(&found(DEFAULT_BUDGET, DRAWS, &kept, Method::Plain));
        let small = Budget { bytes: 330_000, pilot: LEAF };
        assert!(bits(&found(small, DRAWS, &kept, Method::Plain)) == wanted);
        let simulation = Simulation { draws: DRAWS, seed: 3, method: Method::Plain };
        let work = Work {
            simulation: &simulation,
            solver: &Solver::default(),
            levels: &LEVELS,
            progress: &|_| {},
        };
        let (_, asked) = recording();
        let asked: Vec<_> = asked.into_iter().zip(kept.into_iter().cycle()).collect();
        let passes = Passes::fewest(small, &Requests::of(&asked).values, &work);
        assert!(passes.counted > 0 && passes.at_once > 4, "{passes:?}");
        // A budget for all values at once needs no counts.
        let large = Budget { bytes: 10_000_000, pilot: LEAF };
        assert_eq!(Passes::fewest(large, &Requests::of(&asked).values, &work).counted, 0);
    }

    #[test]
    fn statistics_agree_with_those_of_the_kept_draws() {
        let draws = found(DEFAULT_BUDGET, 10_000, &[Statistics::Draws], Method::Plain);
        let spreads = found(DEFAULT_BUDGET, 10_000, &[Statistics::Quantiles], Method::Plain);
        let moments = found(DEFAULT_BUDGET, 10_000, &[Statistics::Moments], Method::Plain);
        for ((draws, spread), moments) in draws.into_iter().zip(spreads).zip(moments) {
            let mut all = draws.draws;
            assert_eq!(all.len(), 10_000);
            assert_eq!(spread.moments, Moments::of(&all));
            assert_eq!(moments.moments, spread.moments);
            assert_eq!(spread.quantiles, quantiles(&mut all, &LEVELS));
            assert!(moments.quantiles.is_empty() && spread.draws.is_empty());
        }
    }

    /// A script with correlated quantities, a quantity drawn each year, and a price that is solved
    /// for, which is the last value.
    const SOLVED: &str = "years 2025..2026\nset s = a, b\nparam g[s] = normal(5%, 2%)\n\
        param size = uniform(0.5, 2)\nparam shock = triangular(-1, 0, 2) per year\n\
        correlate g[*], size = 0.4\ncorrelate g[a], g[b] = -0.3\n\
        var x[s]\nx[i] = size * (1 + g[i]) ^ 3 + shock\n\
        var p start 1\nsolve p so that p ^ 1.5 == (3 + sum(x[*])) / p\n\
        show x[a], x[a] - x[b], max(x[*]), p in 2026\n";

    /// Records the values that a script shows.
    pub(in super::super) fn recorded(script: &str) -> (Recording, Vec<RecordedValue>) {
        let model = crate::session::load("test.mizan", script).model.expect("a model");
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

    /// Returns the bits of all statistics, for exact comparison.
    pub(in super::super) fn bits(found: &[FoundStatistics]) -> Vec<u64> {
        let each = |found: &FoundStatistics| {
            let sums = [found.moments.mean, found.moments.sd(), found.error];
            sums.into_iter().chain(found.quantiles.clone()).chain(found.draws.clone())
        };
        found.iter().flat_map(each).map(f64::to_bits).collect()
    }

    /// Every method, with all draws kept, with quantiles from brackets, and with moments alone.
    #[test]
    fn threads_change_no_bit() {
        const SMALL: Budget = Budget { bytes: 1, pilot: 4 * LEAF };
        let (recording, wanted) = recorded(SOLVED);
        let (drawn, price) = wanted.split_at(wanted.len() - 1);
        let latin = |draws| Method::LatinHypercube { draws };
        for (wanted, draws, method, budget, kept) in [
            (drawn, 20_001, Method::Plain, DEFAULT_BUDGET, Statistics::Draws),
            (drawn, 20_001, Method::Plain, DEFAULT_BUDGET, Statistics::Moments),
            (drawn, 20_001, Method::Plain, SMALL, Statistics::Quantiles),
            (drawn, 20_001, latin(20_001), DEFAULT_BUDGET, Statistics::Draws),
            (drawn, 20_001, Method::Sobol, SMALL, Statistics::Quantiles),
            (price, 9_001, Method::Plain, SMALL, Statistics::Quantiles),
            (price, 9_001, latin(9_001), DEFAULT_BUDGET, Statistics::Draws),
        ] {
            let wanted: Vec<_> = wanted.iter().map(|&wanted| (wanted, kept)).collect();
            let simulation = Simulation { draws, seed: 3, method };
            let on = |threads: usize| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                let (simulation, solver) = (&simulation, &Solver::default());
                let work = Work { simulation, solver, levels: &LEVELS, progress: &|_| {} };
                let made = || recording.simulate_in(budget, &wanted, &work).expect("draws");
                bits(&pool.expect("threads").install(made))
            };
            let one = on(1);
            for threads in [2, 3, 8, 16] {
                assert!(
                    one == on(threads),
                    "{threads} threads, {simulation:?} {budget:?} {kept:?}"
                );
            }
        }
    }
}
