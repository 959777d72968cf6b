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
}

/// Writes dates as years, in queries, scenarios and fields.
pub(super) fn years(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let queries = draft.begins_with(Class::Query);
    let mut found = false;
    let mut n = 1;
    while n < draft.len() {
        let before = matches!(
            draft.before(n, 1),
            "in" | "from"
                | "over"
                | "opens"
                | "closes"
                | ":"
                | ".."
                | "to"
                | "since"
                | "until"
                | "by"
        );
        // `1 January 2026`, `January 1, 2026`, `Jan 2026`, `Q1 2026`
        let day = usize::from(draft.is_number(n) && is_month(draft.at(n + 1)));
        let word = n + day;
        if before && draft.is_word(word) && (is_month(draft.at(word)) || is_part(draft.at(word))) {
            let year = (word + 1..word + 4).find(|&k| is_year(draft, k));
            if let Some(year) = year {
                draft.remove(n..year);
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
    found.then(|| MESSAGE.to_owned())
}
