//! The second part of a page: levers, assumptions, sources, the script, and the way to verify the page.

use maud::{Markup, html};

use crate::report::carried::sha256;
use crate::report::page::clean;
use crate::results::{Assumption, LeverText};

use super::Context;
use super::answers::source;

/// Renders each lever with its description, fields and equations, folded.
pub(super) fn levers(context: Context<'_>) -> Markup {
    let levers = &context.background.levers;
    if levers.is_empty() {
        return html! {};
    }
    html! {
        section id="levers" {
            h2 { "Levers and formulas" }
            @for lever in levers { (lever_part(lever)) }
        }
    }
}

fn lever_part(lever: &LeverText) -> Markup {
    html! {
        details.lever {
            summary {
                b { (clean(&lever.name)) }
                @if !lever.title.is_empty() { ": " (clean(&lever.title)) }
                " " span.kind {
                    (clean(&lever.kind))
                    @if !lever.scenario.is_empty() { ", in " (clean(&lever.scenario)) }
                }
            }
            @if !lever.about.is_empty() { p { (clean(&lever.about)) } }
            @if !lever.fields.is_empty() {
                div.scroll tabindex="0" {
                    table.list {
                        thead { tr { th scope="col" { "Value" } th scope="col" { "Meaning" } } }
                        tbody {
                            @for (field, meaning) in &lever.fields {
                                tr { td { code { (clean(field)) } } td { (clean(meaning)) } }
                            }
                        }
                    }
                }
            }
            @if !lever.equations.is_empty() {
                p.label { "Equations" }
                ul.formulas { @for equation in &lever.equations { li { code { (clean(equation)) } } } }
            }
        }
    }
}

/// Renders the numbers of the script: first those without a source, then all; then the citations.
pub(super) fn assumptions(context: Context<'_>) -> Markup {
    let all = &context.background.assumptions;
    let without: Vec<&Assumption> = all.iter().filter(|one| one.sources.is_empty()).collect();
    let cited = all.len() - without.len();
    let sources = &context.report.sources;
    if all.is_empty() && sources.is_empty() {
        return html! {};
    }
    html! {
        section id="assumptions" {
            h2 { "Assumptions and sources" }
            @if !all.is_empty() {
                p { (cited) " of " (all.len()) " figures name a source." }
                @if !without.is_empty() {
                    h3 { "Figures without a source" }
                    (figures(&without))
                }
                @if cited > 0 {
                    details {
                        summary { "All figures with their sources" }
                        (figures(&all.iter().collect::<Vec<_>>()))
                    }
                }
            }
            @if !sources.is_empty() {
                h3 { "Sources" }
                dl.sources {
                    @for note in sources {
                        div id={ "source-" (clean(&note.key)) } {
                            dt { "@" (clean(&note.key)) }
                            dd { (clean(&note.citation)) }
                        }
                    }
                }
            }
        }
    }
}

fn figures(figures: &[&Assumption]) -> Markup {
    html! {
        div.scroll tabindex="0" {
            table.list {
                thead {
                    tr {
                        th scope="col" { "Figure" }
                        th scope="col" { "Value" }
                        th scope="col" { "Belongs to" }
                        th scope="col" { "Source" }
                        th.number scope="col" { "Line" }
                    }
                }
                tbody {
                    @for one in figures {
                        tr {
                            td { code { (clean(&one.name)) } }
                            td { (clean(&one.value)) }
                            td { (clean(&one.owner)) }
                            td {
                                @if one.sources.is_empty() { span.missing { "no source" } }
                                @for key in &one.sources { (source(key)) " " }
                            }
                            td.number { (one.line) }
                        }
                    }
                }
            }
        }
    }
}

/// Renders the script with line numbers, folded.
pub(super) fn script(context: Context<'_>) -> Markup {
    let Some(script) = context.background.inputs.first() else { return html! {} };
    let text = String::from_utf8_lossy(&script.bytes);
    html! {
        section id="script" {
            h2 { "The script" }
            details {
                summary { (clean(&script.name)) ", " (text.lines().count()) " lines" }
                div.scroll tabindex="0" {
                    pre.script { @for line in text.lines() { code { (crate::diagnostic::sanitize(line)) "\n" } } }
                }
            }
        }
    }
}

/// Renders version, seed, options and the hash of each input, and the way to verify the page.
pub(super) fn made(context: Context<'_>) -> Markup {
    let (background, options) = (context.background, &context.background.options);
    let years = options.years.map(|(from, to)| format!("{from}..{to}"));
    html! {
        section id="made" {
            h2 { "How this was made" }
            dl.made {
                div { dt { "Program" } dd { "Mizan " (env!("CARGO_PKG_VERSION")) } }
                @if let Some(sampling) = &context.report.sampling {
                    div { dt { "Draws" } dd { (sampling.draws) ", " (clean(&sampling.method)) ", seed " (sampling.seed) } }
                } @else {
                    div { dt { "Draws" } dd { "none: every distribution has its median" } }
                }
                @if !options.scenarios.is_empty() {
                    div { dt { "Scenarios chosen" } dd { (clean(&options.scenarios.join(", "))) } }
                }
                @if let Some(years) = years { div { dt { "Years chosen" } dd { (years) } } }
                @for edit in &options.set { div { dt { "Value replaced" } dd { code { (clean(edit)) } } } }
                @if !options.question.is_empty() {
                    div { dt { "Question" } dd { code { (clean(&options.question)) } } }
                }
            }
            div.scroll tabindex="0" {
                table.list {
                    thead { tr { th scope="col" { "Input" } th scope="col" { "SHA-256" } th.number scope="col" { "Bytes" } } }
                    tbody {
                        @for input in &background.inputs {
                            tr {
                                td { (clean(&input.name)) }
                                td { code.hash { (sha256(&input.bytes)) } }
                                td.number { (input.bytes.len()) }
                            }
                        }
                    }
                }
            }
            p.remark {
                "This page carries the script and its data. " code { "mizan verify" }
                " runs them again and compares every number; " code { "mizan open" } " gives them back."
            }
        }
    }
}
