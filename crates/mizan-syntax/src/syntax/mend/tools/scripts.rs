//! Calls of R and Python that are values or pictures: `np.array([1, 2])`, `seq(0.1, 0, length.out = 7)`, `x.plot(...)`.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;

/// Writes an array of numpy as the vector of R, which the rules for lists read; drops the `NA` of a first year.
pub(crate) fn arrays(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    if let Some(n) = draft.find(&["c", "(", "NA", ","], 1) {
        let close = draft.close(n + 1)?;
        let body = draft.show(n + 4..close);
        draft.replace(n..close + 1, &body);
        return Some(
            "a value without a year before it is missing by itself, without `NA`".to_owned(),
        );
    }
    let n = draft.find(&[".", "array", "("], 1)?;
    let close = draft.close(n + 2)?;
    let inside =
        draft.close(n + 3).filter(|&inner| draft.at(n + 3) == "[" && inner + 1 == close)?;
    let text = format!("c({})", draft.show(n + 4..inside));
    draft.replace(n - 1..close + 1, &text);
    Some("a list must name the element or the year of each value".to_owned())
}

/// Writes a sequence as a path over the years: `seq(0.1, 0, length.out = 7)`, `np.linspace(0.1, 0, 7)`.
pub(crate) fn sequences(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (1..draft.len())
        .find(|&n| matches!(draft.at(n), "seq" | "linspace") && draft.at(n + 1) == "(")?;
    let close = draft.close(n + 1)?;
    let start = if draft.before(n, 1) == "." && n > 1 { n - 2 } else { n };
    let first = draft.outside(",", n + 2).filter(|&at| at < close)?;
    let second = draft.outside(",", first + 1).filter(|&at| at < close)?;
    let strip = |text: String| {
        text.trim_start_matches("from")
            .trim_start_matches("to")
            .trim_start_matches(['=', ' '])
            .to_owned()
    };
    let (from, to) = (strip(draft.show(n + 2..first)), strip(draft.show(first + 1..second)));
    let count: i32 = (second..close)
        .rev()
        .find(|&k| draft.is_number(k))
        .and_then(|k| draft.at(k).parse().ok())?;
    let (begin, end) = context.years()?;
    let by = (second..close).any(|k| draft.at(k) == "by");
    (!by && begin + count - 1 <= end).then_some(())?;
    let text = format!("{from} -> {to} over {begin}..{}", begin + count - 1);
    draft.replace(start..close + 1, &text);
    if draft.is_name(0) && (draft.at(1) == "=" || draft.at(1) == "<") {
        let equals = (1..start).rev().find(|&k| matches!(draft.at(k), "=" | "-")).unwrap_or(1);
        draft.replace(1..equals + 1, "=");
        draft.insert(0, "param");
    }
    Some("a value that moves is a path, `10% -> 0% over 2026..2030`".to_owned())
}

/// Writes a picture of a value: `exports.plot(title="Exports")`.
pub(crate) fn plots(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let method =
        draft.at(1) == "." && matches!(draft.at(2), "plot" | "bar" | "line" | "hist" | "plot_line");
    (method && context.may_be_value(draft.at(0)) && draft.at(3) == "(").then_some(())?;
    let close = draft.close(3)?;
    draft.ends_line(close + 1).then_some(())?;
    let text = (4..close)
        .find(|&k| draft.kind(k) == Some(TokenKind::Text) && draft.before(k, 2) == "title");
    let title = text.map(|k| format!(" as {}", draft.at(k))).unwrap_or_default();
    let query = if draft.at(2) == "hist" { "chart distribution of" } else { "chart" };
    let text = format!("{query} {}{title}", draft.at(0));
    draft.replace(0..close + 1, &text);
    Some("a chart is a query, `chart x as \"TITLE\"`".to_owned())
}

/// Writes the rows of a table that a pipe keeps as an index: `exports %>% filter(country == "Georgia")`.
pub(crate) fn filters(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (1..draft.len())
        .find(|&n| matches!(draft.at(n), "filter" | "subset") && draft.at(n + 1) == "(")?;
    let pipe = (1..n).find(|&k| matches!(draft.at(k), "%" | "|" | "|>"))?;
    let close = draft.close(n + 1)?;
    let set = draft.at(n + 2).to_owned();
    let element = draft.at(n + 4).trim_matches('"').to_owned();
    let one = matches!(draft.at(n + 3), "=" | "==") && n + 5 == close && draft.ends_line(close + 1);
    (one && context.elements(&set).contains(&element.as_str())).then_some(())?;
    let equals = draft.outside("=", 0).filter(|&k| k < pipe);
    let from = equals.map_or(0, |k| k + 1);
    let text = format!("{}[{element}]", draft.show(from..pipe));
    let text = if from == 0 { format!("show {text}") } else { text };
    draft.replace(from..close + 1, &text);
    Some("an element is written in square brackets behind the name".to_owned())
}

/// Writes a value for each year in a scenario as a path: `rate = [5%, 6%, 7%]`.
pub(crate) fn yearly(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (2..draft.len()).find(|&n| draft.at(n) == "[" && draft.before(n, 1) == "=")?;
    let close = draft.close(n)?;
    let list = draft.show(n + 1..close);
    let (first, last) = context.years()?;
    let values: Vec<&str> = list.split(',').map(str::trim).collect();
    let amounts =
        values.iter().all(|value| value.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
    let fits = i32::try_from(values.len()).is_ok_and(|count| count == last - first + 1);
    (draft.at(0) == "scenario" && amounts && fits && !list.contains(':')).then_some(())?;
    let points: Vec<String> =
        values.iter().zip(first..).map(|(value, year)| format!("{year}: {value}")).collect();
    draft.replace(n..close + 1, &format!("[{}]", points.join(", ")));
    Some("a list must name the element or the year of each value".to_owned())
}
