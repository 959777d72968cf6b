//! Simultaneous and forward-looking models, against published numbers and closed forms.

use mizan::analysis::answer;
use mizan::diagnostic::Diagnostic;
use mizan::results::{Answer, Report};
use mizan::session::load;

fn report(script: &str) -> Result<Report, Diagnostic> {
    let program = load("test.mizan", script);
    let model = program.model.unwrap_or_else(|| panic!("{:#?}", program.diagnostics));
    answer(&model)
}

/// Runs a script; every check in it must hold.
fn holds(script: &str) {
    let report = report(script).unwrap_or_else(|problem| panic!("{problem:#?}"));
    let text = mizan::report::text(&report, 100, false);
    let mut checks = report.answers.iter().filter_map(|answer| match answer {
        Answer::Check(check) => Some(check.passed),
        _ => None,
    });
    assert!(checks.next().is_some_and(|passed| passed) && checks.all(|passed| passed), "{text}");
}

#[test]
fn two_equations_of_one_year_are_solved() {
    holds(
        "years 2024..2025\nvar x\nvar y\nx = 10 - 2 * y\ny = x / 2\n\
         check x == 5 within 0.000000000001\ncheck y == 2.5 within 0.000000000001\n",
    );
}

#[test]
fn godley_and_lavoies_model_sim_meets_its_published_path() {
    holds(
        "years 0..60\nparam a1 = 0.6\nparam a2 = 0.4\nparam theta = 0.2\nparam G = 20\n\
         var Y\nvar T\nvar YD\nvar C\nvar H\n\
         Y = C + G\nT = theta * Y\nYD = Y - T\nC = a1 * YD + a2 * H[t-1]\nC[0] = 0\nY[0] = 0\nH[0] = 0\n\
         H = H[t-1] + YD - C\n\
         identity balance: H - H[t-1] == G - T\n\
         check Y in 1 == 38.461538461538 within 0.000000000001\n\
         check Y in 2 == 47.928994082840 within 0.000000000001\n\
         check Y in 3 == 55.939918070096 within 0.000000000001\n\
         check Y in 60 == 100 within 0.01\n",
    );
}
