//! A report as one web page: everything in one file, nothing from a network.
//!
//! In: a report and its background. Out: the text of the page. `maud` escapes every text; the only parts
//! written as they are are the style sheet, the script, the charts (whose writer escapes) and the carried
//! object (`<` escaped). The page allows its own style sheet and script by their hash and nothing else, so
//! that markup in a name could not run even if it reached the page.

mod answers;
mod behind;
mod engine;
mod fragment;
mod parts;

pub use engine::PackedEngine;
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
/// Script that shows the values of charts at the pointer and with the arrow keys; memos and the live page use the same
/// script.
pub(super) const CHARTS: &str = include_str!("charts.js");
const SCRIPT: &str = concat!(include_str!("charts.js"), include_str!("page.js"));
/// Style sheet of a memo with the engine.
const LIVE_STYLE: &str = include_str!("live.css");
/// Script of a memo with the engine.
const LIVE_SCRIPT: &str = concat!(include_str!("engine.js"), include_str!("live.js"));

/// Leaves out indentation and lines of comments, which would only make the page larger.
fn compact(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Opening tag of the element with the embedded script, files, options and answers.
pub(super) const CARRIED: &str = "<script type=\"application/json\" id=\"mizan-memo\">";

/// Data that all parts of a page use.
#[derive(Clone, Copy)]
struct Context<'a> {
    report: &'a Report,
    background: &'a Background,
    page: Page,
    /// Width of the charts of the live page in pixels; None for a memo, which has two widths of each chart.
    live: Option<f64>,
}

impl Context<'_> {
    /// Finds the position of a scenario in the report by its shown name.
    fn scenario(&self, name: &str) -> Option<usize> {
        self.report.scenarios.iter().position(|scenario| clean(&scenario.name) == name)
    }

    fn levels(&self) -> &[f64] {
        self.report.sampling.as_ref().map_or(&[], |sampling| &sampling.levels)
    }
}

/// Writes a report as a web page; with `errors`, tables have standard errors and all quantiles. With an engine, the
/// page has sliders and computes its numbers itself.
pub(super) fn html(
    report: &Report,
    background: &Background,
    errors: bool,
    engine: Option<&PackedEngine>,
) -> String {
    let page = Page { width: usize::MAX, colour: false, errors };
    let context = Context { report, background, page, live: None };
    let style = style(report, engine.is_some());
    let policy = policy(&style, engine.is_some());
    let title = title(report, background);
    let whole = html! {
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
                (body(context))
                @if engine.is_some() { (engine::panel()) }
                (PreEscaped(CARRIED)) (PreEscaped(inert(report, background))) (PreEscaped("</script>"))
                // The script of the engine is first, because it stores the memo before anything changes it.
                @if let Some(engine) = engine {
                    (PreEscaped(engine.element()))
                    script { (PreEscaped(compact(LIVE_SCRIPT))) }
                }
                script { (PreEscaped(compact(SCRIPT))) }
            }
        }
    };
    let mut text = whole.into_string();
    text.push('\n');
    text
}

/// Renders the answers and the background.
fn body(context: Context<'_>) -> Markup {
    html! {
        main {
            (scenarios(context))
            (answers::results(context))
            (answers::checks(context))
            (behind::levers(context))
            (behind::assumptions(context))
            (behind::script(context))
            (behind::made(context))
        }
    }
}

/// Returns the content security policy: the page's own style sheet and scripts. The engine is compiled from bytes, in a
/// worker whose script is text of the page.
fn policy(style: &str, is_live: bool) -> String {
    let (style, script) = (policy_hash(style), policy_hash(&compact(SCRIPT)));
    let (scripts, worker) = match is_live {
        true => {
            let live = policy_hash(&compact(LIVE_SCRIPT));
            (format!("{script} {live} 'wasm-unsafe-eval'"), "; worker-src blob:")
        }
        false => (script, ""),
    };
    format!(
        "default-src 'none'; style-src {style}; script-src {scripts}{worker}; base-uri 'none'; form-action 'none'"
    )
}

/// Returns the style sheet: the common rules of all pages and charts, and a rule that hides each scenario.
fn style(report: &Report, is_live: bool) -> String {
    let hide =
        |n: usize| format!("body.off{n} .sheet [data-s=\"{n}\"],body.off{n} svg [data-s=\"{n}\"]");
    let hidden: Vec<String> = (0..report.scenarios.len()).map(hide).collect();
    let hidden = hidden.join(",");
    let live = if is_live { LIVE_STYLE } else { "" };
    format!("{STYLE}{hidden}{{display:none}}\n{}{live}", style_sheet())
}

/// Returns the embedded object as JSON that contains no character of markup.
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

/// Renders the title, the question and the answer, with the results of searches and checks.
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
            div id="outcome" { (answers::outcome(context)) }
        }
    }
}

/// Renders the scenarios with their changes in words.
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
