//! The conditions of a search as numbers: the margin of each in each cell and year.

use ndarray::{ArrayView1, ArrayView2};

use super::cells;
use super::runs::Runs;
use super::study::Study;
use crate::diagnostic::Diagnostic;
use crate::engine::Values;
use crate::model::{Aim, BinaryOp, Condition, Expr};
use crate::results::SidesInCell;

/// Tolerance of a condition, as a share of the size of its sides.
const ROUNDING: f64 = 1e-9;

/// A condition of a search in one cell and year; its fields are columns of a study's results.
pub(super) struct Margin {
    /// Index of the condition in the query.
    pub(super) aim: usize,
    cell: Vec<u32>,
    elements: Vec<String>,
    year: i32,
    op: BinaryOp,
    left: usize,
    right: usize,
    /// The allowed deviation: its column, and whether it is a share of the right side.
    slack: Option<(usize, bool)>,
    /// The greatest absolute value of either side over the measured points; 1 before the measurement.
    scale: f64,
}

/// The conditions of a search, in all their cells and years.
pub(super) struct Margins(pub(super) Vec<Margin>);

impl Margins {
    /// Adds both sides of each condition to the values that a study evaluates; returns their columns.
    pub(super) fn want(
        runs: &Runs<'_>,
        study: &mut Study<'_, '_>,
        aims: &[Aim],
    ) -> Result<Self, Diagnostic> {
        let mut margins = Vec::new();
        for (number, Aim { condition, years }) in aims.iter().enumerate() {
            let Some((op, second)) = &condition.comparison else { continue };
            let question = &condition.left;
            for (cell, elements) in cells(runs.model, question) {
                for year in years.0..=years.1 {
                    let mut want = |expr: &Expr| study.want(question, expr, &cell, year);
                    let (left, right) = (want(&question.expr)?, want(second)?);
                    let slack = match &condition.tolerance {
                        Some((expr, relative)) => Some((want(expr)?, *relative)),
                        None => None,
                    };
                    let (cell, elements) = (cell.clone(), elements.clone());
                    let (aim, op, scale) = (number, *op, 1.0);
                    margins.push(Margin {
                        aim,
                        cell,
                        elements,
                        year,
                        op,
                        left,
                        right,
                        slack,
                        scale,
                    });
                }
            }
        }
        Ok(Self(margins))
    }

    /// Sets the scale of each condition from its sides at some points.
    pub(super) fn measure(&mut self, rows: ArrayView2<'_, f64>) {
        for margin in &mut self.0 {
            let sizes = rows.rows().into_iter().flat_map(|row| {
                [margin.left, margin.right].map(|side| row.get(side).map_or(0.0, |v| v.abs()))
            });
            let largest = sizes.filter(|size| size.is_finite()).fold(0.0, f64::max);
            margin.scale = if largest > 0.0 { largest } else { 1.0 };
        }
    }

    /// Returns the smallest margin of all conditions at a point, as a share of the condition's scale.
    /// Negative if a condition fails, NaN if one has no value. Leaves equations out if `equations` is false.
    pub(super) fn least(&self, row: ArrayView1<'_, f64>, equations: bool) -> f64 {
        let counted = self.0.iter().filter(|margin| equations || !margin.is_equation());
        let holds = counted.map(|margin| match margin.share(row) {
            gap if margin.is_equation() => -gap.abs(),
            gap => gap,
        });
        holds.fold(f64::INFINITY, |least, one| if one.is_nan() { one } else { least.min(one) })
    }

    /// True if all conditions hold at a point, up to rounding.
    pub(super) fn hold(&self, row: ArrayView1<'_, f64>) -> bool {
        self.least(row, true) >= -ROUNDING
    }

    /// Returns the first equation among the conditions.
    pub(super) fn equation(&self) -> Option<&Margin> {
        self.0.iter().find(|margin| margin.is_equation())
    }

    /// Returns both sides of each condition in a plain run, in the cell and year where the condition is
    /// nearest to failing, or fails most.
    pub(super) fn sides(
        &self,
        runs: &Runs<'_>,
        aims: &[Aim],
        values: &Values,
    ) -> Result<Vec<SidesInCell>, Diagnostic> {
        let mut worst: Vec<Option<(f64, f64, SidesInCell)>> = vec![None; aims.len()];
        for margin in &self.0 {
            let Some(aim) = aims.get(margin.aim) else { continue };
            let sides = margin.sides(runs, &aim.condition, values)?;
            let least = -sides.missing / margin.scale;
            // Where the condition holds everywhere, the distance decides in which year it is nearest to failing.
            let room = match margin.is_equality() {
                true => 0.0,
                false => gap(margin.op, sides.left, sides.right, None) / margin.scale,
            };
            let slot = worst.get_mut(margin.aim);
            if let Some(slot) = slot
                && slot.as_ref().is_none_or(|(known, nearest, _)| {
                    least < *known || least == *known && room < *nearest
                })
            {
                *slot = Some((least, room, sides));
            }
        }
        Ok(worst.into_iter().flatten().map(|(.., sides)| sides).collect())
    }
}

impl Margin {
    /// True for `==` without an allowed deviation.
    pub(super) fn is_equation(&self) -> bool {
        self.op == BinaryOp::Equal && self.slack.is_none()
    }

    /// True for `==`, with or without an allowed deviation.
    pub(super) fn is_equality(&self) -> bool {
        self.op == BinaryOp::Equal
    }

    /// Returns the value of [`Margin::share`] for an inequality. Returns the plain difference for an equality, which
    /// unlike its absolute value has a derivative at 0.
    pub(super) fn smooth_share(&self, row: ArrayView1<'_, f64>) -> f64 {
        if !self.is_equality() {
            return self.share(row);
        }
        let side = |at: usize| row.get(at).copied().unwrap_or(f64::NAN);
        (side(self.left) - side(self.right)) / self.scale
    }

    /// Returns the gap at a point as a share of the condition's scale.
    pub(super) fn share(&self, row: ArrayView1<'_, f64>) -> f64 {
        let side = |at: usize| row.get(at).copied().unwrap_or(f64::NAN);
        let (left, right) = (side(self.left), side(self.right));
        let slack = self.slack.map(|(slack, relative)| allowed(side(slack), relative, right));
        gap(self.op, left, right, slack) / self.scale
    }

    /// True if the condition fails wherever each value of the study is within its bounds, by more than
    /// rounding.
    pub(super) fn fails_within(&self, bounds: &[(f64, f64)]) -> bool {
        let side =
            |at: usize| bounds.get(at).copied().unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        let ((a, b), (c, d)) = (side(self.left), side(self.right));
        let slack = self.slack.map_or(0.0, |(slack, relative)| {
            let (_, most) = side(slack);
            if relative { most * c.abs().max(d.abs()) } else { most }
        });
        let slack = slack + ROUNDING * self.scale;
        let (below, above) = (b + slack < c, a > d + slack);
        match self.op {
            BinaryOp::Equal => below || above,
            BinaryOp::AtMost | BinaryOp::Below => above,
            _ => below,
        }
    }

    fn sides(
        &self,
        runs: &Runs<'_>,
        condition: &Condition,
        values: &Values,
    ) -> Result<SidesInCell, Diagnostic> {
        let question = &condition.left;
        let at = |expr: &Expr| runs.value(values, question, expr, &self.cell, self.year);
        let left = at(&question.expr)?;
        let right = match &condition.comparison {
            Some((_, right)) => at(right)?,
            None => 0.0,
        };
        let slack = match &condition.tolerance {
            Some((expr, relative)) => Some(allowed(at(expr)?, *relative, right)),
            None => None,
        };
        let gap = gap(self.op, left, right, slack);
        let missing = if self.is_equation() { gap.abs() } else { (-gap).max(0.0) };
        let missing = if missing <= ROUNDING * self.scale { 0.0 } else { missing };
        let (elements, year) = (self.elements.clone(), self.year);
        Ok(SidesInCell { elements, year, left, right, missing })
    }
}

fn allowed(slack: f64, relative: bool, right: f64) -> f64 {
    if relative { slack * right.abs() } else { slack }
}

/// Returns the distance by which a comparison holds, negative if it fails. For an equation returns left minus
/// right.
pub(super) fn gap(op: BinaryOp, left: f64, right: f64, slack: Option<f64>) -> f64 {
    match (op, slack) {
        (BinaryOp::Equal, None) => left - right,
        (BinaryOp::Equal, Some(slack)) => slack - (left - right).abs(),
        (BinaryOp::AtMost | BinaryOp::Below, slack) => right - left + slack.unwrap_or(0.0),
        (_, slack) => left - right + slack.unwrap_or(0.0),
    }
}
