//! Mizan, through its public functions and through its command line.

use std::process::{Command, Stdio};

use mizan::analysis::answer;
use mizan::model::Model;
use mizan::results::{Answer, Report};
use mizan::session::load;

use crate::handwritten;
use crate::workload::script;

/// A script that has to be right.
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

/// The command line from start to exit, its output thrown away.
pub(crate) fn command(arguments: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_mizan"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.is_ok_and(|status| status.success()), "{arguments:?}");
}
