//! The given numbers of a script, and the sources of each.

use super::{Change, Definition, Expr, Kind, LeverId, Model, QuantityId, Role, RowTally, Select};
use crate::source::Span;

/// A source: a publication or data set that a script cites for its numbers.
#[derive(Debug, Clone)]
pub struct Source {
    /// Citation of the source.
    pub citation: String,
    /// Span of the source's key.
    pub span: Span,
}

/// The values that a call of `data(...)` takes from a file.
#[derive(Debug, Clone)]
pub struct DataUse {
    /// The quantity whose values come from the file.
    pub quantity: QuantityId,
    /// Name of the file.
    pub file: String,
    /// Span of the call of `data`.
    pub span: Span,
    /// Counts of used, skipped and filtered rows.
    pub tally: RowTally,
    /// The line of the file that gives each value.
    pub rows: RowNumbers,
}

/// The line numbers of the file that give values, as flat lists, because a file may have millions of rows.
#[derive(Debug, Clone, Default)]
pub struct RowNumbers {
    /// Positions of the quantity's axes whose elements the file names.
    axes: Vec<usize>,
    /// True if the file has a column of years.
    has_year: bool,
    /// The elements of each row, in the order of `axes`; rows are in ascending order of elements and year.
    elements: Vec<u32>,
    years: Vec<i32>,
    numbers: Vec<u64>,
}

impl RowNumbers {
    /// Makes an empty table for a file with columns of elements for some axes, and with or without a column of years.
    pub fn new(axes: Vec<usize>, has_year: bool) -> Self {
        Self { axes, has_year, ..Self::default() }
    }

    /// Adds the row of some elements, in the order of the axes, and a year. Rows must be added in ascending order.
    pub fn push(&mut self, elements: &[u32], year: i32, number: u64) {
        self.elements.extend(elements);
        self.years.push(year);
        self.numbers.push(number);
    }

    /// Finds the row of a cell in a year, counted from 1 below the header; `None` for a value that no row gives,
    /// such as one between two rows.
    pub fn of(&self, cell: &[u32], year: i32) -> Option<u64> {
        let wanted: Option<Vec<u32>> =
            self.axes.iter().map(|&axis| cell.get(axis).copied()).collect();
        let wanted = (wanted?, if self.has_year { year } else { 0 });
        let width = self.axes.len();
        let (mut low, mut high) = (0, self.numbers.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let elements = self.elements.get(middle * width..(middle + 1) * width)?;
            let year = *self.years.get(middle)?;
            match (elements, year).cmp(&(wanted.0.as_slice(), wanted.1)) {
                std::cmp::Ordering::Equal => return self.numbers.get(middle).copied(),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

/// The part of a script that contains a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Outside of levers and scenarios.
    Script,
    /// In this lever.
    Lever(LeverId),
    /// In the scenario with this index, which replaces the value.
    Scenario(usize),
    /// In a check that cites a source.
    Check,
}

/// A given number, path or distribution.
#[derive(Debug, Clone)]
pub struct SourcedFigure {
    /// Name of the number: `duty.rate[machinery]`; for a check its condition.
    pub name: String,
    /// The part of the script that contains the number.
    pub place: Place,
    /// Span of the number in the script.
    pub span: Span,
    /// Keys of the sources of the value; if it has none, of its declaration, its lever or its scenario.
    pub sources: Vec<String>,
}

impl Model {
    /// Returns all given numbers of the script, in the order of the text.
    pub fn figures(&self) -> Vec<SourcedFigure> {
        let mut figures = Vec::new();
        for (id, quantity) in self.quantities.iter().enumerate() {
            let given = matches!(quantity.role, Role::Param | Role::Field);
            let lever = quantity.lever.map(|lever| (lever, &self.levers[lever]));
            let scenario = lever.and_then(|(_, lever)| lever.scenario);
            for definition in quantity.definitions.iter().filter(|d| given && !d.default) {
                if self.is_figure(id, definition) {
                    let around =
                        [Some(&quantity.sources), scenario.map(|s| &self.scenarios[s].sources)];
                    figures.push(SourcedFigure {
                        name: self.definition_name(id, definition),
                        place: lever.map_or(Place::Script, |(id, _)| Place::Lever(id)),
                        span: definition.span,
                        sources: closest(&definition.sources, around),
                    });
                }
            }
        }
        for change in &self.changes {
            if let Change::Replace { quantity, definition, .. } = &change.change
                && self.is_figure(*quantity, definition)
            {
                let around = [Some(&self.scenarios[change.scenario].sources), None];
                figures.push(SourcedFigure {
                    name: self.definition_name(*quantity, definition),
                    place: Place::Scenario(change.scenario),
                    span: change.span,
                    sources: closest(&change.sources, around),
                });
            }
        }
        figures.extend(self.constant_rates.iter().cloned());
        figures.extend(self.cited_checks());
        figures.sort_by_key(|figure| (figure.span, figure.name.clone()));
        figures
    }

    fn cited_checks(&self) -> impl Iterator<Item = SourcedFigure> {
        self.queries.iter().filter_map(|query| {
            let check = query.ask.condition().filter(|check| !check.sources.is_empty())?;
            Some(SourcedFigure {
                name: check.text.clone(),
                place: Place::Check,
                span: query.span,
                sources: check.sources.clone(),
            })
        })
    }

    /// Returns the keys of all cited sources, in the order of their declaration.
    pub fn cited(&self) -> Vec<&str> {
        let checks = self.queries.iter().filter_map(|query| query.ask.condition());
        let checks = checks.map(|check| &check.sources);
        let definitions = self.quantities.iter().flat_map(|quantity| &quantity.definitions);
        let used: std::collections::BTreeSet<&str> = (self.levers.iter().map(|l| &l.sources))
            .chain(self.quantities.iter().map(|quantity| &quantity.sources))
            .chain(definitions.map(|definition| &definition.sources))
            .chain(self.constant_rates.iter().map(|rate| &rate.sources))
            .chain(self.changes.iter().map(|change| &change.sources))
            .chain(self.scenarios.iter().map(|scenario| &scenario.sources))
            .chain(checks)
            .flatten()
            .map(String::as_str)
            .collect();
        self.sources.keys().map(String::as_str).filter(|key| used.contains(key)).collect()
    }

    /// True if a definition gives a number: not an element, and not a value computed from other values.
    fn is_figure(&self, id: QuantityId, definition: &Definition) -> bool {
        let mut number = false;
        definition.expr.walk(&mut |part| {
            number |= match part {
                Expr::Const(_) => true,
                Expr::Random(random) => random.sample.is_some(),
                _ => false,
            };
            !matches!(part, Expr::Read { .. })
        });
        number && !matches!(self.quantities[id].kind, Kind::Element(_))
    }

    /// Returns the name of a definition's cells, `duty.rate[machinery]`; the quantity's name for all cells.
    pub fn definition_name(&self, id: QuantityId, definition: &Definition) -> String {
        let quantity = &self.quantities[id];
        let element = |(select, &set): (&Select, &usize)| match select {
            Select::One(element) => self.element_name(set, *element).to_owned(),
            Select::Each(..) | Select::Computed(_) => "*".to_owned(),
        };
        let elements: Vec<String> =
            definition.axes.iter().zip(&quantity.axes).map(element).collect();
        if elements.iter().all(|element| element == "*") {
            return quantity.name.clone();
        }
        format!("{}[{}]", quantity.name, elements.join(", "))
    }
}

/// Returns the sources of a value itself; if it has none, the sources of the statements around it.
fn closest(own: &[String], around: [Option<&Vec<String>>; 2]) -> Vec<String> {
    let mut all = own.to_vec();
    if !own.is_empty() {
        return all;
    }
    for key in around.into_iter().flatten().flatten() {
        if !all.contains(key) {
            all.push(key.clone());
        }
    }
    all
}
