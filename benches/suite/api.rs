//! Mizan, through its public functions and through its command line.

use std::process::{Command, Stdio};
use std::time::Instant;

use mizan::analysis::{answer, answer_with};
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::model::Model;
use mizan::results::{Answer, Report};
use mizan::session::load;
use rayon::ThreadPoolBuilder;
use serde_json::Value;

use crate::workload::{SCRIPT, script};
use crate::{Sample, Statistics, handwritten};

/// Loads a script that must be correct.
pub(crate) fn model(text: &str) -> Model {
    let program = load("workload.mizan", text);
    let wrong = program.diagnostics.first().map(|found| found.message.clone());
    program.model.unwrap_or_else(|| panic!("{wrong:?}"))
}

/// The script says what the loop by hand says, where no number is random.
pub(crate) fn check_medians() {
    let report = run(&model(&script(20, 12, 1)));
    let Some(Answer::Show { panels }) = report.answers.first() else { panic!("it shows nothing") };
    let found = panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.values);
    let wanted = handwritten::medians();
    assert_eq!(found.clone().count(), wanted.len());
    for (found, wanted) in found.zip(wanted) {
        let off = (found.unwrap_or(f64::NAN) / wanted - 1.0).abs();
        assert!(off < 1e-12, "{found:?} is not {wanted}");
    }
}

pub(crate) fn run(model: &Model) -> Report {
    answer(model).unwrap_or_else(|found| panic!("{}", found.message))
}

/// Makes a simulation through the public functions.
pub(crate) fn simulate(model: &Model, draws: usize, threads: usize) -> Report {
    let simulation = Simulation { draws: draws as u64, seed: 1, method: Method::Plain };
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be had");
    let report = pool.install(|| answer_with(model, Some(&simulation), &|_| {}));
    report.unwrap_or_else(|found| panic!("{}", found.message))
}

/// The workload through the public functions, from the text on.
pub(crate) fn through_functions(draws: usize, threads: usize) -> Sample {
    let start = Instant::now();
    let report = simulate(&model(SCRIPT), draws, threads);
    let seconds = start.elapsed().as_secs_f64();
    let Some(Answer::Show { panels }) = report.answers.first() else { panic!("it shows nothing") };
    let spreads = panels.iter().flat_map(|panel| &panel.series).flat_map(|series| &series.spread);
    let statistics = spreads.map(|spread| {
        let spread = spread.as_ref().expect("every year has a balance");
        let [low, _, middle, _, high] = spread.quantiles[..] else { panic!("five quantiles") };
        [spread.mean, low, middle, high]
    });
    Sample { seconds, statistics: statistics.collect() }
}

/// Runs the workload through the command line, from start to exit.
pub(crate) fn through_command(draws: usize, threads: usize) -> Sample {
    let (draws, threads) = (draws.to_string(), threads.to_string());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/workload/w.mizan");
    let mut run = Command::new(env!("CARGO_BIN_EXE_mizan"));
    run.args(["run", script, "--format", "json", "--draws", &draws]);
    let start = Instant::now();
    let output = run.env("RAYON_NUM_THREADS", threads).output().expect("it starts");
    let seconds = start.elapsed().as_secs_f64();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer: Value = serde_json::from_slice(&output.stdout).expect("it answers in JSON");
    let series = &answer["answers"][0]["panels"][0]["series"][0];
    let row = |spread: &Value| {
        let level = |n: usize| spread["quantiles"][n].as_f64();
        [spread["mean"].as_f64(), level(0), level(2), level(4)].map(|x| x.unwrap_or(f64::NAN))
    };
    let statistics: Statistics =
        series["spread"].as_array().expect("a spread for each year").iter().map(row).collect();
    Sample { seconds, statistics }
}

/// The command line from start to exit, its output thrown away.
pub(crate) fn command(arguments: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_mizan"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.is_ok_and(|status| status.success()), "{arguments:?}");
}
