//! The libraries that come with Mizan, written in Mizan.
//!
//! `build.rs` parses them when Mizan is built. A script loads the syntax trees only of the library statements that it
//! uses, directly or indirectly.

mod standard;
mod texts;

use std::sync::{Arc, LazyLock};

pub use standard::{Standard, function_help, standard, standard_names};

use crate::source::SourceFile;
use crate::syntax::ast::File;
use mizan_syntax::statements::Statements;
use texts::{STANDARD, TRADE};

/// Names of the libraries.
pub const LIBRARIES: [&str; 1] = ["trade"];

/// Encoded statements of the trade library, made by `build.rs`.
const TRADE_STATEMENTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/trade.statements"));

/// Returns the files of a library, name and text; `None` if there is no such library.
pub fn library(name: &str) -> Option<&'static [(&'static str, &'static str)]> {
    match name {
        "trade" => Some(TRADE),
        _ => None,
    }
}

/// Returns the texts of all libraries, indexed by the number of their source; the standard library is last.
pub(crate) fn texts() -> &'static [SourceFile] {
    static TEXTS: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
        let all = TRADE.iter().chain([&STANDARD]);
        all.map(|(name, text)| SourceFile::new(name, text, 1)).collect()
    });
    &TEXTS
}

/// Returns the syntax trees of all files of a library; `None` if there is no such library.
pub(crate) fn whole(name: &str) -> Option<&'static [Arc<File>]> {
    static WHOLE: LazyLock<Vec<Arc<File>>> = LazyLock::new(|| trees(|all| all.whole()));
    (name == "trade").then(|| WHOLE.as_slice())
}

/// Returns the syntax trees of the library statements whose names occur in `texts`, directly or indirectly; `None` if
/// there is no such library.
pub(crate) fn used<'t>(name: &str, texts: impl Iterator<Item = &'t str>) -> Option<Vec<Arc<File>>> {
    (name == "trade").then(|| trees(|all| all.used(texts)))
}

fn trees(read: impl FnOnce(&Statements<'_>) -> postcard::Result<Vec<File>>) -> Vec<Arc<File>> {
    let found = Statements::read(TRADE_STATEMENTS).and_then(|statements| read(&statements));
    found.expect("`build.rs` wrote them").into_iter().map(Arc::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::parse;

    #[test]
    fn stored_trees_equal_those_of_the_parser() {
        let stored = whole("trade").expect("a built-in library");
        assert_eq!(stored.len(), TRADE.len());
        for (n, (tree, (file, text))) in stored.iter().zip(TRADE).enumerate() {
            assert_eq!(**tree, parse(SourceId::builtin(n), text).file, "{file}");
        }
    }
}
