//! The trade library against numbers worked out without it: closed forms, hand calculation, published tables.

mod account;
mod accounts;
mod base_year;
mod corridors;
mod curves;
mod energy;
mod indicators;
mod inputs;
mod limits;
mod policy;
mod properties;
mod rationing;
mod tariffs;
mod ventures;

use mizan::analysis::answer;
use mizan::results::Answer;
use mizan::session::load;

/// Two partners and two sectors over 2024 to 2030, with the library.
pub(crate) const HEAD: &str =
    "years 2024..2030\ncurrency USD\nuse trade\nset partner = A, B\nset sector = cars, tools\n";

/// The value of each query, `EXPRESSION [for SCENARIO] in YEAR`, after the script.
pub(crate) fn ask<Q: AsRef<str>>(script: &str, queries: &[Q]) -> Vec<f64> {
    let shows = queries.iter().map(|query| format!("show {}\n", query.as_ref()));
    let text = format!("{script}\n{}", shows.collect::<String>());
    let program = load("test.mizan", &text);
    let model = program.model.unwrap_or_else(|| panic!("{:?}\n{text}", program.diagnostics));
    let report = answer(&model).unwrap_or_else(|problem| panic!("{problem:?}\n{text}"));
    let value = |answer: Answer| match answer {
        Answer::Show { panels } => panels[0].series[0].values[0],
        _ => None,
    };
    let values: Vec<f64> = report.answers.into_iter().filter_map(value).collect();
    assert_eq!(values.len(), queries.len(), "a value for each query");
    values
}

/// The code of the first problem of a script, in its check or its run.
pub(crate) fn problem(script: &str) -> Option<&'static str> {
    let program = load("test.mizan", script);
    match program.model {
        None => program.diagnostics.first().map(|found| found.code.name()),
        Some(model) => answer(&model).err().map(|found| found.code.name()),
    }
}

/// Fails unless the numbers agree within a share of the wanted one, or that much where it is 0.
pub(crate) fn close(found: f64, wanted: f64, tolerance: f64, what: &str) {
    let scale = if wanted == 0.0 { 1.0 } else { wanted.abs() };
    assert!((found - wanted).abs() <= tolerance * scale, "{what}: {found}, not {wanted}");
}

/// Asks for several values and compares them.
pub(crate) fn meets(script: &str, wanted: &[(&str, f64)], tolerance: f64) {
    let queries: Vec<&str> = wanted.iter().map(|(query, _)| *query).collect();
    for ((query, wanted), found) in wanted.iter().zip(ask(script, &queries)) {
        close(found, *wanted, tolerance, query);
    }
}
