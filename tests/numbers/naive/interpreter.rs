//! A second interpreter of the core language: slow, and as plain as the language's own description.
//!
//! It takes the checked model without the checker's choice of definitions, and computes the value of each
//! (quantity, cell, year) by recursion with a cache. It has no order of evaluation and no tape. Values that
//! depend on each other in a cycle are refused, or solved by nested one-dimensional searches (`solve`).

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use mizan::model::{
    Change, ChangeId, Definition, LeverId, Model, Op, Quantity, QuantityId, Role, Select,
};

use super::number::{Num, exact};
use super::uniform::Draw;

/// The reason why a cell has no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fault {
    /// The run must stop with this code.
    NoValue(&'static str),
    /// The value depends on a comparison that rounding decides.
    Close,
    /// Equations depend on each other in a cycle.
    Circle,
}

/// A value, or the reason why there is none.
pub(super) type Found = Result<Num, Fault>;

/// The cached value of a cell in a year; the bits mark the unknowns on whose trial values it depends.
type Known = Option<(Found, u64)>;

/// A run: the model with some changes, and its cache.
pub(super) struct Run<'a> {
    pub(super) model: &'a Model,
    pub(super) baseline: Option<&'a Run<'a>>,
    /// The draw of the random quantities; `None` for their medians.
    pub(super) draw: Option<Draw<'a>>,
    /// True if cycles are solved, false if they are refused.
    solves: bool,
    present: Vec<bool>,
    replaced: HashMap<QuantityId, Vec<&'a Definition>>,
    /// The cache by quantity, cell and year. A value under computation is marked as a cycle.
    pub(super) known: RefCell<Vec<Vec<Known>>>,
    /// Bits of the unknowns on whose trial values the value under computation depends.
    pub(super) rests: Cell<u64>,
    /// Number of unknowns that have a trial value now.
    pub(super) tried: Cell<u32>,
}

/// The cell being defined.
pub(super) struct Place<'a> {
    pub(super) definition: &'a Definition,
    pub(super) quantity: &'a Quantity,
    pub(super) cell: &'a [u32],
}

impl<'a> Run<'a> {
    pub(super) fn new(
        model: &'a Model,
        changes: &[ChangeId],
        baseline: Option<&'a Run<'a>>,
        draw: Option<Draw<'a>>,
    ) -> Self {
        let mut present: Vec<bool> = model.levers.iter().map(|lever| lever.in_baseline).collect();
        let mut replaced: HashMap<_, Vec<_>> = HashMap::new();
        for &change in changes {
            match &model.changes[change].change {
                Change::Add(lever) => present[*lever] = true,
                Change::Remove(lever) => present[*lever] = false,
                Change::Replace { quantity, definition, .. } => {
                    replaced.entry(*quantity).or_default().push(definition);
                }
            }
        }
        let size = |quantity: &Quantity| model.cells(quantity) * model.horizon();
        let known = model.quantities.iter().map(|quantity| vec![None; size(quantity)]).collect();
        let known = RefCell::new(known);
        let (rests, tried) = Default::default();
        Self { model, baseline, draw, solves: false, present, replaced, known, rests, tried }
    }

    /// Sets whether the run solves cycles.
    pub(super) fn solving(self, solves: bool) -> Self {
        Self { solves, ..self }
    }

    /// True if a quantity belongs to no lever, or to a lever of the run.
    pub(super) fn has(&self, quantity: QuantityId) -> bool {
        self.is_present(self.model.quantities[quantity].lever)
    }

    fn is_present(&self, lever: Option<LeverId>) -> bool {
        lever.is_none_or(|lever| self.present[lever])
    }

    /// Returns the value of a cell in a year.
    pub(super) fn value(
        &self,
        quantity: QuantityId,
        cell: &[u32],
        year: i32,
    ) -> Result<Num, Fault> {
        let (first, last) = self.model.years;
        if year < first || year > last {
            return Err(Fault::NoValue("outside-horizon"));
        }
        let place = |cell: &[u32]| {
            let axes = self.model.quantities[quantity].axes.iter().zip(cell);
            let cell = axes.fold(0, |at, (&axis, &element)| {
                let whole = &self.model.sets[self.model.sets[axis].root];
                at * whole.elements.len() + element as usize
            });
            cell * self.model.horizon() + (year - first) as usize
        };
        let place = place(cell);
        let known = self.known.borrow()[quantity][place];
        if let Some((value, rests)) = known {
            self.rests.set(self.rests.get() | rests);
            return value;
        }
        let outer = self.rests.replace(0);
        self.know(quantity, place, Some((Err(Fault::Circle), 0)));
        let value = match self.work_out(quantity, cell, year) {
            Err(Fault::Circle) if self.solves => self.solve((quantity, place), cell, year),
            found => found,
        };
        // A value in a cycle may become known when another value of the cycle is.
        let known = !self.solves || value != Err(Fault::Circle);
        self.know(quantity, place, known.then_some((value, self.rests.get())));
        self.rests.set(outer | self.rests.get());
        value
    }

    pub(super) fn know(&self, quantity: QuantityId, place: usize, what: Known) {
        self.known.borrow_mut()[quantity][place] = what;
    }

    fn work_out(&self, id: QuantityId, cell: &[u32], year: i32) -> Result<Num, Fault> {
        let (value, defined) = self.combined(id, cell, year)?;
        if defined { self.within_bounds(id, value) } else { Ok(value) }
    }

    /// Returns a value if it lies within its bounds.
    pub(super) fn within_bounds(&self, id: QuantityId, value: Num) -> Result<Num, Fault> {
        let Some((low, high)) = self.model.quantities[id].bounds else { return Ok(value) };
        if value.is_below(exact(low))? || exact(high).is_below(value)? {
            return Err(Fault::NoValue("out-of-bounds"));
        }
        Ok(value)
    }

    /// Computes the value of a cell, whatever its bounds; false if no definition covers it.
    pub(super) fn combined(
        &self,
        id: QuantityId,
        cell: &[u32],
        year: i32,
    ) -> Result<(Num, bool), Fault> {
        let quantity = &self.model.quantities[id];
        let mut value = exact(if quantity.role == Role::Factor { 1.0 } else { 0.0 });
        if !self.has(id) {
            return Ok((value, false));
        }
        let mut defined = false;
        let definitions = match quantity.role {
            Role::Factor | Role::Total => self.contributions(quantity, cell, year),
            _ => self.closest(quantity, cell, year).into_iter().collect(),
        };
        let replaced = self.replaced.get(&id).into_iter().flatten().copied();
        let is_fixed = |d: &Definition| d.op == Op::Set && self.covers(d, cell, year);
        let fixed = replaced.clone().any(is_fixed);
        for definition in definitions.into_iter().chain(replaced) {
            // A fixed variable is not solved for.
            let counts = !fixed || definition.op != Op::Solve;
            if counts && self.covers(definition, cell, year) {
                value = self.apply(Place { definition, quantity, cell }, value, year)?;
                defined = true;
            }
        }
        Ok((value, defined))
    }

    /// Combines all contributions of the run's levers to a total or a factor.
    fn contributions(
        &self,
        quantity: &'a Quantity,
        cell: &[u32],
        year: i32,
    ) -> Vec<&'a Definition> {
        let all = quantity.definitions.iter();
        let counts = |d: &&Definition| self.is_present(d.lever) && self.covers(d, cell, year);
        all.filter(counts).collect()
    }

    /// Returns the most specific definition of the cell.
    pub(super) fn closest(
        &self,
        quantity: &'a Quantity,
        cell: &[u32],
        year: i32,
    ) -> Option<&'a Definition> {
        let covering = |d: &&Definition| self.covers(d, cell, year);
        let all: Vec<&Definition> = quantity.definitions.iter().filter(covering).collect();
        let wins = |a: &&&Definition| {
            all.iter().all(|b| std::ptr::eq(**a, *b) || self.is_closer(quantity, a, b))
        };
        all.iter().find(wins).copied()
    }

    /// True if `a` is more specific than `b` in one index or the year and at least as specific in all others.
    /// A default is less specific than any other definition.
    fn is_closer(&self, quantity: &Quantity, a: &Definition, b: &Definition) -> bool {
        if a.default != b.default {
            return b.default;
        }
        let (a, b) = (self.closeness(quantity, a), self.closeness(quantity, b));
        a != b && a.iter().zip(&b).all(|(a, b)| a >= b)
    }

    fn closeness(&self, quantity: &Quantity, definition: &Definition) -> Vec<u8> {
        let size = |set: usize| self.model.sets[set].members.len();
        let axes = definition.axes.iter().zip(&quantity.axes).map(|(select, &axis)| match select {
            Select::Each(_, set) if size(*set) == size(axis) => 0,
            Select::Each(..) => 1,
            Select::One(_) | Select::Computed(_) => 2,
        });
        let (from, until) = definition.years;
        let years = match (from, until) {
            all if all == self.model.years => 0,
            _ if from < until => 1,
            _ => 2,
        };
        axes.chain([years]).collect()
    }

    fn covers(&self, definition: &Definition, cell: &[u32], year: i32) -> bool {
        let (from, until) = definition.years;
        let axis = |(select, element): (&Select, &u32)| match select {
            Select::One(one) => one == element,
            Select::Each(_, set) => self.model.sets[*set].members.contains(element),
            Select::Computed(_) => true,
        };
        from <= year && year <= until && definition.axes.iter().zip(cell).all(axis)
    }

    /// Applies a definition to the value before it.
    fn apply(&self, place: Place<'_>, before: Num, year: i32) -> Result<Num, Fault> {
        let definition = place.definition;
        let mut slots = self.slots(definition, place.cell);
        let mut value = before;
        for element in self.combinations(&definition.extra) {
            for (&(slot, _), element) in definition.extra.iter().zip(element) {
                slots[slot] = element;
            }
            if !self.is_meant(&place, &mut slots, year)? {
                continue;
            }
            let part = self.eval(&definition.expr, year, &mut slots, &place)?;
            value = match definition.op {
                Op::Set => part,
                Op::Add => value.plus(part)?,
                Op::Multiply => value.times(part)?,
                Op::Solve => return Err(Fault::Circle),
            };
        }
        Ok(value)
    }

    /// Returns the element of each index letter of a definition in a cell.
    pub(super) fn slots(&self, definition: &Definition, cell: &[u32]) -> Vec<u32> {
        let mut slots = vec![0; self.model.slots];
        for (select, &element) in definition.axes.iter().zip(cell) {
            if let Select::Each(slot, _) = select {
                slots[*slot] = element;
            }
        }
        slots
    }

    /// False if a computed index of the definition names another cell.
    fn is_meant(&self, place: &Place<'_>, slots: &mut [u32], year: i32) -> Result<bool, Fault> {
        for (select, &element) in place.definition.axes.iter().zip(place.cell) {
            if let Select::Computed(expr) = select
                && self.eval(expr, year, slots, place)?.value != f64::from(element)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns every combination of the loops' elements.
    pub(super) fn combinations(&self, loops: &[(usize, usize)]) -> Vec<Vec<u32>> {
        loops.iter().fold(vec![Vec::new()], |all, &(_, set)| {
            let members = &self.model.sets[set].members;
            let longer = |start: &Vec<u32>| -> Vec<Vec<u32>> {
                members.iter().map(|&m| [start.as_slice(), &[m]].concat()).collect()
            };
            all.iter().flat_map(longer).collect()
        })
    }
}
