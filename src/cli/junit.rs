//! The results of `mizan test` as JUnit XML.
//!
//! A script is a suite; its run with the identities is one case, and each check is another. The document has no
//! times, so that equal results are equal files. `quick-junit` escapes texts and drops characters that XML
//! forbids.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::test::{IdentityTest, ScriptOutcome, Tested};
use crate::diagnostic::{Diagnostic, sanitize};
use crate::report;
use crate::results::{Answer, CheckOutcome};

/// Width of the texts in columns.
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

fn cases(outcome: &ScriptOutcome) -> Vec<TestCase> {
    match outcome {
        ScriptOutcome::Skipped { reason } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(*reason);
            vec![TestCase::new("run", status)]
        }
        ScriptOutcome::Failed { problems } => vec![TestCase::new("run", failed(problems))],
        ScriptOutcome::Ran { checks, identities } => {
            let run = TestCase::new("run", TestCaseStatus::success());
            let identities = identities.iter().map(identity);
            std::iter::once(run).chain(identities).chain(checks.iter().map(check)).collect()
        }
    }
}

/// Returns the JUnit status of a script that could not run.
fn failed(problems: &[Diagnostic]) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    let errors: Vec<_> = problems.iter().filter(|problem| problem.is_error()).collect();
    if let Some(first) = errors.first() {
        status.set_type(first.code.name()).set_message(sanitize(&first.message));
    }
    let lines = errors.iter().map(|one| format!("{}: {}", one.code, sanitize(&one.message)));
    status.set_description(lines.collect::<Vec<_>>().join("\n"));
    status
}

fn identity(identity: &IdentityTest) -> TestCase {
    let mut status = TestCaseStatus::success();
    if let Some(problem) = &identity.problem {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type("identity").set_message(sanitize(&problem.message));
    }
    TestCase::new(format!("identity {}", sanitize(&identity.name)), status)
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
