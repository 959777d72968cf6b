//! Loops over the values of an input: `for r in [0%, 5%, 10%]: duty.rate = r`, `forvalues r = 0(5)10 { ... }`.
//!
//! In: the head, and the lines of the loop. Out: a sweep, or a scenario for each value.

use crate::syntax::mend::Mended;
use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::read::read;
use crate::syntax::mend::tools::loops;
use crate::syntax::token::TokenKind;
use crate::syntax::tried::TriedValues;

/// Maximum number of values of a loop.
const MOST: usize = 1_000;

/// The letter of a loop, and the values that it takes.
struct ValueLoop {
    letter: String,
    numbers: Vec<f64>,
    unit: String,
}

/// Rewrites a loop that gives an input one value after the other; `None` for another loop.
pub(crate) fn over_values(text: &str, context: &Context<'_>) -> Option<Mended> {
    let draft = Draft::of(text.trim());
    let (values, after) = head(&draft)?;
    let (body, below) = loops::body(&draft, after, context)?;
    let (mut input, mut shown) = (None, Vec::new());
    for line in body.split(['\n', ';']).map(str::trim) {
        let line = line.trim_end_matches(['}', ' ']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(found) = values.given(line, context) {
            input.is_none().then_some(())?;
            input = Some(found);
            continue;
        }
        let runs = ["run", "solve", "simulate", "model"].iter().any(|word| line.starts_with(word));
        if runs {
            continue;
        }
        let query = read(line)
            .or_else(|| crate::syntax::mend::mend(line, context).map(|mended| mended.text))?;
        shown.push(query.strip_prefix("show ")?.to_owned());
    }
    let ((input, percent), ValueLoop { numbers, mut unit, .. }) = (input?, values);
    // A rate of 5 means 5%, as an interest rate of 5 does.
    let rate = [".rate", ".growth"].iter().any(|field| input.ends_with(field));
    if percent || rate && unit.is_empty() && numbers.iter().any(|number| *number > 1.0) {
        "%".clone_into(&mut unit);
    }
    let shown = match shown.as_slice() {
        [] => context.result_of(&input)?.to_owned(),
        shown => shown.join(", "),
    };
    let (shown, years) = match shown.rfind(" in ").filter(|&at| !shown[at..].contains([')', ','])) {
        Some(at) => shown.split_at(at),
        None => (shown.as_str(), ""),
    };
    let tried = TriedValues { input, numbers, unit, step: None };
    let free = |name: &str| {
        let taken = |name: &str| context.scenarios().contains(&name) || context.declares(name);
        let others = (2..).map(|n| format!("{name}_{n}"));
        let all = std::iter::once(name.to_owned()).chain(others);
        all.into_iter().find(|name| !taken(name)).unwrap_or_default()
    };
    let text = read(&tried.lines(shown, years, free)?)?;
    let message = match text.starts_with("sweep") {
        true => "there are no loops: `sweep` tries several values of an input",
        false => "there are no loops: a scenario tries a value of an input",
    };
    Some(Mended { message: message.to_owned(), text, below })
}

/// Reads the head of a loop over numbers; returns the loop and the position after the head.
fn head(draft: &Draft) -> Option<(ValueLoop, usize)> {
    let word = draft.at(0).to_lowercase();
    matches!(word.as_str(), "for" | "foreach" | "forvalues" | "forv").then_some(())?;
    let first =
        (1..draft.len()).find(|&n| draft.is_word(n) && !matches!(draft.at(n), "int" | "local"))?;
    matches!(draft.at(first + 1), "in" | "=" | "of").then_some(())?;
    let stops = |n: usize| {
        n >= draft.len()
            || matches!(draft.at(n), "{" | ":" | "do")
            || draft.kind(n) == Some(TokenKind::LineEnd)
    };
    let end = (first + 2..=draft.len()).find(|&n| stops(n))?;
    let (mut numbers, mut unit) = (Vec::new(), None);
    let mut n = first + 2;
    while n < end {
        let minus = usize::from(draft.at(n) == "-");
        if draft.is_number(n + minus) {
            let stop = draft.amount_end(n + minus).min(end);
            let own = draft.show(n + minus + 1..stop);
            let own = if own == "%" || own.is_empty() { own } else { format!(" {own}") };
            (*unit.get_or_insert_with(|| own.clone()) == own).then_some(())?;
            let number: f64 = draft.at(n + minus).replace('_', "").parse().ok()?;
            numbers.push(if minus == 1 { -number } else { number });
            n = stop;
            continue;
        }
        let between = matches!(draft.at(n), "," | "[" | "]" | "(" | ")" | "." | "c" | "np");
        let function = matches!(draft.at(n), "array" | "numlist" | "range" | "arange" | "seq");
        (between || function).then_some(())?;
        n += 1;
    }
    let exclusive = draft.find(&["range"], first).or_else(|| draft.find(&["arange"], first));
    let counted = exclusive.or_else(|| draft.find(&["seq"], first)).is_some_and(|n| n < end);
    // `0(5)10` of Stata has its step in brackets.
    let stepped = draft.at(first + 1) == "=" && draft.at(first + 3) == "(";
    let numbers = match (numbers.as_slice(), counted, stepped) {
        ([low, high, step], true, _) if exclusive.is_some() => {
            points(*low, *high - step / 2.0, *step)?
        }
        ([low, high, step], true, _) | ([low, step, high], _, true) => points(*low, *high, *step)?,
        (_, true, _) => return None,
        _ => numbers,
    };
    let unit = unit.unwrap_or_default();
    let years = unit.is_empty() && numbers.iter().all(|number| *number > 1_900.0);
    let mut numbers = numbers;
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    (numbers.len() > 1 && !years).then_some(())?;
    Some((ValueLoop { letter: draft.at(first).to_owned(), numbers, unit }, end))
}

/// Returns the numbers from `low` to `high`, both included.
fn points(low: f64, high: f64, step: f64) -> Option<Vec<f64>> {
    (step > 0.0 && high > low).then_some(())?;
    let at = (0..MOST).scan(low, |at, _| {
        let now = *at;
        *at += step;
        Some(now)
    });
    Some(at.take_while(|at| *at <= high + step * 1e-9).collect())
}

impl ValueLoop {
    /// Returns the input that a line gives the loop's value, and true if the value is in per cent: `duty.rate = r / 100`.
    fn given(&self, line: &str, context: &Context<'_>) -> Option<(String, bool)> {
        let letter = &self.letter;
        let line = line.replace(&format!("`{letter}'"), letter);
        let (left, right) = line.split_once('=').or_else(|| line.split_once("<-"))?;
        let right: String = right.chars().filter(|c| !c.is_whitespace()).collect();
        let percent = [format!("{letter}/100"), format!("{letter}%"), format!("{letter}*1%")];
        let percent = percent.contains(&right);
        let input = left.trim().trim_start_matches("param ").trim();
        let known = input.contains('.') || context.gives(input);
        (known && (percent || right == *letter)).then(|| (input.to_owned(), percent))
    }
}
