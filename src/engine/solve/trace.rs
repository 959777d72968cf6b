//! Records the equations of a block as a system.
//!
//! In: a block, the rules of a run and the values computed before. Out: a [`System`], whose inputs are the
//! block's unknowns; in a simulation also the nodes that the block reads from the run's tape.

use rustc_hash::FxHashMap;

use super::on_tape::OnTape;
use super::region::Limits;
use super::system::System;
use super::tape::{Instruction, Node, Symbolic, Tape};
use super::terms::{TermTracer, TermValue, Terms};
use super::tracer::Tracer;
use crate::diagnostic::Code;
use crate::engine::run::domain::{Binary, Numbers, Unary};
use crate::engine::run::eval::{Evaluator, Fault, ReductionCache, Stored, fault};
use crate::engine::run::stop::Stop;
use crate::model::{BinaryOp, Expr, Op};
use crate::plan::{Block, CellIndex, Layout, Rule, Variant};

/// The run that contains the block.
pub(crate) struct Surroundings<'a> {
    pub(crate) variant: &'a Variant<'a>,
    pub(crate) layout: &'a Layout,
    pub(crate) stored: Stored<'a>,
    pub(crate) slots: &'a mut [u32],
    /// The values of random quantities in a plain run.
    pub(crate) numbers: Numbers<'a>,
    pub(crate) stop: &'a Stop,
}

/// Both sides of an equation, and the bound of a complementarity condition.
type Sides = (Symbolic, Symbolic, Option<f64>);

impl System {
    /// Traces the equations of a block to a system. Everything that the block reads from outside
    /// has been computed before.
    ///
    /// `before` is the system of a block that probably has the same form, such as that of another year.
    ///
    /// In a simulation `outside` gives values that depend on draws. Returns their nodes on the
    /// simulation's tape: they are the inputs after the unknowns.
    pub(crate) fn trace<'t>(
        surroundings: &'t mut Surroundings<'_>,
        block: &Block,
        outside: Option<&'t mut (dyn OnTape + 't)>,
        mut before: Option<Self>,
    ) -> Result<(Self, Vec<Node>), (Fault, CellIndex)> {
        if block.readings as u64 > surroundings.stop.free() / MEMORY_OF_READING {
            return Err(too_large(surroundings, block));
        }
        let tape = match &mut before {
            Some(before) => before.take_tape(),
            None if outside.is_some() => Tape::default(),
            // A reading leads to an operation and often to a constant.
            None => Tape::repeatable(2 * block.readings),
        };
        let mut tracing = Tracing::new(surroundings, tape, block, outside);
        let sides = tracing.sides_of(block)?;
        let limits = tracing.limits(block, &sides);
        let Tracing { mut tape, nodes, imports, surroundings, .. } = tracing;
        let following = block.explicit.iter().map(|place| tape.node(nodes[place])).collect();
        match system(tape, sides, before, surroundings.stop) {
            Some(system) => Ok((system.with(limits, following), imports)),
            None => Err(too_large(surroundings, block)),
        }
    }

    /// Traces the equations of a block in the baseline and in this run to one system, which reads a share
    /// from outside: at 0 its equations are those of the baseline, at 1 those of this run, and between them
    /// a weighted mean. `None` if the block has conditions of different forms in the two runs.
    pub(crate) fn between(
        mut baseline: Surroundings<'_>,
        mut own: Surroundings<'_>,
        block: &Block,
    ) -> Option<Self> {
        let mut first = Tracing::new(&mut baseline, Tape::default(), block, None);
        let from = first.sides_of(block).ok()?;
        let tape = first.tape;
        let mut second = Tracing::new(&mut own, tape, block, None);
        let to = second.sides_of(block).ok()?;
        let limits = second.limits(block, &to);
        let mut tape = second.tape;
        let share = Symbolic::Node(tape.input(block.unknowns.len()));
        let mut mean = |from: Symbolic, to: Symbolic| {
            let mut of = |op, a, b| tape.binary(Binary::Operator(op), a, b);
            let change = of(BinaryOp::Subtract, to, from);
            let part = of(BinaryOp::Multiply, share, change);
            if from.is(to) { to } else { of(BinaryOp::Add, from, part) }
        };
        let mut sides = Vec::with_capacity(to.len());
        for (from, to) in from.into_iter().zip(to) {
            if from.2 != to.2 {
                return None;
            }
            sides.push((mean(from.0, to.0), mean(from.1, to.1), to.2));
        }
        Some(system(tape, sides, None, own.stop)?.with(limits, Vec::new()))
    }
}

/// Memory in bytes of an entry of the Jacobian, with the factors: those of a dense matrix have no more entries.
const MEMORY_OF_ENTRY: u64 = 128;

/// Memory in bytes of the reading of a value of the block: at least one instruction with its range and its place in the
/// order of derivatives.
const MEMORY_OF_READING: u64 = 64;

/// Builds a system from the sides of its equations, or from the system `before` if they have the same form. None if it
/// does not fit in the memory that is left.
fn system(
    mut tape: Tape,
    sides: Vec<Sides>,
    before: Option<System>,
    stop: &Stop,
) -> Option<System> {
    let nodes = |(left, right, bound): Sides| (tape.node(left), tape.node(right), bound);
    let equations: Vec<_> = sides.into_iter().map(nodes).collect();
    let repeated = match before {
        Some(before) => before.repeated(tape, &equations),
        None => Err(tape),
    };
    match repeated {
        Ok(system) => Some(system),
        Err(tape) => System::within(tape, &equations, stop.free() / MEMORY_OF_ENTRY),
    }
}

/// Returns the fault of a block that does not fit into memory, and the index of its first unknown.
fn too_large(surroundings: &Surroundings<'_>, block: &Block) -> (Fault, CellIndex) {
    let Surroundings { variant, layout, .. } = surroundings;
    let place = block.unknowns.first().copied().unwrap_or_default();
    let (point, mut rules) = (layout.point(place), Vec::new());
    variant.rules(&point, &mut rules);
    let declared = variant.model.quantities[point.quantity].span;
    let span = rules.last().map_or(declared, |rule| rule.span(variant.model));
    let mut sets: Vec<&str> = Vec::new();
    for &cell in block.unknowns.iter().chain(&block.explicit) {
        let axes = &variant.model.quantities[layout.quantity(cell)].axes;
        let new = axes.iter().map(|&axis| variant.model.sets[axis].name.as_str());
        new.for_each(|name| sets.extend((!sets.contains(&name)).then_some(name)));
    }
    let over = match sets.is_empty() {
        true => String::new(),
        false => format!(" over `{}`", sets.join("`, `")),
    };
    let count = block.unknowns.len();
    let message = format!(
        "more memory than the limit is required for {count} equations{over} solved together"
    );
    (Fault::new(Code::LimitMemory, &message, span), place)
}

/// State of the tracer for the equations of one block.
struct Tracing<'t, 'a> {
    surroundings: &'t mut Surroundings<'a>,
    tape: Tape,
    nodes: FxHashMap<CellIndex, Symbolic>,
    outside: Option<&'t mut (dyn OnTape + 't)>,
    imports: Vec<Node>,
    inputs: usize,
    terms: Terms,
    cache: ReductionCache<TermValue>,
}

impl<'t, 'a> Tracing<'t, 'a> {
    /// Makes the unknowns of a block inputs of a tape.
    fn new(
        surroundings: &'t mut Surroundings<'a>,
        mut tape: Tape,
        block: &Block,
        outside: Option<&'t mut (dyn OnTape + 't)>,
    ) -> Self {
        let inputs = block.unknowns.len();
        let mut nodes = FxHashMap::default();
        for (n, &place) in block.unknowns.iter().enumerate() {
            nodes.insert(place, Symbolic::Node(tape.input(n)));
        }
        let (imports, terms, cache) = (Vec::new(), Terms::default(), ReductionCache::default());
        Self { surroundings, tape, nodes, outside, imports, inputs, terms, cache }
    }

    /// Traces the values that follow from the unknowns, and then both sides of every equation.
    fn sides_of(&mut self, block: &Block) -> Result<Vec<Sides>, (Fault, CellIndex)> {
        for &place in &block.explicit {
            self.goes_on(block)?;
            let value = self.value(place).map_err(|fault| (fault, place))?;
            self.nodes.insert(place, value);
        }
        let sides = |&place: &CellIndex| {
            self.goes_on(block)?;
            self.sides(place).map_err(|fault| (fault, place))
        };
        block.unknowns.iter().map(sides).collect()
    }

    /// Checks before the next equation that the run was not given up, and that the tape may grow: a list that
    /// grows is there twice for a moment, with twice its length.
    fn goes_on(&self, block: &Block) -> Result<(), (Fault, CellIndex)> {
        let stop = self.surroundings.stop;
        if self.tape.memory().saturating_mul(3) > stop.free() {
            return Err(too_large(self.surroundings, block));
        }
        if stop.is_raised() {
            let place = block.unknowns.first().copied().unwrap_or_default();
            let declared = self.surroundings.layout.point(place).quantity;
            let span = self.surroundings.variant.model.quantities[declared].span;
            return Err((
                Fault::new(Code::Interrupted, "the run was given up before its end", span),
                place,
            ));
        }
        Ok(())
    }

    /// Makes an evaluator whose domain records on the block's tape.
    fn evaluator(&mut self) -> Evaluator<'_, TermTracer<'_>> {
        let imports = &mut self.imports;
        let outside = self.outside.as_mut();
        let outside = outside.map(|outside| (&mut **outside as &mut dyn OnTape, imports));
        let Surroundings { variant, stored, slots, numbers, .. } = &mut *self.surroundings;
        let tracer = Tracer {
            tape: &mut self.tape,
            nodes: &self.nodes,
            outside,
            numbers: *numbers,
            inputs: self.inputs,
            in_baseline: false,
        };
        let domain = TermTracer { tracer, terms: &mut self.terms };
        Evaluator::new(variant.model, *stored, slots, domain).sharing(&mut self.cache)
    }

    /// Traces the value of a cell by the rules that define it.
    fn value(&mut self, index: CellIndex) -> Result<Symbolic, Fault> {
        let Surroundings { variant, layout, .. } = *self.surroundings;
        let point = layout.point(index);
        let mut rules = Vec::new();
        variant.rules(&point, &mut rules);
        let value = self.evaluator().value(&rules, &point, variant.neutral(&point))?;
        Ok(value.alone())
    }

    /// Traces both sides of the equation that belongs to an unknown; also returns the bound of a
    /// complementarity condition.
    fn sides(&mut self, index: CellIndex) -> Result<Sides, Fault> {
        let Surroundings { variant, layout, .. } = *self.surroundings;
        let point = layout.point(index);
        let mut rules = Vec::new();
        variant.rules(&point, &mut rules);
        let (id, definition) = match rules.as_slice() {
            [Rule::Definition(id, definition)] if definition.op == Op::Solve => (*id, *definition),
            [first, Rule::Override(_, given), ..] if first.is_condition() => {
                let span = variant.model.quantities[given.target.quantity].span;
                return fault(
                    Code::NotAvailable,
                    "an override relative to a value that is solved for",
                    span,
                );
            }
            _ => {
                let right = self.value(index)?;
                return Ok((self.nodes[&index], right, None));
            }
        };
        let mut evaluator = self.evaluator();
        evaluator.enter(id, definition, &point);
        let Expr::Binary { op, left, right, .. } = &definition.expr else {
            let left = evaluator.eval(&definition.expr, point.year)?.alone();
            return Ok((left, Symbolic::Known(0.0), None));
        };
        let left = evaluator.eval(left, point.year)?.alone();
        let right = evaluator.eval(right, point.year)?.alone();
        Ok(match (op, definition.bound) {
            (BinaryOp::AtMost | BinaryOp::Below, bound) => (right, left, bound),
            (_, bound) => (left, right, bound),
        })
    }

    /// Returns the limits of each unknown of a block.
    fn limits(&self, block: &Block, sides: &[Sides]) -> Vec<Limits> {
        let poles = poles(&self.tape, block.unknowns.len());
        let Surroundings { variant, layout, .. } = *self.surroundings;
        let unknowns = block.unknowns.iter().zip(sides).zip(poles);
        let limits = unknowns.map(|((&place, &(_, _, bound)), pole)| {
            let quantity = &variant.model.quantities[layout.quantity(place)];
            let everywhere = (f64::NEG_INFINITY, f64::INFINITY);
            Limits {
                bounds: quantity.bounds.unwrap_or(everywhere),
                started: quantity.start.is_some(),
                pole,
                complementary: bound.is_some(),
            }
        });
        limits.collect()
    }
}

/// Tells for each of the first inputs of a tape whether it cannot change its sign: it is, perhaps times
/// something else, the base of a negative or fractional power, or in a logarithm or a root.
fn poles(tape: &Tape, count: usize) -> Vec<bool> {
    let (mut poles, mut seen) = (vec![false; count], vec![false; tape.len()]);
    let mut pending = Vec::new();
    for instruction in tape.instructions() {
        match *instruction {
            Instruction::Binary(Binary::Operator(BinaryOp::Power), base, exponent) => {
                let whole = matches!(
                    tape.instruction(exponent),
                    Instruction::Constant(exponent) if exponent >= 0.0 && exponent.fract() == 0.0
                );
                pending.extend((!whole).then_some(base));
            }
            Instruction::Unary(Unary::Ln | Unary::Sqrt, a) => pending.push(a),
            _ => {}
        }
        // A product changes its sign with each of its factors.
        while let Some(node) = pending.pop() {
            if std::mem::replace(&mut seen[node as usize], true) {
                continue;
            }
            match tape.instruction(node) {
                Instruction::Input(n) => {
                    if let Some(pole) = poles.get_mut(n) {
                        *pole = true;
                    }
                }
                Instruction::Binary(
                    Binary::Operator(BinaryOp::Multiply | BinaryOp::Divide),
                    a,
                    b,
                ) => {
                    pending.extend([a, b]);
                }
                Instruction::Unary(Unary::Negate, a) => pending.push(a),
                _ => {}
            }
        }
    }
    poles
}
