//! A recording executed for many points: other numbers for its overrides and random quantities.
//!
//! Every analysis that evaluates the model at many numbers uses this module: a search, a sweep over one or
//! two axes, a design for sensitivity indices, a fit. A point is a run; thousands of points cost little
//! more than as many draws of a simulation.

use std::ops::Deref;
use std::sync::OnceLock;

use ndarray::{Array2, ArrayView2, Axis, ShapeBuilder};

use super::compile::code::{LaneProgram, RegisterUse};
use super::compile::program::compile;
use super::compile::registers::LANE;
use super::compile::schedule::SolverStarts;
use super::execute::{Machine, Supply};
use super::inputs::{InputColumn, Matrix, ReplacedColumn};
use super::run::{BadDraw, DrawRange, OnFailure};
use super::{RecordedValue, Recording};
use crate::diagnostic::Diagnostic;
use crate::engine::numbers::summary::Tree;
use crate::engine::run::domain::RandomId;
use crate::engine::run::stop::Stop;
use crate::engine::solve::tape::{Node, Symbolic};
use crate::model::Solver;
use crate::plan::Override;

/// Maximum number of registers of a program that keeps its values: 16 MiB for each thread.
const MOST_KEPT: usize = 8_192;

/// An input of a recording that points set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointInput(Numbered);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbered {
    /// An override, by its number.
    Override(usize),
    /// The uniform number of a random quantity.
    Uniform(usize),
}

impl PointInput {
    pub(super) fn numbered(self) -> Numbered {
        self.0
    }

    /// Makes the input for the uniform number of the random quantity at a position of the recording's list.
    pub(super) fn uniform(quantity: usize) -> Self {
        Self(Numbered::Uniform(quantity))
    }
}

/// The evaluated values at some points.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// A row for each point, a column for each value asked for. NaN in the rows of `failed`.
    pub values: Array2<f64>,
    /// The points in which a value cannot be computed, in order, each once.
    pub failed: Vec<BadDraw>,
}

/// A design in which one input after the other is replaced, for shares of the variance.
///
/// Each row of `a` and of `b` is a base point with a number for each input. It stands for these points: its row of
/// `a`, its row of `b`, and for each input its row of `a` with that input from `b`.
#[derive(Debug, Clone, Copy)]
pub struct ReplacementDesign<'a> {
    /// The inputs, in the order of the columns.
    pub inputs: &'a [PointInput],
    /// The first number of each input at each base point.
    pub a: ArrayView2<'a, f64>,
    /// The second number of each input at each base point.
    pub b: ArrayView2<'a, f64>,
}

impl Recording {
    /// Returns the input for the number of an override; `None` if no recorded run has it.
    pub fn override_input(&self, given: &Override) -> Option<PointInput> {
        self.inputs.override_number(given).map(|number| PointInput(Numbered::Override(number)))
    }

    /// Returns the input for the uniform number, in (0, 1), of a random quantity: `name` and `part` as in
    /// [`crate::engine::Drawn::iter`]. `None` if no recorded run draws it.
    pub fn uniform_input(&self, name: &str, part: u64) -> Option<PointInput> {
        let number = self.inputs.known(&RandomId { name: name.to_owned(), part });
        number.map(|number| PointInput(Numbered::Uniform(number)))
    }

    /// Compiles a program that computes the wanted values at points.
    pub fn compile(&self, wanted: &[RecordedValue]) -> PointProgram {
        self.compile_for(wanted, RegisterUse::Again)
    }

    /// Compiles a program for points of which neighbouring lanes differ in few inputs: it computes what depends on
    /// these. A program with many values computes everything, because it would need too much memory.
    pub fn compile_for_replacements(&self, wanted: &[RecordedValue]) -> PointProgram {
        let program = self.compile_for(wanted, RegisterUse::Once);
        if program.program.registers <= MOST_KEPT { program } else { self.compile(wanted) }
    }

    fn compile_for(&self, wanted: &[RecordedValue], registers: RegisterUse) -> PointProgram {
        let wanted: Vec<Symbolic> = wanted.iter().map(|wanted| wanted.0).collect();
        let mut nodes: Vec<Node> = wanted.iter().filter_map(|value| value.node()).collect();
        let asked = nodes.len();
        nodes.extend(self.guards.iter().map(|guard| guard.node));
        let program =
            compile(&self.tape, &self.inputs, (SolverStarts::MediansOnly, registers), &nodes);
        PointProgram { wanted, nodes, asked, program, all_starts: OnceLock::new() }
    }

    /// Computes the wanted values at some points, on all threads. `points` holds for each input its number
    /// at every point; there are as many points as the shortest list has numbers. `progress` gets the
    /// share that is done, from any thread.
    ///
    /// Correlations are not applied to uniform numbers. The blocks of a point are solved from the solution
    /// of the recorded plain run, then from all starts of a run by itself.
    ///
    /// # Errors
    /// `interrupted` once the recording's flag is raised. A point without a value is no error: it is listed
    /// in [`Evaluated::failed`].
    pub fn evaluate_points(
        &self,
        wanted: &[RecordedValue],
        points: &[(PointInput, &[f64])],
        solver: &Solver,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Evaluated, Diagnostic> {
        self.execute_program(&self.compile(wanted), points, solver, progress)
    }

    /// Evaluates as [`Recording::evaluate_points`], with a program that was compiled from this recording earlier.
    ///
    /// # Errors
    /// As [`Recording::evaluate_points`].
    pub fn execute_program(
        &self,
        program: &PointProgram,
        points: &[(PointInput, &[f64])],
        solver: &Solver,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Evaluated, Diagnostic> {
        let count = points.iter().map(|(_, numbers)| numbers.len()).min().unwrap_or(0);
        let columns = points.iter().map(|&(input, numbers)| (input, InputColumn::Each(numbers)));
        self.execute_matrix(program, (&self.matrix(columns), count), solver, progress)
    }

    /// Computes the wanted values at the points of a design. The points of a base point are consecutive rows of the
    /// result: the one from `a`, the one from `b`, then one for each input.
    ///
    /// # Errors
    /// As [`Recording::evaluate_points`].
    pub fn execute_replacements(
        &self,
        program: &PointProgram,
        design: ReplacementDesign<'_>,
        solver: &Solver,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Evaluated, Diagnostic> {
        let (base, inputs) = (design.a.nrows(), design.inputs.len());
        let column = |of: ArrayView2<'_, f64>, input: usize| of.column(input).to_vec();
        let numbers: Vec<(Vec<f64>, Vec<f64>)> =
            (0..inputs).map(|input| (column(design.a, input), column(design.b, input))).collect();
        let columns = design.inputs.iter().zip(&numbers).enumerate();
        let columns = columns.map(|(input, (&point, (a, b)))| {
            (point, InputColumn::Replaced(ReplacedColumn { a, b, input, inputs }))
        });
        let (matrix, lanes) = (self.matrix(columns), inputs + 2);
        // The last lanes are whole; the points after the last base point have the medians of all inputs.
        let count = base.next_multiple_of(LANE) * lanes;
        let Evaluated { values, failed } =
            self.execute_matrix(program, (&matrix, count), solver, progress)?;
        // From lanes of base points to base points.
        let place = |row: usize| {
            let (point, variant) = (row / lanes, row % lanes);
            (point / LANE * lanes + variant) * LANE + point % LANE
        };
        let places: Vec<usize> = (0..base * lanes).map(place).collect();
        let mut failed_rows: Vec<BadDraw> = failed
            .into_iter()
            .filter_map(|bad| {
                let (lane, within) = (bad.draw as usize / LANE, bad.draw as usize % LANE);
                let row = (lane / lanes * LANE + within) * lanes + lane % lanes;
                (row < places.len()).then_some(BadDraw { draw: row as u64, ..bad })
            })
            .collect();
        failed_rows.sort_unstable();
        Ok(Evaluated { values: values.select(Axis(0), &places), failed: failed_rows })
    }

    /// Computes the wanted values at `count` points.
    fn execute_matrix(
        &self,
        program: &PointProgram,
        (matrix, count): (&Matrix<'_>, usize),
        solver: &Solver,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Evaluated, Diagnostic> {
        let mut values = Array2::zeros((count, program.wanted.len()).f());
        let mut columns: Vec<&mut [f64]> = Vec::new();
        let flat = values.as_slice_memory_order_mut().unwrap_or_default();
        for (column, value) in flat.chunks_exact_mut(count.max(1)).zip(&program.wanted) {
            match value {
                Symbolic::Known(number) => column.fill(*number),
                Symbolic::Node(_) => columns.push(column),
            }
        }
        let failed = self.execute_points(matrix, program, columns, count, solver, progress)?;
        for bad in &failed {
            values.row_mut(bad.draw as usize).fill(f64::NAN);
        }
        Ok(Evaluated { values, failed })
    }

    fn matrix<'a>(
        &self,
        points: impl Iterator<Item = (PointInput, InputColumn<'a>)>,
    ) -> Matrix<'a> {
        let mut overrides = vec![None; self.inputs.overrides.len()];
        let mut uniforms = vec![None; self.inputs.quantities.len()];
        for (PointInput(number), column) in points {
            let own = match number {
                Numbered::Override(number) => overrides.get_mut(number),
                Numbered::Uniform(number) => uniforms.get_mut(number),
            };
            if let Some(own) = own {
                *own = Some(column);
            }
        }
        Matrix { overrides, uniforms }
    }

    /// Fills a column for each wanted node; returns the points without a value.
    fn execute_points(
        &self,
        matrix: &Matrix<'_>,
        program: &PointProgram,
        columns: Vec<&mut [f64]>,
        count: usize,
        solver: &Solver,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Vec<BadDraw>, Diagnostic> {
        let machine = Machine {
            program: &program.program,
            all_starts: &AllStarts { recording: self, program },
            inputs: &self.inputs,
            supply: Supply::Points(matrix),
            solver: *solver,
            stop: &self.stop,
        };
        let part = DrawRange {
            first: 0,
            count,
            columns: columns.into_iter().map(Some).collect(),
            sums: vec![Tree::default(); program.asked],
            brackets: Vec::new(),
            on_failure: OnFailure::Continue,
        };
        let done = |made: usize| progress(made as f64 / count as f64);
        let mut failed = match self.part(&machine, part, &done) {
            Ok(digest) => digest.bad,
            Err(bad) => vec![bad],
        };
        if self.stop.is_raised() {
            return Err(Stop::interrupted());
        }
        failed.dedup_by_key(|bad| bad.draw);
        Ok(failed)
    }
}

/// A program that computes some values of a recording at points. It belongs to the recording as it was when
/// the program was compiled: values that are recorded later are not in it.
#[derive(Debug)]
pub struct PointProgram {
    wanted: Vec<Symbolic>,
    /// The nodes of the wanted values, then the nodes that must lie within bounds.
    nodes: Vec<Node>,
    /// Number of wanted values that are nodes.
    asked: usize,
    program: LaneProgram,
    /// The program in which blocks have all starting points, compiled when a point first needs it.
    all_starts: OnceLock<LaneProgram>,
}

/// The second program of a [`PointProgram`], compiled on first use.
struct AllStarts<'a> {
    recording: &'a Recording,
    program: &'a PointProgram,
}

impl Deref for AllStarts<'_> {
    type Target = LaneProgram;

    fn deref(&self) -> &LaneProgram {
        let Recording { tape, inputs, .. } = self.recording;
        let nodes = &self.program.nodes;
        self.program
            .all_starts
            .get_or_init(|| compile(tape, inputs, (SolverStarts::All, RegisterUse::Again), nodes))
    }
}
