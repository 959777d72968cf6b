//! A report as a workbook: a sheet for each query, native charts, and the script with its data.
//!
//! Numbers are numbers in base units, in a format that shows them in the scale of their heading. A text is
//! never a formula. The same report gives the same bytes: the workbook has no date.

mod answers;
mod background;
mod explained;
mod fits;
mod panels;
mod read;
mod sheet;
mod waterfall;
mod write;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::report::panel::charted;
use crate::results::{Answer, Background, CheckOutcome, Report};

use super::carried::carried;
pub(super) use read::{carried_text, cell_differences};
use sheet::{CellStyle, Sheet};

/// Name of the sheet with the embedded script, files, options and answers.
pub(super) const CARRIED: &str = "mizan-memo";
/// Maximum number of characters in a cell of the embedded sheet.
const CHUNK: usize = 30_000;

/// Writes a report as a workbook.
///
/// # Errors
/// None in practice: all names are short enough and all ranges fit a sheet.
pub(super) fn xlsx(report: &Report, background: &Background) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let date = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(super::page::clean(&report.title))
        .set_comment(format!("Mizan {}", env!("CARGO_PKG_VERSION")))
        .set_creation_datetime(&date);
    workbook.set_properties(&properties);
    let mut formats = write::Formats::default();
    for sheet in sheets(report, background) {
        write::sheet(&mut workbook, &sheet, &mut formats)?;
    }
    let carried = carried(report, background).to_string();
    let page = workbook.add_worksheet();
    page.set_name(CARRIED)?.set_hidden(true);
    let letters: Vec<char> = carried.chars().collect();
    for (row, chunk) in letters.chunks(CHUNK).enumerate() {
        page.write_string(row as u32, 0, chunk.iter().collect::<String>())?;
    }
    workbook.save_to_buffer()
}

/// Makes all visible sheets of a workbook.
fn sheets(report: &Report, background: &Background) -> Vec<Sheet> {
    let mut sheets = vec![background::about(report, background)];
    let mut checks: Vec<&CheckOutcome> = Vec::new();
    let levels = report.sampling.as_ref().map_or(&[][..], |sampling| &sampling.levels);
    for (at, answer) in report.answers.iter().enumerate() {
        let name = |word: &str| format!("{} {word}", at + 1);
        sheets.push(match answer {
            Answer::Show { panels } => panels::sheet(&name("show"), panels, levels, false),
            Answer::Chart { panels } => {
                panels::sheet(&name("chart"), &charted(panels), levels, true)
            }
            Answer::Distribution { histograms } => {
                answers::histograms(&name("distribution"), histograms, levels)
            }
            Answer::Compare { comparisons, .. } => {
                answers::comparisons(&name("compare"), comparisons, levels)
            }
            Answer::Find(found) => answers::found(&name("find"), found),
            Answer::Sweep { axes, tables } => answers::swept(&name("sweep"), axes, tables),
            Answer::Calibrate(found) => fits::calibrated(&name("calibrate"), found),
            Answer::Discover(found) => fits::discovered(&name("discover"), found),
            Answer::Robust(found) => fits::robust(&name("robust"), found),
            Answer::Why { trees } => explained::trees(&name("why"), trees),
            Answer::Sensitivity { tables } => explained::effects(&name("sensitivity"), tables),
            Answer::Check(outcome) => {
                checks.push(outcome);
                continue;
            }
        });
    }
    if !checks.is_empty() {
        sheets.push(answers::checks(&checks));
    }
    sheets.extend(background::behind(background));
    for sheet in &mut sheets {
        if sheet.rows.is_empty() {
            sheet.line("no values", CellStyle::Faint);
        }
    }
    sheets
}
