//! The results of `mizan test` as JUnit XML.
//!
//! A script is a suite; its run with the identities is one case, and each check is another. The document has no
//! times, so that equal results are equal files. `quick-junit` escapes texts and drops characters that XML
//! forbids.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::test::{Outcome, Tested};
use crate::diagnostic::{Code, Diagnostic, sanitize};
use crate::report;
use crate::results::{Answer, CheckOutcome};

/// Width of texts in columns.
const WIDTH: usize = 100;

/// Builds the document.
///
/// # Errors
/// The document cannot be written to memory.
pub(super) fn junit(tested: &[Tested]) -> Result<String, SerializeError> {
    let mut document = Report::new("mizan test");
    for one in tested {
        let mut suite = TestSuite::new(&one.name);
        for mut case in cases(&one.outcome) {
            case.set_classname(&one.name);
            suite.add_test_case(case);
        }
        document.add_test_suite(suite);
    }
    document.to_string()
}

fn cases(outcome: &Outcome) -> Vec<TestCase> {
    match outcome {
        Outcome::Skipped { reason } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(*reason);
            vec![TestCase::new("run", status)]
        }
        Outcome::Failed { problems } => vec![TestCase::new("run", failed(problems))],
        Outcome::Ran { checks, identities } => {
            let mut run = TestCase::new("run", TestCaseStatus::success());
            run.set_assertions(identities.len());
            std::iter::once(run).chain(checks.iter().map(check)).collect()
        }
    }
}

/// The status of a script that could not be run. An identity that does not hold is a failure; everything else
/// is an error of the script.
fn failed(problems: &[Diagnostic]) -> TestCaseStatus {
    let mut errors = problems.iter().filter(|problem| problem.is_error()).peekable();
    let (code, message) = errors.peek().map_or(("", ""), |p| (p.code.name(), p.message.as_str()));
    let is_identity = code == Code::IdentityFails.name();
    let kind = if is_identity { NonSuccessKind::Failure } else { NonSuccessKind::Error };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(code).set_message(sanitize(message));
    let all: Vec<String> =
        errors.map(|p| format!("{}: {}", p.code, sanitize(&p.message))).collect();
    status.set_description(all.join("\n"));
    status
}

fn check(outcome: &CheckOutcome) -> TestCase {
    let mut status = TestCaseStatus::success();
    if !outcome.passed {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let text = report::answers(&[Answer::Check(outcome.clone())], None, WIDTH, false);
        let fails = outcome.cells.iter().filter(|cell| !cell.passed).count();
        status.set_type("check");
        status.set_message(format!("does not hold in {fails} of {} cells", outcome.compared));
        status.set_description(text);
    }
    let condition = outcome.condition.split_whitespace().collect::<Vec<_>>().join(" ");
    TestCase::new(format!("check {}", sanitize(&condition)), status)
}
