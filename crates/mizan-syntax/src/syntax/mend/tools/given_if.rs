//! Values under a condition: `replace x = 5 if year > 2026`, `x$(t.val ge 2027) = 0`, `x[year >= 2028] <- 30`.
//!
//! In: a statement, or an entry of a scenario, with a condition before or behind its value. Out: the years of the value,
//! or a choice with the value that holds otherwise.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies;
use crate::syntax::mend::notation::conditions::{self, YearsMeant};
use crate::syntax::mend::read::read;
use crate::syntax::mend::tools::elsewhere;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

/// First words of a new quantity in statistics packages.
const NEW: [&str; 7] = ["gen", "generate", "genr", "egen", "series", "var", "param"];

/// A value that holds under a condition.
struct GivenIf {
    word: String,
    target: String,
    /// The unit of a declaration with its colon.
    unit: String,
    value: String,
    condition: String,
}

/// Writes a value under a condition with its years, or as a choice.
pub(crate) fn conditional(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    if bodies::is_scenario(draft) {
        return entries(draft, context);
    }
    if draft.begins_with(Class::Query) {
        return None;
    }
    let end = draft.line_end(0);
    let given = found(draft, 0, end)?;
    let (text, message) = given.statement(context)?;
    draft.replace(0..end, &text);
    Some(message.to_owned())
}

/// Writes the entries of a scenario, and `if t >= 2027 { x = 5 }` in it, with their years.
fn entries(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut changed = false;
    for start in bodies::entries(draft).into_iter().rev() {
        let end = entry_end(draft, start);
        let (from, to, given) = match braced(draft, start) {
            Some((to, given)) => (start, to, Some(given)),
            None => (start, end, found(draft, start, end).map(|given| vec![given])),
        };
        let Some(given) = given else { continue };
        let lines: Vec<String> = given.iter().map(|one| one.change(context)).collect();
        draft.replace(from..to, &lines.join(", "));
        changed = true;
    }
    changed.then(|| "a change has its years behind the value, `x = 5 in 2027..last`".to_owned())
}

/// Returns the end of an entry of a body: its comma, its line end or the closing brace.
fn entry_end(draft: &Draft, start: usize) -> usize {
    let mut depth = 0_usize;
    for n in start..draft.len() {
        match draft.kind(n) {
            Some(TokenKind::Open) => depth += 1,
            Some(TokenKind::Close) if depth == 0 => return n,
            Some(TokenKind::Close) => depth -= 1,
            Some(TokenKind::LineEnd | TokenKind::Comment) if depth == 0 => return n,
            _ if depth == 0 && matches!(draft.at(n), "," | ";") => return n,
            _ => {}
        }
    }
    draft.len()
}

/// Reads `if t >= 2027 { x = 5 }`; returns the position after it and its values.
fn braced(draft: &Draft, start: usize) -> Option<(usize, Vec<GivenIf>)> {
    (draft.at(start) == "if" || draft.at(start) == "when").then_some(())?;
    let open = (start..draft.len()).find(|&n| draft.at(n) == "{")?;
    let close = draft.close(open)?;
    let condition = draft.show(start + 1..open);
    let mut values = Vec::new();
    let mut n = open + 1;
    while n < close {
        let end = entry_end(draft, n).min(close);
        if end > n {
            let equals = (n..end).find(|&k| draft.at(k) == "=")?;
            values.push(GivenIf {
                word: String::new(),
                unit: String::new(),
                target: draft.show(n..equals),
                value: draft.show(equals + 1..end),
                condition: condition.clone(),
            });
        }
        n = end + 1;
    }
    (!values.is_empty()).then_some((close + 1, values))
}

/// Reads the parts of a value with a condition from the tokens of one line.
fn found(draft: &Draft, start: usize, end: usize) -> Option<GivenIf> {
    let last = end.checked_sub(1)?;
    let end = if draft.at(last) == ";" { last } else { end };
    let words = NEW.iter().chain(&["replace", "let", "recode"]);
    let word = words.into_iter().find(|word| **word == draft.at(start).to_lowercase());
    let first = start + usize::from(word.is_some());
    draft.is_name(first).then_some(())?;
    let mut at = first + 1;
    while draft.at(at) == "." && draft.is_word(at + 1) && draft.at(at + 1) != "loc" {
        at += 2;
    }
    let (name, mut index, mut condition) = (draft.show(first..at), String::new(), None);
    // `df.loc[year >= 2027, "x"] = 5`
    if draft.at(at) == "." && draft.at(at + 1) == "loc" && draft.at(at + 2) == "[" {
        let close = draft.close(at + 2)?;
        let comma = (at + 3..close).rev().find(|&n| draft.at(n) == ",")?;
        let name = draft.show(comma + 1..close).trim_matches(['"', '\'']).to_owned();
        (draft.at(close + 1) == "=").then_some(())?;
        return Some(GivenIf {
            word: String::new(),
            unit: String::new(),
            target: name,
            value: draft.show(close + 2..end),
            condition: draft.show(at + 3..comma),
        });
    }
    if matches!(draft.at(at), "(" | "[") {
        let close = draft.close(at)?;
        let inside = draft.show(at + 1..close);
        match inside.contains(['<', '>', '=']) {
            true => condition = Some(inside),
            false => index = indices(&inside),
        }
        at = close + 1;
    }
    if draft.at(at) == "$" {
        let equals = (at..end).find(|&n| draft.at(n) == "=" && draft.at(n + 1) != "=")?;
        let equals = match draft.at(at + 1) == "(" {
            true => draft.close(at + 1)? + 1,
            false => equals,
        };
        condition = Some(draft.show(at + 1..equals));
        at = equals;
    }
    let mut unit = String::new();
    if draft.at(at) == ":" && word.is_some() {
        let equals = (at..end).find(|&n| draft.at(n) == "=")?;
        unit = format!(": {}", draft.show(at + 1..equals));
        at = equals;
    }
    let arrow = draft.at(at) == "<" && draft.at(at + 1) == "-";
    (arrow || matches!(draft.at(at), "=" | "<-" | ":=")).then_some(())?;
    let first = at + 1 + usize::from(arrow);
    let mut stop = end;
    let has = |word: &str| (first..end).any(|n| draft.at(n) == word);
    let bare = word.is_none() && has("then") && !has("else");
    let (mut first, mut word) = (first, word.copied());
    if condition.is_none() && bare && draft.at(first) == "if" {
        let then = (first..end).find(|&n| draft.at(n) == "then")?;
        condition = Some(draft.show(first + 1..then));
        first = then + 1;
        word = Some("then");
    } else if condition.is_none() {
        let outside = |text: &str| draft.outside(text, first).filter(|&n| n > first && n < end);
        let mark = outside("if").or_else(|| outside("when"));
        let mark = mark.filter(|_| !has("then") && !has("else"));
        let mark = mark.or_else(|| outside("$").filter(|&n| draft.at(n + 1) == "("))?;
        condition = Some(draft.show(mark + 1..end));
        stop = mark;
    }
    Some(GivenIf {
        word: word.unwrap_or_default().to_owned(),
        target: name + &index,
        unit,
        value: draft.show(first..stop),
        condition: condition?,
    })
}

/// Writes indices in square brackets, without quotes and without the current year.
fn indices(inside: &str) -> String {
    let list: Vec<&str> = inside
        .split(',')
        .map(|index| index.trim().trim_matches(['"', '\'']))
        .filter(|index| !matches!(*index, "" | "t" | "year"))
        .collect();
    if list.is_empty() { String::new() } else { format!("[{}]", list.join(", ")) }
}

impl GivenIf {
    fn name(&self) -> &str {
        self.target.split(['[', '.']).next().unwrap_or_default()
    }

    fn years(&self, context: &Context<'_>) -> Option<YearsMeant> {
        conditions::years(&self.condition, context)
    }

    /// Writes the change of one element for a condition such as `partner == "China"`.
    fn of_element(&self, context: &Context<'_>) -> Option<String> {
        let (set, element) =
            self.condition.split_once("==").or_else(|| self.condition.split_once('='))?;
        let element = element.trim().trim_matches(['"', '\'']);
        let known = context.elements(set.trim()).contains(&element) && !self.target.contains('[');
        known.then(|| format!("{}[{element}] = {}", self.target, self.value))
    }

    /// Writes the value as a change of a scenario.
    fn change(&self, context: &Context<'_>) -> String {
        if let Some(change) = self.of_element(context) {
            return change;
        }
        let Self { target, value, condition, .. } = self;
        match self.years(context) {
            Some(years) => format!("{target} = {value} in {}", years.window()),
            None => {
                // The condition is on the value before the change.
                let mut condition = Draft::of(&conditions::written(condition));
                for n in (0..condition.len())
                    .rev()
                    .filter(|&n| condition.at(n) == target)
                    .collect::<Vec<_>>()
                {
                    condition.replace(n..n + 1, &format!("baseline({target})"));
                }
                format!("{target} = if {} then {value} else baseline({target})", condition.text())
            }
        }
    }

    /// Writes the value as a statement of its own; returns it with the message.
    fn statement(&self, context: &Context<'_>) -> Option<(String, &'static str)> {
        const CHOICE: &str = "a condition is written `if CONDITION then VALUE else VALUE`";
        const YEARS: &str = "a value for some years names them on the left";
        let Self { word, target, unit, value, condition } = self;
        if is_present(condition) && word != "replace" {
            let text =
                format!("{} {target}{unit} = {value}", if word == "param" { word } else { "var" });
            return Some((text, "a value is never missing, so that the condition is not needed"));
        }
        // Without another equation the value in the other years is missing.
        let alone = word == "then" && !context.computes(self.name(), context.statement());
        if alone || word == "then" && self.years(context).is_none() {
            return None;
        }
        if let Some(change) = self.of_element(context).filter(|_| word == "replace") {
            return Some((
                format!("scenario changed {{ {change} }}"),
                "a value does not change while a script runs; a scenario gives it another value",
            ));
        }
        let (years, new) = (self.years(context), NEW.contains(&word.as_str()));
        let known = context.declares(self.name()) || generated(context.before(), self.name());
        if target.contains('.') {
            return Some((format!("scenario changed {{ {} }}", self.change(context)), YEARS));
        }
        match (years, known && !new || word == "replace") {
            (Some(years), true) => {
                let window = years.window();
                let left = match target.strip_suffix(']') {
                    Some(inside) => format!("{inside}, {window}]"),
                    None => format!("{target}[{window}]"),
                };
                Some((format!("{left} = {value}"), YEARS))
            }
            // A variable that is only declared has its equation here.
            (None, true)
                if word != "replace"
                    && !context.computes(self.name(), context.statement())
                    && context.declaration(self.name()).is_some_and(|line| !line.contains('=')) =>
            {
                let condition = conditions::written(condition);
                Some((format!("{target} = if {condition} then {value} else 0"), CHOICE))
            }
            (None, true) => {
                Some((format!("scenario changed {{ {} }}", self.change(context)), CHOICE))
            }
            (Some(years), false) if word == "param" => Some((
                format!("param {target}{unit} = {}", path(value, years)?),
                "a value that begins in a year is a step, `0% then 8% from 2026`",
            )),
            (_, false) => {
                let condition = conditions::written(condition);
                let mut value = Draft::of(value);
                let _ = (0..20).all(|_| elsewhere::lags(&mut value, context).is_some());
                let text =
                    format!("var {target}{unit} = if {condition} then {} else 0", value.text());
                let message = match new && word != "var" && word != "param" {
                    true => {
                        "a condition has an `else`: 0 here, where the package has a missing value"
                    }
                    false => CHOICE,
                };
                Some((text, message))
            }
        }
    }
}

/// Returns the path of an amount that holds in some years, and of 0 in the other years.
fn path(value: &str, years: YearsMeant) -> Option<String> {
    let digits = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_')));
    let digits = digits.unwrap_or(value.len());
    (digits > 0).then_some(())?;
    let zero = format!("0{}", value.get(digits..).unwrap_or_default());
    Some(match (years.from, years.to) {
        (Some(from), None) => format!("{zero} then {value} from {from}"),
        (Some(from), Some(to)) => {
            format!("{zero} then {value} from {from} then {zero} from {}", to + 1)
        }
        (None, to) => format!("{value} then {zero} from {}", to? + 1),
    })
}

/// True for a condition that a value is there: `!missing(x)`, `x < .`, `!is.na(x)`.
fn is_present(condition: &str) -> bool {
    let plain: String = condition.chars().filter(|c| !c.is_whitespace()).collect();
    plain.starts_with("!missing(")
        || plain.starts_with("!is.na(")
        || ["<.", "!=.", "~=."].iter().any(|end| plain.ends_with(end))
}

/// True if a line gives a new quantity of this name in another language: `gen x = 0`.
fn generated(text: &str, name: &str) -> bool {
    let gives = |line: &str| {
        let mut words = line.split_whitespace();
        let (word, own) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        NEW.contains(&word) && own.trim_end_matches('=') == name && line.contains('=')
    };
    // The last line is the statement itself.
    text.trim_end().lines().rev().skip(1).any(gives)
}

/// Joins `gen x = 0` with the lines `replace x = 1 if ...` directly below it.
pub(crate) fn replaced(text: &str, context: &Context<'_>) -> Option<Mended> {
    let head = Draft::of(text.trim());
    matches!(head.at(0), "gen" | "generate" | "genr" | "series").then_some(())?;
    (head.is_name(1) && head.at(2) == "=").then_some(())?;
    let end = head.line_end(0);
    let (mut value, mut below) = (head.show(3..end), 0);
    if let Some(first) = found(&head, 0, end) {
        value = format!("if {} then {} else 0", conditions::written(&first.condition), first.value);
    }
    let mut joined = false;
    for line in context.following() {
        let draft = Draft::of(line.trim());
        let given = found(&draft, 0, draft.line_end(0)).filter(|given| given.word == "replace");
        let Some(given) = given.filter(|given| given.target == head.at(1)) else { break };
        let condition = conditions::written(&given.condition);
        value = format!("if {condition} then {} else {value}", given.value);
        below += line.len();
        joined = true;
    }
    let text = read(&format!("var {} = {value}", head.at(1))).filter(|_| joined)?;
    let message = "a variable has one equation, with its conditions".to_owned();
    Some(Mended { message, text, below })
}
