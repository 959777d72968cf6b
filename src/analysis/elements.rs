//! `compare ... by sector`: a value as a sum of terms, each of which belongs to one element of a set.
//!
//! In: a closed expression and a run. Out: its terms, which add up to its value in any run with the same
//! equations. Sums, differences, products and quotients are taken apart, and quantities without an index of the
//! set by their equations. A term without an element belongs to the part `not by sector`.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::cells;
use super::runs::Runs;
use super::why::operand::{Cell, closed, combinations};
use super::why::side::{TracedRun, folded};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{BinaryOp, Expr, Model, Op, Query, Question, Reduction, SetId, Time};
use crate::plan::RunSpec;

/// Maximum number of terms of a value that is divided by element.
const MOST_TERMS: usize = 10_000;
/// Maximum length of a chain of equations that is followed.
const DEEPEST: usize = 200;
/// Relative difference that rounding may cause between a value and the sum of its terms.
const ROUNDING: f64 = 1e-9;

/// A part of the difference between two runs.
pub(super) struct ElementPart {
    /// Name of the element; `not by sector` for the terms without one.
    pub(super) name: String,
    pub(super) value: f64,
    /// The expressions that add up to the element's part, in the scenario and in the reference.
    pub(super) terms: [Vec<Expr>; 2],
}

impl Runs<'_> {
    /// Divides all differences of a comparison among the elements of a set: for each question, cell, year and
    /// scenario, in this order, the parts.
    ///
    /// # Errors
    /// A run fails; a value consists of no terms by element.
    pub(super) fn by_element(
        &self,
        query: &Query,
        of: &[Question],
        to: Option<usize>,
        set: SetId,
    ) -> Result<Vec<Vec<ElementPart>>, Diagnostic> {
        let baseline_spec = RunSpec::default();
        let (reference_spec, specs): (RunSpec, Vec<RunSpec>) =
            (self.spec(to), query.scenarios.iter().map(|&one| self.spec(one)).collect());
        let baseline = TracedRun::new(self, &baseline_spec)?;
        let reference = TracedRun::new(self, &reference_spec)?;
        let sides = specs.iter().map(|spec| TracedRun::new(self, spec));
        let sides = sides.collect::<Result<Vec<_>, _>>()?;
        let mut splitter = Splitter::new(&reference, &baseline, set);
        let mut splitters: Vec<Splitter<'_, '_>> =
            sides.iter().map(|side| Splitter::new(side, &baseline, set)).collect();
        let mut all = Vec::new();
        for question in of {
            for (cell, _) in cells(self.model, question) {
                let slots = question.loops.iter().map(|&(slot, _)| slot).zip(cell.iter().copied());
                let expr = closed(&question.expr, &slots.collect::<Vec<_>>());
                for year in query.years.iter() {
                    let before = splitter.terms(&expr, year);
                    for splitter in &mut splitters {
                        let now = splitter.terms(&expr, year);
                        if !divides(&now) && !divides(&before) {
                            return Err(no_parts(question, &self.model.sets[set].name));
                        }
                        all.push(parts(
                            self.model,
                            set,
                            [(splitter.side, now), (&reference, before.clone())],
                            year,
                        ));
                    }
                }
            }
        }
        Ok(all)
    }
}

/// Groups the terms of two runs by element. An element without terms has no part.
fn parts(
    model: &Model,
    set: SetId,
    runs: [(&TracedRun<'_>, Vec<ElementTerm>); 2],
    year: i32,
) -> Vec<ElementPart> {
    let set = &model.sets[set];
    let root = &model.sets[set.root].elements;
    let name = |element: Option<u32>| match element {
        Some(element) => root.get_index(element as usize).map_or("", |(name, _)| name).to_owned(),
        None => format!("not by {}", set.name),
    };
    let all = set.members.iter().copied().map(Some).chain([None]);
    let part = |element: Option<u32>| {
        let of = |(_, terms): &(&TracedRun<'_>, Vec<ElementTerm>)| -> Vec<Expr> {
            let own = terms.iter().filter(|term| term.element == element);
            own.map(|term| term.expr.clone()).collect()
        };
        let terms = runs.each_ref().map(of);
        let sum = |n: usize| {
            let values =
                terms[n].iter().map(|term| runs[n].0.value(term, year).unwrap_or(f64::NAN));
            values.sum::<f64>()
        };
        let (now, before) = (sum(0), sum(1));
        let (name, value) = (name(element), now - before);
        let mut exprs = terms.iter().flatten();
        let any = exprs.any(|term| *term != Expr::Const(0.0));
        any.then_some(ElementPart { name, value, terms })
    };
    all.filter_map(part).collect()
}

fn no_parts(question: &Question, set: &str) -> Diagnostic {
    let message = format!("`{}` is not a sum over the elements of `{set}`", question.text);
    Diagnostic::error(Code::ClauseValue, message)
        .at(question.span, "not a sum")
        .note("`by` divides sums, differences and multiples, also through equations")
        .help(format!("compare a sum over `{set}`, as in `sum(x[*])`, or leave `by {set}` out"))
}

/// A term of a value, closed, with calendar years in place of lags.
#[derive(Debug, Clone)]
pub(super) struct ElementTerm {
    /// The element that the term belongs to, as its position in the root set.
    pub(super) element: Option<u32>,
    pub(super) expr: Expr,
}

/// Divides values of one run into terms by element.
pub(super) struct Splitter<'v, 'r> {
    side: &'v TracedRun<'r>,
    baseline: &'v TracedRun<'r>,
    set: SetId,
    /// The terms of quantities by cell; `None` while a cell is being divided, which stops cycles.
    known: BTreeMap<Cell, Option<Rc<Vec<ElementTerm>>>>,
    depth: usize,
}

impl<'v, 'r> Splitter<'v, 'r> {
    pub(super) fn new(side: &'v TracedRun<'r>, baseline: &'v TracedRun<'r>, set: SetId) -> Self {
        Self { side, baseline, set, known: BTreeMap::new(), depth: 0 }
    }

    /// Returns the terms of a closed expression in a year.
    pub(super) fn terms(&mut self, expr: &Expr, year: i32) -> Vec<ElementTerm> {
        self.split(&dated(expr, year))
    }

    fn model(&self) -> &'r Model {
        self.side.runs.model
    }

    /// Divides a closed expression with calendar years into terms.
    fn split(&mut self, expr: &Expr) -> Vec<ElementTerm> {
        let whole = || vec![ElementTerm { element: None, expr: expr.clone() }];
        match expr {
            Expr::Read { .. } => self.read(expr).unwrap_or_else(whole),
            Expr::Negate(inner) => each(self.split(inner), |term| Expr::Negate(Box::new(term))),
            Expr::Binary { op: BinaryOp::Add, left, right, .. } => {
                let mut terms = self.split(left);
                terms.extend(self.split(right));
                terms
            }
            Expr::Binary { op: BinaryOp::Subtract, left, right, .. } => {
                let mut terms = self.split(left);
                terms.extend(each(self.split(right), |term| Expr::Negate(Box::new(term))));
                terms
            }
            Expr::Binary { op: BinaryOp::Multiply | BinaryOp::Divide, .. } => self.product(expr),
            Expr::If(condition, then, other) => {
                self.choice(condition, then, other).unwrap_or_else(whole)
            }
            Expr::Reduce { op: Reduction::Sum, loops, filter, body, .. } => {
                self.sum(loops, filter.as_deref(), body).unwrap_or_else(whole)
            }
            Expr::Baseline(inner) => {
                let mut of_baseline = Splitter::new(self.baseline, self.baseline, self.set);
                each(of_baseline.split(inner), |term| Expr::Baseline(Box::new(term)))
            }
            Expr::Call { args, .. } => {
                let args: Vec<Vec<ElementTerm>> = args.iter().map(|arg| self.split(arg)).collect();
                owned(expr, &args)
            }
            Expr::Binary { left, right, .. } => {
                let sides = [self.split(left), self.split(right)];
                owned(expr, &sides)
            }
            Expr::Const(_)
            | Expr::Year(_)
            | Expr::Slot(_)
            | Expr::Not(_)
            | Expr::Reduce { .. }
            | Expr::Path { .. }
            | Expr::Points(_)
            | Expr::Random(_) => whole(),
        }
    }

    /// Divides a product or quotient into terms if one of its operands divides; a divisor does not.
    fn product(&mut self, expr: &Expr) -> Vec<ElementTerm> {
        let Expr::Binary { op, left, right, span } = expr else { return Vec::new() };
        let (lefts, rights) = (self.split(left), self.split(right));
        let binary = |left: Expr, right: Expr| {
            let (left, right) = (Box::new(left), Box::new(right));
            Expr::Binary { op: *op, left, right, span: *span }
        };
        match (divides(&lefts), divides(&rights)) {
            (true, false) => each(lefts, |term| binary(term, (**right).clone())),
            (false, true) if *op == BinaryOp::Multiply => {
                each(rights, |term| binary((**left).clone(), term))
            }
            _ => owned(expr, &[lefts, rights]),
        }
    }

    /// Divides both values of an `if` into terms; `None` if neither divides.
    fn choice(&mut self, condition: &Expr, then: &Expr, other: &Expr) -> Option<Vec<ElementTerm>> {
        let (thens, others) = (self.split(then), self.split(other));
        if !divides(&thens) && !divides(&others) {
            return None;
        }
        let condition = || Box::new(condition.clone());
        let zero = || Box::new(Expr::Const(0.0));
        let mut terms = each(thens, |term| Expr::If(condition(), Box::new(term), zero()));
        terms.extend(each(others, |term| Expr::If(condition(), zero(), Box::new(term))));
        Some(terms)
    }

    /// Divides a sum into terms; `None` if it has too many terms.
    fn sum(
        &mut self,
        loops: &[(usize, SetId)],
        filter: Option<&Expr>,
        body: &Expr,
    ) -> Option<Vec<ElementTerm>> {
        let model = self.model();
        let root = model.sets[self.set].root;
        let own = loops.iter().position(|&(_, set)| model.sets[set].root == root);
        let mut terms = Vec::new();
        for slots in combinations(model, loops) {
            let kept = |term: Expr| match filter {
                Some(filter) => {
                    let filter = Box::new(closed(filter, &slots));
                    Expr::If(filter, Box::new(term), Box::new(Expr::Const(0.0)))
                }
                None => term,
            };
            let body = closed(body, &slots);
            match own.and_then(|own| slots.get(own)) {
                Some(&(_, element)) => {
                    terms.push(ElementTerm { element: self.member(element), expr: kept(body) });
                }
                None => terms.extend(each(self.split(&body), kept)),
            }
            if terms.len() > MOST_TERMS {
                return None;
            }
        }
        Some(terms)
    }

    /// Returns the element, a position in the root set, if the set by which the value is divided contains it.
    fn member(&self, element: u32) -> Option<u32> {
        self.model().sets[self.set].members.contains(&element).then_some(element)
    }

    /// Divides the value of a quantity into terms: by its own index of the set, or by its equation. `None` if neither
    /// gives an element.
    fn read(&mut self, read: &Expr) -> Option<Vec<ElementTerm>> {
        let Expr::Read { quantity, cells, time: Time::Fixed(year), .. } = read else { return None };
        let element = |cell: &Expr| self.side.value(cell, *year).map(|value| value as u32);
        let elements = cells.iter().map(element).collect::<Option<Vec<u32>>>()?;
        let model = self.model();
        let root = model.sets[self.set].root;
        let axes = &model.quantities[*quantity].axes;
        if let Some(own) = axes.iter().position(|&set| model.sets[set].root == root) {
            let element = elements.get(own).and_then(|&element| self.member(element));
            return Some(vec![ElementTerm { element, expr: read.clone() }]);
        }
        let cell = Cell { quantity: *quantity, elements, year: *year, of_baseline: false };
        match self.known.get(&cell) {
            Some(known) => known.as_ref().map(|terms| terms.to_vec()),
            None => self.by_equation(read, cell).map(|terms| terms.to_vec()),
        }
    }

    /// Divides a quantity without an index of the set, by the quantity's equation.
    fn by_equation(&mut self, read: &Expr, cell: Cell) -> Option<Rc<Vec<ElementTerm>>> {
        self.known.insert(cell.clone(), None);
        if self.depth >= DEEPEST {
            return None;
        }
        let rules = self.side.closed_rules(&cell);
        if rules.iter().any(|rule| rule.op == Op::Solve || is_whole(&rule.expr)) {
            return None;
        }
        let equation = dated(&folded(&rules)?, cell.year);
        self.depth += 1;
        let terms = self.split(&equation);
        self.depth -= 1;
        if !divides(&terms) || terms.len() > MOST_TERMS {
            return None;
        }
        // A value that does not come from its equation, such as a starting value, is not divided.
        let value = self.side.value(read, cell.year)?;
        let parts = terms.iter().map(|term| self.side.value(&term.expr, cell.year));
        let parts = parts.collect::<Option<Vec<f64>>>()?;
        let size: f64 = parts.iter().map(|part| part.abs()).sum();
        if (parts.iter().sum::<f64>() - value).abs() > ROUNDING * size {
            return None;
        }
        let terms = Some(Rc::new(terms));
        self.known.insert(cell, terms.clone());
        terms
    }
}

/// True if one of the terms belongs to an element.
pub(super) fn divides(terms: &[ElementTerm]) -> bool {
    terms.iter().any(|term| term.element.is_some())
}

fn each(terms: Vec<ElementTerm>, with: impl Fn(Expr) -> Expr) -> Vec<ElementTerm> {
    terms
        .into_iter()
        .map(|ElementTerm { element, expr }| ElementTerm { element, expr: with(expr) })
        .collect()
}

/// Makes one term of an expression that cannot be divided; it belongs to the element of its operands if they have only
/// one.
fn owned(expr: &Expr, operands: &[Vec<ElementTerm>]) -> Vec<ElementTerm> {
    let mut elements: Vec<u32> = operands.iter().flatten().filter_map(|one| one.element).collect();
    elements.sort_unstable();
    elements.dedup();
    let element = match elements.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    vec![ElementTerm { element, expr: expr.clone() }]
}

/// Replaces lags by calendar years, so that the expression means the same in every year.
fn dated(expr: &Expr, year: i32) -> Expr {
    let mut dated = expr.clone();
    dated.walk_mut(&mut |part| {
        if let Expr::Read { time, .. } | Expr::Year(time) = part {
            *time = Time::Fixed(time.of(year));
        }
        true
    });
    dated
}

/// True for an equation that would mean something else outside its quantity or year: a distribution belongs to its
/// definition, and a path to the year of evaluation.
fn is_whole(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |part| {
        found |= matches!(part, Expr::Random(_) | Expr::Path { .. } | Expr::Points(_));
        !found
    });
    found
}
