//! The choice of one definition for every cell and year, and the check that lags stay in the horizon.
//!
//! In: the definitions of a quantity. Out: for each cell and year the index of its definition, and
//! messages about gaps, double definitions, and lags before the first year.

use std::collections::BTreeMap;

use super::precedence::{beats, specificity};
use super::{Checker, errors};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Definition, Expr, Leg, Model, Op, Quantity, QuantityId, Role, Select, Time, YearForm,
};
use crate::source::Span;

/// Marks a cell without a definition.
pub(super) const NONE: u32 = u32::MAX;

/// Index of the definitions that may cover a cell.
///
/// A table has a definition for each of its cells. Comparing each cell with each of them would take
/// time quadratic in the size of the table.
struct Candidates {
    /// Definitions of a single cell, by cell.
    single: BTreeMap<Vec<u32>, Vec<usize>>,
    /// The definitions that cover more than one cell.
    general: Vec<usize>,
}

impl Candidates {
    fn of(quantity: &Quantity) -> Self {
        let mut found = Self { single: BTreeMap::new(), general: Vec::new() };
        for (n, definition) in quantity.definitions.iter().enumerate() {
            let one = |select: &Select| match select {
                Select::One(element) => Some(*element),
                _ => None,
            };
            match definition.axes.iter().map(one).collect::<Option<Vec<u32>>>() {
                Some(cell) => found.single.entry(cell).or_default().push(n),
                None => found.general.push(n),
            }
        }
        found
    }

    /// Returns the candidates for a cell, in the order of the script.
    fn at(&self, cell: &[u32]) -> Vec<usize> {
        let single = self.single.get(cell).map_or(&[][..], Vec::as_slice);
        let mut all = [single, &self.general].concat();
        all.sort_unstable();
        all
    }
}

/// Sorts definitions by year if they hold in one year only; returns the definitions of several years apart.
fn by_year(quantity: &Quantity, near: &[usize]) -> (BTreeMap<i32, Vec<usize>>, Vec<usize>) {
    let (mut one_year, mut others) = (BTreeMap::<i32, Vec<usize>>::new(), Vec::new());
    for &n in near {
        match quantity.definitions[n].years {
            (from, to) if from == to => one_year.entry(from).or_default().push(n),
            _ => others.push(n),
        }
    }
    (one_year, others)
}

/// Returns the definitions that cover a year, in the order of the script; `near` comes from [`by_year`].
fn covering(
    quantity: &Quantity,
    near: &(BTreeMap<i32, Vec<usize>>, Vec<usize>),
    year: i32,
) -> Vec<usize> {
    let one_year = near.0.get(&year).map_or(&[][..], Vec::as_slice);
    let all = one_year.iter().chain(&near.1).copied();
    let mut found: Vec<usize> =
        all.filter(|&n| quantity.definitions[n].covers_year(year)).collect();
    found.sort_unstable();
    found
}

/// A cell and year without a definition, or with several of which none beats the others.
struct Problem {
    cell: Vec<u32>,
    year: i32,
    /// At most two of these definitions.
    unbeaten: Vec<usize>,
}

/// The definitions of a quantity with their ranks.
struct Ranking<'a> {
    quantity: &'a Quantity,
    ranks: Vec<Vec<u8>>,
}

impl<'a> Ranking<'a> {
    fn of(quantity: &'a Quantity) -> Self {
        let rank = |definition| specificity(&quantity.axes, definition);
        Self { quantity, ranks: quantity.definitions.iter().map(rank).collect() }
    }

    /// True for the usual case, one equation for all cells, which needs no table.
    fn one_holds_everywhere(&self, model: &Model) -> bool {
        let is_whole = |&set: &usize| {
            let (part, root) = (&model.sets[set], &model.sets[model.sets[set].root]);
            part.members.len() == root.elements.len()
        };
        let ([only], [rank]) = (self.quantity.definitions.as_slice(), self.ranks.as_slice()) else {
            return false;
        };
        rank.iter().all(|&r| r == 0) && self.quantity.axes.iter().all(is_whole) && !only.default
    }

    /// True if the first definition gives the value. The default of a field never competes with the value that the lever
    /// gives.
    fn wins(&self, a: usize, b: usize) -> bool {
        let (x, y) = (&self.quantity.definitions[a], &self.quantity.definitions[b]);
        if x.default != y.default {
            return !x.default;
        }
        beats(&self.ranks[a], &self.ranks[b])
    }

    /// Returns the definition that wins over all other candidates.
    fn best(&self, candidates: &[usize]) -> Option<usize> {
        // `wins` is a partial order: the survivor of one pass must still be compared with all.
        let survivor = |a: usize, b: usize| if self.wins(b, a) { b } else { a };
        let best = candidates.iter().copied().reduce(survivor);
        best.filter(|&a| candidates.iter().all(|&b| a == b || self.wins(a, b)))
    }

    /// Returns at most two candidates over which no other wins.
    fn unbeaten(&self, candidates: &[usize]) -> Vec<usize> {
        // Definitions of equal rank are interchangeable here: one of each rank keeps the comparison of all pairs small.
        let rank = |n: usize| (self.quantity.definitions[n].default, self.ranks[n].as_slice());
        let by_rank: BTreeMap<(bool, &[u8]), usize> =
            candidates.iter().map(|&n| (rank(n), n)).collect();
        let is_beaten = |n: usize| by_rank.values().any(|&m| self.wins(m, n));
        candidates.iter().copied().filter(|&n| !is_beaten(n)).take(2).collect()
    }
}

impl Checker<'_> {
    /// Chooses the definition of every cell and reports gaps and double definitions.
    pub(super) fn complete(&mut self) {
        if self.diagnostics.iter().any(crate::diagnostic::Diagnostic::is_error) {
            return;
        }
        for id in 0..self.model.quantities.len() {
            if !matches!(self.model.quantities[id].role, Role::Factor | Role::Total) {
                let choice = self.choose(id);
                self.model.quantities[id].choice = choice;
            }
        }
        let outside = (0..self.model.quantities.len()).flat_map(|id| self.lags(id));
        let outside: BTreeMap<(QuantityId, i32), OutsideReading> = outside.collect();
        self.unread_years(outside);
    }

    /// Returns the definition of each cell and year, cells in order and years within each; empty if one
    /// definition holds everywhere. Reports the first gap or double definition.
    fn choose(&mut self, id: usize) -> Vec<u32> {
        let model = &self.model;
        let quantity = &model.quantities[id];
        let ranking = Ranking::of(quantity);
        if ranking.one_holds_everywhere(model) {
            return Vec::new();
        }
        let mut choice = Vec::new();
        let mut problem: Option<Problem> = None;
        let candidates = Candidates::of(quantity);
        for cell in model.cells_of(id) {
            if problem.is_some() {
                break;
            }
            let mut near = candidates.at(&cell);
            near.retain(|&n| quantity.definitions[n].covers_cell(model, &cell));
            let near = by_year(quantity, &near);
            let inside = cell.iter().zip(&quantity.axes).all(|(&e, &axis)| model.sets[axis].has(e));
            for year in model.years.0..=model.years.1 {
                let covering = covering(quantity, &near, year);
                let best = ranking.best(&covering);
                choice.push(best.map_or(NONE, |best| best as u32));
                if best.is_none() && inside && problem.is_none() {
                    let cell = cell.clone();
                    problem = Some(Problem { cell, year, unbeaten: ranking.unbeaten(&covering) });
                }
            }
        }
        let mistake = problem.and_then(|problem| self.mistake(quantity, &problem));
        mistake.into_iter().for_each(|mistake| self.error(mistake));
        choice
    }

    /// Returns the message about a cell and year without a definition, or with two.
    fn mistake(&self, quantity: &Quantity, problem: &Problem) -> Option<Diagnostic> {
        let Problem { cell, year, unbeaten } = problem;
        let place = self.model.cell_name(quantity, cell);
        match unbeaten.as_slice() {
            [] if quantity.definitions.is_empty() => {
                let sets = self.set_names(&quantity.axes);
                Some(errors::no_equation(quantity.span, &quantity.name, &sets))
            }
            [] => {
                let (span, edit) = self.gap(quantity, cell, *year);
                Some(errors::gap(span, &place, *year, &edit))
            }
            [_] => None,
            [a, b, ..] => {
                let (a, b) = (&quantity.definitions[*a], &quantity.definitions[*b]);
                let edit = self.first_value(quantity, [a, b]);
                Some(errors::defined_twice(b.span, a.span, (&place, *year), edit))
            }
        }
    }

    /// Returns the help, the place and the edit that make the first of two equations the value of the first year: `x = 100`
    /// beside `x = x[t-1] * 1.03`. None unless one reads nothing of its own and the other its last year.
    fn first_value(
        &self,
        quantity: &Quantity,
        both: [&Definition; 2],
    ) -> Option<(String, Span, String)> {
        let reads = |definition: &Definition, lag: i32| {
            let mut found = false;
            definition.expr.walk(&mut |part| {
                if let Expr::Read { quantity: id, time, .. } = part {
                    let own = self.model.quantities[*id].span == quantity.span;
                    found |= own && (lag == 0 || *time == Time::Offset(lag));
                }
                true
            });
            found
        };
        let (value, step) = match both.map(|one| reads(one, 0)) {
            [false, true] => (both[0], both[1]),
            [true, false] => (both[1], both[0]),
            _ => return None,
        };
        let general = both
            .iter()
            .all(|one| one.year_form == YearForm::All && one.op == Op::Set && one.lever.is_none());
        (general && reads(step, -1)).then_some(())?;
        let (source, start) = (value.span.source, value.span.range().start);
        let text = self.sources.text(value.span);
        let Some((left, _)) =
            text.split_once('=').filter(|(left, _)| left.starts_with(&quantity.name))
        else {
            return self.below_declaration(quantity, value.span);
        };
        let left = left.trim_end();
        let edit = match left.strip_suffix(']') {
            Some(inside) => format!("{inside}, first]"),
            None if left == quantity.name && quantity.axes.is_empty() => format!("{left}[first]"),
            None => return None,
        };
        let help = format!("write `{edit} = ...` for the value of the first year");
        Some((help, Span::new(source, start, start + left.len()), edit))
    }

    /// Returns the help, the place and the edit that move the value of a declaration to a line of the first year below it.
    fn below_declaration(
        &self,
        quantity: &Quantity,
        value: Span,
    ) -> Option<(String, Span, String)> {
        let line = self.line_of(value)?;
        let (start, end) = (line.range().start, value.range().end);
        let before = self.sources.text(Span::new(line.source, start, value.range().start));
        let after = self.sources.text(Span::new(line.source, end, line.range().end.max(end)));
        let head = before.trim_end().strip_suffix('=')?.trim_end();
        let whole = head.trim_start().starts_with("var ") && after.trim().is_empty();
        (whole && quantity.axes.is_empty()).then_some(())?;
        let edit = format!("{}[first] = {}", quantity.name, self.sources.text(value).trim());
        let help = format!("write\n{head}\n{edit}\nin place of the declaration");
        Some((help, Span::new(line.source, start + head.len(), end), format!("\n{edit}")))
    }

    /// Returns the place of the message about a missing value, and the edit that adds the value.
    fn gap(&self, quantity: &Quantity, cell: &[u32], year: i32) -> (Span, String) {
        let place = self.model.cell_name(quantity, cell);
        let element = place.rsplit(['[', ' ']).next().unwrap_or_default().trim_end_matches(']');
        let span = match quantity.lever {
            Some(lever) => self.model.levers[lever].span,
            None => quantity.span,
        };
        let taken =
            if quantity.role == Role::Variable { self.letter_taken(quantity) } else { None };
        if let Some(edit) = taken {
            return (span, edit);
        }
        let edit = match (quantity.role, cell) {
            (Role::Variable, []) => {
                format!("add `{}[{year}] = ...`, or an equation for all years", quantity.name)
            }
            (Role::Variable, _) => {
                format!("add `{place} = ...`, or an equation for all elements and years")
            }
            (Role::Field, _) => format!("add a row for `{element}`"),
            _ => format!("add `{element}: ...`, or `else: ...` for all others"),
        };
        (span, edit)
    }

    /// Returns the edit for an equation whose index letter is the name of an element: it is about this element alone.
    fn letter_taken(&self, quantity: &Quantity) -> Option<String> {
        let letter = quantity.definitions.iter().find_map(|definition| {
            definition.axes.iter().zip(&quantity.axes).find_map(|(select, &axis)| match select {
                Select::One(element) => {
                    let name = self.model.element_name(axis, *element);
                    (name.len() == 1).then(|| (name, self.model.sets[axis].name.clone()))
                }
                Select::Each(..) | Select::Computed(_) => None,
            })
        });
        let (letter, set) = letter?;
        let free = ["i", "j", "k", "n", "m"];
        let free = free.iter().find(|letter| !self.elements.contains_key(**letter))?;
        Some(format!(
            "in `{}[{letter}] = ...` the index is the element `{letter}` of `{set}`; for all elements write another \
             letter on both sides of the equation, as `{}[{free}] = ...`",
            quantity.name, quantity.name
        ))
    }

    /// Finds the years in which a definition of a quantity reads outside the horizon, each with its message.
    fn lags(&self, id: usize) -> Vec<((QuantityId, i32), OutsideReading)> {
        let (first, last) = self.model.years;
        let mut problems = Vec::new();
        let horizon = self.model.horizon();
        let quantity = &self.model.quantities[id];
        for (n, definition) in quantity.definitions.iter().enumerate() {
            let mut reach = (0, 0);
            definition.expr.walk(&mut |part| {
                if let Expr::Read { time: Time::Offset(k), .. } = part {
                    reach = (reach.0.min(*k), reach.1.max(*k));
                }
                true
            });
            if reach == (0, 0) {
                continue;
            }
            // The branch that a year takes and the choice of definitions may both avoid the reading, so
            // only years near the ends are examined, one by one.
            for year in definition.years.0..=definition.years.1 {
                if year + reach.0 >= first && year + reach.1 <= last {
                    continue;
                }
                let at = (year - first) as usize;
                let chosen = quantity.choice.is_empty()
                    || quantity.choice.iter().skip(at).step_by(horizon).any(|&c| c as usize == n);
                if !chosen {
                    continue;
                }
                let mut found = None;
                outside(&definition.expr, year, (first, last), &mut found);
                if let Some((read, span, wanted)) = found {
                    let other = &self.model.quantities[read];
                    // The equation must have another value in this year; the quantity that it reads needs none.
                    let problem = errors::lag(
                        (span, definition.span),
                        &other.name,
                        &quantity.name,
                        (year, wanted),
                        (first, last),
                    );
                    problems
                        .push(((id, year), OutsideReading { of: read, definition: n, problem }));
                }
            }
        }
        problems
    }
}

/// An equation that reads outside the horizon in a year.
pub(super) struct OutsideReading {
    /// The quantity that the equation reads outside the horizon.
    pub(super) of: QuantityId,
    /// Position of the equation among the definitions of its quantity.
    pub(super) definition: usize,
    /// The message, if the equation needs a value in this year.
    pub(super) problem: Diagnostic,
}

/// The reading of a quantity in a year.
pub(super) struct Reading {
    pub(super) quantity: QuantityId,
    pub(super) span: Span,
    pub(super) year: i32,
}

/// True if the expression, evaluated in `year`, reads a year outside the horizon.
pub(super) fn reads_outside(expr: &Expr, year: i32, horizon: (i32, i32)) -> bool {
    let mut found = None;
    outside(expr, year, horizon, &mut found);
    found.is_some()
}

/// Finds a reading outside the horizon among the branches that `year` takes.
fn outside(expr: &Expr, year: i32, horizon: (i32, i32), found: &mut Option<(usize, Span, i32)>) {
    readings(expr, year, &mut |reading: Reading| {
        if reading.year < horizon.0 || reading.year > horizon.1 {
            *found = Some((reading.quantity, reading.span, reading.year));
        }
    });
}

/// Calls `visit` for each reading among the branches that `year` takes; a branch whose condition is not known
/// before the run counts as taken.
pub(super) fn readings(expr: &Expr, year: i32, visit: &mut impl FnMut(Reading)) {
    if let Expr::If(condition, then, other) = expr {
        match condition.at_year(Some(year)) {
            Some(0.0) => return readings(other, year, visit),
            Some(_) => return readings(then, year, visit),
            None => {}
        }
    }
    match expr {
        Expr::Read { quantity, cells, time, span } => {
            visit(Reading { quantity: *quantity, span: *span, year: time.of(year) });
            cells.iter().for_each(|cell| readings(cell, year, visit));
        }
        Expr::Negate(a) | Expr::Not(a) | Expr::Baseline(a) => readings(a, year, visit),
        Expr::Binary { left, right, .. } => {
            readings(left, year, visit);
            readings(right, year, visit);
        }
        Expr::If(a, b, c) => {
            [a, b, c].into_iter().for_each(|part| readings(part, year, visit));
        }
        Expr::Call { args, .. } => args.iter().for_each(|arg| readings(arg, year, visit)),
        Expr::Random(random) => {
            let parts = random.args.iter().chain(random.limits.iter().flatten());
            parts.for_each(|part| readings(part, year, visit));
        }
        Expr::Reduce { filter, body, .. } => {
            filter.iter().for_each(|filter| readings(filter, year, visit));
            readings(body, year, visit);
        }
        Expr::Path { first, legs } => {
            readings(first, year, visit);
            for leg in legs {
                let (Leg::Move { to, .. } | Leg::Step { to, .. }) = leg;
                readings(to, year, visit);
            }
        }
        Expr::Points(points) => points.iter().for_each(|(_, value)| readings(value, year, visit)),
        Expr::Const(_) | Expr::Year(_) | Expr::Slot(_) => {}
    }
}
