//! Scenario discovery by boxes: limits on few inputs within which most cases of interest lie.
//!
//! J. H. Friedman and N. I. Fisher, "Bump hunting in high-dimensional data", Statistics and Computing 9 (1999),
//! 123-143 (PRIM): a box loses a small share of its cases at a time, on the side that leaves the
//! highest share of interest ("peeling"), and afterwards grows again as long as that helps ("pasting").
//! For policy: B. P. Bryant and R. J. Lempert, "Thinking inside the box", Technol. Forecast. Soc. Change 77
//! (2010), 34-49, with coverage, density and quasi-p values.
//!
//! Inputs are columns of numbers, preferably the uniform numbers from which the inputs were drawn. Inputs
//! with few different values lose one value at a time.

use ndarray::ArrayView2;

use super::binomial::at_least;

/// The usual share of cases that a peel removes.
pub const PEEL: f64 = 0.05;
/// Maximum quasi-p value of a limit that a box retains.
pub const SIGNIFICANT: f64 = 0.05;

/// A limit of a box on one input; the limit is included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// Index of the input.
    pub input: usize,
    /// True for an upper limit, false for a lower one.
    pub upper: bool,
    /// Value of the limit.
    pub at: f64,
    /// The quasi-p value: the probability that a random choice of as many cases, from the box without this
    /// limit, has at least as many cases of interest.
    pub quasi_p: f64,
}

/// A box, and how well it describes the cases of interest.
#[derive(Debug, Clone, PartialEq)]
pub struct InputBox {
    /// Limits of the box in the order of the inputs; the lower limit of an input comes first.
    pub limits: Vec<Limit>,
    /// Share of the cases of interest that the box contains.
    pub coverage: f64,
    /// Share of the cases in the box that are of interest.
    pub density: f64,
    /// Share of all cases that the box contains.
    pub mass: f64,
}

impl InputBox {
    /// Returns the number of inputs that the box limits.
    pub fn limited_inputs(&self) -> usize {
        let mut inputs: Vec<usize> = self.limits.iter().map(|limit| limit.input).collect();
        inputs.dedup();
        inputs.len()
    }

    /// Returns the harmonic mean of coverage and density (C. J. van Rijsbergen, "Information Retrieval",
    /// 1979).
    fn balance(&self) -> f64 {
        let sum = self.coverage + self.density;
        if sum > 0.0 { 2.0 * self.coverage * self.density / sum } else { 0.0 }
    }
}

/// Result of scenario discovery: the boxes of the trade-off curve, and the recommended box.
#[derive(Debug, Clone, PartialEq)]
pub struct Peeling {
    /// The boxes on the trade-off curve, by falling coverage: no other box has both more coverage and more
    /// density.
    pub trade_off: Vec<InputBox>,
    /// The box with the best balance of coverage and density, without limits that are not significant.
    pub recommended: InputBox,
}

/// Searches for a box. `inputs` has a row for each case; `interest` says which cases are of interest.
/// `peel` is the share of the box's cases that a step takes, and `least` the smallest share of all
/// cases that a box may hold. None if no case is of interest, or all are. `goes_on` is asked often; once it
/// answers false the search ends early, and its result is of no use.
pub fn prim(
    inputs: ArrayView2<'_, f64>,
    interest: &[bool],
    peel: f64,
    least: f64,
    goes_on: &dyn Fn() -> bool,
) -> Option<Peeling> {
    let of_interest = interest.iter().filter(|&&interest| interest).count();
    if of_interest == 0 || of_interest == interest.len() || inputs.nrows() != interest.len() {
        return None;
    }
    let data = Data { inputs, interest, of_interest, goes_on };
    let mut boxes = vec![Peel::whole(inputs.ncols())];
    let fewest = (least * interest.len() as f64).ceil().max(1.0) as usize;
    let mut cases: Vec<usize> = (0..interest.len()).collect();
    while let Some((next, inside)) = data.peeled(boxes.last()?, &cases, peel, fewest) {
        boxes.push(next);
        cases = inside;
    }
    for region in boxes.iter_mut().skip(1) {
        *region = data.pasted(region.clone(), peel);
    }
    let scenarios: Vec<InputBox> = boxes.iter().map(|region| data.scenario(region)).collect();
    let best = (0..boxes.len())
        .reduce(|a, b| if scenarios[b].balance() > scenarios[a].balance() { b } else { a })?;
    let recommended = data.scenario(&data.significant(boxes[best].clone()));
    Some(Peeling { trade_off: undominated(scenarios), recommended })
}

/// Returns the scenarios to which no other is superior in both coverage and density, by falling coverage.
fn undominated(mut scenarios: Vec<InputBox>) -> Vec<InputBox> {
    scenarios
        .sort_by(|a, b| b.coverage.total_cmp(&a.coverage).then(b.density.total_cmp(&a.density)));
    let mut densest = f64::NEG_INFINITY;
    scenarios.retain(|scenario| {
        let better = scenario.density > densest;
        densest = densest.max(scenario.density);
        better
    });
    scenarios
}

/// Limits of a box during the search, for each input; infinite for no limit.
#[derive(Debug, Clone, PartialEq)]
struct Peel {
    limits: Vec<(f64, f64)>,
}

impl Peel {
    fn whole(inputs: usize) -> Self {
        Self { limits: vec![(f64::NEG_INFINITY, f64::INFINITY); inputs] }
    }

    /// Returns the box with one limit changed.
    fn with(&self, input: usize, upper: bool, at: f64) -> Self {
        let mut region = self.clone();
        let limit = &mut region.limits[input];
        *(if upper { &mut limit.1 } else { &mut limit.0 }) = at;
        region
    }
}

/// The cases, sorted by the limits that exclude them.
struct Sorted {
    /// Cases that satisfy all limits.
    inside: Vec<usize>,
    /// For each limit, the cases that only this limit excludes.
    beyond: Vec<((usize, bool), Vec<usize>)>,
}

struct Data<'a> {
    inputs: ArrayView2<'a, f64>,
    interest: &'a [bool],
    of_interest: usize,
    goes_on: &'a dyn Fn() -> bool,
}

impl Data<'_> {
    /// Sorts the cases in one pass, so that removing a limit adds the cases that this limit alone excludes.
    fn sorted(&self, region: &Peel) -> Sorted {
        let limits = limits(region);
        let mut sorted = Sorted {
            inside: Vec::new(),
            beyond: limits.iter().map(|&limit| (limit, Vec::new())).collect(),
        };
        for case in 0..self.interest.len() {
            let outside = |&(input, upper): &(usize, bool)| {
                let (x, (low, high)) = (self.inputs[[case, input]], region.limits[input]);
                if upper { x > high } else { x < low }
            };
            let mut violated = (0..limits.len()).filter(|&n| outside(&limits[n]));
            match (violated.next(), violated.next()) {
                (None, _) => sorted.inside.push(case),
                (Some(only), None) => sorted.beyond[only].1.push(case),
                (Some(_), Some(_)) => {}
            }
        }
        sorted
    }

    fn hits(&self, cases: &[usize]) -> usize {
        cases.iter().filter(|&&n| self.interest[n]).count()
    }

    /// Returns the box after the best peel, with its cases; None if every possible peel leaves too few cases.
    fn peeled(
        &self,
        region: &Peel,
        cases: &[usize],
        peel: f64,
        fewest: usize,
    ) -> Option<(Peel, Vec<usize>)> {
        let mut best: Option<((f64, usize), Peel, Vec<usize>)> = None;
        for input in 0..self.inputs.ncols() {
            if !(self.goes_on)() {
                return None;
            }
            let mut values: Vec<f64> = cases.iter().map(|&n| self.inputs[[n, input]]).collect();
            values.sort_by(f64::total_cmp);
            for upper in [false, true] {
                let Some(at) = limit_after_peel(&values, peel, upper) else { continue };
                let next = region.with(input, upper, at);
                let keeps = |n: &usize| {
                    let x = self.inputs[[*n, input]];
                    if upper { x <= at } else { x >= at }
                };
                let inside: Vec<usize> = cases.iter().copied().filter(keeps).collect();
                if inside.len() < fewest {
                    continue;
                }
                // Among peels with equal density, the one with more remaining cases is better.
                let rank = (self.hits(&inside) as f64 / inside.len() as f64, inside.len());
                if best.as_ref().is_none_or(|(least, ..)| rank > *least) {
                    best = Some((rank, next, inside));
                }
            }
        }
        best.map(|(_, region, cases)| (region, cases))
    }

    /// Grows a box as long as its density does not fall: each limit is moved outwards past the nearest
    /// cases outside, a share of the box's cases at a time, the best first.
    fn pasted(&self, mut region: Peel, peel: f64) -> Peel {
        while (self.goes_on)() {
            let Sorted { inside, beyond } = self.sorted(&region);
            let (hits, count) = (self.hits(&inside), inside.len());
            let amount = ((peel * count as f64) as usize).max(1);
            let mut best: Option<(f64, Peel)> = None;
            for ((input, upper), beyond) in beyond {
                let case = |n: usize| (self.inputs[[n, input]], self.interest[n]);
                let mut beyond: Vec<(f64, bool)> = beyond.into_iter().map(case).collect();
                beyond
                    .sort_by(|a, b| if upper { a.0.total_cmp(&b.0) } else { b.0.total_cmp(&a.0) });
                let Some(&(at, _)) = beyond.get(amount.min(beyond.len()).wrapping_sub(1)) else {
                    continue;
                };
                let taken: Vec<bool> = beyond
                    .iter()
                    .filter(|(x, _)| if upper { *x <= at } else { *x >= at })
                    .map(|case| case.1)
                    .collect();
                let more = taken.iter().filter(|&&interest| interest).count();
                let density = (hits + more) as f64 / (count + taken.len()) as f64;
                let enough = density * count as f64 >= hits as f64 && more > 0;
                if enough && best.as_ref().is_none_or(|(least, _)| density > *least) {
                    best = Some((density, region.with(input, upper, at)));
                }
            }
            match best {
                Some((_, next)) => region = next,
                None => break,
            }
        }
        region
    }

    /// Removes limits that are not significant, the least significant first.
    fn significant(&self, mut region: Peel) -> Peel {
        loop {
            let worst = self
                .scenario(&region)
                .limits
                .into_iter()
                .max_by(|a, b| a.quasi_p.total_cmp(&b.quasi_p))
                .filter(|limit| limit.quasi_p > SIGNIFICANT);
            let Some(limit) = worst else { return region };
            region = region.with(limit.input, limit.upper, outermost(limit.upper));
        }
    }

    fn scenario(&self, region: &Peel) -> InputBox {
        let Sorted { inside, beyond } = self.sorted(region);
        let (hits, count) = (self.hits(&inside), inside.len());
        let limit = |((input, upper), beyond): ((usize, bool), Vec<usize>)| {
            let free = (count + beyond.len()).max(1) as f64;
            let share = (hits + self.hits(&beyond)) as f64 / free;
            let (low, high) = region.limits[input];
            let at = if upper { high } else { low };
            Limit { input, upper, at, quasi_p: at_least(count, hits, share) }
        };
        InputBox {
            limits: beyond.into_iter().map(limit).collect(),
            coverage: hits as f64 / self.of_interest as f64,
            density: hits as f64 / count.max(1) as f64,
            mass: count as f64 / self.interest.len() as f64,
        }
    }
}

fn outermost(upper: bool) -> f64 {
    if upper { f64::INFINITY } else { f64::NEG_INFINITY }
}

/// Returns the finite limits of a box: the input, and true for an upper limit.
fn limits(region: &Peel) -> Vec<(usize, bool)> {
    let sides = region.limits.iter().enumerate().flat_map(|(input, &(low, high))| {
        let both = [(low.is_finite(), false), (high.is_finite(), true)];
        both.map(|(limited, upper)| limited.then_some((input, upper)))
    });
    sides.flatten().collect()
}

/// Returns the limit that cuts off about the share `peel` of sorted values on one side. Cuts off at least one
/// distinct value; None if all values are equal.
fn limit_after_peel(values: &[f64], peel: f64, upper: bool) -> Option<f64> {
    let count = ((peel * values.len() as f64) as usize).max(1);
    if upper {
        let last = *values.get(values.len().checked_sub(count + 1)?)?;
        // Equal values are not separated: values equal to the limit stay in the box, unless nothing would be
        // cut off then.
        let outermost = *values.last()?;
        if last < outermost {
            return Some(last);
        }
        let below = values.partition_point(|&x| x < outermost);
        values.get(below.checked_sub(1)?).copied()
    } else {
        let first = *values.get(count)?;
        let outermost = *values.first()?;
        if first > outermost {
            return Some(first);
        }
        values.get(values.partition_point(|&x| x <= outermost)).copied()
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::super::unit_points::UnitPoints;
    use super::*;

    #[test]
    fn a_box_is_found_with_its_limits() {
        let inputs = UnitPoints::new(4, 1, "test").rows(0, 1000);
        let interest: Vec<bool> =
            inputs.rows().into_iter().map(|x| x[0] < 0.3 && x[2] > 0.6 && x[2] < 0.9).collect();
        let found = prim(inputs.view(), &interest, PEEL, 0.01, &|| true).expect("a box");
        let best = &found.recommended;
        let sides: Vec<(usize, bool)> = best.limits.iter().map(|l| (l.input, l.upper)).collect();
        assert_eq!(sides, [(0, true), (2, false), (2, true)], "{best:?}");
        for (limit, wanted) in best.limits.iter().zip([0.3, 0.6, 0.9]) {
            assert!((limit.at - wanted).abs() < 0.03, "{limit:?} for {wanted}");
            assert!(limit.quasi_p < 1e-6, "{limit:?}");
        }
        assert!(best.coverage > 0.9 && best.density > 0.9, "{best:?}");
        assert_eq!(best.limited_inputs(), 2);
        // Coverage falls and density rises along the curve, which starts with all cases.
        let (first, last) = (&found.trade_off[0], &found.trade_off[found.trade_off.len() - 1]);
        assert!(first.coverage == 1.0 && last.density == 1.0, "{last:?}");
        let pairs = found.trade_off.iter().zip(&found.trade_off[1..]);
        assert!(pairs.into_iter().all(|(a, b)| a.coverage >= b.coverage && a.density < b.density));
    }

    #[test]
    fn inputs_with_few_values_lose_one_at_a_time() {
        let even = UnitPoints::new(3, 2, "test").rows(0, 500);
        let discrete =
            |(_, column): (usize, usize), u: f64| if column == 0 { (4.0 * u).floor() } else { u };
        let inputs = Array2::from_shape_fn(even.dim(), |at| discrete(at, even[at]));
        let interest: Vec<bool> = inputs.rows().into_iter().map(|x| x[0] == 2.0).collect();
        let found = prim(inputs.view(), &interest, PEEL, 0.01, &|| true).expect("a box");
        let best = found.recommended;
        let limits: Vec<(usize, bool, f64)> =
            best.limits.iter().map(|l| (l.input, l.upper, l.at)).collect();
        assert_eq!(limits, [(0, false, 2.0), (0, true, 2.0)]);
        assert_eq!((best.coverage, best.density), (1.0, 1.0));
    }

    /// Ten cases in a row, the last four of interest: the limit 6 leaves 4 of 4; without it they are 4 of
    /// 10, and four random cases are all of interest with a probability of 0.4^4.
    #[test]
    fn quasi_p_by_hand() {
        let inputs = Array2::from_shape_fn((10, 1), |(row, _)| row as f64);
        let interest: Vec<bool> = (0..10).map(|n| n >= 6).collect();
        let found = prim(inputs.view(), &interest, 0.1, 0.1, &|| true).expect("a box");
        let [limit] = &found.recommended.limits[..] else { panic!("{found:?}") };
        assert_eq!((limit.at, limit.upper, found.recommended.mass), (6.0, false, 0.4));
        assert!((limit.quasi_p - 0.0256).abs() < 1e-12, "{limit:?}");
    }

    #[test]
    fn chance_alone_leaves_no_limits_and_nothing_to_find_is_none() {
        let inputs = UnitPoints::new(3, 3, "test").rows(0, 500);
        let interest: Vec<bool> = (0..500).map(|n| n % 2 == 0).collect();
        let found = prim(inputs.view(), &interest, PEEL, 0.05, &|| true).expect("boxes");
        assert!(found.recommended.density < 0.75, "{found:?}");
        assert_eq!(prim(inputs.view(), &[true; 500], PEEL, 0.05, &|| true), None);
        assert_eq!(prim(inputs.view(), &[false; 500], PEEL, 0.05, &|| true), None);
        assert_eq!(
            prim(array![[1.0], [1.0]].view(), &[true, false], PEEL, 0.05, &|| true)
                .expect("all")
                .trade_off
                .len(),
            1
        );
    }
}
