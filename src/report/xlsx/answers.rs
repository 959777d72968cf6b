//! The sheets of histograms, comparisons, searches, sweeps and checks.

use crate::report::compare;
use crate::report::figure::{Ink, histogram_name};
use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::report::panel::described;
use crate::report::spread::level;
use crate::report::{check, find, sweep};
use crate::results::{
    CheckOutcome, Comparison, Difference, FindAnswer, Histogram, HistogramSeries, SweepAxis,
    SweepTable,
};

use super::sheet::{
    CellStyle, Chart, ChartKind, ChartSeries, Sheet, SheetCell, SheetColumn, column, head, number,
    text,
};

/// Makes a row for each bin of a histogram: its ends, and the number of draws in it for each series.
fn bins(histogram: &Histogram, format: &str) -> impl Iterator<Item = Vec<SheetCell>> {
    histogram.edges.windows(2).enumerate().map(move |(bin, ends)| {
        let ends = ends.iter().map(|&end| number(Some(end), format));
        let count = |one: &HistogramSeries| one.counts.get(bin).map(|&count| count as f64);
        ends.chain(histogram.series.iter().map(|one| number(count(one), "#,##0"))).collect()
    })
}

/// Makes the sheet of histograms: one row per bin, one column of counts per series; statistics below, and a chart for
/// each histogram.
pub(super) fn histograms(name: &str, histograms: &[Histogram], levels: &[f64]) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.widths = vec![16.0, 16.0, 14.0];
    for histogram in histograms {
        let format = NumberFormat::fit(&histogram.unit, histogram.edges.iter().copied().map(Some));
        let written = format.spreadsheet();
        let title = described(&histogram.title, &histogram.expression);
        sheet.line(&format!("{title}, {}", histogram.year), CellStyle::Title);
        let names: Vec<String> =
            histogram.series.iter().map(|one| histogram_name(histogram, one)).collect();
        let mut heads = vec![head(&format!("from, {}", format.unit())), head("to")];
        heads.extend(names.iter().map(|name| head(&format!("draws, {name}"))));
        sheet.rows.push(heads);
        let from = sheet.next();
        sheet.rows.extend(bins(histogram, &written));
        let range = |at: usize, sheet: &Sheet| SheetColumn {
            from,
            to: sheet.next().saturating_sub(1),
            column: column(at),
        };
        let series = names.iter().enumerate().map(|(n, name)| ChartSeries {
            name: name.clone(),
            values: range(n + 2, &sheet),
            ink: Some(Ink::Series(n)),
            transparency: 0,
        });
        let chart = Chart {
            kind: ChartKind::Columns,
            alternative: format!("Histogram of {title}"),
            title: title.clone(),
            unit: "draws".to_owned(),
            format: "#,##0".to_owned(),
            categories: range(0, &sheet),
            series: series.collect(),
            ends: None,
            place: (from, column(names.len() + 3)),
        };
        sheet.charts.push(chart);
        let mut statistic = |label: &str, of: &dyn Fn(&crate::results::Spread) -> Option<f64>| {
            let mut row = vec![text(label), SheetCell::Empty];
            row.extend(histogram.series.iter().map(|one| number(of(&one.spread), &written)));
            sheet.rows.push(row);
        };
        statistic("mean", &|spread| Some(spread.mean));
        statistic("standard deviation", &|spread| Some(spread.sd));
        for (n, &of) in levels.iter().enumerate() {
            statistic(&level(of), &|spread| spread.quantiles.get(n).copied());
        }
        sheet.gap();
    }
    sheet
}

/// Makes the sheet of comparisons, one block for each: a column per scenario; rows for value, difference, draws and
/// parts; a waterfall for each scenario with parts.
pub(super) fn comparisons(name: &str, comparisons: &[Comparison], levels: &[f64]) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.widths = vec![44.0, 16.0];
    for comparison in comparisons {
        let (format, differences) = compare::formats(std::slice::from_ref(comparison));
        let (written, changes) = (format.spreadsheet(), differences.spreadsheet());
        let top = sheet.next();
        sheet.line(&compare::title(comparison, Some(comparison.year), &format), CellStyle::Title);
        let mut heads = vec![head("")];
        heads.push(head(&clean(&comparison.reference)));
        heads.extend(comparison.scenarios.iter().map(|one| head(&clean(&one.scenario))));
        sheet.rows.push(heads);
        let mut values = vec![text("value"), number(Some(comparison.reference_value), &written)];
        values.extend(comparison.scenarios.iter().map(|one| number(Some(one.value), &written)));
        sheet.rows.push(values);
        let mut row = |label: &str, of: &dyn Fn(&Difference) -> Option<f64>| {
            let mut row = vec![text(label), SheetCell::Empty];
            row.extend(comparison.scenarios.iter().map(|one| number(of(one), &changes)));
            sheet.rows.push(row);
        };
        row(&compare::difference_label(&format, &differences), &|one| Some(one.difference));
        if comparison.scenarios.iter().any(|one| one.spread.is_some()) {
            row("difference, mean", &|one| one.spread.as_ref().map(|spread| spread.mean));
            row("difference, s.d.", &|one| one.spread.as_ref().map(|spread| spread.sd));
            for (n, &of) in levels.iter().enumerate() {
                row(&format!("difference, {}", level(of)), &|one| {
                    one.spread.as_ref().and_then(|spread| spread.quantiles.get(n).copied())
                });
            }
        }
        for (part, label) in compare::levers(&comparison.scenarios) {
            row(&label, &|one| compare::part(one, part));
        }
        sheet.line(&compare::sentence(comparison), CellStyle::Wrapped);
        let first = column(comparison.scenarios.len() + 3);
        for other in comparison.scenarios.iter().filter(|one| !one.parts.is_empty()) {
            super::waterfall::add(&mut sheet, comparison, other, &format, (top, first));
        }
        sheet.gap();
    }
    sheet
}

/// Makes the sheet of a search: one row per input, and the sentence with the answer.
pub(super) fn found(name: &str, found: &FindAnswer) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.widths = vec![30.0, 16.0];
    sheet.line(&find::sentence(found), CellStyle::Wrapped);
    sheet.gap();
    let heads = ["Input", "Scenario", "Unit", "Now, least", "Now, greatest", "From", "To", "Found"];
    sheet.rows.push(heads.map(head).to_vec());
    for search in &found.searches {
        for (n, unknown) in search.unknowns.iter().enumerate() {
            let at = search.at.get(n).copied();
            let values = [unknown.now.0, unknown.now.1, unknown.low, unknown.high];
            let format =
                NumberFormat::fit(&unknown.unit, values.iter().copied().map(Some).chain([at]));
            let written = format.at_least(4, [at]).spreadsheet();
            let mut row = vec![
                text(&clean(&unknown.input)),
                text(&clean(&search.scenario)),
                text(&format.unit()),
            ];
            row.extend(values.into_iter().map(|value| number(Some(value), &written)));
            row.push(number(at, &written));
            sheet.rows.push(row);
        }
    }
    sheet
}

/// Makes the sheet of a sweep. One input: a row per value, a column per table. Two inputs: a block per table.
pub(super) fn swept(name: &str, axes: &[SweepAxis], tables: &[SweepTable]) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.widths = vec![24.0, 14.0];
    sheet.line(&sweep::sentence(axes, tables), CellStyle::Wrapped);
    sheet.gap();
    let format = |axis: &SweepAxis| {
        NumberFormat::fit(&axis.unit, axis.values.iter().copied().map(Some)).spreadsheet()
    };
    let of = |table: &SweepTable| {
        NumberFormat::fit(&table.unit, table.values.iter().copied()).spreadsheet()
    };
    match axes {
        [down] => {
            let mut heads = vec![head(&clean(&down.input))];
            heads.extend(tables.iter().map(|table| {
                head(&format!("{}, {}", clean(&table.expression), sweep::name(table, tables)))
            }));
            sheet.rows.push(heads);
            for (n, &value) in down.values.iter().enumerate() {
                let mut row = vec![number(Some(value), &format(down))];
                row.extend(
                    tables
                        .iter()
                        .map(|table| number(table.values.get(n).copied().flatten(), &of(table))),
                );
                sheet.rows.push(row);
            }
        }
        [down, across] => {
            let width = across.values.len();
            for table in tables {
                let name = sweep::name(table, tables);
                let title = format!("{}, {name}", sweep::title(table, true));
                sheet.line(&title, CellStyle::Title);
                let inputs =
                    format!("{} down, {} across", clean(&down.input), clean(&across.input));
                let mut heads = vec![head(&inputs)];
                heads.extend(across.values.iter().map(|&one| number(Some(one), &format(across))));
                sheet.rows.push(heads);
                for (n, &value) in down.values.iter().enumerate() {
                    let mut row = vec![number(Some(value), &format(down))];
                    let values = table.values.iter().skip(n * width).take(width);
                    row.extend(values.map(|&value| number(value, &of(table))));
                    sheet.rows.push(row);
                }
                sheet.gap();
            }
        }
        _ => {}
    }
    sheet
}

/// Makes the sheet of checks, one row for each: the verdict, the condition and the numbers that decided it.
pub(super) fn checks(outcomes: &[&CheckOutcome]) -> Sheet {
    let mut sheet = Sheet::named("Checks");
    sheet.widths = vec![10.0, 70.0, 18.0];
    sheet.frozen = (1, 0);
    let heads = ["Result", "Check", "Scenario", "Year", "Left", "Right", "In words", "Sources"];
    sheet.rows.push(heads.map(head).to_vec());
    for outcome in outcomes {
        let (words, _) = check::words(outcome);
        let sides = outcome.cells.iter().flat_map(|cell| [Some(cell.left), cell.right]);
        let written = NumberFormat::fit(&outcome.unit, sides).spreadsheet();
        for cell in &outcome.cells {
            let verdict = match cell.passed {
                true => SheetCell::Text("holds".to_owned(), CellStyle::Good),
                false => SheetCell::Text("fails".to_owned(), CellStyle::Bad),
            };
            let place: Vec<String> =
                cell.elements.iter().chain([&cell.scenario]).map(|part| clean(part)).collect();
            sheet.rows.push(vec![
                verdict,
                SheetCell::Text(clean(&outcome.condition), CellStyle::Code),
                text(&place.join(", ")),
                SheetCell::Number(f64::from(cell.year), "0".to_owned()),
                number(Some(cell.left), &written),
                number(cell.right, &written),
                text(&words),
                text(&outcome.sources.join(", ")),
            ]);
        }
    }
    sheet
}
