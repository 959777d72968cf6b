//! `why`: a tree as a table with indented names, its equations, and the answer in one sentence.

use crate::results::{Others, UnitLabel, WhyKind, WhyNode, WhyTree};

use super::grid::{Column, Grid, Row};
use super::number::{MISSING, NumberFormat};
use super::page::{Page, clean};
use super::panel::described;
use super::titled::Titled;

/// Blanks in front of a name for each level of the tree.
const INDENT: usize = 2;
/// Maximum number of equations below a tree.
const MOST_EQUATIONS: usize = 30;
/// Maximum number of parts that a sentence names.
const MOST_NAMED: usize = 3;
/// Significant digits of a share.
const DIGITS: i32 = 3;

/// Builds the table of a tree.
pub(super) fn table(tree: &WhyTree) -> Titled {
    let runs = match &tree.reference {
        Some(reference) => format!("from {} to {}", clean(reference), clean(&tree.scenario)),
        None => clean(&tree.scenario),
    };
    let title = [described(&tree.title, &tree.expression), tree.year.to_string(), runs].join(", ");
    let mut rows = Vec::new();
    add(&mut rows, &tree.root, tree.year, "", 0);
    let headings = match &tree.reference {
        Some(reference) => vec![clean(reference), clean(&tree.scenario), "share".to_owned()],
        None => vec!["value".to_owned(), "effect of 1% more".to_owned()],
    };
    let column = |heading| Column { group: String::new(), heading };
    let grid = Grid { columns: headings.into_iter().map(column).collect(), rows };
    Titled { title, remarks: Vec::new(), grid, sentence: sentence(tree) }
}

/// Renders a tree for a terminal: the table, its equations and the sentence.
pub(super) fn lines(tree: &WhyTree, page: Page) -> Vec<String> {
    let mut lines = Titled { sentence: String::new(), ..table(tree) }.lines(page);
    let equations = equations(tree);
    if !equations.is_empty() {
        lines.push(String::new());
    }
    for equation in equations.iter().take(MOST_EQUATIONS) {
        lines.extend(page.wrapped(&clean(equation), 4));
    }
    if let Some(more) = equations.len().checked_sub(MOST_EQUATIONS).filter(|more| *more > 0) {
        lines.push(format!("and {more} more equations"));
    }
    lines.push(String::new());
    lines.extend(page.wrapped(&sentence(tree), 0));
    lines
}

/// Returns the equations of the values whose parts are shown, each once.
pub(super) fn equations(tree: &WhyTree) -> Vec<&str> {
    let mut equations = Vec::new();
    collect(&tree.root, &mut equations);
    equations
}

/// Adds the rows of a node and the nodes below it. `share` is the edge to the node above, as text.
fn add(rows: &mut Vec<Row>, node: &WhyNode, year: i32, share: &str, level: usize) {
    let mut label = format!("{}{}", " ".repeat(INDENT * level), clean(&node.name));
    if node.year != year {
        label.push_str(&format!(" in {}", node.year));
    }
    label.push_str(&remark(node));
    let value = |value: f64| NumberFormat::fit(&node.unit, [Some(value)]).quantity(Some(value));
    let mut cells: Vec<String> = node.before.iter().map(|&before| value(before)).collect();
    cells.extend([value(node.value), share.to_owned()]);
    rows.push(Row::Cells(label, cells));
    let format = share_format(node);
    for part in &node.parts {
        let share = part.share.map_or(MISSING.to_owned(), |share| signed(&format, share));
        add(rows, part, node.year, &share, level + 1);
    }
    if let Some(Others { count, share }) = node.others {
        let name = if count == 1 { "1 other".to_owned() } else { format!("{count} others") };
        let label = format!("{}{name}", " ".repeat(INDENT * (level + 1)));
        let share = share.map_or(MISSING.to_owned(), |share| signed(&format, share));
        let mut cells: Vec<String> = node.before.iter().map(|_| String::new()).collect();
        cells.extend([String::new(), share]);
        rows.push(Row::Cells(label, cells));
    }
}

/// Describes the type of a node; empty for a plain computed value.
fn remark(node: &WhyNode) -> String {
    match &node.kind {
        WhyKind::Computed | WhyKind::Deeper => String::new(),
        WhyKind::Repeated => ", as above".to_owned(),
        WhyKind::Without => ", no contributions".to_owned(),
        WhyKind::Solved { count, residual } => {
            let residual = match residual {
                Some(0.0) => ", residual 0".to_owned(),
                Some(residual) => format!(", residual {residual:.0e}"),
                None => String::new(),
            };
            format!(", solved together: {count} equations{residual}")
        }
        WhyKind::Given(origin) => {
            let keys = origin.sources.iter().map(|key| format!("@{}", clean(key)));
            let folder_less = origin.file.rsplit(['/', '\\']).next().unwrap_or("");
            let line = match folder_less {
                "" => format!("line {}", origin.line),
                file => format!("{}:{}", clean(file), origin.line),
            };
            let parts: Vec<String> = keys.chain([line, clean(&origin.row)]).collect();
            let parts: Vec<&str> =
                parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
            let scenario = match origin.scenario.as_str() {
                "" => String::new(),
                name => format!(" in {}", clean(name)),
            };
            format!(", given{scenario} {}", parts.join(" ")).trim_end().to_owned()
        }
    }
}

/// Returns the number format for the shares of a node's parts, in the node's unit.
fn share_format(node: &WhyNode) -> NumberFormat {
    let shares: Vec<Option<f64>> = node
        .parts
        .iter()
        .map(|part| part.share)
        .chain([node.others.and_then(|others| others.share)])
        .collect();
    share_format_of(&node.unit, &shares)
}

fn share_format_of(unit: &UnitLabel, shares: &[Option<f64>]) -> NumberFormat {
    let largest = shares.iter().flatten().map(|share| share.abs()).fold(0.0, f64::max);
    let format = NumberFormat::fit(unit, shares.iter().copied()).of_differences();
    if largest > 0.0 { format.resolving(largest, DIGITS) } else { format }
}

fn signed(format: &NumberFormat, value: f64) -> String {
    let sign = if value > 0.0 { "+" } else { "" };
    format!("{sign}{}", format.quantity(Some(value)))
}

/// Collects the equations of the nodes whose parts are shown, each once.
fn collect<'a>(node: &'a WhyNode, found: &mut Vec<&'a str>) {
    if !node.parts.is_empty() {
        for equation in &node.equations {
            if !found.contains(&equation.as_str()) {
                found.push(equation);
            }
        }
    }
    node.parts.iter().for_each(|part| collect(part, found));
}

/// Renders the answer as one sentence.
pub(super) fn sentence(tree: &WhyTree) -> String {
    match (&tree.reference, tree.root.before) {
        (Some(reference), Some(before)) => difference(tree, reference, before),
        _ => of_value(tree),
    }
}

/// Formats the traced value: `imports[China] in 2035`.
fn asked(tree: &WhyTree) -> String {
    format!("{} in {}", clean(&tree.expression), tree.year)
}

fn of_value(tree: &WhyTree) -> String {
    let root = &tree.root;
    let value = NumberFormat::fit(&root.unit, [Some(root.value)]).quantity(Some(root.value));
    let scenario = match tree.scenario.as_str() {
        "baseline" => String::new(),
        name => format!(" in {}", clean(name)),
    };
    let is = format!("{} is {value}{scenario}", asked(tree));
    if let WhyKind::Given(_) = root.kind {
        return format!("{is}{}.", remark(root));
    }
    let format = share_format(root);
    let largest = root.parts.iter().find_map(|part| part.share.map(|share| (part, share)));
    match largest {
        Some((part, share)) if share != 0.0 => format!(
            "{is}; 1% more of {} moves it most, by {}.",
            named(part, tree.year),
            signed(&format, share)
        ),
        _ => format!("{is}."),
    }
}

fn difference(tree: &WhyTree, reference: &str, before: f64) -> String {
    let root = &tree.root;
    let off = root.value - before;
    let (asked, reference, scenario) = (asked(tree), clean(reference), clean(&tree.scenario));
    if off == 0.0 {
        return format!("{asked} is the same in {scenario} as in {reference}.");
    }
    let size = share_format_of(&root.unit, &[Some(off)]).quantity(Some(off.abs()));
    let word = if off > 0.0 { "higher" } else { "lower" };
    let mut text = format!("{asked} is {size} {word} in {scenario} than in {reference}");
    let format = share_format(root);
    let parts: Vec<String> = root
        .parts
        .iter()
        .take(MOST_NAMED)
        .filter_map(|part| {
            let share = part.share?;
            Some(format!("{} accounts for {}", named(part, tree.year), signed(&format, share)))
        })
        .collect();
    if !parts.is_empty() {
        text.push_str(&format!(": {}", parts.join(", ")));
    }
    let is_given = matches!(root.kind, WhyKind::Given(_));
    if let Some(input) = last_of_largest(root).filter(|_| !is_given) {
        let shown =
            |value: f64| NumberFormat::fit(&input.unit, [Some(value)]).quantity(Some(value));
        let (from, to) = (input.before.map_or(MISSING.to_owned(), shown), shown(input.value));
        text.push_str(&format!(
            "; followed down, the largest part is due to {} ({from} to {to})",
            named(input, tree.year)
        ));
    }
    text + "."
}

/// Follows the largest part of each node down to a given value; `None` if the tree does not reach one.
fn last_of_largest(node: &WhyNode) -> Option<&WhyNode> {
    match (&node.kind, node.parts.first()) {
        (WhyKind::Given(_), _) => Some(node),
        (_, Some(first)) => last_of_largest(first),
        _ => None,
    }
}

fn named(node: &WhyNode, year: i32) -> String {
    let name = clean(&node.name);
    if node.year == year { name } else { format!("{name} in {}", node.year) }
}
