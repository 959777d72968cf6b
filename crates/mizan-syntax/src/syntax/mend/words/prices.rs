//! Prices in words: `350 USD per tonne`, `300 USD per 1000 m3`, `60_000 vehicles at 12_000 USD`.
//!
//! In: a value with a price. Out: the price with `/` and its unit, or the product of a number and a price.

use crate::syntax::mend::context::Context;
use crate::syntax::mend::draft::Draft;
use crate::syntax::mend::words::worded::{figure_end, glue_signs, is_scale, starts};

/// Writes a price for a unit with `/`, and declares the unit: `350 USD per tonne`, `12_000 USD/vehicle`.
pub(crate) fn prices(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    const TIMES: [&str; 9] =
        ["year", "annum", "month", "quarter", "week", "day", "cent", "years", "yr"];
    let money = |n: usize| draft.at(n) == context.currency() || context.is_unit(draft.at(n));
    let number =
        |n: usize| draft.is_number(n) || n > 0 && is_scale(draft.at(n)) && draft.is_number(n - 1);
    let begins = starts(draft).first().copied()?;
    let n = (begins + 1..draft.len()).find(|&n| {
        let sign = draft.at(n + 1) == "per"
            || draft.at(n + 1) == "/" && draft.touches(n + 1) && draft.touches(n + 2);
        money(n) && number(n - 1) && sign && draft.is_name(unit_at(draft, n))
    })?;
    let place = unit_at(draft, n);
    let unit = draft.at(place).to_owned();
    let known = context.is_unit(&unit);
    let slash = draft.at(n + 1) == "/";
    // A name that other lines have is no unit.
    let other = slash && (known || context.mentions(&unit) > 1) || context.declares(&unit);
    (!TIMES.contains(&unit.as_str()) && !other).then_some(())?;
    // `300 USD per 1000 m3`
    let text = format!("{}/{}", draft.at(n), draft.show(n + 2..place + 1));
    draft.replace(n..place + 1, &text);
    if !known {
        draft.insert_line(&format!("unit {unit}"));
    }
    Some(match known {
        true => format!("a price for one {unit} is written `USD/{unit}`"),
        false => format!("`{unit}` is a unit of its own, which a line declares"),
    })
}

/// Returns the position of the unit behind `per` at `n + 1`, which may have a number before it.
fn unit_at(draft: &Draft, n: usize) -> usize {
    n + 2 + usize::from(draft.at(n + 1) == "per" && draft.is_number(n + 2))
}

/// Writes a number of things at a price as a product: `60_000 vehicles at 12_000 USD`.
pub(crate) fn priced(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let (n, at) = starts(draft).into_iter().find_map(|n| {
        draft.is_number(n).then_some(())?;
        let scale = n + 1 + usize::from(is_scale(draft.at(n + 1)));
        let stop = (scale..scale + 3).find(|&k| matches!(draft.at(k), "at" | "x" | "×" | "@"))?;
        ((scale..stop).all(|k| draft.is_name(k)) && draft.is_number(stop + 1)).then_some((n, stop))
    })?;
    let end = figure_end(draft, at + 1)?;
    let price = draft.show(at + 1..end);
    price.ends_with(context.currency()).then_some(())?;
    let scale = n + 1 + usize::from(is_scale(draft.at(n + 1)));
    let each = match draft.at(end) {
        "each" | "apiece" => 1,
        "per" | "a" if draft.is_word(end + 1) => 2,
        _ => 0,
    };
    let text = format!("{} * {price}", draft.show(n..scale));
    draft.replace(n..end + each, &text);
    glue_signs(draft, n + Draft::of(&text).len());
    Some("a quantity at a price is a product, `500 * 250_000 USD`".to_owned())
}
