//! Presentation of the values of a query: titles, units, decimals, totals and the layout of tables.
//!
//! In: the clauses of a query. Out: the form of each value and of the tables. A value in another unit is a quotient,
//! and a total is a separate value, so that simulations need no special rule for them.

use super::expr::{Env, NUMBER, PERCENT, binary};
use super::{Checker, errors};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Across, Ask, BinaryOp, Expr, Kind, QueryYears, Question, Reduction, ReductionId, Shown,
    TableForm,
};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, ItemKind, Reference, Suffix};
use crate::syntax::words::SCALES;

/// Maximum number of decimals in a table.
const MOST_DIGITS: f64 = 8.0;

/// The unit in which a query shows its values: its name and its size.
struct ShownUnit {
    kind: Kind,
    /// Name of the unit without a scale word; empty for a unit that values of this kind have by default.
    name: String,
    scale: &'static str,
    /// Size of the unit in base units.
    factor: Expr,
    span: Span,
}

impl Checker<'_> {
    /// Stores the scale that all tables use for a unit, `unit mn USD`; reports the scale of an unknown unit.
    pub(super) fn report_units(&mut self, items: &[&ast::Item]) {
        for item in items {
            let ItemKind::ReportUnit { scale, name } = &item.kind else { continue };
            let found = SCALES.iter().find(|(word, _)| *word == scale.text);
            let word = found.map_or("", |(word, _)| word);
            let is_second = self.model.scales.insert(name.text.clone(), word).is_some();
            if is_second {
                self.error(errors::second_scale(item.span, &name.text));
                continue;
            }
            if self.model.bases.contains(&name.text) {
                continue;
            }
            if self.units.contains_key(&name.text) {
                self.error(errors::scale_of_derived(name.span, &name.text));
            } else {
                let near = self.nearest_unit(&name.text);
                let currency = self.model.currency.clone();
                let near = near.as_deref();
                self.error(errors::unknown_unit(name.span, &name.text, near, &currency));
            }
        }
    }

    /// Resolves the years after `in`; `None` for a query without years, or if a year is reported.
    pub(super) fn years_in(&mut self, windows: &[ast::Window]) -> Option<QueryYears> {
        // `in mn` is read as a year.
        if let [window] = windows
            && let Some(name) = window.from.as_ref().and_then(lone_name)
            && let Some(found) = self.scale_alone(name)
        {
            self.error(found);
            return None;
        }
        let ranges: Option<Vec<(i32, i32)>> =
            windows.iter().map(|window| self.window(window)).collect();
        QueryYears::of(&ranges?)
    }

    /// Returns the year that a single name after `in` means, as in `in opens`; `None` for the name of a unit.
    pub(super) fn named_year(&mut self, scope: &ast::Clauses) -> Option<ast::Window> {
        let name = lone(scope.unit.as_ref()?)?;
        let is_year = matches!(name.text.as_str(), "first" | "last" | "t")
            || self.quantity_names.contains_key(&name.text);
        if !is_year || self.units.contains_key(&name.text) || !scope.years.is_empty() {
            return None;
        }
        let (path, span) = (vec![name.clone()], name.span);
        let reference = Reference { path, suffix: Suffix::None, span };
        let from = Some(ast::Expr { kind: ExprKind::Reference(reference), span });
        Some(ast::Window { from, to: None, is_range: false, span })
    }

    /// Applies the clauses of a query to its values. Returns the layout of its tables; `None` if a clause is wrong.
    pub(super) fn form_of(&mut self, query: &ast::Query, ask: &mut Ask) -> Option<TableForm> {
        let scope = &query.scope;
        let digits = match &scope.digits {
            Some(digits) => Some(self.digits(digits)?),
            None => None,
        };
        let unit = match &scope.unit {
            Some(_) if self.named_year(scope).is_some() => None,
            Some(unit) => Some(self.unit_shown(unit)?),
            None => None,
        };
        for question in ask.questions_mut() {
            question.shown.digits = digits;
            if let Some(unit) = &unit {
                self.in_unit(question, unit)?;
            }
        }
        let across = match &scope.across {
            Some(name) => Some(self.across(name, ask.questions())?),
            None => None,
        };
        let mut layout = TableForm { across, errors: false };
        for name in &scope.with {
            match (name.text.as_str(), &mut *ask) {
                ("total", Ask::Show(of) | Ask::Chart(of)) => self.add_totals(of)?,
                ("errors", Ask::Show(_)) => layout.errors = true,
                _ => {
                    self.error(errors::with_what(name.span, &name.text));
                    return None;
                }
            }
        }
        Some(layout)
    }

    /// Evaluates the clause `digits NUMBER`.
    fn digits(&mut self, digits: &ast::Expr) -> Option<usize> {
        let value = self.expect(digits, &mut Env::default(), NUMBER, "`digits`");
        let fits = |value: &f64| (0.0..=MOST_DIGITS).contains(value) && value.fract() == 0.0;
        let found = value.constant().filter(fits);
        if found.is_none() {
            self.error(errors::digits_value(digits.span, MOST_DIGITS));
        }
        found.map(|digits| digits as usize)
    }

    /// Resolves the clause `in UNIT`, such as `in bn USD`.
    fn unit_shown(&mut self, unit: &ast::Unit) -> Option<ShownUnit> {
        if let Some(name) = lone(unit)
            && self.sets.contains_key(&name.text)
        {
            self.error(errors::set_as_unit(name.span, &name.text));
            return None;
        }
        if let Some(name) = lone(unit).filter(|name| !self.units.contains_key(&name.text))
            && let Some(found) = self.scale_alone(name).or_else(|| self.not_in_clause(name))
        {
            self.error(found);
            return None;
        }
        let kind = self.unit_kind(unit);
        let (Kind::Plain { .. }, true) = (kind, self.exact_scales(unit)) else {
            if kind != Kind::Unknown {
                self.error(errors::shown_unit(unit.span));
            }
            return None;
        };
        let mut factor = Expr::Const(1.0);
        for term in &unit.terms {
            let own = self.units.get(&term.name.text).map_or(1.0, |&(_, factor)| factor);
            if term.scale != 1.0 && term.power != 1.0 {
                self.error(errors::shown_unit(unit.span));
                return None;
            }
            let mut value = self.at_rate(&term.name.text, own, term.name.span, &mut Env::default());
            if term.power != 1.0 {
                let power = Box::new(Expr::Const(term.power));
                value = match value.constant() {
                    Some(own) => Expr::Const(libm::pow(own, term.power)),
                    None => Expr::Binary {
                        op: BinaryOp::Power,
                        left: Box::new(value),
                        right: power,
                        span: unit.span,
                    },
                };
            }
            factor = product(factor, value, unit.span);
        }
        let scale = unit.terms.iter().map(|term| term.scale).fold(1.0, f64::max);
        let word = SCALES.iter().find(|(_, factor)| *factor == scale).map_or("", |(word, _)| word);
        let text = self.sources.text(unit.span);
        let name = text.strip_prefix(word).unwrap_or(text).trim().to_owned();
        let name = if factor.constant() == Some(1.0) { String::new() } else { name };
        Some(ShownUnit { kind, name, scale: word, factor, span: unit.span })
    }

    /// Returns the message for a scale word without its unit: `in mn`, `in millions`.
    fn scale_alone(&self, name: &ast::Name) -> Option<Diagnostic> {
        let lower = name.text.to_lowercase();
        let scale = match lower.as_str() {
            "mn" | "mln" | "million" | "millions" => "mn",
            "bn" | "bln" | "mrd" | "billion" | "billions" => "bn",
            "tn" | "trillion" | "trillions" => "tn",
            "thousand" | "thousands" => "thousand",
            _ => return None,
        };
        let currency = &self.model.currency;
        let known = self.quantity_names.contains_key(&name.text) || currency.is_empty();
        (!known).then(|| errors::scale_alone(name.span, &name.text, &format!("{scale} {currency}")))
    }

    /// True if at most one factor of a unit has a scale word.
    fn exact_scales(&self, unit: &ast::Unit) -> bool {
        unit.terms.iter().filter(|term| term.scale != 1.0).count() <= 1
    }

    /// Converts a value to a unit of its kind.
    fn in_unit(&mut self, question: &mut Question, unit: &ShownUnit) -> Option<()> {
        let number = |kind: Kind| matches!(kind, Kind::Plain { dimension, .. } if dimension == Dimension::NUMBER);
        let same = match (question.kind, unit.kind) {
            (Kind::Plain { dimension: own, .. }, Kind::Plain { dimension: other, .. }) => {
                own == other
            }
            _ => false,
        };
        if !same || question.probability && unit.kind != PERCENT {
            let (value, asked) = (self.kind_name(question.kind), self.kind_name(unit.kind));
            self.error(errors::other_unit(unit.span, question.span, &value, &asked));
            return None;
        }
        if number(unit.kind) {
            question.kind = unit.kind;
        }
        if unit.kind != PERCENT {
            question.shown.scale = Some(unit.scale);
        }
        if unit.factor.constant() != Some(1.0) {
            let value = std::mem::replace(&mut question.expr, Expr::Const(0.0));
            question.expr = binary(BinaryOp::Divide, value, unit.factor.clone(), question.span);
            question.shown.unit.clone_from(&unit.name);
        }
        Some(())
    }

    /// Resolves the clause `across NAME`, such as `across years`.
    fn across(&mut self, name: &ast::Name, of: &[Question]) -> Option<Across> {
        match name.text.as_str() {
            "years" | "year" => return Some(Across::Years),
            "scenarios" | "scenario" => return Some(Across::Scenarios),
            _ => {}
        }
        let Some(&set) = self.sets.get(&name.text) else {
            let known = self.sets.keys().map(String::as_str).chain(["years", "scenarios"]);
            let near = self.nearest(&name.text, known);
            self.error(errors::across_what(name.span, &name.text, near.as_deref()));
            return None;
        };
        let root = self.model.sets[set].root;
        let over = |question: &&Question| {
            !question.loops.iter().any(|&(_, own)| self.model.sets[own].root == root)
        };
        if let Some(question) = of.iter().find(over) {
            let (span, text) = (question.span, question.text.clone());
            self.error(errors::across_one(name.span, span, &text, &name.text));
            return None;
        }
        Some(Across::Elements(root))
    }

    /// Adds sums over the elements after each value: over each index and over all.
    fn add_totals(&mut self, of: &mut Vec<Question>) -> Option<()> {
        let mut all = Vec::with_capacity(of.len());
        for question in std::mem::take(of) {
            let amount = match question.kind {
                Kind::Plain { dimension, percent: false } => {
                    !question.probability && !dimension.name(&self.model.bases).contains('/')
                }
                _ => false,
            };
            if question.loops.is_empty() || !amount {
                let (span, has_elements) = (question.span, !question.loops.is_empty());
                self.error(errors::no_total(span, &question.text, has_elements));
                return None;
            }
            let last = question.loops.len() - 1;
            let totals: &[&[usize]] = match last {
                0 => &[&[0]],
                1 => &[&[1], &[0], &[0, 1]],
                _ => &[],
            };
            let whole: Vec<usize> = (0..=last).collect();
            let totals = if totals.is_empty() { vec![whole.as_slice()] } else { totals.to_vec() };
            let added: Vec<Question> = totals
                .into_iter()
                .map(|over| total(self.reduction_id(), &question, over))
                .collect();
            all.push(question);
            all.extend(added);
        }
        *of = all;
        Some(())
    }
}

/// Returns the sum of a value over the indices at some positions of its loops.
fn total(id: ReductionId, question: &Question, over: &[usize]) -> Question {
    let (mut loops, mut kept) = (Vec::new(), Vec::new());
    for (position, &own) in question.loops.iter().enumerate() {
        if over.contains(&position) { loops.push(own) } else { kept.push(own) }
    }
    let (op, body, span) = (Reduction::Sum, Box::new(question.expr.clone()), question.span);
    let expr = Expr::Reduce { id, op, loops, filter: None, body, span };
    let shown = Shown { total_over: over.to_vec(), ..question.shown.clone() };
    Question { expr, loops: kept, shown, ..question.clone() }
}

/// Returns the name of a unit if it is a single name without scale word and exponent.
fn lone(unit: &ast::Unit) -> Option<&ast::Name> {
    match unit.terms.as_slice() {
        [only] if only.scale == 1.0 && only.power == 1.0 => Some(&only.name),
        _ => None,
    }
}

/// Multiplies two factors of a unit; computes a product of constants immediately.
fn product(left: Expr, right: Expr, span: Span) -> Expr {
    match (left.constant(), right.constant()) {
        (Some(1.0), _) => right,
        (_, Some(1.0)) => left,
        (Some(a), Some(b)) => Expr::Const(a * b),
        _ => binary(BinaryOp::Multiply, left, right, span),
    }
}

/// Returns the name that an expression consists of.
fn lone_name(expr: &ast::Expr) -> Option<&ast::Name> {
    let ExprKind::Reference(Reference { path, suffix: Suffix::None, .. }) = &expr.kind else {
        return None;
    };
    let [name] = path.as_slice() else { return None };
    Some(name)
}
