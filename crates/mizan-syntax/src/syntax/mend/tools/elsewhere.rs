//! Whole forms of GAMS, Python and R: equations with `..`, lists between `/`, loops.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::opening;
use crate::syntax::words;

/// Writes the declarations of GAMS: `set i /a, b/`, `parameter d(i) /a 5, b 6/`, `scalar x /5/`.
pub(crate) fn slashed(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    slashes(draft)
}

/// Writes a list between `/` after `=`, as [`slashed`] does.
pub(crate) fn slashes(draft: &mut Draft) -> Option<String> {
    let end = draft.line_end(0);
    let open = draft.find(&["/"], 1)?;
    let close = (open + 1..end).rev().find(|&n| draft.at(n) == "/")?;
    let semicolon = draft.at(close + 1) == ";";
    if !draft.ends_line(close + 1 + usize::from(semicolon)) {
        return None;
    }
    let word = draft.at(0).to_lowercase();
    let (name, list) = (draft.at(1).to_owned(), draft.show(open + 1..close));
    // Words before the list describe the name.
    let start = if draft.at(2) == "(" { draft.close(2)? + 1 } else { 2 };
    let title = draft.show(start..open.max(start));
    let title = title.trim_matches(['"', '\'']);
    let title = match title.is_empty() || title.contains(['"', '=', '[', '(']) {
        true => String::new(),
        false => format!(" \"{title}\""),
    };
    let text = match word.as_str() {
        "set" | "sets" => {
            let elements: Vec<String> =
                list.split(',').flat_map(|part| span_of(part.trim())).collect();
            if elements.iter().all(|element| element.len() == 4 && element.parse::<i32>().is_ok()) {
                let whole = draft.line_end(0);
                draft.remove(0..whole);
                return Some(
                    "years are no set; `years 2024..2030` at the top gives them".to_owned(),
                );
            }
            format!("set {name} = {}", elements.join(", "))
        }
        "scalar" | "scalars" | "param" => format!("param {name} = {list}{title}"),
        "parameter" | "parameters" if !draft.show(2..open).starts_with('(') => {
            format!("param {name} = {list}{title}")
        }
        "parameter" | "parameters" => {
            let index = draft.show(3..draft.close(2)?);
            let pairs: Vec<String> = list
                .split(',')
                .map(|pair| pair.split_whitespace().collect::<Vec<_>>().join(": "))
                .collect();
            format!("param {name}[{index}] = {{ {} }}{title}", pairs.join(", "))
        }
        "model" => String::new(),
        _ => return None,
    };
    let whole = draft.line_end(0);
    draft.replace(0..whole, &text);
    Some(match text.is_empty() {
        true => "equations need not be collected in a `model`; all of them hold".to_owned(),
        false => "a list between `/` is GAMS; here it follows `=`".to_owned(),
    })
}

/// Writes an equation of GAMS: `supply(i).. x(i) =e= a(i) * p(i);`.
pub(crate) fn equations(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let sign = ["e", "E", "l", "L", "g", "G"]
        .into_iter()
        .find_map(|letter| draft.find(&["=", letter, "="], 0).map(|n| (n, letter.to_lowercase())));
    let (at, letter) = sign?;
    let start = draft.find(&[".."], 0).map_or(0, |n| n + 1);
    let end = (at..draft.line_end(at)).find(|&n| draft.at(n) == ";").unwrap_or(draft.line_end(at));
    let brackets = |text: String| text.replace('(', "[").replace(')', "]");
    let (left, right) = (draft.show(start..at), draft.show(at + 3..end));
    let single =
        draft.is_word(start) && (start + 1 == at || draft.close(start + 1) == Some(at - 1));
    let whole = draft.line_end(at);
    let text = match (letter.as_str(), single) {
        ("e", true) => {
            let name = draft.at(start).to_owned();
            // `Variable z;` on another line becomes a declaration of its own.
            let other = context.any_line(|line| {
                let lower = line.to_lowercase();
                let words = ["variable ", "variables ", "positive variable", "free variable"];
                words.iter().any(|word| lower.starts_with(word))
                    && line
                        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                        .any(|word| word == name)
            });
            let own = if context.declares(&name) || other { "" } else { "var " };
            // A declaration names the set of each index.
            let index = |letter: &str| match context.set_of(letter.trim()) {
                Some(set) if set != letter.trim() => format!("{}: {set}", letter.trim()),
                _ => letter.trim().to_owned(),
            };
            let inside = left.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
            let left = match inside.filter(|_| !own.is_empty()) {
                Some((indices, _)) => {
                    format!(
                        "{name}[{}]",
                        indices.split(',').map(index).collect::<Vec<_>>().join(", ")
                    )
                }
                None => brackets(left),
            };
            format!("{own}{left} = {right}")
        }
        ("e", false) => {
            let unknown = (start..end).find(|&n| draft.is_name(n))?;
            format!("solve {} so that {left} == {right}", draft.at(unknown))
        }
        ("l", _) => format!("check {left} <= {right}"),
        _ => format!("check {left} >= {right}"),
    };
    draft.replace(0..whole, &text);
    Some("an equation is written with `=`, and its name is left out".to_owned())
}

/// Replaces `solve m using nlp maximizing x` and other calls of a solver in other languages.
pub(crate) fn solve(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let first = draft.at(0).to_lowercase();
    if !matches!(first.as_str(), "solve" | "find") {
        return None;
    }
    let end = draft.line_end(0);
    if let Some(message) = searched(draft, context) {
        return Some(message);
    }
    if let Some(using) = draft.find(&["using"], 0) {
        let aim = (using..end)
            .find(|&n| draft.at(n).to_lowercase().starts_with('m') && draft.is_word(n + 1))
            .map_or("minimise", |n| aim_word(draft.at(n)));
        draft.remove(0..end);
        return Some(format!(
            "every run solves the model; `find INPUT in LOW..HIGH to {aim} X so that CONDITION` looks for a best input"
        ));
    }
    // `solve rate for gdp = 30 bn USD` looks for a given value.
    let given = context.gives(draft.at(1)) || draft.at(2) == "." && draft.is_word(3);
    if let Some(n) = draft.outside("for", 2).filter(|_| given)
        && let Some((_, last)) = context.years()
    {
        let (input, condition) = (draft.show(1..n), draft.show(n + 1..end));
        let condition = condition.replacen(" = ", " == ", 1);
        let years = if condition.contains(" in ") { String::new() } else { format!(" in {last}") };
        draft.replace(0..end, &format!("find {input} in 0%..50% so that {condition}{years}"));
        return Some("`find` looks for the value of an input".to_owned());
    }
    if draft.at(0) == "find" {
        return None;
    }
    if draft.at(1) == "for" {
        draft.remove(1..2);
        return Some("`solve` names its unknown at once".to_owned());
    }
    // `solve a == b for x`, `solve x: a == b`
    if let Some(n) = draft.outside("for", 1) {
        let (unknown, condition) = (draft.show(n + 1..end), draft.show(1..n));
        draft.replace(0..end, &format!("solve {unknown} so that {condition}"));
        return Some("an unknown comes before its condition".to_owned());
    }
    if draft.at(2) == ":" {
        draft.put_word(2..3, "so that");
        return Some("the condition follows `so that`".to_owned());
    }
    if draft.ends_line(1) || draft.is_word(1) && draft.ends_line(2) {
        draft.remove(0..end);
        return Some("every run solves the model; nothing need be called for it".to_owned());
    }
    None
}

/// Writes a search for the value of an input with `find`: `solve duty.rate so that balance == 0 in 2030`.
fn searched(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let start = 1 + usize::from(draft.at(1) == "for");
    let field = draft.at(start + 1) == "." && draft.is_word(start + 2);
    let that = (start..draft.len())
        .find(|&n| matches!(draft.at(n), "so" | "such") && draft.at(n + 1) == "that")?;
    let year = draft.outside("in", that).is_some_and(|at| draft.is_number(at + 1));
    let input =
        field || context.gives(draft.at(start)) || year && !context.declares(draft.at(start));
    (draft.at(0) == "solve" && (input || year)).then_some(())?;
    draft.replace(that..that + 1, "so");
    draft.replace(0..start, "find");
    Some("`find` looks for the value of an input".to_owned())
}

fn aim_word(word: &str) -> &'static str {
    if word.to_lowercase().starts_with("max") { "maximise" } else { "minimise" }
}

/// Replaces a loop by a statement with an index: `for p in partner: y[p] = 2 * x[p]`.
pub(crate) fn loops(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    // A line that begins with `for` is read with the line before it.
    let line = (1..draft.len()).find(|&n| draft.starts_line(n) && draft.at(n) == "for");
    if let Some(n) = line {
        let mut tail = Draft::of(&draft.show(n..draft.len()));
        let message = loops(&mut tail, context)?;
        let all = draft.len();
        draft.replace(n..all, &tail.text());
        return Some(message);
    }
    const MESSAGE: &str = "there are no loops: a line with an index holds for every element";
    let word = draft.at(0).to_owned();
    if !matches!(
        word.as_str(),
        "for" | "foreach" | "forvalues" | "loop" | "while" | "forall" | "repeat" | "do"
    ) {
        return None;
    }
    let binder = binder(draft, context);
    let body = body(draft, context);
    let all = draft.len();
    let Some(body) = body else {
        draft.remove(0..all);
        return Some(MESSAGE.to_owned());
    };
    let over_years = binder.as_ref().is_none_or(LoopIndex::is_over_years);
    let mut line = Draft::of(&body);
    if let Some(binder) = &binder {
        current_year(&mut line, binder, over_years);
    }
    without_loop(&mut line, binder.filter(|_| !over_years).as_ref(), context);
    draft.replace(0..all, &line.text());
    Some(if over_years {
        "every equation holds in every year, without a loop".to_owned()
    } else {
        MESSAGE.to_owned()
    })
}

/// The index of a loop and the set that the index runs over.
struct LoopIndex {
    letter: String,
    set: String,
}

impl LoopIndex {
    fn is_over_years(&self) -> bool {
        let Self { letter, set } = self;
        letter == "t"
            || letter.starts_with("year")
            || set.starts_with("range")
            || set.starts_with("year")
            || set.starts_with(|c: char| c.is_ascii_digit())
    }
}

fn binder(draft: &Draft, context: &Context<'_>) -> Option<LoopIndex> {
    let (letter, set) = match draft.find(&["in"], 0) {
        Some(n) => (n - 1, n + 1),
        // `loop(p, y(p) = ...)` names the set or an alias of it.
        None if draft.at(0) == "loop" && draft.at(1) == "(" => {
            let letter = draft.at(2).to_owned();
            let set = context.set_of(&letter).unwrap_or(&letter).to_owned();
            return Some(LoopIndex { letter, set });
        }
        // `forvalues y = 2024/2030`
        None if draft.at(2) == "=" => (1, 3),
        None => return None,
    };
    Some(LoopIndex { letter: draft.at(letter).to_owned(), set: draft.at(set).to_owned() })
}

/// Writes the index of a loop in square brackets, and the index of a loop over years as `t`.
fn current_year(line: &mut Draft, binder: &LoopIndex, over_years: bool) {
    for n in 1..line.len() {
        if line.at(n) == binder.letter && matches!(line.before(n, 1), "(" | "[" | ",") {
            if let Some(close) = line.close(n - 1).filter(|_| line.before(n, 1) == "(") {
                line.replace(close..close + 1, "]");
                line.replace(n - 1..n, "[");
            }
            if over_years {
                line.replace(n..n + 1, "t");
            }
        }
    }
    while let Some(n) = line.find(&["[", "t", "]"], 0).filter(|_| over_years) {
        line.remove(n..n + 3);
    }
}

/// Writes the statement inside a loop as one statement for all elements; `binder` is `None` for a loop over years.
fn without_loop(line: &mut Draft, binder: Option<&LoopIndex>, context: &Context<'_>) {
    opening::queries(line, context);
    if opening::values(line, context).is_some() {
        return;
    }
    if words::find(line.at(0)).is_some_and(words::Word::begins_statement) {
        // A query takes all elements at once: `show exports[*]`.
        for n in 1..line.len() {
            let is_letter = binder.is_some_and(|binder| line.at(n) == binder.letter);
            if is_letter && matches!(line.before(n, 1), "[" | ",") {
                line.replace(n..n + 1, "*");
            }
        }
        // A query shows every year without an index.
        if binder.is_none()
            && let Some(n) = line.find(&["[", "t", "]"], 1)
        {
            line.remove(n..n + 3);
        }
        return;
    }
    if !line.is_word(0) || context.declares(line.at(0)) {
        return;
    }
    match binder {
        Some(LoopIndex { letter, set }) => {
            let bound = if letter == set { set.clone() } else { format!("{letter}: {set}") };
            if line.at(1) == "[" && line.at(2) == letter {
                line.replace(2..3, &bound);
                line.insert(0, "var");
            }
        }
        None => {
            if matches!(line.at(1), "[" | "(")
                && let Some(close) = line.close(1)
            {
                line.remove(1..close + 1);
            }
            // A value that a loop changes reads its value of last year.
            let name = line.at(0).to_owned();
            for n in (2..line.len()).rev() {
                if line.at(n) == name && !matches!(line.at(n + 1), "[" | "(") {
                    line.replace(n..n + 1, &format!("{name}[t-1]"));
                }
            }
            line.insert(0, "var");
        }
    }
}

/// Returns the first statement of a loop: after its colon, in its braces, or on the next line.
fn body(draft: &Draft, context: &Context<'_>) -> Option<String> {
    let open = draft.find(&["{"], 0);
    if let Some(open) = open
        && let Some(close) = draft.close(open)
    {
        let inside = draft.show(open + 1..close);
        return inside.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
    }
    // `loop(p, y(p) = 2 * x(p));`
    if draft.at(0) == "loop"
        && let Some(close) = draft.close(1)
        && let Some(comma) = draft.outside(",", 2).filter(|&n| n < close)
    {
        return Some(draft.show(comma + 1..close).trim_end_matches(';').to_owned());
    }
    let colon = draft.outside(":", 0).or_else(|| draft.outside(",", 0));
    let same = colon.map(|n| draft.show(n + 1..draft.line_end(n))).filter(|text| !text.is_empty());
    same.or_else(|| context.indented().first().map(|&line| line.to_owned()))
}

/// Removes the `@` of EViews before functions: `@sum(x)`.
pub(crate) fn at_signs(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let word = (1..draft.len())
        .find(|&n| draft.before(n, 1) == "@" && matches!(draft.at(n), "trend" | "year" | "date"));
    if let Some(n) = word {
        let bracket = draft.at(n + 1) == "(";
        let end = if bracket { draft.close(n + 1)? + 1 } else { n + 1 };
        // `@trend(2025)` is 0 in its base year.
        let base: String =
            draft.show(n + 1..end).chars().filter(char::is_ascii_digit).take(4).collect();
        let first = context.years().map_or(String::new(), |(first, _)| first.to_string());
        let base = if base.len() < 4 || base == first { "first" } else { &base };
        let own = match draft.at(n) {
            "trend" => format!("((t - {base}) / 1 year)"),
            _ => "t".to_owned(),
        };
        draft.replace(n - 1..end, &own);
        return Some("the current year is `t`, and the first one `first`".to_owned());
    }
    let n = (0..draft.len())
        .find(|&n| draft.at(n) == "@" && draft.is_word(n + 1) && draft.at(n + 2) == "(")?;
    draft.remove(n..n + 1);
    Some("functions have no `@`, which cites a source".to_owned())
}

/// Writes indices with `*` in square brackets: `sum(sales(*))`, `exports(China, *)`.
pub(crate) fn round_indices(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let mut found = false;
    while let Some((open, close)) = (1..draft.len()).find_map(|n| {
        let word = draft.before(n, 1);
        let name = draft.at(n) == "(" && draft.touches(n) && context.may_be_value(word);
        let (arguments, close) = draft.arguments(n).filter(|_| name)?;
        let one = |part: &std::ops::Range<usize>| part.len() == 1;
        let all = |part: &std::ops::Range<usize>| draft.at(part.start) == "*";
        (arguments.iter().all(one) && arguments.iter().any(all)).then_some((n, close))
    }) {
        let inside = draft.show(open + 1..close);
        draft.replace(open..close + 1, &format!("[{inside}]"));
        draft.glue(open);
        found = true;
    }
    found.then(|| "an index is in square brackets, as `x[China, *]`".to_owned())
}

/// Writes lags with a year in square brackets: `x[p](-1)`, `x(-1)`.
pub(crate) fn lags(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        draft.at(n) == "("
            && matches!(draft.at(n + 1), "-" | "+")
            && draft.is_number(n + 2)
            && draft.at(n + 3) == ")"
            && (draft.is_word(n - 1) || draft.before(n, 1) == "]")
    })?;
    let year = format!("t{}{}", draft.at(n + 1), draft.at(n + 2));
    match draft.before(n, 1) == "]" {
        true => {
            draft.replace(n..n + 4, "]");
            draft.replace(n - 1..n, &format!(", {year}"));
        }
        false => draft.replace(n..n + 4, &format!("[{year}]")),
    }
    Some("a lag is a year in square brackets, as `x[t-1]`".to_owned())
}

/// True for a function that may call its argument with a lag.
pub(crate) fn may_lag_argument(text: &str) -> bool {
    text.starts_with("function ") && (text.contains("(-") || text.contains("(+"))
}

/// Writes the lag of a function's argument in square brackets: `function lag(x) = x(-1)`.
pub(crate) fn lags_of_arguments(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let (arguments, close) = (draft.at(2) == "(").then(|| draft.arguments(2)).flatten()?;
    let names: Vec<String> = arguments.into_iter().map(|one| draft.show(one)).collect();
    let mut found = false;
    for n in (close + 1..draft.len()).rev() {
        let call = names.iter().any(|name| *name == draft.at(n)) && draft.at(n + 1) == "(";
        let sign = matches!(draft.at(n + 2), "-" | "+") && draft.is_number(n + 3);
        if call && sign && draft.at(n + 4) == ")" {
            let lag = format!("[t{}{}]", draft.at(n + 2), draft.at(n + 3));
            draft.replace(n + 1..n + 5, &lag);
            found = true;
        }
    }
    found.then(|| "a lag is a year in square brackets, as `x[t-1]`".to_owned())
}

/// Returns the elements of `a1*a5` in GAMS, or the element itself.
fn span_of(part: &str) -> Vec<String> {
    let whole = vec![part.to_owned()];
    let Some((from, to)) = part.split_once('*') else { return whole };
    let letters = from.trim().trim_end_matches(|c: char| c.is_ascii_digit());
    let number = |end: &str| end.trim().strip_prefix(letters)?.parse::<u32>().ok();
    match (number(from), number(to)) {
        (Some(from), Some(to)) if from < to && to - from < 500 => {
            (from..=to).map(|n| format!("{letters}{n}")).collect()
        }
        _ => whole,
    }
}
