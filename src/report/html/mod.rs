//! A report as one web page: everything in one file, nothing from a network.
//!
//! In: a report and its background. Out: the text of the page. `maud` escapes every text; the only parts
//! written as they are are the style sheet, the script, the charts (whose writer escapes) and the carried
//! object (`<` escaped). The page allows its own style sheet and script by their hash and nothing else, so
//! that markup in a name could not run even if it reached the page.

mod answers;
mod behind;
mod fragment;
mod parts;

pub(super) use fragment::fragment;
use maud::{DOCTYPE, Markup, PreEscaped, html};
pub use parts::PageParts;
pub(super) use parts::{page_style, parts};

use crate::results::{Answer, Background, Report};

use super::carried::{carried, policy_hash};
use super::page::{Page, clean};
use super::svg::style_sheet;
use super::words::{eyebrow, title};

const STYLE: &str = include_str!("page.css");
/// Shows the values of charts to the pointer and the keys; the live page has the same part.
pub(super) const CHARTS: &str = include_str!("charts.js");
const SCRIPT: &str = include_str!("page.js");

/// Opening tag of the element that carries script, files, options and answers.
pub(super) const CARRIED: &str = "<script type=\"application/json\" id=\"mizan-memo\">";

/// What the parts of a page share.
#[derive(Clone, Copy)]
struct Context<'a> {
    report: &'a Report,
    background: &'a Background,
    page: Page,
    /// Width of the charts of the live page in pixels; None for a memo, which has two widths of each chart.
    live: Option<f64>,
}

impl Context<'_> {
    /// Position of a scenario in the report, by its name as it is shown.
    fn scenario(&self, name: &str) -> Option<usize> {
        self.report.scenarios.iter().position(|scenario| clean(&scenario.name) == name)
    }

    fn levels(&self) -> &[f64] {
        self.report.sampling.as_ref().map_or(&[], |sampling| &sampling.levels)
    }
}

/// Writes a report as a web page; with `errors`, tables have standard errors and all quantiles.
pub(super) fn html(report: &Report, background: &Background, errors: bool) -> String {
    let page = Page { width: usize::MAX, colour: false, errors };
    let context = Context { report, background, page, live: None };
    let (style, script) = (style(report), format!("{CHARTS}{SCRIPT}"));
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        policy_hash(&style),
        policy_hash(&script)
    );
    let title = title(report, background);
    let body = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Mizan " (env!("CARGO_PKG_VERSION")) };
                title { (title) }
                style { (PreEscaped(style)) }
            }
            body {
                (head(context, &title))
                main {
                    (scenarios(context))
                    (answers::results(context))
                    (answers::checks(context))
                    (behind::levers(context))
                    (behind::assumptions(context))
                    (behind::script(context))
                    (behind::made(context))
                }
                (PreEscaped(CARRIED)) (PreEscaped(inert(report, background))) (PreEscaped("</script>"))
                script { (PreEscaped(&script)) }
            }
        }
    };
    let mut text = body.into_string();
    text.push('\n');
    text
}

/// The style sheet: that of all pages and charts, and a rule that hides each scenario.
fn style(report: &Report) -> String {
    let hide =
        |n: usize| format!("body.off{n} .sheet [data-s=\"{n}\"],body.off{n} svg [data-s=\"{n}\"]");
    let hidden: Vec<String> = (0..report.scenarios.len()).map(hide).collect();
    let hidden = hidden.join(",");
    format!("{STYLE}{hidden}{{display:none}}\n{}", style_sheet())
}

/// The carried object as JSON that contains no character of markup.
fn inert(report: &Report, background: &Background) -> String {
    let text = carried(report, background).to_string();
    let mut inert = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                inert.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => inert.push(c),
        }
    }
    inert
}

/// Title, question and answer, and what the searches and checks say.
fn head(context: Context<'_>, title: &str) -> Markup {
    let Context { report, background, .. } = context;
    html! {
        header {
            p.eyebrow { (eyebrow(report)) }
            h1 { (title) }
            @if !background.question.is_empty() {
                p.question { (clean(&background.question)) }
            }
            @if !background.answer.is_empty() {
                div.answer {
                    @for paragraph in &background.answer { p { (clean(paragraph)) } }
                }
            }
            (answers::outcome(context))
        }
    }
}

/// The scenarios with their changes in words.
fn scenarios(context: Context<'_>) -> Markup {
    let Context { report, background, .. } = context;
    if background.scenarios.is_empty() && report.fixed.is_empty() {
        return html! {};
    }
    html! {
        section id="scenarios" {
            h2 { "Scenarios" }
            div.scenarios {
                @for scenario in &background.scenarios {
                    article.card {
                        h3 { (clean(&scenario.name)) }
                        @if !scenario.title.is_empty() { p { (clean(&scenario.title)) } }
                        ul { @for change in &scenario.changes { li { (clean(change)) } } }
                    }
                }
            }
            @if !report.fixed.is_empty() {
                p { "Fixed:" }
                ul { @for sentence in &report.fixed { li { (clean(sentence)) } } }
            }
        }
    }
}

/// True for answers that are shown among the checks.
fn is_check(answer: &Answer) -> bool {
    answer.check().is_some()
}
