//! A report in Typst, from which `typst compile` makes a PDF.
//!
//! In: a report and its background. Out: one file, which is the template `memo.typ` behind two strings: the object
//! that the memo carries, and the texts, numbers and charts that the template sets. Texts are data for Typst and never
//! markup, so that no name can be a command. The same report gives the same bytes.

mod behind;

use serde_json::{Value, json};

use crate::results::{Answer, Background, Report};

use super::carried::carried;
use super::figure::{self, Figure};
use super::grid::{Grid, Row};
use super::page::{Page, clean};
use super::svg::sentence;
use super::tables::tables;
use super::titled::Titled;
use super::words::{eyebrow, said, title, with_minus};
use super::{broken, check, sampling};

const TEMPLATE: &str = include_str!("memo.typ");
/// The first line, which identifies a memo.
pub(super) const HEAD: &str =
    "// A memo by Mizan. Typst 0.14 or later makes the PDF: typst compile memo.typ\n";
/// The beginning of the string that carries script, files, options and answers.
pub(super) const CARRIED: &str = "\n#let carried = ";
/// Width of a chart in pixels.
const WIDTH: f64 = 720.0;

/// Writes a report in Typst; with `errors`, tables have standard errors and all quantiles.
pub(super) fn typst(report: &Report, background: &Background, errors: bool) -> String {
    let page = Page { width: usize::MAX, colour: false, errors };
    let carried = quoted(&carried(report, background).to_string());
    let shown = quoted(&shown(report, background, page).to_string());
    format!("{HEAD}{CARRIED}{carried}\n#let shown = {shown}\n\n{TEMPLATE}")
}

/// Reads the embedded string of a memo; None if it has none.
pub(super) fn carried_text(memo: &str) -> Option<String> {
    let (_, rest) = memo.split_once(CARRIED)?;
    let mut text = String::new();
    let mut letters = rest.strip_prefix('"')?.chars();
    loop {
        match letters.next()? {
            '"' => return Some(text),
            '\\' => text.push(letters.next()?),
            c => text.push(c),
        }
    }
}

/// Converts JSON text to a string of Typst. Escapes characters that are invisible or change the direction of others, so
/// that a reader of the source sees the strings as they are.
fn quoted(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 8);
    out.push('"');
    for c in json.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => out.push_str(&format!("\\\\u{:04x}", u32::from(c))),
            c if c.is_control() => out.push_str(&format!("\\\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Returns the data that the template shows.
fn shown(report: &Report, background: &Background, page: Page) -> Value {
    let broken = broken::mark(&report.broken_identities).map(|(heading, lines)| {
        json!({ "heading": heading, "lines": lines.iter().map(|line| with_minus(line)).collect::<Vec<_>>() })
    });
    let said: Vec<String> =
        report.answers.iter().filter_map(said).map(|text| with_minus(&text)).collect();
    let scenarios = background.scenarios.iter().map(|one| {
        json!({ "name": clean(&one.name), "title": clean(&one.title), "changes": cleaned(&one.changes) })
    });
    json!({
        "eyebrow": eyebrow(report),
        "title": title(report, background),
        "question": clean(&background.question),
        "answer": cleaned(&background.answer),
        "broken": broken,
        "said": said,
        "scenarios": scenarios.collect::<Vec<_>>(),
        "fixed": cleaned(&report.fixed),
        "simulated": simulated(report, page),
        "results": results(report, page),
        "checks": report.answers.iter().filter_map(checked).collect::<Vec<_>>(),
        "levers": behind::levers(background),
        "assumptions": behind::assumptions(background),
        "sources": behind::sources(report),
        "made": behind::made(report, background),
        "inputs": behind::inputs(background),
        "script": behind::script(background),
    })
}

fn cleaned(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| clean(text)).collect()
}

/// Describes the sampling method, seed and number of draws; empty without a simulation.
fn simulated(report: &Report, page: Page) -> String {
    let Some(simulation) = &report.sampling else { return String::new() };
    let spreads: Vec<_> = report.answers.iter().flat_map(sampling::spreads).collect();
    let lines = sampling::line(simulation, &spreads, page);
    sentence(&lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" "))
}

/// Charts and tables in the order of the script. The values of a `chart` are not repeated in a table.
fn results(report: &Report, page: Page) -> Vec<Value> {
    let levels = report.sampling.as_ref().map_or(&[][..], |sampling| &sampling.levels);
    let drawn = figure::of_answers(&report.answers, levels);
    let mut results = Vec::new();
    for (answer, figures) in report.answers.iter().zip(&drawn) {
        results.extend(figures.iter().map(chart));
        let is_drawn = !figures.is_empty() && matches!(answer, Answer::Chart { .. });
        if !is_drawn {
            results.extend(tables(answer, levels, page).iter().map(table));
        }
    }
    results
}

fn chart(figure: &Figure) -> Value {
    let notes: Vec<String> = figure.notes.iter().map(|note| sentence(note)).collect();
    json!({
        "kind": "chart",
        "title": figure.title,
        "subtitle": figure.subtitle,
        "svg": figure.plots(WIDTH),
        "alternative": figure.alternative,
        "notes": notes,
    })
}

fn table(table: &Titled) -> Value {
    let remarks: Vec<String> = table.remarks.iter().map(|remark| with_minus(remark)).collect();
    json!({
        "kind": "table",
        "title": table.title,
        "remarks": remarks,
        "groups": groups(&table.grid),
        "columns": table.grid.columns.iter().map(|column| &column.heading).collect::<Vec<_>>(),
        "rows": rows(&table.grid),
        "sentence": with_minus(&table.sentence),
    })
}

/// Returns the groups of columns, each with its number of columns; empty if no column has a group.
fn groups(grid: &Grid) -> Vec<Value> {
    if grid.columns.iter().all(|column| column.group.is_empty()) {
        return Vec::new();
    }
    let runs = grid.columns.chunk_by(|a, b| a.group == b.group);
    let group = |run: &[super::grid::Column]| json!({ "name": run.first().map_or("", |column| &column.group), "count": run.len() });
    runs.map(group).collect()
}

fn rows(grid: &Grid) -> Vec<Value> {
    let mut is_ruled = false;
    let row = |row: &Row| match row {
        Row::Cells(label, cells) => {
            let name = label.trim_start();
            let cells: Vec<String> = cells.iter().map(|cell| with_minus(cell)).collect();
            Some(json!({
                "label": name,
                "indent": label.len() - name.len(),
                "cells": cells,
                "ruled": std::mem::take(&mut is_ruled),
            }))
        }
        Row::Rule => {
            is_ruled = true;
            None
        }
    };
    grid.rows.iter().filter_map(row).collect()
}

fn checked(answer: &Answer) -> Option<Value> {
    let outcome = answer.check()?;
    let (words, failures) = check::words(outcome);
    Some(json!({
        "holds": outcome.passed,
        "condition": clean(&outcome.condition),
        "sources": cleaned(&outcome.sources),
        "words": with_minus(&words),
        "failures": failures.iter().map(|line| with_minus(line)).collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_read_back_and_ends_where_it_ends() {
        let json = r##"{"a":"\"#panic()\" \\ \n $x$","b":"é"}"##;
        let memo = format!("{HEAD}{CARRIED}{}\n#let shown = \"{{}}\"", quoted(json));
        assert_eq!(carried_text(&memo).as_deref(), Some(json));
        assert_eq!(carried_text("= A memo"), None);
        assert_eq!(carried_text(&format!("{CARRIED}\"no end")), None);
    }

    #[test]
    fn letters_that_cannot_be_seen_are_escaped() {
        assert_eq!(quoted("\"\u{202e}x\u{200b}\""), "\"\\\"\\\\u202ex\\\\u200b\\\"\"");
        // The string of Typst has the escapes of JSON, which give the letters back.
        let text = carried_text(&format!("{CARRIED}{}", quoted("\"\u{202e}\""))).expect("a text");
        assert_eq!(serde_json::from_str::<String>(&text).expect("JSON"), "\u{202e}");
    }
}
