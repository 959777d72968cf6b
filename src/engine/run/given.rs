//! The message about a given value that is defined by itself.

use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{CellIndex, Plan};

/// Maximum number of values of a cycle that the message names.
const MOST_NAMED: usize = 8;

/// Reports a cycle of values: each reads the next, and the last is the first again.
pub(super) fn cycle(plan: &Plan<'_>, cycle: &[CellIndex]) -> Diagnostic {
    let model = plan.variant.model;
    let name = |index: &CellIndex| {
        let point = plan.layout.point(*index);
        model.cell_name(&model.quantities[point.quantity], &point.cell)
    };
    let mut names: Vec<String> = cycle.iter().map(name).collect();
    let (first, read) = (names[0].clone(), names.get(1).cloned().unwrap_or_default());
    let alone = first == read;
    if names.len() > MOST_NAMED {
        names.splice(MOST_NAMED - 1..names.len() - 1, ["...".to_owned()]);
    }
    let way = names.join("` -> `");
    let start = plan.layout.point(cycle[0]);
    let year = start.year;
    let message = match alone {
        true => format!("`{first}` is defined by itself in {year}"),
        false => format!("`{first}` is defined by itself in {year}: `{way}`"),
    };
    let mut rules = Vec::new();
    plan.variant.rules(&start, &mut rules);
    let found = Diagnostic::error(Code::GivenCycle, message);
    let found = match rules.last() {
        Some(rule) => found.at(rule.span(model), format!("reads `{read}`")),
        None => found,
    };
    let quantity = |index: CellIndex| model.quantities[plan.layout.quantity(index)].name.as_str();
    match (plan.is_changed(cycle[0]), alone) {
        (true, true) => found.help(format!("read its value in the baseline: `baseline({read})`")),
        (true, false) => found.help(format!(
            "read the value in the baseline, `baseline({read})`, or change `{}` by `*=`",
            quantity(cycle[0])
        )),
        (false, _) => found.help(format!(
            "give `{first}` a value that does not read itself; `{} *= ...` changes a given value",
            quantity(cycle[0])
        )),
    }
}
