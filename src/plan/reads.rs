//! The values that a rule reads: by quantity, or by cell and year.

use crate::model::{Definition, Expr, QuantityId, Select, Time};

use super::rule::{self, Rule};
use super::{CellIndex, Layout, Point, Variant};

/// The year in which a definition reads a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// In an earlier year, at a fixed distance from the current year.
    Before,
    /// In the current year.
    Now,
    /// In a later or a fixed year.
    Elsewhere,
}

/// Calls `visit` for each quantity that a rule reads.
pub(super) fn quantities(
    rule: Rule<'_>,
    has_baseline: bool,
    visit: &mut impl FnMut(QuantityId, When),
) {
    for expr in rule.expressions() {
        expr.walk(&mut |part| {
            if let Expr::Read { quantity, time, .. } = part {
                visit(
                    *quantity,
                    match time {
                        Time::Offset(0) => When::Now,
                        Time::Offset(offset) if *offset < 0 => When::Before,
                        _ => When::Elsewhere,
                    },
                );
            }
            !(has_baseline && matches!(part, Expr::Baseline(_)))
        });
    }
}

/// A value or number from which a quantity's value is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A quantity of the same run.
    Own(QuantityId),
    /// A quantity of the baseline's run.
    Baseline(QuantityId),
    /// A random number.
    Random,
    /// The number of an override.
    Override,
}

/// Calls `visit` for each source of an expression.
fn sources(expr: &Expr, in_baseline: bool, visit: &mut impl FnMut(Source)) {
    expr.walk(&mut |part| {
        match part {
            Expr::Read { quantity, .. } if in_baseline => visit(Source::Baseline(*quantity)),
            Expr::Read { quantity, .. } => visit(Source::Own(*quantity)),
            Expr::Random(_) => visit(Source::Random),
            Expr::Baseline(inner) if !in_baseline => {
                sources(inner, true, visit);
                return false;
            }
            _ => {}
        }
        true
    });
}

impl Variant<'_> {
    /// True if `holds` is true of every source of a quantity in this run.
    pub fn all_sources(&self, quantity: QuantityId, mut holds: impl FnMut(Source) -> bool) -> bool {
        let mut all = true;
        for rule in self.all(quantity) {
            if matches!(rule, Rule::Override(..)) {
                all = all && holds(Source::Override);
            }
            for expr in rule.expressions() {
                sources(expr, false, &mut |source| all = all && holds(source));
            }
        }
        all
    }
}

/// Finds the values that a point reads.
pub(super) struct Reader<'a> {
    variant: &'a Variant<'a>,
    layout: &'a Layout,
    has_baseline: bool,
    slots: Vec<u32>,
    rules: Vec<Rule<'a>>,
    found: Vec<CellIndex>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(variant: &'a Variant<'a>, layout: &'a Layout, has_baseline: bool) -> Self {
        let slots = vec![0; variant.model.slots];
        Self { variant, layout, has_baseline, slots, rules: Vec::new(), found: Vec::new() }
    }

    /// Finds the values that a point reads, and whether a condition defines the point.
    pub(super) fn reads(&mut self, point: &Point) -> (&[CellIndex], bool) {
        self.found.clear();
        let mut rules = std::mem::take(&mut self.rules);
        self.variant.rules(point, &mut rules);
        for definition in rules.iter().filter_map(Rule::definition) {
            self.definition(definition, point);
        }
        let implicit = rules.iter().any(Rule::is_condition);
        self.rules = rules;
        (&self.found, implicit)
    }

    fn definition(&mut self, definition: &'a Definition, point: &Point) {
        for (axis, &element) in definition.axes.iter().zip(&point.cell) {
            if let Select::Each(slot, _) = axis {
                self.slots[*slot] = element;
            }
        }
        for expr in rule::expressions(definition) {
            self.each(&definition.extra, &mut |this| this.expr(expr, point.year));
        }
    }

    fn each(&mut self, loops: &[(usize, usize)], visit: &mut impl FnMut(&mut Self)) {
        let Some((&(slot, set), rest)) = loops.split_first() else { return visit(self) };
        let model = self.variant.model;
        for &element in &model.sets[set].members {
            self.slots[slot] = element;
            self.each(rest, visit);
        }
    }

    fn expr(&mut self, expr: &Expr, year: i32) {
        expr.walk(&mut |part| match part {
            Expr::Baseline(_) => !self.has_baseline,
            Expr::If(condition, then, other) => match condition.at_year(Some(year)) {
                Some(known) => {
                    self.expr(if known == 0.0 { other } else { then }, year);
                    false
                }
                None => true,
            },
            Expr::Reduce { loops, filter, body, .. } => {
                self.each(loops, &mut |this| {
                    filter.iter().for_each(|filter| this.expr(filter, year));
                    this.expr(body, year);
                });
                false
            }
            Expr::Read { quantity, cells, time, .. } => {
                self.read(*quantity, cells, *time, year);
                true
            }
            _ => true,
        });
    }

    fn read(&mut self, quantity: QuantityId, cells: &[Expr], time: Time, year: i32) {
        let Some(year) = self.layout.year(time.of(year)) else { return };
        let known: Option<Vec<usize>> = cells.iter().map(|cell| self.element(cell)).collect();
        if let Some(cell) = known {
            self.found.push(self.layout.cell(quantity, cell) + year);
            return;
        }
        let model = self.variant.model;
        let mut read = vec![Vec::new()];
        for (cell, &axis) in cells.iter().zip(&model.quantities[quantity].axes) {
            // The element is only known in the run, so every element counts as read.
            let elements = match self.element(cell) {
                Some(element) => vec![element],
                None => model.sets[axis].members.iter().map(|&m| m as usize).collect(),
            };
            let longer = |cell: &Vec<usize>| -> Vec<Vec<usize>> {
                elements.iter().map(|&element| [cell.as_slice(), &[element]].concat()).collect()
            };
            read = read.iter().flat_map(longer).collect();
        }
        self.found.extend(read.into_iter().map(|cell| self.layout.cell(quantity, cell) + year));
    }

    fn element(&self, cell: &Expr) -> Option<usize> {
        match cell {
            Expr::Const(element) => Some(*element as usize),
            Expr::Slot(slot) => Some(self.slots[*slot] as usize),
            _ => None,
        }
    }
}
