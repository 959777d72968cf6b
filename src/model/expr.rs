//! Resolved expressions: readings, operators, paths and random quantities.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{QuantityId, ReductionId, SetId};
use crate::builtins::Function;
use crate::source::Span;

/// The year of a reading, relative or fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// A number of years after the current year; negative for a lag.
    Offset(i32),
    /// A fixed calendar year.
    Fixed(i32),
}

pub use crate::builtins::Reduction;
/// Binary operators on numbers; truth is 1 and 0.
pub use crate::operator::BinaryOp;
/// The shape of a path's leg.
pub use crate::operator::Shape;

/// A resolved expression of a model.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Expr {
    Const(f64),
    /// The number of a year, such as `t`.
    Year(Time),
    /// The element in the slot with this number, as its position in the root set.
    Slot(usize),
    Read {
        quantity: QuantityId,
        cells: Vec<Expr>,
        time: Time,
        span: Span,
    },
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
        span: Span,
    },
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    Call {
        function: Function,
        args: Vec<Expr>,
        span: Span,
    },
    Reduce {
        id: ReductionId,
        op: Reduction,
        loops: Vec<(usize, SetId)>,
        filter: Option<Box<Expr>>,
        body: Box<Expr>,
        span: Span,
    },
    Path {
        first: Box<Expr>,
        legs: Vec<Leg>,
    },
    Points(Vec<(Expr, Expr)>),
    /// The value in the baseline, in every scenario.
    Baseline(Box<Expr>),
    Random(Box<Random>),
}

/// A distribution in an expression: a random quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Random {
    /// The family of the distribution.
    pub function: Function,
    /// Parameters of the distribution.
    pub args: Vec<Expr>,
    /// The column of a file that the distribution draws from; it then has no parameters.
    pub sample: Option<ColumnSample>,
    /// Lower and upper limit of a truncated distribution.
    pub limits: [Option<Expr>; 2],
    /// Index of the distribution in its definition, from 0 in the order of the text.
    pub number: u32,
    /// Positions of the quantity's axes whose elements have separate draws, in order. The elements of other axes share
    /// a draw.
    pub axes: Vec<usize>,
    /// Slots and sets of the loops around the distribution, outer loops first, whose elements have separate draws.
    pub loops: Vec<(usize, SetId)>,
    /// Year of the draw, for a distribution that is drawn each year.
    pub year: Option<Time>,
    /// Span of the distribution in the script.
    pub span: Span,
}

/// The values in a column of a file, from which a distribution draws.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSample {
    /// The elements that select rows of the file; empty if all rows are used.
    pub keys: Vec<Expr>,
    /// Finite values in ascending order, by the elements of the key columns.
    pub values: Arc<BTreeMap<Vec<u32>, Arc<[f64]>>>,
    /// The text of the call of `data` in the script.
    pub text: String,
}

/// A resolved `correlate` statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// Readings of the correlated quantities; every pair has the same correlation.
    pub of: Vec<Expr>,
    /// Slots and sets of the `*` that both readings share: one correlation for each element.
    pub loops: Vec<(usize, SetId)>,
    /// The rank correlation, from -1 to 1.
    pub rank: f64,
    /// Span of the statement in the script.
    pub span: Span,
}

/// The random quantities in the `correlate` statements of a model, and their pairs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Correlated {
    /// The correlated random quantities, without duplicates.
    pub draws: Vec<CorrelatedDraw>,
    /// The correlated pairs, without duplicates.
    pub pairs: Vec<CorrelatedPair>,
}

/// A random quantity that is correlated with at least one other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorrelatedDraw {
    /// Name of the random quantity's draw.
    pub name: String,
    /// True if the quantity is drawn each year; it is then correlated within each year.
    pub each_year: bool,
}

/// Two random quantities with their correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorrelatedPair {
    /// Positions of the quantities in [`Correlated::draws`], the lower position first.
    pub of: (u32, u32),
    /// Position of the statement in [`super::Model::correlations`].
    pub statement: u32,
}

/// A leg of a path, resolved.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Leg {
    Move { to: Expr, from: Expr, until: Expr, shape: Shape, span: Span },
    Step { to: Expr, from: Expr, span: Span },
}

impl Expr {
    /// Calls `visit` for this expression; where `visit` returns true, also for the subexpressions.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr) -> bool) {
        if !visit(self) {
            return;
        }
        match self {
            Self::Const(_) | Self::Year(_) | Self::Slot(_) => {}
            Self::Read { cells, .. } => cells.iter().for_each(|cell| cell.walk(visit)),
            Self::Negate(a) | Self::Not(a) | Self::Baseline(a) => a.walk(visit),
            Self::Binary { left, right, .. } => {
                left.walk(visit);
                right.walk(visit);
            }
            Self::If(a, b, c) => [a, b, c].into_iter().for_each(|part| part.walk(visit)),
            Self::Call { args, .. } => args.iter().for_each(|arg| arg.walk(visit)),
            Self::Random(random) => {
                random.args.iter().for_each(|arg| arg.walk(visit));
                random.limits.iter().flatten().for_each(|limit| limit.walk(visit));
                let keys = random.sample.iter().flat_map(|sample| &sample.keys);
                keys.for_each(|key| key.walk(visit));
            }
            Self::Reduce { filter, body, .. } => {
                filter.iter().for_each(|filter| filter.walk(visit));
                body.walk(visit);
            }
            Self::Path { first, legs } => {
                first.walk(visit);
                for leg in legs {
                    match leg {
                        Leg::Move { to, from, until, .. } => {
                            [to, from, until].into_iter().for_each(|part| part.walk(visit));
                        }
                        Leg::Step { to, from, .. } => {
                            [to, from].into_iter().for_each(|part| part.walk(visit));
                        }
                    }
                }
            }
            Self::Points(points) => points.iter().for_each(|(year, value)| {
                year.walk(visit);
                value.walk(visit);
            }),
        }
    }

    /// Returns the value of an expression that reads no quantity and no year.
    pub fn constant(&self) -> Option<f64> {
        self.at_year(None)
    }

    /// Returns the value of an expression in a year, if it reads no quantity.
    pub fn at_year(&self, year: Option<i32>) -> Option<f64> {
        let value = match self {
            Self::Const(value) => *value,
            Self::Year(Time::Offset(offset)) => f64::from(year? + offset),
            Self::Year(Time::Fixed(year)) => f64::from(*year),
            Self::Negate(a) => -a.at_year(year)?,
            Self::Not(a) => truth(a.at_year(year)? == 0.0),
            Self::Binary { op, left, right, .. } => {
                apply(*op, left.at_year(year)?, right.at_year(year)?)
            }
            _ => return None,
        };
        value.is_finite().then_some(value)
    }
}

/// Returns 1 for true and 0 for false.
#[inline(always)]
pub fn truth(yes: bool) -> f64 {
    if yes { 1.0 } else { 0.0 }
}

/// Applies a binary operator; the result is NaN or infinite where the operation is not defined.
#[inline(always)]
pub fn apply(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::And => truth(a != 0.0 && b != 0.0),
        BinaryOp::Or => truth(a != 0.0 || b != 0.0),
        BinaryOp::Equal => truth(a == b),
        BinaryOp::NotEqual => truth(a != b),
        BinaryOp::AtMost => truth(a <= b),
        BinaryOp::AtLeast => truth(a >= b),
        BinaryOp::Below => truth(a < b),
        BinaryOp::Above => truth(a > b),
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide => a / b,
        BinaryOp::Power => libm::pow(a, b),
    }
}

impl Time {
    /// Converts to a calendar year; `current` is the current year.
    pub fn of(self, current: i32) -> i32 {
        match self {
            Self::Offset(offset) => current.saturating_add(offset),
            Self::Fixed(year) => year,
        }
    }
}
