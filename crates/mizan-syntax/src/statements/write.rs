//! Encodes the statements of a library at build time, so that `statements.rs` can read them.

use rustc_hash::FxHashMap;

use super::{Statement, words};
use crate::source::{Location, SourceFile, SourceId};
use crate::syntax::parse;

/// Words that come before the name in a declaration.
const DECLARING: [&str; 10] =
    ["block", "factor", "function", "param", "set", "solve", "source", "total", "unit", "var"];

/// Encodes the statements of some texts, each with its name; `Statements::read` decodes them.
///
/// # Errors
/// A syntax error in a text, in words, with its position.
pub fn write(files: &[(&str, &str)]) -> Result<Vec<u8>, String> {
    let (mut list, mut written, mut trees) = (Vec::new(), Vec::new(), Vec::new());
    for (n, (file, text)) in files.iter().enumerate() {
        let parsed = parse(SourceId::builtin(n), text);
        if let Some(mistake) = parsed.diagnostics.first() {
            let start = mistake.span().map_or(0, |span| span.start as usize);
            let Location { line, column } = SourceFile::new(file, text, 1).location(start);
            return Err(format!("{file}:{line}:{column}: {}", mistake.message));
        }
        for item in parsed.file.items {
            let own = &text[item.span.range()];
            let start = trees.len() as u32;
            trees = postcard::to_extend(&item, trees).map_err(|problem| problem.to_string())?;
            let tree = start..trees.len() as u32;
            list.push(Statement { file: n as u32, name: name(own), leads_to: Vec::new(), tree });
            written.push(own);
        }
    }
    let mut defining: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
    for (n, name) in list.iter().enumerate().filter_map(|(n, one)| Some((n, one.name?))) {
        defining.entry(name).or_default().push(n as u32);
    }
    for (statement, text) in list.iter_mut().zip(written) {
        let found = words(text).filter_map(|word| defining.get(word)).flatten();
        statement.leads_to.extend(found);
        statement.leads_to.sort_unstable();
        statement.leads_to.dedup();
    }
    postcard::to_extend(&list, Vec::new())
        .map(|list| [list, trees].concat())
        .map_err(|problem| problem.to_string())
}

/// Returns the name that a statement defines.
fn name(statement: &str) -> Option<&str> {
    let mut words = words(statement);
    match words.next()? {
        "correlate" | "currency" | "identity" | "needs" | "solver" | "use" => None,
        keyword if DECLARING.contains(&keyword) => words.next(),
        own => Some(own),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Statements;
    use super::*;
    use crate::syntax::ast::File;

    /// Returns the statements that other texts use, by their places.
    fn used<'t>(files: &[(&'t str, &'t str)], texts: &[&str]) -> Vec<Vec<&'t str>> {
        let written = write(files).expect("no mistake");
        let found = Statements::read(&written).expect("statements").used(texts.iter().copied());
        let found = found.expect("trees");
        let shown = |(file, (_, text)): (&File, &(_, &'t str))| {
            file.items.iter().map(|item| &text[item.span.range()]).collect()
        };
        found.iter().zip(files).map(shown).collect()
    }

    #[test]
    fn a_name_brings_what_it_rests_on_and_no_more() {
        let files = [
            ("a", "## A.\nvar a[s]\na[s] = f(b[s])\n\nvar c = 1\n"),
            ("b", "var b[s]\n# Why c.\nb[s] =\n  2 TEU\n\nfunction f(x) = x\nunit TEU\nunit MW\n"),
        ];
        let found = used(&files, &["show a", "5MW"]);
        assert_eq!(found[0], ["var a[s]", "a[s] = f(b[s])"]);
        let wanted = ["var b[s]", "b[s] =\n  2 TEU", "function f(x) = x", "unit TEU", "unit MW"];
        assert_eq!(found[1], wanted);
        assert!(used(&files, &["show d"]).iter().all(Vec::is_empty));
        let rest = "var f\nsolve f so that f == 1\nvar e\nsolve e so that e == 1\n\
            correlate e, e = 0.4\nsolver tolerance: 1\n";
        let found = used(&[("c", rest)], &["show d"]);
        assert_eq!(found[0], rest.lines().skip(2).collect::<Vec<_>>());
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let mistake =
            write(&[("a", "var a\n"), ("b.mizan", "var b = (1\n")]).expect_err("a mistake");
        assert!(mistake.starts_with("b.mizan:1:9: "), "{mistake}");
    }
}
