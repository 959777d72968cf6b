//! The text of a model as a list of statements; a typed statement can replace each of them.
//!
//! In: a script, and statements typed later. Out: the tree and the text of the whole. Statements that are
//! not replaced keep their text, with comments. A document is cheap to clone, so that a line is a
//! transaction: it is tried on a copy.

use std::sync::Arc;

use super::load::{Program, load_parsed};
use super::outcome::Failure;
use crate::data::{Files, NoFiles, Refusal};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::{
    Assign, AssignOp, BodyEntry, Expr, ExprKind, File, Index, Item, ItemKind, Lever, Name, Suffix,
    Window,
};
use crate::syntax::{Parsed, format, parse};

/// Access to the files that a script may read.
#[derive(Clone)]
pub struct Reach(Arc<dyn Files + Send + Sync>);

impl Reach {
    /// Wraps file access of any origin: a folder, an archive or memory.
    pub fn new(files: impl Files + Send + Sync + 'static) -> Self {
        Self(Arc::new(files))
    }
}

impl Files for Reach {
    fn open(&self, name: &str) -> Result<Box<dyn std::io::Read + '_>, Refusal> {
        self.0.open(name)
    }

    fn path(&self, name: &str) -> Option<std::path::PathBuf> {
        self.0.path(name)
    }
}

impl Default for Reach {
    fn default() -> Self {
        Self::new(NoFiles)
    }
}

impl std::fmt::Debug for Reach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reach")
    }
}

/// The text of a model, as statements.
#[derive(Debug, Clone)]
pub(super) struct Document {
    name: Arc<str>,
    files: Reach,
    pieces: Vec<Arc<StatementText>>,
    /// The text after the line of the last statement.
    tail: Arc<str>,
    /// The texts that the spans of the statements refer to.
    pub(super) sources: SourceMap,
}

/// A statement with its text and the text around it.
#[derive(Debug, Clone)]
struct StatementText {
    /// Blank lines and comments above the statement.
    before: String,
    text: String,
    /// Text after the statement on its last line.
    after: String,
    item: Item,
    typed: bool,
}

impl Document {
    /// Reads a script.
    ///
    /// # Errors
    /// Syntax errors, with the texts that contain them.
    pub(super) fn read(name: &str, text: &str, files: Reach) -> Result<Self, Failure> {
        let mut sources = SourceMap::default();
        let parsed = parse(sources.add(name, text), text);
        let mistake = |d: &Diagnostic| d.is_error() && d.code != Code::EmptyScript;
        if parsed.diagnostics.iter().any(mistake) {
            return Err((parsed.diagnostics, sources));
        }
        let (pieces, tail) = pieces(parsed, text, false);
        Ok(Self { name: name.into(), files, pieces, tail: tail.into(), sources })
    }

    /// Checks the document, with some queries added at its end.
    pub(super) fn check(&self, questions: &[Item]) -> Program {
        let own = self.pieces.iter().map(|piece| &piece.item);
        let file = File { items: own.chain(questions).cloned().collect() };
        load_parsed(&self.name, (file, self.sources.clone()), &*self.files.0)
    }

    /// Returns the text of the document.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            for part in [&piece.before, &piece.text, &piece.after] {
                out.push_str(part);
            }
            if !out.ends_with(['\n', '\r']) {
                out.push('\n');
            }
        }
        out.push_str(&self.tail);
        out
    }

    /// Returns the text of the document in the standard format.
    pub(super) fn formatted(&self) -> String {
        let text = self.text();
        format(SourceId(0), &text).unwrap_or(text)
    }

    /// True if the document has a statement with this text.
    pub(super) fn has(&self, text: &str) -> bool {
        self.pieces.iter().any(|piece| piece.text.trim() == text.trim())
    }

    /// Adds typed statements: each replaces the statement of the same name, edits the value that it sets, or is new.
    /// Returns lines about levers, scenarios and sources that are replaced.
    pub(super) fn take_up(&mut self, parsed: Parsed, text: &str) -> Vec<String> {
        let (pieces, _) = pieces(parsed, text, true);
        let mut notes = Vec::new();
        for piece in pieces {
            if let ItemKind::Assign(assign) = &piece.item.kind
                && assign.op == AssignOp::Set
                && assign.window.is_none()
                && matches!(assign.target.suffix, Suffix::None)
                && self.rewrite(assign, &mut notes)
            {
                continue;
            }
            notes.extend(self.kept_parts(&piece.item));
            self.put(piece, &mut notes);
        }
        notes
    }

    /// Says which earlier edits of elements stay, although the new edit names no element in the same years.
    fn kept_parts(&self, new: &Item) -> Option<String> {
        let edit = |item: &Item| match &item.kind {
            ItemKind::Assign(assign) if assign.op == AssignOp::Set => Some(assign.clone()),
            _ => None,
        };
        let new = edit(new).filter(|new| matches!(new.target.suffix, Suffix::None))?;
        let years = new.window.as_deref().filter(|window| window.is_range)?;
        let kept = self.pieces.iter().filter(|piece| {
            edit(&piece.item).is_some_and(|old| {
                let part = matches!(old.target.suffix, Suffix::Indices(_));
                let both = old.window.as_deref().is_none_or(|own| overlap(own, years));
                part && both && old.target.dotted() == new.target.dotted()
            })
        });
        let kept: Vec<String> = kept.map(|piece| format!("`{}`", piece.text.trim())).collect();
        let (stay, name) = if kept.len() == 1 { ("stays", "names") } else { ("stay", "name") };
        (!kept.is_empty()).then(|| {
            format!("{} {stay}: a line that {name} an element takes precedence", kept.join(", "))
        })
    }

    /// Returns the line of the document on which a piece begins.
    fn line_of(&self, at: usize) -> usize {
        let lines = |text: &str| text.matches('\n').count();
        let above = self.pieces.iter().take(at);
        let above: usize =
            above.map(|old| lines(&old.before) + lines(&old.text) + lines(&old.after)).sum();
        1 + above + self.pieces.get(at).map_or(0, |piece| lines(&piece.before))
    }

    fn put(&mut self, piece: Arc<StatementText>, notes: &mut Vec<String>) {
        let same = |old: &Arc<StatementText>| self.same(&old.item, &piece.item);
        if let Some(at) = self.pieces.iter().position(same) {
            let old = &self.pieces[at];
            let replaced = match &old.item.kind {
                ItemKind::Lever(lever) => Some(("lever", &lever.name)),
                ItemKind::Scenario(scenario) => Some(("scenario", &scenario.name)),
                _ => None,
            };
            if let Some((what, name)) = replaced.filter(|_| old.text != piece.text) {
                notes.push(format!(
                    "replaces the {what} `{}` of line {}; `:undo` brings it back",
                    name.text,
                    self.line_of(at)
                ));
            }
            let mut new = StatementText::clone(&piece);
            if new.before.trim().is_empty() {
                new.before.clone_from(&old.before);
                new.item.doc.clone_from(&old.item.doc);
            }
            new.after.clone_from(&old.after);
            self.pieces[at] = Arc::new(new);
            return;
        }
        let main = |old: &Arc<StatementText>| {
            !matches!(old.item.kind, ItemKind::Query(_) | ItemKind::Scenario(_))
        };
        let last = !main(&piece);
        let at = match last {
            true => self.pieces.len(),
            false => self.pieces.iter().rposition(main).map_or(0, |at| at + 1),
        };
        let after_typed = at.checked_sub(1).and_then(|at| self.pieces.get(at));
        let mut new = StatementText::clone(&piece);
        let gap = if after_typed.is_none_or(|old| old.typed) && !last { "" } else { "\n" };
        new.before = format!("{gap}{}", new.before.trim_start_matches(['\n', '\r']));
        self.pieces.insert(at, Arc::new(new));
    }

    /// Replaces the given value of a parameter or field in the line that gives it, as an edit of that line would. False
    /// if there is no such line.
    fn rewrite(&mut self, assign: &Assign, notes: &mut Vec<String>) -> bool {
        let target = assign.target.dotted();
        let Some(at) = self.pieces.iter().position(|piece| given(&piece.item, &target).is_some())
        else {
            return false;
        };
        let Some(old) = self.pieces.get(at) else { return false };
        let value = Span { end: assign.span.end, ..assign.value.span };
        let Some(text) = replaced(&old.text, &target, self.sources.text(value)) else {
            return false;
        };
        if let Some((_, cites)) = given(&old.item, &target)
            && !cites.is_empty()
            && assign.cites.is_empty()
        {
            let cites: Vec<String> = cites.iter().map(|cite| format!("@{}", cite.text)).collect();
            notes.push(format!(
                "{} is dropped: it was the source of the old value",
                cites.join(" ")
            ));
        }
        let mut new = StatementText { text, ..StatementText::clone(old) };
        give(&mut new.item, &target, assign);
        self.pieces[at] = Arc::new(new);
        // Drops earlier edits of parts of the target, because the new value covers all of it.
        self.pieces.retain(|piece| !edits(&piece.item, &target));
        true
    }

    /// True if the new statement replaces the old one.
    fn same(&self, old: &Item, new: &Item) -> bool {
        use ItemKind::*;
        let text = |span: Span| -> String {
            self.sources.text(span).chars().filter(|c| !c.is_whitespace()).collect()
        };
        match (&old.kind, &new.kind) {
            (Model(_), Model(_)) | (Years(_), Years(_)) | (Solver(_), Solver(_)) => true,
            (Currency { name: a, rate: x, .. }, Currency { name: b, rate: y, .. }) => {
                a.text == b.text || (x.is_none() && y.is_none())
            }
            (Unit { name: a, .. }, Unit { name: b, .. })
            | (ReportUnit { name: a, .. }, ReportUnit { name: b, .. })
            | (Set { name: a, .. }, Set { name: b, .. })
            | (Source { key: a, .. }, Source { key: b, .. })
            | (Function { name: a, .. }, Function { name: b, .. })
            | (Identity { name: a, .. }, Identity { name: b, .. }) => a.text == b.text,
            (Quantity(a), Quantity(b)) => a.name.text == b.name.text,
            (Kind(a), Kind(b)) => a.name.text == b.name.text,
            (Lever(a), Lever(b)) => a.name.text == b.name.text,
            (Scenario(a), Scenario(b)) => a.name.text == b.name.text,
            (Use(_), Use(_)) => text(old.span) == text(new.span),
            (Assign(a), Assign(b)) => {
                let years = |assign: &crate::syntax::ast::Assign| {
                    assign.window.as_ref().map_or(String::new(), |window| text(window.span))
                };
                let set = a.op == AssignOp::Set && b.op == AssignOp::Set;
                set && text(a.target.span) == text(b.target.span) && years(a) == years(b)
            }
            _ => false,
        }
    }
}

/// True if two ranges of years have a year in common, or if their years are not written as numbers.
fn overlap(a: &Window, b: &Window) -> bool {
    let year = |expr: &Option<Expr>, open: f64| match expr.as_ref().map(|expr| &expr.kind) {
        Some(ExprKind::Number(number)) => number.value,
        _ => open,
    };
    let ends = |window: &Window| {
        let from = year(&window.from, f64::NEG_INFINITY);
        (from, year(&window.to, if window.is_range { f64::INFINITY } else { from }))
    };
    let (a, b) = (ends(a), ends(b));
    a.0 <= b.1 && b.0 <= a.1
}

/// Cuts a parsed text into pieces; returns the text after the last piece too.
fn pieces(parsed: Parsed, text: &str, typed: bool) -> (Vec<Arc<StatementText>>, String) {
    let mut pieces = Vec::new();
    let mut at = 0;
    for item in parsed.file.items {
        let (start, end) = (item.span.start as usize, item.span.end as usize);
        let rest = text.get(end..).unwrap_or("");
        let line = rest
            .find(['\n', '\r'])
            .map_or(rest.len(), |n| n + if rest[n..].starts_with("\r\n") { 2 } else { 1 });
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or("").to_owned();
        pieces.push(Arc::new(StatementText {
            before: part(at, start).trim_start_matches('\u{feff}').to_owned(),
            text: part(start, end),
            after: part(end, end + line),
            item,
            typed,
        }));
        at = end + line;
    }
    (pieces, text.get(at..).unwrap_or("").to_owned())
}

/// Returns the text of a statement with another value for `target`, without the sources of the old value.
fn replaced(text: &str, target: &str, value: &str) -> Option<String> {
    let item = parse(SourceId(0), text).file.items.pop()?;
    let (old, cites) = given(&item, target)?;
    let mut out = text.to_owned();
    let mut cites: Vec<Span> = cites.iter().map(|name| name.span).collect();
    cites.sort_by_key(|span| std::cmp::Reverse(span.start));
    for cite in cites {
        let sign = text.get(..cite.start as usize)?.rfind('@')?;
        out.replace_range(text.get(..sign)?.trim_end_matches(' ').len()..cite.end as usize, "");
    }
    out.replace_range(old.span.range(), value);
    parse(SourceId(0), &out).diagnostics.is_empty().then_some(out)
}

/// Returns the value that a statement gives to a parameter or field, and its sources.
fn given<'a>(item: &'a Item, target: &str) -> Option<(&'a Expr, &'a [Name])> {
    match &item.kind {
        ItemKind::Quantity(quantity) if quantity.name.text == target => {
            quantity.value.as_ref().map(|value| (value, quantity.cites.as_slice()))
        }
        ItemKind::Lever(Lever { name, body, .. }) => {
            let (lever, field) = target.split_once('.')?;
            let own = |entry: &'a BodyEntry| match entry {
                BodyEntry::Field { name, value, cites } if name.text == field => {
                    Some((value, cites.as_slice()))
                }
                _ => None,
            };
            if name.text == lever { body.iter().find_map(own) } else { None }
        }
        _ => None,
    }
}

/// Replaces the value that [`given`] finds. The new value's span is in the typed text.
fn give(item: &mut Item, target: &str, assign: &Assign) {
    match &mut item.kind {
        ItemKind::Quantity(quantity) => {
            quantity.value = Some(assign.value.clone());
            quantity.cites.clone_from(&assign.cites);
        }
        ItemKind::Lever(Lever { body, .. }) => {
            for entry in body {
                if let BodyEntry::Field { name, value, cites } = entry
                    && target.ends_with(&format!(".{}", name.text))
                {
                    value.clone_from(&assign.value);
                    cites.clone_from(&assign.cites);
                }
            }
        }
        _ => {}
    }
}

/// True for a statement that edits a part of `target`.
fn edits(item: &Item, target: &str) -> bool {
    let ItemKind::Assign(assign) = &item.kind else { return false };
    let lever = assign.target.path.len() > 1;
    let part = match &assign.target.suffix {
        Suffix::Indices(indices) => !indices.iter().all(|index| matches!(index, Index::All(_))),
        _ => assign.window.is_some() || assign.op != AssignOp::Set,
    };
    (lever || part) && assign.target.dotted() == target
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_entry;

    const SCRIPT: &str = "# head\nyears 2024..2025\ncurrency USD\n\n## Growth\nparam growth = 5%  # guess\n\
        param level[s] = 1 @wits\nlevy fee on s { rate: 5% @wits, cap: 9% }\n\nshow growth\n# end\n";

    fn document(text: &str) -> Document {
        Document::read("a.mizan", text, Reach::default())
            .map_err(|(found, _)| found)
            .expect("a script")
    }

    /// Returns the text of a document after some lines were typed.
    fn typed(lines: &[&str]) -> String {
        let mut document = document(SCRIPT);
        for line in lines {
            let parsed = parse_entry(document.sources.add("typed", line), line);
            assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
            document.take_up(parsed, line);
        }
        document.text()
    }

    #[test]
    fn what_is_not_replaced_keeps_its_text() {
        for text in [SCRIPT, "years 2024..2025\r\n\r\nx = 1  # one\r\n", "years 2024..2025\n"] {
            assert_eq!(document(text).text(), text);
        }
        assert_eq!(document("x = 1").text(), "x = 1\n");
    }

    #[test]
    fn a_statement_takes_the_place_of_the_statement_of_its_name() {
        let expected = SCRIPT.replace("param growth = 5%", "param growth = 6%");
        assert_eq!(typed(&["param growth = 6%"]), expected);
        assert_eq!(typed(&["years 2024..2030"]), SCRIPT.replace("2025", "2030"));
    }

    #[test]
    fn a_value_is_edited_where_it_is_given() {
        assert_eq!(typed(&["growth = 7%"]), SCRIPT.replace("growth = 5%", "growth = 7%"));
        // The source of the old value is dropped, because it does not support the new one.
        assert_eq!(typed(&["fee.rate = 0%"]), SCRIPT.replace("rate: 5% @wits", "rate: 0%"));
        assert_eq!(typed(&["fee.cap = 8% @own"]), SCRIPT.replace("cap: 9%", "cap: 8% @own"));
    }

    #[test]
    fn a_value_for_all_replaces_the_edits_of_parts() {
        let part = typed(&["level[a] = 2"]);
        assert!(part.contains("level[a] = 2"), "{part}");
        let whole = typed(&["level[a] = 2", "level = 3"]);
        assert_eq!(whole, SCRIPT.replace("level[s] = 1 @wits", "level[s] = 3"));
    }

    #[test]
    fn declarations_come_before_queries() {
        let text = typed(&["param tax = 1%", "show tax"]);
        let place = |part: &str| text.find(part).expect("a part of the text");
        assert!(place("param tax") < place("show growth"), "{text}");
        assert!(place("show growth") < place("show tax"), "{text}");
    }
}
