//! The outcome of a script: the codes that it gives and whether its checks pass.

use mizan::analysis::answer;
use mizan::results::Answer;
use mizan::session::Program;

/// Returns the codes of the check and of the run, and true if the run answers and all checks pass.
pub(crate) fn outcome(program: Program) -> (Vec<&'static str>, bool) {
    let mut found = program.diagnostics;
    let mut passed = false;
    if let Some(model) = &program.model {
        match answer(model) {
            Ok(report) => {
                passed = report.answers.iter().all(|answer| match answer {
                    Answer::Check(check) => check.passed,
                    _ => true,
                });
                found.extend(report.problems().cloned());
            }
            Err(problem) => found.push(problem),
        }
    }
    (found.iter().map(|one| one.code.name()).collect(), passed)
}
