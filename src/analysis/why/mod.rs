//! `why`: traces a value, or a difference between two scenarios, through equations to inputs.
//!
//! The values are those of plain runs, with each distribution at its median. `side` has the runs and the closed
//! equations of their cells, `operand` takes an equation apart, and this file makes the tree.

pub(super) mod operand;
pub(super) mod side;

use std::collections::BTreeSet;

use super::runs::Runs;
use super::titles::title;
use super::{cells, unit, unit_of};
use crate::diagnostic::Diagnostic;
use crate::model::print::{definition, expression, kind_of};
use crate::model::{DataUse, Definition, Expr, Kind, Model, Query, Question, Role, Why};
use crate::plan::{DefinitionId, RunSpec};
use crate::results::{Origin, Others, WhyKind, WhyNode, WhyTree, of_cell};

use operand::{Cell, Edge, Edges, EquationPart, TracedOperand, closed};
use side::{TracedBlock, TracedRun, View};

/// Maximum number of values in one tree.
const MOST_NODES: usize = 2_000;
/// Maximum number of values that are shown below equations that are solved together.
const MOST_READ: usize = 12;

impl Runs<'_> {
    pub(super) fn why(&self, query: &Query, why: &Why) -> Result<Vec<WhyTree>, Diagnostic> {
        let mut trees = Vec::new();
        let specs: Vec<RunSpec> = query.scenarios.iter().map(|&one| self.spec(one)).collect();
        let reference_spec = why.to.map(|to| self.spec(to));
        let baseline_spec = RunSpec::default();
        let baseline = TracedRun::new(self, &baseline_spec)?;
        let reference = match &reference_spec {
            Some(spec) => Some(TracedRun::new(self, spec)?),
            None => None,
        };
        let count = |question| cells(self.model, question).len();
        let years = query.years.count();
        let all = why.of.iter().map(count).sum::<usize>() * specs.len() * years;
        for question in &why.of {
            for (cell, elements) in cells(self.model, question) {
                for (&scenario, spec) in query.scenarios.iter().zip(&specs) {
                    self.values(scenario)?;
                    let side = TracedRun::new(self, spec)?;
                    for year in query.years.iter() {
                        self.begin(trees.len(), all, 0);
                        let view = View { now: &side, before: reference.as_ref() };
                        let (baseline, seen, nodes) = (&baseline, BTreeSet::new(), 0);
                        let tracer = WhyTracer { baseline, above: why.above, seen, nodes };
                        trees.push(WhyTree {
                            expression: of_cell(&question.text, &elements),
                            title: title(self.model, question, &elements),
                            year,
                            scenario: self.model.scenario_name(scenario).to_owned(),
                            reference: why.to.map(|to| self.model.scenario_name(to).to_owned()),
                            above: why.above,
                            root: tracer.root(
                                view,
                                question,
                                (&cell, &elements),
                                year,
                                why.depth,
                            )?,
                        });
                    }
                }
            }
        }
        Ok(trees)
    }
}

/// Builds the tree of one `why`.
struct WhyTracer<'v, 'r> {
    baseline: &'v TracedRun<'r>,
    above: f64,
    /// The cells whose parts the tree already shows.
    seen: BTreeSet<Cell>,
    nodes: usize,
}

impl<'v, 'r> WhyTracer<'v, 'r> {
    fn root(
        mut self,
        view: View<'v, 'r>,
        question: &Question,
        (cell, elements): (&[u32], &[String]),
        year: i32,
        depth: usize,
    ) -> Result<WhyNode, Diagnostic> {
        let slots: Vec<(usize, u32)> =
            question.loops.iter().map(|(slot, _)| *slot).zip(cell.iter().copied()).collect();
        let expr = closed(&question.expr, &slots);
        // Reports a missing value in the words of the question.
        let runs = view.now.runs;
        let values = runs.of(view.now.spec)?;
        let now = runs.value(&values, question, &question.expr, cell, year)?;
        let before = match view.before {
            Some(side) => {
                let values = runs.of(side.spec)?;
                Some(runs.value(&values, question, &question.expr, cell, year)?)
            }
            None => None,
        };
        if let Expr::Read { quantity, cells, time, .. } = &expr {
            let element = |cell: &Expr| view.now.value(cell, year).map(|value| value as u32);
            if let Some(elements) = cells.iter().map(element).collect::<Option<Vec<u32>>>() {
                let (quantity, year) = (*quantity, time.of(year));
                let cell = Cell { quantity, elements, year, of_baseline: false };
                return Ok(self.cell(view, &cell, None, depth));
            }
        }
        let mut edges = Edges::new(view, year);
        edges.add(&expr, 1.0);
        let mut node = WhyNode {
            name: of_cell(&question.text, elements),
            year,
            unit: unit_of(runs.model, question),
            value: now,
            before,
            share: None,
            kind: WhyKind::Computed,
            equations: Vec::new(),
            parts: Vec::new(),
            others: None,
        };
        self.fill(&mut node, view, edges.done(), year, depth);
        Ok(node)
    }

    /// Makes the node of a cell and its parts.
    fn cell(
        &mut self,
        view: View<'v, 'r>,
        cell: &Cell,
        share: Option<f64>,
        depth: usize,
    ) -> WhyNode {
        self.nodes += 1;
        let model = view.model();
        let quantity = &model.quantities[cell.quantity];
        let read = cell.read(model);
        let value = |side: &TracedRun<'_>| side.value(&read, cell.year).unwrap_or(f64::NAN);
        let name = model.cell_name(quantity, &cell.elements);
        let mut node = WhyNode {
            name: if cell.of_baseline { format!("baseline({name})") } else { name },
            year: cell.year,
            unit: unit(model, quantity.kind),
            value: value(view.now),
            before: view.before.map(value),
            share,
            kind: WhyKind::Computed,
            equations: Vec::new(),
            parts: Vec::new(),
            others: None,
        };
        // A value of the baseline has the baseline's equation.
        let view = match cell.of_baseline {
            true => View { now: self.baseline, before: None },
            false => view,
        };
        let cell = Cell { of_baseline: false, ..cell.clone() };
        let definitions = view.now.definitions(&cell);
        node.equations =
            definitions.iter().map(|one| definition(model, cell.quantity, one)).collect();
        let key = Cell { of_baseline: view.now.is_baseline(), ..cell.clone() };
        if let Some(block) = view.now.block(&cell, self.baseline) {
            let (count, residual) = (block.cells.len(), block.residual);
            node.kind = WhyKind::Solved { count, residual };
            if depth > 0 && self.seen.insert(key) {
                self.read_by(&mut node, view, block, depth - 1);
            }
            return node;
        }
        let edges = view.equation(&cell);
        node.kind = match (edges.is_empty(), depth) {
            (true, _) if view.now.rules(&cell).is_empty() => WhyKind::Without,
            (true, _) => WhyKind::Given(origin(view, &cell)),
            (false, 0) => WhyKind::Deeper,
            (false, _) if self.seen.contains(&key) => WhyKind::Repeated,
            (false, _) if self.nodes >= MOST_NODES => WhyKind::Deeper,
            (false, _) => WhyKind::Computed,
        };
        if node.kind == WhyKind::Computed {
            self.seen.insert(key);
            self.fill(&mut node, view, edges, cell.year, depth - 1);
        }
        node
    }

    /// Makes the node of a part of an equation; `depth` does not grow, because the part belongs to the equation.
    fn part(
        &mut self,
        view: View<'v, 'r>,
        part: &EquationPart,
        (share, year): (Option<f64>, i32),
        depth: usize,
    ) -> WhyNode {
        self.nodes += 1;
        let mut node = WhyNode {
            name: expression(view.model(), &part.expr),
            year,
            unit: unit(view.model(), kind_of(view.model(), &part.expr).unwrap_or(Kind::Unknown)),
            value: part.now,
            before: part.before,
            share,
            kind: WhyKind::Computed,
            equations: Vec::new(),
            parts: Vec::new(),
            others: None,
        };
        let mut edges = Edges::new(view, year);
        if part.in_both {
            edges.add(&part.expr, 1.0);
        }
        let edges = edges.done();
        let itself = |edge: &Edge| matches!(&edge.operand, TracedOperand::Part(one) if one.expr == part.expr);
        if !part.in_both || edges.iter().any(itself) {
            node.kind = WhyKind::Deeper;
        } else {
            self.fill(&mut node, view, edges, year, depth);
        }
        node
    }

    /// Adds the parts of a node whose share is large enough, the largest first.
    fn fill(
        &mut self,
        node: &mut WhyNode,
        view: View<'v, 'r>,
        mut edges: Vec<Edge>,
        year: i32,
        depth: usize,
    ) {
        let size = |edge: &Edge| edge.share.map_or(f64::INFINITY, f64::abs);
        let whole = match node.before {
            Some(before) => (node.value - before).abs(),
            // One percent of the value, because the effects are for one percent.
            None => (node.value * 0.01).abs(),
        };
        let shares = edges.iter().filter_map(|edge| edge.share);
        let largest = shares.map(f64::abs).fold(0.0, f64::max);
        let whole = if whole > 0.0 { whole } else { largest };
        edges.sort_by(|a, b| size(b).total_cmp(&size(a)));
        if self.above > 0.0 {
            edges.retain(|edge| edge.share != Some(0.0) && !is_neutral(view, edge));
        }
        let is_small =
            |edge: &Edge| edge.share.is_some_and(|share| share.abs() < self.above * whole);
        let (small, shown): (Vec<Edge>, Vec<Edge>) = edges.into_iter().partition(is_small);
        if !small.is_empty() {
            let share = small.iter().filter_map(|edge| edge.share).sum();
            node.others = Some(Others { count: small.len(), share: Some(share) });
        }
        for edge in shown {
            let part = match &edge.operand {
                TracedOperand::Cell(cell) => self.cell(view, cell, edge.share, depth),
                TracedOperand::Part(part) => self.part(view, part, (edge.share, year), depth),
            };
            node.parts.push(part);
        }
    }

    /// Adds the values that simultaneous equations read; for a difference only those that differ.
    fn read_by(
        &mut self,
        node: &mut WhyNode,
        view: View<'v, 'r>,
        block: &TracedBlock,
        depth: usize,
    ) {
        let mut read: Vec<Cell> = Vec::new();
        for cell in block.cells.iter().map(|&index| view.now.cell(index)) {
            for edge in view.equation(&cell) {
                let TracedOperand::Cell(cell) = edge.operand else { continue };
                let inside = view.now.block(&cell, self.baseline);
                if !inside.is_some_and(|other| std::ptr::eq(other, block)) && !read.contains(&cell)
                {
                    read.push(cell);
                }
            }
        }
        let hidden = read.len().saturating_sub(MOST_READ);
        read.truncate(MOST_READ);
        for cell in read {
            let part = self.cell(view, &cell, None, depth);
            node.parts.push(part);
        }
        if hidden > 0 {
            node.others = Some(Others { count: hidden, share: None });
        }
    }
}

/// True for a factor or total without contributions, in the tree of a value: the equation shows it, and it explains
/// nothing.
fn is_neutral(view: View<'_, '_>, edge: &Edge) -> bool {
    let TracedOperand::Cell(cell) = &edge.operand else { return false };
    view.before.is_none() && view.now.rules(cell).is_empty()
}

/// Names the file from which a definition reads the value of a cell, and the row; empty for other values.
fn row(model: &Model, definition: &Definition, cell: &Cell) -> String {
    let own = |one: &&DataUse| one.quantity == cell.quantity && one.span == definition.span;
    match model.data.iter().find(own) {
        Some(found) => match found.rows.of(&cell.elements, cell.year) {
            Some(number) => format!("{} row {number}", found.file),
            None => format!("{}, between its rows", found.file),
        },
        None => String::new(),
    }
}

/// Finds the statement or file that gives the value of a cell.
fn origin(view: View<'_, '_>, cell: &Cell) -> Origin {
    let model = view.model();
    let quantity = &model.quantities[cell.quantity];
    let rules = view.now.rules(cell);
    let lever = quantity.lever.map(|lever| &model.levers[lever]);
    let Some(last) = rules.last() else { return Origin::default() };
    let change = match last.id() {
        DefinitionId::Change(number) => model.changes.get(number as usize),
        DefinitionId::Model(_) | DefinitionId::Start | DefinitionId::Override(_) => None,
    };
    let scenario = change.map(|change| change.scenario).or(lever.and_then(|lever| lever.scenario));
    let of_scenario = scenario.map(|n| model.scenarios[n].sources.clone());
    let own = change.map(|change| &change.sources).or(last.definition().map(|one| &one.sources));
    let own = own.filter(|own| !own.is_empty()).cloned();
    let is_default = last.definition().is_some_and(|one| one.default);
    let around = match (change, is_default) {
        (Some(_), _) => of_scenario,
        (None, true) => None,
        (None, false) => [Some(&quantity.sources), lever.map(|lever| &lever.sources)]
            .into_iter()
            .flatten()
            .find(|keys| !keys.is_empty())
            .cloned()
            .or(of_scenario),
    };
    let given = matches!(quantity.role, Role::Param | Role::Field);
    let span = last.span(model);
    let file = model.texts.file(span.source);
    let is_script = model.texts.added().next().is_some_and(|first| first.name == file.name);
    Origin {
        sources: own.or(around.filter(|_| given)).unwrap_or_default(),
        file: if is_script { String::new() } else { file.name.to_string() },
        line: file.location(span.start as usize).line,
        row: last.definition().map_or_else(String::new, |own| row(model, own, cell)),
        scenario: scenario.map_or("", |n| model.scenario_name(Some(n))).to_owned(),
    }
}
