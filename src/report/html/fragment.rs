//! The answers as a fragment of a web page, for a notebook.
//!
//! The fragment brings its own style sheet, whose rules reach nothing outside it, and no script.

use maud::{Markup, PreEscaped, html};

use crate::report::figure::{self, Figure};
use crate::report::page::{Page, clean};
use crate::report::tables::tables;
use crate::report::words::{said, with_minus};
use crate::results::{Answer, Background, Report};

use super::{Context, answers, is_check};

const STYLE: &str = include_str!("fragment.css");

/// Writes the answers of a report: charts, tables and checks, in the order of the script.
pub(in crate::report) fn fragment(report: &Report) -> String {
    let page = Page { width: usize::MAX, colour: false, errors: false };
    let background = Background::default();
    let context = Context { report, background: &background, page, live: None };
    let drawn = figure::of_answers(&report.answers, context.levels());
    let title = clean(&report.title);
    let body = html! {
        div.mizan {
            style { (PreEscaped(STYLE)) }
            @if !title.is_empty() { p.title { (title) } }
            (answers::contradictions(context))
            @for (answer, figures) in report.answers.iter().zip(&drawn) {
                @if !is_check(answer) { (of_answer(context, answer, figures)) }
            }
            (answers::checks(context))
        }
    };
    body.into_string()
}

/// Renders an answer: charts first; the table below a chart is folded.
fn of_answer(context: Context<'_>, answer: &Answer, figures: &[Figure]) -> Markup {
    let tables = tables(answer, context.levels(), context.page);
    let folded = !figures.is_empty() && matches!(answer, Answer::Chart { .. });
    let tables = html! { @for one in &tables { (answers::table(context, one)) } };
    html! {
        @for figure in figures { div.picture { (PreEscaped(figure.svg())) } }
        @if folded {
            details { summary { "Values" } (tables) }
        } @else {
            (tables)
        }
        @if let (true, Some(sentence)) = (figures.is_empty(), said(answer)) {
            p { (with_minus(&sentence)) }
        }
    }
}
