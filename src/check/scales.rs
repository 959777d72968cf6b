//! Units of numbers that are written without one, or as other languages write them.
//!
//! In: a number, the unit that is required, and the quantity whose value it is. Out: the number with its unit, in the
//! scale of the quantity's declaration or of its other values, as text for the help of a message.

use super::Checker;
use crate::model::{Definition, Expr, Kind, QuantityId};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast;
use crate::syntax::words::{self, SCALES};

impl Checker<'_> {
    /// Returns the text of a plain number with the required unit added; `like` is the quantity whose value the number
    /// is, or beside which it is written.
    pub(super) fn with_unit(
        &self,
        found: &(Expr, Kind),
        span: Span,
        kind: Kind,
        like: Option<QuantityId>,
    ) -> Option<String> {
        let Kind::Plain { dimension, percent } = kind else { return None };
        if percent && dimension == Dimension::NUMBER {
            return share(self.sources.text(span).trim());
        }
        if matches!(found.0, Expr::Path { .. } | Expr::Points(_)) {
            let same = |id: &QuantityId| self.dimension_of(*id) == Some(dimension);
            let unit = like.filter(same).and_then(|id| self.written_unit(id));
            let unit = unit.unwrap_or_else(|| self.usual_unit(dimension));
            return path_with_unit(self.sources.text(span).trim(), &unit);
        }
        let constant = match &found.0 {
            Expr::Const(_) => true,
            Expr::Negate(inner) => matches!(**inner, Expr::Const(_)),
            _ => false,
        };
        let text = self.sources.text(span).trim();
        let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.' | '_' | 'e'));
        let (number, scale) = text.split_at(end.unwrap_or(text.len()));
        let (number, scale) = (number.trim(), scale.trim());
        let is_scale = scale.is_empty() || words::scale(scale) != 1.0;
        let plain = Kind::Plain { dimension: Dimension::NUMBER, percent: false };
        if !constant || found.1 != plain || number.is_empty() || !is_scale {
            return None;
        }
        let same = |id: &QuantityId| self.dimension_of(*id) == Some(dimension);
        let beside = self.unit_beside(span, dimension).filter(|_| scale.is_empty());
        let unit = beside.or_else(|| like.filter(same).and_then(|id| self.written_unit(id)));
        let unit = unit.unwrap_or_else(|| self.usual_unit(dimension));
        if scale.is_empty() {
            let near = like.filter(same).and_then(|id| self.near_scale(id, number, &unit));
            return Some(format!("{number} {}", near.unwrap_or(unit)));
        }
        // `80 mn` lacks only the currency.
        let first = unit.split(' ').next().unwrap_or_default();
        let unit = if words::scale(first) != 1.0 { unit.get(first.len()..)?.trim() } else { &unit };
        Some(format!("{number} {scale} {unit}"))
    }

    /// Returns the unit with another scale word, if a number in the unit itself is far from the value that the script
    /// gives the quantity: `1100 mn USD` beside `1 bn USD`. None if the unit's own scale is near.
    fn near_scale(&self, id: QuantityId, number: &str, unit: &str) -> Option<String> {
        /// Farther than this from its value, an amount probably has another scale.
        const FAR: f64 = 100.0;
        let number: f64 = number.replace('_', "").parse().ok()?;
        let given = self.model.quantities[id].definitions.iter();
        let given = given.filter_map(|one| one.expr.constant()).find(|value| *value != 0.0)?;
        let first = unit.split(' ').next()?;
        let name = match words::scale(first) {
            1.0 => unit,
            _ => unit.get(first.len()..)?.trim(),
        };
        let ratio = |scale: f64| (number * scale / given).abs();
        let is_near = |scale: f64| (1.0 / FAR..FAR).contains(&ratio(scale));
        (number != 0.0 && !is_near(words::scale(first))).then_some(())?;
        let mut scales = SCALES.iter().filter(|(_, scale)| is_near(*scale));
        match (is_near(1.0), scales.next(), scales.next()) {
            (true, None, _) => Some(name.to_owned()),
            (false, Some((word, _)), None) => Some(format!("{word} {name}")),
            _ => None,
        }
    }

    /// Returns a number with an abbreviated unit of time as an amount of time, if its place requires one: `36m`.
    pub(super) fn as_time(&self, number: &ast::Number, expected: Option<Kind>) -> Option<String> {
        const UNITS: [(&str, &str); 16] = [
            ("m", "months"),
            ("mo", "months"),
            ("mos", "months"),
            ("mth", "months"),
            ("mths", "months"),
            ("Months", "months"),
            ("Month", "months"),
            ("y", "years"),
            ("yr", "years"),
            ("yrs", "years"),
            ("Years", "years"),
            ("Year", "years"),
            ("a", "years"),
            ("d", "days"),
            ("Days", "days"),
            ("Day", "days"),
        ];
        let written = number.unit.as_ref().filter(|_| number.scale == 1.0)?.text.as_str();
        if self.units.contains_key(written) {
            return None;
        }
        // `2027M01`, `2026q3`
        let part = written.strip_prefix(['M', 'm', 'Q', 'q', 'H', 'h', 'S', 's']);
        let year = number.written.parse().is_ok_and(|year: u16| (1900..2200).contains(&year));
        if year && part.is_some_and(|part| part.parse::<u8>().is_ok_and(|part| part <= 12)) {
            return Some(number.written.clone());
        }
        let (_, own) = UNITS.iter().find(|(other, _)| *other == written)?;
        let (dimension, _) = self.units.get(*own)?;
        let required = matches!(expected, Some(Kind::Plain { dimension: required, .. }) if required == *dimension);
        required.then(|| format!("{} {own}", number.written))
    }

    /// Returns the unit of the number before or behind a plain number, from which a comma or `->` separates it:
    /// `between(60, 110 USD)`.
    fn unit_beside(&self, span: Span, dimension: Dimension) -> Option<String> {
        let usual = self.usual_unit(dimension);
        let name = usual.rsplit(' ').next()?;
        let digits = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
        let own = |unit: &str| {
            let known = match unit.split_once(' ') {
                Some((scale, rest)) => words::scale(scale) != 1.0 && rest == name,
                None => unit == name,
            };
            known.then(|| unit.to_owned())
        };
        let rest = self.sources.rest_of_line(span);
        let after = rest.get(self.sources.text(span).len()..).unwrap_or_default().trim_start();
        let next = after.strip_prefix(',').or_else(|| after.strip_prefix("->"));
        let next = next.map(|next| next.trim_start()).filter(|next| next.starts_with(digits));
        let unit = next.and_then(|next| {
            next.trim_start_matches(digits).split([',', ')', '-', '}', ']']).next()
        });
        let unit = unit.map(|unit| unit.split(" over ").next().unwrap_or(unit).trim());
        if let Some(found) = unit.and_then(own) {
            return Some(found);
        }
        let before = self.sources.rest_before(span).trim_end();
        let before = before.strip_suffix(',').or_else(|| before.strip_suffix("->"))?.trim_end();
        let start =
            before.rfind(|c: char| !(c.is_alphanumeric() || c == ' ')).map_or(0, |at| at + 1);
        let amount = before.get(start..)?.trim_start();
        let number = amount.trim_start_matches(digits);
        (number.len() < amount.len()).then(|| own(number.trim())).flatten()
    }

    fn dimension_of(&self, id: QuantityId) -> Option<Dimension> {
        match self.model.quantities[id].kind {
            Kind::Plain { dimension, .. } => Some(dimension),
            _ => None,
        }
    }

    /// Returns the unit in which amounts of a dimension are usually written: `mn USD`.
    pub(super) fn usual_unit(&self, dimension: Dimension) -> String {
        match self.model.bases.first().filter(|_| dimension == Dimension::MONEY) {
            Some(currency) => format!("mn {currency}"),
            None => dimension.name(&self.model.bases),
        }
    }

    /// Returns the unit in which the script writes the values of a quantity: that of its declaration with a scale word,
    /// or else that of its first value. None if neither is written.
    pub(super) fn written_unit(&self, id: QuantityId) -> Option<String> {
        self.written_unit_of(id, 4)
    }

    /// Returns the unit of a quantity's values, or of those from which they are computed in at most `steps` steps.
    fn written_unit_of(&self, id: QuantityId, steps: usize) -> Option<String> {
        let quantity = &self.model.quantities[id];
        let declared = quantity.unit.trim();
        let own = !quantity.span.source.is_builtin();
        let scaled = declared.split(' ').next().is_some_and(|word| words::scale(word) != 1.0);
        if own && scaled {
            return Some(declared.to_owned());
        }
        let dimension = self.dimension_of(id)?;
        let name = match self.model.bases.first().filter(|_| dimension == Dimension::MONEY) {
            Some(currency) => currency.clone(),
            None => dimension.name(&self.model.bases),
        };
        let line = if own { self.sources.rest_of_line(quantity.span) } else { "" };
        let values = quantity.definitions.iter();
        let word = values
            .filter(|value| !value.span.source.is_builtin())
            .find_map(|value| {
                scale_in(self.sources.text(value.span), &name)
                    .or_else(|| scale_of_value(value, self))
            })
            .or_else(|| scale_in(line.split_once('=')?.1, &name));
        match word {
            Some("") => Some(name),
            Some(word) => Some(format!("{word} {name}")),
            None => {
                let values = quantity.definitions.iter();
                let mut read =
                    values.filter_map(|value| self.quantity_like(&value.expr, quantity.kind));
                let read = read.find(|other| *other != id).filter(|_| steps > 0);
                let unit = read.and_then(|other| self.written_unit_of(other, steps - 1));
                unit.or_else(|| (own && declared == name).then_some(name))
            }
        }
    }

    /// Returns the first quantity that an expression reads and that has the kind's dimension.
    pub(super) fn quantity_like(&self, expr: &Expr, kind: Kind) -> Option<QuantityId> {
        let Kind::Plain { dimension, .. } = kind else { return None };
        let mut found = None;
        expr.walk(&mut |part| {
            if let Expr::Read { quantity, .. } = part
                && found.is_none()
                && self.dimension_of(*quantity) == Some(dimension)
            {
                found = Some(*quantity);
            }
            found.is_none()
        });
        found
    }
}

/// Returns the percentage that a level in percentage points, or a part of a year, means: `10%` for `10 pp`, `50%` for `6
/// months`.
fn share(text: &str) -> Option<String> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-')))?;
    let (number, unit) = text.split_at(end);
    let value: f64 = number.parse().ok()?;
    let of_year = match unit.trim() {
        "pp" => return Some(format!("{number}%")),
        "month" | "months" => 12.0,
        "week" | "weeks" => 52.0,
        "day" | "days" => 365.0,
        _ => return None,
    };
    let share = (value / of_year * 1000.0).round() / 10.0;
    (0.0..=100.0).contains(&share).then(|| format!("{share}%"))
}

/// Adds a unit to each number of a path of plain numbers: `2 mn USD -> 8 mn USD over 2025..2028`.
fn path_with_unit(text: &str, unit: &str) -> Option<String> {
    let name = unit.split(' ').next_back()?;
    let mut out = String::new();
    let mut words = text.split_inclusive(' ').peekable();
    // A number at the start, behind `->` and behind `then` is a value; all others are years.
    let mut is_value = true;
    while let Some(word) = words.next() {
        let number = word.trim_end();
        if !is_value || number.parse::<f64>().is_err() {
            is_value = matches!(number, "->" | "then");
            out.push_str(word);
            continue;
        }
        let scale = words.next_if(|next| words::scale(next.trim()) != 1.0);
        let added = match scale {
            Some(scale) => format!("{} {name}", scale.trim()),
            None => unit.to_owned(),
        };
        let gap = if words.peek().is_some() { " " } else { "" };
        out.push_str(&format!("{number} {added}{gap}"));
        is_value = false;
    }
    (out != text).then_some(out)
}

/// Returns the scale word before the first amount of a text in the unit `name`; empty if the amount has none.
fn scale_in(text: &str, name: &str) -> Option<&'static str> {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '/')))
        .filter(|word| !word.is_empty())
        .collect();
    let at = words.iter().position(|word| *word == name)?;
    let before = *words.get(at.checked_sub(1)?)?;
    if before.starts_with(|c: char| c.is_ascii_digit()) {
        return Some("");
    }
    SCALES.iter().map(|(word, _)| *word).find(|word| *word == before)
}

/// Returns the scale word of a value whose unit is written elsewhere, such as in the head of a table: the ratio of the
/// value to the number in the script.
fn scale_of_value(value: &Definition, checker: &Checker<'_>) -> Option<&'static str> {
    let text = checker.sources.text(value.span);
    let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(digits.len());
    let number: f64 = digits.get(..end)?.parse().ok().filter(|number| *number != 0.0)?;
    let mut found = None;
    value.expr.walk(&mut |part| {
        if let Expr::Const(size) = part {
            let ratio = (size / number).abs();
            let scale = SCALES.iter().find(|(_, factor)| (ratio / factor - 1.0).abs() < 1e-9);
            found = found.or(scale.filter(|(_, factor)| *factor > 1.0).map(|(word, _)| *word));
        }
        found.is_none()
    });
    found
}

/// Returns the amount that a number with a unit of other languages means: `5 percent`, `50 bp`, `80m`.
pub(super) fn amount(number: &ast::Number, unit: &str, currency: &str) -> Option<String> {
    let written = &number.written;
    if let Some(edit) = joined_unit(unit, currency) {
        return Some(format!("{written} {edit}"));
    }
    let scale = match unit.to_lowercase().as_str() {
        "percent" | "pct" | "percentage" | "per" | "perc" | "pc" | "percents" => {
            return Some(format!("{written}%"));
        }
        // `2026Q3`: values are for whole years.
        "q1" | "q2" | "q3" | "q4" | "h1" | "h2" => return Some(written.clone()),
        // `2o30`: the letter was typed for the digit.
        _ if unit
            .strip_prefix(['o', 'O'])
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit())) =>
        {
            return Some(format!("{written}0{}", unit.get(1..).unwrap_or_default()));
        }
        "bp" | "bps" | "basis" => return Some(format!("{}%", number.value / 100.0)),
        "ppt" | "ppts" | "points" => return Some(format!("{written} pp")),
        "dollar" | "dollars" | "usd" if unit != "USD" => {
            return Some(format!("{} USD", amount_text(number)));
        }
        "euro" | "euros" | "eur" if unit != "EUR" => {
            return Some(format!("{} EUR", amount_text(number)));
        }
        _ => scale_word(unit)?,
    };
    (!currency.is_empty()).then(|| format!("{written} {scale} {currency}"))
}

/// Returns the text of a number with its scale word, without its unit.
fn amount_text(number: &ast::Number) -> String {
    let scale = crate::syntax::words::SCALES.iter().find(|(_, factor)| *factor == number.scale);
    match scale {
        Some((word, _)) => format!("{} {word}", number.written),
        None => number.written.clone(),
    }
}

/// Returns the unit for a type name of another language: `number` for `float`, `percent` for `share`.
pub(super) fn declared_unit(name: &str) -> Option<&'static str> {
    match name.to_lowercase().as_str() {
        "float" | "real" | "double" | "int" | "integer" | "num" | "numeric" | "decimal"
        | "bool" | "boolean" | "ratio" | "index" | "dimensionless" => Some("number"),
        "pct" | "perc" | "percentage" | "percents" | "share" | "rate" => Some("percent"),
        "dollar" | "dollars" => Some("USD"),
        "euro" | "euros" => Some("EUR"),
        _ => None,
    }
}

/// Returns `mn USD` for `mnUSD`, `USDmn` and `MUSD`.
pub(super) fn joined_unit(name: &str, currency: &str) -> Option<String> {
    if currency.is_empty() {
        return None;
    }
    let (lower, code) = (name.to_lowercase(), currency.to_lowercase());
    let scale = match (lower.strip_suffix(&code), lower.strip_prefix(&code)) {
        (Some(scale), _) => name.get(..scale.len())?,
        (None, Some(scale)) => name.get(name.len() - scale.len()..)?,
        (None, None) => return None,
    };
    scale_word(scale).map(|scale| format!("{scale} {currency}"))
}

/// Returns the scale word for an abbreviation of other languages: `mn` for `M` and `mio`.
fn scale_word(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "m" | "mn" | "mio" | "mln" | "million" | "millions" | "mm" => Some("mn"),
        "b" | "bn" | "bln" | "billion" | "billions" | "mrd" => Some("bn"),
        "k" | "thousand" | "thousands" => Some("thousand"),
        "tn" | "trillion" | "trn" => Some("tn"),
        _ => None,
    }
}
