//! Years written as dates: `Jan 2026`, `FY2026`, `2026/27`, `2026-01-01`, `2026q1`.

use super::context::Context;
use super::draft::Draft;
use crate::syntax::words::Class;

const MESSAGE: &str = "values are for whole years; a year has four digits";
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn is_year(draft: &Draft, n: usize) -> bool {
    draft.is_number(n)
        && draft.at(n).len() == 4
        && draft.at(n).parse().is_ok_and(|year: i32| (1000..3000).contains(&year))
}

fn is_month(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.len() >= 3 && MONTHS.iter().any(|month| lower.starts_with(month))
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

/// True if a text may have a part of a year that is read as a calculation: `mid-2027`.
pub(super) fn may_have(text: &str) -> bool {
    ["mid-", "end-", "early-", "late-"].iter().any(|part| text.contains(part))
}

/// Writes dates as years, in queries, scenarios and fields.
pub(super) fn years(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
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
        );
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
        let second = draft.is_number(n + 2) && draft.at(n + 2).len() == 2 && draft.touches(n + 2);
        if is_year(draft, n) && matches!(draft.at(n + 1), "/" | "-") && second && queries {
            let end = if matches!(draft.at(n + 3), "/" | "-") { n + 5 } else { n + 3 };
            draft.remove(n + 1..end);
            found = true;
        }
        n += 1;
    }
    found.then(|| lost.unwrap_or_else(|| MESSAGE.to_owned()))
}
