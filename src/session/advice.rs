//! Advice for a typed line without effect: effects are measured against the base year, which has the new value too.

use crate::model::Model;
use crate::source::SourceMap;
use crate::syntax::ast::{AssignOp, Item, ItemKind};

/// The parts of a typed line that may have no effect.
pub(super) struct TypedLine {
    /// Values that are set for all years.
    edits: Vec<Edit>,
    /// Names of the levers on the line.
    levers: Vec<String>,
}

/// A value that is set for all years.
struct Edit {
    name: String,
    /// Text of the left side.
    target: String,
    /// Text of the right side.
    value: String,
}

impl TypedLine {
    pub(super) fn of(items: &[Item], sources: &SourceMap) -> Self {
        let (mut edits, mut levers) = (Vec::new(), Vec::new());
        for item in items {
            match &item.kind {
                ItemKind::Assign(edit) if edit.op == AssignOp::Set && edit.window.is_none() => {
                    edits.push(Edit {
                        name: edit.target.dotted(),
                        target: sources.text(edit.target.span).to_owned(),
                        value: sources.text(edit.value.span).to_owned(),
                    });
                }
                ItemKind::Lever(lever) => levers.push(lever.name.text.clone()),
                _ => {}
            }
        }
        Self { edits, levers }
    }

    /// Suggests a line that lets a value begin after the base year; `None` if no value of the line may change.
    pub(super) fn advice(&self, model: &Model) -> Option<String> {
        let (first, last) = model.years;
        if first >= last {
            return None;
        }
        self.edit(model, first, last).or_else(|| self.lever(model, first))
    }

    fn edit(&self, model: &Model, first: i32, last: i32) -> Option<String> {
        let Edit { target, value, .. } = self.edits.iter().find(|edit| edit.is_of_lever(model))?;
        Some(format!(
            "the value holds in {first} too, so nothing changes against {first}; to change it later, \
             write `{target} = {value} in {}..{last}`",
            first + 1
        ))
    }

    fn lever(&self, model: &Model, first: i32) -> Option<String> {
        let mut fields = model.quantities.iter().filter(|quantity| quantity.path);
        let (lever, field) = fields.find_map(|quantity| {
            let (lever, field) = quantity.name.split_once('.')?;
            self.levers.iter().any(|name| name == lever).then_some((lever, field))
        })?;
        Some(format!(
            "`{lever}` already holds in {first}, so nothing changes against {first}; to begin later, \
             write its value as a path: `{field}: ... then ... from {}`",
            first + 1
        ))
    }
}

impl Edit {
    /// True for one value in all years of a lever of the baseline, which moves the base year too.
    fn is_of_lever(&self, model: &Model) -> bool {
        let found = model.quantities.iter().find(|quantity| quantity.name == self.name);
        let lever = found.filter(|quantity| quantity.path).and_then(|quantity| quantity.lever);
        let in_baseline = lever.and_then(|lever| model.levers.get(lever));
        let names_year = |text: &str| {
            let words = text.split(|c: char| !c.is_ascii_alphanumeric());
            words
                .filter_map(|word| word.parse().ok())
                .any(|year| (model.years.0..=model.years.1).contains(&year))
        };
        let is_path = self.value.split_whitespace().any(|word| word == "then");
        in_baseline.is_some_and(|lever| lever.in_baseline) && !is_path && !names_year(&self.target)
    }
}
