//! Groups of correlated random quantities, from the pairs of the script's `correlate` statements.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Recording;
use crate::diagnostic::{Code, Diagnostic};
use crate::engine::numbers::dependence::{Factor, normal_correlation, rank_correlation};
use crate::engine::run::domain::RandomId;
use crate::model::{CorrelatedPair, Model};
use crate::source::Span;

impl Recording {
    /// Correlates random quantities as the script's `correlate` statements say; those that are drawn anew each
    /// year in each year.
    ///
    /// # Errors
    /// The correlations are not positive semidefinite.
    pub fn correlate(&mut self, model: &Model) -> Result<(), Diagnostic> {
        self.inputs.groups.clear();
        let draws = &model.correlated.draws;
        for group in groups(model) {
            let factor = Arc::new(factor(model, &group)?);
            // The pairs of a group are all of one sort.
            let each_year = group.first().is_some_and(|&n| draws[n as usize].each_year);
            let years = if each_year { model.years.0..=model.years.1 } else { 0..=0 };
            for year in years {
                // A quantity that no recorded run draws, as of a lever that no query asks for, becomes known here:
                // the numbers of the others depend on it.
                let part = u64::from(year.unsigned_abs());
                let id = |&n: &u32| RandomId { name: draws[n as usize].name.clone(), part };
                let members = group.iter().map(|n| self.inputs.quantity(id(n))).collect();
                self.inputs.groups.push((members, Arc::clone(&factor)));
            }
        }
        Ok(())
    }
}

/// Returns the groups of connected quantities, each sorted by name and so independent of the order of the script.
fn groups(model: &Model) -> Vec<Vec<u32>> {
    fn root(parents: &mut [u32], mut n: u32) -> u32 {
        while parents[n as usize] != n {
            let above = parents[parents[n as usize] as usize];
            parents[n as usize] = above;
            n = above;
        }
        n
    }
    let draws = &model.correlated.draws;
    let mut parents: Vec<u32> = (0..draws.len() as u32).collect();
    for pair in &model.correlated.pairs {
        let (a, b) = (root(&mut parents, pair.of.0), root(&mut parents, pair.of.1));
        parents[a.max(b) as usize] = a.min(b);
    }
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for n in 0..draws.len() as u32 {
        groups.entry(root(&mut parents, n)).or_default().push(n);
    }
    let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
    groups.iter_mut().for_each(|group| group.sort_unstable_by_key(|&n| &draws[n as usize]));
    groups
}

/// Returns the Cholesky factor of a group's correlations.
fn factor(model: &Model, group: &[u32]) -> Result<Factor, Diagnostic> {
    let places: FxHashMap<u32, usize> = group.iter().enumerate().map(|(n, &of)| (of, n)).collect();
    let mut pairs: FxHashMap<(usize, usize), &CorrelatedPair> = FxHashMap::default();
    for pair in &model.correlated.pairs {
        if let (Some(&a), Some(&b)) = (places.get(&pair.of.0), places.get(&pair.of.1)) {
            pairs.insert((a.max(b), a.min(b)), pair);
        }
    }
    let normal: Vec<f64> =
        model.correlations.iter().map(|one| normal_correlation(one.rank)).collect();
    let correlation = |i, j| pairs.get(&(i, j)).map_or(0.0, |pair| normal[pair.statement as usize]);
    Factor::new(group.len(), correlation).map_err(|found| {
        let (i, j) = found.pair;
        let name = |n: usize| &model.correlated.draws[group[n] as usize].name;
        let pair = pairs.get(&(j, i)).or_else(|| pairs.values().min_by_key(|pair| pair.statement));
        let span = pair.map(|pair| model.correlations[pair.statement as usize].span);
        impossible(span, name(i), name(j), found.possible)
    })
}

fn impossible(span: Option<Span>, a: &str, b: &str, (low, high): (f64, f64)) -> Diagnostic {
    let shown = |name: &str| name.split('#').next().unwrap_or(name).to_owned();
    let (a, b) = (shown(a), shown(b));
    let message = format!(
        "`{a}` and `{b}` cannot have this correlation together with the other correlations"
    );
    let normal = (low.clamp(-1.0, 1.0), high.clamp(-1.0, 1.0));
    let found = Diagnostic::error(Code::Correlate, message).help(format!(
        "the other correlations leave {:.3} to {:.3} for this pair",
        rank_correlation(normal.0),
        rank_correlation(normal.1)
    ));
    match span {
        Some(span) => found.at(span, "cannot hold"),
        None => found,
    }
}
