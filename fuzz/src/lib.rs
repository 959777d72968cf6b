//! Entry points for fuzzing: one function for each way in which text enters Mizan.
//!
//! A function returns on every input, or panics: a crash, an endless loop or a broken promise is then a finding.
//! `fuzz_targets/` calls the functions with inputs that a fuzzer invents; `tests/language/corpus.rs` calls them with
//! the corpus, so that `cargo test` replays it.

use std::time::Duration;

use mizan::data::MemoryFiles;
use mizan::engine::Stop;
use mizan::partial::{Counts, Partial, merge};
use mizan::report::{ReportFormat, Setting};
use mizan::rerun::Repeated;
use mizan::results::Input;
use mizan::session::{Reach, Session, load, load_with};
use mizan::source::SourceId;
use mizan::syntax;
use sha2::{Digest as _, Sha256};

/// Time after which a run is interrupted.
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

/// Reads a document, and repeats the run that it describes.
pub fn document(bytes: &[u8]) {
    let Ok(carried) = mizan::report::carried_in(bytes) else { return };
    let input = |input: &mizan::report::CarriedInput| Input {
        name: input.name.clone(),
        bytes: input.bytes.clone().unwrap_or_default(),
    };
    let inputs: Vec<Input> = carried.inputs.iter().map(input).collect();
    let stop = interrupted_later();
    if let Ok(repeated) = Repeated::of(&carried, &inputs, &|_| {}, &stop) {
        let setting = Setting { width: 80, colour: false, errors: false, excel: None };
        let format = mizan::report::format_of(bytes).and_then(ReportFormat::named);
        let anew = format.and_then(|format| {
            let background = || repeated.background(inputs, &carried.options);
            format.write(&repeated.report, background, setting).ok()
        });
        let _ = mizan::report::seen_differences(bytes, &anew.unwrap_or_default());
    }
    stop.raise();
}

/// Reads a part of a simulation and merges it. The last bytes are replaced by the SHA-256 of the others: a damaged part
/// is refused by its hash, and what is tested here is a part that somebody made up.
pub fn part(bytes: &[u8]) {
    let _ = Partial::read(bytes);
    let Some(whole) = bytes.len().checked_sub(32).and_then(|end| bytes.get(..end)) else { return };
    let mut made_up = whole.to_vec();
    made_up.extend(Sha256::digest(whole));
    let Ok(part) = Partial::read(&made_up) else { return };
    let _ = Counts::join(vec![("a.counts".to_owned(), part.clone())]);
    let Ok(whole) = merge(vec![("a.part".to_owned(), part)]) else { return };
    let stop = interrupted_later();
    let (program, ..) = whole.load();
    if let Some(model) = &program.model {
        let _ = whole.answer(model, &|_| {}, &stop);
    }
    stop.raise();
}

/// Answers a message of the live page.
pub fn page(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let stop = interrupted_later();
    let answer = mizan::page::answer_with(text, &Reach::default(), &stop);
    stop.raise();
    assert!(
        serde_json::from_str::<serde_json::Value>(&answer).is_ok(),
        "an answer that is not JSON"
    );
}

/// Makes a flag that is raised after [`PATIENCE`].
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
