//! Mends statements that other languages and spreadsheets have.
//!
//! In: the text of a statement that cannot be read. Out: a text that can be read, and the first habit that was mended.
//! Each rule replaces one habit. First every rule is tried alone, so that no other part of the statement changes; then
//! all rules one after the other, because habits come together. A result is given only if the parser reads it.

mod advice;
mod amounts;
mod arithmetic;
mod beside;
mod blocks;
mod bodies;
mod comments;
mod conditions;
mod context;
mod dates;
mod declare;
mod draft;
mod dynare;
mod elsewhere;
mod eviews;
mod fields;
mod frames;
mod gams;
mod gempack;
mod given_if;
mod grouped;
mod heads;
mod leads;
mod levers;
mod loops;
mod loose;
mod matlab;
mod merged;
mod messages;
mod missing;
mod numbers;
mod opening;
mod operators;
mod order;
mod output;
mod periods;
mod positions;
mod products;
mod python;
mod queries;
mod question;
mod ranges;
mod read;
mod running;
mod sample;
mod scripts;
mod sheets;
mod signs;
mod stata;
mod stella;
mod summary;
mod tables;
mod uncertain;
mod when;
mod years;

pub(super) use advice::{Advice, advice, last_advice};
pub(super) use context::{Context, ScriptLines};
use draft::Draft;
pub(super) use gempack::mpsge as block_without_counterpart;
pub(super) use messages::{advice as advice_message, habit};
use read::read;

/// Maximum length in bytes of a statement that is mended, because each rule reads the whole statement.
const LONGEST: usize = 20_000;

/// Maximum number of times that all rules are applied to a statement, one after the other.
const ROUNDS: usize = 3;

/// A rule for one habit of other languages: changes the draft and returns what is different in Mizan.
type Rule = fn(&mut Draft, &Context<'_>) -> Option<String>;

/// A cheap test of a statement's text for the habits of some rules.
type Test = fn(&str, &Context<'_>) -> bool;

/// The rules, the most certain first.
const RULES: &[Rule] = &[
    elsewhere::equations,
    fields::signs,
    summary::tables,
    summary::previews,
    amounts::vectors,
    uncertain::units,
    amounts::braces,
    products::conditions,
    products::joined,
    positions::counted,
    running::totals,
    running::subsets,
    leads::next_year,
    merged::labels,
    merged::turned,
    stella::stocks,
    stella::heads,
    stella::tildes,
    heads::unknowns,
    levers::base_years,
    beside::continued,
    numbers::scaled_currency,
    beside::asked,
    beside::changed,
    beside::in_words,
    beside::units,
    beside::paths,
    beside::joined_names,
    arithmetic::whole_division,
    given_if::conditional,
    grouped::groups,
    python::open_slices,
    python::methods,
    python::chosen,
    matlab::operators,
    matlab::transposed,
    matlab::arrays,
    gams::abort,
    gams::fixed,
    gams::shown,
    gams::sums,
    gams::scalars,
    gams::paths,
    eviews::left_functions,
    eviews::models,
    eviews::fills,
    eviews::samples,
    eviews::statistics,
    eviews::leads,
    eviews::lookups,
    eviews::marked,
    eviews::functions,
    eviews::sketches,
    eviews::subscripts,
    eviews::time_settings,
    stata::running_sums,
    stata::prefixes,
    stata::lists,
    scripts::plots,
    scripts::filters,
    scripts::sequences,
    scripts::arrays,
    scripts::yearly,
    tables::years_down,
    sheets::formulas,
    sheets::doubled,
    sheets::choices,
    sheets::totals,
    sheets::ranges,
    sheets::what_if,
    sheets::thousands,
    sheets::points,
    ranges::cases,
    ranges::sums,
    ranges::parts,
    ranges::conditions,
    ranges::slices,
    ranges::wildcards,
    comments::docstrings,
    comments::signs,
    declare::given_later,
    comments::semicolons,
    frames::prefixes,
    frames::marks,
    frames::over_variables,
    frames::observations,
    frames::cells,
    frames::rolling,
    frames::columns,
    frames::new_columns,
    frames::conditions_last,
    output::options,
    output::estimates,
    output::files,
    operators::two_words,
    operators::symbols,
    uncertain::values,
    bodies::changes_outside,
    bodies::round_scenarios,
    operators::dollar_conditions,
    gams::comparisons,
    arithmetic::permille,
    arithmetic::percent_names,
    arithmetic::shared_percent,
    arithmetic::remainder,
    arithmetic::double_scales,
    arithmetic::products,
    arithmetic::groups,
    signs::quotes,
    operators::cells,
    operators::formula,
    operators::dollar_controls,
    arithmetic::marks,
    operators::dollars,
    operators::pipes,
    operators::pairs,
    operators::year_conditions,
    operators::last_comma,
    operators::increments,
    numbers::percentages,
    numbers::separators,
    numbers::points,
    numbers::currencies,
    numbers::scales,
    output::data,
    declare::set_lists,
    numbers::negatives,
    declare::functions,
    declare::vectors,
    signs::define,
    signs::plus_minus,
    bodies::additions,
    signs::unary_plus,
    tables::rows,
    tables::table_heads,
    tables::comma_rows,
    heads::libraries,
    heads::sources,
    heads::correlations,
    heads::percent_heads,
    declare::subsets,
    declare::bound_indices,
    elsewhere::slashed,
    elsewhere::at_signs,
    elsewhere::lags,
    order::brackets,
    order::how_often,
    order::comprehensions,
    frames::comprehensions,
    operators::limits,
    periods::values,
    periods::lists,
    when::heads,
    when::changes,
    when::first,
    when::several,
    when::words,
    when::joined,
    when::parents,
    when::gradually,
    dates::years,
    years::horizon,
    years::steps,
    years::pairs,
    years::lists,
    years::ranges,
    years::paths,
    missing::line_ends,
    bodies::scenario,
    bodies::changes,
    bodies::fields,
    question::natural,
    elsewhere::loops,
    loose::searches,
    queries::compared,
    queries::sweeps,
    queries::bare_year,
    queries::searches,
    queries::of,
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
    missing::clauses,
    queries::scenarios_last,
    queries::clauses,
    queries::seconds,
    queries::commas,
    queries::ranges,
    queries::statements,
    levers::levers,
    levers::inside,
    bodies::heads,
    declare::names,
    signs::conditions,
    missing::commas,
    python::conditions,
    missing::otherwise,
    missing::left_sides,
    missing::operands,
    signs::compare,
    signs::capitals,
    elsewhere::solve,
    opening::others,
    output::needless,
    loose::queries,
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
    /// Number of bytes after the statement that the text replaces too.
    pub(super) below: usize,
}

/// Rules for statements that can be read, but not as they are meant: `x =l= 5`, `scnario low { x = 5 }`.
const READ_OTHERWISE: &[Rule] = &[
    products::conditions,
    elsewhere::equations,
    queries::named_values,
    when::joined,
    beside::changed,
    beside::element_clauses,
    operators::named_vectors,
    operators::named_arguments,
    queries::misspelt,
    loose::searches,
];

/// Rules for statements that are read without a mistake, and in another meaning: `show x[low]`, `show x[2025..2028]`. Each
/// has a cheap test, because every statement of every script is tested.
const READ_SILENTLY: &[(Test, &[Rule])] = &[
    (|text, _| products::may_have(text), &[products::conditions]),
    (|text, _| text.contains(".loc["), &[given_if::conditional]),
    (|text, _| leads::may_have(text), &[leads::next_year]),
    (|text, _| left_side(text).ends_with(')'), &[eviews::left_functions, stella::stocks]),
    (|text, context| summary::may_have(text, context), &[summary::tables, summary::previews]),
    (|text, context| context.is_short() && running::may_have(text), &[running::totals]),
    (
        |text, context| context.is_short() && running::may_name_subset(text, context),
        &[running::subsets],
    ),
    (|text, context| context.is_short() && positions::may_have(text), &[positions::counted]),
    (
        |text, context| {
            context.is_short()
                && text.trim_start().starts_with("param ")
                && text.contains(['\t', '|'])
        },
        &[tables::years_down, merged::labels, merged::turned],
    ),
    (
        |text, context| context.is_short() && is_query(text),
        &[
            sheets::formulas,
            sheets::rounded,
            beside::scenario_indices,
            beside::joined_names,
            ranges::slices,
        ],
    ),
    (
        |text, context| context.is_short() && text.contains("..") && text.contains('['),
        &[ranges::slices],
    ),
];

fn is_query(text: &str) -> bool {
    ["show ", "chart ", "compare "].iter().any(|word| text.trim_start().starts_with(word))
}

/// Returns the text before the first `=`; an empty text without one.
fn left_side(text: &str) -> &str {
    text.split_once('=').map_or("", |(left, _)| left.trim_end())
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

fn by_rules(rules: &[Rule], text: &str, context: &Context<'_>) -> Option<Mended> {
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

/// Mends a line that begins with `for` or `in` alone; such a line is read together with the statement before it.
fn joined_line(text: &str, context: &Context<'_>) -> Option<Mended> {
    let (at, _) = text.match_indices('\n').find(|(at, _)| {
        let line = text.get(at + 1..).unwrap_or_default().trim_start();
        line.starts_with("for ") || line.starts_with("in ")
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
