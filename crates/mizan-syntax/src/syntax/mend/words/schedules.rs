//! Values over time as schedules and in words: `[2025..2027: 5%, 2028..: 7%]`, `4%, 5%, 6%`, `10% falling by 1 point each
//! year`, `from 5% rising to 10% by 2030`.
//!
//! In: the value of a parameter, of a lever's field or of a change. Out: the points of a path, periods that
//! `periods::values` reads, or a straight line.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::notation::amounts::unit_end;
use crate::syntax::mend::words::periods;
use crate::syntax::token::TokenKind;
use crate::syntax::words::Class;

const LINE: &str = "a value that moves is a path, `10% -> 0% over 2026..2030`";

/// Returns the positions at which values begin: those of fields, of changes and of a declaration.
fn starts(draft: &Draft, context: &Context<'_>) -> Vec<usize> {
    let none = draft.begins_with(Class::Query) || matches!(draft.at(0), "set" | "years" | "check");
    let year = |n: usize| year(draft, n).is_some() && !draft.is_word(n);
    let begins = |n: &usize| {
        matches!(draft.before(*n, 1), "=" | ":")
            && !year(n.saturating_sub(2))
            && context.set_with(draft.before(*n, 2)).is_none()
    };
    if none { Vec::new() } else { (2..draft.len()).filter(begins).collect() }
}

fn year(draft: &Draft, n: usize) -> Option<i32> {
    let text = draft.at(n);
    let year = text.trim_matches('"');
    (year.len() == 4 && draft.at(n + 1) != "%")
        .then(|| year.parse().ok())?
        .filter(|year| (1900..2200).contains(year))
}

/// Returns the last year of a range, which may have two digits: `2025-27`.
pub(crate) fn last_year(draft: &Draft, n: usize, first: i32) -> Option<i32> {
    if let Some(last) = year(draft, n) {
        return Some(last);
    }
    let text = draft.at(n);
    let short = draft.is_number(n) && text.len() == 2 && draft.touches(n) && draft.at(n + 1) != "%";
    let last = first / 100 * 100 + short.then(|| text.parse::<i32>().ok())??;
    (last > first).then_some(last)
}

/// Returns the position after a number with its unit, and the number as written.
fn amount(draft: &Draft, n: usize) -> Option<(usize, f64)> {
    let minus = usize::from(draft.at(n) == "-");
    let number: f64 = draft.at(n + minus).replace('_', "").parse().ok()?;
    let mut end = n + minus + 1;
    match draft.at(end) {
        "%" => end += 1,
        _ => {
            while draft.is_name(end) && end < n + minus + 3 && !is_word_of_time(draft.at(end)) {
                end += 1;
            }
        }
    }
    Some((end, if minus == 1 { -number } else { number }))
}

fn is_word_of_time(word: &str) -> bool {
    direction(word).is_some()
        || step(word)
        || matches!(
            word,
            "a" | "per"
                | "each"
                | "every"
                | "phased"
                | "halved"
                | "halving"
                | "doubled"
                | "doubling"
                | "tripled"
                | "until"
                | "by"
                | "after"
                | "thereafter"
                | "annually"
                | "gradually"
                | "linearly"
                | "onwards"
                | "falls"
                | "at"
        )
}

/// Returns the sign of a word for a move by degrees.
fn direction(word: &str) -> Option<f64> {
    match word {
        "rising" | "growing" | "increasing" | "climbing" | "plus" | "up" | "+" | "rises"
        | "grows" | "increases" => Some(1.0),
        "falling" | "declining" | "decreasing" | "dropping" | "minus" | "down" | "-" | "falls"
        | "declines" | "decreases" | "shrinking" | "going" | "moving" | "drops" => Some(-1.0),
        _ => None,
    }
}

/// True for words before a value that is set at once: `cut to 5% in 2027`.
fn step(word: &str) -> bool {
    matches!(
        word,
        "cut" | "reduced" | "lowered" | "raised" | "increased" | "set" | "changed" | "brought"
    )
}

/// One entry of a schedule: its first year, its last one, and its value.
struct Entry {
    first: i32,
    /// The last year; the same as the first one for a single year, and none for a value that stays.
    last: Option<i32>,
    value: String,
}

/// Writes a schedule with years before its values: `[2025..2027: 5%, 2028..: 7%]`, `2024-26: 5%; 2027-30: 7%`,
/// `[(2024, 5%), (2027, 7%)]`.
pub(crate) fn points(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (start, end, entries) = starts(draft, context).into_iter().find_map(|start| {
        let open = matches!(draft.at(start), "[" | "{" | "(") && year_begins(draft, start + 1);
        let (from, to) = match open {
            true => (start + 1, draft.close(start)?),
            false => (start, draft.len()),
        };
        let (entries, stop) = entries(draft, from, to)?;
        let whole = if open { stop == to } else { ends(draft, stop) };
        (whole && entries.len() > 1).then_some((start, stop + usize::from(open), entries))
    })?;
    if entries.iter().all(|entry| entry.last == Some(entry.first)) {
        let points: Vec<String> =
            entries.iter().map(|entry| format!("{}: {}", entry.first, entry.value)).collect();
        draft.replace(start..end, &format!("[{}]", points.join(", ")));
        return Some("values of years are in square brackets, `[2024: 5%, 2027: 3%]`".to_owned());
    }
    let text = |entry: &Entry| match entry.last {
        Some(last) if last == entry.first => format!("{} in {last}", entry.value),
        Some(last) => format!("{} in {}..{last}", entry.value, entry.first),
        None => format!("{} from {}", entry.value, entry.first),
    };
    let list: Vec<String> = entries.iter().map(text).collect();
    draft.replace(start..end, &list.join(", "));
    periods::values(draft, context)
}

fn year_begins(draft: &Draft, n: usize) -> bool {
    year(draft, n).is_some() || draft.at(n) == "(" && year(draft, n + 1).is_some()
}

/// Reads the entries of a schedule from `from` on; returns them with the position after them.
fn entries(draft: &Draft, from: usize, to: usize) -> Option<(Vec<Entry>, usize)> {
    let (mut entries, mut n) = (Vec::new(), from);
    loop {
        let pair = draft.at(n) == "(";
        let at = n + usize::from(pair);
        let first = year(draft, at)?;
        let mut next = at + 1;
        let mut last = Some(first);
        if matches!(draft.at(next), "-" | ".." | "–" | "to") {
            let end = last_year(draft, next + 1, first);
            next += 1 + usize::from(end.is_some());
            last = end;
        } else if matches!(draft.at(next), "+" | "onwards" | "onward") {
            next += 1;
            last = None;
        }
        let sign = match (draft.at(next), draft.at(next + 1)) {
            ("=", ">") => 2,
            (":" | "=" | "->", _) => 1,
            (",", _) if pair => 1,
            _ => return None,
        };
        let (end, _) = amount(draft, next + sign)?;
        let value = draft.show(next + sign..end);
        entries.push(Entry { first, last, value });
        n = end;
        if pair {
            (draft.at(n) == ")").then_some(())?;
            n += 1;
        }
        let more = matches!(draft.at(n), "," | ";" | "then" | "and") && year_begins(draft, n + 1);
        if n >= to || !more {
            return Some((entries, n));
        }
        n += 1;
    }
}

fn ends(draft: &Draft, n: usize) -> bool {
    n >= draft.len()
        || matches!(
            draft.kind(n),
            Some(TokenKind::Close | TokenKind::LineEnd | TokenKind::Comment | TokenKind::Text)
        )
        || matches!(draft.at(n), "," | "@" | "bounds")
}

/// Writes three or more values in a row for the years from the first on: `growth = 4%, 5%, 6%`, `{4%, 5%}`, `5%/4%/3%`.
pub(crate) fn rows(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (from, to) = context.years()?;
    let indexed = draft.begins_with(Class::Quantity) && draft.at(2) == "[";
    let (start, end, values) = starts(draft, context).into_iter().find_map(|start| {
        let open = matches!(draft.at(start), "{" | "[" | "(");
        let mut n = start + usize::from(open);
        let mut values: Vec<String> = Vec::new();
        loop {
            let (mut end, _) = amount(draft, n)?;
            // `100 mn USD 110 mn USD`: the unit of a value ends before the next number.
            end = end.max(n + 1);
            values.push(draft.show(n..end));
            n = end;
            let sign = matches!(draft.at(n), "," | ";" | "/" | "|");
            let next = n + usize::from(sign);
            // `1 000 000` is one number.
            if !sign && !draft.show(n.saturating_sub(1)..n).ends_with('%') {
                break;
            }
            if amount(draft, next).is_none() {
                break;
            }
            // `1,200,300` is one number.
            if draft.at(n) == ","
                && draft.touches(n)
                && draft.touches(next)
                && !values.iter().any(|v| v.contains('%'))
            {
                return None;
            }
            n = next;
        }
        if open {
            (draft.kind(n) == Some(TokenKind::Close)).then_some(())?;
            n += 1;
        }
        let unit = unit_end(draft, n);
        (values.len() > 2 && ends(draft, n.max(unit))).then_some((start, n, values))
    })?;
    let fits = i32::try_from(values.len()).is_ok_and(|count| count <= to - from + 1);
    let unit = |value: &String| value.ends_with('%');
    let alike = values.iter().all(unit) || !values.iter().any(unit);
    (fits && !indexed && alike).then_some(())?;
    let points: Vec<String> =
        values.iter().zip(from..).map(|(value, year)| format!("{year}: {value}")).collect();
    draft.replace(start..end, &format!("[{}]", points.join(", ")));
    Some("a list must name the year of each value".to_owned())
}

/// True if a text may have a list of shares that is read as a quotient, or a step by points: `5%/4%/3%`, `5% + 1 pp per
/// year`.
pub(crate) fn may_have(text: &str) -> bool {
    text.matches("%/").count() + text.matches("% /").count() > 1
        || text.contains(" per year") && text.contains('%')
}

/// Writes a step of each year as a straight line, and a rate of growth as a power: `10% falling by 1 point each year`,
/// `100 mn USD growing at 3% a year`.
pub(crate) fn steps(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (first, last) = context.years()?;
    starts(draft, context).into_iter().find_map(|start| {
        let (mut n, mut from) = (start, None);
        if let Some((end, value)) = amount(draft, start).filter(|_| draft.is_number(start)) {
            (n, from) = (end, Some((draft.show(start..end), value)));
        }
        n += usize::from(draft.at(n) == "," && direction(draft.at(n + 1)).is_some());
        let sign = direction(draft.at(n))?;
        n += 1;
        n += usize::from(matches!(draft.at(n), "by" | "at"));
        let (end, size) = amount(draft, n)?;
        let unit = draft.show(n + 1..end);
        let points = matches!(
            unit.as_str(),
            "pp" | "point" | "points" | "ppt" | "percentage point" | "percentage points" | "p"
        );
        let yearly = match (draft.at(end), draft.at(end + 1)) {
            ("a" | "per" | "each" | "every", "year" | "annum") => 2,
            ("annually" | "yearly", _) => 1,
            ("p", ".") => 4,
            _ => return None,
        };
        let mut stop = end + yearly;
        // A scenario begins with the value that the parameter has.
        let from = from.or_else(|| {
            let name = draft.before(start, 2);
            let own = context.given_amount(name)?;
            Some((own.to_owned(), own.trim_end_matches('%').parse().ok()?))
        });
        let (own, value) = from?;
        let own_unit =
            own.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
        let target = match draft.at(stop) {
            "to" | "until" => amount(draft, stop + 1).filter(|_| year(draft, stop + 1).is_none()),
            _ => None,
        };
        let begin = match (draft.at(stop), year(draft, stop + 1)) {
            ("from", Some(year)) => Some(year),
            _ => None,
        };
        if let Some((end, _)) = target {
            stop = end;
        }
        stop += if begin.is_some() { 2 } else { 0 };
        ends(draft, stop).then_some(())?;
        let begin = begin.unwrap_or(first);
        if unit == "%" && own_unit != "%" {
            let field = draft.before(start, 2) == "base";
            let sign = if sign > 0.0 { "+" } else { "-" };
            let growth = format!("{}{}", if sign == "-" { "-" } else { "" }, draft.show(n..end));
            let text = match field {
                true => format!("{own}, growth: {growth}"),
                false => format!(
                    "{own} * (1 {sign} {}) ^ (t - {})",
                    draft.show(n..end),
                    if begin == first { "first".to_owned() } else { begin.to_string() }
                ),
            };
            (begin == first && target.is_none()).then_some(())?;
            draft.replace(start..stop, &text);
            return Some(
                "a value that grows is a power of its rate; `t - first` counts the years"
                    .to_owned(),
            );
        }
        // `5% growing 2% a year` may mean points or per cent.
        let signed = matches!(draft.before(n, 1), "+" | "-" | "plus" | "minus");
        let same = points && own_unit == "%" || unit == own_unit.trim() && (unit != "%" || signed);
        (same && size > 0.0).then_some(())?;
        let limit = match target {
            Some((_, limit)) => limit,
            None => (value + sign * size * f64::from(last - begin)).max(if value > 0.0 {
                0.0
            } else {
                f64::MIN
            }),
        };
        let count = (limit - value) / (sign * size);
        let years = count.round();
        ((count - years).abs() < 1e-9 && years >= 1.0 && years <= f64::from(last - begin))
            .then_some(())?;
        let limit = (limit * 1e9).round() / 1e9;
        let until = begin + years as i32;
        let text = format!("{own} -> {limit}{own_unit} over {begin}..{until}");
        draft.replace(start..stop, &text);
        Some(LINE.to_owned())
    })
}

/// Writes a move between two values in words as a path, and a change at once as a step: `from 5% rising to 10% by 2030`,
/// `5% in 2024 to 10% in 2030`, `10% cut to 5% in 2027`, `10% phased out by 2028`.
pub(crate) fn moves(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (first, last) = context.years()?;
    starts(draft, context).into_iter().find_map(|start| {
        let mut n = start;
        while matches!(
            draft.at(n),
            "linear" | "linearly" | "gradually" | "from" | "a" | "path" | "starts" | "at"
        ) {
            n += 1;
        }
        let skipped = n > start;
        let (end, value) = amount(draft, n).filter(|_| draft.is_number(n))?;
        let own = draft.show(n..end);
        n = end;
        let begin = match draft.at(n) {
            "in" | "(" => year(draft, n + 1),
            _ => None,
        };
        if begin.is_some() {
            n += 2 + usize::from(draft.at(n) == "(" && draft.at(n + 2) == ")");
        }
        n += usize::from(matches!(draft.at(n), "," | "and") && !draft.is_number(n + 1));
        while matches!(
            draft.at(n),
            "then" | "gradually" | "linearly" | "is" | "being" | "slowly" | "steadily"
        ) {
            n += 1;
        }
        let (word, at_once) = (draft.at(n).to_owned(), step(draft.at(n)));
        let unit = own.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '_'));
        let times = match word.as_str() {
            "halved" | "halving" => Some(0.5),
            "doubled" | "doubling" => Some(2.0),
            "tripled" | "tripling" => Some(3.0),
            "abolished" | "removed" | "eliminated" | "scrapped" | "phased" => Some(0.0),
            _ => None,
        };
        let (other, mut n) = match times {
            Some(factor) => {
                let out = usize::from(word == "phased" && draft.at(n + 1) == "out");
                (word != "phased" || out == 1).then_some(())?;
                (format!("{}{unit}", value * factor), n + 1 + out)
            }
            None => {
                let moving = direction(&word).is_some() && draft.is_word(n) || at_once;
                let next = n + usize::from(moving);
                let to = matches!(draft.at(next), "to" | "→") || draft.at(next) == "->";
                (to && (moving || skipped || begin.is_some())).then_some(())?;
                let (end, _) = amount(draft, next + 1)?;
                // `5 in 2028 to 2030` is a range of years.
                let range = begin.is_some() && !moving && year(draft, next + 1).is_some();
                (!range || end > next + 2).then_some(())?;
                (draft.show(next + 1..end), end)
            }
        };
        n += usize::from(matches!(draft.at(n), "gradually" | "linearly" | "linear"));
        let shape =
            matches!(word.as_str(), "abolished" | "removed" | "eliminated" | "scrapped") || at_once;
        let (until, from, stop, once) = match (draft.at(n), year(draft, n + 1)) {
            ("by" | "until", Some(until)) => (until, None, n + 2, false),
            ("in" | "from" | "since" | "as", Some(year)) if draft.at(n + 2) != ".." => {
                (year, None, n + 2, shape || times.is_some() && word.ends_with('d'))
            }
            ("over" | "in" | "between" | "from" | "during", Some(from)) => {
                let until = last_year(draft, n + 3, from)?;
                (until, Some(from), n + 4, false)
            }
            ("over" | "in" | "within", None) if matches!(draft.at(n + 2), "years" | "year") => {
                let count: i32 = draft.at(n + 1).parse().ok()?;
                (begin.unwrap_or(first) + count, None, n + 3, false)
            }
            _ if !shape && times.is_none() => (last, None, n, false),
            _ => return None,
        };
        ends(draft, stop).then_some(())?;
        let from = from.or(begin).unwrap_or(first);
        (from < until && until <= last + 50).then_some(())?;
        let text = match once {
            true => format!("{own} then {other} from {until}"),
            false => format!("{own} -> {other} over {from}..{until}"),
        };
        draft.replace(start..stop, &text);
        Some(if once { periods::STEP.to_owned() } else { LINE.to_owned() })
    })
}
