//! What a script's figures rest on.

use serde::Serialize;

use crate::model::{Model, Place};
use crate::source::SourceMap;

/// The figures of a script and their sources.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// The script.
    pub file: String,
    /// How many figures it gives.
    pub figures: usize,
    /// How many of them name a source.
    pub with_source: usize,
    /// Those that name none, by lever or scenario, in the order of the text.
    pub without_source: Vec<Group>,
    /// The sources, in the order of their declaration.
    pub sources: Vec<SourceUse>,
}

/// The figures of one lever, one scenario, or of neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// `duty`; `scenario free_trade`; empty for what stands outside levers and scenarios.
    pub owner: String,
    /// The lever's or scenario's title; empty without one.
    pub title: String,
    /// Its figures.
    pub figures: Vec<FigureNote>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FigureNote {
    /// `duty.rate[machinery]`; for a check its condition.
    pub name: String,
    /// Its line.
    pub line: usize,
}

/// One source and what rests on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceUse {
    /// The key, as in `@key`.
    pub key: String,
    /// The citation.
    pub citation: String,
    /// The line of its declaration.
    pub line: usize,
    /// What rests on it; nothing for a source that is never used.
    pub supports: Vec<Group>,
}

impl Audit {
    /// The audit of a model; figures of the built-in library are not the script's.
    pub fn of(model: &Model, sources: &SourceMap) -> Self {
        let mut figures = model.figures();
        figures.retain(|figure| !figure.span.source.is_builtin());
        let mut audit = Self {
            file: sources.added().next().map_or(String::new(), |file| file.name.to_string()),
            figures: figures.iter().filter(|figure| figure.place != Place::Check).count(),
            with_source: 0,
            without_source: Vec::new(),
            sources: Vec::new(),
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
