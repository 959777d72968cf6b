//! The parts of the live page that show the answers of a run: the same markup as in a memo, answer by answer, so
//! that the page can replace those that changed.

use maud::html;

use crate::report::figure;
use crate::report::page::Page;
use crate::report::svg::style_sheet;
use crate::results::{Background, Report};

use super::{Context, STYLE, answers, is_check};

/// The answers of a run as markup in which all texts are escaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageParts {
    /// The identities that do not hold, the answers of searches in sentences, and how many checks hold.
    pub outcome: String,
    /// Charts and tables of each answer, in the order of the report; empty for a check.
    pub answers: Vec<String>,
    /// The checks with the numbers that decided them; empty without checks.
    pub checks: String,
}

/// Writes the answers of a report; charts are `width` pixels wide. With `errors`, tables have standard errors and all
/// quantiles.
pub(in crate::report) fn parts(report: &Report, width: f64, errors: bool) -> PageParts {
    let page = Page { width: usize::MAX, colour: false, errors };
    let background = Background::default();
    let context = Context { report, background: &background, page, live: Some(width) };
    let drawn = figure::of_answers(&report.answers, context.levels());
    let answer = |(answer, figures)| {
        let part =
            html! { @if !is_check(answer) { (answers::of_answer(context, answer, figures)) } };
        part.into_string()
    };
    PageParts {
        outcome: answers::outcome(context).into_string(),
        answers: report.answers.iter().zip(drawn.iter().map(Vec::as_slice)).map(answer).collect(),
        checks: answers::checks(context).into_string(),
    }
}

/// Returns the style sheet of memos and of the live page.
pub(in crate::report) fn page_style() -> String {
    format!("{STYLE}{}", style_sheet())
}
