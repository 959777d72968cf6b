//! The sets of a script, their elements, and the sets of the indices of its quantities.
//!
//! In: the lines of the script. Out: names; nothing is parsed.

use crate::syntax::mend::context::Context;

/// Quantities of the trade library that scripts read most, each with the sets of its indices.
const LIBRARY: [(&str, &[&str]); 7] = [
    ("imports", &["partner", "sector"]),
    ("exports", &["partner", "sector"]),
    ("balance", &["partner"]),
    ("services", &["partner"]),
    ("customs_revenue", &["partner"]),
    ("home_output", &["sector"]),
    ("jobs", &["sector"]),
];

impl<'a> Context<'a> {
    /// Returns the elements of a set that the script lists.
    pub(super) fn elements(self, set: &str) -> Vec<&'a str> {
        let list = self.lines("set").find_map(|line| {
            let (name, list) = line.split_once('=')?;
            (name.trim() == set && !list.contains(" without ")).then_some(list)
        });
        let list = list.unwrap_or_default().split('#').next().unwrap_or_default();
        list.split(',').map(str::trim).filter(|element| !element.is_empty()).collect()
    }

    /// Returns the set that lists an element.
    pub(super) fn set_with(self, element: &str) -> Option<&'a str> {
        let names = self.lines("set").filter_map(|line| Some(line.split_once('=')?.0.trim()));
        names.into_iter().find(|name| self.elements(name).contains(&element))
    }

    /// Returns the sets of the indices with which the script declares a quantity; `None` for an unknown quantity.
    pub(super) fn axes(self, name: &str) -> Option<Vec<&'a str>> {
        let library = LIBRARY.iter().find(|(own, _)| *own == name && self.uses_library());
        let declared = self.quantity_head(name).filter(|_| !name.is_empty());
        if let (None, Some((_, axes))) = (declared, library) {
            return axes.iter().all(|set| self.has_set(set)).then(|| axes.to_vec());
        }
        let head = declared?;
        let Some(rest) = head.get(name.len()..)?.trim_start().strip_prefix('[') else {
            return Some(Vec::new());
        };
        let (inside, _) = rest.split_once(']')?;
        Some(
            inside
                .split(',')
                .map(|axis| axis.rsplit(':').next().unwrap_or_default().trim())
                .collect(),
        )
    }

    /// Returns the numbers of a parameter that is given as a list without years: `param w = [0.5, 0.3]`.
    pub(super) fn list_of(self, name: &str) -> Option<Vec<&'a str>> {
        let list = self.lines("param").find_map(|line| {
            let (head, value) = line.split_once('=')?;
            (head.split([':', '[']).next()?.trim() == name).then(|| value.trim())
        })?;
        let inside = list.strip_prefix(['[', '{', '('])?.split([']', '}', ')']).next()?;
        let values: Vec<&str> = inside.split(',').map(str::trim).collect();
        values
            .iter()
            .all(|value| value.trim_end_matches('%').parse::<f64>().is_ok())
            .then_some(values)
    }

    /// True if the script declares a set of this name.
    pub(super) fn has_set(self, name: &str) -> bool {
        self.lines("set")
            .any(|line| line.split_once('=').is_some_and(|(set, _)| set.trim() == name))
    }

    /// Returns the elements of a set, also of one that is named by what it leaves out: `partner without China`.
    pub(super) fn members(self, set: &str) -> Vec<&'a str> {
        let own = self.elements(set);
        if !own.is_empty() {
            return own;
        }
        let list = self
            .lines("set")
            .filter_map(|line| line.split_once('='))
            .find(|(name, _)| name.trim() == set);
        let Some((whole, without)) = list.and_then(|(_, list)| list.split_once(" without ")) else {
            return Vec::new();
        };
        let without = without.split('#').next().unwrap_or_default();
        let out: Vec<&str> = without.split(',').map(str::trim).collect();
        self.elements(whole.trim()).into_iter().filter(|element| !out.contains(element)).collect()
    }

    /// Returns the set of this name, whose capital letters may differ: `COM` for `com`.
    pub(super) fn set_named(self, name: &str) -> Option<&'a str> {
        let lower = name.to_lowercase();
        self.lines("set")
            .filter_map(|line| Some(line.split_once('=')?.0.trim()))
            .find(|set| set.to_lowercase() == lower)
    }

    /// Returns the name of the first set of the script.
    pub(super) fn first_set(self) -> Option<&'a str> {
        self.lines("set").find_map(|line| Some(line.split_once('=')?.0.trim()))
    }

    /// Returns the set that an index letter probably means: the one of this name, or the only one that begins with it.
    pub(super) fn set_of(self, index: &str) -> Option<&'a str> {
        let names = || self.lines("set").filter_map(|line| Some(line.split_once('=')?.0.trim()));
        let same = names().find(|name| *name == index);
        let mut begins = names().filter(|name| name.starts_with(index));
        same.or_else(|| begins.next().filter(|_| begins.next().is_none()))
    }
}
