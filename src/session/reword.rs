//! Lines in words that no other help explains: the line is offered in Mizan.
//!
//! In: the mistakes of a text after their edits were followed, and the trees of the text. Out: the same mistakes; those
//! of a line in words are one mistake with the whole line as its edit. An edit is offered only if the changed text has
//! no mistake on this line.

use std::ops::Range;
use std::sync::Arc;

use super::asked;
use super::cases::cases;
use super::described;
use super::inquire::{Inquiry, MESSAGES, inquire};
use super::line_tokens::LineTokens;
use super::offered::{missing, offered};
use super::scenario_lines;
use super::sentence::sentences;
use super::vocabulary::Vocabulary;
use crate::diagnostic::{Code, Diagnostic, edit_in_words};
use crate::source::{SourceId, SourceMap, Span};
use crate::syntax::ast::File;
use crate::syntax::parse;
use crate::syntax::token::{TokenKind, tokens};

/// Maximum length in bytes of a text whose lines are read as words.
const LONGEST: usize = 64 << 10;
/// Maximum number of lines that are read as words, because each needs the text to be read again.
const MOST: usize = 8;
/// Maximum number of wrong lines that are compared with the scenarios.
const MOST_COMPARED: usize = 64;

/// A line of the text, with its place.
struct Line<'t> {
    text: &'t str,
    place: Span,
}

impl Line<'_> {
    /// True for a mistake on the line.
    fn has(&self, one: &Diagnostic) -> bool {
        one.is_error() && one.span().is_some_and(|span| holds(self.place, span))
    }

    /// True if the text has no mistake at `new`, which takes the place of the line.
    fn is_right_as(&self, new: &str, text: &str, again: &impl Fn(&str) -> Vec<Diagnostic>) -> bool {
        let at = self.place.range();
        let whole = [text.get(..at.start), Some(new), text.get(at.end..)];
        let whole: String = whole.into_iter().flatten().collect();
        is_right_at(Span::new(self.place.source, at.start, at.start + new.len()), &whole, again)
    }

    /// Puts `one` in the place of the line's mistakes.
    fn answer(&self, found: &mut Vec<Diagnostic>, one: Diagnostic) {
        let at = found.iter().position(|one| self.has(one)).unwrap_or_default();
        found.retain(|one| !self.has(one));
        found.insert(at.min(found.len()), one);
    }
}

/// Returns the lines of a text.
fn lines(text: &str, source: SourceId) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let place = Span::new(source, start, start + line.trim_end().len());
        start += line.len();
        Line { text: line, place }
    })
}

/// True if a text has no mistake at a place.
fn is_right_at(place: Span, text: &str, again: &impl Fn(&str) -> Vec<Diagnostic>) -> bool {
    let left =
        |one: &Diagnostic| one.is_error() && one.span().is_some_and(|span| holds(place, span));
    !again(text).iter().any(left)
}

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
    cases(found, source, text, &again);
    questions(found, source, text, (&mut names, sources), &again);
    scenarios(found, source, text, (&names, sources), &again);
    changes(found, source, text, (&names, sources), &again);
    levers(found, source, text, &names, &again);
    let mut tried = 0;
    for own in lines(text, source) {
        let (line, place) = (own.text, own.place);
        let open = found.iter().any(|one| own.has(one) && is_open(one));
        let wrong = found.iter().any(|one| own.has(one)) && tried < MOST;
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
        let one = match (asked.missing, &asked.otherwise) {
            (Some((name, set)), _) => missing(label, line, name, set, &names),
            (None, Some(other)) => of_partner(label, &asked.text, other),
            (None, None) => {
                if !own.is_right_as(&new, text, &again) {
                    continue;
                }
                offered(label, &asked, line, edit_in_words(was, &new)).fix(place, new)
            }
        };
        own.answer(found, one);
    }
}

/// Replaces the mistakes of lines that describe a lever: the help is the lever, with a place for each field that the line
/// does not give.
fn levers(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    names: &Vocabulary<'_>,
    again: &impl Fn(&str) -> Vec<Diagnostic>,
) {
    // An edit that runs, or that lacks only a field, says more than a form.
    let helps = |one: &Diagnostic| {
        let follow = one.notes.iter().find(|note| note.starts_with("after this edit"));
        one.fixes.iter().any(|fix| !fix.replacement.trim().is_empty())
            && follow.is_none_or(|note| note.contains("requires the field"))
    };
    for own in lines(text, source) {
        let (line, place) = (own.text, own.place);
        let here = |one: &Diagnostic| own.has(one);
        let open = found.iter().any(here) && !found.iter().any(|one| here(one) && helps(one));
        let Some(lever) = described::lever(line, names).filter(|_| open) else { continue };
        let message = format!(
            "a lever is written `{} NAME`, then what it is bound to, then its fields",
            lever.kind
        );
        let mut one = Diagnostic::error(Code::Syntax, message)
            .at(place, "Mizan writes this differently")
            .help(edit_in_words(line.trim_end(), &lever.text));
        if lever.missing.is_empty() {
            if !own.is_right_as(&lever.text, text, again) {
                continue;
            }
            one = one.fix(place, lever.text);
        } else {
            let missing: Vec<String> =
                lever.missing.iter().map(|name| format!("`{name}`")).collect();
            one = one.note(format!("the line does not say {}", missing.join(", ")));
        }
        own.answer(found, one);
    }
}

/// Replaces the mistakes of questions that need more than a table: a change and its effect, a search, several values of
/// an input.
fn questions(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    (names, sources): (&mut Vocabulary<'_>, &SourceMap),
    again: &impl Fn(&str) -> Vec<Diagnostic>,
) {
    let mut tried = 0;
    for own in lines(text, source) {
        let (line, place) = (own.text, own.place);
        let here = |one: &Diagnostic| own.has(one);
        if tried == MOST || !found.iter().any(here) {
            continue;
        }
        let Some(Inquiry { message, text: new, note }) = inquire(line, names, sources) else {
            continue;
        };
        tried += 1;
        let whole = [text.get(..place.range().start), Some(&*new), text.get(place.range().end..)];
        let mut whole: String = whole.into_iter().flatten().collect();
        let horizon = later_horizon(text, &new, names.years.1);
        let mut start = place.range().start;
        if let Some((range, year)) = horizon.as_ref().filter(|(range, _)| range.end <= start) {
            whole.replace_range(range.clone(), year);
            start = start + year.len() - range.len();
        }
        if !is_right_at(Span::new(source, start, start + new.len()), &whole, again) {
            continue;
        }
        let mut help = edit_in_words(line.trim_end(), &new);
        let mut one = Diagnostic::error(Code::Syntax, message)
            .at(place, "Mizan writes this differently")
            .fix(place, new);
        if let Some((range, year)) = horizon {
            help.push_str(&format!("\nand let the years of the script end in {year}"));
            one = one.fix(Span::new(source, range.start, range.end), year);
        }
        one = one.help(help);
        one.notes.extend(note);
        own.answer(found, one);
    }
}

/// Returns the place of the script's last year and the year that a line needs, if the line needs a later one.
fn later_horizon(text: &str, line: &str, last: i32) -> Option<(Range<usize>, String)> {
    let line = LineTokens::of(line);
    let year = (0..line.len()).filter_map(|n| line.year(n)).max().filter(|year| *year > last)?;
    let mut start = 0;
    for own in text.split_inclusive('\n') {
        if own.trim_start().starts_with("years ") {
            let at = start + own.find(&format!("..{last}"))? + 2;
            return Some((at..at + last.to_string().len(), year.to_string()));
        }
        start += own.len();
    }
    None
}

/// Reports `China's exports`: exports to China here, and goods that China sells, which are imports here.
fn of_partner(label: Span, sold: &str, bought: &str) -> Diagnostic {
    let (sold, bought) = match sold.contains("exports") {
        true => (sold, bought),
        false => (bought, sold),
    };
    let message =
        "trade has a direction: exports are sold to a partner, imports are bought from it";
    Diagnostic::error(Code::Syntax, message).at(label, "sold to it, or bought from it?").help(
        format!("write `{sold}` for what is sold to the partner, or `{bought}` for what it sells"),
    )
}

/// Replaces the mistakes of lines that change a scenario from outside: the edit is a scenario that extends it.
fn scenarios(
    found: &mut Vec<Diagnostic>,
    source: SourceId,
    text: &str,
    (names, sources): (&Vocabulary<'_>, &SourceMap),
    again: &impl Fn(&str) -> Vec<Diagnostic>,
) {
    let (mut tried, mut seen) = (0, 0);
    for own in lines(text, source) {
        let (line, place) = (own.text, own.place);
        let here = |one: &Diagnostic| own.has(one);
        let other = |one: &Diagnostic| here(one) && !is_open(one);
        if tried == MOST || names.scenarios.is_empty() || !found.iter().any(here) {
            continue;
        }
        // Each wrong line is compared with all scenarios.
        seen += 1;
        if seen > MOST_COMPARED {
            return;
        }
        let sentence = |text: &str| sentences(text, true, names, sources).map(|all| all.lines);
        let meant = scenario_lines::read(line, names, source != SourceId(0), &sentence);
        let Some(meant) = meant.filter(|one| one.certain || !found.iter().any(other)) else {
            continue;
        };
        tried += 1;
        if !own.is_right_as(&meant.text, text, again) {
            continue;
        }
        let mut one = Diagnostic::error(Code::Syntax, meant.message)
            .at(place, "Mizan writes this differently")
            .help(edit_in_words(line.trim_end(), &meant.text))
            .fix(place, meant.text);
        one.notes.extend(meant.note);
        own.answer(found, one);
    }
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
        let answered =
            |one: &Diagnostic| MESSAGES.contains(&one.message.as_str()) && touches(one, &place);
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
        let lever = new.split(' ').next().filter(|_| new.ends_with('}') && !statement.scenario);
        let message = match lever.filter(|kind| *kind != "scenario") {
            Some(kind) => format!(
                "a lever is written `{kind} NAME`, then what it is bound to, then its fields"
            ),
            None => "a change is written `NAME = VALUE in YEARS`, without other words".to_owned(),
        };
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
            // The changes of a scenario are separated by commas; other lines are lines.
            let outside = !self.scenario && (change.baseline || !alone);
            let joined = change.lines.join(if outside { "\n" } else { ", " });
            let written = if alone && !change.baseline {
                format!("scenario changed {{ {joined} }}")
            } else {
                joined
            };
            if written != was {
                new.replace_range(entry.start - start..entry.end - start, &written);
                (first, note) = (Some(entry), change.note.or(note));
                certain |= change.certain;
            }
        }
        Some((first?, new, note, certain))
    }
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
