//! Currencies and units, in any order of declaration.
//!
//! A constant rate becomes a factor of amounts. A rate that may change, over the years or between scenarios,
//! becomes a quantity with the name of its currency, which every amount in that currency reads.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::cycles::{Cycle, order};
use super::expr::{Env, binary};
use super::functions::each;
use super::{Checker, errors};
use crate::model::{
    ABOVE_ZERO, BinaryOp, Expr, Kind, Place, Quantity, QuantityId, Role, SourcedFigure,
};
use crate::quantity::{BASES, Dimension};
use crate::source::Span;
use crate::syntax::ast::{self, Ask, ItemKind, ScenarioEntry, Suffix};

/// A declared currency with its rate, or a declared unit with its value.
#[derive(Clone, Copy)]
struct Declared<'a> {
    name: &'a ast::Name,
    value: &'a ast::Expr,
    cites: &'a [ast::Name],
    is_currency: bool,
}

/// An exchange rate or unit factor that may change by scenario or year.
pub(super) struct Rate<'a> {
    name: &'a ast::Name,
    value: &'a ast::Expr,
    cites: &'a [ast::Name],
    dimension: Dimension,
}

/// The names that the definition of a rate reads.
#[derive(Default)]
struct Uses {
    /// Names of units, parameters and years in the rate.
    names: BTreeSet<String>,
    /// The names that are not the unit of a number.
    bare: BTreeSet<String>,
    /// True if the definition has a path, a call or the current year, and so is not constant.
    varies: bool,
}

impl Uses {
    fn of(value: &ast::Expr) -> Self {
        let mut uses = Self::default();
        each(&mut value.clone(), &mut |part| match &part.kind {
            ast::ExprKind::Number(number) => {
                uses.names.extend(number.unit.iter().map(|unit| unit.text.clone()));
            }
            ast::ExprKind::Reference(reference) => match reference.suffix {
                Suffix::None => {
                    uses.varies |= reference.dotted() == "t";
                    uses.names.insert(reference.dotted());
                    uses.bare.insert(reference.dotted());
                }
                Suffix::Indices(_) | Suffix::Call(_) => uses.varies = true,
            },
            ast::ExprKind::Path { .. } | ast::ExprKind::Points(_) => uses.varies = true,
            ast::ExprKind::Text(_)
            | ast::ExprKind::Negate(_)
            | ast::ExprKind::Not(_)
            | ast::ExprKind::Binary(..)
            | ast::ExprKind::If(..)
            | ast::ExprKind::Group(_)
            | ast::ExprKind::Drawn(..)
            | ast::ExprKind::Map(_)
            | ast::ExprKind::Table(_)
            | ast::ExprKind::Mistake => {}
        });
        uses
    }
}

impl<'a> Checker<'a> {
    /// Declares currencies and units; `edits` may change rates.
    pub(super) fn currencies(&mut self, items: &[&'a ast::Item], edits: &[ast::Assign]) {
        let mut given = IndexMap::new();
        self.base_units(items, &mut given);
        let mut declared: IndexMap<&str, Declared<'a>> = IndexMap::new();
        for item in items {
            let (name, value, cites, is_currency) = match &item.kind {
                ItemKind::Currency { name, rate: Some(value), cites } => {
                    (name, value, cites.as_slice(), true)
                }
                ItemKind::Unit { name, value: Some(value) } => (name, value, &[][..], false),
                _ => continue,
            };
            if !self.given_twice(&mut given, name) {
                declared.insert(&name.text, Declared { name, value, cites, is_currency });
            }
        }
        let uses: Vec<Uses> = declared.values().map(|one| Uses::of(one.value)).collect();
        let edges = |uses: &Uses| -> Vec<usize> {
            uses.names.iter().filter_map(|name| declared.get_index_of(name.as_str())).collect()
        };
        let (order, cycles) = order(&uses.iter().map(edges).collect::<Vec<_>>());
        for Cycle { nodes, .. } in &cycles {
            let names: Vec<&str> = nodes.iter().map(|&n| declared[n].name.text.as_str()).collect();
            let place = nodes.first().map_or(0, |&n| n);
            self.error(errors::rate_cycle(declared[place].name.span, &names));
        }
        if !cycles.is_empty() {
            return;
        }
        let changed = changed_names(items, edits);
        for n in order {
            let one = declared[n];
            let known = |name: &String| {
                matches!(name.as_str(), "first" | "last" | "t") || self.units.contains_key(name)
            };
            let reads_parameter = !uses[n].bare.iter().all(known);
            let reads_rate = uses[n].names.iter().any(|name| self.rates.contains_key(name));
            let varies = uses[n].varies || reads_rate || changed.contains(&one.name.text);
            if varies || reads_parameter {
                self.changing_rate(one, reads_parameter);
            } else {
                self.constant_rate(one);
            }
        }
    }

    /// Declares the currency, and the units that no other unit defines.
    fn base_units(&mut self, items: &[&'a ast::Item], given: &mut IndexMap<&'a str, Span>) {
        for item in items {
            match &item.kind {
                ItemKind::Currency { name, rate: None, .. } => {
                    if self.given_twice(given, name) {
                        continue;
                    }
                    if !self.model.currency.is_empty() {
                        let currency = self.model.currency.clone();
                        self.error(errors::second_currency(name.span, &name.text, &currency));
                        continue;
                    }
                    self.model.currency.clone_from(&name.text);
                    self.model.bases[0].clone_from(&name.text);
                    self.units.insert(name.text.clone(), (Dimension::MONEY, 1.0));
                }
                // A script may declare a unit that its library declares too.
                ItemKind::Unit { name, value: None }
                    if self.model.bases.contains(&name.text) && name.span.source.is_builtin() => {}
                ItemKind::Unit { name, value: None } => {
                    if self.given_twice(given, name) {
                        continue;
                    }
                    let n = self.model.bases.len();
                    if n == BASES {
                        self.error(errors::too_many_units(name.span, BASES - 3));
                        continue;
                    }
                    self.model.bases.push(name.text.clone());
                    self.units.insert(name.text.clone(), (Dimension::base(n), 1.0));
                }
                _ => {}
            }
        }
    }

    /// Evaluates a rate, which must be constant and above 0; the rate of a currency must be money.
    fn constant_rate(&mut self, one: Declared<'a>) {
        let before = self.errors;
        let (expr, kind) = self.expr(one.value, &mut Env::default(), None);
        let Some(dimension) = self.rate_dimension(one, kind).filter(|_| self.errors == before)
        else {
            return;
        };
        match expr.constant() {
            Some(factor) if factor > 0.0 => {
                self.units.insert(one.name.text.clone(), (dimension, factor));
                if one.is_currency {
                    self.model.constant_rates.push(SourcedFigure {
                        name: one.name.text.clone(),
                        place: Place::Script,
                        span: one.value.span,
                        sources: one.cites.iter().map(|cite| cite.text.clone()).collect(),
                    });
                }
            }
            found => self.error(errors::rate_not_positive(one.value.span, &one.name.text, found)),
        }
    }

    /// Registers a rate that becomes a quantity. The dimension of a unit cannot be that of a parameter, because the
    /// parameter's kind is not known yet.
    fn changing_rate(&mut self, one: Declared<'a>, reads_parameter: bool) {
        let dimension = if one.is_currency {
            Some(Dimension::MONEY)
        } else if reads_parameter {
            self.error(errors::computed_unit(one.value.span, &one.name.text));
            None
        } else {
            let (_, kind) = self.expr(one.value, &mut Env::default(), None);
            self.rate_dimension(one, kind)
        };
        let Some(dimension) = dimension else { return };
        self.units.insert(one.name.text.clone(), (dimension, 1.0));
        self.rates.insert(one.name.text.clone(), None);
        let Declared { name, value, cites, .. } = one;
        self.changing.push(Rate { name, value, cites, dimension });
    }

    /// Returns the dimension of a currency or unit; reports a value of another kind.
    fn rate_dimension(&mut self, one: Declared<'a>, kind: Kind) -> Option<Dimension> {
        let dimension = match kind {
            Kind::Plain { dimension, .. } => as_money(dimension),
            Kind::Unknown => return None,
            Kind::Points | Kind::Year | Kind::Element(_) | Kind::Truth => Dimension::NUMBER,
        };
        let plain = matches!(kind, Kind::Plain { .. });
        if plain && (dimension == Dimension::MONEY || !one.is_currency) {
            return Some(dimension);
        }
        let (found, currency) = (self.kind_name(kind), self.model.currency.clone());
        self.error(match one.is_currency {
            true => {
                errors::rate_without_currency(one.value.span, &one.name.text, &found, &currency)
            }
            false => errors::unit_mismatch(
                one.value.span,
                &found,
                "a number",
                &format!("the unit `{}`", one.name.text),
            ),
        });
        None
    }

    /// Declares a quantity for each rate that may change.
    pub(super) fn rate_quantities(&mut self) {
        for rate in std::mem::take(&mut self.changing) {
            self.add(Quantity {
                name: rate.name.text.clone(),
                role: Role::Param,
                axes: Vec::new(),
                kind: Kind::Plain { dimension: rate.dimension, percent: false },
                unit: rate.dimension.name(&self.model.bases),
                path: true,
                doc: format!("value of one {}", rate.name.text),
                span: rate.name.span,
                lever: None,
                definitions: Vec::new(),
                choice: Vec::new(),
                start: None,
                bounds: Some(ABOVE_ZERO),
                sources: rate.cites.iter().map(|cite| cite.text.clone()).collect(),
                own: false,
            });
            if let Some(&id) = self.quantity_names.get(&rate.name.text) {
                self.rates.insert(rate.name.text.clone(), Some(id));
                self.model.rates.push(id);
            }
            self.changing.push(rate);
        }
    }

    /// Adds the definitions of the rates that may change.
    pub(super) fn rate_definitions(&mut self) {
        for rate in std::mem::take(&mut self.changing) {
            if let Some(&Some(id)) = self.rates.get(&rate.name.text) {
                self.define(id, Vec::new(), rate.value, &[], &mut Env::default(), None);
            }
        }
    }

    /// Multiplies an amount in a currency whose rate changes by the rate of the year; other units were
    /// converted already.
    pub(super) fn at_rate(&mut self, unit: &str, value: f64, span: Span, env: &mut Env) -> Expr {
        match self.rates.get(unit) {
            Some(&Some(id)) => {
                let rate = self.read(id, &[], span, env).0;
                binary(BinaryOp::Multiply, Expr::Const(value), rate, span)
            }
            Some(None) | None => Expr::Const(value),
        }
    }

    /// Returns the kind of a given value; the rate of a currency may be the inverse of money.
    pub(super) fn rate_kind(&self, id: QuantityId, kind: Kind) -> Kind {
        match kind {
            Kind::Plain { dimension, percent } if self.model.rates.contains(&id) => {
                Kind::Plain { dimension: as_money(dimension), percent }
            }
            other => other,
        }
    }
}

/// Returns the dimension of a currency's rate; accepts `1 / 1.7 USD`, the inverse of money, as money.
fn as_money(dimension: Dimension) -> Dimension {
    let inverse = Dimension::NUMBER.over(Dimension::MONEY);
    if Some(dimension) == inverse { Dimension::MONEY } else { dimension }
}

/// Returns the names to which scenarios, queries and edits give other values.
fn changed_names(items: &[&ast::Item], edits: &[ast::Assign]) -> BTreeSet<String> {
    let mut changed: BTreeSet<String> = edits.iter().map(|edit| edit.target.dotted()).collect();
    for item in items {
        match &item.kind {
            ItemKind::Scenario(scenario) => {
                changed.extend(scenario.entries.iter().filter_map(|entry| match entry {
                    ScenarioEntry::Assign(assign) | ScenarioEntry::Fix(assign) => {
                        Some(assign.target.dotted())
                    }
                    ScenarioEntry::Lever(_) | ScenarioEntry::Without(_) => None,
                }));
            }
            ItemKind::Assign(assign) => {
                changed.insert(assign.target.dotted());
            }
            ItemKind::Query(query) => {
                if let Ask::Find { unknowns: inputs, .. } | Ask::Sweep { over: inputs, .. } =
                    &query.ask
                {
                    changed.extend(inputs.iter().map(|input| input.input.dotted()));
                }
            }
            _ => {}
        }
    }
    changed
}
