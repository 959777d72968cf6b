//! Statements: from the grammar's pairs to the tree.
//!
//! In: the pairs of a file or of one statement. Out: the statements, in order. Parts that may come in
//! any order are collected in [`Parts`] first.

use pest::iterators::{Pair, Pairs};

use super::ast::{
    Assign, AssignOp, AxisDecl, Binding, BodyEntry, Condition, Expr, ExprKind, FieldDecl, Item,
    ItemKind, KindBinding, KindEntry, Lever, LeverKind, Library, Name, Quantity, Range, Role,
    Scenario, ScenarioEntry, SetElements, Solve, Text, Together, Window,
};
use super::build::Builder;
use super::errors;
use super::grammar::Rule;
use super::words;
use crate::source::Span;

/// Parts that many statements have: citations, titles, units and so on.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) names: Vec<Name>,
    texts: Vec<Text>,
    cites: Vec<Name>,
    value: Option<Expr>,
    bounds: Option<Range>,
}

impl Builder {
    /// Builds the statements of the grammar rules `file` and `lone_item`.
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
                let name = parts.names.pop()?;
                self.refuse_reserved_unit(&name);
                ItemKind::Currency { name, rate: parts.value, cites: parts.cites }
            }
            Rule::unit_decl => {
                let mut parts = self.parts(pair);
                let name = parts.names.pop()?;
                self.refuse_reserved_unit(&name);
                ItemKind::Unit { name, value: parts.value }
            }
            Rule::report_unit => {
                let mut inner = pair.into_inner();
                let (scale, name) = (inner.next()?, inner.next()?);
                ItemKind::ReportUnit { scale: self.name(&scale), name: self.name(&name) }
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
            Rule::function => self.function(pair)?,
            Rule::identity => {
                let (name, condition, window) = self.identity(pair)?;
                ItemKind::Identity { name, condition, window }
            }
            Rule::correlate => self.correlate(pair)?,
            Rule::solve => ItemKind::Solve(self.solve(pair)),
            Rule::solver => self.solver(pair),
            Rule::kind => ItemKind::Kind(self.kind(pair)?),
            Rule::scenario => ItemKind::Scenario(self.scenario(pair)?),
            Rule::lever => ItemKind::Lever(self.lever(pair)?),
            Rule::assignment => ItemKind::Assign(self.assign(pair)?),
            Rule::query => ItemKind::Query(Box::new(self.query(pair.into_inner().next()?)?)),
            Rule::bare_show => ItemKind::Query(Box::new(self.query(pair)?)),
            _ => {
                self.stray(&pair);
                return None;
            }
        };
        Some(Item { kind, span, doc: String::new() })
    }

    fn correlate(&mut self, pair: Pair<'_, Rule>) -> Option<ItemKind> {
        let (mut of, mut value) = (Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::reference => of.push(self.reference(part)),
                _ => value = Some(self.expr(part)),
            }
        }
        Some(ItemKind::Correlate { of, value: value? })
    }

    fn solver(&mut self, pair: Pair<'_, Rule>) -> ItemKind {
        let settings = pair.into_inner().filter_map(|setting| {
            let mut parts = setting.into_inner();
            let name = self.name(&parts.next()?);
            Some((name, self.expr(parts.next()?)))
        });
        ItemKind::Solver(settings.collect())
    }

    fn function(&mut self, pair: Pair<'_, Rule>) -> Option<ItemKind> {
        let mut parts = self.parts(pair);
        parts.names.iter().for_each(|name| self.refuse_reserved(name));
        let name = if parts.names.is_empty() { return None } else { parts.names.remove(0) };
        Some(ItemKind::Function { name, params: parts.names, body: parts.value? })
    }

    /// Reports a declared name that expressions read as an operator.
    fn refuse_reserved(&mut self, name: &Name) {
        if words::is_reserved(&name.text) {
            self.report(errors::reserved_name(name.span, &name.text));
        }
    }

    /// Reports a unit that expressions read as something else: a word that may follow a number, or a year.
    fn refuse_reserved_unit(&mut self, name: &Name) {
        let year = matches!(name.text.as_str(), "t" | "first" | "last");
        let word = words::find(&name.text);
        if year || words::is_reserved(&name.text) || word.is_some_and(|word| word.ends_number()) {
            self.report(errors::reserved_unit(name.span, &name.text));
        }
    }

    pub(super) fn parts(&mut self, pair: Pair<'_, Rule>) -> Parts {
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
            _ => self.stray(&part),
        }
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
                Rule::set_from_data => {
                    let call = part.into_inner().next().map(|call| self.call(call));
                    elements = Some(SetElements::Data(call?.args, span));
                }
                _ => self.stray(&part),
            }
        }
        Some(ItemKind::Set { name: name?, elements: elements?, doc })
    }

    fn quantity(&mut self, pair: Pair<'_, Rule>) -> Option<Quantity> {
        let mut role = Role::Param;
        let (mut parts, mut axes, mut unit, mut start) = (Parts::default(), None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_param => role = Role::Param,
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
        let name = parts.names.pop()?;
        self.refuse_reserved(&name);
        Some(Quantity {
            role,
            name,
            axes,
            unit,
            start: start.map(Box::new),
            value: parts.value,
            bounds: parts.bounds.map(Box::new),
            doc: parts.texts.pop(),
            cites: parts.cites,
        })
    }

    fn identity(&mut self, pair: Pair<'_, Rule>) -> Option<(Name, Condition, Option<Window>)> {
        let span = self.span(&pair);
        let (mut name, mut expr, mut tolerance, mut window) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::window => window = self.window(part),
                Rule::name => name = Some(self.name(&part)),
                Rule::tolerance => tolerance = self.only_expr(part),
                Rule::expr => expr = Some(self.expr(part)),
                _ => self.stray(&part),
            }
        }
        Some((name?, Condition { expr: expr?, tolerance, span }, window))
    }

    fn solve(&mut self, pair: Pair<'_, Rule>) -> Solve {
        let mut solve =
            Solve { unknowns: Vec::new(), conditions: Vec::new(), span: self.span(&pair) };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::unknown => {
                    let mut parts = part.into_inner();
                    let Some(reference) = parts.next().map(|r| self.reference(r)) else { continue };
                    solve.unknowns.push((reference, parts.last().map(|least| self.expr(least))));
                }
                Rule::expr => solve.conditions.push(self.expr(part)),
                _ => self.stray(&part),
            }
        }
        solve
    }

    fn kind(&mut self, pair: Pair<'_, Rule>) -> Option<LeverKind> {
        let mut kind = LeverKind {
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
                    let (name, condition, window) = self.identity(part)?;
                    kind.entries.push(KindEntry::Identity { name, condition, window });
                }
                Rule::solve => {
                    let solve = self.solve(part);
                    kind.entries.push(KindEntry::Solve(solve));
                }
                Rule::assignment => {
                    let assign = self.assign(part)?;
                    kind.entries.push(KindEntry::Assign(assign));
                }
                _ => self.stray(&part),
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
        let name = parts.names.pop()?;
        self.refuse_reserved(&name);
        Some(FieldDecl {
            name,
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
        let before = self.diagnostics.len();
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
        if let ("scenario", Some(Binding { preposition, .. })) =
            (kind.text.as_str(), bindings.first())
        {
            self.diagnostics.truncate(before);
            self.report(errors::extends_missing(preposition.span, &preposition.text));
            return None;
        }
        if kind.text == "scenario" {
            self.colons(&body, &name);
            return None;
        }
        self.refuse_reserved(&name);
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

    /// Reports a scenario that gives values with `:`; the grammar parses it as a lever.
    fn colons(&mut self, body: &[BodyEntry], scenario: &Name) {
        let fields = body.iter().filter_map(|entry| match entry {
            BodyEntry::Field { name, .. } => Some(name),
            BodyEntry::Table(_) => None,
        });
        let first = fields.clone().next().unwrap_or(scenario);
        let mut found = errors::colon_for_equals(first.span, &first.text);
        for name in fields {
            let colon = name.span.end as usize;
            found = found.fix(Span::new(name.span.source, colon, colon + 1), " =");
        }
        self.report(found);
    }

    fn body_entry(&mut self, pair: Pair<'_, Rule>) -> Option<BodyEntry> {
        if pair.as_rule() == Rule::table {
            return Some(BodyEntry::Table(self.table(pair)));
        }
        let mut parts = Parts::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::single_equals => {
                    let span = self.span(&part);
                    self.report(errors::equals_for_colon(span));
                }
                _ => self.part(part, &mut parts),
            }
        }
        Some(BodyEntry::Field { name: parts.names.pop()?, value: parts.value?, cites: parts.cites })
    }

    fn scenario(&mut self, pair: Pair<'_, Rule>) -> Option<Scenario> {
        let (mut parts, mut parents) = (Parts::default(), Vec::new());
        let (mut entries, mut blocks) = (Vec::new(), Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::extends => parents = self.parts(part).names,
                Rule::together => blocks.push(self.together(part, &mut entries)?),
                Rule::without | Rule::lever | Rule::assignment | Rule::fix => {
                    entries.push(self.change(part)?);
                }
                _ => self.part(part, &mut parts),
            }
        }
        let name = parts.names.pop()?;
        let (title, cites) = (parts.texts.pop(), parts.cites);
        Some(Scenario { name, parents, title, cites, entries, together: blocks })
    }

    /// Builds `together { ... }` and adds the changes in it to the scenario's entries.
    fn together(
        &mut self,
        pair: Pair<'_, Rule>,
        entries: &mut Vec<ScenarioEntry>,
    ) -> Option<Together> {
        let (span, first) = (self.span(&pair), entries.len());
        let mut parts = Parts::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::doc_text => self.part(part, &mut parts),
                _ => entries.push(self.change(part)?),
            }
        }
        Some(Together { title: parts.texts.pop(), entries: first..entries.len(), span })
    }

    fn change(&mut self, pair: Pair<'_, Rule>) -> Option<ScenarioEntry> {
        match pair.as_rule() {
            Rule::without => Some(ScenarioEntry::Without(self.parts(pair).names)),
            Rule::lever => self.lever(pair).map(ScenarioEntry::Lever),
            Rule::assignment => self.assign(pair).map(ScenarioEntry::Assign),
            Rule::fix => self.assign(pair).map(ScenarioEntry::Fix),
            _ => {
                self.stray(&pair);
                None
            }
        }
    }

    fn assign(&mut self, pair: Pair<'_, Rule>) -> Option<Assign> {
        let span = self.span(&pair);
        let (mut target, mut op, mut window) = (None, AssignOp::Set, None);
        let mut subtracts = false;
        let mut parts = Parts::default();
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::reference => target = Some(self.reference(part)),
                Rule::set_to => {}
                Rule::add_to => op = AssignOp::Add,
                Rule::subtract_from => {
                    op = AssignOp::Add;
                    subtracts = true;
                }
                Rule::multiply_by => op = AssignOp::Multiply,
                Rule::double_equals => {
                    let span = self.span(&part);
                    self.report(errors::double_equals(span));
                }
                Rule::window => window = self.window(part),
                _ => self.part(part, &mut parts),
            }
        }
        let (target, mut value) = (target?, parts.value?);
        if subtracts {
            value = negated(value);
        }
        Some(Assign { target, op, value, window: window.map(Box::new), cites: parts.cites, span })
    }
}

/// Returns the negative of a value, in each entry of a map, so that `-=` becomes `+=`.
fn negated(value: Expr) -> Expr {
    let span = value.span;
    let kind = match value.kind {
        ExprKind::Map(entries) => {
            let negated = |(key, value)| (key, negated(value));
            ExprKind::Map(entries.into_iter().map(negated).collect())
        }
        kind => ExprKind::Negate(Box::new(Expr { kind, span })),
    };
    Expr { kind, span }
}
