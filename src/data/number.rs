//! Numbers in data files: a strict grammar, without guesses about separators.

use super::CellFormat;

/// The reason why a cell is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotANumber {
    /// The cell is empty.
    Empty,
    /// `1,234`, `1.234,56`: the separators are not declared.
    Separators,
    /// `0,500` with `,` between thousands: the sign is probably the decimal sign.
    LeadingZero,
    /// A percent or currency sign: `12%`, `$5`.
    Sign,
    /// A negative number in brackets: `(123)`.
    Brackets,
    /// U+2212 or another dash in place of the minus sign.
    Minus,
    /// Digits of another script, or full-width digits.
    Digits,
    /// Not a finite number: `nan`, `inf`.
    NotFinite,
    /// Too large or too small: `1e400`, `1e-400`.
    Range,
    /// A space, an apostrophe or a similar character between digits.
    Blank,
    /// A number with a sign behind it that is not declared as a flag: `12.5 p`.
    Flag,
    /// A date of a workbook.
    Date,
    /// A formula of a workbook whose value is not stored.
    Formula,
    /// A number of a workbook that is shown as a percentage, under `unit: percent`.
    ShownAsPercent,
    /// The cell contains another text.
    Text,
}

impl NotANumber {
    /// Returns the help of the diagnostic: the edit that mends the cell or the call.
    pub fn help(self, cell: &str) -> String {
        let help = match self {
            Self::Empty => {
                "fill the cell, or write `na: \"\"` if empty means that there is no value"
            }
            Self::Separators => {
                return match signs(cell) {
                    Some(signs) => format!("write `{signs}` in `data(...)`"),
                    None => {
                        let sign = if cell.contains(',') { ',' } else { '.' };
                        format!(
                            "write `thousands: \"{sign}\"` in `data(...)` if {cell} is above 999, or `decimal: \"{sign}\"` if not"
                        )
                    }
                };
            }
            Self::LeadingZero => {
                "write `decimal: \",\"` in `data(...)` if the sign is the decimal sign, and write no 0 before thousands"
            }
            Self::Sign => {
                return match cell.ends_with('%') {
                    true => "write `unit: percent` in `data(...)`".to_owned(),
                    false => {
                        "leave the sign out of the file and write its unit, `unit: USD`".to_owned()
                    }
                };
            }
            Self::Brackets => {
                "write `brackets: negative` in `data(...)` if brackets mean a negative number"
            }
            Self::Minus => "write the minus sign as `-`",
            Self::Digits => "write the digits 0 to 9",
            Self::Range => "write a number between 1e-307 and 1e308, or one in another unit",
            Self::Blank => "write in `data(...)` what separates thousands: `thousands: \" \"`",
            Self::Date => "write a number in the cell, and give it the format of a number",
            Self::Formula => {
                "open the workbook in a spreadsheet program and save it: it stores the values"
            }
            Self::ShownAsPercent => "write `unit: number`: the workbook stores 5% as 0.05",
            Self::Flag => {
                let flag = cell.trim_start_matches(|c: char| !is_flag(c)).trim();
                return format!(
                    "write `flag: \"{flag}\"` in `data(...)` if the sign is a flag of the value"
                );
            }
            Self::NotFinite | Self::Text => {
                let short = !cell.is_empty() && cell.chars().count() <= 20 && !cell.contains('"');
                let text = if short { cell } else { ".." };
                return format!(
                    "write a number; if it means that there is no value, name it: `na: \"{text}\"`"
                );
            }
        };
        help.to_owned()
    }
}

/// Returns the arguments of `data` for the signs of a number: `decimal: ","` for `1234,5`; None for a number that can be
/// read in two ways, such as `1,234`.
pub(super) fn signs(cell: &str) -> Option<&'static str> {
    let count = |sign: char| cell.matches(sign).count();
    let behind = |sign: char| cell.rsplit(sign).next().map_or(0, str::len);
    let european = "decimal: \",\", thousands: \".\"";
    match (count(','), count('.')) {
        (1, 0) if behind(',') == 3 && cell.len() <= 7 => None,
        (1, 0) => Some("decimal: \",\""),
        (commas, points) if commas > 0 && points > 0 => match cell.rfind(',') > cell.rfind('.') {
            true => Some(european),
            false => Some("thousands: \",\""),
        },
        (0, points) if points > 1 => Some(european),
        (commas, 0) if commas > 1 => Some("thousands: \",\""),
        _ => None,
    }
}

/// True if the numbers of a file may be read in two ways: it divides its columns by `;` or tabs, as programs do that
/// write decimal commas, and the script names no decimal sign.
pub fn unsure_of_points(format: &CellFormat) -> bool {
    format.delimiter != b',' && format.decimal.is_none() && format.thousands.is_none()
}

/// True if the point of `1.234` may stand between thousands, false if it is a decimal point; None without a point.
pub fn point_of_thousands(cell: &str) -> Option<bool> {
    let (whole, behind) = cell.trim_start_matches(['-', '+']).split_once('.')?;
    Some(behind.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0'))
}

/// The value of a cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DataFigure {
    /// The number, in the unit of the file.
    pub value: f64,
    /// True if a declared flag follows the number.
    pub flagged: bool,
}

/// Reads the cell of a value; None if the script says that such a cell has no value.
///
/// # Errors
/// The text is not a number, also without the declared flags behind it.
pub(super) fn figure(cell: &str, format: &CellFormat) -> Result<Option<DataFigure>, NotANumber> {
    let absent = |text: &str| format.na.iter().any(|na| na == text);
    if absent(cell) {
        return Ok(None);
    }
    // `5.0%` under `unit: percent`
    let bare = cell.strip_suffix('%').filter(|_| format.percent).map(str::trim_end);
    let cell = bare.unwrap_or(cell);
    match (parse(cell, format), without_flags(cell, &format.flags)) {
        (Ok(value), _) => Ok(Some(DataFigure { value, flagged: false })),
        (Err(_), Some(rest)) if absent(rest) => Ok(None),
        (Err(problem), Some(rest)) => match parse(rest, format) {
            Ok(value) => Ok(Some(DataFigure { value, flagged: true })),
            Err(_) => Err(problem),
        },
        (Err(problem), None) => Err(problem),
    }
}

/// Removes declared flags from the end of a cell; None if there are none.
fn without_flags<'c>(cell: &'c str, flags: &[String]) -> Option<&'c str> {
    let mut rest = cell;
    while let Some(shorter) = flags.iter().find_map(|flag| rest.strip_suffix(flag.as_str())) {
        rest = shorter.trim_end();
    }
    (rest.len() < cell.len()).then_some(rest)
}

/// True for characters of which flags consist: no digit, and no sign that numbers have.
pub(super) fn is_flag(c: char) -> bool {
    !c.is_numeric() && !c.is_whitespace() && !matches!(c, '.' | ',' | '-' | '+' | '\'' | '%')
}

/// Reads a number: `-1234.5`, `1e6`, `-1.234,5` with declared separators, and `(12)` with declared brackets.
///
/// # Errors
/// The text is not such a number, or the number is too large or too small to be represented.
pub fn parse(cell: &str, format: &CellFormat) -> Result<f64, NotANumber> {
    let inner = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).map(str::trim);
    match inner.filter(|inner| format.brackets && !inner.starts_with(['-', '+', '('])) {
        // A difference, so that `(0)` is 0 and not -0.
        Some(inner) => signed(inner, format).map(|value| 0.0 - value),
        None => signed(cell, format),
    }
}

/// Reads a number without brackets.
fn signed(cell: &str, format: &CellFormat) -> Result<f64, NotANumber> {
    plain(cell, format).ok_or_else(|| why(cell, format)).and_then(|digits| {
        let value: f64 = digits.parse().map_err(|_| NotANumber::Text)?;
        let mantissa = digits.split('e').next().unwrap_or("");
        let zero = !mantissa.contains(|c: char| ('1'..='9').contains(&c));
        if value.is_finite() && (value != 0.0 || zero) { Ok(value) } else { Err(NotANumber::Range) }
    })
}

/// Rewrites a number with a decimal point and without separators; None if it breaks the grammar.
fn plain(cell: &str, format: &CellFormat) -> Option<String> {
    let lower = cell.to_ascii_lowercase();
    let (mantissa, exponent) = match lower.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (lower.as_str(), None),
    };
    let unsigned = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let (whole, fraction) = match unsigned.split_once(format.decimal_sign()) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let whole = match format.thousands {
        Some(mark) => ungrouped(whole, mark)?,
        None => whole.to_owned(),
    };
    let mut text = if mantissa.starts_with('-') { format!("-{whole}") } else { whole.clone() };
    if !digits(&whole) || fraction.is_some_and(|fraction| !digits(fraction)) {
        return None;
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if !digits(unsigned) || unsigned.len() > 3 {
            return None;
        }
        text.push('e');
        text.push_str(exponent);
    }
    Some(text)
}

/// Returns the digits of `1,234,567` without separators; None unless each group after the first has three digits and
/// the first does not begin with 0, because `0,500` may mean one half.
fn ungrouped(whole: &str, mark: char) -> Option<String> {
    let groups: Vec<&str> = whole.split(|c| is_mark(c, mark)).collect();
    let first = groups.first()?;
    let fine = groups.len() == 1
        || ((1..=3).contains(&first.len())
            && !first.starts_with('0')
            && groups.iter().skip(1).all(|group| group.len() == 3));
    fine.then(|| groups.concat())
}

/// True for the separator of thousands; a blank stands for three different characters.
fn is_mark(c: char, mark: char) -> bool {
    c == mark || (mark == ' ' && matches!(c, '\u{a0}' | '\u{202f}'))
}

fn why(cell: &str, format: &CellFormat) -> NotANumber {
    let bare = cell.trim_start_matches(['-', '+']).to_ascii_lowercase();
    let has = |wanted: fn(char) -> bool| cell.contains(wanted);
    let grouped = format.thousands.is_some_and(|mark| {
        bare.starts_with('0') && bare.split(|c| is_mark(c, mark)).nth(1).is_some()
    });
    if cell.is_empty() {
        NotANumber::Empty
    } else if grouped {
        NotANumber::LeadingZero
    } else if matches!(bare.as_str(), "nan" | "inf" | "infinity") {
        NotANumber::NotFinite
    } else if cell.starts_with(['\u{2212}', '\u{2013}', '\u{2014}']) {
        NotANumber::Minus
    } else if has(|c| c.is_numeric() && !c.is_ascii_digit()) {
        NotANumber::Digits
    } else if !has(|c| c.is_ascii_digit()) {
        NotANumber::Text
    } else if cell.starts_with('(') && cell.ends_with(')') {
        NotANumber::Brackets
    } else if cell.ends_with('%') || cell.starts_with(['$', '€', '£', '¥', '₼']) {
        NotANumber::Sign
    } else if !has(|c| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '-' | '+')) {
        NotANumber::Separators
    } else if !has(|c| c.is_alphabetic() || matches!(c, '/' | ':' | '#' | '*' | '(' | ')')) {
        NotANumber::Blank
    } else {
        let (mantissa, exponent) = bare.split_once('e').unwrap_or((&bare, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let unsigned = exponent.trim_start_matches(['-', '+']);
        let range = !unsigned.is_empty() && digits(mantissa) && digits(unsigned);
        let number = cell.trim_end_matches(|c: char| is_flag(c) || c == ' ');
        match (range, number.len() < cell.len() && signed(number, format).is_ok()) {
            (true, _) => NotANumber::Range,
            (false, true) => NotANumber::Flag,
            (false, false) => NotANumber::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_read_and_nothing_is_guessed() {
        let format = CellFormat::default();
        let fine = [
            ("12", 12.0),
            ("-0.5", -0.5),
            ("+3", 3.0),
            ("1e6", 1e6),
            ("2.5E-3", 0.0025),
            ("01", 1.0),
        ];
        for (cell, value) in fine {
            assert_eq!(parse(cell, &format), Ok(value), "{cell}");
        }
        use NotANumber::{
            Blank, Brackets, Digits, Empty, Flag, Minus, NotFinite, Range, Separators, Sign, Text,
        };
        let wrong = [
            ("", Empty),
            ("1,234", Separators),
            ("1.234,56", Separators),
            ("1,234.56", Separators),
            ("1 234,56", Blank),
            ("1'234.56", Blank),
            ("(123)", Brackets),
            ("12%", Sign),
            ("$5", Sign),
            ("\u{2212}5", Minus),
            ("٣٫٥", Digits),
            ("１２", Digits),
            ("nan", NotFinite),
            ("-Infinity", NotFinite),
            ("1e400", Range),
            ("1e-400", Range),
            ("1e9999", Range),
            ("N/A", Text),
            ("..", Text),
            ("-", Text),
            ("#REF!", Text),
            (".5", Separators),
            ("5.", Separators),
            ("0x10", Text),
            ("12.5 p", Flag),
            ("12.5bp", Flag),
            ("12.5*", Flag),
            ("(12) p", Text),
            ("12 p 5", Text),
            ("1_000", Blank),
        ];
        for (cell, problem) in wrong {
            assert_eq!(parse(cell, &format), Err(problem), "{cell}");
        }
    }

    #[test]
    fn percent_signs_are_read_under_their_unit() {
        let percent = CellFormat { percent: true, ..CellFormat::default() };
        let read = |cell, format| figure(cell, format).map(|one| one.map(|one| one.value));
        for (cell, value) in [("5.0%", 5.0), ("-2.5 %", -2.5), ("7", 7.0)] {
            assert_eq!(read(cell, &percent), Ok(Some(value)), "{cell}");
        }
        let plain = CellFormat::default();
        assert!(read("5.0%", &plain).is_err());
        assert!(read("5%%", &percent).is_err() && read("%", &percent).is_err());
    }

    #[test]
    fn brackets_and_flags_are_read_where_they_are_declared() {
        let brackets = CellFormat { brackets: true, thousands: Some(','), ..CellFormat::default() };
        let fine = [("(200)", -200.0), ("( 1,200.5 )", -1200.5), ("(0)", 0.0), ("-3", -3.0)];
        for (cell, value) in fine {
            assert_eq!(parse(cell, &brackets).map(f64::to_bits), Ok(f64::to_bits(value)), "{cell}");
        }
        for cell in ["(-200)", "((200))", "(200", "-(200)", "()", "(x)"] {
            assert!(parse(cell, &brackets).is_err(), "{cell}");
        }
        let flags = ["bp", "e", "*"].map(str::to_owned).to_vec();
        let flagged = CellFormat { flags, na: vec![":".to_owned()], ..CellFormat::default() };
        let read = |cell| figure(cell, &flagged).map(|one| one.map(|one| (one.value, one.flagged)));
        assert_eq!(read("12.5 bp"), Ok(Some((12.5, true))));
        assert_eq!(read("12e"), Ok(Some((12.0, true))));
        assert_eq!(read("1e3"), Ok(Some((1000.0, false))));
        assert_eq!(read("7* e"), Ok(Some((7.0, true))));
        assert_eq!(read(": e"), Ok(None));
        assert_eq!(read("12.5 p"), Err(NotANumber::Flag));
        assert_eq!(read("e"), Err(NotANumber::Text));
    }

    #[test]
    fn declared_separators_are_read_in_groups_of_three() {
        let german =
            CellFormat { decimal: Some(','), thousands: Some('.'), ..CellFormat::default() };
        assert_eq!(parse("-1.234.567,5", &german), Ok(-1_234_567.5));
        assert_eq!(parse("1234,5", &german), Ok(1234.5));
        for cell in ["1.23", "1234.567", "1.234.5", "1,2,3", ".123"] {
            assert!(parse(cell, &german).is_err(), "{cell}");
        }
        let english = CellFormat { thousands: Some(','), ..CellFormat::default() };
        assert_eq!(parse("1,500", &english), Ok(1500.0));
        for cell in ["0,500", "-0,500", "00,500", "012,345", "0,500.5"] {
            assert_eq!(parse(cell, &english), Err(NotANumber::LeadingZero), "{cell}");
        }
        let french =
            CellFormat { decimal: Some(','), thousands: Some(' '), ..CellFormat::default() };
        assert_eq!(parse("1\u{202f}234\u{a0}567,25", &french), Ok(1_234_567.25));
    }
}
