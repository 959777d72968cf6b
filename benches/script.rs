//! Time to read and check a long script, and to run a short one.
//!
//! `cargo bench --bench script`. Aims: 10,000 lines parsed and checked in 150 ms; the example from the start of the
//! process to its end in 20 ms.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot run has to stop")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::process::{Command, Stdio};

use divan::Bencher;
use mizan::source::SourceId;

fn main() {
    divan::main();
}

/// A script of about `lines` lines, in the mix in which scripts are written: a head, then sets with
/// their parameters, tables, variables, equations, levers, scenarios and queries.
fn script(lines: usize) -> String {
    let mut out = String::from(
        "years 2024..2035\ncurrency USD\nsource book \"A yearbook\"\nset region = north, south, east\n\
         total volume[region]: USD\nfactor price[region]\n\
         block levy on r: region \"A levy\" {\n  rate: percent path \"Rate\"\n  pass: percent = 100%\n  \
         price[r] *= 1 + pass * rate\n  volume[r] += 5 mn USD * rate[first]\n}\n",
    );
    let mut n = 0;
    let mut written = 12;
    while written + 33 <= lines {
        let start = out.len();
        section(&mut out, n);
        written += out[start..].lines().count();
        n += 1;
    }
    out
}

fn section(out: &mut String, n: usize) {
    write!(
        out,
        "
# Section {n}
set good{n} = machinery{n}, vehicles{n}, metals{n}, textiles{n}
param base{n}[good{n}] = {{
  | good{n}      | value: mn USD |
  | machinery{n} | 1_708.7       |
  | vehicles{n}  | 469.3         |
  | metals{n}    | 330.7         |
  | textiles{n}  | 422.2         |
}}
param growth{n}[good{n}] = {{ machinery{n}: 21% then 5% from 2026, vehicles{n}: 8% -> 2% over 2026..2030 s_curve, else: 3% }} @book
param wage{n} = [2024: 5%, 2027: 3%, 2030: 1%]
param answer{n} = triangular(-2, -1.6, -1)  # of demand to the price

## Demand for the goods of section {n}.
var demand{n}[good{n}]: USD
demand{n}[g, first] = base{n}[g]
demand{n}[g] = demand{n}[g, t-1] * (1 + growth{n}[g]) * (1 + wage{n}) ^ answer{n}
var market{n}: USD
market{n} = sum(g in good{n}: demand{n}[g])
var share{n}[good{n}]: percent
share{n}[g] = div(demand{n}[g], market{n}, else: 0)
var sold{n}[region]: USD
sold{n}[r] = if price[r] > 1 then market{n} / price[r] else market{n} * 0.5
levy duty{n} on north, south \"Levy of section {n}\" @book {{
  rate: 9.4% -> 0% over 2026..2029
  pass: 80%
}}
scenario change{n} \"What section {n} changes\" {{
  duty{n}.rate[north] = 5%
  growth{n}[vehicles{n}] = 9% in 2028..2030
}}
show market{n}, share{n}[*] for change{n} in 2024..2030
check sum(demand{n}[*]) in 2024 == 2_930.9 mn USD within 0.1% @book
",
    )
    .unwrap();
}

fn long() -> String {
    let text = script(10_000);
    let program = mizan::session::load("long.mizan", &text);
    assert!(program.model.is_some(), "{:?}", program.diagnostics.first());
    text
}

#[divan::bench(sample_count = 20)]
fn parse(bencher: Bencher) {
    let text = long();
    bencher.bench(|| mizan::syntax::parse(SourceId(0), black_box(&text)));
}

#[divan::bench(sample_count = 20)]
fn parse_and_check(bencher: Bencher) {
    let text = long();
    bencher.bench(|| mizan::session::load("long.mizan", black_box(&text)));
}

#[divan::bench(sample_count = 10)]
fn format(bencher: Bencher) {
    let text = long();
    bencher.bench(|| mizan::syntax::format(SourceId(0), black_box(&text)));
}

/// From the start of the process to its end.
#[divan::bench(sample_count = 50)]
fn run_the_example(bencher: Bencher) {
    bencher.bench(|| {
        let status = Command::new(env!("CARGO_BIN_EXE_mizan"))
            .args(["run", concat!(env!("CARGO_MANIFEST_DIR"), "/examples/azerbaijan_china.mizan")])
            .stdout(Stdio::null())
            .status();
        assert!(status.is_ok_and(|status| status.code() == Some(0)));
    });
}
