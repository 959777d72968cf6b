//! The sheets of `calibrate`, `discover` and `robust`.

use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::report::{calibrate, discover, robust};
use crate::results::{CalibrateAnswer, DiscoverAnswer, DrawBox, RobustAnswer};

use super::sheet::{CellStyle, Sheet, SheetCell, head, number, text};

/// Number format of shares.
const SHARE: &str = "0.0%";

/// Makes the sheet of a calibration: the inputs with values and errors, then the deviations of the fits.
pub(super) fn calibrated(name: &str, answer: &CalibrateAnswer) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.widths = vec![30.0, 16.0];
    sheet.line(&calibrate::sentence(answer), CellStyle::Wrapped);
    for one in &answer.calibrations {
        sheet.gap();
        let heads = ["Input", "Scenario", "Unit", "From", "To", "Fitted", "Standard error"];
        sheet.rows.push(heads.map(head).to_vec());
        for parameter in &one.parameters {
            // Without an error the closest value is no estimate.
            let value = parameter.value.filter(|_| parameter.error.is_some());
            let shown = [Some(parameter.low), Some(parameter.high), value];
            let format = NumberFormat::fit(&parameter.unit, shown);
            let written = format.at_least(2, [parameter.error]).spreadsheet();
            let names = [clean(&parameter.input), clean(&one.scenario), format.unit()];
            let mut row: Vec<SheetCell> = names.iter().map(|name| text(name)).collect();
            row.extend(shown.iter().chain([&parameter.error]).map(|v| number(*v, &written)));
            sheet.rows.push(row);
        }
        sheet.gap();
        let heads = ["Fit", "Observed", "Unit", "Deviation now", "Deviation of the best fit"];
        sheet.rows.push(heads.map(head).to_vec());
        for fit in &one.fits {
            let shown = [fit.deviation_now, fit.deviation];
            let format = NumberFormat::fit(&fit.unit, shown).at_least(3, shown);
            let names = [clean(&fit.expression), clean(&fit.observed), format.unit()];
            let mut row: Vec<SheetCell> = names.iter().map(|name| text(name)).collect();
            row.extend(shown.iter().map(|value| number(*value, &format.spreadsheet())));
            sheet.rows.push(row);
        }
    }
    sheet
}

/// Makes the sheet of a discovery: the recommended limits, the trade-off curve and the scenario as text.
pub(super) fn discovered(name: &str, answer: &DiscoverAnswer) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.widths = vec![30.0, 16.0];
    sheet.line(&discover::sentence(answer), CellStyle::Wrapped);
    for one in &answer.discoveries {
        let Some(found) = &one.recommended else { continue };
        sheet.gap();
        let heads = ["Input", "Scenario", "Unit", "Above", "Below", "Share cut off"];
        sheet.rows.push(heads.map(head).to_vec());
        for limits in &found.limits {
            let shown = [limits.low, limits.high];
            let format = NumberFormat::fit(&limits.unit, shown).at_least(4, shown);
            let names = [clean(&limits.input), clean(&one.scenario), format.unit()];
            let mut row: Vec<SheetCell> = names.iter().map(|name| text(name)).collect();
            row.extend(shown.iter().map(|value| number(*value, &format.spreadsheet())));
            row.push(number(Some(limits.below + limits.above), SHARE));
            sheet.rows.push(row);
        }
        sheet.gap();
        let heads = ["Box", "Limited inputs", "Coverage", "Density", "Of all draws"];
        sheet.rows.push(heads.map(head).to_vec());
        let shares = |label: &str, found: &DrawBox| {
            let mut row = vec![text(label), number(Some(found.limits.len() as f64), "0")];
            let shares = [found.coverage, found.density, found.mass];
            row.extend(shares.map(|share| number(Some(share), SHARE)));
            row
        };
        sheet.rows.push(shares("recommended", found));
        sheet.rows.extend(one.trade_off.iter().map(|found| shares("trade-off", found)));
        sheet.gap();
        for line in discover::scenario(answer, one).iter().flat_map(|text| text.lines()) {
            sheet.line(line, CellStyle::Plain);
        }
    }
    sheet
}

/// Makes the sheet of a robustness analysis, one row per scenario.
pub(super) fn robust(name: &str, answer: &RobustAnswer) -> Sheet {
    let mut sheet = Sheet::named(name);
    sheet.widths = vec![30.0, 16.0];
    sheet.line(&robust::sentence(answer), CellStyle::Wrapped);
    sheet.gap();
    let means = answer.options.iter().map(|option| Some(option.mean));
    let format = NumberFormat::fit(&answer.unit, means);
    let mut heads = vec![head("Scenario"), head("Unit")];
    let values = ["Mean", "Mean of the worst 5%", "Worst draw"];
    let regrets = ["Mean regret", "90% of regrets below", "Largest regret"];
    heads.extend(values.iter().chain(&regrets).map(|name| head(name)));
    if answer.condition.is_some() {
        heads.push(head("Satisfied"));
    }
    sheet.rows.push(heads);
    for option in &answer.options {
        let mut row = vec![text(&clean(&option.scenario)), text(&format.unit())];
        let values = [option.mean, option.worst_twentieth, option.worst];
        let regrets = [option.mean_regret, option.regret_90, option.largest_regret];
        let written = format.spreadsheet();
        row.extend(values.iter().chain(&regrets).map(|value| number(Some(*value), &written)));
        if answer.condition.is_some() {
            row.push(number(option.share, SHARE));
        }
        sheet.rows.push(row);
    }
    sheet
}
