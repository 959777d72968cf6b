//! Fields and columns with the signs of other languages: `duty$rate <- 0.05`, `df$sales`, `both$China$food`, `duty@rate`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

/// What a name before a sign is.
enum Owner {
    Lever,
    Value,
    Scenario,
    Frame,
}

/// Writes a field behind a point, an element in square brackets, and a column by its name.
pub(crate) fn signs(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut message = None;
    let mut n = 0;
    while n + 2 < draft.len() {
        let Some((part, end)) = part(draft, n + 1).filter(|_| draft.is_word(n)) else {
            n += 1;
            continue;
        };
        let name = draft.at(n).to_owned();
        let Some(owner) = owner(&name, &part, context) else {
            n += 1;
            continue;
        };
        message.get_or_insert(match owner {
            Owner::Lever => "a field follows its lever and a point",
            Owner::Value => "an element is written in square brackets",
            Owner::Scenario => "the scenario of a query follows `for`",
            Owner::Frame => "a quantity has a name of its own, without the table it comes from",
        });
        match owner {
            Owner::Lever => {
                let (elements, stop) = elements(draft, end);
                draft.replace(n..stop, &format!("{name}.{part}{elements}"));
                n += 3;
            }
            Owner::Value => {
                let (elements, stop) = elements(draft, n + 1);
                draft.replace(n..stop, &format!("{name}{elements}"));
                n += 2;
            }
            Owner::Scenario => {
                draft.begins_with(Class::Query).then_some(())?;
                draft.replace(n..end, &part);
                let last = draft.line_end(n);
                draft.insert(last, &format!("for {name}"));
                n += 1;
            }
            // A column may be a lever: `df$duty$rate`.
            Owner::Frame => draft.replace(n..end, &part),
        }
    }
    message?;
    assignments(draft);
    if draft.is_word(0) && draft.ends_line(1) {
        draft.insert(0, "show");
    }
    message.map(str::to_owned)
}

/// Returns the name behind a sign at `n`, and the position after it: `$rate`, `@rate`, `["rate"]`, `[['rate']]`.
fn part(draft: &Draft, n: usize) -> Option<(String, usize)> {
    if draft.at(n) == "$" || draft.at(n) == "@" && draft.touches(n) && draft.touches(n + 1) {
        let named = draft.touches(n) && draft.is_word(n + 1);
        return named.then(|| (draft.at(n + 1).to_owned(), n + 2));
    }
    let double = usize::from(draft.at(n) == "[" && draft.at(n + 1) == "[");
    let text = n + 1 + double;
    (draft.at(n) == "[" && draft.touches(n)).then_some(())?;
    let (name, after) = match draft.kind(text) == Some(TokenKind::Text) {
        true => (draft.at(text).trim_matches('"'), text + 1),
        false if draft.at(text) == "'" && draft.at(text + 2) == "'" => {
            (draft.at(text + 1), text + 3)
        }
        false => return None,
    };
    let word = name.starts_with(char::is_alphabetic)
        && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let closed = (after..after + 1 + double).all(|k| draft.at(k) == "]");
    (word && closed).then(|| (name.to_owned(), after + 1 + double))
}

/// Returns what `name` is before `part`; `None` if this is not known.
fn owner(name: &str, part: &str, context: &Context<'_>) -> Option<Owner> {
    if context.is_lever(name) {
        return Some(Owner::Lever);
    }
    if let Some(axes) = context.axes(name) {
        let own = axes.iter().any(|axis| context.elements(axis).contains(&part));
        return own.then_some(Owner::Value);
    }
    let value = context.declares(part) || context.is_lever(part);
    if context.scenarios().contains(&name) {
        return value.then_some(Owner::Scenario);
    }
    let other = context.declares(name) || context.set_with(name).is_some();
    (value && !other).then_some(Owner::Frame)
}

/// Returns the elements that follow behind signs, in square brackets, and the position after them.
fn elements(draft: &Draft, n: usize) -> (String, usize) {
    let (mut list, mut end) = (Vec::new(), n);
    while let Some((element, after)) = part(draft, end) {
        list.push(element);
        end = after;
    }
    let text = if list.is_empty() { String::new() } else { format!("[{}]", list.join(", ")) };
    (text, end)
}

/// Writes `<-`, `:=` and `:` of a change as `=`, and leaves out a `;` at the end of a line.
fn assignments(draft: &mut Draft) {
    let scenario = draft.at(0) == "scenario";
    let mut n = 1;
    while n < draft.len() {
        let left = draft.is_word(n - 1) || draft.before(n, 1) == "]";
        let arrow = draft.at(n) == "<" && draft.at(n + 1) == "-" && draft.touches(n + 1);
        let colon = draft.at(n) == ":" && draft.at(n + 1) == "=";
        if left && (arrow || colon) {
            draft.put_word(n..n + 2, "=");
        } else if left && scenario && draft.at(n) == ":" {
            draft.put_word(n..n + 1, "=");
        } else if draft.at(n) == ";" && draft.ends_line(n + 1) {
            draft.remove(n..n + 1);
        }
        n += 1;
    }
}
