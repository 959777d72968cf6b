//! Values of the first years that no equation can give, because a lag reaches before the horizon.
//!
//! In: the chosen definitions. Out: the variables and years without a value, and messages about those that need
//! one. An equation with a lag has no value in the first year, and an equation that reads this value has none
//! either: tables show that there is none. A starting value is needed where an equation would have no value in any
//! year, where a variable with a lag of its own would have gaps, and where a sum, a condition or a scenario reads the
//! value. Leads at the end of the horizon are the same.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{NONE, OutsideReading, Reading, readings};
use super::{Checker, errors};
use crate::diagnostic::Code;
use crate::model::{Change, Definition, Op, QuantityId, Role};

/// A quantity in a year, for all its cells.
type Dated = (QuantityId, i32);

impl Checker<'_> {
    /// Removes definitions for the variables and years in `outside`, where an equation reads outside the horizon, and
    /// for those that read them. Reports the ones that need a value.
    pub(super) fn unread_years(&mut self, outside: BTreeMap<Dated, OutsideReading>) {
        if outside.is_empty() {
            return;
        }
        // For each missing value, the missing value that causes it.
        let mut causes: BTreeMap<Dated, Dated> = BTreeMap::new();
        let mut read: BTreeSet<Dated> = BTreeSet::new();
        for &dated in outside.keys() {
            if self.may_be_without(dated) {
                causes.insert(dated, dated);
            } else {
                read.insert(dated);
            }
        }
        loop {
            let before = (causes.len(), read.len());
            self.readers(&mut causes, &mut read);
            if (causes.len(), read.len()) == before {
                break;
            }
        }
        // Equations that would have no value in any of their years.
        for (&(id, year), found) in &outside {
            let years = self.chosen_years(id, found.definition);
            // A variable with a lag of its own hands the gap on: `z = z[t-2] + 1` with a value in one year only.
            let handed_on = found.of == id
                && causes.iter().any(|(dated, cause)| {
                    dated.0 == id && !outside.contains_key(dated) && *cause == (id, year)
                });
            if handed_on || years.iter().all(|&year| causes.contains_key(&(id, year))) {
                read.insert((id, year));
            }
        }
        // The starting value of a variable that reads its own past also gives values to the variables that read it.
        let needed = |dated: &Dated| {
            read.iter().any(|other| other == dated || causes.get(other) == Some(dated))
        };
        let mut problems: Vec<(Dated, OutsideReading)> =
            outside.into_iter().filter(|(dated, _)| needed(dated)).collect();
        let is_own = |((id, _), found): &(Dated, OutsideReading)| found.of == *id;
        if problems.iter().any(is_own) {
            problems.retain(is_own);
        }
        let years: Vec<(Dated, Code)> =
            problems.iter().map(|(dated, found)| (*dated, found.problem.code)).collect();
        problems.dedup_by_key(|((id, _), _)| *id);
        for ((id, _), found) in problems {
            let same = |((of, _), code): &&(Dated, Code)| *of == id && *code == found.problem.code;
            let needed = years.iter().filter(same).map(|((_, year), _)| *year).collect();
            self.report_outside(found, id, needed);
        }
        if !read.is_empty() {
            return;
        }
        for &(id, year) in causes.keys() {
            self.take_definitions(id, year);
            self.model.undefined.push((id, year));
        }
    }

    /// Reports an equation that reads outside the horizon, with the values that it needs.
    fn report_outside(&mut self, found: OutsideReading, id: QuantityId, needed: Vec<i32>) {
        let quantity = &self.model.quantities[id];
        let sets = self.set_names(&quantity.axes);
        let own = (quantity.name.as_str(), sets.as_slice());
        self.error(errors::with_values(found.problem, own, &needed, self.model.years));
    }

    /// True for a variable whose values come from equations only.
    fn may_be_without(&self, (id, _): Dated) -> bool {
        let quantity = &self.model.quantities[id];
        quantity.role == Role::Variable
            && quantity.definitions.iter().all(|definition| definition.op == Op::Set)
    }

    /// Adds the values that read one of `causes`: variables have no value either, and all others need one.
    fn readers(&self, causes: &mut BTreeMap<Dated, Dated>, read: &mut BTreeSet<Dated>) {
        for (id, quantity) in self.model.quantities.iter().enumerate() {
            for (number, definition) in quantity.definitions.iter().enumerate() {
                for year in self.chosen_years(id, number) {
                    for dated in self.missing_reads(definition, year, causes) {
                        let is_own = self.may_be_without((id, year));
                        match causes.get(&dated).copied() {
                            Some(cause) if is_own => {
                                causes.entry((id, year)).or_insert(cause);
                            }
                            _ => {
                                read.insert(dated);
                            }
                        }
                    }
                }
            }
            if let Some(start) = &quantity.start {
                let years = start.years.0..=start.years.1;
                read.extend(years.flat_map(|year| self.missing_reads(start, year, causes)));
            }
        }
        for change in &self.model.changes {
            if let Change::Replace { quantity, definition, .. } = &change.change {
                let years = definition.years.0..=definition.years.1;
                // A scenario that gives the value needs a value in the baseline too.
                let given = years.clone().map(|year| (*quantity, year));
                read.extend(given.filter(|dated| causes.contains_key(dated)));
                read.extend(years.flat_map(|year| self.missing_reads(definition, year, causes)));
            }
        }
    }

    /// Returns the quantities and years without an equation that a definition reads in a year.
    fn missing_reads(
        &self,
        definition: &Definition,
        year: i32,
        causes: &BTreeMap<Dated, Dated>,
    ) -> Vec<Dated> {
        let mut found = Vec::new();
        readings(&definition.expr, year, &mut |reading: Reading| {
            let dated = (reading.quantity, reading.year);
            if causes.contains_key(&dated) {
                found.push(dated);
            }
        });
        found
    }

    /// Returns the years in which a definition gives the value of at least one cell.
    fn chosen_years(&self, id: QuantityId, number: usize) -> Vec<i32> {
        let quantity = &self.model.quantities[id];
        let Some(definition) = quantity.definitions.get(number) else { return Vec::new() };
        let (first, horizon) = (self.model.years.0, self.model.horizon());
        let chosen = |&year: &i32| {
            let at = usize::try_from(year - first).unwrap_or(0);
            quantity.choice.is_empty()
                || quantity.choice.iter().skip(at).step_by(horizon).any(|&c| c as usize == number)
        };
        (definition.years.0..=definition.years.1).filter(chosen).collect()
    }

    /// Removes the definitions of all cells of a variable in a year.
    fn take_definitions(&mut self, id: QuantityId, year: i32) {
        let size = self.model.cells_of(id).len() * self.model.horizon();
        let (at, horizon) = ((year - self.model.years.0).max(0) as usize, self.model.horizon());
        let choice = &mut self.model.quantities[id].choice;
        if choice.is_empty() {
            choice.resize(size, 0);
        }
        choice.iter_mut().skip(at).step_by(horizon).for_each(|chosen| *chosen = NONE);
    }
}
