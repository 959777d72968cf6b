//! Hostile and careless input: each test is named after its input, and checks the exact codes.

mod names;
mod numbers;
mod resources;
mod size;
mod stack;
mod text;

use std::time::{Duration, Instant};

use mizan::diagnostic::{Diagnostic, Style, render};
use mizan::session;

const YEARS: &str = "years 2024..2035\ncurrency USD\n";

/// Returns the diagnostics of the check.
fn said(text: &str) -> Vec<Diagnostic> {
    session::load("a.mizan", text).diagnostics
}

fn codes(text: &str) -> Vec<&'static str> {
    said(text).iter().map(|found| found.code.name()).collect()
}

/// The codes of the check and, where that finds no error, of the run.
fn run(text: &str) -> Vec<Diagnostic> {
    let mut program = session::load("a.mizan", text);
    if let Some(model) = &program.model
        && let Err(problem) = mizan::analysis::answer(model)
    {
        program.diagnostics.push(problem);
    }
    program.diagnostics
}

fn run_codes(text: &str) -> Vec<&'static str> {
    run(&format!("{YEARS}{text}")).iter().map(|found| found.code.name()).collect()
}

fn check_codes(text: &str) -> Vec<&'static str> {
    codes(&format!("{YEARS}{text}"))
}

/// Fails if the work takes as long as no careful checker needs, debug build included.
fn soon<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
    result
}

/// Returns the messages in plain text.
fn render_plain(found: &[Diagnostic]) -> String {
    let mut sources = mizan::source::SourceMap::default();
    sources.add("a.mizan", "");
    render(found, &sources, Style::Plain, 80)
}

/// Runs on a thread with the stack that threads have by default.
fn on_a_small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(2 << 20);
        thread.spawn_scoped(scope, work).expect("a thread").join().expect("no overflow")
    })
}
