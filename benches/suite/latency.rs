//! Waiting time of a user: scripts read, checked and run, in the process and from start to exit.

use std::fmt::Write as _;
use std::hint::black_box;

use mizan::session::load;

use crate::api::{command, model, run};
use crate::models::gravity;
use crate::peers::python;
use crate::timing::{in_turn, timed};
use crate::workload::{SCRIPT, long};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/azerbaijan_china.mizan");

/// A name, an aim in milliseconds, and what is timed.
type Row = (&'static str, Option<f64>, Box<dyn Fn()>);

fn rows() -> Vec<Row> {
    let text = long(10_000);
    model(&text);
    let (w, equilibrium) = (model(SCRIPT), model(&gravity(40, "4")));
    let python = |code: &'static str| {
        Box::new(move || assert!(python().args(["-c", code]).status().is_ok_and(|s| s.success())))
    };
    vec![
        (
            "10,000 lines parsed and checked",
            Some(150.0),
            Box::new(move || {
                black_box(load("long.mizan", &text));
            }),
        ),
        (
            "workload W at its medians, checked before",
            None,
            Box::new(move || {
                black_box(run(&w));
            }),
        ),
        (
            "equilibrium of 40 countries, two scenarios",
            Some(100.0),
            Box::new(move || {
                black_box(run(&equilibrium));
            }),
        ),
        (
            "`mizan run` of the example, start to exit",
            Some(10.0),
            Box::new(|| {
                command(&["run", EXAMPLE]);
            }),
        ),
        (
            "the same with 10,000 draws",
            Some(20.0),
            Box::new(|| {
                command(&["run", EXAMPLE, "--draws", "10000"]);
            }),
        ),
        ("Python, start to exit", None, python("pass")),
        ("Python with `import numpy`, start to exit", None, python("import numpy")),
    ]
}

pub(crate) fn run_all(rounds: usize) -> String {
    let mut rows = rows();
    let times = in_turn(4 * rounds + 1, &mut rows, |(_, _, work)| timed(work));
    let mut out = String::from(
        "## Waiting\n\n| what | aim, ms | median, ms | least, ms |\n|---|---|---|---|\n",
    );
    for ((name, aim, _), times) in rows.iter().zip(times) {
        let aim = aim.map_or(String::new(), |aim| format!("{aim}"));
        let (median, least) = (times.median() * 1e3, times.least() * 1e3);
        _ = writeln!(out, "| {name} | {aim} | {median:.2} | {least:.2} |");
    }
    out
}
