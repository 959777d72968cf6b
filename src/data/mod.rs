//! Files beside the script: access to the folder, and data files as streams of rows.
//!
//! In: a name relative to the script's folder. Out: text, or rows of text and numbers with their places.
//! Invariants: no file outside the folder is opened, a file of any size takes bounded memory, and nothing about
//! the format is guessed. The layer is below `check`, which asks for the rows that a script names.

mod csv;
pub mod errors;
mod files;
mod number;
mod request;
mod scan;

pub use csv::{Csv, Spot};
pub use files::{Files, MemoryFiles, NoFiles, Noted, Refusal, normal, read_text};
pub use number::{NotANumber, parse};
pub use request::{CellFormat, Filter, Missing, Named, Request, Wanted};
