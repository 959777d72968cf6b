//! The nearest known name to a misspelt one.

/// The name of `known` nearest to `name`, if one is near enough to be what was meant: a third of its
/// letters may differ, the case does not count, and a name that contains the word counts as near.
/// Ties go to the first in alphabetical order.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 64;
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let limit = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        if candidate.chars().count() > LONGEST || candidate == name {
            continue;
        }
        let lower = candidate.to_lowercase();
        let distance = if lower == wanted {
            0
        } else if length >= 3 && (lower.starts_with(&wanted) || wanted.starts_with(&lower)) {
            limit
        } else {
            strsim::osa_distance(&wanted, &lower)
        };
        let near = distance <= limit && (length > 1 || distance == 0);
        if near && best.is_none_or(|found| (distance, candidate) < found) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant_and_nothing_else() {
        let sectors = ["machinery", "vehicles", "metals", "fuels"];
        assert_eq!(nearest("machinary", sectors), Some("machinery"));
        assert_eq!(nearest("Vehicles", sectors), Some("vehicles"));
        assert_eq!(nearest("metal", sectors), Some("metals"));
        assert_eq!(nearest("textiles", sectors), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
