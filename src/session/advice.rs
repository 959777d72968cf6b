//! Advice for a typed line with another effect than its user expects: effects are measured against the base year, which
//! has the new value too; a value in place of an equation leaves what the equation reads as it is.

use crate::model::{Model, Quantity, Role};
use crate::source::SourceMap;
use crate::syntax::ast::{Assign, AssignOp, Item, ItemKind};

/// The parts of a typed line that may have no effect.
pub(super) struct TypedLine {
    /// Values that are set for all years.
    edits: Vec<Edit>,
    /// Names of the levers on the line.
    levers: Vec<String>,
    /// Values that are set, of any quantity and in any years.
    given: Vec<GivenValue>,
}

/// A value that is set.
struct GivenValue {
    name: String,
    /// Text of the left side.
    target: String,
    /// Text of the right side.
    value: String,
    /// Text of the years; empty for all years.
    years: String,
}

/// A value that is set for all years.
struct Edit {
    name: String,
    /// Text of the left side.
    target: String,
    /// The operator between the sides.
    op: &'static str,
    /// Text of the right side.
    value: String,
}

impl GivenValue {
    fn of(edit: &Assign, sources: &SourceMap) -> Self {
        let years = edit.window.as_ref().map_or("", |window| sources.text(window.span));
        Self {
            name: edit.target.dotted(),
            target: sources.text(edit.target.span).trim().to_owned(),
            value: sources.text(edit.value.span).trim().to_owned(),
            years: years.trim().to_owned(),
        }
    }
}

impl TypedLine {
    pub(super) fn of(items: &[Item], sources: &SourceMap) -> Self {
        let (mut edits, mut levers, mut given) = (Vec::new(), Vec::new(), Vec::new());
        for item in items {
            if let ItemKind::Assign(edit) = &item.kind
                && edit.op == AssignOp::Set
            {
                given.push(GivenValue::of(edit, sources));
            }
            match &item.kind {
                ItemKind::Assign(edit) if edit.window.is_none() => {
                    edits.push(Edit {
                        name: edit.target.dotted(),
                        target: sources.text(edit.target.span).trim().to_owned(),
                        op: match edit.op {
                            AssignOp::Set => "=",
                            AssignOp::Add => "+=",
                            AssignOp::Multiply => "*=",
                        },
                        value: sources.text(edit.value.span).to_owned(),
                    });
                }
                ItemKind::Lever(lever) => levers.push(lever.name.text.clone()),
                _ => {}
            }
        }
        Self { edits, levers, given }
    }

    /// Suggests a line that lets a value begin after the base year; `None` if no value of the line may change.
    pub(super) fn advice(&self, model: &Model) -> Option<String> {
        let (first, last) = model.years;
        if first >= last {
            return None;
        }
        self.edit(model, first, last).or_else(|| self.lever(model, first))
    }

    /// Says that a value in place of an equation leaves the other values as they are, with the search for an input that
    /// `searches` writes for a target: a value, an amount and a year.
    pub(super) fn replaced(
        &self,
        model: &Model,
        searches: impl Fn(&str, &str, i32) -> Option<String>,
    ) -> Option<String> {
        let computed = |given: &&GivenValue| {
            let found = model.quantities.iter().find(|quantity| quantity.name == given.name);
            found.is_some_and(|quantity| quantity.role == Role::Variable && !quantity.own)
        };
        let GivenValue { name, target, value, years } = self.given.iter().find(computed)?;
        let quantity = model.quantities.iter().find(|quantity| quantity.name == *name)?;
        let place = if years.is_empty() { "in any year".to_owned() } else { format!("in {years}") };
        let mut note = format!(
            "`{name}` is computed from other values, which stay as they are: its equation no longer holds {place}"
        );
        let digits: Vec<&str> = years.split("..").collect();
        let year = digits.last().and_then(|year| year.trim().parse().ok()).unwrap_or(model.years.1);
        let one = match target == name {
            true => only_cell(model, quantity),
            false => Some(target.clone()),
        };
        if let Some(search) = one.and_then(|one| searches(&one, value, year)) {
            note.push_str(&format!(
                "; to search for an input that leads there, `:undo` and write `{search}`"
            ));
        }
        Some(note)
    }

    fn edit(&self, model: &Model, first: i32, last: i32) -> Option<String> {
        let Edit { target, op, value, .. } =
            self.edits.iter().find(|edit| edit.is_of_lever(model))?;
        Some(format!(
            "the value holds in {first} too, so nothing changes against {first}; to change it later, \
             write `{target} {op} {value} in {}..{last}`",
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

/// Returns a quantity with its indices, if it has one cell.
fn only_cell(model: &Model, quantity: &Quantity) -> Option<String> {
    let id = model.quantities.iter().position(|found| std::ptr::eq(found, quantity))?;
    match model.cells_of(id).as_slice() {
        [only] => Some(model.cell_name(quantity, only)),
        _ => None,
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
