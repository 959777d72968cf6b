//! Statements: from the grammar's pairs to the tree.

use pest::iterators::{Pair, Pairs};
use unicode_normalization::UnicodeNormalization;

use super::ast::*;
use super::errors;
use super::expr::scale;
use super::parse::Rule;
use crate::diagnostic::{Diagnostic, MOST_LISTED};
use crate::source::{SourceId, Span};

/// Builds the tree of one text; `base` is where the piece being read begins.
pub(super) struct Builder {
    pub(super) source: SourceId,
    pub(super) base: usize,
    /// Operators in a row in the expression being read and in those around it.
    pub(super) chained: usize,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The optional parts that many statements share, gathered in any order.
#[derive(Default)]
struct Parts {
    names: Vec<Name>,
    texts: Vec<Text>,
    cites: Vec<Name>,
    value: Option<Expr>,
    bounds: Option<Range>,
}

impl Builder {
    pub(super) fn new(source: SourceId) -> Self {
        Self { source, base: 0, chained: 0, diagnostics: Vec::new() }
    }

    pub(super) fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        let trimmed = pair.as_str().trim_end().len();
        Span::new(self.source, self.base + span.start(), self.base + span.start() + trimmed)
    }

    /// Keeps a mistake, if not too many are kept.
    pub(super) fn report(&mut self, found: Diagnostic) {
        if self.diagnostics.len() < MOST_LISTED {
            self.diagnostics.push(found);
        }
    }

    /// The statements of `file` or `lone_item`.
    pub(super) fn items(&mut self, pairs: Pairs<'_, Rule>, base: usize) -> Vec<Item> {
        self.base = base;
        let statements = pairs.flat_map(Pair::into_inner).filter(|p| p.as_rule() != Rule::EOI);
        statements.filter_map(|pair| self.item(pair)).collect()
    }

    fn item(&mut self, pair: Pair<'_, Rule>) -> Option<Item> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::model => ItemKind::Model(self.parts(pair).texts.pop()?),
            Rule::years => ItemKind::Years(self.range(pair.into_inner().next()?)),
            Rule::currency => {
                let mut parts = self.parts(pair);
                ItemKind::Currency { name: parts.names.pop()?, rate: parts.value }
            }
            Rule::unit_decl => {
                let mut parts = self.parts(pair);
                ItemKind::Unit { name: parts.names.pop()?, value: parts.value }
            }
            Rule::use_decl => {
                let mut parts = self.parts(pair);
                ItemKind::Use(match parts.texts.pop() {
                    Some(text) => Library::File(text),
                    None => Library::Builtin(parts.names.pop()?),
                })
            }
            Rule::set_decl => self.set(pair)?,
            Rule::source => {
                let mut parts = self.parts(pair);
                ItemKind::Source { key: parts.names.pop()?, citation: parts.texts.pop()? }
            }
            Rule::needs => ItemKind::Needs(self.parts(pair).names),
            Rule::param | Rule::variable => ItemKind::Quantity(self.quantity(pair)?),
            Rule::function => {
                let mut parts = self.parts(pair);
                let name = if parts.names.is_empty() { return None } else { parts.names.remove(0) };
                ItemKind::Function { name, params: parts.names, body: parts.value? }
            }
            Rule::identity => {
                let (name, condition) = self.identity(pair)?;
                ItemKind::Identity { name, condition }
            }
            Rule::correlate => {
                let (mut of, mut value) = (Vec::new(), None);
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::reference => of.push(self.reference(part)),
                        _ => value = Some(self.expr(part)),
                    }
                }
                ItemKind::Correlate { of, value: value? }
            }
            Rule::solve => ItemKind::Solve(self.solve(pair)),
            Rule::solver => {
                let settings = pair.into_inner().filter_map(|setting| {
                    let mut parts = setting.into_inner();
                    let name = self.name(&parts.next()?);
                    Some((name, self.expr(parts.next()?)))
                });
                ItemKind::Solver(settings.collect())
            }
            Rule::kind => ItemKind::Kind(self.kind(pair)?),
            Rule::scenario => ItemKind::Scenario(self.scenario(pair)?),
            Rule::lever => ItemKind::Lever(self.lever(pair)?),
            Rule::assignment => ItemKind::Assign(self.assign(pair)?),
            _ => ItemKind::Query(self.query(pair)?),
        };
        Some(Item { kind, span, doc: String::new() })
    }

    pub(super) fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        let inner = match pair.as_rule() {
            Rule::string => return self.text_name(pair),
            Rule::element => pair.clone().into_inner().next(),
            _ => None,
        };
        match inner {
            Some(inner) => self.name(&inner),
            None => Name { text: normal(pair.as_str().trim()), span: self.span(pair) },
        }
    }

    fn text_name(&self, pair: &Pair<'_, Rule>) -> Name {
        let text = self.text(pair);
        Name { text: text.text, span: text.span }
    }

    pub(super) fn cite(&self, pair: Pair<'_, Rule>) -> Name {
        let span = self.span(&pair);
        let name = pair.into_inner().next().map(|name| self.name(&name));
        name.unwrap_or(Name { text: String::new(), span })
    }

    pub(super) fn text(&self, pair: &Pair<'_, Rule>) -> Text {
        let span = self.span(pair);
        let inner = pair.clone().into_inner().next();
        let raw = inner.as_ref().map_or("", |inner| inner.as_str());
        let mut text = String::with_capacity(raw.len());
        let normal = normal(raw);
        let mut chars = normal.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some(other) => text.push(other),
                    None => {}
                },
                _ => text.push(c),
            }
        }
        Text { text, span }
    }

    fn parts(&mut self, pair: Pair<'_, Rule>) -> Parts {
        let mut parts = Parts::default();
        for part in pair.into_inner() {
            self.part(part, &mut parts);
        }
        parts
    }

    fn part(&mut self, part: Pair<'_, Rule>, parts: &mut Parts) {
        match part.as_rule() {
            Rule::name | Rule::element => parts.names.push(self.name(&part)),
            Rule::string => parts.texts.push(self.text(&part)),
            Rule::doc_text => parts.texts.extend(part.into_inner().next().map(|t| self.text(&t))),
            Rule::cite => parts.cites.push(self.cite(part)),
            Rule::bounds => parts.bounds = part.into_inner().next().map(|r| self.range(r)),
            Rule::value => parts.value = Some(self.value(part)),
            _ => {}
        }
    }

    pub(super) fn range(&mut self, pair: Pair<'_, Rule>) -> Range {
        let span = self.span(&pair);
        let mut ends = pair.into_inner().map(|end| self.expr(end));
        let mistake = || Expr { kind: ExprKind::Mistake, span };
        let from = ends.next().unwrap_or_else(mistake);
        let to = ends.next().unwrap_or_else(mistake);
        Range { from, to, span }
    }

    pub(super) fn unit(&mut self, pair: Pair<'_, Rule>) -> Unit {
        let span = self.span(&pair);
        let (mut terms, mut sign) = (Vec::new(), 1);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::unit_per => sign = -1,
                Rule::unit_times => sign = 1,
                _ => {
                    let mut term = UnitTerm {
                        name: Name { text: String::new(), span },
                        scale: 1.0,
                        power: sign,
                    };
                    for piece in part.into_inner() {
                        match piece.as_rule() {
                            Rule::scale => term.scale = scale(piece.as_str()),
                            Rule::name => term.name = self.name(&piece),
                            _ => term.power = sign * piece.as_str().parse::<i32>().unwrap_or(1),
                        }
                    }
                    terms.push(term);
                }
            }
        }
        Unit { terms, span }
    }

    fn set(&mut self, pair: Pair<'_, Rule>) -> Option<ItemKind> {
        let (mut name, mut elements, mut doc) = (None, None, None);
        for part in pair.into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::doc_text => doc = part.into_inner().next().map(|t| self.text(&t)),
                Rule::elements => elements = Some(SetElements::Listed(self.parts(part).names)),
                Rule::subset => {
                    let mut names = self.parts(part).names;
                    if !names.is_empty() {
                        let of = names.remove(0);
                        elements = Some(SetElements::Without { of, removed: names });
                    }
                }
                _ => {
                    let call = part.into_inner().next().map(|call| self.call(call));
                    elements = Some(SetElements::Data(call?.args, span));
                }
            }
        }
        Some(ItemKind::Set { name: name?, elements: elements?, doc })
    }

    fn quantity(&mut self, pair: Pair<'_, Rule>) -> Option<Quantity> {
        let mut role = Role::Param;
        let (mut parts, mut axes, mut unit, mut start) = (Parts::default(), None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_var => role = Role::Variable,
                Rule::kw_factor => role = Role::Factor,
                Rule::kw_total => role = Role::Total,
                Rule::axes => {
                    let list = part.into_inner().filter_map(|axis| {
                        let mut names = self.parts(axis).names;
                        let set = names.pop()?;
                        Some(AxisDecl { index: names.pop(), set })
                    });
                    axes = Some(list.collect());
                }
                Rule::of_type => unit = part.into_inner().next().map(|unit| self.unit(unit)),
                Rule::start => start = part.into_inner().next().map(|value| self.value(value)),
                _ => self.part(part, &mut parts),
            }
        }
        Some(Quantity {
            role,
            name: parts.names.pop()?,
            axes,
            unit,
            start,
            value: parts.value,
            bounds: parts.bounds,
            doc: parts.texts.pop(),
            cites: parts.cites,
        })
    }

    fn identity(&mut self, pair: Pair<'_, Rule>) -> Option<(Name, Condition)> {
        let span = self.span(&pair);
        let (mut name, mut expr, mut tolerance) = (None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = Some(self.name(&part)),
                Rule::tolerance => tolerance = part.into_inner().next().map(|e| self.expr(e)),
                _ => expr = Some(self.expr(part)),
            }
        }
        Some((name?, Condition { expr: expr?, window: None, tolerance, span }))
    }

    fn solve(&mut self, pair: Pair<'_, Rule>) -> Solve {
        let mut solve =
            Solve { unknowns: Vec::new(), conditions: Vec::new(), span: self.span(&pair) };
        for part in pair.into_inner() {
            if part.as_rule() == Rule::unknown {
                let mut parts = part.into_inner();
                let Some(reference) = parts.next().map(|r| self.reference(r)) else { continue };
                solve.unknowns.push((reference, parts.last().map(|bound| self.expr(bound))));
            } else {
                solve.conditions.push(self.expr(part));
            }
        }
        solve
    }

    fn kind(&mut self, pair: Pair<'_, Rule>) -> Option<Kind> {
        let mut kind = Kind {
            name: self.nameless(&pair),
            bindings: Vec::new(),
            doc: None,
            entries: Vec::new(),
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => kind.name = self.name(&part),
                Rule::doc_text => kind.doc = part.into_inner().next().map(|t| self.text(&t)),
                Rule::kind_binding => {
                    let mut names = part.into_inner().map(|name| self.name(&name));
                    let preposition = names.next()?;
                    let index = names.next()?;
                    kind.bindings.push(KindBinding { preposition, index, set: names.next()? });
                }
                Rule::field_decl => {
                    let field = self.field_decl(part)?;
                    kind.entries.push(KindEntry::Field(field));
                }
                Rule::variable => {
                    let quantity = self.quantity(part)?;
                    kind.entries.push(KindEntry::Quantity(quantity));
                }
                Rule::identity => {
                    let (name, condition) = self.identity(part)?;
                    kind.entries.push(KindEntry::Identity { name, condition });
                }
                Rule::solve => {
                    let solve = self.solve(part);
                    kind.entries.push(KindEntry::Solve(solve));
                }
                _ => {
                    let assign = self.assign(part)?;
                    kind.entries.push(KindEntry::Assign(assign));
                }
            }
        }
        Some(kind)
    }

    fn nameless(&self, pair: &Pair<'_, Rule>) -> Name {
        Name { text: String::new(), span: self.span(pair) }
    }

    fn field_decl(&mut self, pair: Pair<'_, Rule>) -> Option<FieldDecl> {
        let span = self.span(&pair);
        let (mut parts, mut unit, mut path) = (Parts::default(), None, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::unit => unit = Some(self.unit(part)),
                Rule::path_mark => path = true,
                _ => self.part(part, &mut parts),
            }
        }
        Some(FieldDecl {
            name: parts.names.pop()?,
            unit: unit?,
            path,
            default: parts.value,
            bounds: parts.bounds,
            doc: parts.texts.pop(),
            span,
        })
    }

    fn lever(&mut self, pair: Pair<'_, Rule>) -> Option<Lever> {
        let span = self.span(&pair);
        let (mut parts, mut bindings, mut body) = (Parts::default(), Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::binding => {
                    let mut names = part.into_inner().map(|name| self.name(&name));
                    let preposition = names.next()?;
                    bindings.push(Binding { preposition, elements: names.collect() });
                }
                Rule::body => {
                    for entry in part.into_inner() {
                        body.extend(self.body_entry(entry));
                    }
                }
                _ => self.part(part, &mut parts),
            }
        }
        let name = parts.names.pop()?;
        let kind = parts.names.pop()?;
        if kind.text == "scenario" {
            self.colons(&body, &name);
            return None;
        }
        Some(Lever {
            kind,
            name,
            bindings,
            title: parts.texts.pop(),
            cites: parts.cites,
            body,
            span,
        })
    }

    /// A scenario whose values are given with `:` reads as a lever.
    fn colons(&mut self, body: &[BodyEntry], scenario: &Name) {
        let fields = body.iter().filter_map(|entry| match entry {
            BodyEntry::Field { name, .. } => Some(name),
            BodyEntry::Table(_) => None,
        });
        let first = fields.clone().next().unwrap_or(scenario);
        self.report(errors::colon_for_equals(first.span, &first.text));
    }

    fn body_entry(&mut self, pair: Pair<'_, Rule>) -> Option<BodyEntry> {
        if pair.as_rule() == Rule::table {
            return Some(BodyEntry::Table(self.table(pair)));
        }
        for part in pair.clone().into_inner() {
            if part.as_rule() == Rule::single_equals {
                let span = self.span(&part);
                self.report(errors::equals_for_colon(span));
            }
        }
        let mut parts = self.parts(pair);
        Some(BodyEntry::Field { name: parts.names.pop()?, value: parts.value?, cites: parts.cites })
    }

    fn scenario(&mut self, pair: Pair<'_, Rule>) -> Option<Scenario> {
        let (mut parts, mut parents, mut entries) = (Parts::default(), Vec::new(), Vec::new());
        for part in pair.into_inner() {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::extends => parents = self.parts(part).names,
                Rule::without => entries.push(ScenarioEntry::Without(self.parts(part).names)),
                Rule::lever => entries.push(ScenarioEntry::Lever(self.lever(part)?)),
                Rule::assignment => entries.push(ScenarioEntry::Assign(self.assign(part)?)),
                Rule::fix => {
                    let target = part.clone().into_inner().next()?;
                    let target = self.reference(target);
                    let rest = self.parts(part);
                    let (value, cites) = (rest.value?, rest.cites);
                    entries.push(ScenarioEntry::Fix { target, value, cites, span });
                }
                _ => self.part(part, &mut parts),
            }
        }
        let name = parts.names.pop()?;
        Some(Scenario { name, parents, title: parts.texts.pop(), cites: parts.cites, entries })
    }

    fn assign(&mut self, pair: Pair<'_, Rule>) -> Option<Assign> {
        let span = self.span(&pair);
        let (mut target, mut op, mut window) = (None, AssignOp::Set, None);
        let mut parts = Parts::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::reference => target = Some(self.reference(part)),
                Rule::set_to => {}
                Rule::add_to => op = AssignOp::Add,
                Rule::multiply_by => op = AssignOp::Multiply,
                Rule::double_equals => {
                    let span = self.span(&part);
                    self.report(errors::double_equals(span));
                }
                Rule::window => window = self.window(part),
                _ => self.part(part, &mut parts),
            }
        }
        let (target, value) = (target?, parts.value?);
        Some(Assign { target, op, value, window, cites: parts.cites, span })
    }

    fn window(&mut self, pair: Pair<'_, Rule>) -> Option<Window> {
        let mut ends = pair.into_inner().map(|end| self.expr(end));
        let from = ends.next()?;
        let to = ends.next();
        let span = to.as_ref().map_or(from.span, |to| from.span.to(to.span));
        Some(Window { from, to, span })
    }

    fn condition(&mut self, pair: Pair<'_, Rule>) -> Option<Condition> {
        let span = self.span(&pair);
        let (mut expr, mut window, mut tolerance, mut op): (Option<Expr>, _, _, _) =
            (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::window => window = self.window(part),
                Rule::tolerance => tolerance = part.into_inner().next().map(|e| self.expr(e)),
                Rule::expr => {
                    let right = self.expr(part);
                    expr = Some(match (expr.take(), op) {
                        (Some(left), Some(op)) => {
                            let span = left.span.to(right.span);
                            let kind = ExprKind::Binary(op, Box::new(left), Box::new(right));
                            Expr { kind, span }
                        }
                        _ => right,
                    });
                }
                rule => {
                    op = Some(match rule {
                        Rule::not_equal => BinaryOp::NotEqual,
                        Rule::at_most => BinaryOp::AtMost,
                        Rule::at_least => BinaryOp::AtLeast,
                        Rule::below => BinaryOp::Below,
                        Rule::above => BinaryOp::Above,
                        _ => BinaryOp::Equal,
                    });
                    if rule == Rule::single_equals {
                        let span = self.span(&part);
                        self.report(errors::single_equals(span));
                    }
                }
            }
        }
        Some(Condition { expr: expr?, window, tolerance, span })
    }

    fn query(&mut self, pair: Pair<'_, Rule>) -> Option<Query> {
        let (span, rule) = (self.span(&pair), pair.as_rule());
        let mut scope = Scope::default();
        let (mut values, mut condition, mut what, mut over) = (Vec::new(), None, None, Vec::new());
        let (mut cites, mut distribution, mut tolerance) = (Vec::new(), false, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::value_list => values = part.into_inner().map(|v| self.value(v)).collect(),
                Rule::condition => condition = self.condition(part),
                Rule::reference => what = Some(self.reference(part)),
                Rule::swept => {
                    let mut inner = part.into_inner();
                    let what = self.reference(inner.next()?);
                    let range = self.range(inner.next()?);
                    over.push((what, range, inner.next().map(|step| self.expr(step))));
                }
                Rule::distribution_mark => distribution = true,
                Rule::for_scenarios => {
                    let names = self.parts(part).names;
                    scope.scenarios = Some((!names.is_empty()).then_some(names));
                }
                Rule::window => scope.window = self.window(part),
                Rule::to_scenario => scope.to = self.parts(part).names.pop(),
                Rule::by_lever => scope.by_lever = true,
                Rule::tolerance => tolerance = part.into_inner().next().map(|e| self.expr(e)),
                Rule::cite => cites.push(self.cite(part)),
                _ => {}
            }
        }
        if let Some(condition) = &mut condition {
            condition.tolerance = condition.tolerance.take().or(tolerance);
            condition.window = condition.window.take().or(scope.window.clone());
        }
        let ask = match rule {
            Rule::show | Rule::bare_show => Ask::Show(values),
            Rule::chart => Ask::Chart { of: values, distribution },
            Rule::compare => Ask::Compare(values),
            Rule::check => Ask::Check(condition?),
            Rule::find => Ask::Find { what: what?, so_that: condition? },
            Rule::sweep => Ask::Sweep { over, show: values },
            Rule::sensitivity => Ask::Sensitivity(values),
            _ => Ask::Why(values),
        };
        Some(Query { ask, scope, cites, span })
    }
}

/// In normal form C, which ASCII always is.
pub(super) fn normal(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}
