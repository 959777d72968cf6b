//! Workload W by all programs in turn, from random numbers to exact quantiles.

use std::fmt::Write as _;
use std::time::Instant;

use crate::peers::Peer;
use crate::timing::{Times, in_turn};
use crate::workload::YEARS;
use crate::{Effort, Sample};
use crate::{api, handwritten};

/// Mean and quantiles of the last year, and the standard error of each with one draw: statistics
/// that came from as many draws by any right program lie within a few of them.
const EXPECTED: [f64; 4] = [1348.35, 179.1, 1342.7, 2536.7];
const ERRORS: [f64; 4] = [716.0, 1500.0, 900.0, 1500.0];

struct Program {
    name: &'static str,
    threads: usize,
    draws: usize,
    simulate: Box<dyn FnMut(usize) -> Sample>,
    last: [f64; 4],
}

impl Program {
    fn run(&mut self) -> f64 {
        let sample = (self.simulate)(self.draws);
        self.last = sample.statistics[YEARS - 1];
        let root = (self.draws as f64).sqrt();
        for ((found, expected), error) in self.last.iter().zip(EXPECTED).zip(ERRORS) {
            let off = (found - expected).abs();
            // The expected figures are rounded, and have errors of their own.
            assert!(off < 0.3 + 5.0 * error / root, "{}: {:?}", self.name, self.last);
        }
        eprintln!("{}, {} threads: {:.3} s", self.name, self.threads, sample.seconds);
        sample.seconds
    }
}

/// The programs whose names hold `only`, and the versions of what they use.
fn programs(draws: usize, only: &str) -> (Vec<Program>, Vec<String>) {
    let mut versions = Vec::new();
    let mut all = Vec::new();
    let mut add = |name, threads, draws, simulate| {
        all.push(Program { name, threads, draws, simulate, last: [0.0; 4] });
    };
    for threads in [2, 1] {
        let simulate = move |draws| api::through_functions(draws, threads);
        add("Mizan, public functions", threads, draws, Box::new(simulate));
    }
    let simulate = |draws| api::through_command(draws, 2);
    add("Mizan, command line", 2, draws, Box::new(simulate));
    for threads in [2, 1] {
        let simulate = move |draws| timed(|| handwritten::simulate(draws, threads));
        add("hand-written Rust, lanes of 256", threads, draws, Box::new(simulate));
    }
    let python = [
        ("numba", "numba_loop.py", Some("2"), 2, draws),
        ("numba", "numba_loop.py", Some("1"), 1, draws),
        ("numpy, chunks of 1,024 draws", "numpy_arrays.py", Some("1024"), 1, draws),
        ("numpy, whole arrays", "numpy_arrays.py", None, 1, draws),
        ("Python", "pure_python.py", None, 1, draws.min(5_000)),
    ];
    for (name, script, argument, threads, draws) in python {
        if !name.contains(only) {
            continue;
        }
        let mut peer = Peer::start(script, argument);
        versions.append(&mut peer.versions);
        add(name, threads, draws, Box::new(move |draws| peer.simulate(draws)));
    }
    versions.sort();
    versions.dedup();
    all.retain(|program: &Program| program.name.contains(only));
    assert!(!all.is_empty(), "no program's name holds `{only}`");
    (all, versions)
}

fn timed(work: impl FnOnce() -> crate::Statistics) -> Sample {
    let start = Instant::now();
    let statistics = work();
    Sample { seconds: start.elapsed().as_secs_f64(), statistics }
}

/// Measures all engines; returns the table, and the versions of the peers.
pub(crate) fn run(effort: &Effort, only: &str) -> (String, Vec<String>) {
    let (mut programs, versions) = programs(effort.draws, only);
    let times = in_turn(effort.rounds, &mut programs, Program::run);
    (table(&programs, &times, effort), versions)
}

fn table(programs: &[Program], times: &[Times], effort: &Effort) -> String {
    let a_draw = |seconds: f64, program: &Program| seconds * 1e9 / program.draws as f64;
    let first = a_draw(times[0].median(), &programs[0]);
    let least = a_draw(times[0].least(), &programs[0]);
    let mut out = format!(
        "## Workload W, {} draws\n\nNanoseconds a draw, from random numbers to exact quantiles; all \
         programs in turn, {} rounds. Ratios are to the first row.\n\n\
         | program | threads | median | ratio | least | ratio | mean | 5% | 50% | 95% |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
        effort.draws, effort.rounds
    );
    for (program, times) in programs.iter().zip(times) {
        let (median, fastest) = (a_draw(times.median(), program), a_draw(times.least(), program));
        _ = write!(
            out,
            "| {} | {} | {median:.0} | {:.2} | {fastest:.0} | {:.2} ",
            program.name,
            program.threads,
            median / first,
            fastest / least
        );
        program.last.iter().for_each(|value| _ = write!(out, "| {value:.1} "));
        out.push_str("|\n");
    }
    out.push('\n');
    out
}
