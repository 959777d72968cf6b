//! The part of a library that a script reaches, found without reading the grammar.
//!
//! A statement of a library begins in the first column, as the formatter has it, with the name that it
//! defines or with a keyword and that name. A script that never writes a name cannot mean what it
//! stands for, so statements of other names are left out: most of a large library is never parsed.

use std::ops::Range;

use rustc_hash::FxHashSet;

/// What stands before the name of a declaration.
const DECLARING: [&str; 10] =
    ["block", "factor", "function", "param", "set", "solve", "source", "total", "unit", "var"];

/// A statement of a library.
struct Statement<'t> {
    /// The name that it defines; none for what always holds.
    name: Option<&'t str>,
    /// The bytes of its text, with the comments above it.
    range: Range<usize>,
}

/// The text of each file with all statements blanked that no name in `texts` leads to, directly or
/// through other statements. What is left stands where it stood.
pub(crate) fn used<'a>(
    files: &[(&'static str, &'static str)],
    texts: impl Iterator<Item = &'a str>,
) -> Vec<String> {
    let mut met: FxHashSet<&str> = texts.flat_map(words).collect();
    let mut left: Vec<(usize, Statement<'_>)> = Vec::new();
    for (file, (_, text)) in files.iter().enumerate() {
        left.extend(statements(text).into_iter().map(|statement| (file, statement)));
    }
    let mut kept: Vec<(usize, Range<usize>)> = Vec::new();
    loop {
        let before = kept.len();
        left.retain(|(file, statement)| {
            let needed = statement.name.is_none_or(|name| met.contains(name));
            if needed {
                met.extend(words(&files[*file].1[statement.range.clone()]));
                kept.push((*file, statement.range.clone()));
            }
            !needed
        });
        if kept.len() == before {
            break;
        }
    }
    kept.sort_by_key(|(file, range)| (*file, range.start));
    let text = |(file, (_, text)): (usize, &(&str, &str))| {
        let ranges = kept.iter().filter(|(of, _)| *of == file).map(|(_, range)| range);
        only(text, ranges)
    };
    files.iter().enumerate().map(text).collect()
}

/// The text up to the last of some ranges, with all between them blanked; line ends stay.
fn only<'r>(text: &str, ranges: impl Iterator<Item = &'r Range<usize>>) -> String {
    let blank = |part: &str| -> String {
        part.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
    };
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for range in ranges {
        out.push_str(&blank(&text[at..range.start]));
        out.push_str(&text[range.clone()]);
        at = range.end;
    }
    out
}

/// The statements of a text, each with the comments above it.
fn statements(text: &str) -> Vec<Statement<'_>> {
    let mut all: Vec<Statement<'_>> = Vec::new();
    let (mut at, mut start) = (0, None);
    for line in text.split_inclusive('\n') {
        let begin = at;
        at += line.len();
        if line.starts_with('#') {
            start.get_or_insert(begin);
        } else if line.starts_with(|c: char| c.is_alphabetic()) {
            let start = start.take().unwrap_or(begin);
            all.push(Statement { name: name(line), range: start..at });
        } else if let Some(last) = all.last_mut().filter(|_| start.is_none()) {
            last.range.end = at;
        }
    }
    all
}

/// The name that a statement's first line defines.
fn name(line: &str) -> Option<&str> {
    let mut words = words(line);
    match words.next()? {
        "correlate" | "currency" | "identity" | "needs" | "solver" | "use" => None,
        keyword if DECLARING.contains(&keyword) => words.next(),
        own => Some(own),
    }
}

/// The names in a text; those in comments and quoted texts too, which does no harm.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    // A unit may touch its number, `500TEU`.
    runs.map(|run| run.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_'))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::library;
    use crate::source::SourceId;
    use crate::syntax::parse;

    /// Every statement that the parser sees is one here, with the comments that document it.
    #[test]
    fn statements_are_those_of_the_parser() {
        for (file, text) in library("trade").expect("it is built in") {
            let whole = parse(SourceId(0), text).file.items;
            let found = statements(text);
            assert_eq!(found.len(), whole.len(), "{file}");
            for (statement, item) in found.iter().zip(&whole) {
                let alone = only(text, std::iter::once(&statement.range));
                let items = parse(SourceId(0), &alone).file.items;
                assert_eq!(items, std::slice::from_ref(item), "{file}");
            }
        }
    }

    #[test]
    fn a_name_brings_what_it_rests_on_and_no_more() {
        let files = &[
            ("a", "## A.\nvar a[s]\na[s] = f(b[s])\n\nvar c = 1\n"),
            ("b", "var b[s]\n# Why.\nb[s] =\n  2 TEU\n\nfunction f(x) = x\nunit TEU\nunit MW\n"),
        ];
        let all = used(files, ["show a, 5MW"].into_iter());
        let squeezed: Vec<&str> = all.iter().map(|text| text.trim_end()).collect();
        assert_eq!(squeezed[0], "## A.\nvar a[s]\na[s] = f(b[s])");
        let wanted = "var b[s]\n# Why.\nb[s] =\n  2 TEU\n\nfunction f(x) = x\nunit TEU\nunit MW";
        assert_eq!(squeezed[1], wanted);
        let rest = "var e\nsolve e so that e == 1\ncorrelate e, e = 0.4\nsolver { }";
        let always = format!("var f\nsolve f so that f == 1\n{rest}\n");
        let left = used(&[("c", always.leak())], ["show d"].into_iter());
        assert_eq!(left[0].trim(), rest);
        let none = used(files, ["show d"].into_iter());
        assert!(none.iter().all(|text| text.trim().is_empty()), "{none:?}");
    }
}
