//! `correlate`: the random quantities that each statement names, and their pairs.
//!
//! Everything that a statement asks for is honoured in each draw or refused here: two quantities must have as
//! many distributions, drawn equally often, and a pair of random quantities has one correlation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Checker;
use super::errors;
use super::expr::{Env, NUMBER};
use crate::diagnostic::Diagnostic;
use crate::model::{
    BinaryOp, Change, Correlated, CorrelatedDraw, CorrelatedPair, Correlation, Definition, Expr,
    Kind, Leg, Model, Op, QuantityId,
};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, ItemKind};

/// Maximum number of correlated random quantities.
const MOST_TOGETHER: usize = 2_000;
/// Maximum number of correlated draws, over all years.
const MOST_DRAWS: usize = 20_000;

/// The slots of the `*` in a statement, each with the element of one cell.
type Slots = Vec<(usize, u32)>;

impl<'a> Checker<'a> {
    /// Resolves the `correlate` statements. The same `*` of all sides have the same element. A value that one of
    /// `edits` replaces by a number is not correlated.
    pub(super) fn correlations(&mut self, items: &[&'a ast::Item], edits: &[ast::Assign]) {
        let edited = edits.iter().map(|edit| edit.target.dotted());
        let edited: Vec<QuantityId> =
            edited.filter_map(|name| self.quantity_names.get(&name).copied()).collect();
        let mut pairs = Pairs::default();
        for item in items {
            let ItemKind::Correlate { of, value } = &item.kind else { continue };
            let before = self.errors;
            let Some(statement) = self.correlation(of, value, item.span) else { continue };
            if self.errors > before {
                continue;
            }
            self.model.correlations.push(statement);
            if let Err(found) = pairs.statement(&self.model, &edited) {
                self.error(found);
            }
        }
        self.model.correlated = pairs.found;
    }

    /// Resolves the readings and the number of a statement.
    fn correlation(
        &mut self,
        of: &[ast::Reference],
        value: &ast::Expr,
        span: Span,
    ) -> Option<Correlation> {
        let mut env = Env { wild: Some(Vec::new()), ..Env::default() };
        self.in_scenario = true;
        let mut read = Vec::with_capacity(of.len());
        for reference in of {
            let kind = ExprKind::Reference(reference.clone());
            let expr = ast::Expr { kind, span: reference.span };
            let (value, kind) = self.expr(&expr, &mut env, None);
            if !matches!(value, Expr::Read { .. }) && kind != Kind::Unknown {
                self.error(errors::correlate_reading(reference.span));
            }
            read.push(value);
        }
        self.in_scenario = false;
        let rank = self.expect(value, &mut Env::default(), NUMBER, "a correlation");
        let rank = rank.constant();
        let Some(rank) = rank.filter(|rank| (-1.0..=1.0).contains(rank)) else {
            self.error(errors::correlation_range(value.span, rank));
            return None;
        };
        let wild = env.wild.unwrap_or_default();
        let loops = wild.iter().map(|&(set, _, slot)| (slot, set)).collect();
        self.model.slots = self.model.slots.max(env.next_slot);
        Some(Correlation { of: read, loops, rank, span })
    }
}

/// The correlated pairs of all statements read so far.
#[derive(Default)]
struct Pairs {
    found: Correlated,
    numbers: HashMap<CorrelatedDraw, u32>,
    /// The statement of each pair, and the positions of its two quantities in that statement.
    known: HashMap<(u32, u32), (usize, (usize, usize))>,
    /// Number of correlated draws, over all years.
    draws: usize,
}

impl Pairs {
    /// Adds the pairs of the model's last statement, one for each cell of its `*`.
    fn statement(&mut self, model: &Model, edited: &[QuantityId]) -> Result<(), Diagnostic> {
        let Some(statement) = model.correlations.last() else { return Ok(()) };
        if statement.of.len() > MOST_TOGETHER {
            return Err(errors::too_many_correlated(statement.span, MOST_TOGETHER, MOST_DRAWS));
        }
        let mut cells: Vec<Slots> = vec![Vec::new()];
        for &(slot, set) in &statement.loops {
            let members = &model.sets[set].members;
            if cells.len().saturating_mul(members.len()) > MOST_DRAWS {
                return Err(errors::too_many_correlated(statement.span, MOST_TOGETHER, MOST_DRAWS));
            }
            let longer = |cell: &Slots| -> Vec<Slots> {
                members.iter().map(|&m| [cell.as_slice(), &[(slot, m)]].concat()).collect()
            };
            cells = cells.iter().flat_map(longer).collect();
        }
        for cell in cells {
            let mut sides: Vec<Side> = Vec::with_capacity(statement.of.len());
            for expr in &statement.of {
                let Some(side) = Side::of(model, expr, &cell, statement.span)? else {
                    return Err(errors::correlate_reading(statement.span));
                };
                if side.draws.is_empty() && !edited.contains(&side.quantity) {
                    return Err(errors::not_random(statement.span, &side.name));
                }
                sides.push(side);
            }
            for (j, b) in sides.iter().enumerate() {
                for (i, a) in sides.iter().enumerate().take(j) {
                    if !a.draws.is_empty() && !b.draws.is_empty() {
                        self.pair(model, (a, b), (i, j))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the pairs of two quantities: pairs their distributions in the order of the text.
    fn pair(
        &mut self,
        model: &Model,
        (a, b): (&Side, &Side),
        places: (usize, usize),
    ) -> Result<(), Diagnostic> {
        let span = model.correlations.last().map_or(a.span, |statement| statement.span);
        if a.draws.values().flatten().any(|draw| b.draws.values().flatten().any(|own| own == draw))
        {
            return Err(errors::correlated_with_itself(span, &a.name, &b.name));
        }
        for (one, other) in [(a, a), (b, b), (a, b)] {
            let mut often = one.draws.values().chain(other.draws.values()).flatten();
            let first = often.next().map(|draw| draw.each_year);
            if often.any(|draw| Some(draw.each_year) != first) {
                return Err(errors::drawn_unequally(span, &one.name, &other.name));
            }
        }
        if a.draws.len() != b.draws.len() {
            let counts = (a.draws.len(), b.draws.len());
            return Err(errors::unequal_counts(span, (&a.name, &b.name), counts));
        }
        if a.falls != b.falls {
            let falling = if a.falls { a } else { b };
            return Err(errors::falls(span, &falling.name));
        }
        for (one, other) in a.draws.values().zip(b.draws.values()) {
            for one in one {
                for other in other {
                    self.insert(model, (one, other), (a, b), places)?;
                }
            }
        }
        Ok(())
    }

    fn insert(
        &mut self,
        model: &Model,
        (one, other): (&CorrelatedDraw, &CorrelatedDraw),
        (a, b): (&Side, &Side),
        places: (usize, usize),
    ) -> Result<(), Diagnostic> {
        let statement = model.correlations.len() - 1;
        let span = model.correlations[statement].span;
        let (one, other) = (self.number(model, one), self.number(model, other));
        if self.numbers.len() > MOST_TOGETHER || self.draws > MOST_DRAWS {
            return Err(errors::too_many_correlated(span, MOST_TOGETHER, MOST_DRAWS));
        }
        let of = (one.min(other), one.max(other));
        match self.known.get(&of) {
            // The `*` of a statement may name a pair several times, where elements share a draw.
            Some(known) if *known == (statement, places) => Ok(()),
            Some(&(first, _)) => {
                let first = model.correlations[first].span;
                Err(errors::correlated_twice(span, first, &a.name, &b.name))
            }
            None => {
                self.known.insert(of, (statement, places));
                let statement = statement as u32;
                self.found.pairs.push(CorrelatedPair { of, statement });
                Ok(())
            }
        }
    }

    /// Returns the index of a random quantity among the correlated ones; adds a new quantity.
    fn number(&mut self, model: &Model, draw: &CorrelatedDraw) -> u32 {
        if let Some(&number) = self.numbers.get(draw) {
            return number;
        }
        let number = self.found.draws.len() as u32;
        self.numbers.insert(draw.clone(), number);
        self.found.draws.push(draw.clone());
        self.draws += if draw.each_year { model.horizon() } else { 1 };
        number
    }
}

/// A correlated quantity in one cell, with its distributions.
struct Side {
    quantity: QuantityId,
    name: String,
    span: Span,
    /// The distributions, by their index in the quantity's definitions. Definitions of several scenarios may draw the
    /// same distribution under several names.
    draws: BTreeMap<u32, Vec<CorrelatedDraw>>,
    /// True if the value of the quantity falls when its distributions rise.
    falls: bool,
}

impl Side {
    /// Finds the quantity that an expression reads in a cell of the `*`; None if the expression is no reading of a
    /// quantity.
    fn of(
        model: &Model,
        expr: &Expr,
        slots: &Slots,
        statement: Span,
    ) -> Result<Option<Self>, Diagnostic> {
        let Expr::Read { quantity: id, cells, span, .. } = expr else { return Ok(None) };
        let element = |expr: &Expr| match expr {
            Expr::Const(element) => *element as u32,
            Expr::Slot(slot) => slots.iter().find(|(s, _)| s == slot).map_or(0, |&(_, e)| e),
            _ => 0,
        };
        if !cells.iter().all(|cell| matches!(cell, Expr::Const(_) | Expr::Slot(_))) {
            return Err(errors::correlate_reading(*span));
        }
        let cell: Vec<u32> = cells.iter().map(element).collect();
        let quantity = &model.quantities[*id];
        let name = model.cell_name(quantity, &cell);
        let (draws, falls) = (BTreeMap::new(), false);
        let mut side = Self { quantity: *id, name, span: *span, draws, falls };
        for definition in definitions(model, *id, &cell) {
            for random in definition.expr.distributions() {
                if !random.loops.is_empty() {
                    return Err(errors::drawn_in_loop(statement, &side.name));
                }
                let name = model.drawn_name(quantity, &cell, random, &[], None);
                let draw = CorrelatedDraw { name, each_year: random.year.is_some() };
                let known = side.draws.entry(random.number).or_default();
                if !known.contains(&draw) {
                    known.push(draw);
                }
            }
            side.falls |= direction(&definition.expr) == Direction::Falls;
        }
        Ok(Some(side))
    }
}

/// Returns the definitions of a cell with `=`: those of the script that hold in some year, and those of all scenarios.
fn definitions<'m>(model: &'m Model, id: QuantityId, cell: &[u32]) -> Vec<&'m Definition> {
    let quantity = &model.quantities[id];
    let mut chosen = BTreeSet::new();
    for year in model.years.0..=model.years.1 {
        let at = model.position(quantity, cell, year);
        chosen.insert(match quantity.choice.is_empty() {
            true => 0,
            false => quantity.choice.get(at).map_or(usize::MAX, |&n| n as usize),
        });
    }
    let own = chosen.into_iter().filter_map(|n| quantity.definitions.get(n));
    let changes = model.changes.iter().filter_map(|change| match &change.change {
        Change::Replace { quantity, definition, .. } if *quantity == id => Some(definition),
        Change::Replace { .. } | Change::Add(_) | Change::Remove(_) => None,
    });
    let changes = changes.filter(|definition| definition.covers_cell(model, cell));
    own.chain(changes).filter(|definition| definition.op == Op::Set).collect()
}

/// The direction in which a value moves when its distributions rise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// The value has no distributions.
    Still,
    Rises,
    Falls,
    /// The value rises with some distributions and falls with others, or the direction is not known.
    Mixed,
}

impl Direction {
    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Still, one) | (one, Self::Still) => one,
            (one, other) if one == other => one,
            _ => Self::Mixed,
        }
    }

    fn opposite(self) -> Self {
        match self {
            Self::Rises => Self::Falls,
            Self::Falls => Self::Rises,
            Self::Still | Self::Mixed => self,
        }
    }
}

/// Returns the direction in which a value moves when its distributions rise. A factor of unknown sign counts as
/// positive.
fn direction(expr: &Expr) -> Direction {
    match expr {
        Expr::Random(_) => Direction::Rises,
        Expr::Negate(a) => direction(a).opposite(),
        Expr::Binary { op, left, right, .. } => {
            let (a, b) = (direction(left), direction(right));
            let signed = |moving: Direction, other: &Expr| match other.constant() {
                Some(factor) if factor < 0.0 => moving.opposite(),
                _ => moving,
            };
            match (op, a, b) {
                (BinaryOp::Add, ..) => a.with(b),
                (BinaryOp::Subtract, ..) => a.with(b.opposite()),
                (BinaryOp::Multiply | BinaryOp::Divide, a, Direction::Still) => signed(a, right),
                (BinaryOp::Multiply, Direction::Still, b) => signed(b, left),
                (BinaryOp::Divide, Direction::Still, b) => signed(b.opposite(), left),
                (_, Direction::Still, Direction::Still) => Direction::Still,
                _ => Direction::Mixed,
            }
        }
        Expr::If(_, a, b) => direction(a).with(direction(b)),
        Expr::Path { first, legs } => legs.iter().fold(direction(first), |all, leg| {
            let (Leg::Move { to, .. } | Leg::Step { to, .. }) = leg;
            all.with(direction(to))
        }),
        Expr::Points(points) => {
            let values = points.iter().map(|(_, value)| direction(value));
            values.fold(Direction::Still, Direction::with)
        }
        Expr::Const(_) | Expr::Year(_) | Expr::Slot(_) | Expr::Read { .. } | Expr::Not(_) => {
            Direction::Still
        }
        Expr::Call { .. } | Expr::Reduce { .. } | Expr::Baseline(_) => {
            match expr.distributions().is_empty() {
                true => Direction::Still,
                false => Direction::Mixed,
            }
        }
    }
}
