//! Sums over conditions of a spreadsheet: `SUMPRODUCT((partner="China")*(sector="food")*sales)`, and criteria that are
//! joined from parts, `">"&2`.

use crate::syntax::mend::context::{Context, index_letter};
use crate::syntax::mend::draft::Draft;
use crate::syntax::token::TokenKind;

/// An index of the values: its set, and the element that a condition names.
struct Axis<'a> {
    set: &'a str,
    letter: String,
    element: Option<String>,
}

/// True for a text that may have such a sum.
pub(crate) fn may_have(text: &str) -> bool {
    text.contains(['S', 's']) && text.to_lowercase().contains("sumproduct(")
}

/// Writes a sum of products with conditions as a sum over the sets.
pub(crate) fn conditions(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let n = (0..draft.len())
        .find(|&n| draft.at(n).eq_ignore_ascii_case("sumproduct") && draft.at(n + 1) == "(")?;
    let close = draft.close(n + 1)?;
    let inside = Draft::of(&draft.show(n + 2..close));
    let (mut axes, mut conditions, mut values): (Vec<Axis<'_>>, Vec<Draft>, Vec<Draft>) =
        (Vec::new(), Vec::new(), Vec::new());
    let mut chosen = false;
    for factor in factors(&inside)? {
        let sign = matches!(factor.at(1), "=" | "==" | "<" | ">" | "<=" | ">=" | "!=");
        let element = factor.before(factor.len(), 1).trim_matches(['"', '\'']).to_owned();
        let set = factor.at(0).to_owned();
        if sign
            && matches!(factor.at(1), "=" | "==")
            && context.elements(&set).contains(&element.as_str())
        {
            let set = context.set_of(&set)?;
            axis(&mut axes, set).element = Some(element);
            chosen = true;
        } else if sign {
            conditions.push(factor);
            chosen = true;
        } else {
            values.push(factor);
        }
    }
    chosen.then_some(())?;
    let named = conditions.iter().chain(&values).flat_map(|part| {
        (0..part.len()).filter(|&n| part.is_name(n)).filter_map(|n| context.axes(part.at(n)))
    });
    for set in named.flatten() {
        axis(&mut axes, set);
    }
    let with_index = |mut part: Draft| -> String {
        for n in (0..part.len()).rev().filter(|&n| part.at(n + 1) != "[").collect::<Vec<_>>() {
            let Some(own) = context.axes(part.at(n)).filter(|own| !own.is_empty()) else {
                continue;
            };
            let index: Vec<String> = own
                .iter()
                .filter_map(|set| axes.iter().find(|axis| axis.set == *set))
                .map(|axis| axis.element.clone().unwrap_or_else(|| axis.letter.clone()))
                .collect();
            let name = part.at(n).to_owned();
            part.replace(n..n + 1, &format!("{name}[{}]", index.join(", ")));
        }
        part.text().trim().to_owned()
    };
    let body: Vec<String> = values.into_iter().map(&with_index).collect();
    let body = if body.is_empty() { "1".to_owned() } else { body.join(" * ") };
    let conditions: Vec<String> = conditions.into_iter().map(&with_index).collect();
    let binders: Vec<String> = axes
        .iter()
        .filter(|axis| axis.element.is_none())
        .map(|axis| format!("{} in {}", axis.letter, axis.set))
        .collect();
    let text = match (binders.is_empty(), conditions.is_empty()) {
        (true, true) => body,
        (true, false) => return None,
        (false, true) => format!("sum({}: {body})", binders.join(", ")),
        (false, false) => {
            format!("sum({} where {}: {body})", binders.join(", "), conditions.join(" and "))
        }
    };
    draft.replace(n..close + 1, &text);
    Some("a sum names its sets and has its conditions behind `where`".to_owned())
}

/// Splits a product at `*` and `,`; takes the brackets and the signs of each factor off.
fn factors(inside: &Draft) -> Option<Vec<Draft>> {
    let (mut list, mut from) = (Vec::new(), 0);
    while from < inside.len() {
        let star = inside.outside("*", from).unwrap_or(inside.len());
        let comma = inside.outside(",", from).unwrap_or(inside.len());
        let end = star.min(comma);
        let mut factor = Draft::of(&inside.show(from..end));
        while factor.at(0) == "-" {
            factor.remove(0..1);
        }
        while factor.at(0) == "(" && factor.close(0) == Some(factor.len() - 1) {
            factor = Draft::of(&factor.show(1..factor.len() - 1));
        }
        (factor.len() > 0).then(|| list.push(factor))?;
        from = end + 1;
    }
    Some(list)
}

/// Returns the axis of a set; adds it if it is new.
fn axis<'l, 'a>(axes: &'l mut Vec<Axis<'a>>, set: &'a str) -> &'l mut Axis<'a> {
    let at = axes.iter().position(|axis| axis.set == set).unwrap_or_else(|| {
        let letter = index_letter(set, |letter| axes.iter().any(|axis| axis.letter == letter));
        axes.push(Axis { set, letter, element: None });
        axes.len() - 1
    });
    &mut axes[at]
}

/// Joins the parts of a criterion: `">"&2`.
pub(crate) fn joined(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    let n = (1..draft.len()).find(|&n| {
        let sign = draft.before(n, 1).trim_matches('"');
        draft.at(n) == "&"
            && draft.kind(n - 1) == Some(TokenKind::Text)
            && matches!(sign, "<" | ">" | "<=" | ">=" | "=" | "<>")
            && (draft.is_number(n + 1) || draft.kind(n + 1) == Some(TokenKind::Text))
    })?;
    let sign = draft.before(n, 1).trim_matches('"').to_owned();
    let value = draft.at(n + 1).trim_matches('"').to_owned();
    draft.replace(n - 1..n + 2, &format!("\"{sign}{value}\""));
    Some("a condition is written without quotes, behind `where`".to_owned())
}
