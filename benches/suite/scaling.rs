//! Growth of a simulation's time with the work.

use std::fmt::Write as _;
use std::hint::black_box;

use mizan::model::Model;

use crate::Effort;
use crate::api::{model, simulate};
use crate::timing::{in_turn, timed};
use crate::workload::script;

/// One size in a series: the parameter that grows, its ratio to the previous row, and the run.
struct Row {
    what: String,
    model: Model,
    draws: usize,
    threads: usize,
    /// Ratio of the work to that of the previous row; 0 for the first row of a series.
    work: f64,
}

fn rows(draws: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |what: String, size: [u32; 3], draws, threads, work| {
        let [sectors, years, scenarios] = size;
        let model = model(&script(sectors, years, scenarios));
        rows.push(Row { what, model, draws, threads, work });
    };
    for (n, threads) in [1, 2].into_iter().enumerate() {
        add(format!("{threads} threads"), [20, 12, 1], draws, threads, n as f64 / 2.0);
    }
    for (n, draws) in [draws / 100, draws / 10, draws].into_iter().enumerate() {
        add(format!("{draws} draws"), [20, 12, 1], draws, 2, if n > 0 { 10.0 } else { 0.0 });
    }
    for (n, times) in [1, 2, 4].into_iter().enumerate() {
        let (draws, work) = (draws / 10, if n > 0 { 2.0 } else { 0.0 });
        let years = 12 * times;
        add(format!("{} sectors", 20 * times), [20 * times, 12, 1], draws, 2, work);
        add(format!("{years} years"), [20, years, 1], draws, 2, work);
        add(format!("{times} scenarios"), [20, 12, times], draws, 2, work);
    }
    // Each series by itself; the sizes of a series stay in their order.
    rows[5..].sort_by_key(|row| row.what.rsplit(' ').next().map(str::to_owned));
    rows
}

pub(crate) fn run(effort: &Effort) -> String {
    let mut rows = rows(effort.draws);
    let times = in_turn(effort.rounds, &mut rows, |row| {
        timed(|| _ = black_box(simulate(&row.model, row.draws, row.threads)))
    });
    let mut out = String::from(
        "## Scaling of Mizan\n\nThe workload in other sizes. Time for the work: how many times as long \
         as the row before, over how many times the work; 1 is linear.\n\n\
         | size | draws | median, ms | least, ms | time for the work |\n|---|---|---|---|---|\n",
    );
    let mut before = f64::NAN;
    for (row, times) in rows.iter().zip(times) {
        let (median, least) = (times.median() * 1e3, times.least() * 1e3);
        let growth = if row.work > 0.0 {
            format!("{:.2}", least / before / row.work)
        } else {
            String::new()
        };
        _ = writeln!(out, "| {} | {} | {median:.1} | {least:.1} | {growth} |", row.what, row.draws);
        before = least;
    }
    out.push('\n');
    out
}
