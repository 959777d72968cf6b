//! The benchmark suite: workload W in Mizan, by hand and in the peers' programs, in one run.
//!
//! `just bench` runs it and writes `benches/RESULTS.md`; `just bench-quick` takes fewer draws and
//! only prints. What each part measures is said in `benches/README.md`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it reports as it goes")]

mod api;
mod contest;
mod handwritten;
mod latency;
mod machine;
mod peers;
mod timing;
mod workload;

/// Mean, 5%, 50% and 95% quantile of the balance, year by year.
type Statistics = Vec<[f64; 4]>;

/// One simulation.
struct Sample {
    seconds: f64,
    statistics: Statistics,
}

/// How much is measured.
struct Effort {
    draws: usize,
    rounds: usize,
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let effort = if quick {
        Effort { draws: 20_000, rounds: 3 }
    } else {
        Effort { draws: 1_000_000, rounds: 5 }
    };
    api::check_medians();
    let (contest, versions) = contest::run(&effort);
    let latency = latency::run_all(effort.rounds);
    let page = format!(
        "# Results of `just bench`\n\n{}\n{contest}\n{latency}",
        machine::described(&versions)
    );
    println!("{page}");
    if !quick {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/RESULTS.md");
        std::fs::write(file, page).unwrap_or_else(|found| panic!("{file}: {found}"));
    }
}
