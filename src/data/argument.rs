//! The value of one argument of `data(...)`: a column, a text, a sign or a filter.

use encoding_rs::Encoding;

use super::errors::argument as wrong;
use super::number::is_flag;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Name, Suffix, Text};

/// Maximum number of the row of a header: the last row of a sheet.
const MOST_HEADER: f64 = 1_048_576.0;

/// Returns the argument for a comparison of a column with a value: `flow: "M"`.
pub(super) fn filter_of(key: &Name, value: &Expr) -> Option<String> {
    let filters = ["where", "filter", "if", "query", "subset", "rows", "when", "only", "keep"];
    filters.contains(&key.text.as_str()).then_some(())?;
    let ExprKind::Binary(BinaryOp::Equal, left, right) = &value.kind else { return None };
    let column = bare(left).cloned().or_else(|| text_of(left))?.text;
    let wanted = match text_of(right).or_else(|| bare(right).cloned()) {
        Some(text) => format!("\"{}\"", text.text),
        None => plain_number(right)?.to_string(),
    };
    let plain = column.chars().all(|c| c.is_alphanumeric() || c == '_');
    let column = if plain { column } else { format!("\"{column}\"") };
    Some(format!("{column}: {wanted}"))
}

/// Returns the text if the value is a quoted text.
pub(super) fn text_of(value: &Expr) -> Option<Name> {
    match &value.kind {
        ExprKind::Text(text) => Some(Name { text: text.clone(), span: value.span }),
        _ => None,
    }
}

/// Returns the name if the value is a single name without an index or a call.
pub(super) fn bare(value: &Expr) -> Option<&Name> {
    match &value.kind {
        ExprKind::Reference(reference) => match (reference.path.as_slice(), &reference.suffix) {
            ([name], Suffix::None) => Some(name),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn column_of(value: &Expr) -> Result<Name, Diagnostic> {
    let problem =
        || wrong(value.span, "a column is required", "write its name, in quotes if it has blanks");
    let number = || match &value.kind {
        // A column of a year is headed by a number.
        ExprKind::Number(n) if n.written.bytes().all(|byte| byte.is_ascii_digit()) => {
            plain_number(value).map(|_| Name { text: n.written.clone(), span: value.span })
        }
        _ => None,
    };
    text_of(value).or_else(|| bare(value).cloned()).or_else(number).ok_or_else(problem)
}

/// Reads the number of the row with the names of the columns.
pub(super) fn header(value: &Expr) -> Result<(u64, Span), Diagnostic> {
    match plain_number(value) {
        Some(row) if row.fract() == 0.0 && (1.0..=MOST_HEADER).contains(&row) => {
            Ok((row as u64, value.span))
        }
        _ => Err(wrong(
            value.span,
            "`header` requires the number of the row with the names of the columns",
            "write `header: 4` if row 4 of the file has the names",
        )),
    }
}

/// Reads the text with which the first row below the table begins.
pub(super) fn beginning(value: &Expr) -> Result<Name, Diagnostic> {
    let text = required_text(value)?;
    match text.text.trim() {
        "" => Err(wrong(
            value.span,
            "`until` requires the text with which the first row below the table begins",
            "write `until: \"Source\"`",
        )),
        trimmed => Ok(Name { text: trimmed.to_owned(), span: value.span }),
    }
}

/// Reads a flag, the text that may follow a number.
pub(super) fn flag(value: &Expr) -> Result<String, Diagnostic> {
    let text = required_text(value)?;
    let flag = text.text.trim();
    match !flag.is_empty() && flag.chars().all(is_flag) {
        true => Ok(flag.to_owned()),
        false if flag == "%" => Err(wrong(
            value.span,
            "`%` is the unit of the numbers, not a flag",
            "leave the flag out and write `unit: percent`, which reads `5.0%` too",
        )),
        false => Err(wrong(
            value.span,
            "a flag has letters and other signs, and no digit",
            "write each flag of the file: `flag: \"e\", flag: \"p\"`",
        )),
    }
}

pub(super) fn required_text(value: &Expr) -> Result<Text, Diagnostic> {
    match text_of(value) {
        Some(name) => Ok(Text { text: name.text, span: name.span }),
        None => Err(wrong(value.span, "a quoted text is required", "put it between quotes")),
    }
}

/// True for digits with a leading 0, such as `011`, which are a code and not a number.
pub(super) fn is_code(text: &str) -> bool {
    matches!(text.trim().as_bytes(), [b'0', next, ..] if next.is_ascii_digit())
}

/// Returns the text of a plain number that is a code.
pub(super) fn code_of(value: &Expr) -> Option<String> {
    match &value.kind {
        ExprKind::Number(n) if n.unit.is_none() && !n.percent && n.scale == 1.0 => {
            Some(n.written.clone()).filter(|written| is_code(written))
        }
        _ => None,
    }
}

pub(super) fn plain_number(value: &Expr) -> Option<f64> {
    match &value.kind {
        ExprKind::Number(n) if n.unit.is_none() && !n.percent && n.scale == 1.0 => Some(n.value),
        ExprKind::Negate(inner) => plain_number(inner).map(|number| -number),
        _ => None,
    }
}

pub(super) fn sign(value: &Expr, fits: impl Fn(char) -> bool) -> Result<char, Diagnostic> {
    let text = required_text(value)?;
    let text = if text.text == "\\t" || text.text == "tab" { "\t" } else { text.text.as_str() };
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(sign), None) if fits(sign) => Ok(sign),
        _ => Err(wrong(
            value.span,
            "this sign is not allowed here",
            "write one sign: `delimiter: \";\"` (or \"tab\"), `decimal: \",\"`, `thousands: \".\"`",
        )),
    }
}

pub(super) fn encoding(value: &Expr) -> Result<Option<&'static Encoding>, Diagnostic> {
    let text = required_text(value)?;
    let label = text.text.trim().to_ascii_lowercase();
    let label = if label == "utf-16" { "utf-16le" } else { label.as_str() };
    match Encoding::for_label(label.as_bytes()) {
        Some(found) if found == encoding_rs::UTF_8 => Ok(None),
        Some(found) if found != encoding_rs::REPLACEMENT => Ok(Some(found)),
        _ => Err(wrong(
            value.span,
            format!("`{}` is not a known encoding", text.text),
            "write \"utf-8\", \"latin1\", \"utf-16\", \"windows-1251\", ...",
        )),
    }
}
