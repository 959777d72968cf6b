//! Typed lines that can be read but mean something else than the user wants.
//!
//! In: the statements of a line. Out: a diagnostic with the line that is meant, or nothing. A script declares a name
//! before it uses it; at the prompt a known name on a declaration of another sort is a slip.

use super::enter::Session;
use super::question::is_bare;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Quantity, Role};
use crate::operator::BinaryOp;
use crate::source::Span;
use crate::syntax::ast::{Ask, Expr, ExprKind, Item, ItemKind, Name, ShownValue, Suffix};
use crate::syntax::words::{self, Class};

/// The sort of a name in a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A given quantity.
    Parameter,
    /// A computed quantity.
    Variable,
    /// A lever.
    Lever,
    /// A scenario.
    Scenario,
    /// A set.
    Set,
    /// An element of the set with this index.
    Element(usize),
}

impl Session {
    /// Returns the diagnostic of a line with another meaning than its words suggest.
    pub(super) fn other_meaning(&self, items: &[Item], text: &str) -> Option<Diagnostic> {
        items.iter().find_map(|item| match &item.kind {
            ItemKind::Query(query) => match &query.ask {
                Ask::Values(_, values) if is_bare(item) => self.bare(values, text),
                _ => None,
            },
            ItemKind::Set { name, .. } => self.other_sort(item, name, &[Sort::Set], text),
            ItemKind::Quantity(quantity) => {
                let sorts = [Sort::Parameter, Sort::Variable];
                self.other_sort(item, &quantity.name, &sorts, text)
            }
            _ => None,
        })
    }

    /// Returns the sorts of a name in the model.
    pub(super) fn sorts(&self, name: &str) -> Vec<Sort> {
        let model = self.model();
        let mut sorts = Vec::new();
        if let Some(found) = model.quantities.iter().find(|found| found.name == name) {
            sorts.push(match found.role {
                Role::Param | Role::Field => Sort::Parameter,
                Role::Variable | Role::Factor | Role::Total => Sort::Variable,
            });
        }
        if model.levers.iter().any(|lever| lever.name == name) {
            sorts.push(Sort::Lever);
        }
        if model.scenarios.iter().any(|scenario| scenario.name == name) {
            sorts.push(Sort::Scenario);
        }
        if model.sets.iter().any(|set| set.name == name) {
            sorts.push(Sort::Set);
        }
        let set = model.sets.iter().position(|set| set.elements.contains_key(name));
        sorts.extend(set.map(Sort::Element));
        sorts
    }

    /// Describes a sort of name: `a parameter`, ``an element of `partner` ``.
    fn described(&self, sort: Sort) -> String {
        match sort {
            Sort::Parameter => "a parameter".to_owned(),
            Sort::Variable => "a variable".to_owned(),
            Sort::Lever => "a lever".to_owned(),
            Sort::Scenario => "a scenario".to_owned(),
            Sort::Set => "a set".to_owned(),
            Sort::Element(set) => {
                let set = self.model().sets.get(set).map_or("", |set| &set.name);
                format!("an element of `{set}`")
            }
        }
    }

    /// Refuses a declaration of a name that the model knows as another sort only.
    fn other_sort(&self, item: &Item, name: &Name, own: &[Sort], text: &str) -> Option<Diagnostic> {
        let sorts = self.sorts(&name.text);
        if sorts.iter().any(|sort| own.contains(sort)) {
            return None;
        }
        let (&sort, word) = (sorts.first()?, &name.text);
        let message = format!("`{word}` is already {}", self.described(sort));
        let found = Diagnostic::error(Code::Duplicate, message).at(name.span, "known already");
        let given = matches!(sort, Sort::Parameter | Sort::Variable);
        let line = text.get(name.span.start as usize..item.span.end as usize);
        Some(match line.filter(|line| given && line.contains('=') && !line.contains(',')) {
            Some(line) => {
                let start = Span { end: name.span.start, ..item.span };
                found.fix(start, "").help(format!("write `{line}`"))
            }
            None => found.help("choose another name"),
        })
    }

    /// Refuses values alone that are no values: a name of another sort, an arrow, a number with a comma.
    fn bare(&self, values: &[ShownValue], text: &str) -> Option<Diagnostic> {
        comma_in_number(values, text).or_else(|| {
            let [ShownValue { expr, title: None }] = values else { return None };
            arrow(expr, text).or_else(|| self.name_alone(expr))
        })
    }

    fn name_alone(&self, expr: &Expr) -> Option<Diagnostic> {
        let ExprKind::Reference(name) = &expr.kind else { return None };
        if !matches!(name.suffix, Suffix::None) {
            return None;
        }
        let word = name.dotted();
        let sorts = self.sorts(&word);
        let (what, help) = match sorts.first() {
            Some(Sort::Parameter | Sort::Variable) => return None,
            Some(&sort) => (self.described(sort), self.use_of(sort, &word)),
            None if self.kind(&word).is_some() => {
                ("a kind of lever".to_owned(), format!("`:help {word}` shows an example"))
            }
            None => {
                let found = words::find(&word)?;
                let is_query = found.class == Class::Query && found.begins_statement();
                if !is_query {
                    return None;
                }
                ("the word of a question".to_owned(), format!("write `{}`", found.example))
            }
        };
        let found = Diagnostic::error(Code::UnknownName, format!("`{word}` alone has no value"));
        let what = what.replace('`', "");
        Some(found.at(expr.span, what).help(help))
    }

    /// Returns the help with a name alone.
    fn use_of(&self, sort: Sort, word: &str) -> String {
        let model = self.model();
        match sort {
            Sort::Parameter | Sort::Variable => format!("write `{word}`"),
            Sort::Lever | Sort::Set => format!("`:info {word}` describes it"),
            Sort::Scenario => {
                format!("`:scenario {word}` asks questions of it; `:info {word}` describes it")
            }
            Sort::Element(set) => {
                let root = model.sets.get(set).map(|set| set.root);
                let over = |axis: &usize| model.sets.get(*axis).map(|set| set.root) == root;
                let mut found = model.quantities.iter().filter(|q| q.axes.iter().any(over));
                let usual = found.clone().find(|quantity| quantity.name == "balance");
                let computed = |q: &&Quantity| q.own && q.role == Role::Variable;
                let usual = usual.or_else(|| found.clone().find(computed));
                let Some(quantity) = usual.or_else(|| found.next()) else {
                    return format!("`:info {word}` describes it");
                };
                let at = quantity.axes.iter().position(over);
                let index = |n| if Some(n) == at { word } else { "*" };
                let indices: Vec<&str> = (0..quantity.axes.len()).map(index).collect();
                format!("write `{}[{}]`", quantity.name, indices.join(", "))
            }
        }
    }
}

/// Refuses `x <- 0.05`, which compares with a negative number: an arrow assigns in R.
fn arrow(expr: &Expr, text: &str) -> Option<Diagnostic> {
    let ExprKind::Binary(BinaryOp::Below, left, right) = &expr.kind else { return None };
    let (ExprKind::Reference(_), ExprKind::Negate(_) | ExprKind::Number(_)) =
        (&left.kind, &right.kind)
    else {
        return None;
    };
    let between = text.get(left.span.end as usize..right.span.start as usize)?;
    let negative = text.get(right.span.start as usize..right.span.end as usize)?;
    let value = negative.strip_prefix('-')?.trim_start();
    if !between.ends_with(" <") || !value.starts_with(|c: char| c.is_ascii_digit()) {
        // `x < -5` and `x<-5` compare.
        return None;
    }
    let name = text.get(left.span.start as usize..left.span.end as usize)?;
    let place = Span { start: right.span.start - 1, end: right.span.start + 1, ..right.span };
    let found = Diagnostic::error(Code::Syntax, "`<-` is not written in Mizan");
    let found = found.at(place, "compares with a negative number");
    let replaced = format!("{name} = {value}");
    Some(
        found
            .fix(expr.span, &replaced)
            .help(format!("write `{replaced}`; to compare, write `{name} < {negative}`")),
    )
}

/// Refuses `1,5 * 2` and `1,200 * 2`, which are two values each.
fn comma_in_number(values: &[ShownValue], text: &str) -> Option<Diagnostic> {
    let (before, after) = values.windows(2).find_map(|pair| match pair {
        [a, b] => {
            let (end, start) = (a.expr.span.end as usize, b.expr.span.start as usize);
            (text.get(end..start)? == ",").then_some(())?;
            let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
            let whole = text.get(..end)?.chars().rev().take_while(char::is_ascii_digit).count();
            let fraction = digits(text.get(start..)?);
            (whole > 0 && fraction > 0).then_some((end, fraction))
        }
        _ => None,
    })?;
    let rest = text.get(before + 1..).unwrap_or("").trim_end();
    let number = |sign: &str| format!("{}{sign}{rest}", text.get(..before).unwrap_or(""));
    let (point, thousands) = (number("."), number("_"));
    let help = match after {
        3 => format!("write `{thousands}` for thousands, or `{point}` for a decimal number"),
        _ => format!("write `{point}`"),
    };
    let span = values.first().map(|value| value.expr.span)?;
    let place = Span { start: before as u32, end: before as u32 + 1, ..span };
    let found = Diagnostic::error(Code::Syntax, "a comma separates two values here");
    Some(found.at(place, "not part of a number").help(help))
}
