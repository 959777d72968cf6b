//! Sobol's shares of workload W: Mizan and SALib, with equal base points.

use std::fmt::Write as _;
use std::time::Instant;

use mizan::results::{Answer, Effects};

use crate::Effort;
use crate::api::{model, simulate};
use crate::peers::Peer;
use crate::timing::in_turn;
use crate::workload::SCRIPT;

/// The inputs by sector; `opens` is the only other one.
const GROUPS: [&str; 4] = ["import_growth", "export_growth", "elasticity", "local"];
const SECTORS: usize = crate::workload::SECTORS;

/// `sensitivity` takes no fewer base points.
const LEAST_POINTS: usize = 256;

/// First and total share of an input, and half of the width of their intervals.
type Row = [f64; 4];

/// A name, a number of threads, and a run that returns its seconds.
type Program = (&'static str, usize, Box<dyn FnMut() -> f64>);

/// Mizan's shares in SALib's order of inputs, and the seconds from text to answer.
fn mizan(points: usize, threads: usize) -> (f64, Vec<Row>) {
    let script = SCRIPT.replace("\nshow balance\n", "\nsensitivity of balance by sobol in 2035\n");
    let start = Instant::now();
    let report = simulate(&model(&script), points, threads);
    let seconds = start.elapsed().as_secs_f64();
    let Some(Answer::Sensitivity { tables }) = report.answers.first() else { panic!("no shares") };
    let Some(Effects::Sobol { inputs, sample, .. }) = tables.first().map(|table| &table.effects)
    else {
        panic!("not by Sobol's method")
    };
    assert_eq!(sample.points, points);
    let shares = |name: &str| -> Row {
        let found = inputs.iter().find(|input| input.note.input == name);
        found.map_or([0.0; 4], |input| {
            [input.first.value, input.total.value, input.first.margin, input.total.margin]
        })
    };
    let names = GROUPS.iter().flat_map(|group| (0..SECTORS).map(move |s| format!("{group}[s{s}]")));
    (seconds, names.chain(["opens".to_owned()]).map(|name| shares(&name)).collect())
}

/// SALib's margins are those of a bootstrap, too narrow for points of a sequence, hence five of them and a hundredth.
fn agree(ours: &[Row], theirs: &[Row]) {
    assert_eq!(ours.len(), theirs.len());
    for (n, (a, b)) in ours.iter().zip(theirs).enumerate() {
        let off = (a[1] - b[1]).abs();
        assert!(off < 0.01 + 5.0 * a[3].max(b[3]), "input {n}: {a:?} and {b:?}");
    }
}

/// The table, and the versions of the peer.
pub(crate) fn run(effort: &Effort) -> (String, Vec<String>) {
    let points = (effort.draws / 1024).next_power_of_two().max(LEAST_POINTS);
    let mut peer = Peer::start("salib_sobol.py", None);
    let theirs = peer.simulate(points).statistics;
    let (_, ours) = mizan(points, 2);
    agree(&ours, &theirs);
    let versions = peer.versions.clone();
    let mut programs: Vec<Program> = vec![
        ("Mizan, public functions", 2, Box::new(move || mizan(points, 2).0)),
        ("Mizan, public functions", 1, Box::new(move || mizan(points, 1).0)),
        ("SALib, model in numpy", 1, Box::new(move || peer.simulate(points).seconds)),
    ];
    let times = in_turn(effort.rounds, &mut programs, |(_, _, work)| work());
    let mut out = format!(
        "## Sobol's shares of workload W, {points} base points, {} inputs\n\nFrom the text to shares with intervals; first and total \
         shares, no pairs. The total shares agree within their intervals.\n\n\
         | program | threads | median, ms | least, ms | ratio of the least |\n|---|---|---|---|---|\n",
        ours.len()
    );
    for ((name, threads, _), each) in programs.iter().zip(&times) {
        let (median, least) = (each.median() * 1e3, each.least() * 1e3);
        let ratio = each.least() / times[0].least();
        _ = writeln!(out, "| {name} | {threads} | {median:.1} | {least:.1} | {ratio:.2} |");
    }
    out.push('\n');
    (out, versions)
}
