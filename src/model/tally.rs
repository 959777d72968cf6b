//! Counts of a file's rows: used, left out, and the labels that are not elements.

use indexmap::IndexMap;

/// Maximum number of skipped labels that are stored.
const MOST_LABELS: usize = 12;

/// Counts of the rows of a data file by their use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowTally {
    /// Number of rows, without the header.
    pub rows: u64,
    /// Number of rows whose value is used.
    pub used: u64,
    /// Number of rows that do not pass the filters.
    pub filtered: u64,
    /// Number of rows whose cell means a missing value.
    pub empty: u64,
    /// Number of rows without any text.
    pub blank: u64,
    /// Number of values with a declared flag.
    pub flagged: u64,
    /// Number of lines above the header, which `header` leaves out.
    pub above: u64,
    /// Number of rows below the table, which `until` leaves out.
    pub below: u64,
    /// Number of rows that `other: skip` leaves out because their label is not an element.
    pub skipped: u64,
    /// The first labels of skipped rows.
    pub labels: Vec<String>,
    /// The first labels that differ from an element only by case, accents or signs, each with the element.
    pub alike: IndexMap<String, String>,
}

impl RowTally {
    /// Counts a row that is skipped because `label` is no element; `alike` is an element in another spelling.
    pub fn skip(&mut self, label: &str, alike: Option<&str>) {
        self.skipped += 1;
        if self.labels.len() < MOST_LABELS && !self.labels.iter().any(|known| known == label) {
            self.labels.push(label.to_owned());
        }
        if let Some(element) = alike.filter(|_| self.alike.len() < MOST_LABELS) {
            self.alike.insert(label.to_owned(), element.to_owned());
        }
    }

    /// Formats the counts: `120 rows: 80 used, 30 skipped (China, ...), 10 filtered out`.
    pub fn text(&self) -> String {
        let mut parts = vec![format!("{} used", self.used)];
        if self.skipped > 0 {
            let more = if self.labels.len() == MOST_LABELS { ", ..." } else { "" };
            parts.push(format!("{} skipped ({}{more})", self.skipped, self.labels.join(", ")));
        }
        if self.filtered > 0 {
            parts.push(format!("{} filtered out", self.filtered));
        }
        if self.empty > 0 {
            parts.push(format!("{} without a value", self.empty));
        }
        if self.blank > 0 {
            parts.push(format!("{} blank", self.blank));
        }
        let rows = if self.rows == 1 { "row" } else { "rows" };
        let mut text = format!("{} {rows}: {}", self.rows, parts.join(", "));
        if self.flagged > 0 {
            let values = if self.flagged == 1 { "value has" } else { "values have" };
            text.push_str(&format!("; {} {values} a flag", self.flagged));
        }
        match (self.above, self.below) {
            (0, 0) => {}
            (above, 0) => text.push_str(&format!("; {above} above the table")),
            (0, below) => text.push_str(&format!("; {below} below the table")),
            (above, below) => {
                text.push_str(&format!("; {above} above and {below} below the table"))
            }
        }
        text
    }
}
