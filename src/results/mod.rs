//! Results as values with names on them, so that every front end needs nothing else.

mod answer;
mod audit;
mod search;

pub use answer::*;
pub use audit::*;
pub use search::*;
