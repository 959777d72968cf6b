//! The nearest known name to a misspelt one.

/// Longer names are not compared.
const LONGEST: usize = 64;
/// As many pairs of letters are compared for all the mistakes of one text: each mistake has its
/// proposal in any script that a person wrote, and a text of mistakes alone is done soon.
pub const MOST_COMPARED: usize = 5_000_000;

/// The name of `known` nearest to `name`, if one is near enough to be what was meant: a third of its
/// letters may differ, the case does not count, and a name that contains the word counts as near.
/// Ties go to the first in alphabetical order.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within(name, known, &mut MOST_COMPARED.clone())
}

/// As [`nearest`], while there are pairs of letters `left` to compare.
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
    for candidate in known {
        // What each comparison costs at least.
        *left = left.saturating_sub(4);
        if *left == 0 {
            break;
        }
        let count = candidate.chars().count();
        if count > LONGEST || candidate == name {
            continue;
        }
        let lower = candidate.to_lowercase();
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
    best.map(|(_, candidate)| candidate)
}

/// Which letters a name has, as bits; all but the 32 most common characters share bits.
fn letters(name: &str) -> u32 {
    name.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % 32))
}

/// As many edits are needed at least: one puts in a letter, takes out another, or both.
fn differ(a: u32, b: u32) -> usize {
    (a & !b).count_ones().max((b & !a).count_ones()) as usize
}

#[cfg(test)]
mod tests {
    use super::{nearest, nearest_within};
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
    fn looks_no_longer_than_it_may() {
        let names: Vec<String> = (0..10_000).map(|n| format!("name_{n}")).collect();
        let known = || names.iter().map(String::as_str);
        let mut left = 1_000;
        assert_eq!(nearest_within("nmae_1", known(), &mut left), Some("name_1"));
        assert_eq!((left, nearest_within("name_x", known(), &mut left)), (0, None));
    }

    proptest! {
        /// What is passed over without being compared could not have been near.
        #[test]
        fn no_near_name_is_passed_over(a in "[a-h_]{1,9}", b in "[a-h_]{1,9}") {
            let limit = (a.len() / 3).max(1);
            let near = a.len() > 1 && strsim::osa_distance(&a, &b) <= limit;
            prop_assert!(!near || a == b || nearest(&a, [b.as_str()]).is_some());
        }
    }
}
