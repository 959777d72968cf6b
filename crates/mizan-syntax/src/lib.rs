//! The syntax of Mizan: from the text of a script to its syntax tree, and back by the formatter.
//!
//! In: a text. Out: an [`ast::File`](syntax::ast::File) and [`Diagnostic`](diagnostic::Diagnostic)s. The
//! core reads scripts with it; the core's build script parses the built-in libraries with it and stores
//! their trees ([`statements`]). No name is resolved here.

pub mod diagnostic;
pub mod operator;
pub mod source;
pub mod statements;
pub mod syntax;
