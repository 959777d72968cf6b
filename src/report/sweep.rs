//! `sweep`: a table over one input, a table for each value over two, and a sentence about the result.

use crate::results::{SweepAxis, SweepTable, of_cell};

use super::grid::{Column, Grid, Row};
use super::number::NumberFormat;
use super::page::clean;
use super::panel::described;
use super::titled::Titled;

/// Significant digits of the values in a table, relative to their range.
const DIGITS: i32 = 3;
/// Maximum number of tables that get a sentence.
const MOST_SENTENCES: usize = 4;

/// Builds the tables of a sweep.
pub(super) fn tables(axes: &[SweepAxis], tables: &[SweepTable]) -> Vec<Titled> {
    match axes {
        [only] => tables
            .chunk_by(|a, b| a.expression == b.expression)
            .map(|tables| by_one(only, tables))
            .collect(),
        [down, across] => tables.iter().map(|table| by_two(down, across, table)).collect(),
        _ => Vec::new(),
    }
}

/// Names a table by what distinguishes it from the other tables: elements, scenario or year.
pub(super) fn name(table: &SweepTable, tables: &[SweepTable]) -> String {
    let several = |differs: &dyn Fn(&SweepTable) -> bool| tables.iter().any(differs);
    let mut parts: Vec<String> = Vec::new();
    if !table.elements.is_empty() {
        parts.push(clean(&table.elements.join(", ")));
    }
    if several(&|other| other.scenario != table.scenario) {
        parts.push(clean(&table.scenario));
    }
    if several(&|other| other.year != table.year) {
        parts.push(table.year.to_string());
    }
    if parts.is_empty() { clean(&table.scenario) } else { parts.join(", ") }
}

/// Returns the description of a table's value, with its elements if the table is the only one.
pub(super) fn title(table: &SweepTable, alone: bool) -> String {
    let expression = clean(&table.expression);
    if alone { described(&table.title, &expression) } else { expression }
}

/// Formats the values of an axis.
pub(super) fn labels(axis: &SweepAxis) -> Vec<String> {
    let values = || axis.values.iter().copied().map(Some);
    let format = NumberFormat::fit(&axis.unit, values()).without_idle_zeros(values());
    values().map(|value| format.quantity(value)).collect()
}

/// Chooses a number format whose digits suffice for the range of the values.
pub(super) fn format<'a>(
    values: impl Iterator<Item = &'a Option<f64>>,
    of: &SweepTable,
) -> NumberFormat {
    let values: Vec<f64> = values.copied().flatten().collect();
    let format = NumberFormat::fit(&of.unit, values.iter().copied().map(Some));
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high > low { format.resolving(high - low, DIGITS) } else { format }
}

fn titled(parts: &[String], grid: Grid) -> Titled {
    let parts: Vec<&str> =
        parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    Titled { title: parts.join(", "), grid, ..Titled::default() }
}

/// Returns the year if all tables share it.
fn year(tables: &[SweepTable]) -> String {
    match tables {
        [first, others @ ..] if others.iter().all(|other| other.year == first.year) => {
            first.year.to_string()
        }
        _ => String::new(),
    }
}

fn by_one(axis: &SweepAxis, tables: &[SweepTable]) -> Titled {
    let Some(first) = tables.first() else { return Titled::default() };
    let format = format(tables.iter().flat_map(|table| &table.values), first);
    let over = format!("by {}", clean(&axis.input));
    let parts = [title(first, tables.len() == 1), year(tables), over, format.unit()];
    let column = |table: &SweepTable| Column { group: String::new(), heading: name(table, tables) };
    let rows = labels(axis).into_iter().enumerate().map(|(row, label)| {
        let cell = |table: &SweepTable| format.number(table.values.get(row).copied().flatten());
        Row::Cells(label, tables.iter().map(cell).collect())
    });
    let grid = Grid { columns: tables.iter().map(column).collect(), rows: rows.collect() };
    titled(&parts, grid)
}

fn by_two(down: &SweepAxis, across: &SweepAxis, table: &SweepTable) -> Titled {
    let format = format(table.values.iter(), table);
    let over = format!("by {} (down)", clean(&down.input));
    let scenario = clean(&table.scenario);
    let parts = [title(table, true), table.year.to_string(), scenario, over, format.unit()];
    let column = |heading| Column { group: clean(&across.input), heading };
    let width = across.values.len();
    let rows = labels(down).into_iter().enumerate().map(|(row, label)| {
        let cell = |n: usize| format.number(table.values.get(row * width + n).copied().flatten());
        Row::Cells(label, (0..width).map(cell).collect())
    });
    let grid =
        Grid { columns: labels(across).into_iter().map(column).collect(), rows: rows.collect() };
    titled(&parts, grid)
}

/// Describes the first few tables, one sentence each.
pub(super) fn sentence(axes: &[SweepAxis], tables: &[SweepTable]) -> String {
    let sentences = tables.iter().take(MOST_SENTENCES).map(|table| of_table(axes, table, tables));
    let mut text = sentences.collect::<Vec<_>>().join(" ");
    if let Some(more) = tables.len().checked_sub(MOST_SENTENCES).filter(|more| *more > 0) {
        text.push_str(&format!(" The tables show {more} more."));
    }
    text
}

fn of_table(axes: &[SweepAxis], table: &SweepTable, tables: &[SweepTable]) -> String {
    let cell = of_cell(&table.expression, &table.elements);
    let mut what = format!("{} in {}", clean(&cell), table.year);
    if tables.iter().any(|other| other.scenario != table.scenario) || table.scenario != "baseline" {
        what.push_str(&format!(" for {}", clean(&table.scenario)));
    }
    let missing = table.values.iter().filter(|value| value.is_none()).count();
    let known: Vec<(usize, f64)> =
        table.values.iter().enumerate().filter_map(|(n, value)| value.map(|v| (n, v))).collect();
    let place = |n: usize| place(axes, n);
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return format!("{what} has no value anywhere.");
    };
    let format = format(table.values.iter(), table);
    let shown = |value: f64| format.quantity(Some(value));
    if missing == 0 && known.iter().all(|one| shown(one.1) == shown(first.1)) {
        return format!("{what} is {} throughout.", shown(first.1));
    }
    let mut text = if axes.len() == 1 {
        let (from, to) = (place(first.0), place(last.0));
        format!("{what} is {} at {from} and {} at {to}", shown(first.1), shown(last.1))
    } else {
        let by_value = |a: &&(usize, f64), b: &&(usize, f64)| a.1.total_cmp(&b.1);
        let (Some(low), Some(high)) =
            (known.iter().min_by(by_value), known.iter().max_by(by_value))
        else {
            return String::new();
        };
        format!(
            "{what} is from {} at {} to {} at {}",
            shown(low.1),
            place(low.0),
            shown(high.1),
            place(high.0)
        )
    };
    if axes.len() == 1 {
        let pairs = known.iter().zip(known.iter().skip(1));
        let changes = pairs.filter(|(a, b)| a.1 * b.1 < 0.0);
        let changes: Vec<String> = changes
            .map(|(a, b)| format!("between {} and {}", value_at(axes, a.0), value_at(axes, b.0)))
            .collect();
        if !changes.is_empty() {
            text.push_str(&format!("; it changes its sign {}", changes.join(" and ")));
        }
    } else if known.iter().any(|one| one.1 < 0.0) && known.iter().any(|one| one.1 > 0.0) {
        text.push_str("; its sign changes within the map");
    }
    if let Some(draws) = table.draws {
        let draws = NumberFormat::count().number(Some(draws as f64));
        text.push_str(&format!("; {draws} draws at each value"));
    }
    if missing > 0 {
        text.push_str(&format!("; {missing} of {} values cannot be computed", table.values.len()));
    }
    text + "."
}

/// Describes the input values of one point: `duty.rate = 5%`.
fn place(axes: &[SweepAxis], n: usize) -> String {
    let mut after = n;
    let mut parts: Vec<String> = Vec::new();
    for axis in axes.iter().rev() {
        let count = axis.values.len().max(1);
        let label = labels(axis).get(after % count).cloned().unwrap_or_default();
        parts.push(format!("{} = {label}", clean(&axis.input)));
        after /= count;
    }
    parts.reverse();
    parts.join(", ")
}

fn value_at(axes: &[SweepAxis], n: usize) -> String {
    axes.first().and_then(|axis| labels(axis).get(n).cloned()).unwrap_or_default()
}
