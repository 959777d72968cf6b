//! Mizan: a language for trade-balance scenarios.
//!
//! Text becomes a syntax tree ([`syntax::parse`]), the tree a checked [`model::Model`]
//! ([`check::check`]), the model results, and the results a report. `ARCHITECTURE.md` shows the whole
//! pipeline.

pub mod analysis;
pub mod builtins;
pub mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod data;
pub mod engine;
pub mod explain;
#[cfg(feature = "files")]
pub mod files;
pub mod library;
pub mod methods;
pub mod model;
pub mod plan;
pub mod quantity;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod repl;
pub mod report;
pub mod results;
pub mod session;

pub use mizan_syntax::{diagnostic, operator, source, syntax};
