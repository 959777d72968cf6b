//! Tables of Stata by the elements of a set: `tabstat x, by(partner)`, `tab partner, sum(x)`, `table (partner) (sector),
//! stat(total x)`, `by partner: summarize x`, `mean x, over(partner)`.
//!
//! In: a statement. Out: a query of all elements, or a variable whose other indices are added up.

use crate::syntax::mend::context::{Context, index_letter};
use crate::syntax::mend::draft::Draft;

/// Commands that make a table of values.
const COMMANDS: [&str; 16] = [
    "tabstat",
    "summarize",
    "summarise",
    "summ",
    "su",
    "sum",
    "mean",
    "total",
    "tab",
    "ta",
    "tabulate",
    "table",
    "list",
    "tab1",
    "tab2",
    "codebook",
];
/// Options that name sets, and the statistics of a value.
const BY: [&str; 3] = ["by", "over", "across"];
/// Functions of Stata, each with the function of Mizan.
const FUNCTIONS: [(&str, &str); 9] = [
    ("total", "sum"),
    ("sum", "sum"),
    ("mean", "mean"),
    ("average", "mean"),
    ("max", "max"),
    ("min", "min"),
    ("median", "mean"),
    ("p50", "mean"),
    ("summarize", "mean"),
];

/// Writes a table of values by sets.
pub(crate) fn tables(draft: &mut Draft, context: &Context<'_>) -> Option<String> {
    let end = draft.line_end(0);
    let prefix = match draft.at(0) {
        "by" | "bys" | "bysort" => draft.outside(":", 1)? + 1,
        _ => 0,
    };
    let command = draft.at(prefix).to_lowercase();
    (COMMANDS.contains(&command.as_str()) && draft.at(prefix + 1) != "=").then_some(())?;
    let words = || (0..end).filter(|&n| n != prefix && draft.is_word(n));
    let mut sets: Vec<&str> = Vec::new();
    for set in words().filter_map(|n| context.set_named(draft.at(n))) {
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    let option = words().any(|n| BY.contains(&draft.at(n)) && draft.at(n + 1) == "(");
    let crossed = command.starts_with("ta") && command != "tabstat";
    ((option || prefix > 0 || crossed) && !sets.is_empty()).then_some(())?;
    let is_option = |n: usize| {
        let known = FUNCTIONS.iter().any(|(word, _)| *word == draft.at(n));
        known || draft.at(n + 1) == "("
    };
    let mut values: Vec<String> = Vec::new();
    for n in words().filter(|&n| n > prefix.saturating_sub(usize::from(prefix == 0))) {
        let name = draft.at(n);
        let option = is_option(n) && !context.declares(name);
        let value = match context.axes(name) {
            Some(axes) => !axes.is_empty(),
            None => is_value(name, context),
        };
        if value
            && !option
            && context.set_named(name).is_none()
            && !values.iter().any(|v| v == name)
        {
            values.push(name.to_owned());
        }
    }
    if values.is_empty() {
        return counted(draft, &sets, context);
    }
    let function = words()
        .filter(|&n| n > prefix)
        .find_map(|n| FUNCTIONS.iter().find(|(word, _)| *word == draft.at(n)))
        .map_or("mean", |(_, own)| own);
    let function = if command == "total" { "sum" } else { function };
    let (mut lines, mut shown) = (Vec::new(), Vec::new());
    for value in &values {
        let (line, own) = by_sets(value, &sets, function, context)?;
        lines.extend(line);
        shown.push(own);
    }
    lines.push(format!("show {}", shown.join(", ")));
    draft.replace(0..end, &lines.join("\n"));
    Some("a query shows each element of a set, `x[*]`, in each year".to_owned())
}

/// Returns what a query shows of a value by some sets, and the variable for it if other indices are added up.
fn by_sets(
    value: &str,
    sets: &[&str],
    function: &str,
    context: &Context<'_>,
) -> Option<(Option<String>, String)> {
    let axes = axes(value, context);
    let kept: Vec<&str> = sets.iter().copied().filter(|set| axes.contains(set)).collect();
    (!kept.is_empty()).then_some(())?;
    if axes.len() == kept.len() {
        return Some((None, format!("{value}[{}]", vec!["*"; axes.len()].join(", "))));
    }
    let mut letters: Vec<String> = Vec::new();
    for set in &kept {
        letters.push(index_letter(set, |letter| letters.iter().any(|own| own == letter)));
    }
    let heads: Vec<String> =
        letters.iter().zip(&kept).map(|(letter, set)| format!("{letter}: {set}")).collect();
    let index: Vec<&str> = axes
        .iter()
        .map(|axis| kept.iter().position(|set| set == axis))
        .map(|at| at.and_then(|at| letters.get(at)).map_or("*", String::as_str))
        .collect();
    let name = format!("{value}_by_{}", kept.join("_"));
    let line = format!(
        "var {name}[{}]{} = {function}({value}[{}])",
        heads.join(", "),
        context.unit_of(value),
        index.join(", ")
    );
    Some((Some(line), name))
}

/// Writes the number of elements for a table of frequencies: `tabulate partner`.
fn counted(draft: &mut Draft, sets: &[&str], context: &Context<'_>) -> Option<String> {
    let plain = (1..draft.line_end(0)).all(|n| context.has_set(draft.at(n)));
    let [set] = sets else { return None };
    (plain && draft.at(0).starts_with("ta")).then_some(())?;
    let letter = index_letter(set, |_| false);
    let end = draft.line_end(0);
    draft.replace(0..end, &format!("show sum({letter} in {set}: 1)"));
    Some("a script has no rows to count; a set has elements".to_owned())
}

/// Returns the sets of a quantity's indices; for a name of the trade library those of its equations.
pub(crate) fn axes<'a>(value: &str, context: &Context<'a>) -> Vec<&'a str> {
    const OF_PARTNERS: [&str; 13] = [
        "balance",
        "goods_balance",
        "balance_volume",
        "turnover",
        "coverage",
        "current_balance",
        "net_lending",
        "fdi_stock",
        "services",
        "primary_income",
        "secondary_income",
        "capital_account",
        "customs_revenue",
    ];
    const OF_SECTORS: [&str; 10] = [
        "home_market",
        "value_added",
        "jobs",
        "quota_rent",
        "home_output",
        "final_demand",
        "local_purchases",
        "unsold",
        "imported_share",
        "home_price",
    ];
    if let Some(own) = context.axes(value) {
        return own;
    }
    if !context.uses_library() || context.gives(value) {
        return Vec::new();
    }
    if OF_PARTNERS.contains(&value) {
        return vec!["partner"];
    }
    if OF_SECTORS.contains(&value) {
        return vec!["sector"];
    }
    vec!["partner", "sector"]
}

/// True for the name of a quantity, also for one of the library that is the name of a kind too.
pub(crate) fn is_value(name: &str, context: &Context<'_>) -> bool {
    context.may_be_value(name)
        || context.uses_library() && matches!(name, "imports" | "exports" | "services")
}

/// Takes the group off a command that makes a value for each row: `by partner: gen g = x / x[_n-1]`.
pub(crate) fn rows(draft: &mut Draft, _: &Context<'_>) -> Option<String> {
    matches!(draft.at(0), "by" | "bys" | "bysort").then_some(())?;
    let colon = draft.outside(":", 1)?;
    let makes = matches!(draft.at(colon + 1), "gen" | "generate" | "replace");
    makes.then_some(())?;
    let word = draft.at(0).to_owned();
    draft.remove(0..colon + 1);
    Some(format!("`{word}` is not needed: an equation holds for each element"))
}
