//! Mends statements that other languages and spreadsheets have.
//!
//! In: the text of a statement that cannot be read. Out: a text that can be read, and the first habit that was mended.
//! Each rule replaces one habit. First every rule is tried alone, so that no other part of the statement changes; then
//! all rules one after the other, because habits come together. A result is given only if the parser reads it.

mod advice;
mod arithmetic;
mod beside;
mod blocks;
mod bodies;
mod comments;
mod conditions;
mod context;
mod dates;
mod declare;
mod draft;
mod dynare;
mod elsewhere;
mod eviews;
mod frames;
mod gams;
mod given_if;
mod grouped;
