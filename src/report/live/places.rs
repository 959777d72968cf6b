//! The place of each quantity in a live workbook: its sheet and its rows.
//!
//! A quantity of a lever is on the lever's sheet, any other quantity has a separate sheet. A row is a cell of the
//! quantity, a column is a year.

use indexmap::IndexMap;

use crate::model::{Model, QuantityId};

/// Column of the first year, counted from 0; the quantity and the cell come before.
pub(super) const FIRST_YEAR: u16 = 2;
/// Row of the first quantity, counted from 0; the years come before.
const FIRST_ROW: u32 = 1;
/// Maximum length of a sheet's name.
const LONGEST: usize = 31;
/// Reserved names of sheets.
const TAKEN: [&str; 5] = ["inputs", "results", "residuals", "baseline", "history"];
/// Name of the sheet with the baseline's values, which `baseline(...)` reads in any scenario.
pub(super) const BASELINE: &str = "Baseline";

/// The sheet and rows of each quantity.
#[derive(Debug)]
pub(super) struct Places {
    /// The quantities of each sheet, by the sheet's name, in the order of their rows.
    pub(super) sheets: IndexMap<String, Vec<QuantityId>>,
    /// Sheet and first row of each quantity; None for a quantity that the runs do not compute.
    rows: Vec<Option<(usize, u32)>>,
    /// First row of each quantity that `baseline(...)` reads, on the baseline's sheet.
    pub(super) in_baseline: IndexMap<QuantityId, u32>,
}

impl Places {
    /// Assigns a place to each quantity that the runs compute, and a second place to those that `baseline(...)` reads.
    pub(super) fn of(
        model: &Model,
        computed: impl Fn(QuantityId) -> bool,
        baseline: impl IntoIterator<Item = QuantityId>,
    ) -> Self {
        let mut next = FIRST_ROW;
        let second = baseline.into_iter().map(|id| {
            let row = next;
            let cells = model.quantities.get(id).map_or(0, |of| model.cells(of));
            next = next.saturating_add(u32::try_from(cells).unwrap_or(u32::MAX));
            (id, row)
        });
        let in_baseline = second.collect();
        let rows = vec![None; model.quantities.len()];
        let mut places = Self { sheets: IndexMap::new(), rows, in_baseline };
        let mut by_lever: IndexMap<usize, usize> = IndexMap::new();
        let mut used: Vec<u32> = Vec::new();
        for (id, quantity) in model.quantities.iter().enumerate() {
            if !computed(id) {
                continue;
            }
            let known = quantity.lever.and_then(|lever| by_lever.get(&lever).copied());
            let sheet = known.unwrap_or_else(|| {
                let lever = quantity.lever.and_then(|lever| model.levers.get(lever));
                let name = places.free(lever.map_or(&quantity.name, |lever| &lever.name));
                used.push(FIRST_ROW);
                places.sheets.insert_full(name, Vec::new()).0
            });
            if let Some(lever) = quantity.lever {
                by_lever.insert(lever, sheet);
            }
            let cells = u32::try_from(model.cells(quantity)).unwrap_or(u32::MAX);
            if let (Some(next), Some((_, list))) =
                (used.get_mut(sheet), places.sheets.get_index_mut(sheet))
            {
                list.push(id);
                if let Some(row) = places.rows.get_mut(id) {
                    *row = Some((sheet, *next));
                }
                *next = next.saturating_add(cells);
            }
        }
        places
    }

    /// Returns a sheet name that no other sheet has; names that differ only by case count as equal.
    fn free(&self, wanted: &str) -> String {
        let clean: String = wanted
            .chars()
            .map(|c| if "[]:*?/\\'".contains(c) || c.is_control() { '_' } else { c })
            .collect();
        let cut = |most: usize| clean.chars().take(most).collect::<String>();
        let is_free = |name: &String| {
            let name = name.to_lowercase();
            !TAKEN.contains(&name.as_str())
                && self.sheets.keys().all(|other| other.to_lowercase() != name)
        };
        let numbered = (2..).map(|n: usize| format!("{} {n}", cut(LONGEST - 6)));
        let mut candidates = std::iter::once(cut(LONGEST)).chain(numbered);
        candidates.find(is_free).unwrap_or(clean)
    }

    /// Returns the first row of a quantity.
    pub(super) fn row(&self, quantity: QuantityId) -> Option<u32> {
        self.rows.get(quantity).copied().flatten().map(|(_, row)| row)
    }

    /// Returns the address of a cell in a year, which counts from 0: `'demand'!$D$3`; on the baseline's sheet if
    /// `in_baseline`.
    pub(super) fn reference(
        &self,
        model: &Model,
        quantity: QuantityId,
        (cell, year): (&[u32], usize),
        in_baseline: bool,
    ) -> Option<String> {
        let (name, first) = if in_baseline {
            (BASELINE, *self.in_baseline.get(&quantity)?)
        } else {
            let (sheet, first) = self.rows.get(quantity).copied().flatten()?;
            (self.sheets.get_index(sheet)?.0.as_str(), first)
        };
        let of = model.quantities.get(quantity)?;
        let at = model.position(of, cell, model.years.0) / model.horizon().max(1);
        let row = first.checked_add(u32::try_from(at).ok()?)?.checked_add(1)?;
        let column = rust_xlsxwriter::utility::column_number_to_name(
            FIRST_YEAR.checked_add(u16::try_from(year).ok()?)?,
        );
        Some(format!("'{name}'!${column}${row}"))
    }
}
