//! Messages about units, currencies and bounds.

use super::{near_or, way};
use crate::diagnostic::{Code, Diagnostic};
use crate::quantity::{MOST_EXPONENT, hundredfold};
use crate::source::Span;

/// The help with a calendar year in place of a number.
const YEAR_AS_NUMBER: &str =
    "`t` is the calendar year; write `(t - first) / 1 year` for 0, 1, 2 and so on";

pub(in crate::check) fn unit_mismatch(
    span: Span,
    found: &str,
    required: &str,
    what: &str,
) -> Diagnostic {
    Diagnostic::error(Code::UnitMismatch, format!("{what} requires {required}, not {found}"))
        .at(span, format!("this is {found}"))
        .help(match required {
            "a condition" => "write a comparison, such as `x >= 0`".to_owned(),
            "a percentage" if found == "a number" => "write a percentage, such as `5%`".to_owned(),
            "a percentage" => {
                "write a percentage, such as `5%`; for a share, divide by a value of the same unit, such as `x / y`"
                    .to_owned()
            }
            "a year" => "write a calendar year, such as `2030`".to_owned(),
            "a number" if what == "an exponent" => {
                "an exponent has no unit; a large amount is written `5e6 USD` or `5 mn USD`".to_owned()
            }
            "a number" if found == "a year" => YEAR_AS_NUMBER.to_owned(),
            "a number" => match (what.strip_prefix('`'), unit_of(found)) {
                (Some(name), Some(unit)) => {
                    let name = name.trim_end_matches('`');
                    format!("write the unit in the declaration of `{name}`, before `=`: `: {unit}`")
                }
                _ => "divide by a value of the same unit, or take the unit away".to_owned(),
            },
            _ => conversion(found, required),
        })
}

/// Returns the help with a value of another unit: by what to multiply or divide.
fn conversion(found: &str, required: &str) -> String {
    if required.ends_with("/years") {
        return "leave out `/year`: every value is for one year".to_owned();
    }
    let Some(currency) = required.strip_prefix("money (").map(|rest| rest.trim_end_matches(')'))
    else {
        return format!("write a value that is {required}");
    };
    if found == "a number" || found == "a percentage" {
        return format!("multiply by an amount, such as `* 1 mn {currency}`");
    }
    if found.starts_with(currency) {
        return format!(
            "multiply an amount by numbers and percentages only, or divide by an amount, such as `/ 1 mn {currency}`"
        );
    }
    format!("write a value that is {required}")
}

/// Returns the unit to declare for a found kind, `money (USD)` or `TEU`.
pub(in crate::check) fn unit_of(found: &str) -> Option<String> {
    match found.strip_prefix("money (") {
        Some(currency) => Some(format!("mn {}", currency.trim_end_matches(')'))),
        None if found.contains(' ') => None,
        None => Some(found.to_owned()),
    }
}

/// Reports a number without its unit; `edit` is the number with the required unit.
pub(in crate::check) fn unit_missing(
    span: Span,
    found: &str,
    required: &str,
    what: &str,
    edit: &str,
) -> Diagnostic {
    let mut found = unit_mismatch(span, found, required, what);
    found.help = vec![format!("write `{edit}`")];
    found.fix(span, edit)
}

/// Reports two values of different units of which one is a number without its unit; `edit` is this number with it.
pub(in crate::check) fn unit_missing_beside(
    (span, text): (Span, &str),
    found: Diagnostic,
) -> Diagnostic {
    let found = Diagnostic { help: vec![format!("write `{text}`")], ..found };
    found.fix(span, text)
}

/// Reports the sum of an amount and a percentage.
pub(in crate::check) fn amount_and_percent(
    at: (Span, &str),
    and: (Span, &str),
    what: &str,
    edit: Option<&str>,
) -> Diagnostic {
    let found = mismatch(at.0, at.1, and.0, and.1, what);
    match edit {
        Some(edit) => Diagnostic { help: vec![edit.to_owned()], ..found },
        None => found,
    }
}

pub(in crate::check) fn mismatch(at: Span, x: &str, and: Span, y: &str, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code::UnitMismatch,
        format!("{what} must have the same unit; they have {x} and {y}"),
    )
    .at(at, x)
    .and(and, y)
    .help("give both the same unit, or multiply one side by a conversion rate")
}

pub(in crate::check) fn overflow(span: Span) -> Diagnostic {
    Diagnostic::error(Code::NumberRange, "the number is too large to be represented")
        .at(span, "too large")
        .help("write a smaller number; the largest is about 1e308")
}

/// Reports an exponent of a unit that is too large or is not a fraction of small numbers.
pub(in crate::check) fn exponent(span: Span) -> Diagnostic {
    let message = format!(
        "the exponent of a unit must be a fraction of small numbers, at most {MOST_EXPONENT}"
    );
    Diagnostic::error(Code::NumberRange, message)
        .at(span, "no such unit")
        .help("write an exponent such as `2`, `0.5` or `1/3`")
}

/// Reports a base with a unit whose exponent is not known before the run.
pub(in crate::check) fn unknown_exponent(base: Span, unit: &str, exponent: Span) -> Diagnostic {
    let message = format!("the exponent of {unit} must be known before the run");
    Diagnostic::error(Code::UnitMismatch, message)
        .at(exponent, "depends on the run")
        .and(base, format!("this is {unit}"))
        .help("divide the base by an amount of its unit, so that it is a number: `(x / 1 USD) ^ y`")
}

/// Reports an unknown unit; `currency` is the currency of the script, if it names one.
pub(in crate::check) fn unknown_unit(
    span: Span,
    name: &str,
    meant: Option<&str>,
    currency: &str,
) -> Diagnostic {
    let money = name.chars().count() == 3 && name.chars().all(char::is_uppercase);
    let otherwise = match (money, currency) {
        (true, "") => format!("write `currency {name}` at the top"),
        (true, first) => {
            format!("declare it with its rate, such as `currency {name} = RATE {first}`")
        }
        _ => format!("declare it: `unit {name}`"),
    };
    near_or(
        Diagnostic::error(Code::UnknownUnit, format!("`{name}` is not a unit"))
            .at(span, "unknown unit"),
        meant,
        otherwise,
    )
}

pub(in crate::check) fn not_constant(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NotConstant, format!("{what} must be known before the run"))
        .at(span, "depends on the run")
        .help("write a number, `first` or `last`")
}

pub(in crate::check) fn second_currency(span: Span, name: &str, first: &str) -> Diagnostic {
    Diagnostic::error(
        Code::SecondCurrency,
        format!("`{name}` is a second currency and requires a rate"),
    )
    .at(span, "no rate")
    .help(format!("write `currency {name} = RATE {first}`, the value of one {name}"))
}

/// Reports an exchange rate that is not an amount in another currency.
pub(in crate::check) fn rate_without_currency(
    span: Span,
    name: &str,
    found: &str,
    currency: &str,
) -> Diagnostic {
    let message = format!("the rate of `{name}` must be an amount of money; this is {found}");
    let found = Diagnostic::error(Code::UnitMismatch, message).at(span, format!("this is {found}"));
    match currency {
        "" => found.help(format!("write `currency {name}` without a rate if all amounts are in {name}")),
        first => found.help(format!(
            "write the value of one {name}, such as `currency {name} = RATE {first}`, or `= 1 / RATE {first}` where RATE \
             is the value of one {first} in {name}"
        )),
    }
}

/// Reports a rate or unit that is not above 0; `value` is None if it is not finite.
pub(in crate::check) fn rate_not_positive(
    span: Span,
    name: &str,
    value: Option<f64>,
) -> Diagnostic {
    let value = value.map_or("not a number".to_owned(), |value| value.to_string());
    Diagnostic::error(Code::OutOfBounds, format!("`{name}` is {value}; more than 0 is required"))
        .at(span, "not above 0")
        .help(format!("write the value of one {name}"))
}

/// Reports currencies or units that define each other.
pub(in crate::check) fn rate_cycle(span: Span, cycle: &[&str]) -> Diagnostic {
    Diagnostic::error(Code::GivenCycle, format!("units are defined by each other: {}", way(cycle)))
        .at(span, "defined by itself")
        .help("define one of them by another unit, or without a value")
}

/// Reports a unit that is defined by a parameter.
pub(in crate::check) fn computed_unit(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::NotConstant, format!("the unit `{name}` must be known before the run"))
        .at(span, "depends on the run")
        .help(format!(
            "write `unit {name}` alone, and multiply by the parameter where {name} is converted"
        ))
}

pub(in crate::check) fn too_many_units(span: Span, most: usize) -> Diagnostic {
    Diagnostic::error(
        Code::LimitUnits,
        format!("the script declares more than {most} units, the limit"),
    )
    .at(span, "over the limit")
    .help("define it by another unit: `unit NAME = 12 OTHER`")
}

pub(in crate::check) fn percent_missing(span: Span, name: &str, value: f64) -> Diagnostic {
    let message = format!("`{name}` is a percentage; {value} means {}%", hundredfold(value));
    let found = without_percent(span, message, value);
    // 1.05 may be a percentage without its sign, or the factor of a growth of 5%.
    if value > 1.0 && value < 1.5 {
        let share = (hundredfold(value - 1.0) * 1e6).round() / 1e6;
        let help = format!("write `{share}%` if {value} is a factor, `{value}%` if it is per cent");
        return Diagnostic { help: vec![help], fixes: Vec::new(), ..found };
    }
    found
}

/// Reports a plain number where the other values are percentages.
pub(in crate::check) fn percent_beside(span: Span, value: f64) -> Diagnostic {
    let message =
        format!("the values beside it are percentages; {value} means {}%", hundredfold(value));
    without_percent(span, message, value)
}

/// Reports `x *= 10%` and `x *= -10%`; `name` is the changed value.
pub(in crate::check) fn percent_factor(
    span: Span,
    name: &str,
    sign: &str,
    percent: &str,
) -> Diagnostic {
    let (message, help) = match sign {
        "-" => (
            format!("a factor of -{percent}% turns the sign of `{name}`"),
            format!("for a fall of {percent}%, write `1 - {percent}%`"),
        ),
        _ => (
            format!("a factor of {percent}% leaves {percent}% of `{name}`"),
            format!(
                "for a rise of {percent}%, write `1 + {percent}%`; for {percent}% of the value, write the factor as a plain number, such as `0.1` for 10%"
            ),
        ),
    };
    Diagnostic::warning(Code::PercentExtreme, message)
        .at(span, "change or factor?")
        .help(help)
        .fix(span, format!("1 {sign} {percent}%"))
}

/// Reports `100 + 5%`, a number and a percentage.
pub(in crate::check) fn number_and_percent(
    span: Span,
    amount: f64,
    sign: &str,
    percent: &str,
) -> Diagnostic {
    let message = format!("{percent}% is {percent}/100, whatever number it is added to");
    Diagnostic::warning(Code::PercentExtreme, message)
        .at(span, "number and percentage")
        .help(format!("for a change by {percent}%, write `{amount} * (1 {sign} {percent}%)`"))
        .fix(span, format!("{amount} * (1 {sign} {percent}%)"))
}

/// Reports `price += 20%` for a plain number.
pub(in crate::check) fn percent_on_number(
    (value, change): (Span, Span),
    target: &str,
    sign: &str,
    percent: &str,
) -> Diagnostic {
    let message = format!("`{target}` is a plain number: {percent}% of it is a factor");
    let edit = format!("{target} *= 1 {sign} {percent}%");
    Diagnostic::warning(Code::PercentExtreme, message)
        .at(value, format!("changes by {percent}/100"))
        .help(format!("write `{edit}`"))
        .fix(change, edit)
}

/// Reports a quotient that is compared with 100.
pub(in crate::check) fn share_bound(span: Span) -> Diagnostic {
    Diagnostic::warning(
        Code::PercentMissing,
        "a quotient is compared with 100, which means 10,000%",
    )
    .at(span, "`%` missing?")
    .help("write `100%`")
    .fix(span, "100%")
}

/// Reports `growth(x) * 100` as a percentage; `edit` is the expression without the factor.
pub(in crate::check) fn percent_hundredfold(span: Span, edit: &str) -> Diagnostic {
    Diagnostic::warning(
        Code::PercentExtreme,
        "the value is a percentage, so `* 100` makes it a hundred times larger",
    )
    .at(span, "a hundred times larger")
    .help(format!("write `{edit}`"))
    .fix(span, edit)
}

/// Reports the unit `year` where the current year is meant, as in `year >= 2026`.
pub(in crate::check) fn unit_as_year(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code::UnitMismatch,
        format!("`{name}` is the unit of one year; the current year is `t`"),
    )
    .at(span, "a unit")
    .help("write `t`")
    .fix(span, "t")
}

fn without_percent(span: Span, message: String, value: f64) -> Diagnostic {
    Diagnostic::warning(Code::PercentMissing, message)
        .at(span, "`%` missing?")
        .help(format!("write `{value}%`"))
        .fix(span, format!("{value}%"))
}

/// Reports a given value outside its bounds; `value`, `low` and `high` are in the script's form.
pub(in crate::check) fn outside_bounds(
    span: Span,
    name: &str,
    value: &str,
    (low, high): (&str, &str),
    years: bool,
) -> Diagnostic {
    let found = Diagnostic::error(
        Code::OutOfBounds,
        format!("`{name}` is {value}; {low} to {high} is required"),
    )
    .at(span, "outside its bounds");
    // `param x = 5 in 2025..2026` gives bounds; a window was probably meant.
    if years {
        return found.help(format!(
            "a value for some years has a line of its own, `{name} = {value} in {low}..{high}`; bounds are written `bounds {low}..{high}`"
        ));
    }
    found.help(format!("write a value from {low} to {high}"))
}

/// Changes the help of a quotient by `t`, which is the current year and no tonne.
pub(in crate::check) fn year_as_unit(found: Diagnostic) -> Diagnostic {
    let help = "`t` is the current year; declare a unit, `unit tonne`, and write `USD/tonne`";
    Diagnostic { help: vec![help.to_owned()], ..found }
}

/// Changes the help of a product with the current year: a trend counts the years since the first one.
pub(in crate::check) fn year_as_number(found: Diagnostic) -> Diagnostic {
    Diagnostic { help: vec![YEAR_AS_NUMBER.to_owned()], ..found }
}

/// Changes the help of a power with the current year as its exponent, at `place`.
pub(in crate::check) fn year_as_exponent(found: Diagnostic, place: Span) -> Diagnostic {
    let help = "write the years since the first one: `(t - first)`".to_owned();
    Diagnostic { help: vec![help], ..found }.fix(place, "(t - first)")
}
