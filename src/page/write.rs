//! Changed numbers as a scenario, in the script's own words.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::changes::{Changed, files};
use super::figures::{ScriptFigure, ValueLine, figures};
use super::message::{Script, WriteAsk, unreadable};
use super::offsets::Offsets;
use super::problems::{refusal, shown};
use crate::diagnostic::Diagnostic;
use crate::session::{Program, Reach, load_used};
use crate::source::Span;
use crate::syntax::ast::{File, Item, ItemKind, Name};

/// A statement of a scenario that makes the changes, and the script with it.
#[derive(Debug)]
pub(super) struct NewScenario {
    /// Text of the new scenario statement.
    pub(super) statement: String,
    /// Text of the script with the new statement.
    pub(super) text: String,
}

/// Answers a request to write the reader's changes as a scenario; checks the resulting script.
pub(super) fn write(ask: &WriteAsk, below: &Reach) -> Value {
    let script = &ask.script;
    let reach = files(script, below);
    let program = load_used(&script.name, &script.text, &reach, &[]);
    if program.model.is_none() {
        let text = Changed::with(&script.text, &[]).ok();
        let found = shown(&program.diagnostics, &program.sources, text.as_ref());
        return json!({ "diagnostics": found });
    }
    let new = match scenario(&program, script, &ask.name, &ask.title) {
        Ok(new) => new,
        Err(problem) => return refusal(&problem),
    };
    let program = load_used(&script.name, &new.text, &reach, &[]);
    let text = Changed::with(&new.text, &[]).ok();
    json!({
        "diagnostics": shown(&program.diagnostics, &program.sources, text.as_ref()),
        "statement": new.statement,
        "text": new.text,
    })
}

/// Writes the changes of a correct script as a scenario, which extends the scenarios that contain the changed numbers.
///
/// # Errors
/// `bad-request` if there is no change, or if a change is not the place of a number.
pub(super) fn scenario(
    program: &Program,
    script: &Script,
    name: &str,
    title: &str,
) -> Result<NewScenario, Diagnostic> {
    let (Some(file), Some(model)) = (program.files.first(), &program.model) else {
        return Err(unreadable("the script has a mistake"));
    };
    if script.changes.is_empty() {
        return Err(unreadable("nothing is changed"));
    }
    let offsets = Offsets::of(&script.text);
    let axes = |name: &str| {
        let quantity = model.quantities.iter().find(|quantity| quantity.name == name);
        quantity.map_or(0, |quantity| quantity.axes.len())
    };
    let all = figures(file, &program.sources, &axes);
    let mut changed: Vec<(&ScriptFigure<'_>, &str)> = Vec::new();
    for change in &script.changes {
        let (from, to) = (offsets.bytes(change.from), offsets.bytes(change.to));
        let is_meant = |figure: &&ScriptFigure<'_>| figure.span.range() == (from..to);
        let figure = all.iter().find(is_meant);
        let figure = figure.ok_or_else(|| unreadable("a change is not a number of the script"))?;
        changed.push((figure, &change.text));
    }
    let lines = lines(&changed, &script.text);
    let parents = parents(file, &changed);
    let extends = if parents.is_empty() {
        String::new()
    } else {
        format!(" extends {}", parents.into_iter().collect::<Vec<_>>().join(", "))
    };
    let statement =
        format!("scenario {name}{extends}{} {{\n  {}\n}}\n", quoted(title), lines.join("\n  "));
    Ok(NewScenario { text: inserted(file, &script.text, &statement), statement })
}

/// Returns the lines of a scenario that set the changed values, in the order of the script.
fn lines(changed: &[(&ScriptFigure<'_>, &str)], text: &str) -> Vec<String> {
    let inside = |inner: Span, outer: Span| {
        inner != outer && outer.start <= inner.start && inner.end <= outer.end
    };
    let mut lines: Vec<&ValueLine> = Vec::new();
    for (figure, _) in changed {
        let line = &figure.line;
        // A line for a whole map also gives the values of the map's entries.
        let is_covered = changed.iter().any(|(other, _)| inside(line.value, other.line.value));
        if !is_covered && !lines.contains(&line) {
            lines.push(line);
        }
    }
    let written = |line: &&ValueLine| {
        let (mut out, mut at) = (line.head.clone(), line.value.start as usize);
        for (figure, number) in changed {
            let span = figure.span;
            if span.start < line.value.start || span.end > line.value.end {
                continue;
            }
            out.push_str(text.get(at..span.start as usize).unwrap_or(""));
            out.push_str(number);
            at = span.end as usize;
        }
        out.push_str(text.get(at..line.value.end as usize).unwrap_or(""));
        out.push_str(&line.unit);
        out
    };
    lines.iter().map(written).collect()
}

/// Returns the scenarios that contain changed numbers, except those that another of these extends.
fn parents<'a>(file: &'a File, changed: &[(&ScriptFigure<'a>, &str)]) -> BTreeSet<&'a str> {
    let named: BTreeSet<&str> =
        changed.iter().filter_map(|(figure, _)| Some(figure.scenario?.text.as_str())).collect();
    let mut covered = BTreeSet::new();
    for &name in &named {
        ancestors(file, name, &mut covered);
    }
    named.difference(&covered).copied().collect()
}

/// Collects the scenarios that a scenario extends, directly or not.
fn ancestors<'a>(file: &'a File, name: &str, found: &mut BTreeSet<&'a str>) {
    let parents = |item: &'a Item| -> Option<&'a [Name]> {
        match &item.kind {
            ItemKind::Scenario(scenario) if scenario.name.text == name => Some(&scenario.parents),
            _ => None,
        }
    };
    for parent in file.items.iter().find_map(parents).unwrap_or_default() {
        if found.insert(&parent.text) {
            ancestors(file, &parent.text, found);
        }
    }
}

/// Returns a title in quotes after a blank; empty without a title.
fn quoted(title: &str) -> String {
    let title: String = title.chars().filter(|c| !c.is_control()).collect();
    if title.trim().is_empty() {
        return String::new();
    }
    format!(" \"{}\"", title.trim().replace('\\', "\\\\").replace('"', "\\\""))
}

/// Inserts a statement after the last scenario, or else before the first query, or else at the end.
fn inserted(file: &File, text: &str, statement: &str) -> String {
    let last = file.items.iter().rev().find(|item| matches!(item.kind, ItemKind::Scenario(_)));
    let query = file.items.iter().find(|item| matches!(item.kind, ItemKind::Query(_)));
    let end_of_line = |from: usize| {
        let rest = text.get(from..).unwrap_or("");
        from + rest.find('\n').map_or(rest.len(), |at| at + 1)
    };
    let start_of_line =
        |to: usize| text.get(..to).and_then(|text| text.rfind('\n')).map_or(0, |at| at + 1);
    let (at, is_before) = match (last, query) {
        (Some(last), _) => (end_of_line(last.span.end as usize), false),
        (None, Some(query)) => (start_of_line(query.span.start as usize), true),
        (None, None) => (text.len(), false),
    };
    let (before, after) = (text.get(..at).unwrap_or(text), text.get(at..).unwrap_or(""));
    let line_end = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    match is_before {
        true => format!("{before}{line_end}{statement}\n{after}"),
        false => format!("{before}{line_end}\n{statement}{after}"),
    }
}
