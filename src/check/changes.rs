//! Changes of scenarios as other languages write them: a percentage added to an amount, a value defined by itself.

use super::{Checker, errors};
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Kind, Op};
use crate::quantity::Dimension;
use crate::source::Span;
use crate::syntax::ast;

impl Checker<'_> {
    /// Returns a line of the script as a change of a scenario, and its place; None for a line of a library.
    pub(super) fn as_scenario(&self, assign: &ast::Assign) -> Option<(Span, String)> {
        let text = self.sources.text(assign.span).trim();
        let own = !assign.span.source.is_builtin() && !text.contains('\n');
        own.then(|| (assign.span, format!("scenario changed {{ {text} }}")))
    }

    /// Returns the message for a change that adds a percentage to an amount, `x += 5%`, or that reads the value it
    /// gives, `x = x * 1.1`.
    pub(super) fn change_of_itself(
        &self,
        assign: &ast::Assign,
        op: Op,
        kind: Kind,
    ) -> Option<Diagnostic> {
        let span = assign.target.span.to(assign.value.span);
        let (whole, target) = (self.sources.text(span), self.sources.text(assign.target.span));
        let amount =
            matches!(kind, Kind::Plain { dimension, .. } if dimension != Dimension::NUMBER);
        let value = whole.get(target.len()..)?.trim_start();
        // `x = +5%` has a sign; `x = 5%` may be a wrong unit.
        let share = value.strip_prefix('=').map_or("", str::trim);
        if op == Op::Set && amount && share.starts_with(['+', '-']) && share.len() < 20 {
            let (sign, number) = share.split_at(1);
            number.trim().strip_suffix('%')?.parse::<f64>().ok()?;
            let edit = format!("{target} *= 1 {sign} {}", number.trim());
            return Some(errors::percent_added(span, target, &edit));
        }
        if op == Op::Add && amount && value.ends_with('%') && value.len() < 20 {
            let (sign, share) = value.split_at_checked(2)?;
            let edit = format!("{target} *= 1 {} {}", sign.trim_end_matches('='), share.trim());
            return Some(errors::percent_added(span, target, &edit));
        }
        let ast::ExprKind::Binary(operator, left, right) = &assign.value.kind else { return None };
        let sign = match operator {
            BinaryOp::Multiply => "*",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            _ => return None,
        };
        let same = op == Op::Set
            && [target.trim(), "baseline"].contains(&self.sources.text(left.span).trim());
        let edit = format!("{target} {sign}= {}", self.sources.text(right.span).trim());
        same.then(|| errors::change_of_itself(span, target, &edit))
    }

    /// Returns the path of a map whose keys are years: `{ 2024: 3%, 2025: 4% }`.
    pub(super) fn path_of_map(&self, value: &ast::Expr) -> Option<String> {
        let ast::ExprKind::Map(entries) = &value.kind else { return None };
        let is_year = |key: &ast::Name| key.text.parse::<i32>().is_ok_and(|year| year > 999);
        let text = self.sources.text(value.span).trim();
        let inside = text.strip_prefix('{')?.strip_suffix('}')?;
        entries.iter().all(|(key, _)| is_year(key)).then(|| format!("[{}]", inside.trim()))
    }

    /// Returns the message for an unknown scenario after `extends`; `known` are the scenarios of the script.
    pub(super) fn unknown_parent(&self, parent: &ast::Name, known: &[&str]) -> Diagnostic {
        if parent.text == "baseline" {
            let before =
                self.sources.file(parent.span.source).text.get(..parent.span.range().start);
            let head = before.unwrap_or_default().trim_end();
            let start = head.strip_suffix("extends").map_or(parent.span.range().start, str::len);
            let whole = Span::new(parent.span.source, start, parent.span.range().end);
            let found = errors::extends_baseline(parent.span);
            return if known.is_empty() { found } else { found.fix(whole, "") };
        }
        let near = self.nearest(&parent.text, known.iter().copied());
        errors::unknown_scenario(parent.span, &parent.text, near.as_deref(), known)
    }
}
