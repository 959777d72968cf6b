//! Functions of other languages that read a file: `read_csv("trade.csv", sep: ";")`.
//!
//! In: such a call. Out: the call of `data` with the arguments that mean something there.

use super::Checker;
use crate::data::is_option;
use crate::syntax::ast::{self, ExprKind};

/// Functions of other languages that read a file.
const READERS: [&str; 27] = [
    "import",
    "import_csv",
    "importfile",
    "from_csv",
    "from_excel",
    "load_csv",
    "read_file",
    "open",
    "file",
    "read_csv",
    "read.csv",
    "read_excel",
    "read.xlsx",
    "readxl::read_excel",
    "fread",
    "csvread",
    "xlsread",
    "readtable",
    "importdata",
    "read",
    "load",
    "read_table",
    "read.table",
    "read_delim",
    "read_dta",
    "read_sheet",
    "import_excel",
];
/// Arguments of these functions, each with the option of `data` that means the same.
const SAME: [(&str, &str); 8] = [
    ("sheet_name", "sheet"),
    ("sep", "delimiter"),
    ("delim", "delimiter"),
    ("dec", "decimal"),
    ("na_values", "na"),
    ("na_strings", "na"),
    ("fileEncoding", "encoding"),
    ("thousand", "thousands"),
];
/// Arguments of these functions that `data` has no use for.
const WITHOUT_USE: [&str; 10] = [
    "engine",
    "dtype",
    "comment",
    "quote",
    "quotechar",
    "usecols",
    "index_col",
    "names",
    "range",
    "mode",
];

impl Checker<'_> {
    /// Returns the call of `data` for a function that reads a file.
    pub(super) fn of_file(&self, lower: &str, call: &ast::Call) -> Option<String> {
        READERS.contains(&lower).then_some(())?;
        let (first, others) = call.args.split_first()?;
        let file = self.sources.text(first.value.span).trim();
        file.starts_with('"').then_some(())?;
        let kept = others.iter().filter_map(|argument| self.kept_argument(argument));
        let parts: Vec<String> = std::iter::once(file.to_owned()).chain(kept).collect();
        Some(format!("data({})", parts.join(", ")))
    }

    /// Returns the option of `data` that an argument of another program means: `delimiter` for `sep`.
    pub(super) fn option_meant(key: &str) -> Option<&'static str> {
        SAME.iter().find(|(other, _)| *other == key).map(|(_, own)| *own)
    }

    /// Returns an argument as `data` takes it: an option, a column of a set or a filter. None for any other.
    fn kept_argument(&self, argument: &ast::Argument) -> Option<String> {
        let key = argument.key.as_ref()?;
        let value = self.sources.text(argument.value.span).trim();
        if argument.literal_key {
            return Some(format!("\"{}\": {value}", key.text));
        }
        let own = Self::option_meant(&key.text).unwrap_or(&key.text);
        // The first row has the number 1 in `data` and 0 in pandas.
        if own == "header" && !value.parse().is_ok_and(|row: u32| row > 0) {
            return None;
        }
        let column = own == "year" || self.sets.contains_key(own);
        let is_text = matches!(argument.value.kind, ExprKind::Text(_));
        let filter = is_text && !WITHOUT_USE.contains(&own);
        (is_option(own) || column || filter).then(|| format!("{own}: {value}"))
    }
}
