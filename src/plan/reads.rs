//! Dependencies: the values that a rule reads, by quantity or by cell and year.

use crate::model::{Definition, Expr, Op, QuantityId, Role, Select, Time, apply};

use super::rule::{self, Rule};
use super::{CellIndex, Layout, Point, Variant};

/// The year in which a definition reads a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// In an earlier year, at a fixed distance from the current year.
    Before,
    /// A reading of the current year.
    Now,
    /// A reading of a later or a fixed year.
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
pub enum ReadSource {
    /// A quantity in the same run.
    Own(QuantityId),
    /// A quantity in the run of the baseline.
    Baseline(QuantityId),
    /// A random number.
    Random,
    /// The number of an override.
    Override,
}

/// Calls `visit` for each source of an expression.
fn sources(expr: &Expr, in_baseline: bool, visit: &mut impl FnMut(ReadSource)) {
    expr.walk(&mut |part| {
        match part {
            Expr::Read { quantity, .. } if in_baseline => visit(ReadSource::Baseline(*quantity)),
            Expr::Read { quantity, .. } => visit(ReadSource::Own(*quantity)),
            Expr::Random(_) => visit(ReadSource::Random),
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
    /// True if `holds` is true for each source that a quantity reads in this run.
    pub fn all_sources(
        &self,
        quantity: QuantityId,
        mut holds: impl FnMut(ReadSource) -> bool,
    ) -> bool {
        let mut all = true;
        for rule in self.all(quantity) {
            if matches!(rule, Rule::Override(..)) {
                all = all && holds(ReadSource::Override);
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
    /// For each quantity, true if its readings must be reported.
    wanted: Vec<bool>,
    slots: Vec<u32>,
    rules: Vec<Rule<'a>>,
    found: Vec<CellIndex>,
    /// True if a value was looked up that is given elsewhere.
    read_given: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(variant: &'a Variant<'a>, layout: &'a Layout, has_baseline: bool) -> Self {
        let wanted = vec![true; layout.quantities()];
        let (slots, rules, found) = (vec![0; variant.model.slots], Vec::new(), Vec::new());
        Self { variant, layout, has_baseline, wanted, slots, rules, found, read_given: false }
    }

    /// True if readings rest on values that are given elsewhere.
    pub(super) fn read_given(&self) -> bool {
        self.read_given
    }

    /// Restricts the search to readings of some quantities.
    pub(super) fn only(mut self, quantities: &[QuantityId]) -> Self {
        self.wanted.fill(false);
        quantities.iter().for_each(|&quantity| self.wanted[quantity] = true);
        self
    }

    /// Finds the values that a point reads, and whether a condition defines the point.
    pub(super) fn reads(&mut self, point: &Point) -> (&[CellIndex], bool) {
        self.reads_of(point, |_| true)
    }

    /// Finds the values that a point reads through the rules that `is_read` accepts, and whether a condition
    /// defines the point.
    pub(super) fn reads_of(
        &mut self,
        point: &Point,
        is_read: impl Fn(&Rule<'_>) -> bool,
    ) -> (&[CellIndex], bool) {
        self.found.clear();
        let mut rules = std::mem::take(&mut self.rules);
        self.variant.rules(point, &mut rules);
        for definition in rules.iter().filter(|rule| is_read(rule)).filter_map(Rule::definition) {
            self.definition(definition, point);
        }
        let implicit = rules.iter().any(Rule::is_condition);
        self.rules = rules;
        (&self.found, implicit)
    }

    fn definition(&mut self, definition: &'a Definition, point: &Point) {
        self.enter(definition, point);
        for expr in rule::expressions(definition) {
            self.each(&definition.extra, &mut |this| this.expr(expr, point.year));
        }
    }

    /// Puts the elements of a point into the slots of a definition.
    fn enter(&mut self, definition: &Definition, point: &Point) {
        for (axis, &element) in definition.axes.iter().zip(&point.cell) {
            if let Select::Each(slot, _) = axis {
                self.slots[*slot] = element;
            }
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
                let mut wanted = false;
                let parts = filter.iter().chain([body]);
                parts.for_each(|part| rule::each_read(part, &mut |id| wanted |= self.wanted[id]));
                if wanted {
                    self.each(loops, &mut |this| {
                        filter.iter().for_each(|filter| this.expr(filter, year));
                        this.expr(body, year);
                    });
                }
                false
            }
            Expr::Read { quantity, cells, time, .. } => {
                if self.wanted[*quantity] {
                    self.read(*quantity, cells, *time, year);
                }
                true
            }
            _ => true,
        });
    }

    fn read(&mut self, quantity: QuantityId, cells: &[Expr], time: Time, year: i32) {
        let in_year = year;
        let Some(year) = self.layout.year(time.of(year)) else { return };
        let layout = self.layout;
        let (first, strides) = layout.first_of(quantity);
        let within = cells.iter().zip(strides).try_fold(0, |within, (cell, stride)| {
            self.element(cell, in_year).map(|element| within + element * stride)
        });
        if let Some(within) = within {
            self.found.push(first + within + year);
            return;
        }
        let elements = cells.iter().map(|cell| self.element(cell, in_year));
        let elements: Vec<Option<usize>> = elements.collect();
        let model = self.variant.model;
        let mut read = vec![Vec::new()];
        for (element, &axis) in elements.into_iter().zip(&model.quantities[quantity].axes) {
            let elements = match element {
                Some(element) => vec![element],
                // The element is only known in the run, so every element counts as read.
                None => model.sets[axis].members.iter().map(|&m| m as usize).collect(),
            };
            let longer = |cell: &Vec<usize>| -> Vec<Vec<usize>> {
                elements.iter().map(|&element| [cell.as_slice(), &[element]].concat()).collect()
            };
            read = read.iter().flat_map(longer).collect();
        }
        self.found.extend(read.into_iter().map(|cell| self.layout.cell(quantity, cell) + year));
    }

    /// Returns the element that an index means, if it is known before the run.
    fn element(&mut self, cell: &Expr, year: i32) -> Option<usize> {
        match cell {
            Expr::Const(element) => Some(*element as usize),
            Expr::Slot(slot) => Some(self.slots[*slot] as usize),
            _ => self.constant(cell, year, 0).map(|element| element as usize),
        }
    }

    /// Returns the value of an expression if given constants alone determine it, such as `before[s]` where the
    /// parameter `before` names an element. `depth` counts the parameters read on the way.
    fn constant(&mut self, expr: &Expr, year: i32, depth: usize) -> Option<f64> {
        match expr {
            Expr::Const(value) => Some(*value),
            Expr::Slot(slot) => Some(f64::from(self.slots[*slot])),
            Expr::Year(time) => Some(f64::from(time.of(year))),
            Expr::If(condition, then, other) => {
                let condition = self.constant(condition, year, depth)?;
                self.constant(if condition == 0.0 { other } else { then }, year, depth)
            }
            Expr::Binary { op, left, right, .. } => {
                let left = self.constant(left, year, depth)?;
                Some(apply(*op, left, self.constant(right, year, depth)?))
            }
            Expr::Read { quantity, cells, time, .. } => {
                let cell = cells.iter().map(|cell| self.constant(cell, year, depth));
                let cell = cell.map(|element| element.map(|element| element as u32));
                let cell = cell.collect::<Option<Vec<u32>>>()?;
                let point = Point { quantity: *quantity, cell, year: time.of(year) };
                self.given(&point, depth + 1)
            }
            Expr::Baseline(inner) if !self.has_baseline => self.constant(inner, year, depth),
            Expr::Negate(_)
            | Expr::Not(_)
            | Expr::Call { .. }
            | Expr::Reduce { .. }
            | Expr::Path { .. }
            | Expr::Points(_)
            | Expr::Baseline(_)
            | Expr::Random(_) => None,
        }
    }

    /// Returns the value of a given quantity at a point, if it is a constant.
    fn given(&mut self, point: &Point, depth: usize) -> Option<f64> {
        /// Maximum length of a chain of parameters; longer chains and cycles are evaluated during the run.
        const MOST: usize = 16;
        self.read_given = true;
        let quantity = &self.variant.model.quantities[point.quantity];
        let is_given = matches!(quantity.role, Role::Param | Role::Field);
        if depth > MOST || !is_given || self.layout.year(point.year).is_none() {
            return None;
        }
        let mut rules = Vec::new();
        self.variant.rules(point, &mut rules);
        let [Rule::Definition(_, definition)] = rules.as_slice() else { return None };
        let is_computed = definition.axes.iter().any(|axis| matches!(axis, Select::Computed(_)));
        if definition.op != Op::Set || !definition.extra.is_empty() || is_computed {
            return None;
        }
        let slots = self.slots.clone();
        self.enter(definition, point);
        let value = self.constant(&definition.expr, point.year, depth);
        self.slots = slots;
        value
    }
}
