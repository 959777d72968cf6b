//! Presentation of a query's values: years, units, titles and the layout of tables.

use std::fmt;

use super::SetId;

/// The years of a query in ascending order, without duplicates; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryYears(Vec<i32>);

impl QueryYears {
    /// Makes the years `from..=to`; `from` alone if `to` is before it.
    pub fn span(from: i32, to: i32) -> Self {
        Self((from..=to.max(from)).collect())
    }

    /// Joins several ranges of years; `None` for an empty list.
    pub fn of(ranges: &[(i32, i32)]) -> Option<Self> {
        let mut years: Vec<i32> = ranges.iter().flat_map(|&(from, to)| from..=to).collect();
        years.sort_unstable();
        years.dedup();
        (!years.is_empty()).then_some(Self(years))
    }

    /// Returns the first year.
    pub fn first(&self) -> i32 {
        self.0.first().copied().unwrap_or_default()
    }

    /// Returns the last year.
    pub fn last(&self) -> i32 {
        self.0.last().copied().unwrap_or_default()
    }

    /// Returns the number of years.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the years in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = i32> + Clone + '_ {
        self.0.iter().copied()
    }

    /// Returns the years that are also in a range; `None` if there are none.
    pub fn within(&self, (from, to): (i32, i32)) -> Option<Self> {
        let inside = |year: &i32| (from..=to).contains(year);
        let years: Vec<i32> = self.iter().filter(inside).collect();
        (!years.is_empty()).then_some(Self(years))
    }
}

/// Writes years as a script does: `2030`, `2026..2030`, `2026, 2030..2032`.
impl fmt::Display for QueryYears {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.0.chunk_by(|a, b| b - a == 1).map(|run| match run {
            [first, .., last] => format!("{first}..{last}"),
            one => one.iter().map(i32::to_string).collect(),
        });
        f.write_str(&runs.collect::<Vec<_>>().join(", "))
    }
}

/// Presentation of one value of a query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    /// Title of the value after `as`; empty without one.
    pub title: String,
    /// Unit after `in`, without its scale word; empty for the value's own unit.
    pub unit: String,
    /// Scale word of the unit, such as `bn`; empty for plain numbers; `None` for a scale chosen by the values.
    pub scale: Option<&'static str>,
    /// Number of decimals; `None` to choose it by the values.
    pub digits: Option<usize>,
    /// For a sum that `with total` adds after a value: the positions of the `*` that it sums over. Empty for any other
    /// value.
    pub total_over: Vec<usize>,
}

impl Shown {
    /// True for a sum that `with total` adds after a value.
    pub fn is_total(&self) -> bool {
        !self.total_over.is_empty()
    }
}

/// Layout of tables that the clauses of a query choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TableForm {
    /// Columns of the tables; `None` for the default layout of the values.
    pub across: Option<Across>,
    /// True if the table of a simulation has means, standard errors, deviations and all quantiles.
    pub errors: bool,
}

/// The dimension that the columns of a table show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    /// One column for each year.
    Years,
    /// One column for each scenario.
    Scenarios,
    /// One column for each element of a set, given by the root set.
    Elements(SetId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_sorted_counted_once_and_written_as_ranges() {
        let years = QueryYears::of(&[(2035, 2035), (2026, 2028), (2027, 2030)]).expect("years");
        assert_eq!(years.to_string(), "2026..2030, 2035");
        assert_eq!((years.first(), years.last(), years.count()), (2026, 2035, 6));
        assert_eq!(
            years.within((2029, 2034)).map(|years| years.to_string()),
            Some("2029..2030".to_owned())
        );
        assert_eq!(years.within((2031, 2034)), None);
        assert_eq!(QueryYears::of(&[]), None);
        assert_eq!(QueryYears::span(2030, 2030).to_string(), "2030");
    }
}
