//! Names that are something else than a value: a set, a scenario, a lever, a function, a word of queries.
//!
//! In: a name in the place of a value. Out: the message with what the name is, and the line that works with it.

use super::expr::Env;
use super::{Checker, errors};
use crate::builtins;
use crate::diagnostic::Diagnostic;
use crate::model::{Kind, Quantity, SetId};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp, ExprKind, Suffix};

impl Checker<'_> {
    /// Returns the message about a name that is no value; None for a name that nothing has.
    pub(super) fn not_a_value(&self, reference: &ast::Reference) -> Option<Diagnostic> {
        let (name, span) = (reference.dotted(), reference.span);
        if let Some(&set) = self.sets.get(&name) {
            let own = &self.model.sets[set];
            let root = &self.model.sets[own.root];
            let members: Vec<&str> = (own.members.iter())
                .filter_map(|&member| root.elements.get_index(member as usize))
                .map(|(element, _)| element.as_str())
                .collect();
            let over = |one: &&Quantity| {
                one.axes.iter().any(|&axis| self.model.sets[axis].root == own.root)
            };
            let reads = self.model.quantities.iter().filter(|one| is_own(one)).rfind(over);
            let example =
                reads.map(|one| format!("{}[{}]", one.name, vec!["*"; one.axes.len()].join(", ")));
            return Some(errors::set_as_value(span, &name, &members, example.as_deref()));
        }
        if self.scenario_names.contains_key(&name) {
            return Some(errors::scenario_as_value(span, &name, &self.value_to_show()));
        }
        let fields = self.fields_meant(reference, "");
        if let (Some(first), [_]) = (fields.first(), reference.path.as_slice()) {
            return Some(match self.lever_names.contains_key(&name) {
                true => match self.volume_of(&name, first) {
                    Some(volume) => errors::flow_as_value(span, &name, &volume),
                    None => errors::lever_as_value(span, &name, first),
                },
                false => errors::fields_of_levers(span, &name, &fields),
            });
        }
        if let Some(row) = builtins::named(&name).next() {
            return Some(errors::function_as_value(span, &name, &row.help()));
        }
        let value = self.value_to_show();
        let help = match name.as_str() {
            "all" | "scenarios" | "scenario" => {
                format!(
                    "all scenarios are shown with `for all` behind the values, as `show {value} for all`; at the prompt `:list scenarios` names them"
                )
            }
            "baseline" => format!(
                "a query without `for` is about the baseline, as `show {value}`; in a scenario, `baseline({value})` is the value of the baseline"
            ),
            _ => return None,
        };
        Some(errors::word_as_value(span, &name, &help))
    }

    /// Returns the variable of a flow that has its amounts over the years; `field` is the flow's base value with indices.
    fn volume_of(&self, lever: &str, field: &str) -> Option<String> {
        let has = |field: &str| self.quantity_names.contains_key(&format!("{lever}.{field}"));
        let (base, start) = (format!("{lever}.base"), format!("{lever}."));
        let rest = field.strip_prefix(&base).filter(|_| has("growth"))?;
        let money = |one: &&Quantity| matches!(one.kind, Kind::Plain { dimension, .. } if dimension == Dimension::MONEY);
        let own = self.model.quantities.iter().filter(|one| one.name.starts_with(&start));
        let last = own.filter(|one| !one.is_given()).rfind(money)?;
        Some(format!("{}{rest}", last.name))
    }

    /// Returns a variable of the script for an example: the last one without indices, or else the last one.
    fn value_to_show(&self) -> String {
        let own = || {
            let all = self.model.quantities.iter().rev();
            all.filter(|quantity| is_own(quantity) && !quantity.is_given())
        };
        let plain = own().find(|quantity| quantity.axes.is_empty());
        plain.or_else(|| own().next()).map_or("VALUE".to_owned(), |quantity| quantity.name.clone())
    }

    /// Returns the message about a unit that is the name of something else: `2imports`, `in low`, `2030 balance`.
    pub(super) fn not_a_unit(
        &self,
        number: &ast::Number,
        unit: &ast::Name,
        whole: Span,
    ) -> Option<Diagnostic> {
        let name = &unit.text;
        self.quantity_names.get(name)?;
        let year = number.written.parse::<i32>().ok();
        let years = self.model.years.0..=self.model.years.1;
        let edit = match year.filter(|year| years.contains(year)) {
            Some(year) => format!("{name} in {year}"),
            None => format!("{} * {name}", number.written),
        };
        Some(errors::foreign_unit(unit.span, name, &edit, whole))
    }

    /// Returns the message about a name behind `in` that is a scenario, an element or `all`, and no unit.
    pub(super) fn not_in_clause(&self, name: &ast::Name) -> Option<Diagnostic> {
        let text = name.text.as_str();
        if let Some(&set) = self.elements.get(text) {
            let set = self.model.sets[set].name.clone();
            let edit = self.element_as_index(name.span, text);
            return Some(errors::element_as_unit(name.span, text, &set, edit));
        }
        if text != "all" && !self.scenario_names.contains_key(text) {
            return None;
        }
        let line = self.line_of(name.span)?;
        let at = name.span.range().start.checked_sub(line.range().start)?;
        let before = self.sources.text(line).get(..at)?.trim_end();
        let start = line.range().start + before.strip_suffix("in")?.len();
        let whole = Span::new(name.span.source, start, name.span.range().end);
        Some(errors::scenario_as_unit(name.span, whole, text))
    }

    /// True if a name is probably a misspelt element: long enough, and close to an element.
    pub(super) fn nearly_an_element(&mut self, name: &str, root: SetId) -> bool {
        // Short names are index letters more often than misspelt elements.
        if name.chars().count() <= 3 {
            return false;
        }
        let key = (root, name.to_owned());
        if let Some(&known) = self.near_elements.get(&key) {
            return known;
        }
        let members = self.model.sets[root].elements.keys().map(String::as_str);
        let near = self.nearest(name, members).is_some();
        self.near_elements.insert(key, near);
        near
    }

    /// Returns the message about an index that adds a number to an element or subtracts one: `cost[s + 1]`.
    pub(super) fn element_arithmetic(
        &self,
        expr: &ast::Expr,
        root: SetId,
        env: &Env,
    ) -> Option<Diagnostic> {
        let ExprKind::Binary(BinaryOp::Add | BinaryOp::Subtract, left, right) = &expr.kind else {
            return None;
        };
        let ExprKind::Reference(reference) = &left.kind else { return None };
        let ExprKind::Number(ast::Number { unit: None, percent: false, .. }) = &right.kind else {
            return None;
        };
        let name = reference.dotted();
        let set = &self.model.sets[root];
        let own = set.elements.get_index_of(&name);
        let bound = env.indices.iter().rev().find(|(index, _)| *index == name);
        let ranges = bound.is_some_and(|(_, bound)| self.model.sets[bound.set()].root == root);
        (matches!(reference.suffix, Suffix::None) && (ranges || own.is_some())).then_some(())?;
        let next = own.map_or(0, |own| own + 1) % set.elements.len().max(1);
        let (other, _) = set.elements.get_index(next)?;
        Some(errors::element_arithmetic(expr.span, &name, (&set.name, other)))
    }

    /// Reports a name that is not an element of a set.
    pub(super) fn unknown_element(&mut self, label: &str, span: Span, set: SetId) {
        if self.full() {
            return;
        }
        if matches!(label, "all" | "All" | "ALL" | "every" | "total" | "Total") {
            self.error(errors::all_as_index(span, label));
            return;
        }
        let set = &self.model.sets[set];
        let root = &self.model.sets[set.root].elements;
        let members: Vec<&str> = set
            .members
            .iter()
            .filter_map(|&m| root.get_index(m as usize))
            .map(|(name, _)| name.as_str())
            .collect();
        if let Some(twin) = members.iter().find(|member| same_number(member, label)) {
            let found = errors::other_code(span, label, &set.name, twin);
            self.error(found.and(set.span, format!("set `{}`", set.name)));
            return;
        }
        let near = self.nearest(label, members.iter().copied());
        let other = self.elements.get(label).map(|&other| self.model.sets[other].name.clone());
        if near.is_none() && (label == set.name || label.chars().count() == 1) {
            let edit = self.with_bound_index(span, label, &set.name);
            self.error(errors::unbound_index(
                span,
                (label, self.sources.file(span.source).text.contains("[0]")),
                &set.name,
                &members,
                edit,
            ));
            return;
        }
        if let Some(&part) = self.sets.get(label) {
            let found = errors::set_as_element(span, label, self.model.sets[part].root == set.root);
            self.error(found.and(set.span, format!("set `{}`", set.name)));
            return;
        }
        let found = errors::unknown_element(
            span,
            label,
            &set.name,
            near.as_deref(),
            other.as_deref(),
            &members,
        );
        self.error(found.and(set.span, format!("set `{}`", set.name)));
    }
}

/// True for two codes that differ by leading zeros only: `01` and `1`.
fn same_number(one: &str, other: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(one) && digits(other) && one.trim_start_matches('0') == other.trim_start_matches('0')
}

/// True for a quantity that the script declares itself.
fn is_own(quantity: &Quantity) -> bool {
    !quantity.span.source.is_builtin() && quantity.lever.is_none()
}
