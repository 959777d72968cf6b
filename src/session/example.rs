//! Example levers of a kind, for the help at the prompt.

use super::enter::Session;
use crate::syntax::ast::{FieldDecl, KindEntry};

impl Session {
    /// Builds an example lever of a kind with its required fields and elements of this model's sets. `None`
    /// if there is no such kind, or a set that it needs is missing.
    pub fn example(&self, kind: &str) -> Option<String> {
        let kind = self.kind(kind)?;
        let mut text = format!("{} my_{}", kind.name.text, kind.name.text);
        for binding in &kind.bindings {
            let element = self.element(&binding.set.text)?;
            text.push_str(&format!(" {} {element}", binding.preposition.text));
        }
        text.push_str(" {");
        let fields: Vec<&FieldDecl> = kind.entries.iter().filter_map(field).collect();
        let required = fields.iter().filter(|field| field.default.is_none());
        for field in required.clone() {
            text.push_str(&format!("\n  {}: {}", field.name.text, self.value(field)?));
        }
        if required.count() > 0 {
            text.push('\n');
        }
        text.push('}');
        let runs = !self.clone().enter(&text).failed();
        runs.then_some(text)
    }

    fn element(&self, set: &str) -> Option<String> {
        let model = self.model();
        let id = model.sets.iter().position(|found| found.name == set)?;
        let &first = model.sets.get(id)?.members.first()?;
        Some(model.element_name(id, first).to_owned())
    }

    /// Returns a plausible value of a field, for an example.
    fn value(&self, field: &FieldDecl) -> Option<String> {
        let model = self.model();
        let unit = self.now.program.sources.text(field.unit.span).trim();
        let (first, last) = model.years;
        Some(match unit {
            "percent" => "5%".to_owned(),
            "number" => "1".to_owned(),
            "year" => (first + (last - first + 1) / 2).to_string(),
            "years" | "days" => format!("3 {unit}"),
            "money" => format!("100 mn {}", model.currency),
            set if model.sets.iter().any(|found| found.name == set) => self.element(set)?,
            unit => format!("100 {unit}"),
        })
    }
}

fn field(entry: &KindEntry) -> Option<&FieldDecl> {
    match entry {
        KindEntry::Field(field) => Some(field),
        _ => None,
    }
}
