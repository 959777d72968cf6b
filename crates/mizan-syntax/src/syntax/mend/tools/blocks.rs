//! Statements of GAMS over several lines: `parameters` and `sets` with one declaration on each line, and `table`.
//!
//! In: the first line, and the lines below it. Out: Mizan's declarations, and the length of the lines that they replace.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;
use crate::syntax::mend::spreadsheets::matrices;
use crate::syntax::mend::tools::{dynare, elsewhere, given_if, loops, matlab, sample, tries};
use crate::syntax::token::TokenKind;

/// Heads of declarations on the lines below, each with the word for one of them; equations need no declaration.
const HEADS: [(&str, &str); 22] = [
    ("sets", "set"),
    ("set", "set"),
    ("parameters", "parameter"),
    ("parameter", "parameter"),
    ("scalars", "scalar"),
    ("scalar", "scalar"),
    ("variables", "var"),
    ("variable", "var"),
    ("positive variables", "var"),
    ("free variables", "var"),
    ("positive variable", "var"),
    ("free variable", "var"),
    ("negative variables", "var"),
    ("negative variable", "var"),
    ("nonnegative variables", "var"),
    ("nonnegative variable", "var"),
    ("binary variables", "var"),
    ("binary variable", "var"),
    ("integer variables", "var"),
    ("integer variable", "var"),
    ("equations", ""),
    ("equation", ""),
];

/// Rewrites a statement of several lines; `None` for another statement.
pub(crate) fn mend(text: &str, context: &Context<'_>) -> Option<Mended> {
    let head = text.trim().to_lowercase();
    if head.starts_with("$ontext")
        || head.starts_with("/*") && head.lines().next().is_some_and(|line| !line.contains("*/"))
    {
        return comment(text, context);
    }
    if head.starts_with("for !") || head.starts_with("for %") {
        return sample::counted(text, context);
    }
    if let Some(mended) = dynare::statement(text, context) {
        return Some(mended);
    }
    if let Some(mended) = sample::sample(text, context)
        .or_else(|| sample::scenario(text, context))
        .or_else(|| given_if::replaced(text, context))
        .or_else(|| loops::over_years(text, context))
        .or_else(|| tries::over_values(text, context))
        .or_else(|| matlab::lines(text, context))
        .or_else(|| matrices::given_below(text, context))
    {
        return Some(mended);
    }
    let (text, below) = match HEADS.iter().find(|(other, _)| *other == head) {
        Some((_, word)) => {
            let lines = context.indented();
            (!lines.is_empty()).then_some(())?;
            (declarations(word, &lines), context.indented_length())
        }
        None if head.starts_with("table ") => {
            let (lines, below) = context.table();
            (table(&Draft::of(text), &lines)?, below)
        }
        None => return choice(text, context),
    };
    let message = match head.starts_with("table ") {
        true => "a table is in braces, with its cells between `|`",
        false => "each line declares one name",
    };
    let text = if text.is_empty() { text } else { read(&text)? };
    Some(Mended { message: message.to_owned(), text, below })
}

/// Writes the lines between `$ontext` and `$offtext`, or between `/*` and `*/`, as comments.
fn comment(text: &str, context: &Context<'_>) -> Option<Mended> {
    let whole: String = std::iter::once(text).chain(context.following()).collect();
    let closing = if text.trim_start().starts_with('$') { "$offtext" } else { "*/" };
    let end = whole.to_lowercase().find(closing)?;
    let end = whole.get(end..)?.find('\n').map_or(whole.len(), |line| end + line);
    let words = |line: &str| match line.trim().starts_with('$') {
        true => String::new(),
        false => line.trim().trim_matches(['/', '*', ' ']).to_owned(),
    };
    let comments = whole.get(..end)?.lines().map(words).filter(|line| !line.is_empty());
    let mut lines: Vec<String> = comments.map(|line| format!("# {line}")).collect();
    // The comment may have been read together with the line below it.
    let rest = text.get(end..).unwrap_or_default().trim();
    if !rest.is_empty() {
        lines.push(
            read(rest)
                .or_else(|| crate::syntax::mend::mend(rest, context).map(|mended| mended.text))?,
        );
    }
    let message = "a comment begins with `#` on each line".to_owned();
    Some(Mended { message, text: lines.join("\n"), below: end.saturating_sub(text.len()) })
}

/// Writes each line below a head as a declaration.
fn declarations(word: &str, lines: &[&str]) -> String {
    let mut written = Vec::new();
    for line in lines {
        let line = line.trim_end_matches([';', ',', ' ']);
        if line.is_empty() || word.is_empty() {
            continue;
        }
        let mut draft = Draft::of(&format!("{word} {line}"));
        if elsewhere::slashes(&mut draft).is_none() {
            // The words behind a name describe it.
            let end = if draft.at(2) == "(" { draft.close(2).map_or(2, |n| n + 1) } else { 2 };
            let name = draft.show(1..end).replace('(', "[").replace(')', "]");
            let word = if word == "var" { "var" } else { "param" };
            draft = Draft::of(&format!("{word} {name}"));
        }
        written.push(draft.text());
    }
    written.join("\n")
}

/// Writes a table whose cells are separated by blanks with `|` between them.
fn table(head: &Draft, lines: &[&str]) -> Option<String> {
    let sets = match head.at(2) {
        "(" | "[" => head.show(3..head.close(2)?),
        _ => return None,
    };
    let [first, _] = sets.split(',').map(str::trim).collect::<Vec<_>>()[..] else { return None };
    let mut rows = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let draft = Draft::of(line.trim_end_matches([';', ' ']));
        let mut cells: Vec<String> = Vec::new();
        let percent = |k: usize| draft.at(k) == "%";
        for k in 0..draft.len() {
            // `-` belongs to the number after it.
            match cells.last_mut().filter(|last| *last == "-" || percent(k)) {
                Some(last) if draft.is_number(k) => last.push_str(draft.at(k)),
                // `%` belongs to the number before it.
                Some(last) if percent(k) => last.push('%'),
                _ if draft.kind(k) != Some(TokenKind::LineEnd) => {
                    cells.push(draft.at(k).to_owned())
                }
                _ => {}
            }
        }
        if n == 0 {
            cells.insert(0, first.to_owned());
        }
        if !cells.is_empty() {
            rows.push(format!("  | {} |", cells.join(" | ")));
        }
    }
    let name = head.at(1);
    (rows.len() > 1).then(|| format!("param {name}[{sets}] = {{\n{}\n}}", rows.join("\n")))
}

/// Rewrites an `if` over several lines that gives one name a value in each branch.
fn choice(text: &str, context: &Context<'_>) -> Option<Mended> {
    let first = text.trim_start();
    if !first.starts_with("if ") && !first.starts_with("if(") {
        return None;
    }
    let is_end =
        |line: &str| matches!(line.trim_end_matches(';'), "endif" | "end" | "end if" | "}");
    let (mut lines, mut below) = (text.trim().lines().map(str::trim).collect::<Vec<_>>(), 0);
    if !is_end(lines.last()?) {
        for line in context.following() {
            let inside = line.starts_with([' ', '\t']) || line.trim().is_empty();
            let word = line.trim();
            if !(inside || word.starts_with("else") || is_end(word)) {
                break;
            }
            below += line.len();
            lines.push(word);
            if is_end(word) {
                break;
            }
        }
    }
    // Braces and the words of a block are signs between its parts.
    let joined = lines.join("\n").replace(['{', '}'], "\n").replace(":\n", "\n");
    let mut parts = joined.lines().map(str::trim).filter(|line| !line.is_empty() && !is_end(line));
    let condition = parts.next()?.trim_start_matches("if").trim().trim_end_matches("then").trim();
    let mut values: Vec<(String, String)> = Vec::new();
    for part in parts {
        let part = part.trim_end_matches([':', ';']);
        if part == "else" {
            continue;
        }
        let (name, value) = part.split_once("<-").or_else(|| part.split_once('='))?;
        let name = name.trim().rsplit(' ').next()?;
        values.push((name.to_owned(), value.trim().to_owned()));
    }
    let (name, value, other) = match values.as_slice() {
        [(name, value)] => (name, value, "0"),
        [(name, value), (same, other)] if name == same => (name, value, other.as_str()),
        _ => return None,
    };
    let text = read(&format!("var {name} = if {condition} then {value} else {other}"))?;
    let message = "a condition is written `if CONDITION then VALUE else VALUE`".to_owned();
    Some(Mended { message, text, below })
}
