//! The language: accepted and refused scripts, their messages, and the rules of the source tree.

mod architecture;
mod check;
mod corpus;
mod data;
mod data_places;
mod doubtful;
mod errors;
mod format;
mod habits;
mod hostile;
mod libraries;
mod made;
mod sample;
mod syntax;
mod workbooks;
