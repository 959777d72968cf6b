//! The runs whose values are traced, and the equations of their cells.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::operand::{Cell, Edges, EquationPart, closed, combinations};
use crate::analysis::runs::Runs;
use crate::diagnostic::Diagnostic;
use crate::engine::{Solved, Values};
use crate::model::{Definition, Expr, Kind, Model, Op, Question, Select, Shown};
use crate::plan::{CellIndex, DefinitionId, Plan, Point, Rule, RunSpec, Step, Variant, plan};
use crate::source::{SourceId, Span};

/// A run whose values a `why` traces.
pub(in crate::analysis) struct TracedRun<'r> {
    pub(in crate::analysis) runs: &'r Runs<'r>,
    pub(super) spec: &'r RunSpec,
    pub(super) variant: Variant<'r>,
    values: Arc<Values>,
    blocks: Blocks,
    blank: Question,
}

/// The explained run and the reference run.
#[derive(Clone, Copy)]
pub(super) struct View<'v, 'r> {
    pub(super) now: &'v TracedRun<'r>,
    pub(super) before: Option<&'v TracedRun<'r>>,
}

impl<'r> View<'_, 'r> {
    pub(super) fn model(&self) -> &'r Model {
        self.now.runs.model
    }
}

/// The equations of a run that are solved together.
#[derive(Default)]
struct Blocks {
    of_cell: BTreeMap<CellIndex, usize>,
    blocks: Vec<TracedBlock>,
    /// The quantities that the run copies from the baseline; their blocks are found in the baseline.
    kept: BTreeSet<usize>,
}

/// Equations that are solved together.
pub(super) struct TracedBlock {
    pub(super) cells: Vec<CellIndex>,
    pub(super) residual: Option<f64>,
}

/// A rule of a cell, with elements in place of index names.
pub(in crate::analysis) struct ClosedRule<'m> {
    /// The definition, and the elements of its own loops.
    id: (DefinitionId, Vec<u32>),
    pub(in crate::analysis) op: Op,
    pub(in crate::analysis) expr: Expr,
    definition: Option<&'m Definition>,
}

impl<'r> TracedRun<'r> {
    /// Makes a run and sorts its equations by cell.
    pub(in crate::analysis) fn new(
        runs: &'r Runs<'r>,
        spec: &'r RunSpec,
    ) -> Result<Self, Diagnostic> {
        let values = runs.of(spec)?;
        let variant = Variant::new(runs.model, spec);
        let baseline = RunSpec::default();
        let known: Vec<&RunSpec> = if spec.is_baseline() { Vec::new() } else { vec![&baseline] };
        let blocks = Blocks::of(runs.model, &plan(runs.model, spec, &runs.scope, &known), &values);
        let blank = Question {
            text: String::new(),
            expr: Expr::Const(0.0),
            probability: false,
            loops: Vec::new(),
            kind: Kind::Unknown,
            shown: Shown::default(),
            span: Span::new(SourceId(0), 0, 0),
        };
        Ok(Self { runs, spec, variant, values, blocks, blank })
    }

    pub(super) fn is_baseline(&self) -> bool {
        self.spec.is_baseline()
    }

    /// Evaluates an expression without free indices in a year; `None` if it has no value.
    pub(in crate::analysis) fn value(&self, expr: &Expr, year: i32) -> Option<f64> {
        self.runs.value(&self.values, &self.blank, expr, &[], year).ok()
    }

    /// Finds the equations with which a cell is solved together.
    pub(super) fn block<'a>(&'a self, cell: &Cell, baseline: &'a Self) -> Option<&'a TracedBlock> {
        let kept = self.blocks.kept.contains(&cell.quantity) || cell.of_baseline;
        let blocks = if kept { &baseline.blocks } else { &self.blocks };
        let index = self.values.layout().place(&point(cell));
        blocks.blocks.get(*blocks.of_cell.get(&index)?)
    }

    /// Converts the index of a cell to the cell.
    pub(super) fn cell(&self, index: CellIndex) -> Cell {
        let Point { quantity, cell, year } = self.values.layout().point(index);
        Cell { quantity, elements: cell, year, of_baseline: false }
    }

    /// Returns the rules that compute a cell, in the order of their application.
    pub(super) fn rules(&self, cell: &Cell) -> Vec<Rule<'r>> {
        let mut rules = Vec::new();
        self.variant.rules(&point(cell), &mut rules);
        rules
    }

    /// Returns the rules of a cell, with elements in place of index names.
    pub(in crate::analysis) fn closed_rules(&self, cell: &Cell) -> Vec<ClosedRule<'r>> {
        let mut all = Vec::new();
        for rule in self.rules(cell) {
            let Some(definition) = rule.definition() else { continue };
            let own = definition.axes.iter().zip(&cell.elements);
            let own: Vec<(usize, u32)> = own
                .filter_map(|(select, &element)| match select {
                    Select::Each(slot, _) => Some((*slot, element)),
                    Select::One(_) | Select::Computed(_) => None,
                })
                .collect();
            for elements in combinations(self.runs.model, &definition.extra) {
                let slots = [own.as_slice(), &elements].concat();
                let computed = definition.axes.iter().zip(&cell.elements);
                let applies = computed.into_iter().all(|(select, &element)| match select {
                    Select::Computed(expr) => {
                        self.value(&closed(expr, &slots), cell.year) == Some(f64::from(element))
                    }
                    Select::Each(..) | Select::One(_) => true,
                });
                if applies {
                    all.push(ClosedRule {
                        id: (rule.id(), elements.iter().map(|&(_, element)| element).collect()),
                        op: definition.op,
                        expr: closed(&definition.expr, &slots),
                        definition: Some(definition),
                    });
                }
            }
        }
        all
    }

    /// Returns the definitions that compute a cell, without duplicates.
    pub(super) fn definitions(&self, cell: &Cell) -> Vec<&'r Definition> {
        let mut rules = self.closed_rules(cell);
        rules.dedup_by_key(|rule| rule.id.0);
        rules.iter().filter_map(|rule| rule.definition).collect()
    }
}

impl View<'_, '_> {
    /// Finds the operands of the equation that computes a cell.
    pub(super) fn equation(self, cell: &Cell) -> Vec<super::operand::Edge> {
        let mut edges = Edges::new(self, cell.year);
        let own = self.now.closed_rules(cell);
        let other = self.before.map_or(Vec::new(), |before| before.closed_rules(cell));
        let rules: Vec<&ClosedRule<'_>> = own.iter().collect();
        let same =
            self.before.is_none() || own.iter().map(|r| &r.id).eq(other.iter().map(|r| &r.id));
        let all = |op: Op| own.iter().chain(&other).all(|rule| rule.op == op);
        match rules.as_slice() {
            [only] if same => edges.add(&only.expr, 1.0),
            _ if all(Op::Add) => self.sum(&own, &other, cell.year, &mut edges),
            _ if all(Op::Multiply) => {
                let factors = self.factors(&own, &other, cell.year);
                edges.add_factors(factors);
            }
            _ if same => {
                if let Some(whole) = folded(&own) {
                    edges.add(&whole, 1.0);
                }
            }
            // Two different equations have no operands in common.
            _ => {}
        }
        edges.done()
    }

    /// Adds the contributions to a total as operands.
    fn sum(
        self,
        own: &[ClosedRule<'_>],
        other: &[ClosedRule<'_>],
        year: i32,
        edges: &mut Edges<'_, '_>,
    ) {
        for rule in own {
            if self.before.is_none() || other.iter().any(|known| known.id == rule.id) {
                edges.add(&rule.expr, 1.0);
            } else if let Some(now) = self.now.value(&rule.expr, year) {
                let (expr, before) = (rule.expr.clone(), Some(0.0));
                edges.add_part(EquationPart { expr, now, before, in_both: false }, now);
            }
        }
        let gone = other.iter().filter(|rule| !own.iter().any(|known| known.id == rule.id));
        for rule in gone {
            if let Some(before) = self.before.and_then(|side| side.value(&rule.expr, year)) {
                let (expr, now) = (rule.expr.clone(), 0.0);
                let part = EquationPart { expr, now, before: Some(before), in_both: false };
                edges.add_part(part, -before);
            }
        }
    }

    /// Returns the factors of a product with their values; a factor that one run lacks is 1 there.
    fn factors(
        self,
        own: &[ClosedRule<'_>],
        other: &[ClosedRule<'_>],
        year: i32,
    ) -> Vec<EquationPart> {
        let gone = other.iter().filter(|rule| !own.iter().any(|known| known.id == rule.id));
        let factor = |rule: &ClosedRule<'_>| {
            let has = |rules: &[ClosedRule<'_>]| rules.iter().any(|known| known.id == rule.id);
            let value = |side: &TracedRun<'_>, has: bool| match has {
                true => side.value(&rule.expr, year),
                false => Some(1.0),
            };
            let now = value(self.now, has(own))?;
            let before = match self.before {
                Some(side) => Some(value(side, has(other))?),
                None => None,
            };
            let in_both = self.before.is_none() || has(own) && has(other);
            Some(EquationPart { expr: rule.expr.clone(), now, before, in_both })
        };
        own.iter().chain(gone).filter_map(factor).collect()
    }
}

/// Joins the rules of a cell into one expression.
pub(in crate::analysis) fn folded(rules: &[ClosedRule<'_>]) -> Option<Expr> {
    use crate::model::BinaryOp;
    let mut whole: Option<Expr> = None;
    for rule in rules {
        let right = rule.expr.clone();
        let operator = match rule.op {
            Op::Set | Op::Solve => None,
            Op::Add => Some(BinaryOp::Add),
            Op::Multiply => Some(BinaryOp::Multiply),
        };
        whole = Some(match (whole.take(), operator) {
            (Some(left), Some(op)) => {
                let span = rule.definition.map_or(Span::new(SourceId(0), 0, 0), |one| one.span);
                Expr::Binary { op, left: Box::new(left), right: Box::new(right), span }
            }
            _ => right,
        });
    }
    whole
}

fn point(cell: &Cell) -> Point {
    Point { quantity: cell.quantity, cell: cell.elements.clone(), year: cell.year }
}

impl Blocks {
    fn of(model: &Model, plan: &Plan<'_>, values: &Values) -> Self {
        let mut found = Self::default();
        for step in &plan.steps {
            match step {
                Step::Keep(quantity, _) => {
                    found.kept.insert(*quantity);
                }
                Step::Block(block) => {
                    let cells: Vec<CellIndex> =
                        block.unknowns.iter().chain(&block.explicit).copied().collect();
                    let number = found.blocks.len();
                    found.of_cell.extend(cells.iter().map(|&index| (index, number)));
                    let first = block.unknowns.first().map(|&index| plan.layout.point(index));
                    let residual = first.and_then(|first| {
                        let name = model.cell_name(&model.quantities[first.quantity], &first.cell);
                        let own = |solved: &&Solved| {
                            solved.first == name
                                && solved.unknowns == block.unknowns.len()
                                && (solved.years.0..=solved.years.1).contains(&first.year)
                        };
                        let solved = values.solved.iter().find(own)?;
                        solved.iterations.last().map(|last| last.residual)
                    });
                    found.blocks.push(TracedBlock { cells, residual });
                }
                Step::Quantity(_) | Step::Recursion(_) | Step::Point(_) => {}
            }
        }
        found
    }
}
