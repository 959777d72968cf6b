//! Years of paths that are written in another form: points out of order, a move with `in`, a year after the horizon.

use super::{Checker, errors};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast;

/// Maximum number of years by which a message widens the horizon.
const MOST_ADDED: i32 = 60;

impl Checker<'_> {
    /// Returns points in the order of their years, and their place. None for a year that is not a number.
    pub(super) fn sorted_points(
        &self,
        points: &[(ast::Expr, ast::Expr)],
    ) -> Option<(Span, String)> {
        let text = |span: Span| self.sources.text(span).trim();
        let mut sorted: Vec<(i32, String)> = Vec::new();
        for (year, value) in points {
            let number: i32 = text(year.span).parse().ok()?;
            sorted.push((number, format!("{number}: {}", text(value.span))));
        }
        sorted.sort_by_key(|(year, _)| *year);
        let place = points.first()?.0.span.to(points.last()?.1.span);
        let all: Vec<String> = sorted.into_iter().map(|(_, text)| text).collect();
        Some((place, all.join(", ")))
    }

    /// Makes the message about a move without `over`; years behind `in` become those of the move.
    pub(super) fn path_without_years(&self, span: Span, value: &str) -> Diagnostic {
        let rest = self.sources.rest_of_line(span);
        let after = rest.get(span.range().len()..).unwrap_or_default();
        let gap = after.len() - after.trim_start().len();
        let years = after.trim_start().strip_prefix("in ").map(str::trim_start);
        let years = years.and_then(|years| {
            let end = years.find(|c: char| !c.is_alphanumeric() && c != '.');
            years.get(..end.unwrap_or(years.len())).filter(|years| years.contains(".."))
        });
        let place = years.map(|years| {
            let start = span.range().end + gap;
            let length = after.trim_start().find(years).unwrap_or(0) + years.len();
            (Span::new(span.source, start, start + length), years)
        });
        errors::path_without_years(span, value, place, self.model.years)
    }

    /// Returns the year at a place that is counted from 1, or from 0 in a script with `[0]`, and where it is written.
    fn counted_year(&self, span: Span, year: i32) -> Option<(Span, String)> {
        let (first, last) = self.model.years;
        let written = self.sources.text(span).trim_end();
        let digits = year.to_string();
        let inside = written.strip_suffix(']').unwrap_or(written);
        let index =
            inside.ends_with(&digits) && (inside.len() == digits.len() || written.ends_with(']'));
        let from_zero = self.sources.file(span.source).text.contains("[0]");
        let place = if from_zero { year } else { year - 1 };
        (index && first > 1000 && (0..=last - first).contains(&place)).then_some(())?;
        let end = span.range().start + inside.len();
        let own = if place == 0 { "first".to_owned() } else { (first + place).to_string() };
        Some((Span::new(span.source, end - digits.len(), end), own))
    }

    /// Makes the message about a year outside the horizon.
    pub(super) fn year_outside(&self, span: Span, year: i32) -> Diagnostic {
        let (first, last) = self.model.years;
        if let Some((place, edit)) = self.counted_year(span, year) {
            return errors::year_as_position(place, year, (first, last), &edit);
        }
        let text = &self.sources.file(span.source).text;
        let mut at = 0;
        let mut place = None;
        for line in text.split_inclusive('\n') {
            let written = line.trim_end();
            if written.starts_with("years ") && written.contains("..") && !written.contains('#') {
                place = Some(Span::new(span.source, at, at + written.len()));
            }
            at += line.len();
        }
        match place.filter(|_| year > last && year <= last + MOST_ADDED) {
            Some(place) => errors::year_after(span, year, (first, last), place),
            None => errors::year_outside(span, year, (first, last), None),
        }
    }
}
