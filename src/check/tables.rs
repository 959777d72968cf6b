//! Tables: rows are elements, columns are elements or fields; a column's head may have a unit.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::Checker;
use super::errors;
use super::expr::Env;
use super::given::{Given, keys, reference_to};
use super::pasted::{in_brackets, is_total};
use super::percents::numbers;
use crate::model::{BinaryOp, Expr, QuantityId, Select};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Suffix};

impl Checker<'_> {
    /// Resolves a table over axis `n` of a quantity, and over the next axis without an element if there is one.
    pub(super) fn table(
        &mut self,
        id: QuantityId,
        axes: &[Select],
        n: usize,
        table: &ast::Table,
        env: &mut Env,
    ) -> Vec<Given> {
        let Select::Each(_, set) = axes[n] else { return Vec::new() };
        let across = axes.iter().enumerate().find_map(|(m, axis)| match axis {
            Select::Each(_, set) if m != n => Some((m, *set)),
            _ => None,
        });
        if let Some(problem) = self.other_form(id, table, set, across.is_some()) {
            self.error(problem);
            return Vec::new();
        }
        self.table_set(table, set);
        let mut all = Vec::new();
        let yearly = across.is_none() && table.columns.iter().all(|(column, _)| is_year(column));
        for (row, element) in self.rows(table, set) {
            if yearly {
                let mut picked = axes.to_vec();
                picked[n] = Select::One(element);
                self.yearly_cells(table, row);
                let (path, cites) = path_of(table, row);
                for mut given in self.given_at(id, (axes, picked), &path, env) {
                    given.sources.extend(cites.iter().cloned());
                    all.push(given);
                }
                continue;
            }
            for ((column, unit), cell) in table.columns.iter().zip(&row.cells) {
                let Some((value, cites)) = cell else { continue };
                let mut picked = axes.to_vec();
                picked[n] = Select::One(element);
                if let Some((m, set)) = across {
                    match self.element_index(&reference_to(column), set, env) {
                        Expr::Const(element) => picked[m] = Select::One(element as u32),
                        _ => continue,
                    }
                }
                self.second_scale(value, unit.as_ref());
                let value = with_unit(value, unit.as_ref());
                for mut given in self.given_at(id, (axes, picked), &value, env) {
                    given.sources.extend(keys(cites));
                    all.push(given);
                }
            }
        }
        all
    }

    /// Reports empty cells and cells with several years, in a row whose columns are years.
    fn yearly_cells(&mut self, table: &ast::Table, row: &ast::TableRow) {
        for ((column, unit), cell) in table.columns.iter().zip(&row.cells) {
            match cell {
                None => self.error(errors::year_without_value(row.span, &column.text)),
                Some((value, _)) if is_path(value) => {
                    self.error(errors::path_in_year(value.span, &column.text));
                }
                Some((value, _)) => self.second_scale(value, unit.as_ref()),
            }
        }
    }

    /// Reports the numbers of a cell that have a scale word below a head with one: `40 mn` below `base: mn USD`.
    pub(super) fn second_scale(&mut self, value: &ast::Expr, unit: Option<&ast::Unit>) {
        let Some(unit) = unit else { return };
        let scale: f64 = unit.terms.iter().map(|term| libm::pow(term.scale, term.power)).product();
        let mut found = Vec::new();
        numbers(value, &mut |part| found.extend(scaled(part)));
        for (span, number) in found.into_iter().filter(|_| scale != 1.0) {
            let (written, unit) = (self.sources.text(span), self.sources.text(unit.span));
            let number = (number / scale).to_string();
            let found = errors::scale_twice(span, written.trim(), unit.trim(), &number);
            self.error(found);
        }
    }

    /// Reports a table whose head names another set than the axis has.
    pub(super) fn table_set(&mut self, table: &ast::Table, set: usize) {
        let (name, found) = (self.model.sets[set].name.clone(), &table.set);
        if found.text == name {
            return;
        }
        let elements = &self.model.sets[self.model.sets[set].root].elements;
        self.error(match elements.contains_key(found.text.as_str()) {
            true => errors::table_without_head(found.span, &found.text, &name, self.model.years.0),
            false => errors::table_of_other_set(found.span, &found.text, &name),
        });
    }

    /// Resolves the elements of a table's rows; reports repeated rows and rows of the wrong length.
    pub(super) fn rows<'t>(
        &mut self,
        table: &'t ast::Table,
        set: usize,
    ) -> Vec<(&'t ast::TableRow, u32)> {
        let mut rows: Vec<(&ast::TableRow, u32)> = Vec::new();
        let mut columns = IndexMap::new();
        for (column, _) in &table.columns {
            self.given_twice(&mut columns, column);
        }
        let mut given: BTreeMap<u32, Span> = BTreeMap::new();
        for row in &table.rows {
            if row.cells.len() != table.columns.len() {
                self.error(errors::ragged_row(
                    row.span,
                    table.columns.len() + 1,
                    row.cells.len() + 1,
                ));
                continue;
            }
            for (value, _) in row.cells.iter().flatten() {
                if let Some(number) = in_brackets(value) {
                    let percent = if number.percent { "%" } else { "" };
                    let written = format!("{}{percent}", number.written.trim_end_matches('%'));

                    self.error(errors::negative_in_brackets(value.span, &written));
                }
            }
            let elements = &self.model.sets[self.model.sets[set].root].elements;
            if is_total(&row.key.text) && !elements.contains_key(&row.key.text) {
                self.error(errors::total_row(row.span, &row.key.text));
                continue;
            }
            match self.element_index(&reference_to(&row.key), set, &mut Env::default()) {
                Expr::Const(_)
                    if self.model.sets[self.model.sets[set].root]
                        .elements
                        .get(&row.key.text)
                        .is_none() => {}
                Expr::Const(element) => {
                    let element = element as u32;
                    if let Some(&first) = given.get(&element) {
                        self.error(errors::changed_twice(row.key.span, &row.key.text, first));
                        continue;
                    }
                    given.insert(element, row.key.span);
                    rows.push((row, element));
                }
                _ => {}
            }
        }
        rows
    }
}

/// True for the head of a column that is a year: `2024`.
fn is_year(column: &ast::Name) -> bool {
    column.text.len() == 4 && column.text.bytes().all(|byte| byte.is_ascii_digit())
}

/// True for an expression with values over several years.
fn is_path(value: &ast::Expr) -> bool {
    match &value.kind {
        ExprKind::Group(inner) => is_path(inner),
        kind => matches!(kind, ExprKind::Path { .. } | ExprKind::Points(_)),
    }
}

/// True for a value in which a number has a scale word and no unit.
pub(super) fn has_scale(value: &ast::Expr) -> bool {
    let mut found = false;
    numbers(value, &mut |part| found |= scaled(part).is_some());
    found
}

/// Returns the place and the value of a number with a scale word and without a unit: `40 mn`.
fn scaled(part: &ast::Expr) -> Option<(Span, f64)> {
    let ExprKind::Number(number) = &part.kind else { return None };
    (number.scale != 1.0 && number.unit.is_none())
        .then_some((part.span, number.value * number.scale))
}

/// Returns the path through the values of a row whose columns are years, and the sources of its cells.
fn path_of(table: &ast::Table, row: &ast::TableRow) -> (ast::Expr, Vec<String>) {
    let (mut points, mut sources) = (Vec::new(), Vec::new());
    for ((column, unit), cell) in table.columns.iter().zip(&row.cells) {
        let Some((value, cites)) = cell else { continue };
        let number = ast::Number {
            value: column.text.parse().unwrap_or(f64::NAN),
            written: column.text.clone(),
            percent: false,
            scale: 1.0,
            unit: None,
        };
        let year = ast::Expr { kind: ExprKind::Number(number), span: column.span };
        points.push((year, with_unit(value, unit.as_ref())));
        sources.extend(keys(cites));
    }
    (ast::Expr { kind: ExprKind::Points(points), span: row.span }, sources)
}

/// Returns the value of a cell; adds the unit in the column's head to a plain number.
pub(super) fn with_unit(value: &ast::Expr, unit: Option<&ast::Unit>) -> ast::Expr {
    let mut value = value.clone();
    if let Some(unit) = unit {
        apply_unit(&mut value, unit);
    }
    value
}

/// Adds a unit to the plain numbers of a value.
fn apply_unit(value: &mut ast::Expr, unit: &ast::Unit) {
    match &mut value.kind {
        ExprKind::Number(number) if number.unit.is_none() && !number.percent => {
            let scales = unit.terms.iter().map(|term| libm::pow(term.scale, term.power));
            number.scale *= scales.product::<f64>();
            match unit.terms.as_slice() {
                [only] if only.name.text == "percent" => number.percent = true,
                [only] if only.power == 1.0 => {
                    number.unit = (!matches!(only.name.text.as_str(), "number" | "year"))
                        .then(|| only.name.clone());
                }
                several => {
                    let number = ast::Expr { kind: value.kind.clone(), span: value.span };
                    let product = several.iter().fold(number, times);
                    value.kind = ExprKind::Group(Box::new(product));
                }
            }
        }
        ExprKind::Negate(inner) | ExprKind::Group(inner) | ExprKind::Drawn(inner, _) => {
            apply_unit(inner, unit);
        }
        ExprKind::Points(points) => {
            points.iter_mut().for_each(|(_, value)| apply_unit(value, unit));
        }
        ExprKind::Path { first, legs } => {
            apply_unit(first, unit);
            for leg in legs {
                match leg {
                    ast::Leg::Move { to, .. } | ast::Leg::Step { to, .. } => apply_unit(to, unit),
                }
            }
        }
        ExprKind::Reference(reference) => {
            if let Suffix::Call(call) = &mut reference.suffix {
                call.args.iter_mut().for_each(|arg| apply_unit(&mut arg.value, unit));
            }
        }
        _ => {}
    }
}

/// Multiplies a value by a factor of a unit, raised to its exponent.
fn times(value: ast::Expr, term: &ast::UnitTerm) -> ast::Expr {
    let span = value.span;
    let binary = |op, left, right| ast::Expr {
        kind: ExprKind::Binary(op, Box::new(left), Box::new(right)),
        span,
    };
    let path = vec![ast::Name { text: term.name.text.clone(), span }];
    let unit = ast::Reference { path, suffix: Suffix::None, span };
    let unit = ast::Expr { kind: ExprKind::Reference(unit), span };
    let exponent = ast::Number {
        value: term.power,
        written: term.power.to_string(),
        percent: false,
        scale: 1.0,
        unit: None,
    };
    let exponent = ast::Expr { kind: ExprKind::Number(exponent), span };
    binary(BinaryOp::Multiply, value, binary(BinaryOp::Power, unit, exponent))
}
