//! The language: what is read, what is refused and with which message; and the rules of the source tree.

mod architecture;
mod check;
mod corpus;
mod data;
mod errors;
mod format;
mod hostile;
mod made;
mod sample;
mod syntax;
