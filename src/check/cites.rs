//! Citations: every `@key` must name a source, and every source must be cited.

use std::collections::BTreeSet;

use super::{Checker, errors, warnings};
use crate::syntax::ast::{
    Assign, BodyEntry, Expr, ExprKind, Item, ItemKind, KindEntry, Lever, Name, ScenarioEntry, Table,
};

impl Checker<'_> {
    /// Reports cited sources that are not declared, and declared sources that are not cited.
    pub(super) fn cites(&mut self, items: &[&Item]) {
        let mut cited: Vec<&Name> = Vec::new();
        items.iter().for_each(|item| of_item(item, &mut cited));
        for cite in &cited {
            if self.full() {
                break;
            }
            if !self.model.sources.contains_key(&cite.text) {
                let known = self.model.sources.keys().map(String::as_str);
                let near = self.nearest(&cite.text, known);
                self.error(errors::unknown_source(cite.span, &cite.text, near.as_deref()));
            }
        }
        if self.diagnostics.iter().any(crate::diagnostic::Diagnostic::is_error) {
            return;
        }
        // A citation may name another source: `see @other`.
        let mut used: BTreeSet<&str> = cited.iter().map(|cite| cite.text.as_str()).collect();
        let citations = items.iter().filter_map(|item| match &item.kind {
            ItemKind::Source { citation, .. } => Some(citation.text.as_str()),
            _ => None,
        });
        let ends = |c: char| c != '_' && (c.is_whitespace() || c.is_ascii_punctuation());
        for after in citations.flat_map(|citation| citation.split('@').skip(1)) {
            used.insert(&after[..after.find(ends).unwrap_or(after.len())]);
        }
        for item in items {
            let ItemKind::Source { key, .. } = &item.kind else { continue };
            if !used.contains(key.text.as_str()) && !key.span.source.is_builtin() {
                self.error(warnings::unused_source(key.span, &key.text));
            }
        }
    }
}

fn of_item<'a>(item: &'a Item, found: &mut Vec<&'a Name>) {
    match &item.kind {
        ItemKind::Quantity(quantity) => {
            found.extend(&quantity.cites);
            quantity.value.iter().for_each(|value| of_value(value, found));
        }
        ItemKind::Kind(kind) => {
            for entry in &kind.entries {
                match entry {
                    KindEntry::Quantity(quantity) => found.extend(&quantity.cites),
                    KindEntry::Assign(assign) => of_assign(assign, found),
                    KindEntry::Field(_) | KindEntry::Solve(_) | KindEntry::Identity { .. } => {}
                }
            }
        }
        ItemKind::Currency { cites, .. } => found.extend(cites),
        ItemKind::Lever(lever) => of_lever(lever, found),
        ItemKind::Scenario(scenario) => {
            found.extend(&scenario.cites);
            for entry in &scenario.entries {
                match entry {
                    ScenarioEntry::Lever(lever) => of_lever(lever, found),
                    ScenarioEntry::Assign(assign) | ScenarioEntry::Fix(assign) => {
                        of_assign(assign, found);
                    }
                    ScenarioEntry::Without(_) => {}
                }
            }
        }
        ItemKind::Assign(assign) => of_assign(assign, found),
        ItemKind::Query(query) => found.extend(&query.cites),
        _ => {}
    }
}

fn of_assign<'a>(assign: &'a Assign, found: &mut Vec<&'a Name>) {
    found.extend(&assign.cites);
    of_value(&assign.value, found);
}

fn of_lever<'a>(lever: &'a Lever, found: &mut Vec<&'a Name>) {
    found.extend(&lever.cites);
    for entry in &lever.body {
        match entry {
            BodyEntry::Field { value, cites, .. } => {
                found.extend(cites);
                of_value(value, found);
            }
            BodyEntry::Table(table) => of_table(table, found),
        }
    }
}

fn of_table<'a>(table: &'a Table, found: &mut Vec<&'a Name>) {
    for (value, cites) in table.rows.iter().flat_map(|row| row.cells.iter().flatten()) {
        found.extend(cites);
        of_value(value, found);
    }
}

/// Only the cells of tables have marks, so the search looks into tables and into maps with tables.
fn of_value<'a>(value: &'a Expr, found: &mut Vec<&'a Name>) {
    match &value.kind {
        ExprKind::Table(table) => of_table(table, found),
        ExprKind::Map(entries) => entries.iter().for_each(|(_, value)| of_value(value, found)),
        _ => {}
    }
}
