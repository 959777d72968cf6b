//! Files beside the script: access to the folder, and data files as streams of rows.
//!
//! In: a name relative to the script's folder. Out: text, or rows of text and numbers with their places.
//! Invariants: no file outside the folder is opened, a file of any size takes bounded memory, and nothing about
//! the format is guessed. CSV files and sheets of workbooks are two sources of rows (`rows`) for one `table`.
//! The layer is below `check`, which asks for the rows that a script names.

mod argument;
mod csv;
pub mod errors;
mod files;
#[cfg(feature = "habits")]
mod glance;
pub mod header_errors;
mod number;
mod request;
mod rows;
mod scan;
#[cfg(feature = "xlsx")]
mod sheet;
mod table;
#[cfg(feature = "xlsx")]
mod workbook;

pub use files::{Files, MemoryFiles, NoFiles, Noted, Refusal, normal, read_text};
#[cfg(feature = "habits")]
pub use glance::Glance;
pub use number::{DataFigure, NotANumber, parse, point_of_thousands, unsure_of_points};
pub use request::{CellFormat, Filter, Missing, Named, Request, TablePlace, Wanted, is_option};
pub use rows::Spot;
pub use table::Table;
#[cfg(feature = "xlsx")]
pub(crate) use workbook::{MOST_CELLS, open_checked};
