//! Names in expressions, with their indices or arguments.

use serde::{Deserialize, Serialize};

use super::{Expr, Name, Range};
use crate::source::Span;

/// A name with its indices or arguments: `a`, `a.b[s, t-1]`, `f(x)`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// The parts of the name, which dots separate.
    pub path: Vec<Name>,
    /// The indices or arguments after the name.
    pub suffix: Suffix,
    /// The span of the name with its suffix.
    pub span: Span,
}

impl Reference {
    /// Returns the whole name: its parts joined by dots.
    pub fn dotted(&self) -> String {
        let parts: Vec<&str> = self.path.iter().map(|part| part.text.as_str()).collect();
        parts.join(".")
    }
}

/// The indices or arguments after a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Suffix {
    /// Nothing follows the name.
    None,
    /// Indices follow the name: `[...]`.
    Indices(Vec<Index>),
    /// Arguments follow the name: `(...)`.
    Call(Call),
}

/// An index in brackets: an element, a year, `*` or a lag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the index of its name")]
pub enum Index {
    All(Span),
    Expr(Expr),
    Range(Range),
}

/// The binders, condition and arguments of a call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Call {
    /// The binders before the colon: `s in sector, p in partner`.
    pub binders: Vec<Binder>,
    /// The condition of `where`, after the binders.
    pub filter: Option<Box<Expr>>,
    /// The arguments, in order.
    pub args: Vec<Argument>,
}

/// An index of a reduction, with what the index ranges over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Binder {
    /// The name of the index.
    pub index: Name,
    /// The set or the range.
    pub over: Over,
}

/// What the index of a reduction ranges over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Over {
    /// The elements of a set: `s in sector`.
    Set(Name),
    /// Years or whole numbers: `t in 2025..2030`, `k in 0..2`.
    Range(Range),
}

/// An argument of a call, with its key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// The key before the argument, such as `year:`.
    pub key: Option<Name>,
    /// The value of the argument.
    pub value: Expr,
    /// True if the key was in quotes or a number.
    pub literal_key: bool,
}
