//! Lines in words that no other help explains: the line is offered in Mizan.
//!
//! In: the mistakes of a text after their edits were followed, and the trees of the text. Out: the same mistakes; those
//! of a line in words are one mistake with the whole line as its edit. An edit is offered only if the changed text has
//! no mistake on this line.

use std::ops::Range;
use std::sync::Arc;

use super::asked::{self, Reworded};
use super::sentence::{self, Changes};
use super::vocabulary::Vocabulary;
use super::what_if;
use crate::diagnostic::{Code, Diagnostic, edit_in_words};
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::File;
use crate::syntax::parse;
use crate::syntax::token::{TokenKind, tokens};

/// Maximum length in bytes of a text whose lines are read as words.
const LONGEST: usize = 64 << 10;
/// Maximum number of lines that are read as words, because each needs the text to be read again.
const MOST: usize = 8;
const QUESTION: &str = "a change is asked with a scenario and a comparison";

/// Replaces the mistakes of lines in words. `again` returns the mistakes of a changed text.
pub(super) fn reword(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    (trees, sources): (&[Arc<File>], &SourceMap),
    again: impl Fn(&str) -> Vec<Diagnostic>,
) {
    if text.len() > LONGEST {
        return;
    }
    let mut names = Vocabulary::of(trees);
    questions(found, source, text, (&mut names, sources), &again);
    changes(found, source, text, (&names, sources), &again);
    let mut start = 0;
    let mut tried = 0;
    for line in text.split_inclusive('\n') {
        let place = Span::new(source, start, start + line.trim_end().len());
        let here =
            |one: &Diagnostic| one.is_error() && one.span().is_some_and(|span| holds(place, span));
        start += line.len();
        let open = found.iter().any(|one| here(one) && is_open(one));
        let wrong = found.iter().any(here) && tried < MOST;
        let (at_prompt, lone) = (source != SourceId(0), !line.trim().contains(' '));
        let Some(asked) =
            // The prompt has its own answer to a name alone.
            asked::query(line.trim(), &names, at_prompt).filter(|_| wrong && !(at_prompt && lone))
        else {
            continue;
        };
        if !open && !asked.certain {
            continue;
        }
        tried += 1;
        let at = place.range();
        let indent = line.len() - line.trim_start().len();
        let was = text.get(at.clone()).unwrap_or_default();
        let new = format!("{}{}", was.get(..indent).unwrap_or_default(), asked.text);
        let label = Span::new(source, at.start + indent, at.end);
        let one = match asked.missing {
            Some((name, set)) => missing(label, line, name, set, &names),
            None => {
                let whole = [text.get(..at.start), Some(&*new), text.get(at.end..)];
                let whole: String = whole.into_iter().flatten().collect();
                let after = Span::new(source, at.start, at.start + new.len());
                let left = |one: &Diagnostic| {
                    one.is_error() && one.span().is_some_and(|span| holds(after, span))
                };
                if again(&whole).iter().any(left) {
                    continue;
                }
                offered(label, &asked, edit_in_words(was, &new)).fix(place, new)
            }
        };
        let first = found.iter().position(here).unwrap_or_default();
        found.retain(|one| !here(one));
        found.insert(first.min(found.len()), one);
    }
}

/// Replaces the mistakes of questions about a change: the edit is a scenario with the change, and a comparison with it.
fn questions(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    (names, sources): (&mut Vocabulary<'_>, &SourceMap),
    again: &impl Fn(&str) -> Vec<Diagnostic>,
) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let place = Span::new(source, start, start + line.trim_end().len());
        start += line.len();
        let here =
            |one: &Diagnostic| one.is_error() && one.span().is_some_and(|span| holds(place, span));
        let Some(question) = what_if::divided(line).filter(|_| found.iter().any(here)) else {
            continue;
        };
        let Some(change) = sentences(question.change, false, names, sources) else { continue };
        let Some(usual) = names.usual() else { continue };
        let value = if question.asked.is_empty() { usual } else { &question.asked };
        let name = names.free(what_if::SCENARIO);
        let asked = format!("compare {value} for {}", what_if::SCENARIO);
        names.scenarios.push(what_if::SCENARIO);
        let query = |asked: &str| asked::query(asked, names, false).map(|asked| asked.text);
        let query = query(&asked).or_else(|| query(&asked.replace("compare ", "compare total ")));
        names.scenarios.pop();
        let query = query.unwrap_or(asked).replace(what_if::SCENARIO, &name);
        let new = format!("scenario {name} {{ {} }}\n{query}", change.lines.join(", "));
        let whole = [text.get(..place.range().start), Some(&*new), text.get(place.range().end..)];
        let whole: String = whole.into_iter().flatten().collect();
        let after = Span::new(source, place.range().start, place.range().start + new.len());
        let left =
            |one: &Diagnostic| one.is_error() && one.span().is_some_and(|span| holds(after, span));
        if again(&whole).iter().any(left) {
            continue;
        }
        let mut one = Diagnostic::error(Code::Syntax, QUESTION)
            .at(place, "Mizan writes this differently")
            .help(edit_in_words(line.trim_end(), &new))
            .fix(place, new);
        one.notes.extend(change.note);
        let at = found.iter().position(here).unwrap_or_default();
        found.retain(|one| !here(one));
        found.insert(at.min(found.len()), one);
    }
}

/// Offers the query that a line in words means.
fn offered(label: Span, asked: &Reworded<'_, '_>, help: String) -> Diagnostic {
    let message = match asked.formula {
        true => "growth, changes, means and shares are written as formulas",
        false => "a quantity has one name, and its elements are indices in square brackets",
    };
    let found = Diagnostic::error(Code::Syntax, message).at(label, "Mizan writes this differently");
    let found = found.help(help);
    let Some(named) = asked.named else { return found };
    let doc = named.doc.split(['(', ':', ';', '\n']).next().unwrap_or_default();
    let doc = doc.split(". ").next().unwrap_or_default().trim().trim_end_matches('.');
    if doc.is_empty() { found } else { found.note(format!("`{}` is: {doc}", named.name)) }
}

/// Reports a name after `to` or `from` that is in no set.
fn missing(label: Span, line: &str, name: &str, set: &str, names: &Vocabulary<'_>) -> Diagnostic {
    let at = label.start as usize + line.trim_start().find(name).unwrap_or_default();
    let place = Span::new(label.source, at, at + name.len());
    let known = names.elements(set).join(", ");
    Diagnostic::error(Code::UnknownElement, format!("`{name}` is not in the set `{set}`"))
        .at(place, "not an element")
        .help(format!("name one of `{set}`: {known}; or add it: `set {set} = ..., {name}`"))
}

/// Replaces the mistakes of sentences that change something, in scenarios and alone.
fn changes(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    (names, sources): (&Vocabulary<'_>, &SourceMap),
    again: &impl Fn(&str) -> Vec<Diagnostic>,
) {
    for statement in statements(text).into_iter().rev() {
        let place = statement.place.clone();
        let touches = |one: &Diagnostic, place: &Range<usize>| {
            let near = |span: Span| {
                let range = span.range();
                // The mistake of a scenario's entry may begin with the line end before it.
                let starts = range.start + 1 >= place.start
                    && (range.end > place.start || statement.scenario);
                span.source == source && starts && range.end <= place.end + 1
            };
            one.is_error() && one.span().is_some_and(near)
        };
        let open = |one: &Diagnostic| is_open(one) || one.fixes.is_empty();
        let answered = |one: &Diagnostic| one.message == QUESTION && touches(one, &place);
        if !found.iter().any(|one| touches(one, &place)) || found.iter().any(answered) {
            continue;
        }
        let open = found.iter().any(|one| touches(one, &place) && open(one));
        let prompt = source != SourceId(0) && !statement.scenario;
        let alone = source == SourceId(0) && !statement.scenario;
        let Some((first, new, note, certain)) =
            statement.mended(text, (alone, prompt), names, sources)
        else {
            continue;
        };
        if !open && !certain {
            continue;
        }
        let whole = [text.get(..place.start), Some(&*new), text.get(place.end..)];
        let whole: String = whole.into_iter().flatten().collect();
        let after = place.start..place.start + new.len();
        if again(&whole).iter().any(|one| touches(one, &after)) {
            continue;
        }
        let was = text.get(place.clone()).unwrap_or_default();
        let message = "a change is written `NAME = VALUE in YEARS`, without other words";
        let mut one = Diagnostic::error(Code::Syntax, message)
            .at(Span::new(source, first.start, first.end), "Mizan writes this differently")
            .help(edit_in_words(was, &new))
            .fix(Span::new(source, place.start, place.end), new);
        one.notes.extend(note);
        let at = found.iter().position(|one| touches(one, &place)).unwrap_or_default();
        found.retain(|one| !touches(one, &place));
        found.insert(at.min(found.len()), one);
    }
}

impl Statement {
    /// True for an entry that the parser reads as it is meant.
    fn is_read(&self, entry: &str) -> bool {
        let text =
            if self.scenario { format!("scenario s {{ {entry} }}") } else { entry.to_owned() };
        !entry.contains(" and ") && parse(SourceId(0), &text).diagnostics.is_empty()
    }

    /// Writes the sentences among the entries in Mizan; returns the first of them, the statement and a note. A change
    /// `alone` is put into a scenario; at the prompt no lever can be removed.
    fn mended(
        &self,
        text: &str,
        (alone, prompt): (bool, bool),
        names: &Vocabulary<'_>,
        sources: &SourceMap,
    ) -> Option<(Range<usize>, String, Option<String>, bool)> {
        let start = self.place.start;
        let mut new = text.get(self.place.clone())?.to_owned();
        let (mut first, mut note, mut certain) = (None, None, false);
        let mut n = self.entries.len();
        while n > 0 {
            n -= 1;
            // A sentence may have a comma: `duty = 25%, temporarily in 2026`.
            let mut read = None;
            for from in [n, n.saturating_sub(1)] {
                let (Some(begin), Some(end)) = (self.entries.get(from), self.entries.get(n)) else {
                    continue;
                };
                let entry = begin.start..end.end;
                let was = text.get(entry.clone()).unwrap_or_default();
                if was.contains('\n') || self.is_read(was) {
                    continue;
                }
                if let Some(change) = sentences(was, prompt, names, sources) {
                    read = Some((entry, was, change));
                    n = from;
                    break;
                }
            }
            let Some((entry, was, change)) = read else { continue };
            let joined = change.lines.join(", ");
            let written = if alone { format!("scenario changed {{ {joined} }}") } else { joined };
            if written != was {
                new.replace_range(entry.start - start..entry.end - start, &written);
                (first, note) = (Some(entry), change.note.or(note));
                certain |= change.certain;
            }
        }
        Some((first?, new, note, certain))
    }
}

/// Reads a sentence, or several that are joined by `and`.
fn sentences(
    text: &str,
    prompt: bool,
    names: &Vocabulary<'_>,
    sources: &SourceMap,
) -> Option<Changes> {
    let one = sentence::change(text, prompt, names, sources);
    one.or_else(|| {
        // `duty = 0% for cars, 5% for food`
        let head = text.find('=').and_then(|at| text.get(..=at)).filter(|_| text.contains(", "));
        let sign = if head.is_some() { ", " } else { " and " };
        let parts = text.split(sign).enumerate().map(|(nth, part)| {
            let head = head.filter(|_| nth > 0).unwrap_or_default();
            sentence::change(&format!("{head} {part}"), prompt, names, sources)
        });
        let parts: Option<Vec<Changes>> = parts.collect();
        let (mut lines, mut note) = (Vec::new(), None);
        for mut part in parts? {
            lines.append(&mut part.lines);
            note = note.or(part.note);
        }
        Some(Changes { lines, note, certain: false })
    })
}

/// A scenario with its entries, or another line.
struct Statement {
    place: Range<usize>,
    entries: Vec<Range<usize>>,
    scenario: bool,
}

/// Splits a text into scenarios and into lines outside braces.
fn statements(text: &str) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let (mut depth, mut begins) = (0_usize, true);
    let mut open: Option<Range<usize>> = None;
    for token in tokens(text) {
        let ends = matches!(token.kind, TokenKind::LineEnd | TokenKind::Comment);
        if depth == 0 && begins && !ends {
            let (place, scenario) = (token.start..token.end(), token.text == "scenario");
            found.push(Statement { place, entries: Vec::new(), scenario });
            begins = false;
        }
        let Some(now) = found.last_mut() else { continue };
        // The entries of a scenario are inside its braces.
        let inside = usize::from(now.scenario);
        let mut extends = depth >= inside && !ends;
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => {
                depth = depth.saturating_sub(1);
                extends &= depth >= inside;
            }
            _ if now.scenario && token.text == "," => extends &= depth > inside,
            _ => {}
        }
        if extends {
            let start = open.as_ref().map_or(token.start, |open| open.start);
            open = Some(start..token.end());
        } else if depth <= inside {
            now.entries.extend(open.take());
        }
        if ends {
            begins |= depth == 0 && token.kind == TokenKind::LineEnd;
        } else {
            now.place.end = token.end();
        }
    }
    if let Some(now) = found.last_mut() {
        now.entries.extend(open);
    }
    found
}

/// True for a mistake without an edit that mends its line.
fn is_open(found: &Diagnostic) -> bool {
    let removes = found.help.first().is_some_and(|help| help.starts_with("remove it"));
    let clause = matches!(found.code, Code::UnknownClause | Code::ClauseValue);
    let words = matches!(found.code, Code::Syntax | Code::UnknownName);
    words && found.fixes.is_empty()
        || clause && removes
        || found.notes.iter().any(|note| note.starts_with("after this edit"))
}

fn holds(outer: Span, inner: Span) -> bool {
    // A statement that continues the line before begins with the line end.
    let starts = outer.start <= inner.start + 1 && inner.end >= outer.start;
    outer.source == inner.source && starts && inner.end <= outer.end + 1
}
