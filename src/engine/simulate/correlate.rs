//! The script's `correlate` statements: groups of correlated random quantities.

use std::collections::BTreeMap;

use super::Recording;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::numbers::dependence::{Factor, normal_correlation};
use crate::engine::run::domain::RandomId;
use crate::engine::run::eval::owner;
use crate::model::{ChangeId, Correlation, Expr, Model, QuantityId};
use crate::plan::{Point, Rule, RunSpec, Variant};
use crate::source::Span;

/// The correlation of each pair of quantities, the later one first, and its place in the script.
type PairCorrelations = BTreeMap<(usize, usize), (f64, Span)>;

impl Recording {
    /// Correlates random quantities as the script's `correlate` statements say.
    ///
    /// # Errors
    /// A named quantity has no distribution, or the correlations are not positive definite.
    pub fn correlate(&mut self, model: &Model) -> Result<(), Diagnostic> {
        let mut pairs = PairCorrelations::new();
        for correlation in &model.correlations {
            let mut cells = vec![Vec::new()];
            for &(slot, set) in &correlation.loops {
                let members = &model.sets[set].members;
                let longer = |cell: &Vec<(usize, u32)>| -> Vec<Vec<(usize, u32)>> {
                    members.iter().map(|&m| [cell.as_slice(), &[(slot, m)]].concat()).collect()
                };
                cells = cells.iter().flat_map(longer).collect();
            }
            for cell in cells {
                self.pair(model, correlation, &cell, &mut pairs)?;
            }
        }
        self.inputs.groups = self.groups(&pairs)?;
        Ok(())
    }

    fn pair(
        &mut self,
        model: &Model,
        correlation: &Correlation,
        cell: &[(usize, u32)],
        pairs: &mut PairCorrelations,
    ) -> Result<(), Diagnostic> {
        let mut members = Vec::with_capacity(correlation.of.len());
        for expr in &correlation.of {
            members.push(self.member(model, expr, cell, correlation.span)?);
        }
        for (n, &a) in members.iter().enumerate() {
            for &b in &members[..n] {
                if a != b {
                    let rank = (correlation.rank, correlation.span);
                    pairs.insert((a.max(b), a.min(b)), rank);
                }
            }
        }
        Ok(())
    }

    /// The random quantity that a reading names in a cell.
    fn member(
        &mut self,
        model: &Model,
        expr: &Expr,
        cell: &[(usize, u32)],
        span: Span,
    ) -> Result<usize, Diagnostic> {
        let Expr::Read { quantity, cells, .. } = expr else { return Err(fixed(span, "this")) };
        let element = |expr: &Expr| match expr {
            Expr::Const(element) => *element as u32,
            Expr::Slot(slot) => cell.iter().find(|(s, _)| s == slot).map_or(0, |&(_, e)| e),
            _ => 0,
        };
        let cell: Vec<u32> = cells.iter().map(element).collect();
        let name = model.cell_name(&model.quantities[*quantity], &cell);
        let id = id_of(model, *quantity, cell).ok_or_else(|| fixed(span, &name))?;
        // A quantity that no recorded run draws, as of a lever that no query asks for, becomes known here.
        Ok(self.inputs.known(&id).unwrap_or_else(|| self.inputs.quantity(id)))
    }

    /// The groups of connected quantities, each with the Cholesky factor of its correlations.
    fn groups(&self, pairs: &PairCorrelations) -> Result<Vec<(Vec<usize>, Factor)>, Diagnostic> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for &(a, b) in pairs.keys() {
            let (mut joined, rest): (Vec<_>, Vec<_>) =
                groups.into_iter().partition(|group| group.contains(&a) || group.contains(&b));
            let mut group: Vec<usize> = joined.drain(..).flatten().chain([a, b]).collect();
            group.sort_unstable_by_key(|&n| &self.inputs.quantities[n]);
            group.dedup();
            groups = rest;
            groups.push(group);
        }
        let with_factor = |group: Vec<usize>| {
            let pair = |i: usize, j: usize| {
                let (a, b) = (group[i].max(group[j]), group[i].min(group[j]));
                pairs.get(&(a, b)).copied()
            };
            let correlation = |i, j| pair(i, j).map_or(0.0, |(rank, _)| normal_correlation(rank));
            match Factor::new(group.len(), correlation) {
                Ok(factor) => Ok((group, factor)),
                Err(found) => {
                    let (i, j) = found.pair;
                    let name = |n: usize| &self.inputs.quantities[group[n]].name;
                    let span = pair(i, j).or_else(|| pairs.values().next().copied());
                    Err(impossible(span.map(|(_, span)| span), name(i), name(j), found.possible))
                }
            }
        };
        groups.into_iter().map(with_factor).collect()
    }
}

/// The first random quantity of a cell's definition in the baseline, or in any scenario.
fn id_of(model: &Model, quantity: QuantityId, cell: Vec<u32>) -> Option<RandomId> {
    let everything: Vec<ChangeId> = (0..model.changes.len()).collect();
    let spec = RunSpec::from(&everything);
    let variant = Variant::new(model, &spec);
    let point = Point { quantity, cell, year: model.years.0 };
    let mut found = None;
    for rule in variant.all(quantity).filter(|rule| rule.covers(model, &point)) {
        let Rule::Definition(id, definition) = rule else { continue };
        definition.expr.walk(&mut |part| {
            if let Expr::Random(random) = part
                && found.is_none()
            {
                let name = owner(model, id, definition, &point);
                found = Some(RandomId { name: format!("{name}#{}", random.number), part: 0 });
            }
            found.is_none()
        });
    }
    found
}

fn fixed(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code::Correlate,
        format!("`{name}` has no distribution that could be correlated"),
    )
    .at(span, "not random")
    .help("give it a distribution, `normal(5%, 2%)`, or name another parameter")
}

fn impossible(span: Option<Span>, a: &str, b: &str, (low, high): (f64, f64)) -> Diagnostic {
    let shown = |name: &str| name.split('#').next().unwrap_or(name).to_owned();
    let (a, b) = (shown(a), shown(b));
    let message = format!("`{a}` and `{b}` cannot be correlated like this beside the others");
    let normal = (low.clamp(-1.0, 1.0), high.clamp(-1.0, 1.0));
    let rank = |r| crate::engine::numbers::dependence::rank_correlation(r);
    let found = Diagnostic::error(Code::Correlate, message).help(format!(
        "the other correlations leave {:.3} to {:.3} for this pair",
        rank(normal.0),
        rank(normal.1)
    ));
    match span {
        Some(span) => found.at(span, "cannot hold"),
        None => found,
    }
}
