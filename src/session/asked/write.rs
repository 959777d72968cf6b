//! The query that was read, in Mizan.
//!
//! In: the parts of a question. Out: its values with their indices, and its clauses in their order.

use super::super::vocabulary::NamedQuantity;
use super::measures::{Measure, negative};
use super::{Part, Reader};

impl<'v, 'a> Reader<'v, 'a> {
    /// Writes the values of the query; also returns the quantity of the first one, and the lines before the query.
    pub(super) fn written(&mut self) -> Option<(Vec<String>, &'v NamedQuantity<'a>, String)> {
        let found = self.quantities()?;
        self.worded |= !self.measures.is_empty();
        self.worded.then_some(())?;
        let &first = found.first()?;
        let (mut values, total) = self.parts_written(&found)?;
        self.add_years(&mut values, first);
        let mut before = String::new();
        let deficit = self.is_deficit(first);
        let extreme = self.measures.iter().any(Measure::is_extreme);
        for value in &mut values {
            if deficit && extreme {
                *value = negative(value);
            }
            let (measured, lines) = self.measured(value, first.money)?;
            *value = if deficit && !extreme { negative(&measured) } else { measured };
            before.push_str(&lines);
        }
        // `why is the balance negative?` asks for the value.
        if !self.sign.is_empty() && self.query != "why" {
            let zero =
                if first.money { format!("0 {}", self.names.currency) } else { "0".to_owned() };
            values = values.iter().map(|value| format!("{value} {} {zero}", self.sign)).collect();
        }
        self.total = total && values.len() == 1;
        Some((values, first, before))
    }

    /// Returns the quantity of each part; a part without elements of its own has those of the next one.
    fn quantities(&mut self) -> Option<Vec<&'v NamedQuantity<'a>>> {
        // `exports and imports with China`
        for n in (1..self.parts.len()).rev().filter(|_| !self.whole) {
            let (before, after) = self.parts.split_at_mut(n);
            let (Some(before), Some(after)) = (before.last_mut(), after.first()) else { continue };
            if before.elements.is_empty() && !before.total {
                before.elements.clone_from(&after.elements);
            }
        }
        // `compare free with high`
        if self.query == "compare" && self.parts.iter().all(|part| part.words.is_empty()) {
            let usual = self.names.usual()?;
            self.last()?.words.push(usual.to_owned());
            self.worded = true;
        }
        let mut found = Vec::new();
        for part in &mut self.parts {
            let growth = |word: &String| matches!(word.as_str(), "growth" | "rate");
            let mut named = self.names.quantity(&part.words);
            let own = self.names.is_name("growth");
            if named.is_none() && part.words.iter().any(growth) && !own {
                part.words.retain(|word| !growth(word));
                named = self.names.quantity(&part.words);
                if !self.measures.contains(&Measure::Growth) {
                    self.measures.push(Measure::Growth);
                    self.sure = true;
                }
            }
            let named = named?;
            self.worded |= part.words.join("_") != named.name;
            found.push(named);
        }
        Some(found)
    }

    /// Writes the parts with their indices, or the quotient of a part and its whole; returns true if a row with the total
    /// is useful.
    fn parts_written(&mut self, found: &[&'v NamedQuantity<'a>]) -> Option<(Vec<String>, bool)> {
        let &first = found.first()?;
        let (mut total, mut values) = (false, Vec::new());
        for (part, named) in self.parts.iter().zip(found) {
            let scalar = part.total
                || self.whole
                || !self.measures.is_empty()
                || self.query != "show"
                || !self.sign.is_empty();
            values.extend(self.values(part, named, scalar, &mut total)?);
        }
        if self.whole {
            let mut values_of = values.into_iter();
            let (part, whole) = (values_of.next()?, values_of.next());
            // The other elements are those of the whole too: `share of food in imports from China`.
            let first_part = self.parts.first()?;
            let elements = match self.part_of {
                0 => Vec::new(),
                count => first_part.elements.get(count..)?.to_vec(),
            };
            let all = Part { total: true, elements, ..Part::default() };
            let whole = whole.or_else(|| self.values(&all, first, true, &mut total)?.pop())?;
            values = vec![format!("{part} / {whole}")];
            if self.share {
                "percent".clone_into(&mut self.unit);
            }
        }
        Some((values, total))
    }

    /// Adds up the years of the total of a quantity without indices: `total gdp from 2025 to 2030`.
    fn add_years(&mut self, values: &mut [String], named: &NamedQuantity<'_>) {
        let total = self.parts.first().is_some_and(|part| part.total && !self.whole);
        if let [value] = values
            && total
            && named.axes.is_empty()
            && self.measures.is_empty()
            && self.spans
            && self.has_range()
        {
            *value = format!("sum(t in {}: {value})", std::mem::take(&mut self.years));
            self.sure = true;
        }
    }

    /// Writes the query.
    pub(super) fn write(&mut self) -> Option<(String, &'v NamedQuantity<'a>)> {
        let (values, first, before) = self.written()?;
        let mut text = format!("{before}{} {}", self.query, values.join(", "));
        let known: Vec<&str> = self.scenarios.iter().map(String::as_str).collect();
        let others: Vec<&str> = known.iter().copied().filter(|name| *name != "baseline").collect();
        let scenarios = match self.query {
            // `why is x lower in free?` asks for a difference.
            "why" if self.moves && others.len() == 1 => {
                format!("{} to baseline", others.join(", "))
            }
            "compare" if others.len() < known.len() => format!("{} to baseline", others.join(", ")),
            "compare" if known.len() == 2 && self.scenarios_apart() => known.join(" to "),
            _ => known.join(", "),
        };
        let total = if self.total { "total" } else { "" };
        let lever = if self.by_lever { "lever" } else { "" };
        for (word, value) in [
            ("for", scenarios.as_str()),
            ("by", lever),
            ("in", &self.years),
            ("in", &self.unit),
            ("digits", &self.digits),
            ("with", total),
        ] {
            if !value.is_empty() {
                text.push_str(&format!(" {word} {value}"));
            }
        }
        Some((text, first))
    }

    /// True if the question is about a deficit and the quantity is a balance. A ratio and a growth rate of both are equal.
    fn is_deficit(&self, named: &NamedQuantity<'_>) -> bool {
        let word = |word: &String| word.to_lowercase().starts_with("deficit");
        let asked = self.parts.first().is_some_and(|part| part.words.iter().any(word));
        let ratio = self.measures.iter().any(|one| matches!(one, Measure::Growth | Measure::Index));
        let relative = self.unit == "percent" && self.measures.contains(&Measure::Change);
        asked && !named.name.contains("deficit") && !ratio && !relative
    }

    /// True for `compare free with high`, which compares the two with each other.
    fn scenarios_apart(&self) -> bool {
        (0..self.line.len()).any(|n| {
            self.line.is(n, &["with", "to", "vs", "versus", "against"])
                && self.scenarios.iter().any(|name| name == self.line.at(n + 1))
        })
    }

    /// Returns a value with its indices, one for each of several elements of a set. A sum is written over the sets of
    /// an amount of money that the question does not name; `total` is set if a row with the total is useful instead.
    fn values(
        &self,
        part: &Part<'a>,
        named: &NamedQuantity<'a>,
        scalar: bool,
        total: &mut bool,
    ) -> Option<Vec<String>> {
        self.by.iter().all(|set| named.axes.contains(set)).then_some(())?;
        let own = |set: &&str| -> Vec<&str> {
            let elements = self.names.elements(set);
            part.elements.iter().copied().filter(|element| elements.contains(element)).collect()
        };
        let known = |element: &&str| {
            named.axes.iter().any(|set| self.names.elements(set).contains(element))
        };
        part.elements.iter().all(known).then_some(())?;
        let open = |set: &&&str| own(set).is_empty() && !self.by.contains(set);
        let left = named.axes.iter().filter(open).count();
        let over: Vec<&str> = named
            .axes
            .iter()
            .copied()
            .filter(|set| own(set).is_empty() && self.by.contains(set))
            .collect();
        let each = self.starred && !self.whole;
        // Numbers may be no amounts; the whole of which an element is a share is their sum.
        let adds = named.money || self.starred && self.shared || self.part_of > 0;
        let summed = adds && left > 0 && !each && (scalar || left > 1 || !over.is_empty());
        if scalar && left > 0 && !adds && (part.total || self.whole) {
            return None;
        }
        *total |= named.money && left == 1 && !summed && !each;
        let mut all: Vec<Vec<&str>> = vec![Vec::new()];
        for set in &named.axes {
            let chosen = match own(set) {
                chosen if !chosen.is_empty() => chosen,
                _ if over.contains(set) && summed => self.names.elements(set).to_vec(),
                _ if named.function => return None,
                _ => vec!["*"],
            };
            all = all
                .iter()
                .flat_map(|row| chosen.iter().map(|one| [row.as_slice(), &[*one]].concat()))
                .collect();
        }
        (all.len() <= 12).then_some(())?;
        Some(
            all.iter()
                .map(|row| {
                    let indices = row.join(", ");
                    let value = match (named.function, row.is_empty()) {
                        (true, _) => format!("{}({indices})", named.name),
                        (false, true) => named.name.to_owned(),
                        (false, false) => format!("{}[{indices}]", named.name),
                    };
                    if summed { format!("sum({value})") } else { value }
                })
                .collect(),
        )
    }
}
