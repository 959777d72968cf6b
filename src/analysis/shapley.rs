//! The contribution of each change to a difference: exact Shapley values, and Owen values of changes that
//! belong to one part.

use std::collections::BTreeSet;

use crate::methods::orders::Marginal;

/// Maximum number of changes whose contributions are exact; 12 changes take 2^12 runs.
pub(super) const MOST_EXACT: usize = 12;

/// Players of a game and the unions that they form. A set of players is a number with a bit for each player.
#[derive(Debug, Clone)]
pub(super) struct Unions {
    /// The players of each union; every player is in exactly one union.
    unions: Vec<Vec<usize>>,
    /// The coalitions whose worth decides the values, in rising order.
    coalitions: Vec<usize>,
}

impl Unions {
    /// Makes the coalitions that the values of unions need: whole unions, with some players of one more union.
    pub(super) fn new(unions: Vec<Vec<usize>>) -> Self {
        let mut coalitions = BTreeSet::new();
        for own in 0..unions.len() {
            let inside =
                subsets(&unions[own].iter().map(|&player| 1 << player).collect::<Vec<_>>());
            for whole in others(&unions, own) {
                coalitions.extend(inside.iter().map(|some| whole | some));
            }
        }
        Self { unions, coalitions: coalitions.into_iter().collect() }
    }

    /// Returns the coalitions whose worth decides the values, in rising order; the first has no player.
    pub(super) fn coalitions(&self) -> &[usize] {
        &self.coalitions
    }

    /// Computes the Owen value of each player of each union from the worth of [`Unions::coalitions`] (Owen
    /// 1977): the mean of what the player adds, over all orders in which the players of a union follow each
    /// other. For unions of one player it is the Shapley value (Shapley 1953). The values add up to the worth
    /// of all players minus that of none.
    pub(super) fn values(&self, worth: &[f64]) -> Vec<Vec<f64>> {
        let at = |place: usize| worth.get(place).copied().unwrap_or(f64::NAN);
        let value = |own: usize, player: usize| {
            let mut sum = 0.0;
            for step in self.steps(own, player) {
                sum += step.weight * (at(step.with) - at(step.without));
            }
            sum
        };
        let of_union = |(own, players): (usize, &Vec<usize>)| {
            players.iter().map(|&player| value(own, player)).collect()
        };
        self.unions.iter().enumerate().map(of_union).collect()
    }

    /// Returns the steps whose sum is the Owen value of a player in the union `own`.
    pub(super) fn steps(&self, own: usize, player: usize) -> Vec<Marginal> {
        let place = |coalition: usize| self.coalitions.binary_search(&coalition).ok();
        let rest = self.unions[own].iter().filter(|&&other| other != player);
        let inside = subsets(&rest.map(|&other| 1 << other).collect::<Vec<_>>());
        let mut steps = Vec::new();
        for (before, whole) in others(&self.unions, own).into_iter().enumerate() {
            let outer = share(before.count_ones() as usize, self.unions.len());
            for some in &inside {
                let inner = share(some.count_ones() as usize, self.unions[own].len());
                let without = whole | some;
                if let (Some(with), Some(without)) = (place(without | 1 << player), place(without))
                {
                    steps.push(Marginal { weight: outer * inner, with, without });
                }
            }
        }
        steps
    }
}

/// Computes the Shapley value of each player from the worth of every coalition; in the index of a coalition, each
/// player has a bit.
pub(super) fn shapley(worth: &[f64]) -> Vec<f64> {
    let players = worth.len().ilog2() as usize;
    let alone = Unions::new((0..players).map(|player| vec![player]).collect());
    alone.values(worth).into_iter().flatten().collect()
}

/// Returns the players of every subset of the unions, without the union `own`; in the position of a subset, bit `n` is
/// 1 if the subset contains the n-th remaining union.
fn others(unions: &[Vec<usize>], own: usize) -> Vec<usize> {
    let whole = |players: &Vec<usize>| players.iter().map(|&player| 1_usize << player).sum();
    let others = unions.iter().enumerate().filter(|(n, _)| *n != own);
    subsets(&others.map(|(_, players)| whole(players)).collect::<Vec<usize>>())
}

/// Returns the sums of all subsets of `numbers`; in the position of a subset, bit `n` is 1 if it contains the n-th
/// number.
fn subsets(numbers: &[usize]) -> Vec<usize> {
    let mut sums = vec![0];
    for number in numbers {
        sums.extend(sums.clone().iter().map(|sum| sum + number));
    }
    sums
}

/// Returns the share of the orders of `n` players in which exactly `before` given players precede a given player.
fn share(before: usize, n: usize) -> f64 {
    let factorial = |k: usize| (1..=k).map(|i| i as f64).product::<f64>();
    factorial(before) * factorial(n - before - 1) / factorial(n)
}

#[cfg(test)]
mod tests {
    use super::Unions;

    /// Worth of a coalition in the glove game: players 0 and 1 have a left glove, player 2 a right one; a pair is worth
    /// 1.
    fn glove(coalition: usize) -> f64 {
        f64::from(u8::from(coalition & 0b100 != 0 && coalition & 0b011 != 0))
    }

    fn values(unions: &[&[usize]], worth: impl Fn(usize) -> f64) -> Vec<f64> {
        let unions = Unions::new(unions.iter().map(|players| players.to_vec()).collect());
        let worth: Vec<f64> =
            unions.coalitions().iter().map(|&coalition| worth(coalition)).collect();
        unions.values(&worth).into_iter().flatten().collect()
    }

    fn assert_close(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-12, "{found} {wanted}");
        }
    }

    #[test]
    fn the_glove_game_has_its_published_values() {
        assert_close(&values(&[&[0], &[1], &[2]], glove), &[1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0]);
    }

    /// Worked out by hand: the union of a left and the right glove wins alone. Of the eight pairs of orders,
    /// the left glove completes the pair in two and the right glove in six.
    #[test]
    fn a_union_in_the_glove_game_takes_all() {
        assert_close(&values(&[&[0, 2], &[1]], glove), &[0.25, 0.75, 0.0]);
        // Unions of everyone or of nobody else lead to the Shapley value.
        assert_close(&values(&[&[0, 1, 2]], glove), &[1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0]);
    }

    #[test]
    fn few_coalitions_are_needed_where_players_form_unions() {
        let unions = Unions::new(vec![vec![0, 1, 2], vec![3, 4, 5]]);
        assert_eq!(unions.coalitions().len(), 2 * 2 * 8 - 4);
    }
}
