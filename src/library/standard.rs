//! The standard library: functions that every script may call, written in Mizan.
//!
//! It is parsed when a script first calls a function that is neither its own nor in the table of
//! `builtins`. A function that the script declares under the same name takes precedence.

use std::sync::LazyLock;

use super::texts::{STANDARD, TRADE};
use crate::builtins;
use crate::source::SourceId;
use crate::syntax::ast::{Expr, ItemKind, Name};
use crate::syntax::parse;

/// A function of the standard library.
#[derive(Debug)]
pub struct Standard {
    /// Name of the function.
    pub name: Name,
    /// Names of the function's parameters.
    pub params: Vec<Name>,
    /// The expression that replaces a call.
    pub body: Expr,
    /// Text of the function's `##` comment.
    pub doc: String,
}

static FUNCTIONS: LazyLock<Vec<Standard>> = LazyLock::new(|| {
    // The standard library is the built-in text after those of the trade library.
    let parsed = parse(SourceId::builtin(TRADE.len()), STANDARD.1);
    let function = |item: crate::syntax::ast::Item| match item.kind {
        ItemKind::Function { name, params, body } => {
            Some(Standard { name, params, body, doc: item.doc })
        }
        _ => None,
    };
    parsed.file.items.into_iter().filter_map(function).collect()
});

/// Finds a function of the standard library by name.
pub fn standard(name: &str) -> Option<&'static Standard> {
    FUNCTIONS.iter().find(|function| function.name.text == name)
}

/// Returns the names of all functions of the standard library.
pub fn standard_names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name.text.as_str())
}

/// Returns the signature and meaning of a built-in function or a function of the standard library.
pub fn function_help(name: &str) -> Option<String> {
    let rows: Vec<String> = builtins::named(name).map(builtins::Builtin::help).collect();
    if rows.is_empty() { standard(name).map(Standard::help) } else { Some(rows.join("; ")) }
}

impl Standard {
    /// Returns signature and description in one line: `mod(a, b): The remainder ...`.
    pub fn help(&self) -> String {
        let params: Vec<&str> = self.params.iter().map(|param| param.text.as_str()).collect();
        format!("{}({}): {}", self.name.text, params.join(", "), self.doc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_no_mistakes_and_nothing_but_described_functions() {
        let parsed = parse(SourceId::builtin(TRADE.len()), STANDARD.1);
        assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
        assert_eq!(parsed.file.items.len(), FUNCTIONS.len());
        for function in FUNCTIONS.iter() {
            assert!(!function.doc.is_empty(), "{}", function.name.text);
            assert!(builtins::named(&function.name.text).next().is_none());
        }
    }
}
