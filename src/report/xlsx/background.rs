//! The sheets around the answers: the memo's head, levers, assumptions and the script.

use crate::report::broken;
use crate::report::carried::sha256;
use crate::report::page::clean;
use crate::results::{Background, Report};

use super::sheet::{CellStyle, Sheet, SheetCell, head, text};

/// Makes the first sheet: title, question and answer, scenarios, sources, and the origin of the workbook.
pub(super) fn about(report: &Report, background: &Background) -> Sheet {
    let mut sheet = Sheet::named("About");
    sheet.widths = vec![24.0, 100.0];
    sheet.line(&clean(&report.title), CellStyle::Title);
    if let Some((heading, lines)) = broken::mark(&report.broken_identities) {
        sheet.line(heading, CellStyle::Bad);
        lines.iter().for_each(|line| sheet.line(line, CellStyle::Bad));
    }
    let pair = |label: &str, value: &str| {
        vec![text(label), SheetCell::Text(clean(value), CellStyle::Wrapped)]
    };
    if !background.question.is_empty() {
        sheet.rows.push(pair("Question", &background.question));
    }
    for paragraph in &background.answer {
        sheet.rows.push(pair("Answer", paragraph));
    }
    let (first, last) = report.years;
    sheet.rows.push(pair("Years", &format!("{first} to {last}")));
    sheet.rows.push(pair("Currency", &report.currency));
    for scenario in &background.scenarios {
        sheet.gap();
        sheet.rows.push(pair(&format!("Scenario {}", clean(&scenario.name)), &scenario.title));
        sheet.rows.extend(scenario.changes.iter().map(|change| pair("", change)));
    }
    sheet.gap();
    let units = "Cells hold unrounded numbers in base units: money in units of the currency, shares as fractions. \
                 Their formats show them in the unit of the heading.";
    sheet.rows.push(pair("Numbers", units));
    sheet.rows.push(pair("Program", &format!("Mizan {}", env!("CARGO_PKG_VERSION"))));
    let draws = match &report.sampling {
        Some(simulation) => {
            format!("{}, {}, seed {}", simulation.draws, simulation.method, simulation.seed)
        }
        None => "none: every distribution has its median".to_owned(),
    };
    sheet.rows.push(pair("Draws", &draws));
    for edit in &background.options.set {
        sheet.rows.push(pair("Value replaced", edit));
    }
    for input in &background.inputs {
        let hash = format!("{}, SHA-256 {}", clean(&input.name), sha256(&input.bytes));
        sheet.rows.push(pair("Input", &hash));
    }
    sheet.gap();
    for note in &report.sources {
        sheet.rows.push(pair(&format!("@{}", clean(&note.key)), &note.citation));
    }
    sheet
}

/// Makes the sheets of levers with formulas, assumptions with sources, and the script.
pub(super) fn behind(background: &Background) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    if !background.levers.is_empty() {
        let mut sheet = Sheet::named("Levers");
        sheet.widths = vec![24.0, 20.0, 90.0, 60.0];
        sheet.frozen = (1, 0);
        sheet.rows.push(["Lever", "Kind", "Value or equation", "Meaning"].map(head).to_vec());
        for lever in &background.levers {
            sheet.rows.push(vec![
                text(&clean(&lever.name)),
                text(&clean(&lever.kind)),
                text(&clean(&lever.title)),
                SheetCell::Text(clean(&lever.about), CellStyle::Wrapped),
            ]);
            let formulas = lever.equations.iter().map(|equation| (equation, ""));
            let fields = lever.fields.iter().map(|(field, meaning)| (field, meaning.as_str()));
            for (formula, meaning) in fields.chain(formulas) {
                let code = SheetCell::Text(clean(formula), CellStyle::Code);
                sheet.rows.push(vec![
                    SheetCell::Empty,
                    SheetCell::Empty,
                    code,
                    text(&clean(meaning)),
                ]);
            }
        }
        sheets.push(sheet);
    }
    if !background.assumptions.is_empty() {
        let mut sheet = Sheet::named("Assumptions");
        sheet.widths = vec![40.0, 60.0, 30.0, 24.0, 8.0];
        sheet.frozen = (1, 0);
        sheet.rows.push(["Figure", "Value", "Belongs to", "Source", "Line"].map(head).to_vec());
        for one in &background.assumptions {
            let source = match one.sources.is_empty() {
                true => SheetCell::Text("no source".to_owned(), CellStyle::Bad),
                false => text(&clean(&format!("@{}", one.sources.join(", @")))),
            };
            sheet.rows.push(vec![
                text(&clean(&one.name)),
                SheetCell::Text(clean(&one.value), CellStyle::Code),
                text(&clean(&one.owner)),
                source,
                SheetCell::Number(one.line as f64, "0".to_owned()),
            ]);
        }
        sheets.push(sheet);
    }
    if let Some(script) = background.inputs.first() {
        let mut sheet = Sheet::named("Script");
        sheet.widths = vec![160.0];
        for line in String::from_utf8_lossy(&script.bytes).lines() {
            sheet.line(&crate::diagnostic::sanitize(line), CellStyle::Code);
        }
        sheets.push(sheet);
    }
    sheets
}
