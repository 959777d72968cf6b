//! Conditions of other languages: the years that they mean, and their text in Mizan.
//!
//! In: a condition as typed, `year >= 2027 & year <= 2029`, `t.val ge 2027`, `ord(t) > 1`. Out: a range of years, or the
//! condition in Mizan.

use crate::syntax::mend::context::Context;

/// Other words and signs of conditions, each with its sign.
const SIGNS: [(&str, &str); 16] = [
    (" and ", "&"),
    (" or ", "|"),
    ("&&", "&"),
    ("||", "|"),
    (":AND:", "&"),
    (":OR:", "|"),
    (" ge ", ">="),
    (" gt ", ">"),
    (" le ", "<="),
    (" lt ", "<"),
    (" eq ", "=="),
    (" ne ", "!="),
    (" GE ", ">="),
    (" GT ", ">"),
    ("~=", "!="),
    ("<>", "!="),
];

/// Names of the current year, the longest first.
const YEARS: [&str; 15] = [
    "df[\"year\"]",
    "df['year']",
    "year(t)",
    "val(t)",
    "df.year",
    "data.year",
    "df$year",
    "t.val",
    "@year",
    "year",
    "Year",
    "YEAR",
    "Time",
    "time",
    "date",
];

/// A range of years; None for an open end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct YearsMeant {
    pub(crate) from: Option<i32>,
    pub(crate) to: Option<i32>,
}

impl YearsMeant {
    /// Returns the years as they follow `in`: `2027..last`.
    pub(crate) fn window(self) -> String {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from == to => from.to_string(),
            (Some(from), Some(to)) => format!("{from}..{to}"),
            (Some(from), None) => format!("{from}..last"),
            (None, to) => format!("first..{}", to.unwrap_or_default()),
        }
    }
}

/// Replaces the names of the current year by `t`.
fn with_t(text: &str) -> String {
    let mut out = text.to_owned();
    for name in YEARS {
        let mut from = 0;
        while let Some(at) = out.get(from..).and_then(|rest| rest.find(name)).map(|at| from + at) {
            let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let before = out.get(..at).and_then(|before| before.chars().next_back());
            let after = out.get(at + name.len()..).and_then(|after| after.chars().next());
            if inside(before) || inside(after) || after == Some('(') {
                from = at + name.len();
                continue;
            }
            out.replace_range(at..at + name.len(), "t");
            from = at + 1;
        }
    }
    out
}

/// Returns the years that a condition means; None for a condition about something else.
pub(crate) fn years(text: &str, context: &Context<'_>) -> Option<YearsMeant> {
    let mut plain = format!(" {} ", text.trim());
    for (other, sign) in SIGNS {
        plain = plain.replace(other, sign);
    }
    let plain = with_t(plain.trim());
    let plain: String =
        plain.chars().filter(|c| !c.is_whitespace() && *c != '"' && *c != '\'').collect();
    let plain = bare(&plain);
    let horizon = context.years();
    if let Some(inside) = plain.strip_prefix("inrange(t,").or_else(|| plain.strip_prefix("tin(")) {
        let (from, to) = inside.strip_suffix(')')?.split_once(',')?;
        return Some(YearsMeant { from: year(from, horizon), to: year(to, horizon) });
    }
    let mut meant = YearsMeant { from: None, to: None };
    for part in plain.split('&') {
        for (left, sign, right) in comparisons(bare(part))? {
            let (sign, other, place) = match (place(left), place(right)) {
                (Some(place), None) => (sign, right, place),
                (None, Some(place)) => (turned(sign), left, place),
                _ => return None,
            };
            let value = match place {
                Place::Year => year(other, horizon)?,
                // `ord(t)` counts the years from 1.
                Place::Count => horizon?.0 + other.parse::<i32>().ok()? - 1,
            };
            match sign {
                ">=" => meant.from = Some(value),
                ">" => meant.from = Some(value + 1),
                "<=" => meant.to = Some(value),
                "<" => meant.to = Some(value - 1),
                "==" | "=" => (meant.from, meant.to) = (Some(value), Some(value)),
                _ => return None,
            }
        }
    }
    Some(meant)
}

enum Place {
    Year,
    Count,
}

fn place(text: &str) -> Option<Place> {
    match text {
        "t" => Some(Place::Year),
        "ord(t)" => Some(Place::Count),
        _ => None,
    }
}

/// Splits `a<=t<=b` into its comparisons.
fn comparisons(text: &str) -> Option<Vec<(&str, &str, &str)>> {
    const SIGNS: [&str; 7] = [">=", "<=", "==", "!=", ">", "<", "="];
    let (mut found, mut rest) = (Vec::new(), text);
    loop {
        let at = rest.find(['<', '>', '=', '!']);
        let Some(at) = at else { break };
        let tail = rest.get(at..)?;
        let sign = SIGNS.into_iter().find(|sign| tail.starts_with(sign))?;
        let left = rest.get(..at)?;
        let after = tail.get(sign.len()..)?;
        let end = after.find(['<', '>', '=', '!']).unwrap_or(after.len());
        found.push((left, sign, after.get(..end)?));
        rest = after;
    }
    (!found.is_empty()).then_some(found)
}

fn turned(sign: &str) -> &str {
    match sign {
        ">=" => "<=",
        "<=" => ">=",
        ">" => "<",
        "<" => ">",
        same => same,
    }
}

fn year(text: &str, horizon: Option<(i32, i32)>) -> Option<i32> {
    match text {
        "first" => horizon.map(|(first, _)| first),
        "last" => horizon.map(|(_, last)| last),
        digits => digits.parse().ok().filter(|year| (1000..3000).contains(year)),
    }
}

/// Removes parentheses around a whole condition.
fn bare(text: &str) -> &str {
    match text.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')) {
        Some(inside) if closes(inside) => inside,
        _ => text,
    }
}

/// True for a text in which each parenthesis is opened before it is closed.
fn closes(text: &str) -> bool {
    let mut depth = 0;
    text.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    })
}

/// Writes a condition as Mizan does: words for `&` and `|`, `==` for `=`, `t` for the year.
pub(crate) fn written(text: &str) -> String {
    let mut out = format!(" {} ", bare(text.trim()));
    for (other, sign) in SIGNS {
        out = out.replace(other, sign);
    }
    let mut mended = String::new();
    let chars: Vec<char> = with_t(out.trim()).chars().collect();
    for (n, c) in chars.iter().enumerate() {
        let beside = |at: Option<usize>| at.and_then(|at| chars.get(at)).copied().unwrap_or(' ');
        let (before, after) = (beside(n.checked_sub(1)), beside(Some(n + 1)));
        match c {
            '&' => mended = format!("{} and ", mended.trim_end()),
            '|' => mended = format!("{} or ", mended.trim_end()),
            '=' if !"<>=!".contains(before) && after != '=' => mended.push_str("=="),
            ' ' if mended.ends_with(' ') => {}
            c => mended.push(*c),
        }
    }
    mended.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Context, written, years};
    use crate::syntax::mend::context::ScriptLines;

    #[test]
    fn conditions_on_years_are_ranges() {
        let script = ScriptLines::of("years 2024..2030\n");
        let context = Context::new(&script, "");
        let window = |text: &str| years(text, &context).map(|years| years.window());
        for (text, meant) in [
            ("year >= 2027", "2027..last"),
            ("(t.val ge 2027)", "2027..last"),
            ("year > 2026 & year <= 2028", "2027..2028"),
            ("2026 <= year", "2026..last"),
            ("2026 <= t <= 2028", "2026..2028"),
            ("year == 2028", "2028"),
            ("@year<2027", "first..2026"),
            ("ord(t) > 1", "2025..last"),
            ("inrange(year, 2026, 2028)", "2026..2028"),
            ("df[\"year\"] >= 2027", "2027..last"),
        ] {
            assert_eq!(window(text).as_deref(), Some(meant), "{text}");
        }
        assert_eq!(window("gdp > 2026"), None);
        assert_eq!(window("year != 2026"), None);
        assert_eq!(written("gdp gt 5 & year = 2026"), "gdp>5 and t == 2026");
    }
}
