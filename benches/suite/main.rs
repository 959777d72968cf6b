//! The benchmark suite: workload W in Mizan, by hand and in the peers' programs, in one run.
//!
//! Large and solved models follow in the same way.
//!
//! `just bench` runs it and writes `benches/RESULTS.md`; `just bench-quick` takes fewer draws and
//! writes `target/tmp/RESULTS.md`; both print. `cargo bench --bench suite -- NAME` measures the programs whose names hold NAME. What
//! each part measures is said in `benches/README.md`; with `--large` only the large models whose names hold NAME are
//! measured, with `--sobol` only Sobol's shares.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it reports as it goes")]

mod api;
mod contest;
mod handwritten;
mod large;
mod latency;
mod machine;
mod models;
mod peers;
mod scaling;
mod sobol;
mod timing;
mod workload;

/// Mean, 5%, 50% and 95% quantile of the balance, year by year.
type Statistics = Vec<[f64; 4]>;

/// The result of one measured simulation.
struct Sample {
    seconds: f64,
    statistics: Statistics,
}

/// The amount of measurement: sizes and repetitions.
struct Effort {
    draws: usize,
    rounds: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let only = arguments.iter().find(|argument| !argument.starts_with("--"));
    let effort = if quick {
        Effort { draws: 20_000, rounds: 3 }
    } else {
        Effort { draws: 1_000_000, rounds: 5 }
    };
    if arguments.iter().any(|argument| argument == "--large") {
        println!("{}", large::run(effort.rounds, only.map_or("", String::as_str)));
        return;
    }
    if arguments.iter().any(|argument| argument == "--sobol") {
        println!("{}", sobol::run(&effort).0);
        return;
    }
    api::check_medians();
    let (contest, mut versions) = contest::run(&effort, only.map_or("", String::as_str));
    let sobol = only.is_none().then(|| sobol::run(&effort));
    let shares = sobol.map_or(String::new(), |(table, more)| {
        versions.extend(more);
        versions.sort();
        versions.dedup();
        table
    });
    let mut page = format!(
        "# Results of `just bench`\n\n{}\n{contest}{shares}",
        machine::described(&versions)
    );
    if only.is_none() {
        page.push_str(&scaling::run(&effort));
        page.push_str(&latency::run_all(effort.rounds));
        page.push_str(&large::run(effort.rounds, ""));
    }
    println!("{page}");
    if only.is_none() {
        let file = if quick {
            concat!(env!("CARGO_TARGET_TMPDIR"), "/RESULTS.md")
        } else {
            concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md")
        };
        std::fs::write(file, page).unwrap_or_else(|found| panic!("{file}: {found}"));
    }
}
