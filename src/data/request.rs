//! The arguments of `data(...)`, read without the model.

use encoding_rs::Encoding;

use super::argument::{
    bare, beginning, code_of, column_of, encoding, filter_of, flag, header, plain_number,
    required_text, sign, text_of,
};
use super::errors::{argument as wrong, equal_signs};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast::{Argument, Expr, Name};

/// Options of `data`; every other name is a column.
const OPTIONS: [&str; 17] = [
    "value",
    "column",
    "unit",
    "delimiter",
    "decimal",
    "thousands",
    "encoding",
    "missing",
    "na",
    "other",
    "before",
    "after",
    "sheet",
    "header",
    "until",
    "brackets",
    "flag",
];

/// True for the name of an option, which names no column.
pub fn is_option(name: &str) -> bool {
    OPTIONS.contains(&name)
}

/// The format of a file's cells.
#[derive(Debug, Clone, PartialEq)]
pub struct CellFormat {
    /// The delimiter between cells; `,` by default.
    pub delimiter: u8,
    /// The encoding; None for UTF-8.
    pub encoding: Option<&'static Encoding>,
    /// The decimal sign that the script writes; see [`Self::decimal_sign`].
    pub decimal: Option<char>,
    /// The separator between groups of three digits; none by default.
    pub thousands: Option<char>,
    /// Texts of cells that have no value.
    pub na: Vec<String>,
    /// True if `(200)` is a negative number.
    pub brackets: bool,
    /// Texts that may follow a number, the longest first.
    pub flags: Vec<String>,
    /// True for numbers in per cent, which may have the sign `%` behind them.
    pub percent: bool,
}

impl Default for CellFormat {
    fn default() -> Self {
        Self {
            delimiter: b',',
            encoding: None,
            decimal: None,
            thousands: None,
            na: Vec::new(),
            brackets: false,
            flags: Vec::new(),
            percent: false,
        }
    }
}

impl CellFormat {
    /// The decimal sign; `.` by default.
    pub fn decimal_sign(&self) -> char {
        self.decimal.unwrap_or('.')
    }

    /// Reads an argument about the format of cells.
    fn argument(&mut self, key: &Name, value: &Expr) -> Result<(), Diagnostic> {
        match key.text.as_str() {
            "delimiter" => {
                let fits = |c: char| c.is_ascii() && !matches!(c, '"' | '\r' | '\n' | '\0');
                self.delimiter = sign(value, fits)? as u8;
            }
            "decimal" => self.decimal = Some(sign(value, |c| matches!(c, '.' | ','))?),
            "thousands" => {
                let fits = |c| matches!(c, '.' | ',' | ' ' | '\'' | '\u{2019}' | '_');
                self.thousands = Some(sign(value, fits)?);
            }
            "encoding" => self.encoding = encoding(value)?,
            "flag" => self.flags.push(flag(value)?),
            "brackets" if bare(value).is_some_and(|name| name.text == "negative") => {
                self.brackets = true;
            }
            "brackets" => {
                let help = "write `brackets: negative`, or leave it out";
                return Err(wrong(value.span, "`brackets` is not understood", help));
            }
            _ => self.na.push(required_text(value)?.text.trim().to_owned()),
        }
        Ok(())
    }
}

/// The value that a filter looks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// A cell equal to this text.
    Text(String),
    /// Cells with a number equal to this, except codes that begin with 0: `11` is not `011`.
    Number(f64),
}

/// A filter: only rows with a given value in a column are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// The column to compare.
    pub column: Name,
    /// The value that a row must have.
    pub wanted: Wanted,
}

/// An argument `KEY: NAME` of `data`: an index with its column, or a filter by text if the key is not an
/// index.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The name of an index, `year`, or a column.
    pub key: Name,
    /// The name of a column, or the text of a filter.
    pub text: Name,
    /// True if the text is in quotes.
    pub quoted: bool,
}

/// The value of cells for which the file has no row.
#[derive(Debug, Clone, PartialEq)]
pub enum Missing<'t> {
    /// No value: a missing row is an error.
    Error,
    /// This value for missing rows.
    Value(&'t Expr),
    /// A value by linear interpolation between the nearest years with a row.
    Interpolate,
}

/// The place of the table in the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TablePlace {
    /// The sheet of a workbook.
    pub sheet: Option<Name>,
    /// Number of the line or row with the names of the columns, from 1; None for the first that is not blank.
    pub header: Option<(u64, Span)>,
    /// The text with which the first row below the table begins.
    pub until: Option<Name>,
}

/// The parsed arguments of a call of `data`.
#[derive(Debug, Clone, PartialEq)]
pub struct Request<'t> {
    /// Name of the file.
    pub file: Name,
    /// The place of the table in it.
    pub place: TablePlace,
    /// Format of the file's cells.
    pub format: CellFormat,
    /// The filters that a row must pass.
    pub filters: Vec<Filter>,
    /// Indices with their columns, or more filters.
    pub named: Vec<Named>,
    /// The column of the values.
    pub value: Option<Name>,
    /// The place of `year: across`: each year has a column, headed by the year.
    pub across: Option<Span>,
    /// The column of a set's elements.
    pub column: Option<Name>,
    /// The unit of the values.
    pub unit: Option<&'t Expr>,
    /// The value of cells for which the file has no row.
    pub missing: Missing<'t>,
    /// True if rows whose label is not an element are left out instead of refused.
    pub skip_other: bool,
    /// Whether the first value holds for earlier years, and whether the last value holds for later years.
    pub hold: [bool; 2],
}

impl<'t> Request<'t> {
    /// The request of a file without further arguments.
    pub fn of_file(file: Name) -> Self {
        Self {
            file,
            place: TablePlace::default(),
            format: CellFormat::default(),
            filters: Vec::new(),
            named: Vec::new(),
            value: None,
            across: None,
            column: None,
            unit: None,
            missing: Missing::Error,
            skip_other: false,
            hold: [false; 2],
        }
    }

    /// Reads the arguments of a call at `span`; adds mistakes to `found`.
    pub fn read(args: &'t [Argument], span: Span, found: &mut Vec<Diagnostic>) -> Option<Self> {
        let before = found.len();
        let file = match args.first() {
            Some(Argument { key: None, value, .. }) => text_of(value),
            _ => None,
        };
        let Some(file) = file else {
            found.push(wrong(
                span,
                "`data` requires a file",
                "write its name first: `data(\"file.csv\", ...)`",
            ));
            return None;
        };
        let mut request = Self::of_file(file);
        for argument in args.iter().skip(1) {
            if let Err(problem) = request.argument(argument) {
                found.push(problem);
            }
        }
        given_twice(args, found);
        request.format.flags.sort_by_key(|flag| std::cmp::Reverse(flag.len()));
        if let (Some(value), Some(_)) = (&request.value, request.across) {
            let problem =
                "`value` names one column, and `year: across` reads the column of each year";
            found.push(wrong(value.span, problem, "leave one of the two out"));
        }
        if request.format.thousands == Some(request.format.decimal_sign()) {
            let names = ["thousands", "decimal"];
            let sign = args.iter().find(|argument| {
                argument.key.as_ref().is_some_and(|key| names.contains(&key.text.as_str()))
            });
            let at = sign.map_or(span, |argument| argument.value.span);
            found.push(equal_signs(at, request.format.decimal_sign()));
        }
        (found.len() == before).then_some(request)
    }

    fn argument(&mut self, argument: &'t Argument) -> Result<(), Diagnostic> {
        let value = &argument.value;
        let Some(key) = &argument.key else {
            let help = "write what it is: `value: column`, `partner: column`, `flow: \"M\"`";
            return Err(wrong(value.span, "an argument of `data` requires a name", help));
        };
        if argument.literal_key || !OPTIONS.contains(&key.text.as_str()) {
            return self.column_argument(key, argument.literal_key, value);
        }
        let means = |word: &str| bare(value).is_some_and(|name| name.text == word);
        match key.text.as_str() {
            "value" => self.value = Some(column_of(value)?),
            "column" => self.column = Some(column_of(value)?),
            "unit" => {
                self.format.percent = means("percent");
                self.unit = Some(value);
            }
            "sheet" => self.place.sheet = Some(column_of(value)?),
            "header" => self.place.header = Some(header(value)?),
            "until" => self.place.until = Some(beginning(value)?),
            "delimiter" | "decimal" | "thousands" | "encoding" | "na" | "brackets" | "flag" => {
                self.format.argument(key, value)?;
            }
            "other" if means("skip") => self.skip_other = true,
            "before" if means("hold") => self.hold[0] = true,
            "after" if means("hold") => self.hold[1] = true,
            "before" | "after" | "other" => {
                let word = if key.text == "other" { "skip" } else { "hold" };
                return Err(wrong(
                    value.span,
                    format!("`{}` is not understood", key.text),
                    format!("write `{}: {word}`, or leave it out", key.text),
                ));
            }
            _ if means("interpolate") => self.missing = Missing::Interpolate,
            _ => self.missing = Missing::Value(value),
        }
        Ok(())
    }

    /// Reads an index with its column, or a filter.
    fn column_argument(
        &mut self,
        key: &Name,
        quoted_key: bool,
        value: &Expr,
    ) -> Result<(), Diagnostic> {
        let text = text_of(value);
        let quoted = text.is_some();
        let across = bare(value).is_some_and(|name| name.text == "across");
        if key.text == "year" && !quoted_key && across {
            let first = self.across.replace(value.span);
            return match first {
                Some(_) => Err(wrong(key.span, "`year` is given twice", "remove one of the two")),
                None => Ok(()),
            };
        }
        if let Some(code) = code_of(value) {
            self.filters.push(Filter { column: key.clone(), wanted: Wanted::Text(code) });
        } else if let Some(number) = plain_number(value) {
            self.filters.push(Filter { column: key.clone(), wanted: Wanted::Number(number) });
        } else if let (true, Some(text)) = (quoted_key, &text) {
            let wanted = Wanted::Text(text.text.clone());
            self.filters.push(Filter { column: key.clone(), wanted });
        } else if let Some(text) = text.or_else(|| bare(value).cloned()).filter(|_| !quoted_key) {
            self.named.push(Named { key: key.clone(), text, quoted });
        } else {
            // `where: flow == "M"`
            if let Some(edit) = filter_of(key, value) {
                let message = "a filter is written `COLUMN: VALUE`".to_owned();
                let found = wrong(key.span, message, format!("write `{edit}`"));
                return Err(found.fix(key.span.to(value.span), edit));
            }
            let help = "write a column's name, or for a filter a number or a quoted text";
            return Err(wrong(
                value.span,
                format!("`{}` must be given a column or a value", key.text),
                help,
            ));
        }
        Ok(())
    }

    /// Adds a filter by text, for a key that is not an index.
    ///
    /// # Errors
    /// The text is not quoted: an index was meant, or the quotes are missing.
    pub fn filter(&mut self, named: Named, indices: &[&str]) -> Result<(), Diagnostic> {
        let Named { key, text, quoted } = named;
        if quoted {
            self.filters.push(Filter { column: key, wanted: Wanted::Text(text.text) });
            return Ok(());
        }
        let known = indices.iter().chain(&OPTIONS).copied();
        let found = wrong(
            key.span,
            format!("`{}` is neither an index here nor an option of `data`", key.text),
            format!("to keep only some rows, quote the value: `{}: \"{}\"`", key.text, text.text),
        );
        Err(match nearest(&key.text, known) {
            Some(near) => found.help(format!("did you mean `{near}`?")),
            None => found,
        })
    }
}

/// Adds a mistake for each option that is given twice; a file may have several flags and texts without a value.
fn given_twice(args: &[Argument], found: &mut Vec<Diagnostic>) {
    let key = |argument: &Argument| argument.key.clone().filter(|_| !argument.literal_key);
    let keys: Vec<Name> = args.iter().filter_map(key).collect();
    for (n, key) in keys.iter().enumerate() {
        let once = OPTIONS.contains(&key.text.as_str()) && !matches!(&*key.text, "flag" | "na");
        let first = keys.iter().take(n).find(|first| once && first.text == key.text);
        if let Some(first) = first {
            let problem = format!("`{}` is given twice", key.text);
            let twice = wrong(key.span, problem, "remove one of the two");
            found.push(twice.and(first.span, "first given here"));
        }
    }
}
