//! The operands of an equation in one cell and year, and how an equation depends on them.
//!
//! An equation is closed first: elements take the place of its index names, so that each part of it can be
//! evaluated by itself. Its terms are then taken apart one by one: a difference of two runs is exact for a sum,
//! and divided by Shapley's rule among the operands of any other term.

use super::side::View;
use crate::analysis::shapley::shapley;
use crate::model::{BinaryOp, Expr, Kind, Model, QuantityId, Reduction, Time};

/// Maximum number of operands of a term for which all subsets are evaluated.
const MOST_EXACT: usize = 10;
/// Maximum number of terms into which a sum is divided.
const MOST_TERMS: usize = 10_000;
/// The relative change whose effect the tree of a value shows.
const CHANGE: f64 = 0.01;

/// A value that an equation reads.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TracedOperand {
    /// A cell of a quantity.
    Cell(Cell),
    /// A part of the equation, without free indices.
    Part(EquationPart),
}

/// A cell of a quantity in one year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::analysis) struct Cell {
    pub(in crate::analysis) quantity: QuantityId,
    pub(in crate::analysis) elements: Vec<u32>,
    pub(in crate::analysis) year: i32,
    /// True for a value of the baseline that an equation of another scenario reads.
    pub(in crate::analysis) of_baseline: bool,
}

/// A part of an equation, with its values in the two runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EquationPart {
    pub(super) expr: Expr,
    /// Value of the part in the explained run; NaN if that run lacks it.
    pub(super) now: f64,
    /// Value of the part in the reference run.
    pub(super) before: Option<f64>,
    /// False for a part that only one of the two runs has.
    pub(super) in_both: bool,
}

/// An operand with its share, as in [`crate::results::WhyNode::share`].
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) operand: TracedOperand,
    pub(super) share: Option<f64>,
}

impl Cell {
    /// Makes the expression that reads the cell.
    pub(super) fn read(&self, model: &Model) -> Expr {
        let read = Expr::Read {
            quantity: self.quantity,
            cells: self.elements.iter().map(|&element| Expr::Const(f64::from(element))).collect(),
            time: Time::Fixed(self.year),
            span: model.quantities[self.quantity].span,
        };
        if self.of_baseline { Expr::Baseline(Box::new(read)) } else { read }
    }
}

/// An operand as a player of the Shapley value, with its values in the two runs.
struct Player {
    operand: TracedOperand,
    now: f64,
    before: f64,
    /// True if `effects` may raise the operand by 1%; false for years, elements and conditions.
    scales: bool,
}

/// Replaces slots of an expression by elements.
pub(in crate::analysis) fn closed(expr: &Expr, slots: &[(usize, u32)]) -> Expr {
    let mut closed = expr.clone();
    closed.walk_mut(&mut |part| {
        if let Expr::Slot(slot) = part
            && let Some((_, element)) = slots.iter().find(|(known, _)| known == slot)
        {
            *part = Expr::Const(f64::from(*element));
        }
        true
    });
    closed
}

/// Returns every combination of the loops' elements, as pairs of slot and element.
pub(in crate::analysis) fn combinations(
    model: &Model,
    loops: &[(usize, usize)],
) -> Vec<Vec<(usize, u32)>> {
    let mut all = vec![Vec::new()];
    for &(slot, set) in loops {
        let members = &model.sets[set].members;
        let longer = |before: &Vec<(usize, u32)>| -> Vec<Vec<(usize, u32)>> {
            members.iter().map(|&member| [before.as_slice(), &[(slot, member)]].concat()).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// True if the expression reads a quantity.
fn reads(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= matches!(part, Expr::Read { .. });
        !found
    });
    found
}

/// True for a part of a term that is an operand as a whole.
fn is_operand(part: &Expr) -> bool {
    match part {
        Expr::Read { .. } => true,
        Expr::Reduce { .. } | Expr::Baseline(_) => reads(part),
        _ => false,
    }
}

/// Finds the operands of a closed expression.
pub(super) struct Edges<'v, 'r> {
    view: View<'v, 'r>,
    year: i32,
    found: Vec<Edge>,
    /// Operands of conditions that choose between two values.
    conditions: Vec<Edge>,
    terms: usize,
}

impl<'v, 'r> Edges<'v, 'r> {
    pub(super) fn new(view: View<'v, 'r>, year: i32) -> Self {
        Self { view, year, found: Vec::new(), conditions: Vec::new(), terms: 0 }
    }

    /// Returns the operands that were found; the operands of conditions if there is no other.
    pub(super) fn done(self) -> Vec<Edge> {
        if self.found.is_empty() && self.view.before.is_none() {
            return self.conditions;
        }
        self.found
    }

    /// Adds the operands of a closed expression, whose contribution is multiplied by `sign`.
    pub(super) fn add(&mut self, expr: &Expr, sign: f64) {
        match expr {
            Expr::Binary { op: BinaryOp::Add, left, right, .. } => {
                self.add(left, sign);
                self.add(right, sign);
            }
            Expr::Binary { op: BinaryOp::Subtract, left, right, .. } => {
                self.add(left, sign);
                self.add(right, -sign);
            }
            Expr::Negate(inner) => self.add(inner, -sign),
            Expr::If(condition, then, other) => match self.truth(condition) {
                Some(holds) => {
                    self.condition(condition);
                    self.add(if holds { then } else { other }, sign);
                }
                None => self.term(expr, sign),
            },
            Expr::Reduce { op: Reduction::Sum, loops, filter, body, .. } => {
                let all = combinations(self.view.model(), loops);
                self.terms += all.len();
                if self.terms > MOST_TERMS {
                    return self.whole(expr, sign);
                }
                for elements in all {
                    let body = closed(body, &elements);
                    match filter {
                        Some(filter) => {
                            let (filter, none) = (closed(filter, &elements), Expr::Const(0.0));
                            let kept = Expr::If(Box::new(filter), Box::new(body), Box::new(none));
                            self.add(&kept, sign);
                        }
                        None => self.add(&body, sign),
                    }
                }
            }
            _ => self.term(expr, sign),
        }
    }

    /// Adds a part of the equation that only one of the two runs has; `share` is its contribution to the difference.
    pub(super) fn add_part(&mut self, part: EquationPart, share: f64) {
        let cell = match &part.expr {
            Expr::Read { .. } => self.cell(&part.expr),
            _ => None,
        };
        let operand = cell.map_or(TracedOperand::Part(part), TracedOperand::Cell);
        self.push(operand, Some(share));
    }

    /// Adds the factors of a product, each with its values in the two runs.
    pub(super) fn add_factors(&mut self, factors: Vec<EquationPart>) {
        let players: Vec<Player> = factors
            .into_iter()
            .map(|part| {
                let (now, before) = (part.now, part.before.unwrap_or(part.now));
                Player { operand: TracedOperand::Part(part), now, before, scales: true }
            })
            .collect();
        let worth = |values: &[f64]| Some(values.iter().product());
        self.divide(players, 1.0, &worth);
    }

    /// Returns whether a condition holds, if it is the same in both runs.
    fn truth(&self, condition: &Expr) -> Option<bool> {
        let now = self.view.now.value(condition, self.year)? != 0.0;
        match self.view.before {
            Some(before) => {
                let before = before.value(condition, self.year)? != 0.0;
                (now == before).then_some(now)
            }
            None => Some(now),
        }
    }

    /// Notes the cells that a condition reads.
    fn condition(&mut self, condition: &Expr) {
        if let Some((players, _)) = self.players(condition) {
            for player in players {
                if !self.conditions.iter().any(|edge| edge.operand == player.operand) {
                    self.conditions.push(Edge { operand: player.operand, share: None });
                }
            }
        }
    }

    /// Adds a term that is not itself a sum.
    fn term(&mut self, expr: &Expr, sign: f64) {
        if !reads(expr) {
            return;
        }
        let mut expr = expr.clone();
        self.choose(&mut expr);
        let Some((players, places)) = self.players(&expr) else { return self.whole(&expr, sign) };
        let (side, year) = (self.view.now, self.year);
        let worth = |values: &[f64]| {
            let (mut own, mut at) = (expr.clone(), 0);
            own.walk_mut(&mut |part| {
                if !is_operand(part) {
                    return true;
                }
                let value = places.get(at).and_then(|&player| values.get(player));
                *part = Expr::Const(value.copied().unwrap_or(f64::NAN));
                at += 1;
                false
            });
            side.value(&own, year)
        };
        if !self.divide(players, sign, &worth) {
            self.whole(&expr, sign);
        }
    }

    /// Replaces each `if` by its branch, if both runs take the same branch.
    fn choose(&mut self, expr: &mut Expr) {
        expr.walk_mut(&mut |part| {
            while let Expr::If(condition, then, other) = part {
                let Some(holds) = self.truth(condition) else { break };
                self.condition(condition);
                let taken = if holds { then } else { other };
                *part = std::mem::replace(taken, Expr::Const(0.0));
            }
            !is_operand(part)
        });
    }

    /// Returns the operands of a term, each once, and for each place in the term the position of its operand.
    /// `None` if one of them has no value.
    fn players(&self, expr: &Expr) -> Option<(Vec<Player>, Vec<usize>)> {
        let (mut players, mut places): (Vec<Player>, Vec<usize>) = (Vec::new(), Vec::new());
        let mut complete = true;
        expr.walk(&mut |part| {
            if !is_operand(part) {
                return complete;
            }
            match self.player(part) {
                Some(player) => {
                    let known = players.iter().position(|known| known.operand == player.operand);
                    places.push(known.unwrap_or(players.len()));
                    if known.is_none() {
                        players.push(player);
                    }
                }
                None => complete = false,
            }
            false
        });
        complete.then_some((players, places))
    }

    fn player(&self, part: &Expr) -> Option<Player> {
        let now = self.view.now.value(part, self.year)?;
        let before = match self.view.before {
            Some(before) => Some(before.value(part, self.year)?),
            None => None,
        };
        let model = self.view.model();
        let (operand, scales) = match self.cell(part) {
            Some(cell) => {
                let kind = model.quantities[cell.quantity].kind;
                (TracedOperand::Cell(cell), matches!(kind, Kind::Plain { .. } | Kind::Points))
            }
            None => {
                let (expr, in_both) = (part.clone(), true);
                (TracedOperand::Part(EquationPart { expr, now, before, in_both }), true)
            }
        };
        Some(Player { operand, now, before: before.unwrap_or(now), scales })
    }

    /// Returns the cell that an expression reads, in the run or in the baseline.
    fn cell(&self, part: &Expr) -> Option<Cell> {
        let (read, of_baseline) = match part {
            Expr::Baseline(inner) => (&**inner, true),
            other => (other, false),
        };
        let Expr::Read { quantity, cells, time, .. } = read else { return None };
        let element = |cell: &Expr| self.view.now.value(cell, self.year).map(|value| value as u32);
        let elements = cells.iter().map(element).collect::<Option<Vec<u32>>>()?;
        let (quantity, year) = (*quantity, time.of(self.year));
        let of_baseline = of_baseline && !self.view.now.is_baseline();
        Some(Cell { quantity, elements, year, of_baseline })
    }

    /// Adds the operands of a term with their shares; false if the term has no value for some of the operands'
    /// values.
    fn divide(
        &mut self,
        players: Vec<Player>,
        sign: f64,
        worth: &dyn Fn(&[f64]) -> Option<f64>,
    ) -> bool {
        let shares = match self.view.before {
            Some(_) => shares(&players, worth),
            None => effects(&players, worth),
        };
        let Some(shares) = shares else { return false };
        let is_difference = self.view.before.is_some();
        for (player, share) in players.into_iter().zip(shares) {
            // An operand that is equal in both runs contributes nothing.
            if !(is_difference && player.now == player.before) {
                self.push(player.operand, share.map(|share| sign * share));
            }
        }
        true
    }

    /// Adds a term without dividing it.
    fn whole(&mut self, expr: &Expr, sign: f64) {
        let Some(now) = self.view.now.value(expr, self.year) else { return };
        let before = self.view.before.and_then(|side| side.value(expr, self.year));
        let share = match (self.view.before, before) {
            (None, _) => Some(sign * now * CHANGE),
            (Some(_), before) => before.map(|before| sign * (now - before)),
        };
        if self.view.before.is_none() || share != Some(0.0) {
            let part = EquationPart { expr: expr.clone(), now, before, in_both: true };
            self.push(TracedOperand::Part(part), share);
        }
    }

    fn push(&mut self, operand: TracedOperand, share: Option<f64>) {
        match self.found.iter_mut().find(|edge| edge.operand == operand) {
            Some(edge) => edge.share = edge.share.zip(share).map(|(a, b)| a + b),
            None => self.found.push(Edge { operand, share }),
        }
    }
}

/// Divides the difference of a term between two runs among its operands, by Shapley values. The values add up to
/// the difference. With many operands the mean is taken over the rotations of one order and their reverses
/// instead of all orders; these values add up to the difference too.
fn shares(players: &[Player], worth: &dyn Fn(&[f64]) -> Option<f64>) -> Option<Vec<Option<f64>>> {
    let changed: Vec<usize> =
        (0..players.len()).filter(|&n| players[n].now != players[n].before).collect();
    let with = |takes: &dyn Fn(usize) -> bool| -> Option<f64> {
        let value = |(n, player): (usize, &Player)| match changed.iter().position(|&c| c == n) {
            Some(position) if takes(position) => player.now,
            _ => player.before,
        };
        worth(&players.iter().enumerate().map(value).collect::<Vec<f64>>())
    };
    let count = changed.len();
    let parts = if count <= MOST_EXACT {
        let subsets = (0..1_usize << count).map(|mask| with(&|n| mask >> n & 1 == 1));
        shapley(&subsets.collect::<Option<Vec<f64>>>()?)
    } else {
        let mut parts = vec![0.0; count];
        for first in 0..count {
            let rotated: Vec<usize> = (0..count).map(|n| (first + n) % count).collect();
            for order in [rotated.clone(), rotated.into_iter().rev().collect()] {
                let mut before = with(&|_| false)?;
                for (n, &player) in order.iter().enumerate() {
                    let after = with(&|one| order[..=n].contains(&one))?;
                    parts[player] += (after - before) / (2 * count) as f64;
                    before = after;
                }
            }
        }
        parts
    };
    let mut shares = vec![Some(0.0); players.len()];
    for (&player, part) in changed.iter().zip(parts) {
        shares[player] = Some(part);
    }
    Some(shares)
}

/// Returns the change of a term for each operand that is 1% greater.
fn effects(players: &[Player], worth: &dyn Fn(&[f64]) -> Option<f64>) -> Option<Vec<Option<f64>>> {
    let now: Vec<f64> = players.iter().map(|player| player.now).collect();
    let value = worth(&now)?;
    let effect = |n: usize| {
        let mut more = now.clone();
        more[n] *= 1.0 + CHANGE;
        players[n].scales.then(|| worth(&more).map(|after| after - value)).flatten()
    };
    Some((0..players.len()).map(effect).collect())
}
