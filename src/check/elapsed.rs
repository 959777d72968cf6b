//! Numbers of years that are meant as plain numbers: `5 mn USD * (t - 2024)`.
//!
//! In: a value with one unit of years too many. Out: the value with each difference of years divided by one year.

use super::Checker;
use crate::diagnostic::Diagnostic;
use crate::model::Kind;
use crate::quantity::Dimension;
use crate::source::Span;

impl Checker<'_> {
    /// Returns the text of a value whose unit is `required` times years, with `/ 1 year` behind each difference of
    /// years; None for a value without such a difference, and for one that is nothing but a difference.
    pub(super) fn without_years(&self, span: Span, found: Kind, required: Kind) -> Option<String> {
        let (Kind::Plain { dimension: found, .. }, Kind::Plain { dimension: required, .. }) =
            (found, required)
        else {
            return None;
        };
        // `80 mn USD/year`
        if found.times(Dimension::YEARS) == Some(required) && !span.source.is_builtin() {
            let text = self.sources.text(span).trim();
            let ends = ["/year", "/ year", "/years", "/yr"];
            let amount = ends.iter().find_map(|end| text.strip_suffix(end))?;
            return Some(amount.trim_end().to_owned());
        }
        let once = required.times(Dimension::YEARS)? == found;
        // A variable without a declared unit is a number at first: `var x = gdp * (t - first)`.
        let name = found.over(Dimension::YEARS)?.name(&self.model.bases);
        let undeclared = required == Dimension::NUMBER && !name.contains("years");
        (!span.source.is_builtin() && (once || undeclared)).then_some(())?;
        divided(self.sources.text(span).trim())
    }

    /// Adds to a mismatch the edit that divides the differences of years on one of its sides.
    pub(super) fn divides_years(
        &self,
        found: Diagnostic,
        (at, x): (Span, Kind),
        (and, y): (Span, Kind),
    ) -> Diagnostic {
        let left = self.without_years(at, x, y).map(|edit| (at, edit));
        let edit = left.or_else(|| self.without_years(and, y, x).map(|edit| (and, edit)));
        match edit {
            Some((span, edit)) => divide(found, span, &edit),
            None => found,
        }
    }
}

/// Returns a message whose help divides the differences of years; `edit` is the whole value.
pub(super) fn divide(found: Diagnostic, span: Span, edit: &str) -> Diagnostic {
    let help = match edit.contains("1 year") {
        true => format!("`t - 2024` is a number of years; write `{edit}`"),
        false => format!("every value is for one year; write `{edit}`"),
    };
    Diagnostic { help: vec![help], fixes: Vec::new(), ..found }.fix(span, edit)
}

/// Writes `/ 1 year` behind each bracket with a difference of years: `5 * (t - 2024) / 1 year`.
fn divided(text: &str) -> Option<String> {
    let (mut out, mut rest) = (String::new(), text);
    let mut found = false;
    while let Some(open) = rest.find('(') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let close = from.find(')').map_or(from.len(), |close| close + 1);
        let (group, after) = from.split_at(close);
        let called = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if !called && is_difference(group) {
            let next = after.trim_start();
            // A quotient, a power or a factor before the bracket has its own meaning.
            let bound = before.trim_end().ends_with(['/', '^']) || next.starts_with('^');
            let divided = next.strip_prefix('/').is_some_and(|next| next.contains("year"));
            (!bound && !divided).then_some(())?;
            out.push_str(&format!("{group} / 1 year"));
            (found, rest) = (true, after);
        } else {
            out.push('(');
            rest = from.get(1..)?;
        }
    }
    out.push_str(rest);
    // A difference alone is a span of years, which a declaration may name.
    (found && !is_difference(text)).then_some(out)
}

/// True for a bracket with a difference of two years: `(t - first)`, `(t-2024)`.
fn is_difference(group: &str) -> bool {
    let inside = group.trim_matches(['(', ')', ' ']);
    let Some((left, right)) = inside.split_once('-') else { return false };
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
    left.trim() == "t" && !right.trim().is_empty() && plain(right.trim())
}

#[cfg(test)]
mod tests {
    use super::divided;

    #[test]
    fn each_difference_of_years_is_divided_by_a_year() {
        let edit = |text| divided(text).unwrap_or_default();
        assert_eq!(edit("5 * (t-2024)"), "5 * (t-2024) / 1 year");
        assert_eq!(edit("x * (1 + 2% * (t - first))"), "x * (1 + 2% * (t - first) / 1 year)");
        assert_eq!(edit("(t - 2024) / 6"), "(t - 2024) / 1 year / 6");
        assert_eq!(edit("max(0, 1 - (t-first)*0.1)"), "max(0, 1 - (t-first) / 1 year*0.1)");
        for other in ["t - 2024", "x / (t - 2024)", "(t - 2024) ^ 2", "5 * (x - 2)", "(t - 2024)"] {
            assert_eq!(divided(other), None, "{other}");
        }
    }
}
