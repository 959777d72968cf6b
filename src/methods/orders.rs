//! Shapley and Owen values of many players by sampled orders.
//!
//! L. S. Shapley, "A value for n-person games", 1953: a player's value is the mean, over all orders of the
//! players, of what the player adds to the worth of those before. G. Owen, "Values of games with a priori
//! unions", 1977: the same over the orders in which the players of a union follow each other.

use std::collections::BTreeMap;

use crate::engine::numbers::random::{Stream, key};
use crate::engine::numbers::summary::Moments;

/// A player's value, estimated from sampled orders.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShapleyValue {
    /// Estimated Shapley value: the mean of the player's marginal contributions.
    pub value: f64,
    /// Standard error of the value.
    pub standard_error: f64,
}

/// A weighted marginal contribution of a player: the worth of coalition `with` minus that of `without`, times `weight`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Marginal {
    /// The share of the orders in which the player joins this coalition.
    pub weight: f64,
    /// Index of the coalition with the player.
    pub with: usize,
    /// Index of the coalition without the player.
    pub without: usize,
}

/// Random orders of players, and the coalitions whose worth they need.
///
/// J. Castro, D. Gomez, J. Tejada, "Polynomial calculation of the Shapley value based on sampling", Comput.
/// Oper. Res. 36 (2009), 1726-1730. Each order is followed by its reverse, which lowers the noise
/// (R. Mitchell et al., "Sampling permutations for Shapley value estimation", JMLR 23 (2022)).
#[derive(Debug, Clone)]
pub struct SampledOrders {
    /// The sampled orders; each order is followed by its reverse.
    orders: Vec<Vec<usize>>,
    /// For each order, the indices of its growing coalitions, from no player to all players.
    growing: Vec<Vec<usize>>,
    coalitions: Vec<Vec<bool>>,
}

impl SampledOrders {
    /// Samples `pairs` orders and their reverses. The players of a union follow each other; each player is in
    /// one union.
    pub fn new(unions: &[Vec<usize>], pairs: usize, seed: u64) -> Self {
        let players = unions.iter().map(Vec::len).sum();
        let both_ways = |number: u64| {
            let order = order(unions, players, seed, number);
            let reverse = order.iter().rev().copied().collect();
            [order, reverse]
        };
        let orders: Vec<Vec<usize>> = (0..pairs as u64).flat_map(both_ways).collect();
        let mut known: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
        for coalition in orders.iter().flat_map(|order| growing(players, order)) {
            known.entry(coalition).or_insert(0);
        }
        known.values_mut().enumerate().for_each(|(index, place)| *place = index);
        let indices = |order: &Vec<usize>| {
            growing(players, order).filter_map(|coalition| known.get(&coalition).copied()).collect()
        };
        let growing = orders.iter().map(indices).collect();
        Self { orders, growing, coalitions: known.into_keys().collect() }
    }

    /// Returns the number of orders, including reverses.
    pub fn count(&self) -> usize {
        self.orders.len()
    }

    /// Returns the coalitions whose worth decides the values, without duplicates: true for each player that takes part.
    /// The first has no player, the last has all.
    pub fn coalitions(&self) -> &[Vec<bool>] {
        &self.coalitions
    }

    /// Returns the marginal contributions of a player in all orders, equal ones joined; the value is their sum.
    pub fn steps(&self, player: usize) -> Vec<Marginal> {
        let mut counts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (order, indices) in self.orders.iter().zip(&self.growing) {
            for ((&one, &without), &with) in order.iter().zip(indices).zip(&indices[1..]) {
                if one == player {
                    *counts.entry((with, without)).or_insert(0) += 1;
                }
            }
        }
        let share = |count: usize| count as f64 / self.count() as f64;
        let steps = counts.into_iter();
        steps.map(|((with, without), n)| Marginal { weight: share(n), with, without }).collect()
    }

    /// Estimates the sum of the values of some players, from the worth of [`SampledOrders::coalitions`]. The values
    /// of all players add up to the worth of all players minus the worth of no player. The error is the standard
    /// error of the mean over the pairs of orders.
    pub fn value(&self, players: &[usize], worth: &[f64]) -> ShapleyValue {
        let at = |index: usize| worth.get(index).copied().unwrap_or(f64::NAN);
        let of_pair = |(ways, indices): (&[Vec<usize>], &[Vec<usize>])| {
            let mut sum = 0.0;
            for (order, indices) in ways.iter().zip(indices) {
                for ((player, &without), &with) in order.iter().zip(indices).zip(&indices[1..]) {
                    if players.contains(player) {
                        sum += at(with) - at(without);
                    }
                }
            }
            sum / ways.len() as f64
        };
        let pairs = self.orders.chunks(2).zip(self.growing.chunks(2));
        let moments = Moments::of(&pairs.map(of_pair).collect::<Vec<f64>>());
        ShapleyValue { value: moments.mean, standard_error: moments.standard_error() }
    }
}

/// Makes a random order of the unions, and of the players in each union.
fn order(unions: &[Vec<usize>], players: usize, seed: u64, number: u64) -> Vec<usize> {
    let stream = Stream::new(seed, key("shapley orders"), number);
    let mut all: Vec<usize> = (0..unions.len()).collect();
    // Bits behind those of the players.
    all.sort_by_key(|&union| stream.bits((players + union) as u64));
    let mut order = Vec::with_capacity(players);
    for union in all {
        let mut own = unions[union].clone();
        own.sort_by_key(|&player| stream.bits(player as u64));
        order.extend(own);
    }
    order
}

/// Returns the coalitions of the first 0, 1, 2, ... players of an order.
fn growing(players: usize, order: &[usize]) -> impl Iterator<Item = Vec<bool>> {
    let mut coalition = vec![false; players];
    let none = coalition.clone();
    std::iter::once(none).chain(order.iter().map(move |&player| {
        coalition[player] = true;
        coalition.clone()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(players: usize) -> Vec<Vec<usize>> {
        (0..players).map(|player| vec![player]).collect()
    }

    fn values(orders: &SampledOrders, worth: impl Fn(&[bool]) -> f64) -> Vec<ShapleyValue> {
        let worth: Vec<f64> = orders.coalitions().iter().map(|members| worth(members)).collect();
        let players = orders.coalitions()[0].len();
        let found: Vec<ShapleyValue> =
            (0..players).map(|one| orders.value(&[one], &worth)).collect();
        for (player, value) in found.iter().enumerate() {
            let steps = orders.steps(player);
            let sum: f64 =
                steps.iter().map(|s| s.weight * (worth[s.with] - worth[s.without])).sum();
            assert!((sum - value.value).abs() < 1e-9 * (1.0 + sum.abs()), "{player}");
        }
        let whole = worth.last().unwrap_or(&0.0) - worth[0];
        let sum: f64 = found.iter().map(|value| value.value).sum();
        assert!((sum - whole).abs() < 1e-9 * (1.0 + whole.abs()), "{sum} {whole}");
        found
    }

    fn near(found: &[ShapleyValue], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        for (found, wanted) in found.iter().zip(wanted) {
            let off = (found.value - wanted).abs();
            assert!(off < 4.0 * found.standard_error + 1e-9, "{found:?} for {wanted}");
        }
    }

    /// The airport game: a runway for all costs as much as the largest plane needs; each stretch is
    /// paid in equal parts by those that need it (S. C. Littlechild and G. Owen, 1973).
    #[test]
    fn the_airport_game_is_paid_in_equal_parts() {
        const N: usize = 15;
        let orders = SampledOrders::new(&alone(N), 400, 7);
        let found = values(&orders, |members| {
            (0..N).filter(|&n| members[n]).map(|n| (n + 1) as f64).fold(0.0, f64::max)
        });
        let paid = (0..N).scan(0.0, |paid, n| {
            *paid += 1.0 / (N - n) as f64;
            Some(*paid)
        });
        near(&found, &paid.collect::<Vec<_>>());
        assert!(found.iter().all(|value| value.standard_error < 0.2));
    }

    #[test]
    fn the_values_of_a_sum_have_no_error() {
        let orders = SampledOrders::new(&alone(40), 10, 1);
        let found = values(&orders, |members| {
            members.iter().enumerate().map(|(n, &m)| if m { (n * n) as f64 } else { 0.0 }).sum()
        });
        for (n, value) in found.iter().enumerate() {
            assert!((value.value - (n * n) as f64).abs() < 1e-9 && value.standard_error < 1e-9);
        }
    }

    /// The value of a product follows from its multilinear extension (G. Owen, 1972): for factors x_j it is the
    /// integral over t from 0 to 1 of (x_i - 1) times the product of 1 + t (x_j - 1) over the other j. Here by
    /// coefficients of the polynomial in t.
    #[test]
    fn the_values_of_a_product_are_those_of_its_multilinear_extension() {
        const N: usize = 20;
        let factors: Vec<f64> = (0..N).map(|n| 0.9 + 0.02 * n as f64).collect();
        let orders = SampledOrders::new(&alone(N), 200, 3);
        let found =
            values(&orders, |members| (0..N).filter(|&n| members[n]).map(|n| factors[n]).product());
        let exact = |own: usize| {
            let mut polynomial = vec![1.0];
            for factor in (0..N).filter(|&n| n != own).map(|n| factors[n] - 1.0) {
                let mut next = polynomial.clone();
                next.push(0.0);
                for (power, coefficient) in polynomial.iter().enumerate() {
                    next[power + 1] += coefficient * factor;
                }
                polynomial = next;
            }
            let integral = polynomial.iter().enumerate().map(|(k, c)| c / (k as f64 + 1.0));
            (factors[own] - 1.0) * integral.sum::<f64>()
        };
        near(&found, &(0..N).map(exact).collect::<Vec<_>>());
    }

    /// Two left gloves (players 0 and 1) and one right glove: with a union of the left glove 0 and the right one,
    /// the Owen values are 1/4, 0 and 3/4.
    #[test]
    fn players_of_a_union_follow_each_other() {
        let orders = SampledOrders::new(&[vec![0, 2], vec![1]], 2_000, 5);
        let found = values(&orders, |members| {
            f64::from(u8::from(members[2] && (members[0] || members[1])))
        });
        near(&found, &[0.25, 0.0, 0.75]);
    }

    #[test]
    fn each_coalition_is_there_once() {
        let orders = SampledOrders::new(&alone(4), 50, 1);
        assert_eq!(orders.coalitions().len(), 16);
        assert_eq!((orders.count(), orders.coalitions()[0].contains(&true)), (100, false));
    }
}
