//! Finds the known name that is nearest to a misspelt one.

/// Maximum number of letters of a name that is compared.
const LONGEST: usize = 64;
/// Budget of letter comparisons for all mistakes of a text: enough for every script that a person wrote, and a bound on
/// the time for hostile input.
pub const MOST_COMPARED: usize = 5_000_000;

/// Returns the name of `known` that is nearest to `name`, if it was probably meant. A third of the letters may
/// differ; case is ignored; a name that begins with the other counts as near. The first in alphabetical order
/// wins a tie.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within(name, known, &mut MOST_COMPARED.clone())
}

/// Finds the nearest name as [`nearest`] does, with a budget: subtracts the compared pairs of letters from `left`.
pub fn nearest_within<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    left: &mut usize,
) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let limit = (length / 3).max(1);
    let letters = letters(&wanted);
    let mut best: Option<(usize, &str)> = None;
    // `balance` for `trade_balance`, where another name differs by several letters.
    let mut ends: Option<&str> = None;
    for candidate in known {
        // Also a candidate that is dismissed at once costs some time.
        *left = left.saturating_sub(4);
        if *left == 0 {
            break;
        }
        let count = candidate.chars().count();
        if count > LONGEST || candidate == name {
            continue;
        }
        let lower = candidate.to_lowercase();
        if count > 3 && wanted.strip_suffix(&lower).is_some_and(|rest| rest.ends_with('_')) {
            ends = Some(candidate);
        }
        let distance = if lower == wanted {
            0
        } else if length >= 3 && (lower.starts_with(&wanted) || wanted.starts_with(&lower)) {
            limit
        } else if differ(letters, self::letters(&lower)) > limit || count.abs_diff(length) > limit {
            continue;
        } else {
            *left = left.saturating_sub(count * length);
            strsim::osa_distance(&wanted, &lower)
        };
        let near = distance <= limit && (length > 1 || distance == 0);
        if near && best.is_none_or(|found| (distance, candidate) < found) {
            best = Some((distance, candidate));
        }
    }
    let far = |distance: usize| distance > 2 && ends.is_some();
    best.and_then(|(distance, candidate)| if far(distance) { ends } else { Some(candidate) })
}

/// Returns the name of `known` that shares most with `name` in words divided by `_`, `-` or `.`: `quota` for
/// `import_quota`, and, unless `whole`, `opens` for `opening`. A name of which all words occur comes first.
pub fn related<'a>(
    name: &str,
    whole: bool,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const LEAST: usize = 4;
    let name = name.to_lowercase();
    let wanted = words(&name);
    let common = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let mut best: Option<((bool, usize), &str)> = None;
    for candidate in known {
        let lower = candidate.to_lowercase();
        let own = words(&lower);
        let within = |a: &[&str], b: &[&str]| a.iter().all(|word| b.contains(word));
        let all = within(&own, &wanted) || within(&wanted, &own);
        let pairs = wanted.iter().flat_map(|a| own.iter().map(move |b| common(a, b)));
        let shared = pairs.filter(|letters| *letters >= LEAST).max().unwrap_or(0);
        let score = (all, shared);
        let fits = all || shared > 0 && !whole;
        if fits && best.is_none_or(|(before, _)| score > before) {
            best = Some((score, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn words(name: &str) -> Vec<&str> {
    name.split(['_', '-', '.']).filter(|word| !word.is_empty()).collect()
}

/// Returns the set of letters of a name as bits; characters with equal code modulo 32 share a bit.
fn letters(name: &str) -> u32 {
    name.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % 32))
}

/// Returns a lower bound of the edit distance of two names from their sets of letters: one edit adds at most one letter
/// and removes at most one.
fn differ(a: u32, b: u32) -> usize {
    (a & !b).count_ones().max((b & !a).count_ones()) as usize
}

#[cfg(test)]
mod tests {
    use super::{nearest, nearest_within, related};
    use proptest::prelude::*;

    #[test]
    fn finds_what_was_meant_and_nothing_else() {
        let sectors = ["machinery", "vehicles", "metals", "fuels"];
        assert_eq!(nearest("machinary", sectors), Some("machinery"));
        assert_eq!(nearest("Vehicles", sectors), Some("vehicles"));
        assert_eq!(nearest("metal", sectors), Some("metals"));
        assert_eq!(nearest("textiles", sectors), None);
        assert_eq!(nearest("x", ["y"]), None);
    }

    #[test]
    fn names_are_related_by_their_words() {
        let kinds = ["imports", "quota", "tariff_rate_quota", "preference"];
        assert_eq!(related("import_quota", true, kinds), Some("quota"));
        let fields = ["opens", "local_content", "foreign_equity", "investment"];
        assert_eq!(related("opening", false, fields), Some("opens"));
        assert_eq!(related("equity", false, fields), Some("foreign_equity"));
        assert_eq!(related("output", false, fields), None);
    }

    #[test]
    fn looks_no_longer_than_it_may() {
        let names: Vec<String> = (0..10_000).map(|n| format!("name_{n}")).collect();
        let known = || names.iter().map(String::as_str);
        let mut left = 1_000;
        assert_eq!(nearest_within("nmae_1", known(), &mut left), Some("name_1"));
        assert_eq!((left, nearest_within("name_x", known(), &mut left)), (0, None));
    }

    proptest! {
        /// A candidate that is near is never dismissed by the lower bound.
        #[test]
        fn no_near_name_is_passed_over(a in "[a-h_]{1,9}", b in "[a-h_]{1,9}") {
            let limit = (a.len() / 3).max(1);
            let near = a.len() > 1 && strsim::osa_distance(&a, &b) <= limit;
            prop_assert!(!near || a == b || nearest(&a, [b.as_str()]).is_some());
        }
    }
}
