//! Writes sheets as a workbook, with `rust_xlsxwriter`.

use std::collections::HashMap;

use rust_xlsxwriter as excel;

use excel::{
    ChartFormat, ChartLine, ChartSolidFill, ChartType, Color, Format, Workbook, XlsxError,
};

use crate::report::figure::Ink;
use crate::report::svg::colour;

use super::sheet::{CellStyle, Chart, ChartKind, Sheet, SheetCell, SheetColumn};

/// Maximum number of characters of a cell; a longer text is truncated.
const MOST_CHARACTERS: usize = 32_000;
/// Height of a line of text in points.
const LINE: f64 = 15.0;
/// Maximum number of lines of text in a row.
const MOST_LINES: usize = 20;
/// Maximum number of rows of a sheet.
const MOST_ROWS: usize = 1_048_576;
/// Maximum number of columns of a sheet.
const MOST_COLUMNS: usize = 16_384;

/// Cell formats by style and number format, because a workbook stores each format once.
#[derive(Default)]
pub(super) struct Formats {
    numbers: HashMap<String, Format>,
    texts: HashMap<CellStyle, Format>,
}

impl Formats {
    pub(super) fn number(&mut self, format: &str) -> &Format {
        let make = || Format::new().set_num_format(format);
        self.numbers.entry(format.to_owned()).or_insert_with(make)
    }

    fn text(&mut self, style: CellStyle) -> &Format {
        self.texts.entry(style).or_insert_with(|| {
            // Text, so that no program reads a formula or a date into it when it is edited.
            let format = Format::new().set_num_format("@");
            match style {
                CellStyle::Plain => format,
                CellStyle::Title => format.set_bold().set_font_size(14),
                CellStyle::Head => {
                    format.set_bold().set_text_wrap().set_border_bottom(excel::FormatBorder::Thin)
                }
                CellStyle::Faint => format.set_font_color(Color::RGB(0x005C_636B)),
                CellStyle::Code => format.set_font_name("Consolas"),
                CellStyle::Wrapped => format.set_text_wrap().set_align(excel::FormatAlign::Top),
                CellStyle::Good => format.set_font_color(Color::RGB(0x0000_72B2)),
                CellStyle::Bad => format.set_bold().set_font_color(Color::RGB(0x00A6_3D00)),
            }
        })
    }
}

/// Writes a sheet into a workbook.
pub(super) fn sheet(
    workbook: &mut Workbook,
    sheet: &Sheet,
    formats: &mut Formats,
) -> Result<(), XlsxError> {
    let page = workbook.add_worksheet();
    page.set_name(&sheet.name)?;
    page.set_landscape().set_print_fit_to_pages(1, 0);
    if sheet.frozen != (0, 0) {
        page.set_freeze_panes(sheet.frozen.0, sheet.frozen.1)?;
    }
    let columns = sheet.rows.iter().map(Vec::len).max().unwrap_or(0).min(MOST_COLUMNS);
    for at in 0..columns {
        if let Some(&width) = sheet.widths.get(at).or(sheet.widths.last()) {
            page.set_column_width(at as u16, width)?;
        }
    }
    for (row, cells) in sheet.rows.iter().enumerate().take(MOST_ROWS) {
        let lines = lines(cells, &sheet.widths);
        if lines > 1 {
            page.set_row_height(row as u32, LINE * lines as f64)?;
        }
        for (column, cell) in cells.iter().enumerate().take(MOST_COLUMNS) {
            let place = (row as u32, column as u16);
            match cell {
                SheetCell::Empty => {}
                SheetCell::Text(text, style) => {
                    let text: String = text.chars().take(MOST_CHARACTERS).collect();
                    page.write_string_with_format(place.0, place.1, text, formats.text(*style))?;
                }
                SheetCell::Number(value, format) => {
                    let format = formats.number(format);
                    page.write_number_with_format(place.0, place.1, *value, format)?;
                }
            }
        }
    }
    for one in &sheet.charts {
        page.insert_chart(one.place.0, one.place.1, &chart(&sheet.name, one))?;
    }
    Ok(())
}

/// Returns the number of lines that the longest wrapped text of a row needs.
fn lines(cells: &[SheetCell], widths: &[f64]) -> usize {
    let needed = cells.iter().enumerate().map(|(at, cell)| match cell {
        SheetCell::Text(text, CellStyle::Wrapped | CellStyle::Head) => {
            let width = widths.get(at).or(widths.last()).copied().unwrap_or(10.0);
            (text.chars().count() as f64 / width).ceil() as usize
        }
        SheetCell::Empty | SheetCell::Text(..) | SheetCell::Number(..) => 1,
    });
    needed.max().unwrap_or(1).min(MOST_LINES)
}

/// Builds a native chart of cells on the sheet of this name.
fn chart(sheet: &str, chart: &Chart) -> excel::Chart {
    let mut native = excel::Chart::new(match chart.kind {
        ChartKind::Line => ChartType::Line,
        ChartKind::Bands => ChartType::AreaStacked,
        ChartKind::Columns => ChartType::Column,
        ChartKind::Steps => ChartType::ColumnStacked,
    });
    native.title().set_name(label(&chart.title).as_str());
    native.title().set_font(excel::ChartFont::new().set_size(12).set_bold());
    native.set_alt_text(&chart.alternative);
    native.set_width(620).set_height(360);
    native.y_axis().set_name(label(&chart.unit).as_str()).set_num_format(&chart.format);
    native.x_axis().set_label_position(excel::ChartAxisLabelPosition::Low);
    if let Some((low, high)) = chart.ends {
        native.y_axis().set_min(low).set_max(high);
    }
    let range = |of: SheetColumn| (sheet, of.from, of.column, of.to, of.column);
    for series in &chart.series {
        let native = native.add_series();
        native.set_name(label(&series.name).as_str()).set_values(range(series.values));
        native.set_categories(range(chart.categories)).set_gap(60);
        native.set_format(&mut ink(chart.kind, series.ink, series.transparency));
        if matches!(chart.kind, ChartKind::Steps | ChartKind::Columns) {
            native.set_overlap(if chart.kind == ChartKind::Steps { 100 } else { 0 });
        }
    }
    match chart.kind {
        ChartKind::Line | ChartKind::Columns => {
            native.legend().set_position(excel::ChartLegendPosition::Bottom);
        }
        // The names of bands and steps are in the cells.
        ChartKind::Bands | ChartKind::Steps => {
            native.legend().set_hidden();
        }
    }
    native
}

fn ink(kind: ChartKind, ink: Option<Ink>, transparency: u8) -> ChartFormat {
    let mut format = ChartFormat::new();
    let Some(ink) = ink else {
        format.set_no_fill().set_no_line();
        return format;
    };
    let colour = Color::RGB(colour(ink));
    match kind {
        ChartKind::Line => format.set_line(ChartLine::new().set_color(colour).set_width(2)),
        ChartKind::Bands | ChartKind::Columns | ChartKind::Steps => format
            .set_solid_fill(ChartSolidFill::new().set_color(colour).set_transparency(transparency)),
    };
    format
}

/// Returns a name for a chart in a form that `rust_xlsxwriter` does not take for a range of cells.
fn label(text: &str) -> String {
    text.trim_start_matches(['=', ' ']).replace('!', " ")
}
