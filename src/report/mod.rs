//! A [`Report`] as text, JSON, CSV, pictures, a page, a workbook, Markdown, LaTeX and Typst.
//!
//! In go plain values, out comes text; nothing is read from or written to anywhere. The text is a
//! memo for a terminal of any width; JSON and CSV carry the values unrounded, in base units. No
//! value, name or width makes any of them fail.

mod audit;
mod broken;
mod calibrate;
mod canvas;
mod carried;
mod chart;
mod check;
mod compare;
mod compare_years;
mod csv_file;
mod decimal;
mod differences;
mod discover;
mod export;
mod fan;
pub mod figure;
mod find;
mod formats;
mod frame;
mod grid;
mod heat_map;
mod histogram;
mod html;
mod latex;
mod legend;
mod line;
#[cfg(feature = "xlsx")]
mod live;
mod markdown;
mod number;
mod page;
mod panel;
#[cfg(feature = "png")]
mod png;
mod read_back;
mod robust;
mod sampling;
mod scale;
mod sensitivity;
mod sources;
mod spread;
mod spread_table;
mod svg;
mod sweep;
mod sweep_text;
mod table;
mod table_layout;
mod tables;
#[cfg(test)]
mod tests;
mod titled;
mod trace;
mod typst;
mod waterfall;
mod why;
mod words;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use audit::{audit_json, audit_text};
pub use carried::{Carried, CarriedInput, NotCarried, sha256};
pub use differences::ValueDifferences;
pub use export::{csv, json};
pub use formats::{
    CannotWrite, DecimalSign, FORMATS, ReportFormat, Setting, document_endings, endings, instead_of,
};
pub use html::{PackedEngine, PageParts};
pub use line::{change, difference, exact, quantity, range};
#[cfg(feature = "xlsx")]
pub use live::live_workbook;
#[cfg(feature = "png")]
pub use png::{PngPicture, png_pictures};
pub use read_back::{carried_in, format_of, seen_differences};
pub use svg::{Picture, pictures, svg};
pub use trace::trace;

use rayon::prelude::*;

use crate::results::{Answer, Background, BrokenIdentity, Report, Sampling};

use page::Page;

/// Renders the report as a memo: title, scenarios, answers and sources, separated by blank lines. Writes escape
/// sequences only if `colour`.
pub fn text(report: &Report, width: usize, colour: bool) -> String {
    memo(report, Setting { width, colour, errors: false, excel: None })
}

/// Renders the report as [`text`] does; with standard errors if the setting asks for them.
fn memo(report: &Report, setting: Setting) -> String {
    let Setting { width, colour, errors, excel: _ } = setting;
    let page = Page { width, colour, errors };
    let mut parts = vec![sources::title(report, page)];
    parts.push(broken::lines(&report.broken_identities, page));
    parts.push(sources::scenarios(report, page));
    parts.push(sources::repeated(report, page));
    parts.push(sources::fixed(report, page));
    parts.extend(all_parts(&report.answers, report.sampling.as_ref(), page));
    parts.push(sources::sources(report, page));
    joined(&parts)
}

/// Renders answers as [`text`] does, without title and sources; empty for no answers.
pub fn answers(
    answers: &[Answer],
    sampling: Option<&Sampling>,
    width: usize,
    colour: bool,
) -> String {
    let parts = all_parts(answers, sampling, Page { width, colour, errors: false });
    if parts.is_empty() { String::new() } else { joined(&parts) }
}

/// Answers as a fragment of a web page, for a notebook: charts, tables and checks. It has no script, and its
/// style sheet reaches nothing outside it.
pub fn fragment(report: &Report) -> String {
    html::fragment(report)
}

/// Renders a report as a web page with embedded engine, whose sliders compute its numbers again in the reader's
/// browser.
pub fn live_memo(
    report: &Report,
    background: &Background,
    errors: bool,
    engine: &PackedEngine,
) -> String {
    html::html(report, background, errors, Some(engine))
}

/// Renders the answers of a report as parts of the live page. Charts are `width` pixels wide; with `errors`, tables
/// have standard errors and all quantiles.
pub fn page_parts(report: &Report, width: f64, errors: bool) -> PageParts {
    html::parts(report, width, errors)
}

/// Returns the style sheet of memos, their charts and the live page.
pub fn page_style() -> String {
    html::page_style()
}

/// The script that shows the values of charts at the pointer and with the arrow keys; declares `mizanCharts(root)`.
pub const CHART_SCRIPT: &str = html::CHARTS;

/// Renders the identities that do not hold, as [`text`] does; empty if all hold.
pub fn broken(broken: &[BrokenIdentity], width: usize, colour: bool) -> String {
    let lines = broken::lines(broken, Page { width, colour, errors: false });
    if lines.is_empty() { String::new() } else { joined(&[lines]) }
}

/// Breaks a text between words into lines of at most `width` columns; indents all but the first.
pub fn wrapped(text: &str, width: usize, indent: usize) -> Vec<String> {
    page::wrap(text, width, indent)
}

fn joined(parts: &[Vec<String>]) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty());
    let mut text = parts.map(|part| trimmed(part)).collect::<Vec<_>>().join("\n\n");
    text.push('\n');
    text
}

fn all_parts(answers: &[Answer], sampling: Option<&Sampling>, page: Page) -> Vec<Vec<String>> {
    let mut parts: Vec<Vec<String>> = Vec::new();
    let levels = sampling.map_or(&[][..], |sampling| &sampling.levels);
    let mut unsaid = sampling;
    let mut previous_is_check = false;
    let written: Vec<Vec<Vec<String>>> =
        answers.par_iter().map(|answer| answer_parts(answer, levels, page)).collect();
    for (answer, written) in answers.iter().zip(written) {
        let is_check = answer.check().is_some();
        for part in written {
            match parts.last_mut() {
                // Checks in a row make a list.
                Some(last) if is_check && previous_is_check => last.extend(part),
                _ => parts.push(part),
            }
        }
        previous_is_check = is_check;
        let spreads = sampling::spreads(answer);
        if let Some(sampling) = unsaid.take_if(|_| !spreads.is_empty()) {
            parts.push(sampling::line(sampling, &spreads, page));
        }
    }
    if let Some(sampling) = unsaid {
        parts.push(sampling::line(sampling, &[], page));
    }
    parts
}

fn answer_parts(answer: &Answer, levels: &[f64], page: Page) -> Vec<Vec<String>> {
    match answer {
        Answer::Compare { comparisons, .. } => compare_years::parts(comparisons, levels, page),
        Answer::Show { .. }
        | Answer::Find(_)
        | Answer::Calibrate(_)
        | Answer::Robust(_)
        | Answer::Sensitivity { .. } => {
            let tables = tables::tables(answer, levels, page);
            tables.par_iter().map(|table| table.lines(page)).collect()
        }
        Answer::Chart { panels } => {
            panel::charted(panels).par_iter().map(|one| chart::lines(one, levels, page)).collect()
        }
        Answer::Distribution { histograms } => histograms
            .par_iter()
            .map(|histogram| histogram::lines(histogram, levels, page))
            .collect(),
        Answer::Check(outcome) => vec![check::lines(outcome, page)],
        Answer::Sweep { axes, tables } => sweep_text::parts(axes, tables, page),
        Answer::Discover(found) => discover::parts(found, page),
        Answer::Why { trees } => trees.iter().map(|tree| why::lines(tree, page)).collect(),
    }
}

fn trimmed(lines: &[String]) -> String {
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}
