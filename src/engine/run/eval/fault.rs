//! Evaluations without a value, and their diagnostics.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// An evaluation without a value. It is a pointer, so that the result of a successful evaluation fits into
/// registers.
#[derive(Debug, Clone)]
pub(crate) struct Fault(Box<Mishap>);

/// The contents of a [`Fault`]: code, message and place in the script.
#[derive(Debug, Clone)]
pub(crate) struct Mishap {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) span: Span,
}

impl Fault {
    pub(crate) fn new(code: Code, message: &str, span: Span) -> Self {
        Self(Box::new(Mishap { code, message: message.to_owned(), span }))
    }

    /// Makes the diagnostic of this fault in a year; `name` is the quantity or query.
    pub(crate) fn report(&self, name: &str, year: i32) -> Diagnostic {
        let title = match self.code {
            Code::OutsideHorizon => format!("`{name}` in {year} reads a year outside the horizon"),
            _ => format!("{} in `{name}` in {year}", self.message),
        };
        let found = Diagnostic::error(self.code, title).at(self.span, "here");
        match self.code {
            Code::DivisionByZero | Code::EmptyReduction => {
                found.help("give this case another value with `if`, or write `div(a, b, else: 0)` for a division")
            }
            Code::OutsideHorizon => found.help("leave this year out, as `if t > first then ... else 0`, or add the year to `years`"),
            Code::Filter => {
                found.help("move the condition into the sum: `sum(if CONDITION then VALUE else 0)`")
            }
            Code::Index => {
                found.help("let it depend on parameters and on last year's values alone, `[t-1]`")
            }
            Code::NotAYear => found.help(
                "write whole years near the horizon, as `round(x)` or `discrete(2026: 50%, 2027: 50%)`",
            ),
            Code::LimitMemory => {
                found.help("make a set smaller, or solve fewer equations together")
            }
            Code::ReversedYears => {
                found.help("let the years rise, as in `over begins..begins + 3`")
            }
            Code::Distribution => found.help("write limits between which the distribution has values"),
            _ => found.help("give this case another value: `if CONDITION then VALUE else ...`"),
        }
    }
}

impl std::ops::Deref for Fault {
    type Target = Mishap;

    fn deref(&self) -> &Mishap {
        &self.0
    }
}

#[cold]
pub(crate) fn fault<T>(code: Code, message: &str, span: Span) -> Result<T, Fault> {
    Err(Fault::new(code, message, span))
}
