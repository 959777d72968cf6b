//! Collects the background of a report from a loaded program: see [`Background`].

use std::collections::BTreeMap;

use super::lever::called;
use crate::analysis::explained;
use crate::model::print::definition;
use crate::model::{Change, Definition, LeverId, Model, Place, Role, Select};
use crate::results::{Assumption, Background, Input, LeverText, RunOptions, ScenarioText};
use crate::session::Program;
use crate::source::Span;
use crate::syntax::ast::ItemKind;

/// Collects the background of a program's report. `inputs` are the script and the files that it names.
pub fn background(program: &Program, inputs: Vec<Input>, options: RunOptions) -> Background {
    let mut paragraphs = head(program).into_iter();
    let question = paragraphs.next().unwrap_or_default();
    let Some(model) = &program.model else { return Background::default() };
    let ids = 0..model.levers.len();
    Background {
        inputs,
        options,
        question,
        answer: paragraphs.collect(),
        scenarios: scenarios(model),
        levers: ids.map(|id| lever(program, model, id)).collect(),
        assumptions: assumptions(program, model),
        explained: explained(model),
    }
}

/// Returns the paragraphs at the head of the script: the `##` comment above `model`, or else the `#` comment on
/// the first lines. The first one is the question, the others are the answer.
pub fn head(program: &Program) -> Vec<String> {
    let items = program.files.first().map_or(&[][..], |file| &file.items);
    let of_model = items.iter().find(|item| matches!(item.kind, ItemKind::Model(_)));
    let doc = of_model.map_or("", |item| item.doc.as_str());
    if !doc.trim().is_empty() {
        return paragraphs(doc.lines());
    }
    let text = program.sources.added().next().map_or("", |file| &file.text);
    let lines = text.trim_start_matches('\u{feff}').lines();
    paragraphs(lines.map_while(|line| line.strip_prefix('#')))
}

/// Joins lines to paragraphs, which empty lines separate.
fn paragraphs<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found: Vec<String> = vec![String::new()];
    for line in lines.map(str::trim) {
        match found.last_mut() {
            Some(last) if !line.is_empty() => {
                let blank = if last.is_empty() { "" } else { " " };
                last.push_str(&format!("{blank}{line}"));
            }
            _ => found.push(String::new()),
        }
    }
    found.retain(|paragraph| !paragraph.is_empty());
    found
}

/// Returns the scenarios of a model with their changes in words.
pub fn scenarios(model: &Model) -> Vec<ScenarioText> {
    (0..model.scenarios.len()).map(|id| scenario(model, id)).collect()
}

fn scenario(model: &Model, id: usize) -> ScenarioText {
    let scenario = &model.scenarios[id];
    let change = |&change: &usize| {
        let change = &model.changes[change];
        let text = match &change.change {
            Change::Add(lever) => {
                let title = &change.title;
                let colon = if title.is_empty() { "" } else { ": " };
                let kind = model.levers.get(*lever).map_or("", |lever| &lever.kind);
                format!("adds {} ({kind}){colon}{title}", change.name)
            }
            Change::Remove(_) => change.name.clone(),
            Change::Replace { quantity, definition: found, fixed } => {
                let text = definition(model, *quantity, found);
                if *fixed { format!("fixes {text}") } else { text }
            }
        };
        match change.scenario {
            own if own == id => text,
            other => format!("{text}, as in {}", model.scenario_name(Some(other))),
        }
    };
    ScenarioText {
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        changes: scenario.changes.iter().map(change).collect(),
    }
}

fn lever(program: &Program, model: &Model, id: LeverId) -> LeverText {
    let lever = &model.levers[id];
    let (mut fields, mut equations) = (Vec::new(), Vec::new());
    for (of, quantity) in model.quantities.iter().enumerate() {
        // A value given for all cells hides the default, so the default is not printed.
        let whole = |d: &Definition| d.axes.iter().all(|axis| matches!(axis, Select::Each(..)));
        let given = quantity.definitions.iter().any(|d| !d.default && whole(d));
        let own = quantity.definitions.iter().filter(|found| found.lever == Some(id));
        for found in own.filter(|found| !(given && found.default)) {
            let text = definition(model, of, found);
            match quantity.role {
                Role::Field => {
                    let default = if found.default { " (default)" } else { "" };
                    fields.push((text, format!("{}{default}", quantity.doc)));
                }
                Role::Param | Role::Variable | Role::Factor | Role::Total => equations.push(text),
            }
        }
    }
    LeverText {
        name: lever.name.clone(),
        title: lever.title.clone(),
        kind: lever.kind.clone(),
        about: about(program, &lever.kind),
        scenario: lever.scenario.map_or(String::new(), |n| model.scenarios[n].name.clone()),
        fields,
        equations,
    }
}

/// Returns the description of a kind.
fn about(program: &Program, kind: &str) -> String {
    let items = program.files.iter().flat_map(|file| &file.items);
    let mut found = items.filter_map(|item| match &item.kind {
        ItemKind::Kind(found) if found.name.text == kind => Some((found, &item.doc)),
        _ => None,
    });
    let Some((kind, doc)) = found.next() else { return String::new() };
    let short = kind.doc.as_ref().map_or("", |text| text.text.as_str());
    let doc = paragraphs(doc.lines()).join(" ");
    let parts = [short, doc.as_str()].into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(". ")
}

fn assumptions(program: &Program, model: &Model) -> Vec<Assumption> {
    let mut values: BTreeMap<(Span, String), String> = BTreeMap::new();
    let mut note = |id, found: &Definition, span| {
        let text = definition(model, id, found);
        values.insert((span, model.definition_name(id, found)), value(&text).to_owned());
    };
    for (id, quantity) in model.quantities.iter().enumerate() {
        quantity.definitions.iter().for_each(|found| note(id, found, found.span));
    }
    for change in &model.changes {
        if let Change::Replace { quantity, definition: found, .. } = &change.change {
            note(*quantity, found, change.span);
        }
    }
    let mut assumptions = Vec::new();
    for figure in model.figures() {
        let owner = match figure.place {
            Place::Script => String::new(),
            Place::Lever(id) => called(model, id),
            Place::Scenario(id) => format!("scenario {}", model.scenarios[id].name),
            Place::Check => continue,
        };
        if figure.span.source.is_builtin() {
            continue;
        }
        let value = values.get(&(figure.span, figure.name.clone())).cloned().unwrap_or_default();
        let file = program.sources.file(figure.span.source);
        let line = file.location(figure.span.start as usize).line;
        let (name, sources) = (figure.name, figure.sources);
        assumptions.push(Assumption { name, value, owner, line, sources });
    }
    assumptions
}

/// Returns the right side of a printed definition, with its operator unless the operator is `=`.
fn value(definition: &str) -> &str {
    let Some(at) = definition.find("= ") else { return definition };
    let operator = definition.get(at.saturating_sub(1)..at).unwrap_or("");
    let from = if matches!(operator, "+" | "*") { at - 1 } else { at + 2 };
    definition.get(from..).unwrap_or(definition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::load;

    const SCRIPT: &str = "\
# Does trade double?
#
# No: it grows
# by a tenth.

model \"Trade\"
years 2024..2026
currency USD
source office \"Statistical office\"
param growth: percent = 5% @office
param extra: USD = 1 mn USD
var trade: USD
trade[first] = 100 mn USD
trade = trade[t-1] * (1 + growth) + extra
scenario fast \"Faster growth\" { growth = 7% -> 9% over 2025..2026 }
show trade for all
";

    fn of(text: &str) -> Background {
        let program = load("a.mizan", text);
        assert!(program.model.is_some(), "{:?}", program.diagnostics);
        background(&program, Vec::new(), RunOptions::default())
    }

    #[test]
    fn question_answer_and_assumptions_come_from_the_script() {
        let found = of(SCRIPT);
        assert_eq!(found.question, "Does trade double?");
        assert_eq!(found.answer, ["No: it grows by a tenth."]);
        let rows: Vec<_> = found
            .assumptions
            .iter()
            .map(|one| (one.name.as_str(), one.value.as_str(), one.line, one.sources.len()))
            .collect();
        assert!(rows.contains(&("growth", "5%", 10, 1)), "{rows:?}");
        assert!(rows.contains(&("extra", "1 mn USD", 11, 0)), "{rows:?}");
        assert!(rows.iter().any(|row| row.1 == "7% -> 9% over 2025..2026"), "{rows:?}");
        assert_eq!(found.scenarios[0].changes, ["growth = 7% -> 9% over 2025..2026"]);
    }

    #[test]
    fn a_comment_on_the_model_takes_the_place_of_the_head() {
        let text = SCRIPT.replace("model \"Trade\"", "## Another question?\nmodel \"Trade\"");
        assert_eq!(of(&text).question, "Another question?");
        assert!(of(&text).answer.is_empty());
        let bare: String = SCRIPT.lines().skip(5).map(|line| format!("{line}\n")).collect();
        assert_eq!(of(&bare).question, "");
    }
}
