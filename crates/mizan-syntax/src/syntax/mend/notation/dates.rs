//! Years written as dates: `Jan 2026`, `FY2026`, `2026/27`, `2026-01-01`, `2026q1`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::words::Class;

const MESSAGE: &str = "values are for whole years; a year has four digits";
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn is_year(draft: &Draft, n: usize) -> bool {
    draft.is_number(n)
        && draft.at(n).len() == 4
        && draft.at(n).parse().is_ok_and(|year: i32| (1000..3000).contains(&year))
}

fn is_month(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.len() >= 3 && MONTHS.iter().any(|month| month.starts_with(&lower))
}

/// True for words before a fiscal year or a part of a year: `FY 2026`, `Q1 2026`.
fn is_part(word: &str) -> bool {
    matches!(word, "FY" | "CY" | "Q1" | "Q2" | "Q3" | "Q4" | "H1" | "H2" | "end" | "mid" | "early")
        || matches!(
            word,
            "late" | "beginning" | "middle" | "spring" | "summer" | "autumn" | "winter"
        )
}

/// True for half a year or a quarter in words: `first half of 2027`, `start of 2027`.
fn is_part_in_words(draft: &Draft, n: usize) -> bool {
    let part = matches!(draft.at(n + 1), "half" | "quarter");
    matches!(draft.at(n), "first" | "second" | "third" | "fourth" | "last") && part
        || draft.at(n) == "start" && draft.at(n + 1) == "of"
}

/// True if a text may have a date that is read as a calculation: `mid-2027`, `Jul-26`, `opens: 07/2026`.
pub(crate) fn may_have(text: &str) -> bool {
    let joined = |n: usize| {
        let before = text.get(..n).and_then(|before| before.chars().next_back());
        let after = text.get(n + 1..).and_then(|after| after.chars().next());
        before.zip(after).is_some_and(|(a, b)| a.is_alphanumeric() && b.is_ascii_alphanumeric())
    };
    let dated = |at: usize| {
        text.get(..at).is_some_and(|before| {
            let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            is_month(word) || ["mid", "end", "early", "late"].contains(&word)
        }) || text.get(at + 1..).is_some_and(|after| {
            let word = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            is_month(word)
        })
    };
    let field = ["opens:", "closes:"].iter().any(|field| text.contains(field));
    text.match_indices(['-', '/']).any(|(n, _)| joined(n) && (field || dated(n)))
}

/// Returns the position after a date with signs between its parts, and its year: `Jul-26`, `26-Jul`, `Jul-2026`; in a
/// field for a year also `07/2026`, `2026-07-01`, `1/7/2026`.
fn joined_date(draft: &Draft, n: usize, context: &Context<'_>) -> Option<(usize, String)> {
    let month =
        |n: usize| draft.is_word(n) && is_month(draft.at(n)) && !context.declares(draft.at(n));
    let part = |n: usize| month(n) || draft.is_number(n);
    let sign = |n: usize| matches!(draft.at(n), "-" | "/") && draft.touches(n);
    let mut end = n + 1;
    while sign(end) && draft.touches(end + 1) && part(end + 1) && end < n + 5 {
        end += 2;
    }
    let parts: Vec<usize> = (n..end).step_by(2).filter(|&n| part(n)).collect();
    let months = parts.iter().filter(|&&n| month(n)).count();
    let field = draft.before(n, 1) == ":" && matches!(draft.before(n, 2), "opens" | "closes");
    (parts.len() > 1 && (months == 1 || months == 0 && field)).then_some(())?;
    let whole = parts.iter().find(|&&n| is_year(draft, n));
    let short = |&&n: &&usize| draft.is_number(n) && draft.at(n).len() == 2;
    // `1-Jul-26` has its year last, and `26-Jul` first.
    let last = parts.iter().rev().find(short).filter(|_| months == 1);
    let year = match (whole, last) {
        (Some(&n), _) => draft.at(n).to_owned(),
        (None, Some(&n)) => format!("20{}", draft.at(n)),
        (None, None) => return None,
    };
    Some((end, year))
}

/// Writes dates as years, in queries, scenarios and fields.
pub(crate) fn years(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let queries = draft.begins_with(Class::Query);
    let (mut found, mut lost): (bool, Option<String>) = (false, None);
    let mut n = 1;
    while n < draft.len() {
        let before = matches!(
            draft.before(n, 1),
            "in" | "from"
                | "over"
                | "opens"
                | "closes"
                | ":"
                | "="
                | ".."
                | "to"
                | "since"
                | "until"
                | "by"
                | "effective"
                | "starting"
                | "beginning"
        );
        if let Some((end, year)) = joined_date(draft, n, context).filter(|_| before) {
            let was = draft.show(n..end);
            lost.get_or_insert(format!(
                "values are for whole years: `{was}` is in the year {year}"
            ));
            draft.put_word(n..end, &year);
            if matches!(draft.at(n + 1), "," | "]" | ".." | ":") {
                draft.glue(n + 1);
            }
            found = true;
        }
        // `1 January 2026`, `January 1, 2026`, `Jan 2026`, `Q1 2026`
        let day = usize::from(draft.is_number(n) && is_month(draft.at(n + 1)));
        let word = n + day;
        let article = usize::from(matches!(draft.at(word), "the" | "by"));
        let part = word + article;
        let part =
            is_month(draft.at(part)) || is_part(draft.at(part)) || is_part_in_words(draft, part);
        if before && draft.is_word(word) && part {
            let year = (word + 1..word + 5 + article).find(|&k| is_year(draft, k));
            // Only words of a date stand between the part and the year.
            let words = |k: usize| {
                draft.is_word(k) || draft.is_number(k) || matches!(draft.at(k), "," | "-" | ".")
            };
            if let Some(year) = year.filter(|&year| (n..year).all(words)) {
                if !queries {
                    let (was, whole) = (draft.show(n..year + 1), draft.at(year));
                    lost.get_or_insert(format!("values are for whole years: `{was}` is the year {whole}, from its beginning"));
                }
                let number = draft.at(year).to_owned();
                draft.put_word(n..year + 1, &number);
                if matches!(draft.at(n + 1), "," | "]" | ".." | ":") {
                    draft.glue(n + 1);
                }
                found = true;
            }
        }
        // `2026/27`, `2026-27`
        let of_years = matches!(draft.before(n, 1), "in" | "over" | "from" | "..");
        let second = draft.is_number(n + 2) && draft.at(n + 2).len() == 2 && draft.touches(n + 2);
        if is_year(draft, n)
            && matches!(draft.at(n + 1), "/" | "-")
            && second
            && (queries || of_years)
        {
            let end = if matches!(draft.at(n + 3), "/" | "-") { n + 5 } else { n + 3 };
            draft.remove(n + 1..end);
            found = true;
        }
        n += 1;
    }
    found.then(|| lost.unwrap_or_else(|| MESSAGE.to_owned()))
}
