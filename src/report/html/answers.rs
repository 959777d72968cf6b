//! The answers of a page: tables, charts, sentences, and the checks with their results.

use maud::{Markup, PreEscaped, html};

use crate::report::figure::{self, Figure, histogram_name};
use crate::report::grid::{Grid, Row};
use crate::report::page::clean;
use crate::report::panel::{Names, charted};
use crate::report::svg::{Marking, sentence};
use crate::report::tables::tables;
use crate::report::titled::Titled;
use crate::report::words::{said, with_minus};
use crate::report::{broken, check, sampling, sweep, why};
use crate::results::{Answer, CheckOutcome, Panel, WhyTree};

use super::{Context, is_check};

/// Widths of a chart in pixels: on a large screen and on paper, and on a telephone.
const WIDTHS: [(&str, f64); 2] = [("wide", 720.0), ("narrow", 350.0)];

/// Renders the outcome of a run: identities that do not hold, the sentences of searches, and the number of checks that
/// hold.
pub(super) fn outcome(context: Context<'_>) -> Markup {
    let checks: Vec<&CheckOutcome> = outcomes(context).collect();
    let failing = checks.iter().filter(|check| !check.passed).count();
    let said = context.report.answers.iter().filter_map(said);
    html! {
        (contradictions(context))
        @for sentence in said { p.found { (with_minus(&sentence)) } }
        @if failing > 0 {
            p.fails { a href="#checks" { (failing) " of " (checks.len()) " checks fail." } }
        } @else if checks.len() == 1 {
            p.holds { a href="#checks" { "The check holds." } }
        } @else if !checks.is_empty() {
            p.holds { a href="#checks" { "All " (checks.len()) " checks hold." } }
        }
    }
}

/// Renders the identities that do not hold.
pub(super) fn contradictions(context: Context<'_>) -> Markup {
    html! {
        @if let Some((heading, lines)) = broken::mark(&context.report.broken_identities) {
            div.broken {
                p { (heading) ":" }
                ul { @for line in &lines { li { (with_minus(line)) } } }
            }
        }
    }
}

fn outcomes(context: Context<'_>) -> impl Iterator<Item = &CheckOutcome> {
    context.report.answers.iter().filter_map(Answer::check)
}

/// Renders all answers except the checks, in the order of the script.
pub(super) fn results(context: Context<'_>) -> Markup {
    let answers = || context.report.answers.iter().filter(|answer| !is_check(answer));
    if answers().next().is_none() {
        return html! {};
    }
    let drawn = figure::of_answers(&context.report.answers, context.levels());
    html! {
        section id="results" {
            h2 { "Results" }
            div id="switches" {}
            @if let Some(simulation) = &context.report.sampling {
                p.remark.simulated { (simulated(context, simulation)) }
            }
            @for (number, (answer, figures)) in context.report.answers.iter().zip(&drawn).enumerate() {
                @if !is_check(answer) {
                    div data-answer=(number) { (of_answer(context, answer, figures)) }
                }
                (explained(context, number))
            }
        }
    }
}

/// Describes the sampling method, seed and number of draws.
fn simulated(context: Context<'_>, simulation: &crate::results::Sampling) -> String {
    let spreads: Vec<_> = context.report.answers.iter().flat_map(sampling::spreads).collect();
    let lines = sampling::line(simulation, &spreads, context.page);
    let text = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    sentence(&text)
}

/// Renders an answer: charts first; the table below a chart is folded.
pub(super) fn of_answer(context: Context<'_>, answer: &Answer, figures: &[Figure]) -> Markup {
    let markings = markings(context, answer, figures.len());
    let tables = tables(answer, context.levels(), context.page);
    let folded = !figures.is_empty() && matches!(answer, Answer::Chart { .. });
    html! {
        @for (figure, marking) in figures.iter().zip(&markings) { (chart(context, figure, marking)) }
        @if folded {
            details.values {
                summary { "The values of " @if figures.len() == 1 { "this chart" } @else { "these charts" } }
                @for one in &tables { (table(context, one)) }
            }
        } @else {
            @for one in &tables { (table(context, one)) }
        }
        @if let Answer::Sweep { .. } = answer { p { (with_minus(&said(answer).unwrap_or_default())) } }
    }
}

/// Renders the values of a table in the last year; each unfolds to the values and equations behind it.
fn explained(context: Context<'_>, number: usize) -> Markup {
    let trees = context.background.explained.get(number).map_or(&[][..], Vec::as_slice);
    let Some(first) = trees.first() else { return html! {} };
    let has_draws = context.report.sampling.is_some();
    html! {
        details.values.explained {
            summary { "Where the values of " (first.year) " come from" }
            @if has_draws { p.remark { "Every distribution has its median here." } }
            @for tree in trees { (traced(context, tree)) }
        }
    }
}

fn traced(context: Context<'_>, tree: &WhyTree) -> Markup {
    let Titled { title, grid: values, sentence, .. } = why::table(tree);
    html! {
        details.lever {
            summary { (title) }
            (grid(context, &values))
            ul.formulas { @for equation in why::equations(tree) { li { code { (clean(equation)) } } } }
            p { (with_minus(&sentence)) }
        }
    }
}

/// Returns a marking for each chart of an answer: the scenario of each line. On the live page each line of a chart over
/// the years also has its expression.
fn markings(context: Context<'_>, answer: &Answer, charts: usize) -> Vec<Marking> {
    let mut markings = vec![marking(context, answer); charts];
    let panels = match answer {
        Answer::Show { panels } | Answer::Chart { panels } => panels.as_slice(),
        Answer::Distribution { .. }
        | Answer::Sweep { .. }
        | Answer::Check(_)
        | Answer::Compare { .. }
        | Answer::Find(_)
        | Answer::Calibrate(_)
        | Answer::Discover(_)
        | Answer::Robust(_)
        | Answer::Why { .. }
        | Answer::Sensitivity { .. } => &[],
    };
    // A panel without a chart would shift the lines of those after it.
    if context.live.is_some() && panels.len() == charts {
        for (marking, panel) in markings.iter_mut().zip(panels) {
            let names = Names::of(panel);
            let expression = |series| (names.line(series), clean(&series.label));
            marking.expressions = panel.series.iter().map(expression).collect();
        }
    }
    markings
}

/// Returns the scenario of each line in an answer's charts.
fn marking(context: Context<'_>, answer: &Answer) -> Marking {
    let scenarios = match answer {
        Answer::Show { panels } => panels.iter().flat_map(lines).collect(),
        Answer::Chart { panels } => charted(panels).iter().flat_map(lines).collect(),
        Answer::Distribution { histograms } => {
            let named = |of: &crate::results::Histogram| -> Vec<(String, String)> {
                let line = |one| (histogram_name(of, one), clean(&one.scenario));
                of.series.iter().map(line).collect()
            };
            histograms.iter().flat_map(named).collect()
        }
        Answer::Sweep { tables, .. } => {
            tables.iter().map(|one| (sweep::name(one, tables), clean(&one.scenario))).collect()
        }
        Answer::Check(_)
        | Answer::Compare { .. }
        | Answer::Find(_)
        | Answer::Calibrate(_)
        | Answer::Discover(_)
        | Answer::Robust(_)
        | Answer::Why { .. }
        | Answer::Sensitivity { .. } => Vec::new(),
    };
    let number = |(line, scenario): (String, String)| Some((line, context.scenario(&scenario)?));
    Marking {
        scenarios: scenarios.into_iter().filter_map(number).collect(),
        expressions: Vec::new(),
    }
}

fn lines(panel: &Panel) -> Vec<(String, String)> {
    let names = Names::of(panel);
    panel.series.iter().map(|series| (names.line(series), clean(&series.scenario))).collect()
}

/// Renders a chart with its texts: in two widths, one of which a memo shows, or in the width of the live page.
fn chart(context: Context<'_>, figure: &Figure, marking: &Marking) -> Markup {
    let live = context.live.map(|width| [("live", width)]);
    let widths = live.as_ref().map_or(&WIDTHS[..], |live| &live[..]);
    html! {
        figure.chart {
            figcaption {
                h3 { (figure.title) }
                @if !figure.subtitle.is_empty() { p.remark { (figure.subtitle) } }
            }
            @for (class, width) in widths {
                div class=(class) { (PreEscaped(figure.element(*width, marking))) }
            }
            @for note in &figure.notes { p.remark { (sentence(note)) } }
        }
    }
}

/// Renders a table with its heading.
pub(super) fn table(context: Context<'_>, table: &Titled) -> Markup {
    html! {
        figure.table {
            figcaption { h3 { (table.title) } }
            @for remark in &table.remarks { p.remark { (with_minus(remark)) } }
            @if !table.grid.columns.is_empty() { (grid(context, &table.grid)) }
            @if !table.sentence.is_empty() { p { (with_minus(&table.sentence)) } }
        }
    }
}

fn grid(context: Context<'_>, grid: &Grid) -> Markup {
    let has_groups = grid.columns.iter().any(|column| !column.group.is_empty());
    let scenarios: Vec<Option<usize>> = grid
        .columns
        .iter()
        .map(|column| match column.group.as_str() {
            // A column below a group of another name stays, because its group does.
            "" => context.scenario(&column.heading),
            group => context.scenario(group),
        })
        .collect();
    let mut after_rule = false;
    let rows: Vec<(&str, &[String], bool)> = grid
        .rows
        .iter()
        .filter_map(|row| match row {
            Row::Cells(label, cells) => {
                Some((label.as_str(), cells.as_slice(), std::mem::take(&mut after_rule)))
            }
            Row::Rule => {
                after_rule = true;
                None
            }
        })
        .collect();
    html! {
        div.scroll tabindex="0" {
            table.sheet {
                thead {
                    @if has_groups {
                        tr {
                            td {}
                            @for run in groups(grid) {
                                th.group colspan=(run.len()) data-s=[scenarios.get(run.start).copied().flatten()] {
                                    (grid.columns.get(run.start).map_or("", |column| &column.group))
                                }
                            }
                        }
                    }
                    tr {
                        td {}
                        @for (column, scenario) in grid.columns.iter().zip(&scenarios) {
                            th scope="col" data-s=[scenario] { (column.heading) }
                        }
                    }
                }
                tbody {
                    @for (label, cells, is_ruled) in rows {
                        tr.ruled[is_ruled] {
                            th scope="row" class=[indent(label)] { (label.trim_start()) }
                            @for (cell, scenario) in cells.iter().zip(&scenarios) {
                                td data-s=[scenario] { (with_minus(cell)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Returns the ranges of adjacent columns that belong to one group.
fn groups(grid: &Grid) -> Vec<std::ops::Range<usize>> {
    let mut start = 0;
    let run = |run: &[crate::report::grid::Column]| {
        let range = start..start + run.len();
        start = range.end;
        range
    };
    grid.columns.chunk_by(|a, b| a.group == b.group).map(run).collect()
}

/// Returns the CSS class of an indented label.
fn indent(label: &str) -> Option<&'static str> {
    match label.len() - label.trim_start().len() {
        0 => None,
        1..=3 => Some("in"),
        _ => Some("in2"),
    }
}

/// Renders the checks with the numbers that decided them.
pub(super) fn checks(context: Context<'_>) -> Markup {
    let checks: Vec<&CheckOutcome> = outcomes(context).collect();
    if checks.is_empty() {
        return html! {};
    }
    html! {
        section id="checks" {
            h2 { "Checks" }
            div.scroll tabindex="0" {
                table.list {
                    thead { tr { th scope="col" { "Result" } th scope="col" { "Check" } th scope="col" { "Numbers" } } }
                    tbody { @for check in checks { (check_row(check)) } }
                }
            }
        }
    }
}

fn check_row(outcome: &CheckOutcome) -> Markup {
    let (words, failures) = check::words(outcome);
    html! {
        tr {
            td { @if outcome.passed { span.ok { "holds" } } @else { span.fail { "fails" } } }
            td {
                code { (clean(&outcome.condition)) }
                @for key in &outcome.sources { " " (source(key)) }
            }
            td {
                (with_minus(&words))
                @if !failures.is_empty() { ul { @for line in failures { li { (with_minus(&line)) } } } }
            }
        }
    }
}

/// Renders the key of a source as a link to its citation.
pub(super) fn source(key: &str) -> Markup {
    let key = clean(key);
    html! { a.source href={ "#source-" (key) } { "@" (key) } }
}
