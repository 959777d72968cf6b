//! The numbers and distributions that a script gives: each with its place, and with the line that sets the value in a
//! scenario.
//!
//! In: the tree of a script. Out: its figures in the order of the text. A figure is a number or a call that is the
//! value, a part of a path or map, or a term of a sum. Nothing is resolved; [`controls`](super::controls) asks the
//! model for units and bounds.

use super::problems::SCRIPT;
use crate::operator::BinaryOp;
use crate::source::{SourceMap, Span};
use crate::syntax::ast::{
    Assign, AssignOp, BodyEntry, Expr, ExprKind, File, Item, ItemKind, Leg, Lever, Name, Number,
    Role, ScenarioEntry, Suffix, Table,
};

/// A number or a distribution in the text of a script.
#[derive(Debug, Clone)]
pub(super) struct ScriptFigure<'a> {
    /// The parameter or field, with a dot before a field: `duty.rate`.
    pub(super) quantity: String,
    /// The part of the value that the number gives: an element, or `from 2026`; empty for the whole value.
    pub(super) part: String,
    /// Span of the text that a change replaces.
    pub(super) span: Span,
    pub(super) kind: FigureKind<'a>,
    /// True for a term of a sum, where a negative number requires brackets.
    pub(super) in_sum: bool,
    /// True if the number is the value itself, false for an increment or a factor.
    pub(super) is_value: bool,
    /// The line that sets the value in a scenario.
    pub(super) line: ValueLine,
    /// The lever that contains the number.
    pub(super) lever: Option<&'a Lever>,
    /// The scenario that contains the number.
    pub(super) scenario: Option<&'a Name>,
}

/// The type of a changeable number: a number or a distribution.
#[derive(Debug, Clone, Copy)]
pub(super) enum FigureKind<'a> {
    /// A number, with its unit after it.
    Number {
        number: &'a Number,
        /// True if a minus sign precedes the number.
        negative: bool,
        /// The unit in the head of the column of a table.
        column: Option<Span>,
    },
    /// A call of a function, which may be a distribution.
    Call {
        /// Span of the distribution's call, without `each` or `shared` after it.
        call: Span,
    },
}

/// The line that sets a value in a scenario: `duty.rate = 9.4%`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ValueLine {
    /// The text before the value: `duty.rate = `. Empty if the value is a whole assignment.
    pub(super) head: String,
    /// Place of the value, or of the whole assignment.
    pub(super) value: Span,
    /// The unit of a table's column, which a cell does not repeat.
    pub(super) unit: String,
}

/// Finds the figures of a script. `axes` returns the number of index sets of a parameter or field by its name.
pub(super) fn figures<'a>(
    file: &'a File,
    sources: &'a SourceMap,
    axes: &dyn Fn(&str) -> usize,
) -> Vec<ScriptFigure<'a>> {
    let mut finder = Finder { sources, axes, found: Vec::new(), lever: None, scenario: None };
    for item in &file.items {
        finder.item(item);
    }
    finder.found.retain(|figure| figure.span.source == SCRIPT);
    finder.found
}

/// A value in which the search looks for numbers.
#[derive(Clone)]
struct Value {
    quantity: String,
    part: String,
    line: ValueLine,
    column: Option<Span>,
    in_sum: bool,
    is_value: bool,
}

struct Finder<'a, 'f> {
    sources: &'a SourceMap,
    axes: &'f dyn Fn(&str) -> usize,
    found: Vec<ScriptFigure<'a>>,
    lever: Option<&'a Lever>,
    scenario: Option<&'a Name>,
}

impl<'a> Finder<'a, '_> {
    fn item(&mut self, item: &'a Item) {
        match &item.kind {
            ItemKind::Quantity(quantity) if quantity.role == Role::Param => {
                if let Some(value) = &quantity.value {
                    self.given(&quantity.name.text, value);
                }
            }
            ItemKind::Lever(lever) => self.lever(lever),
            ItemKind::Assign(assign) => self.assign(assign),
            ItemKind::Scenario(scenario) => {
                self.scenario = Some(&scenario.name);
                for entry in &scenario.entries {
                    match entry {
                        ScenarioEntry::Lever(lever) => self.lever(lever),
                        ScenarioEntry::Assign(assign) => self.assign(assign),
                        ScenarioEntry::Without(_) | ScenarioEntry::Fix(_) => {}
                    }
                }
                self.scenario = None;
            }
            ItemKind::Quantity(_)
            | ItemKind::Model(_)
            | ItemKind::Years(_)
            | ItemKind::Currency { .. }
            | ItemKind::Unit { .. }
            | ItemKind::ReportUnit { .. }
            | ItemKind::Use(_)
            | ItemKind::Set { .. }
            | ItemKind::Source { .. }
            | ItemKind::Needs(_)
            | ItemKind::Function { .. }
            | ItemKind::Identity { .. }
            | ItemKind::Correlate { .. }
            | ItemKind::Solve(_)
            | ItemKind::Solver(_)
            | ItemKind::Kind(_)
            | ItemKind::Query(_) => {}
        }
    }

    fn lever(&mut self, lever: &'a Lever) {
        self.lever = Some(lever);
        for entry in &lever.body {
            match entry {
                BodyEntry::Field { name, value, .. } => {
                    let field = format!("{}.{}", lever.name.text, name.text);
                    self.given(&field, value);
                }
                BodyEntry::Table(table) => self.table(&lever.name.text, table),
            }
        }
        self.lever = None;
    }

    /// Collects the cells of a table in the body of a lever; each column is a field.
    fn table(&mut self, lever: &str, table: &'a Table) {
        for row in &table.rows {
            let key = self.sources.text(row.key.span);
            for ((column, unit), cell) in table.columns.iter().zip(&row.cells) {
                let Some((expr, _)) = cell else { continue };
                let quantity = format!("{lever}.{}", column.text);
                let unit = unit.as_ref().map(|unit| unit.span);
                // The table names the elements of one set, and the line applies to all elements of the other.
                let others = ", *".repeat((self.axes)(&quantity).saturating_sub(1));
                let line = ValueLine {
                    head: format!("{quantity}[{key}{others}] = "),
                    value: expr.span,
                    unit: unit.map_or(String::new(), |unit| match self.sources.text(unit).trim() {
                        "percent" => "%".to_owned(),
                        unit => format!(" {unit}"),
                    }),
                };
                let part = row.key.text.clone();
                let value =
                    Value { quantity, part, line, column: unit, in_sum: false, is_value: true };
                self.value(expr, &value);
            }
        }
    }

    /// Collects the numbers of a value that applies to all cells of a quantity.
    fn given(&mut self, quantity: &str, expr: &'a Expr) {
        let line =
            ValueLine { head: format!("{quantity} = "), value: expr.span, unit: String::new() };
        let value = Value {
            quantity: quantity.to_owned(),
            part: String::new(),
            line,
            column: None,
            in_sum: false,
            is_value: true,
        };
        match &expr.kind {
            // The entry of a map with one axis is a cell, which a scenario can set alone.
            ExprKind::Map(entries) if (self.axes)(quantity) == 1 => {
                for (key, entry) in entries {
                    let mut value = Value { part: key.text.clone(), ..value.clone() };
                    if key.text != "else" {
                        let key = self.sources.text(key.span);
                        value.line.head = format!("{quantity}[{key}] = ");
                        value.line.value = entry.span;
                    }
                    self.value(entry, &value);
                }
            }
            _ => self.value(expr, &value),
        }
    }

    fn assign(&mut self, assign: &'a Assign) {
        let part = match &assign.target.suffix {
            Suffix::Indices(_) => {
                let text = self.sources.text(assign.target.span);
                let open = text.find('[').unwrap_or(text.len());
                text.get(open..).unwrap_or("").trim_matches(['[', ']']).to_owned()
            }
            Suffix::None | Suffix::Call(_) => String::new(),
        };
        let window = assign.window.as_ref().map(|window| self.sources.text(window.span).trim());
        let part = joined(&part, window.unwrap_or(""));
        let line = ValueLine { head: String::new(), value: assign.span, unit: String::new() };
        let value = Value {
            quantity: assign.target.dotted(),
            part,
            line,
            column: None,
            in_sum: false,
            is_value: assign.op == AssignOp::Set,
        };
        self.value(&assign.value, &value);
    }

    fn value(&mut self, expr: &'a Expr, value: &Value) {
        let part = |text: &str| Value { part: joined(&value.part, text), ..value.clone() };
        match &expr.kind {
            ExprKind::Number(number) if !value.in_sum => {
                self.add(expr.span, number_kind(number, false, value), value);
            }
            ExprKind::Negate(inner) => match &inner.kind {
                ExprKind::Number(number) if !value.in_sum => {
                    self.add(expr.span, number_kind(number, true, value), value);
                }
                _ => {}
            },
            ExprKind::Group(inner) => self.value(inner, value),
            ExprKind::Drawn(inner, _) => {
                self.add(expr.span, FigureKind::Call { call: inner.span }, value);
            }
            ExprKind::Reference(reference) if matches!(reference.suffix, Suffix::Call(_)) => {
                self.add(expr.span, FigureKind::Call { call: expr.span }, value);
            }
            ExprKind::Binary(BinaryOp::Add, left, right) => {
                let value = Value { in_sum: true, ..value.clone() };
                self.value(left, &value);
                self.value(right, &value);
            }
            ExprKind::Path { first, legs } => {
                self.value(first, &part("at first"));
                for leg in legs {
                    match leg {
                        Leg::Move { to, over, .. } => {
                            let years = over.as_ref().map(|over| self.sources.text(over.span));
                            self.value(
                                to,
                                &part(&format!("over {}", years.unwrap_or("all years"))),
                            );
                        }
                        Leg::Step { to, from, .. } => {
                            let year = from.as_ref().map(|from| self.sources.text(from.span));
                            self.value(to, &part(&format!("from {}", year.unwrap_or("then on"))));
                        }
                    }
                }
            }
            ExprKind::Points(points) => {
                for (year, at) in points {
                    self.value(at, &part(self.sources.text(year.span)));
                }
            }
            ExprKind::Map(entries) => {
                for (key, entry) in entries {
                    self.value(entry, &part(&key.text));
                }
            }
            ExprKind::Number(_)
            | ExprKind::Text(_)
            | ExprKind::Reference(_)
            | ExprKind::Not(_)
            | ExprKind::Binary(..)
            | ExprKind::If(..)
            | ExprKind::Table(_)
            | ExprKind::Mistake => {}
        }
    }

    fn add(&mut self, span: Span, kind: FigureKind<'a>, value: &Value) {
        self.found.push(ScriptFigure {
            quantity: value.quantity.clone(),
            part: value.part.clone(),
            span,
            kind,
            in_sum: value.in_sum,
            is_value: value.is_value,
            line: value.line.clone(),
            lever: self.lever,
            scenario: self.scenario,
        });
    }
}

fn number_kind<'a>(number: &'a Number, negative: bool, value: &Value) -> FigureKind<'a> {
    FigureKind::Number { number, negative, column: value.column }
}

/// Joins two parts of a name with a comma.
fn joined(before: &str, after: &str) -> String {
    match (before.is_empty(), after.is_empty()) {
        (true, _) => after.to_owned(),
        (false, true) => before.to_owned(),
        (false, false) => format!("{before}, {after}"),
    }
}
