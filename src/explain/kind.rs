//! The page of a kind: its syntax, fields and equations.

use super::{Explanation, columns, lines, place};
use crate::session::Program;
use crate::syntax::ast::{KindEntry, LeverKind, Quantity, Role};

pub(super) fn page(program: &Program, kind: &LeverKind, doc: &str) -> Explanation {
    let name = &kind.name.text;
    let mut page =
        Explanation::new(format!("{name}: block kind, {}", place(program, kind.name.span)));
    let mut about: Vec<String> = kind.doc.iter().map(|doc| doc.text.clone()).collect();
    about.extend(lines(doc));
    page.section("", about);
    page.section("Written as", vec![head(kind)]);
    let source = |span| program.sources.text(span).to_owned();
    let mut fields = Vec::new();
    let mut variables = Vec::new();
    let mut equations = Vec::new();
    for entry in &kind.entries {
        match entry {
            KindEntry::Field(field) => {
                let mut unit = source(field.unit.span);
                if field.path {
                    unit.push_str(" path");
                }
                let default = match &field.default {
                    Some(value) => format!("= {}", source(value.span)),
                    None => "required".to_owned(),
                };
                let bounds =
                    field.bounds.as_ref().map_or(String::new(), |range| source(range.span));
                let doc = field.doc.as_ref().map_or(String::new(), |doc| doc.text.clone());
                fields.push(vec![field.name.text.clone(), unit, default, bounds, doc]);
            }
            KindEntry::Quantity(quantity) => variables.push(variable(program, quantity)),
            KindEntry::Assign(assign) => equations.extend(lines(&source(assign.span))),
            KindEntry::Solve(solve) => equations.extend(lines(&source(solve.span))),
            KindEntry::Identity { condition, .. } => equations.push(source(condition.span)),
        }
    }
    page.section("Fields", columns(&fields));
    page.section("Variables of each", columns(&variables));
    page.section("Equations", equations);
    page
}

/// Builds the syntax of a lever of this kind: `tariff NAME on SECTOR from PARTNER "title" { ... }`.
fn head(kind: &LeverKind) -> String {
    let mut head = format!("{} NAME", kind.name.text);
    for binding in &kind.bindings {
        head.push_str(&format!(
            " {} {} ({}: {})",
            binding.preposition.text,
            binding.set.text.to_uppercase(),
            binding.index.text,
            binding.set.text,
        ));
    }
    head.push_str(" \"title\" { ... }");
    head
}

fn variable(program: &Program, quantity: &Quantity) -> Vec<String> {
    let role = match quantity.role {
        Role::Param => "param",
        Role::Variable => "var",
        Role::Factor => "factor",
        Role::Total => "total",
    };
    let unit = quantity.unit.as_ref().map_or("number", |unit| program.sources.text(unit.span));
    let value = quantity
        .value
        .as_ref()
        .map_or(String::new(), |value| format!("= {}", program.sources.text(value.span)));
    let doc = quantity.doc.as_ref().map_or(String::new(), |doc| doc.text.clone());
    vec![format!("{role} {}", quantity.name.text), unit.to_owned(), value, doc]
}
