//! What a query asks of draws: `show median of x`, `show x with 90% interval`, `histogram x with 20 bins`.
//!
//! In: a query. Out: the query without what tables and charts of draws show by themselves.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;

/// Removes `median of`: a table of draws shows the median itself.
pub(crate) fn medians(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let n = 1 + usize::from(draft.at(1) == "the");
    let named = draft.at(n) == "median" && !context.declares("median");
    let value = n + 1 + usize::from(draft.at(n + 1) == "of");
    (named && context.may_be_value(draft.at(value))).then_some(())?;
    draft.remove(1..value);
    Some("draws are shown with their median; no function has the median of a set".to_owned())
}

/// Removes the number of classes of a distribution, which the chart chooses itself: `histogram x with 20 bins`.
pub(crate) fn classes(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let is_class = |n: usize| {
        let word = draft.at(n);
        matches!(word, "bins" | "bin" | "nbins" | "classes" | "buckets" | "breaks" | "intervals")
            && !context.declares(word)
    };
    let end = draft.line_end(0);
    let n = (2..end).find(|&n| is_class(n))?;
    // `20 bins`, `bins = 20`, `bins(20)`
    let (mut from, mut to) = match draft.is_number(n - 1) {
        true => (n - 1, n + 1),
        false => {
            let number = (n + 1..n + 3).find(|&k| draft.is_number(k))?;
            let only = (n + 1..number).all(|k| matches!(draft.at(k), "=" | ":" | "("));
            only.then_some(())?;
            (
                n,
                number
                    + 1
                    + usize::from(draft.at(number + 1) == ")" && draft.at(number - 1) == "("),
            )
        }
    };
    while matches!(draft.before(from, 1), "with" | "in" | "into" | "using" | "," | "(") {
        to += usize::from(draft.before(from, 1) == "(" && draft.at(to) == ")");
        from -= 1;
    }
    draft.remove(from..to);
    Some("the chart of a distribution chooses the number of its classes".to_owned())
}

/// Removes the quantiles of a table: it has those of 5%, 50% and 95%: `show x with 10%, 50%, 90%`, `show x with 90% interval`.
pub(crate) fn quantiles(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "show" | "chart").then_some(())?;
    let end = draft.line_end(0);
    // `show gdp percentiles 10, 50, 90`
    let named = ["percentiles", "percentile", "quantiles", "quantile"];
    let n = draft
        .outside("with", 2)
        .or_else(|| named.iter().find_map(|word| draft.outside(word, 2)))?;
    let number = |n: usize| {
        let letter = draft.at(n).strip_prefix(['p', 'P']).unwrap_or(draft.at(n));
        !letter.is_empty() && letter.bytes().all(|byte| byte.is_ascii_digit())
    };
    let interval = |k: usize| {
        matches!(
            draft.at(k).to_lowercase().as_str(),
            "interval" | "intervals" | "band" | "bands" | "ci" | "uncertainty" | "bars" | "range"
        )
    };
    let part = |k: usize| {
        number(k)
            || interval(k)
            || matches!(
                draft.at(k),
                "confidence" | "credible" | "prediction" | "error" | "a" | "an" | "the" | "-"
            )
            || matches!(
                draft.at(k),
                "%" | ","
                    | "and"
                    | "quantile"
                    | "quantiles"
                    | "percentile"
                    | "percentiles"
                    | "percent"
            )
    };
    let shown = (n + 1..end).any(interval);
    ((shown || (n + 1..end).any(number)) && (n + 1..end).all(part)).then_some(())?;
    draft.remove(n..end);
    Some(match shown {
        true => "draws, `mizan run --draws 10_000`, are shown with the quantiles 5%, 50% and 95%, a range of 90%".to_owned(),
        false => "draws, `mizan run --draws 10_000`, are shown with the quantiles 5%, 50% and 95%; `with errors` adds 25% and 75%".to_owned(),
    })
}
