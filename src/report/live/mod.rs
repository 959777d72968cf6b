//! The live workbook: the model's equations as formulas, for work in a spreadsheet.
//!
//! Sheets: `Inputs` with the scenario and a named cell for each given number; `Results` with the values that the
//! script shows; a sheet for each variable and each lever, a row for each cell and a column for each year;
//! `Baseline` with the values that `baseline(...)` reads; and `Residuals`, by how much each equation of a solved
//! value fails. The scenario is chosen in a cell: where
//! scenarios differ, a formula is `CHOOSE(scenario_number, ...)`.
//!
//! A value without a formula is the number of each scenario's run: unknowns of solved blocks, and distributions
//! without a simple median. Formulas have the results of the baseline, which programs show
//! until they compute anew.

mod formula;
mod inputs;
mod places;
mod solved;

use std::collections::BTreeSet;
use std::sync::Arc;

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError,
};

use crate::analysis::unit;
use crate::analysis::{ShownValues, shown_in_baseline};
use crate::engine::Values;
use crate::model::{Ask, Change, Expr, Model, Op, QuantityId, Question};
use crate::plan::{Point, RunSpec, Scope, Variant};

use super::number::NumberFormat;
use super::page::clean;
use formula::{Formulas, combinations, plain};
use inputs::{Inputs, SCENARIO};
use places::{FIRST_YEAR, Places};

/// Maximum number of characters of a formula; a spreadsheet refuses longer ones.
const MOST_CHARACTERS: usize = 8_000;

/// The content of a workbook cell, before it is written.
enum Content {
    /// A number that no input changes.
    Number(f64),
    /// A formula, and its result in the baseline.
    Formula(String, f64),
}

/// A model with the run of each scenario.
struct LiveRuns<'a> {
    model: &'a Model,
    /// The run of each scenario, the baseline's first.
    values: &'a [Arc<Values>],
    variants: Vec<Variant<'a>>,
    places: Places,
    /// The unknowns of blocks, in any of the scenarios.
    unknowns: BTreeSet<(QuantityId, Vec<u32>, i32)>,
}

/// Writes the live workbook of a model; `values` are the runs of the baseline and of each scenario, over the
/// quantities that the script reaches.
///
/// # Errors
/// None in practice: all names are short enough and all ranges fit a sheet.
pub fn live_workbook(model: &Model, values: &[Arc<Values>]) -> Result<Vec<u8>, XlsxError> {
    let scope = Scope::of_script(model);
    let specs: Vec<RunSpec> = std::iter::once(RunSpec::default())
        .chain(model.scenarios.iter().map(|scenario| RunSpec::from(&scenario.changes)))
        .collect();
    let runs = LiveRuns {
        model,
        values,
        variants: specs.iter().map(|spec| Variant::new(model, spec)).collect(),
        places: Places::of(model, |id| scope.has(id), read_in_baseline(model, &scope)),
        unknowns: solved::unknowns(model, &specs, &scope),
    };
    let mut inputs = Inputs::default();
    let mut workbook = Workbook::new();
    let date = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new().set_title(clean(&model.title));
    workbook.set_properties(&properties.set_creation_datetime(&date));
    // The input cells are known only after all formulas; their sheet is still the first.
    let sheets = runs.sheets(&mut inputs);
    let results = runs.results(&mut inputs)?;
    let residuals = solved::residuals(&runs, &mut inputs)?;
    let baseline = runs.baseline(&mut inputs)?;
    let mut front = runs.inputs(&inputs, &sheets)?;
    front.set_active(true);
    workbook.push_worksheet(front);
    workbook.push_worksheet(results);
    for (name, cells) in runs.places.sheets.keys().zip(&sheets) {
        workbook.push_worksheet(runs.sheet(name, cells)?);
    }
    if !runs.places.in_baseline.is_empty() {
        workbook.push_worksheet(baseline);
    }
    if let Some(residuals) = residuals {
        workbook.push_worksheet(residuals);
    }
    workbook.define_name(SCENARIO, "=Inputs!$B$3")?;
    for (at, cell) in inputs.cells.iter().enumerate() {
        let row = inputs::FIRST + at as u32 + 1;
        workbook.define_name(&cell.name, &format!("=Inputs!$B${row}"))?;
    }
    workbook.save_to_buffer()
}

impl<'a> LiveRuns<'a> {
    /// Makes the translator of a scenario, by its number; the baseline is 0.
    fn formulas(&'a self, scenario: usize) -> Option<Formulas<'a>> {
        Some(Formulas {
            model: self.model,
            places: &self.places,
            values: self.values.get(scenario)?,
            baseline: self.values.first()?,
            slots: vec![0; self.model.slots],
            given: false,
            label: String::new(),
            in_baseline: false,
        })
    }

    fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.model.years.0..=self.model.years.1
    }

    /// Returns the value at a point in each scenario.
    fn numbers(&self, point: &Point) -> Vec<f64> {
        let year = usize::try_from(point.year - self.model.years.0).unwrap_or(0);
        let index: Vec<usize> = point.cell.iter().map(|&e| e as usize).chain([year]).collect();
        let of = |values: &Arc<Values>| {
            values.array(point.quantity).get(index.as_slice()).copied().unwrap_or_default()
        };
        self.values.iter().map(of).collect()
    }

    /// Returns the formula at a point in each scenario; None if a scenario has no formula there.
    fn texts(&'a self, point: &Point, inputs: &mut Inputs<'a>) -> Option<Vec<String>> {
        let one = |(scenario, variant): (usize, &Variant<'a>)| {
            self.formulas(scenario)?.cell(variant, point, inputs)
        };
        self.variants.iter().enumerate().map(one).collect()
    }

    /// Returns the content of a point: a formula, or the numbers of the runs.
    fn content(&'a self, point: &Point, inputs: &mut Inputs<'a>) -> Content {
        let numbers = self.numbers(point);
        let first = numbers.first().copied().unwrap_or_default();
        let key = (point.quantity, point.cell.clone(), point.year);
        let texts = if self.unknowns.contains(&key) { None } else { self.texts(point, inputs) };
        let chosen = texts.map(|texts| choose(&texts)).filter(|text| text.len() < MOST_CHARACTERS);
        match chosen {
            Some(text) if text == plain(first) => Content::Number(first),
            Some(text) => Content::Formula(text, first),
            None if numbers.iter().all(|number| *number == first) => Content::Number(first),
            None => {
                let texts: Vec<String> = numbers.iter().map(|&number| plain(number)).collect();
                Content::Formula(choose(&texts), first)
            }
        }
    }

    /// Returns the contents of all sheets: by sheet, row of a quantity, and year.
    fn sheets(&'a self, inputs: &mut Inputs<'a>) -> Vec<Vec<Vec<Content>>> {
        let mut sheets = Vec::new();
        for quantities in self.places.sheets.values() {
            let mut rows = Vec::new();
            for &quantity in quantities {
                for cell in self.model.cells_of(quantity) {
                    let at = |year| Point { quantity, cell: cell.clone(), year };
                    rows.push(self.years().map(|year| self.content(&at(year), inputs)).collect());
                }
            }
            sheets.push(rows);
        }
        sheets
    }

    /// Writes the sheet of a variable or of a lever.
    fn sheet(&self, name: &str, rows: &[Vec<Content>]) -> Result<Worksheet, XlsxError> {
        let mut page = Worksheet::new();
        page.set_name(name)?.set_freeze_panes(1, FIRST_YEAR)?;
        page.set_column_width(0, 28)?.set_column_width(1, 20)?;
        self.head(&mut page, 0)?;
        let quantities = self.places.sheets.get(name).map_or(&[][..], Vec::as_slice);
        let mut contents = rows.iter();
        for &quantity in quantities {
            let of = &self.model.quantities[quantity];
            let values = self
                .values
                .iter()
                .flat_map(|one| one.array(quantity).iter().copied().map(Some).collect::<Vec<_>>());
            let label = unit(self.model, of.kind);
            let format = NumberFormat::fit(&label, values).spreadsheet();
            let format = Format::new().set_num_format(format);
            let first = self.places.row(quantity).unwrap_or_default();
            for (offset, (cell, row)) in
                self.model.cells_of(quantity).into_iter().zip(&mut contents).enumerate()
            {
                let line = first + offset as u32;
                page.write_string(line, 0, &of.name)?;
                page.write_string(line, 1, elements(self.model, &of.axes, &cell))?;
                for (at, content) in row.iter().enumerate() {
                    write(&mut page, (line, FIRST_YEAR + at as u16), content, &format)?;
                }
            }
        }
        Ok(page)
    }

    /// Writes the sheet of the baseline's values, which depend on the inputs but not on the scenario.
    fn baseline(&'a self, inputs: &mut Inputs<'a>) -> Result<Worksheet, XlsxError> {
        let mut page = Worksheet::new();
        page.set_name(places::BASELINE)?.set_freeze_panes(1, FIRST_YEAR)?;
        page.set_column_width(0, 28)?.set_column_width(1, 20)?;
        self.head(&mut page, 0)?;
        let plain_format = Format::new();
        for (&quantity, &first) in &self.places.in_baseline {
            let of = &self.model.quantities[quantity];
            for (offset, cell) in self.model.cells_of(quantity).into_iter().enumerate() {
                let line = first + offset as u32;
                page.write_string(line, 0, &of.name)?;
                page.write_string(line, 1, elements(self.model, &of.axes, &cell))?;
                for (at, year) in self.years().enumerate() {
                    let point = Point { quantity, cell: cell.clone(), year };
                    let content = self.baseline_content(&point, inputs);
                    write(&mut page, (line, FIRST_YEAR + at as u16), &content, &plain_format)?;
                }
            }
        }
        Ok(page)
    }

    /// Returns the content of a point in the baseline.
    fn baseline_content(&'a self, point: &Point, inputs: &mut Inputs<'a>) -> Content {
        let first = self.numbers(point).first().copied().unwrap_or_default();
        let key = (point.quantity, point.cell.clone(), point.year);
        let variant = self.variants.first().filter(|_| !self.unknowns.contains(&key));
        let text = variant.zip(self.formulas(0)).and_then(|(variant, mut formulas)| {
            formulas.in_baseline = true;
            formulas.cell(variant, point, inputs)
        });
        match text.filter(|text| *text != plain(first)) {
            Some(text) => Content::Formula(text, first),
            None => Content::Number(first),
        }
    }

    /// Writes the years into a row.
    fn head(&self, page: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
        let bold = Format::new().set_bold();
        page.write_string_with_format(row, 0, "Quantity", &bold)?;
        page.write_string_with_format(row, 1, "Cell", &bold)?;
        for (at, year) in self.years().enumerate() {
            page.write_number_with_format(row, FIRST_YEAR + at as u16, year, &bold)?;
        }
        Ok(())
    }

    /// Writes the sheet of inputs: the scenario, then each given number in a named cell.
    fn inputs(
        &self,
        inputs: &Inputs<'_>,
        sheets: &[Vec<Vec<Content>>],
    ) -> Result<Worksheet, XlsxError> {
        let bold = Format::new().set_bold();
        let blue = Format::new()
            .set_font_color(rust_xlsxwriter::Color::RGB(0x0000_72B2))
            .set_background_color(rust_xlsxwriter::Color::RGB(0x00FD_F6D8));
        let mut page = Worksheet::new();
        page.set_name(inputs::SHEET)?.set_freeze_panes(inputs::FIRST, 0)?;
        page.set_column_width(0, 48)?.set_column_width(1, 20)?.set_column_width(2, 48)?;
        page.write_string_with_format(0, 0, clean(&self.model.title), &bold)?;
        page.write_string(1, 0, "Scenario")?;
        page.write_string_with_format(1, 1, "baseline", &blue)?;
        let scenarios = (0..self.model.scenarios.len()).map(Some);
        let names: Vec<&str> = std::iter::once(None)
            .chain(scenarios)
            .map(|scenario| self.model.scenario_name(scenario))
            .collect();
        let list: u16 = 5;
        page.write_string_with_format(0, list, "Scenarios", &bold)?;
        for (at, name) in names.iter().enumerate() {
            page.write_string(1 + at as u32, list, *name)?;
        }
        let range = format!("$F$2:$F${}", names.len() + 1);
        let choice = DataValidation::new().allow_list_formula(Formula::new(format!("={range}")));
        page.add_data_validation(1, 1, 1, 1, &choice)?;
        page.write_string(2, 0, "Number of the scenario")?;
        let number = Formula::new(format!("=MATCH(B2,{range},0)")).set_result("1");
        page.write_formula(2, 1, number)?;
        let fixed = sheets.iter().flatten().flatten();
        let (mut formulas, mut numbers) = (0_u32, 0_u32);
        for content in fixed {
            match content {
                Content::Formula(..) => formulas += 1,
                Content::Number(_) => numbers += 1,
            }
        }
        let unknowns = self.unknowns.len();
        page.write_string(3, 0, "Cells with a formula")?.write_number(3, 1, formulas)?;
        page.write_string(4, 0, "Cells with a number")?.write_number(4, 1, numbers)?;
        page.write_string(5, 0, "Solved values, which stay as Mizan solved them")?;
        page.write_number(5, 1, unknowns as f64)?;
        for (at, text) in ["Input", "Value", "Name of the cell"].into_iter().enumerate() {
            page.write_string_with_format(inputs::FIRST - 1, at as u16, text, &bold)?;
        }
        for (at, cell) in inputs.cells.iter().enumerate() {
            let row = inputs::FIRST + at as u32;
            page.write_string(row, 0, clean(&cell.label))?;
            page.write_number_with_format(row, inputs::COLUMN, cell.value, &blue)?;
            page.write_string(row, 2, &cell.name)?;
        }
        Ok(page)
    }

    /// Writes the sheet with the values of `show` and `chart`.
    fn results(&'a self, inputs: &mut Inputs<'a>) -> Result<Worksheet, XlsxError> {
        let mut page = Worksheet::new();
        page.set_name("Results")?.set_freeze_panes(1, FIRST_YEAR)?;
        page.set_column_width(0, 44)?.set_column_width(1, 20)?;
        self.head(&mut page, 0)?;
        let mut row = 1;
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let shown = shown_in_baseline(self.model);
        for query in &self.model.queries {
            let (Ask::Show(of) | Ask::Chart(of)) = &query.ask else { continue };
            for question in of.iter().filter(|one| !one.probability) {
                if seen.insert(&question.text) {
                    row = self.question(&mut page, row, question, inputs, &shown)?;
                }
            }
        }
        Ok(page)
    }

    /// Writes a row for each cell of a question; returns the next row. A year without a formula stays empty.
    fn question(
        &'a self,
        page: &mut Worksheet,
        first: u32,
        question: &'a Question,
        inputs: &mut Inputs<'a>,
        shown: &ShownValues,
    ) -> Result<u32, XlsxError> {
        let sets: Vec<usize> = question.loops.iter().map(|&(_, set)| set).collect();
        let mut row = first;
        for cell in combinations(self.model, &question.loops) {
            page.write_string(row, 0, clean(&question.text))?;
            page.write_string(row, 1, elements(self.model, &sets, &cell))?;
            for (at, year) in self.years().enumerate() {
                let one = |scenario: usize| {
                    let mut formulas = self.formulas(scenario)?;
                    for (&(slot, _), &element) in question.loops.iter().zip(&cell) {
                        *formulas.slots.get_mut(slot)? = element;
                    }
                    formulas.expr(&question.expr, year, inputs)
                };
                let texts: Option<Vec<String>> = (0..self.values.len()).map(one).collect();
                let text = texts.map(|texts| choose(&texts));
                if let Some(text) = text.filter(|text| text.len() < MOST_CHARACTERS) {
                    let mut formula = Formula::new(format!("={text}"));
                    // Programs that do not compute formulas show the result of the baseline.
                    if let Some(value) = shown.get(&(question.text.clone(), cell.clone(), year)) {
                        formula = formula.set_result(format!("{value:?}"));
                    }
                    page.write_formula(row, FIRST_YEAR + at as u16, formula)?;
                }
            }
            row += 1;
        }
        Ok(row)
    }

    /// True if the value at a point is the solution of a condition.
    fn is_condition(&self, point: &Point) -> bool {
        let definitions = self.model.quantities.get(point.quantity).map(|of| &of.definitions);
        definitions.into_iter().flatten().any(|one| one.op == Op::Solve)
    }
}

/// Returns the quantities that `baseline(...)` reads and those that they depend on, in the order of the model.
fn read_in_baseline(model: &Model, scope: &Scope) -> BTreeSet<QuantityId> {
    let mut pending: Vec<QuantityId> = Vec::new();
    let mut note = |expr: &Expr| {
        expr.walk(&mut |part| {
            if let Expr::Baseline(inner) = part {
                reads(inner, &mut pending);
            }
            true
        });
    };
    let definitions = |id: QuantityId| model.quantities[id].definitions.iter();
    let computed = (0..model.quantities.len()).filter(|&id| scope.has(id));
    computed.flat_map(definitions).for_each(|definition| note(&definition.expr));
    for change in &model.changes {
        if let Change::Replace { definition, .. } = &change.change {
            note(&definition.expr);
        }
    }
    for query in &model.queries {
        if let Ask::Show(of) | Ask::Chart(of) = &query.ask {
            of.iter().for_each(|question| note(&question.expr));
        }
    }
    let mut found = BTreeSet::new();
    while let Some(id) = pending.pop() {
        if scope.has(id) && found.insert(id) {
            definitions(id).for_each(|definition| reads(&definition.expr, &mut pending));
        }
    }
    found
}

/// Adds the quantities that an expression reads.
fn reads(expr: &Expr, found: &mut Vec<QuantityId>) {
    expr.walk(&mut |part| {
        if let Expr::Read { quantity, .. } = part {
            found.push(*quantity);
        }
        true
    });
}

/// Returns the formula that chooses the value of the selected scenario.
fn choose(texts: &[String]) -> String {
    match texts {
        [first, others @ ..] if others.iter().all(|other| other == first) => first.clone(),
        texts => format!("CHOOSE({SCENARIO},{})", texts.join(",")),
    }
}

/// Joins the names of a cell's elements: `China, machinery`.
fn elements(model: &Model, axes: &[usize], cell: &[u32]) -> String {
    let name = |(&set, &element): (&usize, &u32)| model.element_name(set, element);
    axes.iter().zip(cell).map(name).collect::<Vec<_>>().join(", ")
}

fn write(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    content: &Content,
    format: &Format,
) -> Result<(), XlsxError> {
    match content {
        Content::Number(number) => {
            page.write_number_with_format(row, column, *number, format)?;
        }
        Content::Formula(text, result) => {
            let formula = Formula::new(format!("={text}")).set_result(format!("{result:?}"));
            page.write_formula_with_format(row, column, formula, format)?;
        }
    }
    Ok(())
}
