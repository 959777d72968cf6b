//! Storage indices of all values of a model: by quantity, then cell, then year.

use crate::model::{Model, QuantityId};

/// Index of a value (one cell in one year) in the storage of a run.
pub type CellIndex = usize;

/// A cell of a quantity in one year.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Point {
    /// The quantity of the cell.
    pub quantity: QuantityId,
    /// The element of each axis, as its position in the axis' root set.
    pub cell: Vec<u32>,
    /// The year of the value.
    pub year: i32,
}

/// The index of a value together with its point, for fast moves to a neighbouring index.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    /// The point with the current index.
    pub point: Point,
    place: CellIndex,
    /// The index after the last cell of the current quantity.
    end: CellIndex,
}

/// Storage indices of all values of a model.
#[derive(Debug, Clone)]
pub struct Layout {
    offsets: Vec<usize>,
    shapes: Vec<Vec<usize>>,
    /// The distance between neighbouring elements of each axis.
    strides: Vec<Vec<usize>>,
    first: i32,
    horizon: usize,
    len: usize,
}

impl Layout {
    /// Computes the layout of a model's values.
    pub fn new(model: &Model) -> Self {
        let size = |&set: &usize| model.sets[model.sets[set].root].elements.len();
        let (mut offsets, mut shapes, mut strides) = (Vec::new(), Vec::new(), Vec::new());
        let mut len = 0;
        for quantity in &model.quantities {
            let shape: Vec<usize> = quantity.axes.iter().map(size).collect();
            let mut stride = vec![model.horizon(); shape.len()];
            for n in (1..shape.len()).rev() {
                stride[n - 1] = stride[n] * shape[n];
            }
            offsets.push(len);
            len += shape.iter().product::<usize>() * model.horizon();
            shapes.push(shape);
            strides.push(stride);
        }
        let horizon = model.horizon();
        Self { offsets, shapes, strides, first: model.years.0, horizon, len }
    }

    /// Number of years.
    pub fn horizon(&self) -> usize {
        self.horizon
    }

    /// Returns the number of quantities.
    pub fn quantities(&self) -> usize {
        self.offsets.len()
    }

    /// Returns the number of values.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True if the layout has no values.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the length of each axis of a quantity, and last the number of years.
    pub fn shape(&self, quantity: QuantityId) -> Vec<usize> {
        self.shapes[quantity].iter().copied().chain([self.horizon]).collect()
    }

    /// Returns the first index of a quantity's values.
    #[inline]
    pub fn first(&self, quantity: QuantityId) -> CellIndex {
        self.offsets[quantity]
    }

    /// Returns the range of indices of a quantity's values.
    pub fn range(&self, quantity: QuantityId) -> std::ops::Range<CellIndex> {
        let end = self.offsets.get(quantity + 1).copied().unwrap_or(self.len);
        self.offsets[quantity]..end
    }

    /// Returns the index of a cell in the first year.
    pub fn cell(&self, quantity: QuantityId, cell: impl IntoIterator<Item = usize>) -> CellIndex {
        let strides = &self.strides[quantity];
        let steps = cell.into_iter().zip(strides).map(|(element, stride)| element * stride);
        self.offsets[quantity] + steps.sum::<usize>()
    }

    /// Returns the first index of a quantity, and the distance in indices between neighbouring elements of each axis.
    pub fn first_of(&self, quantity: QuantityId) -> (CellIndex, &[usize]) {
        (self.offsets[quantity], &self.strides[quantity])
    }

    /// Returns the index of a year, from 0 for the first year; `None` outside the horizon.
    pub fn year(&self, year: i32) -> Option<usize> {
        usize::try_from(year - self.first).ok().filter(|&n| n < self.horizon)
    }

    /// Returns the index of a point whose year is within the horizon.
    pub fn place(&self, point: &Point) -> CellIndex {
        let cell = point.cell.iter().map(|&element| element as usize);
        self.cell(point.quantity, cell) + self.year(point.year).unwrap_or(0)
    }

    /// Returns the quantity of an index.
    #[inline]
    pub fn quantity(&self, place: CellIndex) -> QuantityId {
        self.offsets.partition_point(|&first| first <= place).saturating_sub(1)
    }

    /// Returns the point of an index.
    pub fn point(&self, place: CellIndex) -> Point {
        let mut cursor = Cursor::default();
        self.move_to(place, &mut cursor);
        cursor.point
    }

    /// Moves a cursor to an index. The next year and the next cell of the same quantity take a fast path.
    pub fn move_to(&self, place: CellIndex, cursor: &mut Cursor) {
        let last = self.first + self.horizon as i32 - 1;
        let point = &mut cursor.point;
        let step = if place < cursor.end { place.wrapping_sub(cursor.place) } else { 0 };
        if step == 1 && point.year < last {
            point.year += 1;
        } else if step == self.horizon || step == 1 {
            point.year = if step == 1 { self.first } else { point.year };
            for (element, &size) in point.cell.iter_mut().zip(&self.shapes[point.quantity]).rev() {
                *element += 1;
                if (*element as usize) < size {
                    break;
                }
                *element = 0;
            }
        } else {
            let quantity = self.quantity(place);
            let within = place - self.offsets[quantity];
            let (mut at, year) = (within / self.horizon, within % self.horizon);
            point.cell.resize(self.shapes[quantity].len(), 0);
            for (element, &size) in point.cell.iter_mut().zip(&self.shapes[quantity]).rev() {
                *element = (at % size) as u32;
                at /= size;
            }
            (point.quantity, point.year) = (quantity, self.first + year as i32);
            cursor.end = self.range(quantity).end;
        }
        cursor.place = place;
    }

    /// True if an index is that of the next element on the last axis, in the same year.
    pub fn is_next(&self, before: CellIndex, place: CellIndex) -> bool {
        let quantity = self.quantity(before);
        let row = self.shapes[quantity].last().copied().unwrap_or(1);
        let cell = (before - self.offsets[quantity]) / self.horizon;
        place == before + self.horizon && !(cell + 1).is_multiple_of(row)
    }

    /// Returns the index of the same cell one year earlier; `None` in the first year.
    pub fn year_before(&self, place: CellIndex) -> Option<CellIndex> {
        let within = place - self.offsets[self.quantity(place)];
        (!within.is_multiple_of(self.horizon)).then(|| place - 1)
    }
}
