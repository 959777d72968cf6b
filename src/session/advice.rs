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
        let is_path = |edit: &&Edit| {
            model.quantities.iter().any(|quantity| quantity.name == edit.name && quantity.path)
        };
        let Edit { target, value, .. } = self.edits.iter().find(is_path)?;
        Some(format!(
            "the value holds in every year, in the base year {first} too; to change it later, write \
             `{target} = {value} in {}..{last}`",
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
            "`{lever}` acts in every year, in the base year {first} too, against which effects are \
             measured; to let it begin later, write its value as a path: \
             `{field}: ... then ... from {}`",
            first + 1
        ))
    }
}
