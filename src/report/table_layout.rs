//! The rows and columns of a table: the dimensions (value, elements, scenario, year and statistic) that go down, and
//! those that go across.
//!
//! In: lines with a text for each year and statistic. Out: a grid. Only names that differ between lines are in the
//! table; the title has the others.

use indexmap::{IndexMap, IndexSet};

use crate::results::TableColumns;

use super::grid::{Column, Grid, Row};
use super::number::MISSING;

/// The texts of one statistic of a line, such as the median or the 5% quantile of the draws, one for each year.
pub(super) struct Measured {
    /// Name of the statistic; empty for a value without draws.
    pub(super) name: String,
    pub(super) texts: Vec<String>,
}

/// A line of a table: values over the years.
pub(super) struct TableLine {
    /// Name of the value; empty in a table of one value.
    pub(super) value: String,
    /// Names of the line's elements.
    pub(super) cell: Vec<String>,
    pub(super) scenario: String,
    /// True for a sum over elements.
    pub(super) is_total: bool,
    pub(super) columns: Vec<Measured>,
}

/// A dimension of a table: value, element, scenario, year or statistic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Along {
    Value,
    /// The element of the `*` at this position of the expression.
    Element(usize),
    Scenario,
    Year,
    Measure,
}

/// The dimensions along the rows and columns of a table.
pub(super) struct TableLayout {
    down: Vec<Along>,
    across: Vec<Along>,
    has_measures: bool,
}

impl TableLayout {
    /// Chooses the layout: `across` if the script gives it, else years down; in a table of one year the elements go
    /// down.
    pub(super) fn of(lines: &[TableLine], years: &[i32], across: Option<TableColumns>) -> Self {
        let differ =
            |of: fn(&TableLine) -> &str| lines.iter().map(of).collect::<IndexSet<&str>>().len() > 1;
        let indices = lines.iter().map(|line| line.cell.len()).max().unwrap_or(0);
        let value = differ(|line| &line.value).then_some(Along::Value);
        let scenario = differ(|line| &line.scenario).then_some(Along::Scenario);
        let elements: Vec<Along> =
            match lines.iter().map(|line| &line.cell).collect::<IndexSet<_>>() {
                cells if cells.len() > 1 => (0..indices).map(Along::Element).collect(),
                _ => Vec::new(),
            };
        let has_measures = lines.iter().any(|line| line.columns.len() > 1);
        let year = (years.len() > 1).then_some(Along::Year);
        let join = |parts: &[&[Along]]| parts.concat();
        let (value, scenario, year) = (value.as_slice(), scenario.as_slice(), year.as_slice());
        let measure: &[Along] = if has_measures { &[Along::Measure] } else { &[] };
        let (down, across) = match across {
            Some(TableColumns::Years) => {
                (join(&[value, &elements, scenario, measure]), vec![Along::Year])
            }
            Some(TableColumns::Scenarios) => {
                (join(&[value, &elements, year]), join(&[&[Along::Scenario], measure]))
            }
            Some(TableColumns::Elements(at)) => {
                let others: Vec<Along> =
                    elements.iter().copied().filter(|one| *one != Along::Element(at)).collect();
                let down = join(&[value, &others, scenario, year]);
                (down, join(&[&[Along::Element(at)], measure]))
            }
            None if !year.is_empty() => {
                (vec![Along::Year], join(&[value, &elements, scenario, measure]))
            }
            // Several values are columns, one value is a column of measures.
            None if has_measures && !value.is_empty() && !elements.is_empty() => {
                (elements, join(&[value, scenario, measure]))
            }
            None if has_measures => (join(&[value, &elements, scenario]), measure.to_vec()),
            None if indices == 2
                && elements.len() == 2
                && value.is_empty()
                && scenario.is_empty() =>
            {
                (vec![Along::Element(0)], vec![Along::Element(1)])
            }
            None if !elements.is_empty() => (elements, join(&[value, scenario])),
            None => (vec![Along::Year], join(&[value, scenario])),
        };
        let down = match down.as_slice() {
            [] | [Along::Measure] if across != [Along::Year] && !has_measures => vec![Along::Year],
            _ => down,
        };
        Self { down, across, has_measures }
    }

    /// True if the only year is named neither in rows nor in columns.
    pub(super) fn year_in_title(&self) -> bool {
        !self.down.contains(&Along::Year) && !self.across.contains(&Along::Year)
    }

    /// Arranges the texts of lines in a grid.
    pub(super) fn grid(&self, lines: &[TableLine], years: &[i32]) -> Grid {
        let mut columns: IndexMap<Vec<String>, Column> = IndexMap::new();
        let mut rows: IndexMap<Vec<String>, RowTexts> = IndexMap::new();
        let firsts = self.first_measures(lines, years);
        for line in lines {
            for (number, measured) in line.columns.iter().enumerate() {
                for (year, text) in years.iter().zip(&measured.texts) {
                    // A line without draws has its value in the first column of measures, if there are any.
                    let first = firsts.get(&Self::names(&self.heads(), line, *year, ""));
                    let measure = match first.filter(|_| measured.name.is_empty()) {
                        Some(first) => first,
                        None => measured.name.as_str(),
                    };
                    let across = Self::names(&self.across, line, *year, measure);
                    let down = Self::names(&self.down, line, *year, &measured.name);
                    let place = match columns.get_index_of(&across) {
                        Some(place) => place,
                        None => columns.insert_full(across, self.column(line, *year, measure)).0,
                    };
                    let row = rows.entry(down).or_insert_with(|| RowTexts {
                        label: self.label(line, *year, &measured.name, number),
                        is_total: true,
                        cells: Vec::new(),
                    });
                    row.is_total &= line.is_total;
                    if row.cells.len() <= place {
                        row.cells.resize(place + 1, None);
                    }
                    if let Some(cell) = row.cells.get_mut(place) {
                        *cell = Some(text.clone());
                    }
                }
            }
        }
        let missing = if self.has_measures { "" } else { MISSING };
        let count = columns.len();
        let mut out: Vec<Row> = Vec::with_capacity(rows.len());
        let mut before_total = false;
        for (_, row) in rows {
            if row.is_total && before_total {
                out.push(Row::Rule);
            }
            before_total = !row.is_total;
            let mut cells: Vec<String> = row
                .cells
                .into_iter()
                .map(|cell| cell.unwrap_or_else(|| missing.to_owned()))
                .collect();
            cells.resize(count, missing.to_owned());
            out.push(Row::Cells(row.label, cells));
        }
        Grid { columns: columns.into_values().collect(), rows: out }
    }

    /// Returns the dimensions along the columns, without statistics.
    fn heads(&self) -> Vec<Along> {
        self.across.iter().copied().filter(|one| *one != Along::Measure).collect()
    }

    /// Returns the first statistic below each head that has statistics.
    fn first_measures<'a>(
        &self,
        lines: &'a [TableLine],
        years: &[i32],
    ) -> IndexMap<Vec<String>, &'a str> {
        let mut firsts = IndexMap::new();
        if !self.across.contains(&Along::Measure) {
            return firsts;
        }
        for line in lines {
            let Some(first) = line.columns.first().filter(|first| !first.name.is_empty()) else {
                continue;
            };
            for year in years {
                let head = Self::names(&self.heads(), line, *year, "");
                firsts.entry(head).or_insert(first.name.as_str());
            }
        }
        firsts
    }

    /// Returns the names of a text along the dimensions of rows or columns.
    fn names(along: &[Along], line: &TableLine, year: i32, measure: &str) -> Vec<String> {
        let name = |along: &Along| match along {
            Along::Value => line.value.clone(),
            Along::Element(at) => line.cell.get(*at).cloned().unwrap_or_default(),
            Along::Scenario => line.scenario.clone(),
            Along::Year => year.to_string(),
            Along::Measure => measure.to_owned(),
        };
        along.iter().map(name).collect()
    }

    /// Returns the head of a column: the statistic below the names of its line, or the last name below the names before
    /// it.
    fn column(&self, line: &TableLine, year: i32, measure: &str) -> Column {
        let along = self.heads();
        let mut names = Self::names(&along, line, year, measure);
        // Elements of one cell are one name.
        let elements = along.iter().filter(|one| matches!(one, Along::Element(_))).count();
        let first = along.iter().position(|one| matches!(one, Along::Element(_))).unwrap_or(0);
        if elements > 1 {
            let cell = names.splice(first..first + elements, []).collect::<Vec<_>>().join(", ");
            names.insert(first, cell);
        }
        if names.is_empty() && !self.across.contains(&Along::Measure) {
            names.push(line.scenario.clone());
        }
        if self.across.contains(&Along::Measure) {
            let names = names.join(", ");
            return match measure {
                "" if self.across.len() > 1 || !names.is_empty() => {
                    let heading = if names.is_empty() { line.scenario.clone() } else { names };
                    Column { group: String::new(), heading }
                }
                measure => {
                    let alone = names.is_empty() && self.down == [Along::Year];
                    let group = if alone { line.scenario.clone() } else { names };
                    Column { group, heading: measure.to_owned() }
                }
            };
        }
        let heading = names.pop().unwrap_or_default();
        Column { group: names.join(", "), heading }
    }

    /// Returns the label of a row; further statistics of a line are indented below the first.
    fn label(&self, line: &TableLine, year: i32, measure: &str, number: usize) -> String {
        let along: Vec<Along> =
            self.down.iter().copied().filter(|one| *one != Along::Measure).collect();
        let mut names = Self::names(&along, line, year, measure);
        if names.is_empty() {
            names.push(line.scenario.clone());
        }
        match self.down.contains(&Along::Measure) && number > 0 {
            true => format!("  {measure}"),
            false => names.join(", "),
        }
    }
}

/// A row that is being filled.
struct RowTexts {
    label: String,
    is_total: bool,
    cells: Vec<Option<String>>,
}
