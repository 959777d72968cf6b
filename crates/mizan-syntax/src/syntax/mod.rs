//! The parser: from text to syntax tree.
//!
//! In: one text. Out: an [`ast::File`] with every statement that could be parsed, and a diagnostic for each that could
//! not. Only this folder uses pest.

pub mod ast;
mod build;
mod chain;
mod errors;
mod expr;
mod format;
mod grammar;
mod hints;
mod line;
mod lookalike;
#[cfg(feature = "habits")]
mod mend;
mod parse;
mod pasted;
pub mod prescan;
mod query;
mod statement;
pub mod token;
#[cfg(feature = "habits")]
pub mod tried;
pub mod words;

pub use format::format;
pub use parse::{Parsed, parse, parse_entry, parse_value};
pub use prescan::{MOST_STATEMENTS, MOST_TOKENS};
