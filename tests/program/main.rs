//! The program as its users meet it: commands, the prompt, the book and the examples.

mod cli;
mod docs;
mod examples;
mod gallery;
mod memory;
mod page;
mod repl;
mod schema;
mod serve;
mod talk;
mod terminal;
