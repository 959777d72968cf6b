//! Levers whose parts are all there, in another order or with other signs between them.
//!
//! In: a lever that cannot be read, `exports sold[China] (base = 5 mn USD)`. Out: its kind, name, bindings and fields in
//! Mizan's order. A part that is not known ends the rule.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies;
use crate::syntax::mend::read;
use crate::syntax::token::TokenKind;
use crate::syntax::words;

const PREPOSITIONS: [&str; 7] = ["on", "from", "with", "to", "in", "via", "at"];
/// Prepositions that no kind has; the set of each element shows the right one.
const OTHER_PREPOSITIONS: [&str; 9] =
    ["for", "into", "towards", "toward", "against", "of", "onto", "within", "inside"];
/// First words of kinds with two words, such as `joint_venture`; behind another word a second one belongs to the name.
const FIRST_WORDS: [&str; 21] = [
    "anti",
    "capital",
    "carbon",
    "digital",
    "direct",
    "exchange",
    "export",
    "foreign",
    "gas",
    "home",
    "import",
    "industrial",
    "inland",
    "joint",
    "large",
    "nontariff",
    "project",
    "renewable",
    "tariff_rate",
    "trade",
    "world",
];

/// A lever, as far as it is read.
#[derive(Default)]
struct Lever {
    kind: String,
    name: Option<String>,
    /// The preposition and the elements of each binding.
    bindings: Vec<(String, Vec<String>)>,
    body: Option<String>,
}

/// Writes a lever with its name, its bindings and its fields in this order: `tariff duty { rate: 5% } from China`,
/// `imports from China bought { ... }`, `bought: imports from China { ... }`, `tariff d { rate: 5% on food }`.
pub(crate) fn levers(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (mut lever, mut n) = head(draft)?;
    while n < draft.len() {
        n = match draft.at(n) {
            _ if draft.kind(n) == Some(TokenKind::LineEnd) => n + 1,
            "{" | "(" if lever.body.is_none() => {
                let close = draft.close(n)?;
                lever.body = Some(body(draft, n, close, &mut lever, context));
                close + 1
            }
            "[" if lever.body.is_none() => in_brackets(draft, n, &mut lever, context)?,
            word if PREPOSITIONS.contains(&word) => bound(draft, n, &mut lever, context)?,
            word if OTHER_PREPOSITIONS.contains(&word) => {
                let (elements, end) = elements(draft, n + 1, context)?;
                let bound = |element: &String| lever.bind(element.trim_matches('"'), context);
                elements.iter().all(bound).then_some(end)?
            }
            _ => {
                let free = lever.name.is_none() && draft.is_name(n);
                lever.name = Some(free.then(|| draft.at(n).to_owned())?);
                n + 1
            }
        };
    }
    let Lever { kind, name, bindings, body } = lever;
    // Direct investment of the accounts has no sector; a plant with a partner from abroad has.
    let plant = kind == "direct_investment" && bindings.iter().any(|(word, _)| word == "in");
    let kind = if plant { "joint_venture".to_owned() } else { kind };
    let mut parts = vec![kind.clone(), name.unwrap_or_else(|| free_name(&kind, context))];
    parts.extend(bindings.iter().map(|(word, names)| format!("{word} {}", names.join(", "))));
    parts.push(body?);
    *draft = Draft::of(&parts.join(" "));
    Some(format!("a lever is written `{kind} NAME`, then what it is bound to, then its fields"))
}

/// Returns a name for a lever without one: the name by which other lines read it, or `my_` with its kind.
pub(crate) fn free_name(kind: &str, context: &Context<'_>) -> String {
    context.lever_without_line().map_or_else(|| format!("my_{kind}"), str::to_owned)
}

/// Reads the kind, and the name where a sign or a second word shows which one it is; returns the position after them.
fn head(draft: &Draft) -> Option<(Lever, usize)> {
    let named = matches!(draft.at(1), ":" | "=") && draft.is_word(2) && draft.is_name(0);
    // Behind a colon may be the name or the kind, `tariff: duty`, `duty: tariff`; the checker exchanges the two.
    let (kind, own) = if draft.at(1) == "=" { (2, 0) } else { (0, 2) };
    let (kind, n) = if named { (kind, 3) } else { (0, 1) };
    let statement = words::find(draft.at(kind)).is_some_and(words::Word::begins_statement);
    (draft.is_word(kind) && !statement).then_some(())?;
    let name = named.then(|| draft.at(own).to_owned());
    let first = draft.at(kind).to_lowercase();
    let phrase = words::KIND_PHRASES.iter().find(|(phrase, _)| {
        let own: Vec<&str> = phrase.split(' ').collect();
        !named && (0..own.len()).all(|k| own.get(k) == Some(&&*draft.at(k).to_lowercase()))
    });
    if let Some((phrase, kind)) = phrase {
        let lever = Lever { kind: (*kind).to_owned(), ..Lever::default() };
        return Some((lever, phrase.split(' ').count()));
    }
    let dash = usize::from(draft.at(n) == "-");
    if !named && FIRST_WORDS.contains(&first.as_str()) && draft.is_name(n + dash) {
        let kind = format!("{first}_{}", draft.at(n + dash).to_lowercase());
        return Some((Lever { kind, ..Lever::default() }, n + dash + 1));
    }
    let kind = draft.at(kind).to_owned();
    // `exports machine parts to China`
    let binds = OTHER_PREPOSITIONS.contains(&draft.at(n + 1));
    if !named && draft.is_name(n) && draft.is_name(n + 1) && !binds {
        let name = Some(format!("{}_{}", draft.at(n), draft.at(n + 1)));
        return Some((Lever { kind, name, ..Lever::default() }, n + 2));
    }
    Some((Lever { kind, name, ..Lever::default() }, n))
}

/// Reads a preposition and its elements; a lever without the binding covers all elements.
fn bound(draft: &Draft, n: usize, lever: &mut Lever, context: &Context<'_>) -> Option<usize> {
    let (elements, end) = elements(draft, n + 1, context)?;
    let all = |name: &String| {
        matches!(name.as_str(), "*" | "all" | "every" | "everyone" | "everything")
            && context.set_with(name).is_none()
    };
    if !elements.iter().any(all) {
        lever.bindings.push((draft.at(n).to_owned(), elements));
    }
    Some(end)
}

/// Reads elements behind a preposition; returns them and the position after them. A name of two words is put in quotes.
fn elements(draft: &Draft, n: usize, context: &Context<'_>) -> Option<(Vec<String>, usize)> {
    let element =
        |n: usize| draft.is_word(n) || draft.kind(n) == Some(TokenKind::Text) || draft.at(n) == "*";
    let (mut found, mut at) = (Vec::new(), n);
    while element(at) {
        let two = draft.show(at..at + 2);
        if draft.is_word(at) && draft.is_word(at + 1) && context.set_with(&two).is_some() {
            found.push(format!("\"{two}\""));
            at += 1;
        } else {
            found.push(draft.at(at).to_owned());
        }
        at += 1;
        if !(matches!(draft.at(at), "," | "and" | "&") && element(at + 1)) {
            break;
        }
        at += 1;
    }
    (!found.is_empty()).then_some((found, at))
}

impl Lever {
    /// Adds an element to the binding of its set; returns false for a name that is not an element.
    fn bind(&mut self, element: &str, context: &Context<'_>) -> bool {
        let word = match (context.set_with(element), self.kind.as_str()) {
            (None, _) => return false,
            (Some("partner" | "country"), "exports" | "hydrocarbons") => "to",
            (Some("partner" | "country"), "imports" | "tariff" | "quota") => "from",
            (Some("partner" | "country"), _) => "with",
            (Some(_), "joint_venture") => "in",
            (Some(_), _) => "on",
        };
        match self.bindings.iter_mut().find(|(known, _)| *known == word) {
            Some((_, elements)) => elements.push(element.to_owned()),
            None => self.bindings.push((word.to_owned(), vec![element.to_owned()])),
        }
        true
    }
}

/// Reads the index behind a lever's name: elements are a binding, and a whole set needs none.
fn in_brackets(
    draft: &Draft,
    open: usize,
    lever: &mut Lever,
    context: &Context<'_>,
) -> Option<usize> {
    let close = draft.close(open)?;
    for name in (open + 1..close).map(|n| draft.at(n)).filter(|name| !matches!(*name, "," | "*")) {
        if !lever.bind(name, context) && context.elements(name).is_empty() {
            return None;
        }
    }
    Some(close + 1)
}

/// A field with a value for all elements, or one for some of them.
struct Field {
    name: String,
    values: Vec<(Vec<String>, String)>,
}

/// Returns the fields of a lever in braces. Elements behind the only value become a binding of the lever, those behind
/// several values become a list: `rate: 10% on food, 5% on cars`. What is not understood stays as it is.
fn body(
    draft: &Draft,
    open: usize,
    close: usize,
    lever: &mut Lever,
    context: &Context<'_>,
) -> String {
    let as_it_is = format!("{{ {} }}", draft.show(open + 1..close));
    let Some(mut fields) = fields(draft, open, close, context) else { return as_it_is };
    if let [Field { values, .. }] = fields.as_mut_slice()
        && let [(elements, _)] = values.as_mut_slice()
    {
        let mut bound = Lever { kind: lever.kind.clone(), ..Lever::default() };
        let all = std::mem::take(elements).iter().all(|element| bound.bind(element, context));
        let known =
            |(word, _): &(String, Vec<String>)| lever.bindings.iter().any(|(own, _)| own == word);
        // A head that names other elements already says something else.
        if !all || bound.bindings.iter().any(known) {
            return as_it_is;
        }
        lever.bindings.append(&mut bound.bindings);
    }
    let field = |Field { name, values }: &Field| match values.as_slice() {
        [(elements, value)] if elements.is_empty() => format!("{name}: {value}"),
        values => {
            let own = |element: &String, value: &String| format!("{element}: {value}");
            let entries: Vec<String> = values
                .iter()
                .flat_map(|(elements, value)| {
                    let other = elements.is_empty().then(|| own(&"else".to_owned(), value));
                    elements.iter().map(move |element| own(element, value)).chain(other)
                })
                .collect();
            format!("{name}: {{ {} }}", entries.join(", "))
        }
    };
    format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
}

fn fields(draft: &Draft, open: usize, close: usize, context: &Context<'_>) -> Option<Vec<Field>> {
    let mut fields: Vec<Field> = Vec::new();
    let mut start = open + 1;
    while start < close {
        let ends = |n: &usize| draft.at(*n) == "," || draft.kind(*n) == Some(TokenKind::LineEnd);
        let mut end = start;
        while end < close && !ends(&end) {
            end = draft
                .close(end)
                .filter(|_| draft.kind(end) == Some(TokenKind::Open))
                .unwrap_or(end)
                + 1;
        }
        if start < end {
            let first = context.set_with(draft.at(start)).is_none() && draft.is_word(start);
            let value = if first {
                let (name, value) = field_name(draft, start, end)?;
                fields.push(Field { name, values: Vec::new() });
                value
            } else {
                start
            };
            let field = fields.last_mut()?;
            field.values.push(field_value(draft, value, end, context)?);
        }
        start = end + 1;
    }
    (!fields.is_empty()).then_some(fields)
}

/// Reads the name of a field, `transit time:`; returns it as one word, and the position of its value.
fn field_name(draft: &Draft, start: usize, end: usize) -> Option<(String, usize)> {
    let stop = (start..end).find(|&n| !draft.is_word(n))?;
    let words: Vec<&str> =
        (start..stop).map(|n| draft.at(n)).filter(|word| *word != "is").collect();
    let sign = usize::from(matches!(draft.at(stop), ":" | "="));
    (sign == 1 || draft.is_number(stop) || draft.at(stop) == "-").then_some(())?;
    Some((words.join("_"), stop + sign))
}

/// Reads the value of a field with the elements before or behind it: `food 10%`, `10% on food`.
fn field_value(
    draft: &Draft,
    start: usize,
    end: usize,
    context: &Context<'_>,
) -> Option<(Vec<String>, String)> {
    let (mut start, mut end) = (start, end);
    let mut found = Vec::new();
    while context.set_with(draft.at(start)).is_some() {
        found.push(draft.at(start).to_owned());
        start += 1;
        start += usize::from(matches!(draft.at(start), ":" | "=" | "and"));
    }
    let is_element = |n: usize| context.set_with(draft.at(n)).is_some();
    let words = ["on", "for", "in", "from", "to", "with"];
    if let Some(at) = (start + 1..end).find(|&n| words.contains(&draft.at(n)) && is_element(n + 1))
    {
        let (behind, after) = elements(draft, at + 1, context)?;
        (after == end).then_some(())?;
        found.extend(behind);
        end = at;
    }
    (start < end).then(|| (found, draft.show(start..end)))
}

/// Removes the first year behind the value of `base`, which is the one of that year: `base: 20 mn USD in 2024`.
pub(crate) fn base_years(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let year = context.years()?.0.to_string();
    let is_base = |draft: &Draft, n: usize| draft.at(n) == "base" && draft.at(n + 1) == ":";
    let mut found = false;
    for start in (0..draft.len()).filter(|&n| draft.at(n) == "base").rev().collect::<Vec<_>>() {
        let value = if is_base(draft, start) { start + 2 } else { continue };
        let end = draft.amount_end(value);
        let word = usize::from(matches!(draft.at(end), "in" | "for" | "from" | "("));
        if draft.at(end + word) == year {
            let close = usize::from(draft.at(end + word + 1) == ")");
            draft.remove(end..end + word + 1 + close);
            if draft.at(end) == "," {
                draft.glue(end);
            }
            found = true;
        }
    }
    found.then(|| format!("`base` is the value in {year}, the first year"))
}

/// Writes the days of a corridor before and after it opens as the days and those saved: `days: 45 -> 30`.
pub(crate) fn saved_days(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    (draft.at(0) == "corridor" && draft.find(&["days_saved"], 0).is_none()).then_some(())?;
    let field = draft.find(&["days", ":"], 0)?;
    let from = field + 2 + usize::from(draft.at(field + 2) == "from");
    let joins = from + 1 + usize::from(draft.at(from + 1) == "days");
    let to = joins + 1;
    let end = to + 1 + usize::from(draft.at(to + 1) == "days");
    let last = matches!(draft.at(end), "," | "}") || draft.ends_line(end);
    (matches!(draft.at(joins), "->" | "to") && last).then_some(())?;
    let before: f64 = draft.at(from).parse().ok()?;
    let after: f64 = draft.at(to).parse().ok()?;
    let saved = before - after;
    (saved > 0.0).then_some(())?;
    draft.replace(field..end, &format!("days: {before} days, days_saved: {saved} days"));
    Some("a corridor has the `days` before it opens, and the `days_saved` by it".to_owned())
}

/// Mends the levers in the body of a scenario, each as a statement of its own.
pub(crate) fn inside(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    if draft.at(0) != "scenario" {
        return None;
    }
    let close = draft.close(draft.find(&["{"], 0)?)?;
    let mut message = None;
    for start in bodies::entries(draft).into_iter().rev() {
        let Some(open) = draft.find(&["{"], start).filter(|&n| n < close && n > start) else {
            continue;
        };
        let head = (start..open).all(|n| draft.is_word(n) || matches!(draft.at(n), "," | "-"));
        let end = draft.close(open)? + 1;
        let lever = draft.show(start..end);
        if !head || read::read(&lever).is_some() {
            continue;
        }
        let mended = crate::syntax::mend::mend(&lever, context)?;
        draft.replace(start..end, &mended.text);
        message = Some(mended.message);
    }
    message
}
