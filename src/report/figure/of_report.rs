//! The figures of a report: those that its queries ask for.

use crate::report::broken;
use crate::report::page::clean;
use crate::report::panel::charted;
use crate::report::words::with_minus;
use crate::results::{Answer, Comparison, Panel, Report};

use super::{Figure, bars, flows, histogram, lines, robust, sensitivity, sweep, trade_off, why};

/// Maximum length of a file's name, without its number and extension.
const LONGEST_SLUG: usize = 60;

/// Returns the figures of a report: one for each chart, histogram, sweep and comparison by lever. For a report without
/// any of these, one for each table.
pub(in crate::report) fn figures(report: &Report) -> Vec<Figure> {
    let levels = report.sampling.as_ref().map_or(&[][..], |sampling| &sampling.levels);
    let mut figures: Vec<Figure> =
        of_answers(&report.answers, levels).into_iter().flatten().collect();
    let marks = broken::mark(&report.broken_identities).map_or(Vec::new(), |(heading, lines)| {
        let lines = lines.iter().map(|line| with_minus(line));
        std::iter::once(format!("{heading}:")).chain(lines).collect()
    });
    for figure in &mut figures {
        if !marks.is_empty() {
            figure.alternative = format!("{} {}", marks.join(" "), figure.alternative);
            figure.marks.clone_from(&marks);
        }
        figure.sources = report.sources.iter().map(|source| clean(&source.citation)).collect();
        if let Some(sampling) = &report.sampling {
            let draws =
                crate::report::number::NumberFormat::count().number(Some(sampling.draws as f64));
            figure.notes.push(format!("{draws} draws, seed {}", sampling.seed));
        }
    }
    figures
}

/// Returns the figures of each answer, chosen as in [`figures`], without sources and notes on draws.
pub(in crate::report) fn of_answers(answers: &[Answer], levels: &[f64]) -> Vec<Vec<Figure>> {
    let all: Vec<Vec<Figure>> = answers.iter().map(|answer| charts(answer, levels)).collect();
    if all.iter().any(|figures| !figures.is_empty()) {
        return all;
    }
    answers.iter().map(|answer| tables(answer, levels)).collect()
}

fn charts(answer: &Answer, levels: &[f64]) -> Vec<Figure> {
    match answer {
        Answer::Chart { panels } => {
            charted(panels).iter().filter_map(|panel| of_panel(panel, levels)).collect()
        }
        Answer::Distribution { histograms } => {
            histograms.iter().filter_map(|one| histogram::histogram(one, levels)).collect()
        }
        Answer::Compare { comparisons, .. } => comparisons
            .iter()
            .flat_map(|comparison| {
                comparison.scenarios.iter().map(move |other| (comparison, other))
            })
            .filter(|(comparison, other)| {
                other.scenario != comparison.reference && !other.parts.is_empty()
            })
            .filter_map(|(comparison, other)| bars::waterfall(comparison, other))
            .collect(),
        Answer::Sweep { axes, tables } => sweep::sweep(axes, tables),
        Answer::Discover(found) => {
            found.discoveries.iter().filter_map(|one| trade_off::curve(found, one)).collect()
        }
        Answer::Sensitivity { tables } => {
            tables.iter().filter_map(sensitivity::sensitivity).collect()
        }
        Answer::Why { trees } => trees.iter().filter_map(why::why).collect(),
        Answer::Robust(found) => robust::regrets(found).into_iter().collect(),
        Answer::Show { .. } | Answer::Check(_) | Answer::Find(_) | Answer::Calibrate(_) => {
            Vec::new()
        }
    }
}

fn tables(answer: &Answer, levels: &[f64]) -> Vec<Figure> {
    match answer {
        Answer::Show { panels } => {
            panels.iter().filter_map(|panel| of_panel(panel, levels)).collect()
        }
        Answer::Compare { comparisons, .. } => {
            let whole = |one: &&Comparison| one.scenarios.iter().all(|own| own.parts.is_empty());
            comparisons.iter().filter(whole).filter_map(bars::scenarios).collect()
        }
        Answer::Chart { .. }
        | Answer::Distribution { .. }
        | Answer::Check(_)
        | Answer::Find(_)
        | Answer::Sweep { .. }
        | Answer::Calibrate(_)
        | Answer::Discover(_)
        | Answer::Robust(_)
        | Answer::Why { .. }
        | Answer::Sensitivity { .. } => Vec::new(),
    }
}

/// Makes the figure of a panel: lines or fans for several years; for a single year flows between two sets, or bars.
fn of_panel(panel: &Panel, levels: &[f64]) -> Option<Figure> {
    match panel.years.as_slice() {
        [_] => flows::flows(panel).or_else(|| bars::by_element(panel)),
        _ => lines::lines(panel, levels),
    }
}

/// Makes a file name for a figure from its number and its title: `02-balance-china`.
pub(in crate::report) fn slug(number: usize, figure: &Figure) -> String {
    let words = |text: &str| {
        let mut slug = String::new();
        for c in text.chars() {
            match c.to_ascii_lowercase() {
                c if c.is_ascii_alphanumeric() => slug.push(c),
                _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                _ => {}
            }
        }
        slug.truncate(LONGEST_SLUG);
        slug.trim_end_matches('-').to_owned()
    };
    let text = words(&figure.title);
    if text.is_empty() { format!("{number:02}") } else { format!("{number:02}-{text}") }
}
