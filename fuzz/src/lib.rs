//! What a fuzzer feeds to Mizan, one function for each door by which text comes in.
//!
//! A function returns on every input, or panics: a crash, an endless loop or a broken promise is then a
//! finding. `fuzz_targets/` calls them with what a fuzzer makes up; `tests/language/corpus.rs` calls them
//! with the corpus, so that `cargo test` replays it.

use std::time::Duration;

use mizan::data::MemoryFiles;
use mizan::engine::Stop;
use mizan::session::{Reach, Session, load, load_with};
use mizan::source::SourceId;
use mizan::syntax;

/// How long one run may take before it is interrupted.
const PATIENCE: Duration = Duration::from_secs(2);

/// Parses, checks, and runs a script that reads no file.
pub fn script(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let program = load("fuzz.mizan", text);
    if let Some(model) = &program.model {
        let stop = interrupted_later();
        let answer = mizan::analysis::answer_until(model, None, &|_| {}, &stop);
        stop.raise();
        if let Ok(report) = answer {
            let shown = mizan::report::text(&report, 80, false);
            assert!(!shown.contains('\u{1b}'), "an escape character in a report");
        }
    }
    assert!(
        program.model.is_some() || program.diagnostics.iter().any(|found| found.is_error()),
        "no model and no error"
    );
}

/// Formats a script; what was formatted stays as it is when it is formatted again.
pub fn format(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(once) = syntax::format(SourceId(0), text) {
        let twice = syntax::format(SourceId(0), &once);
        assert_eq!(twice.as_deref().ok(), Some(once.as_str()), "formatted twice");
    }
}

/// Reads a data file by way of a script that names its columns.
pub fn data(bytes: &[u8]) {
    const SCRIPT: &str = "years 2020..2023\ncurrency USD\nset country = A, B\n\
        param x[country]: mn USD = data(\"f.csv\", country: country, year: year, value: value, \
        unit: mn USD, missing: 0)\nshow x[*]\n";
    let mut files = MemoryFiles::default();
    files.add("f.csv", bytes);
    let program = load_with("fuzz.mizan", SCRIPT, &files);
    if let Some(model) = &program.model {
        let _ = mizan::analysis::answer(model);
    }
}

/// Enters lines at the prompt, one after another, in a small model.
pub fn prompt(bytes: &[u8]) {
    const SCRIPT: &str = "years 2020..2023\ncurrency USD\nset s = a, b\nparam p[s] = 1\nvar x[s]\n\
        x[i, first] = 1\nx[i] = x[i, t-1] * (1 + p[i])\nscenario high { p[a] = 2 }\n";
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok((mut session, _)) = Session::load("fuzz.mizan", SCRIPT, Reach::default()) else {
        unreachable!("the model is right")
    };
    for line in text.lines().take(8) {
        let stop = interrupted_later();
        session.until(stop.clone());
        let _ = session.complete(line, line.len());
        let _ = session.enter(line);
        stop.raise();
    }
    for _ in 0..8 {
        let _ = session.undo();
    }
}

/// A flag that is raised after [`PATIENCE`].
fn interrupted_later() -> Stop {
    let stop = Stop::new();
    let flag = stop.clone();
    std::thread::spawn(move || {
        let start = std::time::Instant::now();
        while !flag.is_raised() && start.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(50));
        }
        flag.raise();
    });
    stop
}
