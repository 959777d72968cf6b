//! Mends statements that other languages and spreadsheets have.
//!
//! In: the text of a statement that cannot be read. Out: a text that can be read, and the first habit that was mended.
//! Each rule replaces one habit. First every rule is tried alone, so that no other part of the statement changes; then
//! all rules one after the other, because habits come together. A result is given only if the parser reads it.

mod bodies;
mod comments;
mod context;
mod declare;
mod draft;
mod elsewhere;
mod numbers;
mod opening;
mod operators;
mod order;
mod queries;
mod read;
mod signs;
mod years;

pub(super) use context::Context;
use draft::Draft;
use read::read;

/// Maximum length in bytes of a statement that is mended, because each rule reads the whole statement.
const LONGEST: usize = 20_000;

/// A rule for one habit of other languages: changes the draft and returns what is different in Mizan.
type Rule = fn(&mut Draft, &Context<'_>) -> Option<String>;

/// The rules, the most certain first.
const RULES: &[Rule] = &[
    comments::signs,
    comments::semicolons,
    signs::quotes,
    operators::formula,
    operators::dollar_controls,
    operators::dollars,
    operators::pipes,
    operators::pairs,
    operators::year_conditions,
    operators::last_comma,
    operators::increments,
    operators::sheets,
    numbers::separators,
    numbers::points,
    numbers::currencies,
    numbers::scales,
    opening::data,
    declare::functions,
    declare::vectors,
    signs::define,
    signs::plus_minus,
    signs::unary_plus,
    bodies::rows,
    elsewhere::slashes,
    elsewhere::equations,
    elsewhere::at_signs,
    elsewhere::lags,
    order::brackets,
    order::how_often,
    order::comprehensions,
    years::horizon,
    years::lists,
    years::ranges,
    years::paths,
    bodies::scenario,
    bodies::changes,
    bodies::fields,
    bodies::field_years,
    elsewhere::loops,
    opening::queries,
    opening::values,
    operators::typed,
    declare::sets,
    declare::indices,
    declare::lists,
    declare::several,
    declare::order,
    numbers::units,
    declare::equals,
    queries::scenarios_last,
    queries::clauses,
    queries::seconds,
    queries::commas,
    queries::ranges,
    queries::statements,
    bodies::heads,
    declare::names,
    signs::conditions,
    signs::compare,
    signs::capitals,
    elsewhere::solve,
    opening::others,
    opening::needless,
    queries::removed,
];

/// Rules that guess; tried after all of `RULES` have failed.
const LAST: &[Rule] = &[opening::bare, queries::misspelt];

/// A statement that was rewritten so that it can be parsed.
#[derive(Debug)]
pub(super) struct Mended {
    /// The difference to Mizan's notation, for the message.
    pub(super) message: String,
    /// Text of the statement in Mizan: several lines if several statements replace it, empty if nothing does.
    pub(super) text: String,
}

/// Rules for statements that can be read, but not as they are meant: `x =l= 5`, `scnario low { x = 5 }`.
const READ_OTHERWISE: &[Rule] =
    &[elsewhere::equations, operators::named_vectors, queries::misspelt];

/// Mends a statement that the grammar reads with mistakes.
pub(super) fn mend_read(text: &str, context: &Context<'_>) -> Option<Mended> {
    READ_OTHERWISE.iter().filter(|_| text.len() <= LONGEST).find_map(|rule| {
        let mut draft = Draft::of(text);
        let message = rule(&mut draft, context)?;
        let mended = read::without_mistakes(&draft.text())?;
        Some(Mended { message, text: mended })
    })
}

/// Rewrites a statement that cannot be parsed; None if no rule helps.
pub(super) fn mend(text: &str, context: &Context<'_>) -> Option<Mended> {
    if text.len() > LONGEST {
        return None;
    }
    let rules = || RULES.iter().chain(LAST);
    for rule in rules() {
        let mut draft = Draft::of(text);
        let Some(message) = rule(&mut draft, context) else { continue };
        bodies::bind(&mut draft, context);
        if let Some(text) = read(&draft.text()) {
            return Some(Mended { message, text });
        }
    }
    let mut mended = text.to_owned();
    let mut first = None;
    for rule in rules() {
        let mut draft = Draft::of(&mended);
        let Some(message) = rule(&mut draft, context) else { continue };
        first.get_or_insert(message);
        bodies::bind(&mut draft, context);
        mended = draft.text();
        if let Some(text) = read(&mended) {
            return first.map(|message| Mended { message, text });
        }
    }
    None
}
