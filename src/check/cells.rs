//! Every cell of every variable has exactly one definition, and no lag reaches before the first year.

use std::collections::BTreeMap;

use super::{Checker, errors};
use crate::model::{Definition, Expr, Model, Quantity, Role, Select, Time};
use crate::source::Span;

/// No definition covers the cell.
const NONE: u32 = u32::MAX;

/// How closely a definition names its cells: each axis and the years; a default loses to all.
fn closeness(model: &Model, quantity: &Quantity, definition: &Definition) -> Vec<u8> {
    let axis = |(select, &set): (&Select, &usize)| match select {
        Select::One(_) | Select::Computed(_) => 2,
        Select::Each(_, of) => {
            u8::from(model.sets[*of].members.len() < model.sets[set].members.len())
        }
    };
    let mut closeness: Vec<u8> = definition.axes.iter().zip(&quantity.axes).map(axis).collect();
    closeness.push(match definition.years {
        years if years == model.years => 0,
        (from, to) if from < to => 1,
        _ => 2,
    });
    closeness
}

/// The definitions that may cover a cell: those of one cell by that cell, and all others. With a
/// table of thousands of cells, each is met by a few of its thousands of definitions.
struct Candidates {
    single: BTreeMap<Vec<u32>, Vec<usize>>,
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

    /// In the order of the script.
    fn at(&self, cell: &[u32]) -> Vec<usize> {
        let single = self.single.get(cell).map_or(&[][..], Vec::as_slice);
        let mut all = [single, &self.general].concat();
        all.sort_unstable();
        all
    }
}

/// The definitions of one year each, by their year, and all others.
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
            self.lags(id);
        }
    }

    fn choose(&mut self, id: usize) -> Vec<u32> {
        let model = &self.model;
        let quantity = &model.quantities[id];
        let ranks: Vec<Vec<u8>> =
            quantity.definitions.iter().map(|d| closeness(model, quantity, d)).collect();
        let whole = |&set: &usize| {
            let (part, root) = (&model.sets[set], &model.sets[model.sets[set].root]);
            part.members.len() == root.elements.len()
        };
        if let ([only], [rank]) = (quantity.definitions.as_slice(), ranks.as_slice())
            && rank.iter().all(|&r| r == 0)
            && quantity.axes.iter().all(whole)
            && !only.default
        {
            return Vec::new();
        }
        let beats = |a: usize, b: usize| {
            let (x, y) = (&quantity.definitions[a], &quantity.definitions[b]);
            if x.default != y.default {
                return !x.default;
            }
            ranks[a] != ranks[b] && ranks[a].iter().zip(&ranks[b]).all(|(p, q)| p >= q)
        };
        let mut choice = Vec::new();
        let mut problem: Option<(_, _, Vec<usize>)> = None;
        let near = Candidates::of(quantity);
        for cell in model.cells_of(id) {
            if problem.is_some() {
                break;
            }
            let mut near = near.at(&cell);
            near.retain(|&n| quantity.definitions[n].covers_cell(model, &cell));
            let near = by_year(quantity, &near);
            let inside = cell.iter().zip(&quantity.axes).all(|(&e, &axis)| model.sets[axis].has(e));
            for year in model.years.0..=model.years.1 {
                let covering = |&n: &usize| quantity.definitions[n].covers_year(year);
                let one_year = near.0.get(&year).map_or(&[][..], Vec::as_slice);
                let all = one_year.iter().chain(&near.1).copied();
                let mut candidates: Vec<usize> = all.filter(covering).collect();
                candidates.sort_unstable();
                // What beats all others is beaten by none before it or after.
                let closer = |a: usize, b: usize| if beats(b, a) { b } else { a };
                let best = candidates.iter().copied().reduce(closer);
                let best = best.filter(|&a| candidates.iter().all(|&b| a == b || beats(a, b)));
                match best {
                    Some(best) => choice.push(best as u32),
                    None => {
                        choice.push(NONE);
                        if inside && problem.is_none() {
                            // One of each closeness stands for all.
                            let kinds: BTreeMap<(bool, &[u8]), usize> = candidates
                                .iter()
                                .map(|&n| ((quantity.definitions[n].default, &ranks[n][..]), n))
                                .collect();
                            let beaten = |n: &usize| kinds.values().any(|&m| beats(m, *n));
                            let closest = candidates.iter().copied().filter(|n| !beaten(n));
                            problem = Some((cell.clone(), year, closest.take(2).collect()));
                        }
                    }
                }
            }
        }
        if let Some((cell, year, candidates)) = problem {
            let place = model.cell_name(quantity, &cell);
            let diagnostic = match candidates.as_slice() {
                [] if quantity.definitions.is_empty() => errors::no_equation(
                    quantity.span,
                    &quantity.name,
                    &quantity.axes.iter().map(|&s| model.sets[s].name.clone()).collect::<Vec<_>>(),
                ),
                [] => {
                    let (span, edit) = self.gap(quantity, &cell, year);
                    errors::gap(span, &place, year, &edit)
                }
                [a, b, ..] => {
                    let (a, b) = (&quantity.definitions[*a], &quantity.definitions[*b]);
                    errors::defined_twice(b.span, a.span, &place, year)
                }
                [_] => return choice,
            };
            self.error(diagnostic);
        }
        choice
    }

    /// Where a missing cell is to be added, and how.
    fn gap(&self, quantity: &Quantity, cell: &[u32], year: i32) -> (Span, String) {
        let place = self.model.cell_name(quantity, cell);
        let element = place.rsplit(['[', ' ']).next().unwrap_or_default().trim_end_matches(']');
        let span = match quantity.lever {
            Some(lever) => self.model.levers[lever].span,
            None => quantity.span,
        };
        let edit = match (quantity.role, cell) {
            (Role::Variable, []) => {
                format!("add `{}[{year}] = ...`, or an equation for all years", quantity.name)
            }
            (Role::Variable, _) => {
                format!("add `{place} = ...`, or an equation for all elements and years")
            }
            (Role::Field, _) => format!("add a row for `{element}`"),
            _ => format!("add `{element}: ...`, or `else: ...` for the rest"),
        };
        (span, edit)
    }

    fn lags(&mut self, id: usize) {
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
            'years: for year in definition.years.0..=definition.years.1 {
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
                if let Some((other, span, wanted)) = found {
                    let other = &self.model.quantities[other];
                    let sets: Vec<String> =
                        other.axes.iter().map(|&s| self.model.sets[s].name.clone()).collect();
                    problems.push(errors::lag(
                        span,
                        definition.span,
                        &other.name,
                        &sets,
                        wanted,
                        (first, last),
                    ));
                    break 'years;
                }
            }
        }
        problems.into_iter().for_each(|problem| self.error(problem));
    }
}

/// Finds a reading outside the horizon in a branch that this year takes.
fn outside(
    expr: &Expr,
    year: i32,
    horizon: (i32, i32),
    found: &mut Option<(usize, crate::source::Span, i32)>,
) {
    if let Expr::If(condition, then, other) = expr {
        match condition.at_year(Some(year)) {
            Some(0.0) => return outside(other, year, horizon, found),
            Some(_) => return outside(then, year, horizon, found),
            None => {}
        }
    }
    match expr {
        Expr::Read { quantity, cells, time: Time::Offset(k), span } => {
            let wanted = year + k;
            if wanted < horizon.0 || wanted > horizon.1 {
                *found = Some((*quantity, *span, wanted));
            }
            cells.iter().for_each(|cell| outside(cell, year, horizon, found));
        }
        Expr::Negate(a) | Expr::Not(a) | Expr::Baseline(a) => outside(a, year, horizon, found),
        Expr::Binary { left, right, .. } => {
            outside(left, year, horizon, found);
            outside(right, year, horizon, found);
        }
        Expr::If(a, b, c) => {
            [a, b, c].into_iter().for_each(|part| outside(part, year, horizon, found))
        }
        Expr::Call { args, .. } => args.iter().for_each(|arg| outside(arg, year, horizon, found)),
        Expr::Random(random) => {
            let parts = random.args.iter().chain(random.limits.iter().flatten());
            parts.for_each(|part| outside(part, year, horizon, found));
        }
        Expr::Reduce { filter, body, .. } => {
            filter.iter().for_each(|filter| outside(filter, year, horizon, found));
            outside(body, year, horizon, found);
        }
        Expr::Path { first, legs } => {
            outside(first, year, horizon, found);
            for leg in legs {
                match leg {
                    crate::model::Leg::Move { to, .. } | crate::model::Leg::Step { to, .. } => {
                        outside(to, year, horizon, found)
                    }
                }
            }
        }
        _ => {}
    }
}
