//! Mends statements that other languages and spreadsheets have.
//!
//! In: the text of a statement that cannot be read. Out: a text that can be read, and the first habit that was mended.
//! Each rule replaces one habit. First every rule is tried alone, so that no other part of the statement changes; then
//! all rules one after the other, because habits come together. A result is given only if the parser reads it.

mod advice;
mod context;
mod declared_sets;
mod draft;
mod messages;
mod notation;
mod read;
mod rules;
mod spreadsheets;
mod tools;
mod words;

pub(super) use advice::{Advice, advice, last_advice, silent_advice};
pub(super) use context::{Context, ScriptLines};
use draft::Draft;
pub(super) use messages::{advice as advice_message, habit};
use notation::bodies;
use read::read;
use rules::{HabitRule, LAST, READ_OTHERWISE, READ_SILENTLY, RULES};
use spreadsheets::grids;
pub(super) use tools::gempack::mpsge as block_without_counterpart;
use tools::{blocks, gempack, stella};

/// Maximum length in bytes of a statement that is mended, because each rule reads the whole statement.
const LONGEST: usize = 20_000;

/// Maximum number of times that all rules are applied to a statement, one after the other.
const ROUNDS: usize = 3;

/// A statement that was rewritten so that it can be parsed.
#[derive(Debug)]
pub(super) struct Mended {
    /// The difference to Mizan's notation, for the message.
    pub(super) message: String,
    /// Text of the statement in Mizan: several lines if several statements replace it, empty if nothing does.
    pub(super) text: String,
    /// Number of bytes after the statement that the text replaces too.
    pub(super) below: usize,
}

/// Mends a statement that the grammar reads without a mistake, and in another meaning.
pub(super) fn mend_silent(text: &str, context: &Context<'_>) -> Option<Mended> {
    stella::sketch(text, context).or_else(|| {
        let tried = READ_SILENTLY.iter().filter(|(test, _)| test(text, context));
        tried.into_iter().find_map(|(_, rules)| by_rules(rules, text, context))
    })
}

/// Mends a statement that the grammar reads with mistakes.
pub(super) fn mend_read(text: &str, context: &Context<'_>) -> Option<Mended> {
    by_rules(READ_OTHERWISE, text, context)
}

fn by_rules(rules: &[HabitRule], text: &str, context: &Context<'_>) -> Option<Mended> {
    rules.iter().filter(|_| text.len() <= LONGEST).find_map(|rule| {
        let mut draft = Draft::of(text);
        let message = rule(&mut draft, context)?;
        let mended = read::without_mistakes(&draft.text())?;
        Some(Mended { message, text: mended, below: 0 })
    })
}

/// Rewrites a statement that cannot be parsed; None if no rule helps.
pub(super) fn mend(text: &str, context: &Context<'_>) -> Option<Mended> {
    if text.len() > LONGEST {
        return None;
    }
    if let Some(mended) = joined_line(text, context) {
        return Some(mended);
    }
    if let Some(mended) = gempack::statement(text, context) {
        return Some(mended);
    }
    if let Some(mended) = stella::flows(text, context) {
        return Some(mended);
    }
    if let Some(mended) = grids::below(text, context) {
        return Some(mended);
    }
    if let Some(mended) = blocks::mend(text, context) {
        return Some(mended);
    }
    if let Some(mended) = each_piece(text, context) {
        return Some(mended);
    }
    let rules = || RULES.iter().chain(LAST);
    for rule in rules() {
        let mut draft = Draft::of(text);
        let Some(message) = rule(&mut draft, context) else { continue };
        bodies::bind(&mut draft, context);
        if let Some(text) = read(&draft.text()) {
            return Some(Mended { message, text, below: 0 });
        }
    }
    let mut mended = text.to_owned();
    let mut first = None;
    // A line may have one habit several times, and each rule mends one place.
    for _ in 0..ROUNDS {
        let before = mended.clone();
        for rule in rules() {
            let mut draft = Draft::of(&mended);
            let Some(message) = rule(&mut draft, context) else { continue };
            first.get_or_insert(message);
            bodies::bind(&mut draft, context);
            mended = draft.text();
            if let Some(text) = read(&mended) {
                return first.map(|message| Mended { message, text, below: 0 });
            }
        }
        if mended == before {
            break;
        }
    }
    None
}

/// Mends a line that begins with `for`, `in` or `by` alone; such a line is read together with the statement before it.
fn joined_line(text: &str, context: &Context<'_>) -> Option<Mended> {
    let (at, _) = text.match_indices('\n').find(|(at, _)| {
        let line = text.get(at + 1..).unwrap_or_default().trim_start();
        ["for ", "in ", "by ", "@"].iter().any(|word| line.starts_with(word))
    })?;
    let (before, line) = (text.get(..at)?, text.get(at + 1..)?);
    (!before.trim().is_empty()).then_some(())?;
    let first = read(before)?;
    let mended = mend(line, context)?;
    Some(Mended { text: format!("{first}\n{}", mended.text), ..mended })
}

/// Mends the statements between `;` of one text, each alone; `None` if there is one statement only.
fn each_piece(text: &str, context: &Context<'_>) -> Option<Mended> {
    let draft = Draft::of(text);
    let (mut pieces, mut from) = (Vec::new(), 0);
    while let Some(end) = draft.outside(";", from) {
        pieces.push(draft.show(from..end));
        from = end + 1;
    }
    pieces.push(draft.show(from..draft.len()));
    pieces.retain(|piece| !piece.is_empty());
    // `set product = wine; oil` is one statement, with another sign between its elements.
    let is_name = |piece: &String| !piece.contains([' ', '=', '(']);
    if pieces.len() < 2 || pieces.iter().skip(1).any(is_name) {
        return None;
    }
    let mut lines = Vec::new();
    for piece in pieces {
        lines.push(read(&piece).or_else(|| mend(&piece, context).map(|mended| mended.text))?);
    }
    let message = "a statement ends with its line, without `;`".to_owned();
    Some(Mended { message, text: lines.join("\n"), below: 0 })
}
