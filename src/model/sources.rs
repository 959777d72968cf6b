//! The figures of a script, and the sources of each.

use super::{Change, Definition, Expr, Kind, LeverId, Model, QuantityId, Role, RowTally, Select};
use crate::source::Span;

/// A source of figures.
#[derive(Debug, Clone)]
pub struct Source {
    /// The citation.
    pub citation: String,
    /// The place of its key.
    pub span: Span,
}

/// The values that a call of `data(...)` takes from a file.
#[derive(Debug, Clone)]
pub struct DataUse {
    /// The quantity that has the values.
    pub quantity: QuantityId,
    /// The file.
    pub file: String,
    /// The place of the call.
    pub span: Span,
    /// How the rows of the file are used.
    pub tally: RowTally,
}

/// The part of a script that gives a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Outside levers and scenarios.
    Script,
    /// In a lever.
    Lever(LeverId),
    /// In a scenario, of this index, that replaces the value.
    Scenario(usize),
    /// In a check that cites a source.
    Check,
}

/// A given number, path or distribution.
#[derive(Debug, Clone)]
pub struct SourcedFigure {
    /// `duty.rate[machinery]`; for a check its condition.
    pub name: String,
    /// The part of the script that gives it.
    pub place: Place,
    /// Its place in the script.
    pub span: Span,
    /// Keys of the sources on the value; where it has none, on its declaration, its lever or its scenario.
    pub sources: Vec<String>,
}

impl Model {
    /// All figures of the script, in the order of the text.
    pub fn figures(&self) -> Vec<SourcedFigure> {
        let mut figures = Vec::new();
        for (id, quantity) in self.quantities.iter().enumerate() {
            // The declaration of a rate can cite no source.
            let given =
                matches!(quantity.role, Role::Param | Role::Field) && !self.rates.contains(&id);
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

    /// Keys of all cited sources, in the order of their declaration.
    pub fn cited(&self) -> Vec<&str> {
        let checks = self.queries.iter().filter_map(|query| query.ask.condition());
        let checks = checks.map(|check| &check.sources);
        let definitions = self.quantities.iter().flat_map(|quantity| &quantity.definitions);
        let used: std::collections::BTreeSet<&str> = (self.levers.iter().map(|l| &l.sources))
            .chain(self.quantities.iter().map(|quantity| &quantity.sources))
            .chain(definitions.map(|definition| &definition.sources))
            .chain(self.changes.iter().map(|change| &change.sources))
            .chain(self.scenarios.iter().map(|scenario| &scenario.sources))
            .chain(checks)
            .flatten()
            .map(String::as_str)
            .collect();
        self.sources.keys().map(String::as_str).filter(|key| used.contains(key)).collect()
    }

    /// True if a definition gives a number of its own: not an element, and not computed from other values.
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

    /// The name of a definition's cells, `duty.rate[machinery]`; the quantity's name for all cells.
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

/// The sources on a value itself, which take the place of those around it; without any, all of those.
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
