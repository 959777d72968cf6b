//! Builds the syntax trees of expressions from the grammar's pairs.
//!
//! In: the pair of a value, an expression, a reference or a table. Out: its tree. The grammar leaves
//! expressions flat; [`PRECEDENCE`] nests them. No tree is deeper than [`MAX_CHAIN`] operators and the
//! brackets that `prescan` allows, so that recursive passes cannot overflow the stack.

use std::sync::LazyLock;

use pest::iterators::{Pair, Pairs};
use pest::pratt_parser::{Assoc, Op, PrattParser};

use super::ast::*;
use super::build::{Builder, normal};
use super::chain::MAX_CHAIN;
use super::errors;
use super::grammar::Rule;
use super::words::scale;
use crate::source::Span;

/// The operators by precedence, lowest first.
static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    PrattParser::new()
        .op(Op::infix(Rule::or, Assoc::Left))
        .op(Op::infix(Rule::and, Assoc::Left))
        .op(Op::prefix(Rule::not))
        .op(Op::infix(Rule::equal, Assoc::Left)
            | Op::infix(Rule::not_equal, Assoc::Left)
            | Op::infix(Rule::at_most, Assoc::Left)
            | Op::infix(Rule::at_least, Assoc::Left)
            | Op::infix(Rule::below, Assoc::Left)
            | Op::infix(Rule::above, Assoc::Left)
            | Op::infix(Rule::single_equals, Assoc::Left))
        .op(Op::infix(Rule::add, Assoc::Left) | Op::infix(Rule::subtract, Assoc::Left))
        .op(Op::infix(Rule::multiply, Assoc::Left) | Op::infix(Rule::divide, Assoc::Left))
        .op(Op::prefix(Rule::negate))
        .op(Op::infix(Rule::power, Assoc::Right))
        .op(Op::postfix(Rule::each_year)
            | Op::postfix(Rule::each_index)
            | Op::postfix(Rule::shared))
});

/// Returns the operator of a grammar rule; `None` if the rule is not an operator.
fn operator(rule: Rule) -> Option<BinaryOp> {
    Some(match rule {
        Rule::or => BinaryOp::Or,
        Rule::and => BinaryOp::And,
        Rule::add => BinaryOp::Add,
        Rule::subtract => BinaryOp::Subtract,
        Rule::multiply => BinaryOp::Multiply,
        Rule::divide => BinaryOp::Divide,
        Rule::power => BinaryOp::Power,
        _ => return comparison(rule),
    })
}

/// Returns the comparison operator of a grammar rule. Accepts `=` too; the caller reports it as a mistake.
pub(super) fn comparison(rule: Rule) -> Option<BinaryOp> {
    Some(match rule {
        Rule::equal | Rule::single_equals => BinaryOp::Equal,
        Rule::not_equal => BinaryOp::NotEqual,
        Rule::at_most => BinaryOp::AtMost,
        Rule::at_least => BinaryOp::AtLeast,
        Rule::below => BinaryOp::Below,
        Rule::above => BinaryOp::Above,
        _ => return None,
    })
}

impl Builder {
    /// Builds the tree of a value: an expression, a table, a map or a file that gives a quantity or a field
    /// its value.
    pub(super) fn value(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::value => match pair.into_inner().next() {
                Some(inner) => self.value(inner),
                None => Expr { kind: ExprKind::Mistake, span },
            },
            Rule::braces => match pair.into_inner().next() {
                Some(inner) if inner.as_rule() == Rule::table => {
                    let table = self.table(inner);
                    Expr { kind: ExprKind::Table(Box::new(table)), span }
                }
                Some(inner) => {
                    let entries = inner.into_inner().map(|entry| self.map_entry(entry)).collect();
                    Expr { kind: ExprKind::Map(entries), span }
                }
                None => Expr { kind: ExprKind::Mistake, span },
            },
            Rule::path => self.path(pair),
            Rule::expr | Rule::sum => self.expr(pair),
            _ => self.mistake(&pair),
        }
    }

    /// Reports a pair that is not an expression, and returns a placeholder for the tree.
    fn mistake(&mut self, pair: &Pair<'_, Rule>) -> Expr {
        self.stray(pair);
        Expr { kind: ExprKind::Mistake, span: self.span(pair) }
    }

    /// Builds the tree of a range `a..b`.
    pub(super) fn range(&mut self, pair: Pair<'_, Rule>) -> Range {
        let span = self.span(&pair);
        let mut ends = pair.into_inner().map(|end| self.expr(end));
        let mistake = || Expr { kind: ExprKind::Mistake, span };
        let from = ends.next().unwrap_or_else(mistake);
        let to = ends.next().unwrap_or_else(mistake);
        Range { from, to, span }
    }

    /// Builds the expression of a clause that has only one, such as `within 1%`.
    pub(super) fn only_expr(&mut self, pair: Pair<'_, Rule>) -> Option<Expr> {
        pair.into_inner().next().map(|expr| self.expr(expr))
    }

    fn map_entry(&mut self, pair: Pair<'_, Rule>) -> (Name, Expr) {
        let span = self.span(&pair);
        let (mut key, mut value) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::single_equals => {
                    let span = self.span(&part);
                    self.report(errors::equals_for_colon(span));
                }
                Rule::value => value = Some(self.value(part)),
                Rule::name | Rule::string | Rule::number => key = Some(self.name(&part)),
                _ => self.stray(&part),
            }
        }
        let key = key.unwrap_or(Name { text: String::new(), span });
        (key, value.unwrap_or(Expr { kind: ExprKind::Mistake, span }))
    }

    fn path(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        let Some(first) = parts.next() else { return Expr { kind: ExprKind::Mistake, span } };
        let first = self.expr(first);
        let legs: Vec<Leg> = parts.map(|leg| self.leg(leg)).collect();
        if legs.is_empty() {
            return first;
        }
        Expr { kind: ExprKind::Path { first: Box::new(first), legs }, span }
    }

    fn leg(&mut self, pair: Pair<'_, Rule>) -> Leg {
        let span = self.span(&pair);
        let moves = pair.as_rule() == Rule::arrow_leg;
        let (mut to, mut from, mut over, mut shape) = (None, None, None, Shape::Linear);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::range => over = Some(self.range(part)),
                Rule::shape => {
                    for word in part.into_inner() {
                        match word.as_rule() {
                            Rule::kw_s_curve => shape = Shape::SCurve,
                            Rule::kw_geometric => shape = Shape::Geometric,
                            Rule::kw_linear => shape = Shape::Linear,
                            _ => self.stray(&word),
                        }
                    }
                }
                Rule::expr if to.is_none() => to = Some(self.expr(part)),
                Rule::expr => from = Some(self.expr(part)),
                _ => self.stray(&part),
            }
        }
        let to = to.unwrap_or(Expr { kind: ExprKind::Mistake, span });
        if moves { Leg::Move { to, over, shape, span } } else { Leg::Step { to, from, span } }
    }

    /// Builds an expression by operator precedence; refuses more than [`MAX_CHAIN`] operators in a row.
    pub(super) fn expr(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        if !matches!(pair.as_rule(), Rule::expr | Rule::year_sum | Rule::sum) {
            return self.primary(pair);
        }
        let operators = pair.clone().into_inner().filter(|p| is_operator(p.as_rule())).count();
        if self.chained + operators > MAX_CHAIN {
            self.report(errors::too_long(span));
            return Expr { kind: ExprKind::Mistake, span };
        }
        self.chained += operators;
        let expr = self.operators(pair.into_inner());
        self.chained -= operators;
        expr
    }

    fn operators(&mut self, pairs: Pairs<'_, Rule>) -> Expr {
        let base = self.base;
        let source = self.source;
        let this = std::cell::RefCell::new(self);
        PRECEDENCE
            .map_primary(|pair| this.borrow_mut().primary(pair))
            .map_prefix(|sign, operand| {
                let at =
                    Span::new(source, base + sign.as_span().start(), base + sign.as_span().end());
                let span = at.to(operand.span);
                let operand = Box::new(operand);
                let kind = match sign.as_rule() {
                    Rule::not => ExprKind::Not(operand),
                    _ => ExprKind::Negate(operand),
                };
                Expr { kind, span }
            })
            .map_postfix(|operand, words| {
                let this = this.borrow();
                let span = operand.span.to(this.span(&words));
                let how = match words.as_rule() {
                    Rule::each_index => match words.into_inner().next() {
                        Some(name) => HowOften::Each(this.name(&name)),
                        None => HowOften::EachYear,
                    },
                    Rule::shared => HowOften::Shared,
                    _ => HowOften::EachYear,
                };
                Expr { span, kind: ExprKind::Drawn(Box::new(operand), how) }
            })
            .map_infix(|left, sign, right| {
                let start = base + sign.as_span().start();
                let at = Span::new(source, start, start + sign.as_str().trim_end().len());
                if sign.as_rule() == Rule::single_equals {
                    this.borrow_mut().report(errors::single_equals(at));
                }
                if sign.as_str().trim_end() == "**" {
                    this.borrow_mut().report(errors::power_stars(at));
                }
                let span = left.span.to(right.span);
                let Some(op) = operator(sign.as_rule()) else {
                    return this.borrow_mut().mistake(&sign);
                };
                Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span }
            })
            .parse(pairs)
    }

    fn primary(&mut self, pair: Pair<'_, Rule>) -> Expr {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::expr => return self.expr(pair),
            Rule::path => return self.path(pair),
            Rule::literal | Rule::number => ExprKind::Number(self.number(pair)),
            Rule::string => ExprKind::Text(self.text(&pair).text),
            Rule::group => match pair.into_inner().next() {
                Some(inner) => ExprKind::Group(Box::new(self.path(inner))),
                None => ExprKind::Mistake,
            },
            Rule::points => {
                let points = pair.into_inner().map(|point| {
                    let mut parts = point.into_inner();
                    let year = parts.next().map(|part| self.expr(part));
                    let value = parts.next().map(|part| self.expr(part));
                    let mistake = || Expr { kind: ExprKind::Mistake, span };
                    (year.unwrap_or_else(mistake), value.unwrap_or_else(mistake))
                });
                ExprKind::Points(points.collect())
            }
            Rule::conditional => {
                let mut parts = pair.into_inner().map(|part| Box::new(self.expr(part)));
                match (parts.next(), parts.next(), parts.next()) {
                    (Some(condition), Some(then), Some(other)) => {
                        ExprKind::If(condition, then, other)
                    }
                    _ => ExprKind::Mistake,
                }
            }
            Rule::reference => ExprKind::Reference(self.reference(pair)),
            Rule::unit_argument => {
                let mut number = Number {
                    value: 1.0,
                    written: String::new(),
                    percent: false,
                    scale: 1.0,
                    unit: None,
                };
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::scale => number.scale = scale(part.as_str()),
                        Rule::name => number.unit = Some(self.name(&part)),
                        _ => self.stray(&part),
                    }
                }
                ExprKind::Number(number)
            }
            _ => return self.mistake(&pair),
        };
        Expr { kind, span }
    }

    fn number(&mut self, pair: Pair<'_, Rule>) -> Number {
        let span = self.span(&pair);
        let written = String::new();
        let mut number = Number { value: 0.0, written, percent: false, scale: 1.0, unit: None };
        let parts: Vec<Pair<'_, Rule>> = match pair.as_rule() {
            Rule::number => vec![pair],
            _ => pair.into_inner().collect(),
        };
        for part in parts {
            match part.as_rule() {
                Rule::number => {
                    let digits: String = part.as_str().chars().filter(|&c| c != '_').collect();
                    number.value = digits.parse().unwrap_or(f64::INFINITY);
                    part.as_str().clone_into(&mut number.written);
                    let zero = !digits
                        .split(['e', 'E'])
                        .next()
                        .unwrap_or("")
                        .contains(|c: char| ('1'..='9').contains(&c));
                    if !number.value.is_finite() || (number.value == 0.0 && !zero) {
                        self.report(errors::number_range(span));
                        number.value = 0.0;
                    }
                }
                Rule::percent => number.percent = true,
                Rule::scale => number.scale = scale(part.as_str()),
                Rule::unit_name => number.unit = Some(self.name(&part)),
                _ => self.stray(&part),
            }
        }
        number
    }

    /// Builds the tree of a name with its indices or arguments.
    pub(super) fn reference(&mut self, pair: Pair<'_, Rule>) -> Reference {
        let span = self.span(&pair);
        let (mut path, mut suffix) = (Vec::new(), Suffix::None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::dotted => path = part.into_inner().map(|name| self.name(&name)).collect(),
                Rule::indices => {
                    suffix = Suffix::Indices(part.into_inner().map(|i| self.index(i)).collect());
                }
                Rule::arguments => suffix = Suffix::Call(self.call(part)),
                _ => self.stray(&part),
            }
        }
        Reference { path, suffix, span }
    }

    fn index(&mut self, pair: Pair<'_, Rule>) -> Index {
        let span = self.span(&pair);
        let mut parts = pair.into_inner();
        match (parts.next(), parts.next()) {
            (Some(from), Some(to)) => {
                let (from, to) = (self.expr(from), self.expr(to));
                Index::Range(Range { from, to, span })
            }
            (Some(only), None) if only.as_rule() != Rule::wildcard => Index::Expr(self.expr(only)),
            _ => Index::All(span),
        }
    }

    /// Builds the tree of a call's arguments.
    pub(super) fn call(&mut self, pair: Pair<'_, Rule>) -> Call {
        let mut call = Call::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::binders => self.binders(part, &mut call),
                Rule::argument => call.args.push(self.argument(part)),
                _ => self.stray(&part),
            }
        }
        call
    }

    /// Adds binders and their condition to a call: `s in sector, p in partner where CONDITION`.
    fn binders(&mut self, pair: Pair<'_, Rule>, call: &mut Call) {
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::where_clause => call.filter = self.only_expr(part).map(Box::new),
                Rule::binder => {
                    let mut parts = part.into_inner();
                    if let (Some(index), Some(over)) = (parts.next(), parts.next()) {
                        let over = match over.as_rule() {
                            Rule::range => Over::Range(self.range(over)),
                            _ => Over::Set(self.name(&over)),
                        };
                        call.binders.push(Binder { index: self.name(&index), over });
                    }
                }
                _ => self.stray(&part),
            }
        }
    }

    fn argument(&mut self, pair: Pair<'_, Rule>) -> Argument {
        let span = self.span(&pair);
        let (mut key, mut literal_key, mut value) = (None, false, None);
        for part in pair.into_inner() {
            if part.as_rule() == Rule::argument_key {
                if let Some(inner) = part.into_inner().next() {
                    literal_key = inner.as_rule() != Rule::name;
                    let literal = inner.as_rule() == Rule::literal;
                    key = Some(if literal { self.literal_key(&inner) } else { self.name(&inner) });
                }
            } else {
                value = Some(self.primary(part));
            }
        }
        let value = value.unwrap_or(Expr { kind: ExprKind::Mistake, span });
        Argument { key, value, literal_key }
    }

    /// Returns the key of a number with its unit. Blanks between them make no difference to the key.
    fn literal_key(&self, pair: &Pair<'_, Rule>) -> Name {
        let mut text = String::new();
        for part in pair.clone().into_inner() {
            if !text.is_empty() && part.as_rule() != Rule::percent {
                text.push(' ');
            }
            text.push_str(&normal(part.as_str().trim()));
        }
        Name { text, span: self.span(pair) }
    }

    /// Builds the tree of a table: its head, then its rows.
    pub(super) fn table(&mut self, pair: Pair<'_, Rule>) -> Table {
        let span = self.span(&pair);
        let (mut columns, mut rows) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::table_head => {
                    for cell in part.into_inner() {
                        let mut inner = cell.into_inner();
                        let name = inner.next().map(|name| self.name(&name));
                        let unit =
                            inner.next().and_then(|u| u.into_inner().next()).map(|u| self.unit(u));
                        columns.extend(name.map(|name| (name, unit)));
                    }
                }
                Rule::table_row => rows.push(self.table_row(part)),
                _ => self.stray(&part),
            }
        }
        let set = if columns.is_empty() {
            Name { text: String::new(), span }
        } else {
            columns.remove(0).0
        };
        Table { set, columns, rows, span }
    }

    fn table_row(&mut self, pair: Pair<'_, Rule>) -> TableRow {
        let span = self.span(&pair);
        let mut cells = pair.into_inner().map(|cell| self.cell(cell));
        let key = cells.next().flatten().map(|(key, _)| key);
        let cells = cells.collect();
        let key = match key {
            Some(key) => self.row_key(key),
            None => Name { text: String::new(), span },
        };
        TableRow { key, cells, span }
    }

    /// Returns the element that labels a row: a name, a text or a plain number.
    fn row_key(&mut self, key: Expr) -> Name {
        let span = key.span;
        let text = match key.kind {
            ExprKind::Reference(Reference { path, suffix: Suffix::None, .. }) => {
                path.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
            }
            ExprKind::Text(text) => text,
            ExprKind::Number(Number {
                written, percent: false, scale: 1.0, unit: None, ..
            }) => written,
            _ => {
                self.report(errors::row_key(span));
                String::new()
            }
        };
        Name { text, span }
    }

    fn cell(&mut self, pair: Pair<'_, Rule>) -> Option<(Expr, Vec<Name>)> {
        let mut parts = pair.into_inner();
        let value = self.value(parts.next()?);
        Some((value, parts.map(|cite| self.cite(cite)).collect()))
    }
}

fn is_operator(rule: Rule) -> bool {
    !matches!(
        rule,
        Rule::literal
            | Rule::string
            | Rule::group
            | Rule::points
            | Rule::conditional
            | Rule::reference
    )
}
