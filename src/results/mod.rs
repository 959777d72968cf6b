//! Results as plain values with all names and units, so that a front end needs nothing else.

mod answer;
mod audit;
mod background;
mod calibrate;
mod cell;
mod discover;
mod search;
mod sensitivity;
mod why;

pub use answer::*;
pub use audit::*;
pub use background::*;
pub use calibrate::*;
pub use cell::*;
pub use discover::*;
pub use search::*;
pub use sensitivity::*;
pub use why::*;
