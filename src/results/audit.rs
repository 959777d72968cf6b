//! The sources of a script's given numbers.

use serde::Serialize;

use crate::model::{DataUse, Model, Place, RowTally};
use crate::source::SourceMap;

/// The given numbers of a script and their sources.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// Path of the script.
    pub file: String,
    /// Number of given numbers in the script.
    pub figures: usize,
    /// Number of given numbers with a source.
    pub with_source: usize,
    /// The given numbers without a source, grouped by lever or scenario, in the order of the text.
    pub without_source: Vec<Group>,
    /// The sources, in the order of their declaration.
    pub sources: Vec<SourceUse>,
    /// The data files that give values, in the order of the text.
    pub data: Vec<FileUse>,
}

/// Use of a data file: counts of its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileUse {
    /// Name of the quantity whose values come from the file.
    pub name: String,
    /// Line of the call of `data(...)` in the script.
    pub line: usize,
    /// Name of the file.
    pub file: String,
    /// Number of the file's rows.
    pub rows: u64,
    /// Number of rows whose value is used.
    pub used: u64,
    /// Number of rows that `other: skip` leaves out.
    pub skipped: u64,
    /// First labels of skipped rows, which are not elements.
    pub labels: Vec<String>,
    /// The counts as text.
    #[serde(skip)]
    pub text: String,
}

/// The given numbers of one lever or scenario, or those outside levers and scenarios.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Name of the group: `duty`, `scenario free_trade`; empty for numbers outside levers and scenarios.
    pub owner: String,
    /// Title of the lever or scenario; empty without one.
    pub title: String,
    /// The given numbers of the group.
    pub figures: Vec<FigureNote>,
}

/// A given number of the script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FigureNote {
    /// Name of the number, such as `duty.rate[machinery]`; for a check its condition.
    pub name: String,
    /// Line of the number in the script.
    pub line: usize,
}

/// A source and the given numbers that cite it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceUse {
    /// Key of the source, as in `@key`.
    pub key: String,
    /// Citation of the source.
    pub citation: String,
    /// Line of the source's declaration.
    pub line: usize,
    /// The given numbers that cite the source; empty for an unused source.
    pub supports: Vec<Group>,
}

impl Audit {
    /// Audits a model. Numbers of the built-in library do not count.
    pub fn of(model: &Model, sources: &SourceMap) -> Self {
        let mut figures = model.figures();
        figures.retain(|figure| !figure.span.source.is_builtin());
        let mut audit = Self {
            file: sources.added().next().map_or(String::new(), |file| file.name.to_string()),
            figures: figures.iter().filter(|figure| figure.place != Place::Check).count(),
            with_source: 0,
            without_source: Vec::new(),
            sources: Vec::new(),
            data: model.data.iter().map(|data| FileUse::of(model, data, sources)).collect(),
        };
        for (key, source) in &model.sources {
            audit.sources.push(SourceUse {
                key: key.clone(),
                citation: source.citation.clone(),
                line: line(sources, source.span),
                supports: Vec::new(),
            });
        }
        for figure in figures {
            let note = FigureNote { name: figure.name, line: line(sources, figure.span) };
            if figure.place != Place::Check {
                match figure.sources.is_empty() {
                    true => add(&mut audit.without_source, model, figure.place, note.clone()),
                    false => audit.with_source += 1,
                }
            }
            for source in &mut audit.sources {
                if figure.sources.contains(&source.key) {
                    add(&mut source.supports, model, figure.place, note.clone());
                }
            }
        }
        audit
    }
}

impl FileUse {
    fn of(model: &Model, data: &DataUse, sources: &SourceMap) -> Self {
        let RowTally { rows, used, skipped, labels, .. } = data.tally.clone();
        Self {
            name: model.quantities[data.quantity].name.clone(),
            line: line(sources, data.span),
            file: data.file.clone(),
            rows,
            used,
            skipped,
            labels,
            text: data.tally.text(),
        }
    }
}

fn line(sources: &SourceMap, span: crate::source::Span) -> usize {
    sources.file(span.source).location(span.start as usize).line
}

fn add(groups: &mut Vec<Group>, model: &Model, place: Place, note: FigureNote) {
    let (owner, title) = match place {
        Place::Script => (String::new(), String::new()),
        Place::Lever(id) => (model.levers[id].name.clone(), model.levers[id].title.clone()),
        Place::Scenario(n) => {
            let scenario = &model.scenarios[n];
            (format!("scenario {}", scenario.name), scenario.title.clone())
        }
        Place::Check => ("checks".to_owned(), String::new()),
    };
    match groups.iter_mut().find(|group| group.owner == owner) {
        Some(group) => group.figures.push(note),
        None => groups.push(Group { owner, title, figures: vec![note] }),
    }
}
