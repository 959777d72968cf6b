//! Mizan: a language for trade-balance scenarios.
//!
//! A program that embeds Mizan needs three calls: [`session::load`] reads and checks a script,
//! [`analysis::answer`] runs it and answers its queries, and [`report`] writes the answers.
//!
//! ```
//! use mizan::{analysis, report, session};
//!
//! let script = "\
//! years 2024..2026
//! var trade
//! trade[first] = 100
//! trade = trade[t-1] * (1 + 5%)
//! show trade
//! ";
//! let program = session::load("growth.mizan", script);
//! let model = program.model.expect("the script has no mistakes");
//! let answers = analysis::answer(&model).expect("every value exists");
//! let text = report::text(&answers, 80, false);
//! assert!(text.contains("2026       110"), "{text}");
//! ```
//!
//! Mistakes are data: [`session::Program::diagnostics`] has a code, a place and help for each, and
//! [`diagnostic::render`] shows them beside the text. [`session::load_with`] takes the files that a script
//! names. `ARCHITECTURE.md` describes the passes between text and answers.

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
pub mod page;
pub mod partial;
pub mod plan;
pub mod quantity;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod repl;
pub mod report;
pub mod rerun;
pub mod results;
pub mod session;

pub use mizan_syntax::{diagnostic, operator, source, syntax};
