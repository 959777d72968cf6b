//! Values for periods, in words: `5% until 2026 then 3%`, `10% now, 5% in 2027`, `30 mn USD in 2026..2028`.
//!
//! In: the value of a parameter, of a lever's field or of a change, which cannot be read. Out: a step,
//! `5% then 3% from 2027`, a path, `10% -> 0% over 2026..2029`, or a change for each period. A value is rewritten only
//! if each of its years and words is understood.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::bodies::is_scenario;
use crate::syntax::mend::read::without_mistakes;
use crate::syntax::mend::words::schedules;
use crate::syntax::token::TokenKind;

/// An amount and the years for which it is given.
#[derive(Debug, Clone)]
struct Period {
    amount: String,
    time: Time,
    /// True for an amount that is reached by degrees: `falling to 0%`.
    moves: bool,
}

/// The years of an amount, as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Time {
    /// No years.
    Open,
    /// From the first year of the script: `now`.
    Now,
    /// After the amount before: `afterwards`.
    Next,
    /// Until a year, that year included.
    Until(i32),
    From(i32),
    In(i32),
    By(i32),
    Range(i32, i32),
    /// A number of years: `for 3 years`.
    Lasts(i32),
}

/// Words for an amount of 0.
const NOTHING: [&str; 4] = ["zero", "free", "nothing", "nil"];

pub(crate) const STEP: &str =
    "a value that differs between years is a step, `5% then 3% from 2027`";
const PATH: &str = "a value that moves is a path, `10% -> 0% over 2026..2030`";

/// Writes values for periods in Mizan's form.
pub(crate) fn values(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let years = context.years()?;
    let (mut message, mut at) = (None, 0);
    while let Some((name, start)) = places(draft).into_iter().nth(at) {
        at += 1;
        let Some((periods, end)) = periods(draft, start, &name) else { continue };
        if periods.len() == 1 && periods.iter().all(|one| one.time == Time::Open) {
            continue;
        }
        let declared = matches!(draft.at(0), "param" | "var") || draft.find(&["{"], 0).is_some();
        let (text, what) = match (is_scenario(draft), declared) {
            (true, _) => change(&name, &periods, ", ", years, context)?,
            (false, true) => whole(&name, &periods, years, context)?,
            (false, false) => change(&name, &periods, "\n", years, context)?,
        };
        // The changes after the first one are read already.
        at += if is_scenario(draft) { periods.len() - 1 } else { 0 };
        draft.replace(start..end, &text);
        message = Some(what);
    }
    message.map(str::to_owned)
}

/// Writes a list of values without years for the years from the first on: `growth: [5%, 4%, 3%]`.
pub(crate) fn lists(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (first, last) = context.years()?;
    let (_, start) = places(draft)
        .into_iter()
        .find(|&(_, start)| draft.at(start) == "[" && draft.before(start, 1) == ":")?;
    let close = draft.close(start)?;
    let list = draft.show(start + 1..close);
    let values: Vec<&str> = list.split(',').map(str::trim).collect();
    let is_amount = |text: &&str| text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let fits = values.len() > 1 && i32::try_from(values.len()).is_ok_and(|n| n <= last - first + 1);
    // Fewer values than years may be those of a set.
    let years = i32::try_from(values.len()) == Ok(last - first + 1);
    let elements = context.counts().any(|count| count == values.len());
    let fits = fits && (years || !elements);
    (fits && values.iter().all(is_amount) && !list.contains(':')).then_some(())?;
    let points: Vec<String> =
        values.iter().zip(first..).map(|(value, year)| format!("{year}: {value}")).collect();
    draft.replace(start..close + 1, &format!("[{}]", points.join(", ")));
    Some("a list must name the year of each value".to_owned())
}

/// Returns each value of the statement: its name and the position at which it begins.
fn places(draft: &Draft) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let declared = matches!(draft.at(0), "param" | "var") || !draft.at(0).is_empty();
    for n in 0..draft.len() {
        match draft.kind(n) {
            Some(TokenKind::Open) => depth += 1,
            Some(TokenKind::Close) => depth = depth.saturating_sub(1),
            _ => {}
        }
        let field = depth == 1
            && matches!(draft.at(n), ":" | "=")
            && draft.find(&["{"], 0).is_some_and(|open| open < n);
        let value = depth == 0 && draft.at(n) == "=" && declared;
        if (field || value) && n > 0 {
            let mut start = n;
            while start > 0
                && !matches!(draft.before(start, 1), "," | "{" | "param" | "var")
                && draft.kind(start - 1) != Some(TokenKind::LineEnd)
            {
                start -= 1;
            }
            let name = draft.show(start..n);
            let name =
                if value { name.split(':').next().unwrap_or_default().trim() } else { &name };
            found.push((name.to_owned(), n + 1));
        }
    }
    found
}

/// Reads all periods of a value; also returns the position after them.
fn periods(draft: &Draft, start: usize, name: &str) -> Option<(Vec<Period>, usize)> {
    let mut periods = Vec::new();
    let mut n = start;
    let end = loop {
        let (period, next) = period(draft, n)?;
        periods.push(period);
        if ends(draft, next) {
            break next;
        }
        // `rate: 10%, rate: 12% from 2027`
        let own = Draft::of(name).len();
        let again = draft.at(next) == ","
            && draft.show(next + 1..next + 1 + own) == name
            && matches!(draft.at(next + 1 + own), ":" | "=");
        let after = match draft.at(next) {
            _ if again => next + own + 2,
            "," | ";" | "then" | "and" | "but" | "/" => next + 1,
            word if is_move(word) || switches(draft, next) => next,
            // `5% (2024) 6% (2025)`: the years end an amount.
            _ if periods.last().is_some_and(|last| last.time != Time::Open) => next,
            _ => return None,
        };
        // The comma ends the value if a further field follows.
        if draft.at(next) == "," && !again && period_begins(draft, after).is_none() {
            break next;
        }
        n = after;
    };
    let first = periods.first()?.amount.clone();
    (!NOTHING.contains(&&*first)).then_some(())?;
    for period in periods.iter_mut().filter(|period| NOTHING.contains(&&*period.amount)) {
        period.amount = none("", &first)?;
    }
    Some((periods, end))
}

fn period_begins(draft: &Draft, n: usize) -> Option<()> {
    let field = draft.is_word(n) && matches!(draft.at(n + 1), ":" | "=" | "[" | ".");
    (!field).then(|| period(draft, n)).flatten().map(|_| ())
}

fn ends(draft: &Draft, n: usize) -> bool {
    n >= draft.len()
        || matches!(
            draft.kind(n),
            Some(TokenKind::Close | TokenKind::LineEnd | TokenKind::Comment | TokenKind::Text)
        )
        || draft.at(n) == "@"
}

/// Reads an amount with its years before or behind it.
fn period(draft: &Draft, n: usize) -> Option<(Period, usize)> {
    let mut n = n;
    let mut next = false;
    while matches!(draft.at(n), "then" | "and" | "but" | "only" | "again") {
        next = true;
        n += 1;
    }
    let before = time(draft, n);
    if let Some((_, after)) = before {
        n = after + usize::from(matches!(draft.at(after), "," | ":" | "on" | "onwards" | "onward"));
    }
    n += if switches(draft, n) { 2 } else { 0 };
    let moving = is_move(draft.at(n));
    if moving {
        n += 1 + usize::from(draft.at(n + 1) == "to");
    }
    let (amount, end) = amount(draft, n)?;
    let (time, end) = match (before, time(draft, end)) {
        (Some((time, _)), _) => (time, end),
        (None, Some((time, end))) => (time, end),
        (None, None) if next => (Time::Next, end),
        (None, None) => (Time::Open, end),
    };
    Some((Period { amount, time, moves: moving }, end))
}

/// Reads a number with its unit, or a call such as `normal(5%, 1%)`.
fn amount(draft: &Draft, n: usize) -> Option<(String, usize)> {
    let at = n + usize::from(draft.at(n) == "-");
    let end = if draft.is_number(at) {
        let mut end = at + 1 + usize::from(draft.at(at + 1) == "%");
        while end < at + 3
            && draft.is_name(end)
            && time(draft, end).is_none()
            && !is_move(draft.at(end))
            && !switches(draft, end)
            && !matches!(draft.at(end), "but" | "only")
        {
            end += 1;
        }
        end
    } else if draft.is_name(at) && draft.at(at + 1) == "(" {
        draft.close(at + 1)? + 1
    } else if NOTHING.contains(&draft.at(at)) {
        at + 1
    } else {
        return None;
    };
    Some((draft.show(n..end), end))
}

/// True for words before an amount that holds from a year on: `switch to 3% in 2028`.
fn switches(draft: &Draft, n: usize) -> bool {
    matches!(draft.at(n), "switch" | "switches" | "switching" | "changes" | "changing" | "goes")
        && draft.at(n + 1) == "to"
}

/// True for words before an amount that is reached by degrees.
fn is_move(word: &str) -> bool {
    matches!(
        word,
        "falling"
            | "rising"
            | "decreasing"
            | "increasing"
            | "declining"
            | "growing"
            | "dropping"
            | "going"
    )
}

fn year(draft: &Draft, n: usize) -> Option<i32> {
    let text = draft.at(n);
    (draft.is_number(n) && text.len() == 4 && draft.at(n + 1) != "%").then(|| text.parse().ok())?
}

/// Reads years in words; also returns the position after them.
fn time(draft: &Draft, n: usize) -> Option<(Time, usize)> {
    let open = usize::from(matches!(draft.at(n), "(" | "["));
    let (found, end) = time_inside(draft, n + open)?;
    match open {
        0 => Some((found, end)),
        _ => matches!(draft.at(end), ")" | "]").then_some((found, end + 1)),
    }
}

fn time_inside(draft: &Draft, n: usize) -> Option<(Time, usize)> {
    let (word, second) = (draft.at(n), draft.at(n + 1));
    if matches!(word, "now" | "today" | "currently" | "initially") {
        return Some((Time::Now, n + 1));
    }
    let mut at = n + 1;
    while matches!(
        draft.at(at),
        "in" | "from" | "of" | "the" | "year" | "end" | "to" | "with" | "on"
    ) {
        at += 1;
    }
    let thereafter =
        matches!(word, "after" | "afterwards" | "afterward" | "thereafter" | "later" | "onwards");
    let Some(first) = year(draft, at).or_else(|| year(draft, n)) else {
        // `first 3 years`, `for the first 3 years`
        let mut n = n;
        let mut second = second;
        while matches!(word, "for" | "first" | "in") && matches!(second, "the" | "first") {
            n += 1;
            second = draft.at(n + 1);
        }
        if matches!(word, "for" | "first" | "in") && matches!(draft.at(n + 2), "year" | "years") {
            let count = second.parse().ok().filter(|count| (1..100).contains(count))?;
            let (time, end) = match year(draft, n + 4) {
                Some(first) if draft.at(n + 3) == "from" => {
                    (Time::Range(first, first + count - 1), n + 5)
                }
                _ => (Time::Lasts(count), n + 3),
            };
            return Some((time, end));
        }
        return thereafter.then_some((Time::Next, n + 1));
    };
    let bare = year(draft, n).is_some();
    let at = if bare { n } else { at };
    let joins =
        matches!(draft.at(at + 1), ".." | "-" | "to" | "and" | "until" | "till" | "through" | "–");
    // `2024...2030` has two signs.
    let dots = usize::from(draft.at(at + 1) == ".." && draft.at(at + 2) == ".");
    if joins && let Some(last) = schedules::last_year(draft, at + 2 + dots, first) {
        let known = bare
            || matches!(word, "in" | "from" | "between" | "during" | "over" | "for" | "starting");
        return known.then_some((Time::Range(first, last), at + 3 + dots));
    }
    let end = at + 1;
    // A comma before `from 2026 on` ends the value before.
    let opens = bare || draft.is_word(n);
    if opens && matches!(draft.at(end), "onwards" | "onward" | "on") {
        return Some((Time::From(first), end + 1));
    }
    if opens && draft.at(end) == ".." && year(draft, end + 1).is_none() && !draft.is_number(end + 1)
    {
        return Some((Time::From(first), end + 1));
    }
    let found = match word {
        "until" | "till" | "through" | "to" | "up" => Time::Until(first),
        "before" => Time::Until(first - 1),
        "from" | "since" | "starting" | "beginning" | "effective" | "as" => Time::From(first),
        "after" => Time::From(first + 1),
        "in" | "at" | "during" => Time::In(first),
        "by" => Time::By(first),
        _ if bare => Time::In(first),
        _ => return None,
    };
    Some((found, end))
}

/// Writes a value for all years: outside its periods it is 0.
fn whole(
    name: &str,
    periods: &[Period],
    (first, last): (i32, i32),
    context: &Context<'_>,
) -> Option<(String, &'static str)> {
    if let Some(path) = path(name, periods, first, context) {
        return Some((path, PATH));
    }
    let spans = spans(periods, (first, last))?;
    let mut text = String::new();
    let mut next = first;
    for (amount, begins, ends) in &spans {
        (*begins >= next && begins <= ends).then_some(())?;
        if *begins > next {
            text.push_str(&then(&text, &none(name, amount)?, next, first));
        }
        text.push_str(&then(&text, amount, *begins, first));
        next = ends + 1;
    }
    if next <= last {
        let (amount, ..) = spans.last()?;
        text.push_str(&then(&text, &none(name, amount)?, next, first));
    }
    Some((text, STEP))
}

/// Writes a step that begins in a year; the first step of a value has no year.
fn then(before: &str, amount: &str, begins: i32, first: i32) -> String {
    match before.is_empty() && begins <= first {
        true => amount.to_owned(),
        false => format!(" then {amount} from {begins}"),
    }
}

/// Returns 0 in the unit of an amount; for the volume of a quota, one that is never reached.
fn none(name: &str, amount: &str) -> Option<String> {
    let number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
    let unit = amount.trim_start_matches(number);
    (amount.starts_with(number) && unit.len() < amount.len()).then_some(())?;
    match name.ends_with("volume") {
        false => Some(format!("0{unit}")),
        true => {
            Some(format!("1000 bn {}", unit.rsplit(' ').next().filter(|name| !name.is_empty())?))
        }
    }
}

/// Writes a change of a value: one for each period, since the baseline's value stays in all other years.
fn change(
    name: &str,
    periods: &[Period],
    separator: &str,
    (first, last): (i32, i32),
    context: &Context<'_>,
) -> Option<(String, &'static str)> {
    if let Some(path) = path(name, periods, first, context) {
        return Some((path, PATH));
    }
    let changes: Vec<String> = spans(periods, (first, last))?
        .into_iter()
        .map(|(amount, begins, ends)| {
            let years = match (begins, ends) {
                _ if begins == ends => begins.to_string(),
                _ if begins == first => format!("first..{ends}"),
                _ if ends == last => format!("{begins}..last"),
                _ => format!("{begins}..{ends}"),
            };
            format!("{amount} in {years}")
        })
        .collect();
    let text = changes.join(&format!("{separator}{name} = "));
    Some((text, "the years of a change follow `in`; in all other years the value stays as it is"))
}

/// Writes one amount that is reached by degrees, alone or after another one.
fn path(name: &str, periods: &[Period], first: i32, context: &Context<'_>) -> Option<String> {
    let (from, to) = match periods {
        [to] => (None, to),
        [from, to] if to.moves && matches!(from.time, Time::Open | Time::Now) => {
            (Some(from.amount.clone()), to)
        }
        _ => return None,
    };
    let from = match from {
        Some(from) => from,
        None => match context.given_amount(name) {
            Some(now) => now.to_owned(),
            // A field of a lever begins at nothing.
            None if !to.moves && !name.contains('.') => none(name, &to.amount)?,
            None => return None,
        },
    };
    let years = match to.time {
        Time::By(last) => format!("{first}..{last}"),
        Time::Range(first, last) if to.moves => format!("{first}..{last}"),
        Time::Lasts(count) if to.moves => format!("{first}..{}", first + count),
        Time::In(last) if to.moves => format!("{first}..{last}"),
        _ => return None,
    };
    let text = format!("{from} -> {} over {years}", to.amount);
    without_mistakes(&format!("param x = {text}")).is_some().then_some(text)
}

/// Returns the amounts with their first and last years; `None` if the years of two amounts overlap or are not clear.
fn spans(periods: &[Period], (first, last): (i32, i32)) -> Option<Vec<(String, i32, i32)>> {
    let several = periods.len() > 1;
    let mut spans: Vec<(String, i32, Option<i32>)> = Vec::new();
    for one in periods {
        (!one.moves).then_some(())?;
        let begins = match spans.last() {
            None => first,
            Some((_, _, Some(ends))) => ends + 1,
            Some((_, _, None)) => i32::MAX,
        };
        let (begins, ends) = match one.time {
            Time::Open | Time::Now if spans.is_empty() => (first, None),
            Time::Next | Time::Open if begins < i32::MAX => (begins, None),
            Time::Until(ends) if begins < i32::MAX => (begins, Some(ends)),
            Time::From(begins) => (begins, None),
            // In a list of years each amount stays until the next one.
            Time::In(year) => (year, (!several).then_some(year)),
            Time::Range(begins, ends) => (begins, Some(ends)),
            Time::Lasts(count) if begins < i32::MAX => (begins, Some(begins + count - 1)),
            _ => return None,
        };
        if let Some(before) = spans.last_mut()
            && before.2.is_none()
        {
            before.2 = Some(begins - 1);
        }
        spans.push((one.amount.clone(), begins, ends));
    }
    let fits = |span: &(String, i32, Option<i32>)| span.1 >= first && span.1 <= last;
    (spans.iter().all(fits) && spans.iter().all(|span| span.2.is_none_or(|ends| ends >= span.1)))
        .then_some(())?;
    Some(
        spans
            .into_iter()
            .map(|(amount, begins, ends)| (amount, begins, ends.unwrap_or(last).min(last)))
            .collect(),
    )
}
