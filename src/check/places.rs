//! Indices in the wrong order or number: the year first, two sets exchanged, a set left out.
//!
//! In: the indices of a reading or of a left side. Out: the indices that were meant, as text for the help of a message.

use super::expr::Env;
use super::{Checker, IndexMeaning, errors};
use crate::diagnostic::Diagnostic;
use crate::model::{BinaryOp, QuantityId, SetId};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind, Index, Suffix};

impl Checker<'_> {
    /// Returns the reading with its indices in order if they are certainly wrong: `exports[Overseas, food]` for
    /// `exports[food, Overseas]`, `x[China, t-1]` for `x[t-1, China]`, and, where `*` is allowed, `exports[Overseas, *]`
    /// for `exports[Overseas]`.
    pub(super) fn other_indices(
        &self,
        id: QuantityId,
        indices: &[Index],
        (env, stars): (&Env, bool),
    ) -> Option<String> {
        let quantity = &self.model.quantities[id];
        let (count, axes) = (indices.len(), &quantity.axes);
        if count == 0 || axes.is_empty() || env.lever.is_some() || env.binds_indices {
            return None;
        }
        let text = |index: &Index| match index {
            Index::Expr(expr) => self.sources.text(expr.span).trim(),
            Index::All(_) => "*",
            Index::Range(_) => "",
        };
        let year_first = count == axes.len() + 1
            && indices.first().is_some_and(|index| is_year(text(index)))
            && !indices.last().is_some_and(|index| is_year(text(index)));
        let misplaced = |(index, &set): (&Index, &SetId)| {
            let text = text(index);
            let other = |&&axis: &&SetId| self.is_of(text, axis, env);
            !self.is_of(text, set, env) && axes.iter().find(other).is_some()
        };
        let exchanged = count > 1 && indices.iter().zip(axes).any(misplaced);
        let too_few = stars && count < axes.len();
        if !(year_first || exchanged || too_few) {
            return None;
        }
        self.indices_meant(id, self.texts_of(indices)?, (env, stars))
    }

    /// Returns the texts of indices; None for a range.
    fn texts_of(&self, indices: &[Index]) -> Option<Vec<&str>> {
        let text = |index: &Index| match index {
            Index::Expr(expr) => Some(self.sources.text(expr.span).trim()),
            Index::All(_) => Some("*"),
            Index::Range(_) => None,
        };
        indices.iter().map(text).collect()
    }

    /// Returns the reading of an equation that leaves sets out, `exports[China]`: with the index of the left side for such
    /// a set, `exports[China, s]`, otherwise with its sum, `sum(exports[China, *])`.
    pub(super) fn left_out(&self, id: QuantityId, indices: &[Index], env: &Env) -> Option<String> {
        if env.lever.is_some() || env.binds_indices {
            return None;
        }
        self.left_out_of(id, self.texts_of(indices)?, env)
    }

    /// Returns the reading as [`left_out`](Self::left_out) does; `written` are the texts of the indices.
    pub(super) fn left_out_of(
        &self,
        id: QuantityId,
        written: Vec<&str>,
        env: &Env,
    ) -> Option<String> {
        let quantity = &self.model.quantities[id];
        let text = self.indices_meant(id, written.clone(), (env, true))?;
        let inside = text.strip_prefix(quantity.name.as_str())?;
        let inside = inside.strip_prefix('[')?.strip_suffix(']')?;
        let mut indices: Vec<&str> = inside.split(", ").collect();
        if env.wild.is_none() {
            for (index, &set) in indices.iter_mut().zip(&quantity.axes) {
                let over = |(name, bound): &&(String, IndexMeaning)| {
                    let same = self.model.sets[bound.set()].root == self.model.sets[set].root;
                    same && !written.contains(&name.as_str())
                };
                if let Some((name, _)) =
                    env.indices.iter().rev().find(over).filter(|_| *index == "*")
                {
                    *index = name;
                }
            }
        }
        let reading = format!("{}[{}]", quantity.name, indices.join(", "));
        let sum = env.wild.is_none() && indices.contains(&"*");
        Some(if sum { format!("sum({reading})") } else { reading })
    }

    /// Returns the reading with each index in the place of its set; None if an index fits no set.
    fn indices_meant(
        &self,
        id: QuantityId,
        mut written: Vec<&str>,
        (env, stars): (&Env, bool),
    ) -> Option<String> {
        let quantity = &self.model.quantities[id];
        let axes = &quantity.axes;
        let mut year = None;
        if written.len() > 1 {
            match (written.first(), written.last()) {
                (Some(first), _) if is_year(first) => year = Some(written.remove(0)),
                (_, Some(last)) if is_year(last) => year = written.pop(),
                _ => {}
            }
        }
        if written.is_empty() || written.len() > axes.len() {
            return None;
        }
        // The place of each index; `*` takes a place that is left.
        let mut places: Vec<Option<&str>> = vec![None; axes.len()];
        for &text in written.iter().filter(|text| **text != "*") {
            let free = |&n: &usize| places.get(n) == Some(&None) && self.is_of(text, axes[n], env);
            let place = (0..axes.len()).find(free)?;
            places[place] = Some(text);
        }
        let left = places.iter().filter(|place| place.is_none()).count();
        let given = written.iter().filter(|text| **text == "*").count();
        if left > given && !stars {
            return None;
        }
        let own = places.into_iter().map(|place| place.unwrap_or("*"));
        let meant: Vec<&str> = own.chain(year).collect();
        Some(format!("{}[{}]", quantity.name, meant.join(", ")))
    }

    /// True for the name of an element of a set, or for an index letter of this set.
    fn is_of(&self, text: &str, set: SetId, env: &Env) -> bool {
        let root = self.model.sets[set].root;
        let bound = env.indices.iter().rev().find(|(index, _)| index == text);
        match bound {
            Some((_, IndexMeaning::Free(_, own) | IndexMeaning::Bound(_, own))) => {
                self.model.sets[*own].root == root
            }
            None => self.model.sets[root].elements.contains_key(text.trim_matches('"')),
        }
    }

    /// Returns the place of two or more elements of one set, `x[China, Turkey]`, and a reading for each.
    pub(super) fn elements_in_reduction(&self, body: &ast::Expr) -> Option<(Span, Vec<String>)> {
        let ExprKind::Reference(reference) = &body.kind else { return None };
        let &id = self.quantity_names.get(&reference.dotted())?;
        let quantity = &self.model.quantities[id];
        let [set] = quantity.axes.as_slice() else { return None };
        let root = &self.model.sets[self.model.sets[*set].root];
        let texts = self.index_texts(reference);
        let all = texts.iter().all(|text| root.elements.contains_key(text.trim_matches('"')));
        let terms = texts.iter().map(|text| format!("{}[{text}]", quantity.name));
        (texts.len() > 1 && all).then(|| (reference.span, terms.collect()))
    }

    /// Returns the argument of a sum over a set, which `share` takes without `sum`.
    pub(super) fn inside_sum(&self, whole: &ast::Expr) -> Option<String> {
        let ExprKind::Reference(reference) = &whole.kind else { return None };
        let Suffix::Call(call) = &reference.suffix else { return None };
        let [argument] = call.args.as_slice() else { return None };
        let plain = reference.dotted() == "sum" && call.binders.is_empty();
        plain.then(|| self.sources.text(argument.value.span).trim().to_owned())
    }

    /// True for a comparison whose left side is a comparison: `0 < rate < 1`.
    pub(super) fn is_chained(&self, op: BinaryOp, left: &ast::Expr, right: &ast::Expr) -> bool {
        let compares = matches!(&left.kind, ExprKind::Binary(first, ..) if first.compares());
        op.compares() && compares && !self.sources.text(right.span).is_empty()
    }

    /// Returns the two comparisons of a chain: `0 < rate and rate < 1`.
    pub(super) fn unchained(&self, left: &ast::Expr, right: &ast::Expr) -> String {
        let ExprKind::Binary(_, _, middle) = &left.kind else { return String::new() };
        let whole = self.sources.text(middle.span.to(right.span));
        format!("{} and {whole}", self.sources.text(left.span).trim())
    }

    /// True for the index of a year in the place of an element: `t-1`, `2026`, but not `0`, which counts elements.
    pub(super) fn is_lag(&self, index: &Index) -> bool {
        matches!(index, Index::Expr(expr) if is_year(self.sources.text(expr.span).trim()))
    }

    /// Returns the message for a year in the place of the only element in a query: `show exports[2026]`.
    pub(super) fn year_for_element(
        &self,
        name: &str,
        given: &[Index],
        (id, query): (QuantityId, bool),
    ) -> Option<Diagnostic> {
        let ([Index::Expr(only)], &[set]) = (given, self.model.quantities[id].axes.as_slice())
        else {
            return None;
        };
        let text = self.sources.text(only.span).trim();
        let own = text
            .parse()
            .is_ok_and(|year| (self.model.years.0..=self.model.years.1).contains(&year))
            || matches!(text, "first" | "last");
        let element = self.model.sets[self.model.sets[set].root].elements.contains_key(text);
        (query && own && !element).then(|| {
            let set = &self.model.sets[set].name;
            errors::year_for_element(only.span, name, set, &format!("*, {text}"))
        })
    }

    /// Returns the place of a range of elements in a reduction, `sum(exports[China..Iran])`, and the reduction over them.
    pub(super) fn range_of_elements(&self, name: &str, body: &ast::Expr) -> Option<(Span, String)> {
        let ExprKind::Reference(reference) = &body.kind else { return None };
        let Suffix::Indices(indices) = &reference.suffix else { return None };
        let [Index::Range(range)] = indices.as_slice() else { return None };
        let own = reference.dotted();
        let &id = self.quantity_names.get(&own)?;
        let [set] = self.model.quantities[id].axes.as_slice() else { return None };
        let elements = &self.model.sets[self.model.sets[*set].root].elements;
        let place = |expr: &ast::Expr| elements.get_index_of(self.sources.text(expr.span).trim());
        let (from, to) = (place(&range.from)?, place(&range.to)?);
        if from == 0 && to + 1 == elements.len() {
            return Some((range.span, format!("{name}({own})")));
        }
        let letter = self.letters_of(id).into_iter().next()?;
        let named = (from..=to).filter_map(|n| elements.get_index(n));
        let named: Vec<String> =
            named.map(|(element, _)| format!("{letter} == {element}")).collect();
        let set = &self.model.sets[*set].name;
        let edit =
            format!("{name}({letter} in {set} where {}: {own}[{letter}])", named.join(" or "));
        (!named.is_empty()).then_some((range.span, edit))
    }

    /// True for a reading without indices behind `/`, of a quantity that the line also reads with indices:
    /// `exports[p] / exports` divides by the sum.
    pub(super) fn divides_by_total(&self, span: Span, name: &str) -> bool {
        let Some(line) = self.line_of(span) else { return false };
        let text = self.sources.text(line);
        let at = span.range().start.saturating_sub(line.range().start);
        let before = text.get(..at).unwrap_or_default();
        before.trim_end().ends_with('/') && before.contains(&format!("{name}["))
    }

    /// Returns the line with an element behind `for` or `in` as an index of the value: `show x[China]` for
    /// `show x for China`.
    pub(super) fn element_as_index(&self, span: Span, element: &str) -> Option<(Span, String)> {
        let line = self.line_of(span)?;
        let text = self.sources.text(line);
        let at = span.range().start.checked_sub(line.range().start)?;
        let (head, rest) = (text.get(..at)?, text.get(at..)?.strip_prefix(element)?);
        let words: Vec<&str> = head.split_whitespace().collect();
        let [query, values @ .., "for" | "in" | "to" | "from"] = words.as_slice() else {
            return None;
        };
        let values = values.join(" ");
        let indexed: Option<Vec<String>> =
            values.split(", ").map(|name| self.with_element(name, element)).collect();
        Some((line, format!("{query} {}{rest}", indexed?.join(", "))))
    }

    /// Returns the reading of a quantity for one element: `exports[China, *]`.
    fn with_element(&self, name: &str, element: &str) -> Option<String> {
        let axes = &self.model.quantities[*self.quantity_names.get(name)?].axes;
        let own = |set: &SetId| {
            self.model.sets[self.model.sets[*set].root].elements.contains_key(element)
        };
        let at = axes.iter().position(own)?;
        let index = |n: usize| if n == at { element } else { "*" };
        let indices: Vec<&str> = (0..axes.len()).map(index).collect();
        Some(format!("{name}[{}]", indices.join(", ")))
    }
}

/// True for the text of a year: `t-1`, `first`, `2026`.
pub(super) fn is_year(text: &str) -> bool {
    let lag = text.strip_prefix('t').map(|rest| rest.trim_start().trim_start_matches(['-', '+']));
    let lag = lag.is_some_and(|rest| rest.is_empty() || rest.trim().parse::<u32>().is_ok());
    let year = text.parse::<i32>().is_ok_and(|year| (1000..3000).contains(&year));
    lag || year || matches!(text, "first" | "last")
}
