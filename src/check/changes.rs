//! Changes of scenarios as other languages write them: a percentage added to an amount, a value defined by itself.

use super::{Checker, errors};
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, Expr, Kind, Op, Time};
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
        // The years and the source behind the value.
        let rest = self.sources.text(assign.span);
        let rest = rest.get(whole.len()..).unwrap_or_default();
        let amount =
            matches!(kind, Kind::Plain { dimension, .. } if dimension != Dimension::NUMBER);
        let value = whole.get(target.len()..)?.trim_start();
        // `x = +5%` has a sign; `x = 5%` may be a wrong unit.
        let share = value.strip_prefix('=').map_or("", str::trim);
        if op == Op::Set && amount && share.starts_with(['+', '-']) && share.len() < 20 {
            let (sign, number) = share.split_at(1);
            number.trim().strip_suffix('%')?.parse::<f64>().ok()?;
            let edit = format!("{target} *= 1 {sign} {}", number.trim());
            return Some(errors::percent_added(span, target, (&edit, rest)));
        }
        // `growth = -2 pp`
        let percent = matches!(kind, Kind::Plain { percent: true, .. });
        if op == Op::Set && percent && share.starts_with(['+', '-']) && share.ends_with("pp") {
            let (sign, points) = share.split_at(1);
            let edit = format!("{target} {sign}= {}", points.trim());
            return Some(errors::points_as_level(span, target, (&edit, rest)));
        }
        if op == Op::Add && amount && value.ends_with('%') && value.len() < 20 {
            let (sign, share) = value.split_at_checked(2)?;
            let edit = format!("{target} *= 1 {} {}", sign.trim_end_matches('='), share.trim());
            return Some(errors::percent_added(span, target, (&edit, rest)));
        }
        if op == Op::Add {
            let edit = self.share_of_itself(&assign.value, target, value)?;
            return Some(errors::change_of_itself(span, target, &edit));
        }
        if op != Op::Set {
            return None;
        }
        let edit = match self.reads_own_past(assign) {
            true => self.of_baseline(assign, span),
            false => self.by_operator(&assign.value, target),
        };
        Some(errors::change_of_itself(span, target, &edit?))
    }

    /// Returns `x *= 1.1` for `x = x * 1.1`, `x = 1.1 * x` and `x = baseline * 1.1`.
    fn by_operator(&self, value: &ast::Expr, target: &str) -> Option<String> {
        let ast::ExprKind::Binary(operator, left, right) = &value.kind else { return None };
        let own = |part: &ast::Expr| {
            [target.trim(), "baseline"].contains(&self.sources.text(part.span).trim())
        };
        let sign = match operator {
            BinaryOp::Multiply => "*",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Divide if own(left) => {
                let divisor = self.sources.text(right.span).trim();
                return Some(format!("{target} *= 1 / {divisor}"));
            }
            _ => return None,
        };
        let either = *operator != BinaryOp::Subtract;
        let other = match (own(left), own(right)) {
            (true, false) => right,
            (false, true) if either => left,
            _ => return None,
        };
        Some(format!("{target} {sign}= {}", self.sources.text(other.span).trim()))
    }

    /// Returns `x *= 1 + 5%` for `x += 5% * x`; `written` is the operator and the value.
    fn share_of_itself(&self, value: &ast::Expr, target: &str, written: &str) -> Option<String> {
        // The value of `-=` is a negative.
        let product = match &value.kind {
            ast::ExprKind::Negate(inner) if written.starts_with('-') => &inner.kind,
            kind => kind,
        };
        let ast::ExprKind::Binary(BinaryOp::Multiply, left, right) = product else { return None };
        let [left, right] = [left, right].map(|part| self.sources.text(part.span).trim());
        let share = match (left == target.trim(), right == target.trim()) {
            (true, false) => right,
            (false, true) => left,
            _ => return None,
        };
        let sign = written.get(..1)?;
        Some(format!("{target} *= 1 {sign} {share}"))
    }

    /// True for a change of several years of a variable whose equation reads the value of an earlier year: a factor
    /// would apply again in each year.
    fn reads_own_past(&self, assign: &ast::Assign) -> bool {
        let id = self.quantity_names.get(&assign.target.dotted()).copied();
        let one_year = assign.window.as_ref().is_some_and(|window| !window.is_range);
        let past = |part: &Expr| matches!(part, Expr::Read { quantity, time: Time::Offset(offset), .. } if Some(*quantity) == id && *offset < 0);
        let definitions = id.and_then(|id| self.model.quantities.get(id));
        let mut found = false;
        for definition in definitions.iter().flat_map(|quantity| &quantity.definitions) {
            definition.expr.walk(&mut |part| {
                found |= past(part);
                !found
            });
        }
        found && !one_year
    }

    /// Returns the change with the values of the baseline: `x = 1.1 * baseline(x)` for `x = 1.1 * x`.
    fn of_baseline(&self, assign: &ast::Assign, span: Span) -> Option<String> {
        let target = self.sources.text(assign.target.span).trim();
        let value = self.sources.text(assign.value.span).trim();
        let id = self.quantity_names.get(&assign.target.dotted())?;
        let sets = self.set_names(&self.model.quantities.get(*id)?.axes);
        let full = match &assign.target.suffix {
            ast::Suffix::None if !sets.is_empty() => {
                format!("{target}[{}]", errors::letters(&sets).join(", "))
            }
            _ => target.to_owned(),
        };
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | '(');
        let (mut text, mut rest, mut found) = (String::new(), value, false);
        while let Some(at) = rest.find(target) {
            let (before, after) = (rest.get(..at)?, rest.get(at + target.len()..)?);
            if before.ends_with(inside) || after.starts_with(inside) {
                return None;
            }
            text = format!("{text}{before}baseline({full})");
            (rest, found) = (after, true);
        }
        let whole = self.sources.text(span);
        let sign = whole.get(target.len()..whole.len().checked_sub(value.len())?)?;
        found.then(|| format!("{full}{sign}{text}{rest}"))
    }

    /// Returns the path of a map whose keys are years, and no elements: `{ 2024: 3%, 2025: 4% }`.
    pub(super) fn path_of_map(&self, value: &ast::Expr) -> Option<String> {
        let ast::ExprKind::Map(entries) = &value.kind else { return None };
        let is_year = |key: &ast::Name| {
            key.text.parse::<i32>().is_ok_and(|year| year > 999)
                && !self.elements.contains_key(&key.text)
        };
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
