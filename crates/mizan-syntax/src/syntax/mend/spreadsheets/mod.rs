//! Tables that are pasted or typed, matrices, and formulas of spreadsheets.

pub(crate) mod addresses;
pub(crate) mod cells;
pub(crate) mod columns;
pub(crate) mod grids;
pub(crate) mod matrices;
pub(crate) mod merged;
pub(crate) mod products;
pub(crate) mod sheets;
pub(crate) mod tables;
