//! The values of a run, by quantity. Runs in which a quantity is the same share its memory.

use std::sync::Arc;

use super::domain::Extent;
use crate::model::QuantityId;
use crate::plan::{CellIndex, Layout};

/// The values of one quantity: owned by one run during the run, then shared with later runs.
#[derive(Debug, Clone)]
enum OfQuantity<V> {
    Own(Vec<V>),
    Shared(Arc<Vec<V>>),
}

impl<V> OfQuantity<V> {
    #[inline]
    fn get(&self) -> &[V] {
        match self {
            Self::Own(values) => values,
            Self::Shared(values) => values,
        }
    }
}

/// Lists of fewer values are not looked at for one that all values have in common.
const MANY: usize = 1024;

/// The values of a run; 0 for values that were not computed.
#[derive(Debug, Clone)]
pub(crate) struct Store<V> {
    layout: Arc<Layout>,
    quantities: Vec<OfQuantity<V>>,
    /// For each quantity, a bit for each known run that shares the quantity's values.
    common: Vec<u64>,
}

impl<V: Copy + Default> Store<V> {
    /// Makes a store without computed values.
    pub(crate) fn new(layout: Arc<Layout>) -> Self {
        let count = layout.quantities();
        let quantities = (0..count).map(|_| OfQuantity::Own(Vec::new())).collect();
        Self { layout, quantities, common: vec![0; count] }
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Returns the values of a quantity; empty if none was computed.
    #[inline]
    pub(crate) fn of(&self, quantity: QuantityId) -> &[V] {
        self.quantities[quantity].get()
    }

    /// The value of a quantity at an index.
    #[inline]
    pub(crate) fn at(&self, quantity: QuantityId, index: CellIndex) -> V {
        let within = index - self.layout.first(quantity);
        self.of(quantity).get(within).copied().unwrap_or_default()
    }

    /// The value at an index.
    pub(crate) fn get(&self, index: CellIndex) -> V {
        self.at(self.layout.quantity(index), index)
    }

    /// True if a known run, given by its number, has the same value at an index.
    #[inline]
    pub(crate) fn same(
        &self,
        (run, before): (usize, &Self),
        index: CellIndex,
        equal: impl Fn(V, V) -> bool,
    ) -> bool {
        let quantity = self.layout.quantity(index);
        let common = self.common[quantity].checked_shr(run as u32).unwrap_or(0) & 1 != 0;
        common || equal(self.at(quantity, index), before.at(quantity, index))
    }

    /// Stores a value of a quantity. Other runs that share the quantity keep their value.
    #[inline]
    pub(crate) fn set(&mut self, quantity: QuantityId, index: CellIndex, value: V) {
        let within = index - self.layout.first(quantity);
        self.own(quantity)[within] = value;
    }

    /// The values of neighbouring elements from an index on, to be changed: for each its neighbouring years.
    pub(crate) fn cells(
        &mut self,
        (quantity, index): (QuantityId, CellIndex),
        extent: Extent,
    ) -> impl Iterator<Item = &mut [V]> {
        let (within, horizon) = (index - self.layout.first(quantity), self.layout.horizon());
        let from = self.own(quantity).get_mut(within..).unwrap_or_default();
        let cells = from.chunks_mut(horizon.max(1)).take(extent.elements[0]);
        cells.filter_map(move |cell| cell.get_mut(..extent.years))
    }

    /// The values of a quantity that belong to this run alone.
    #[inline]
    fn own(&mut self, quantity: QuantityId) -> &mut [V] {
        match &mut self.quantities[quantity] {
            OfQuantity::Own(values) if !values.is_empty() => {}
            _ => self.make_own(quantity),
        }
        match &mut self.quantities[quantity] {
            OfQuantity::Own(values) => values,
            OfQuantity::Shared(_) => &mut [],
        }
    }

    /// Copies the values of a shared quantity, so that this run alone owns them.
    #[cold]
    fn make_own(&mut self, quantity: QuantityId) {
        let mut values = self.of(quantity).to_vec();
        values.resize(self.layout.range(quantity).len(), V::default());
        self.put(quantity, values);
    }

    /// Shares the values of a quantity with a known run.
    pub(crate) fn keep<'k>(
        &mut self,
        quantity: QuantityId,
        run: usize,
        before: impl Iterator<Item = &'k Self> + Clone,
    ) where
        V: 'k,
    {
        let Some(from) = before.clone().nth(run) else { return };
        self.quantities[quantity] = from.quantities[quantity].clone();
        for (n, other) in before.enumerate().take(u64::BITS as usize) {
            let same = std::ptr::eq(other.of(quantity), from.of(quantity));
            self.common[quantity] |= u64::from(same) << n;
        }
    }

    /// Stores all values of a quantity.
    pub(crate) fn put(&mut self, quantity: QuantityId, values: Vec<V>) {
        self.quantities[quantity] = OfQuantity::Own(values);
        self.common[quantity] = 0;
    }

    /// Frees the values of quantities that are not marked.
    pub(crate) fn keep_only(&mut self, marked: &[bool]) {
        for (one, _) in self.quantities.iter_mut().zip(marked).filter(|(_, marked)| !**marked) {
            *one = OfQuantity::Own(Vec::new());
        }
    }

    /// Finishes the run: from now on other runs may share its values. Quantities that have one and the same value
    /// everywhere, such as the factors that no lever moves, share one list.
    pub(crate) fn done(mut self, same: impl Fn(V, V) -> bool) -> Self {
        let mut uniform: Vec<Arc<Vec<V>>> = Vec::new();
        for one in &mut self.quantities {
            let OfQuantity::Own(values) = one else { continue };
            let Some(&first) = values.first() else { continue };
            let is_uniform = values.len() >= MANY && values.iter().all(|&value| same(value, first));
            let is_equal = |known: &&Arc<Vec<V>>| {
                known.len() == values.len()
                    && known.first().is_some_and(|&value| same(value, first))
            };
            let known = uniform.iter().find(is_equal).filter(|_| is_uniform);
            let shared = known.map_or_else(|| Arc::new(std::mem::take(values)), Arc::clone);
            uniform.extend(is_uniform.then(|| Arc::clone(&shared)));
            *one = OfQuantity::Shared(shared);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_there_once_until_it_is_changed() {
        let text = "years 2024..2025\nparam a = 1\nset s = x, y\nvar b[s]\nb[i] = a\nshow b[x]\n";
        let model = crate::session::load("x", text).model.expect("a model");
        let layout = Arc::new(Layout::new(&model));
        let (a, b) = (layout.range(0), layout.range(1));
        let mut first = Store::new(Arc::clone(&layout));
        first.set(1, b.start + 1, 3.0);
        assert_eq!((first.of(1), first.of(0)), (&[0.0, 3.0, 0.0, 0.0][..], &[][..]));
        assert_eq!(
            (first.get(b.start + 1), first.get(a.start), first.at(1, b.end - 1)),
            (3.0, 0.0, 0.0)
        );
        let first = first.done(|a, b| a == b);
        let mut second = Store::new(layout);
        second.keep(1, 0, std::iter::once(&first));
        second.set(0, a.start, 5.0);
        assert!(std::ptr::eq(first.of(1), second.of(1)));
        let same = |second: &Store<f64>, place| second.same((0, &first), place, |a, b| a == b);
        assert!(
            same(&second, b.start + 1) && !same(&second, a.start) && same(&second, a.start + 1)
        );
        assert_eq!((second.get(b.start + 1), second.get(a.start)), (3.0, 5.0));
        second.set(1, b.start + 1, 4.0);
        assert_eq!((first.get(b.start + 1), second.get(b.start + 1)), (3.0, 4.0));
        assert!(!same(&second, b.start + 1) && same(&second, b.start));
    }
}
