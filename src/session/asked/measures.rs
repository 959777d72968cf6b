//! What a question asks about a value: its growth, its change between two years, its mean, a running total, an index.
//!
//! In: the words around a value. Out: the expression with the value in it.

use super::Reader;

/// What is asked about a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Measure {
    Growth,
    Change,
    Cumulative,
    Mean,
    Largest,
    Smallest,
    Index,
}

impl Measure {
    /// True for a measure that another sign of the values changes to another one.
    pub(super) fn is_extreme(&self) -> bool {
        matches!(self, Self::Largest | Self::Smallest)
    }

    /// Returns the measure that a word names, whatever stands beside it.
    fn called(word: &str) -> Option<Self> {
        Some(match word {
            "cumulative" | "cumulated" | "accumulated" => Self::Cumulative,
            "average" | "mean" | "avg" => Self::Mean,
            "maximum" | "max" | "highest" | "largest" | "peak" => Self::Largest,
            "minimum" | "min" | "lowest" | "smallest" => Self::Smallest,
            "index" => Self::Index,
            "change" | "changes" | "increase" | "rise" | "difference" => Self::Change,
            _ => return None,
        })
    }
}

impl Reader<'_, '_> {
    /// Reads `growth of`, `average`, `change in`, `as an index, 2024 = 100`; returns the position after the words.
    pub(super) fn measure(&mut self, n: usize) -> Option<usize> {
        if self.measures.contains(&Measure::Index) && self.base.is_empty() {
            let end = self.base_year(n);
            if end > n {
                return Some(end);
            }
        }
        let word = self.line.lower(n);
        // `with mean` is a clause of the table.
        let clause = n > 0 && self.line.is(n - 1, &["with"]);
        if clause || self.skips.split_whitespace().any(|own| own == word) {
            return None;
        }
        if word == "growth" {
            let first = n > 0 && self.line.is(n - 1, &["the", "show", "average", "mean"]);
            (first || self.line.is(n + 1, &["of", "rate", "in"])).then_some(())?;
            self.measures.push(Measure::Growth);
            return Some(n + 1 + usize::from(self.line.is(n + 1, &["rate"])));
        }
        let at = n + usize::from(word == "as");
        let at = at + usize::from(at > n && self.line.is(at, &["an", "a"]));
        let found = Measure::called(&self.line.lower(at))?;
        let scenario = self.names.scenarios.contains(&self.line.at(at + 2));
        let of = self.line.is(at + 1, &["of", "in"]) && !(scenario && self.query == "compare");
        let takes = match found {
            // `in percent change`
            Measure::Change => {
                of || at > 0
                    && self.unit == "percent"
                    && self.line.is(at - 1, &["%", "percent", "percentage", "cent"])
            }
            Measure::Index => of || at > n,
            _ => at == n,
        };
        takes.then_some(())?;
        // `growth in % change` names one measure twice.
        if found == Measure::Change && self.measures.contains(&Measure::Growth) {
            return Some(at + 1);
        }
        self.measures.push(found);
        self.sure = true;
        let end = at + 1 + usize::from(self.line.is(at + 1, &["total", "sum"]));
        Some(if found == Measure::Index { self.base_year(end) } else { end })
    }

    /// Reads the base year of an index, `(2024 = 100)`; returns the position after it.
    pub(super) fn base_year(&mut self, n: usize) -> usize {
        let at = n + usize::from(self.line.is(n, &[",", "("]));
        if self.line.year(at).is_some()
            && self.line.is(at + 1, &["=", ":"])
            && self.line.is(at + 2, &["100"])
        {
            self.base = self.line.at(at).to_owned();
            return at + 3 + usize::from(self.line.is(at + 3, &[")"]));
        }
        n
    }

    /// Returns a value with its measures around it, and the lines that must stand before the query. May use up the
    /// years of the query.
    pub(super) fn measured(&mut self, value: &str, money: bool) -> Option<(String, String)> {
        let (mut value, mut before) = (value.to_owned(), String::new());
        for (n, measure) in self.measures.clone().into_iter().enumerate().rev() {
            let growth = self.measures.get(n + 1) == Some(&Measure::Growth);
            let over = |years: &str| match years.split_once("..") {
                // The first year has no growth.
                Some((from, to)) if growth && from == self.names.years.0.to_string() => {
                    format!("first+1..{to}")
                }
                Some((from, to)) if !from.is_empty() && !to.is_empty() => years.to_owned(),
                _ if growth => "first+1..last".to_owned(),
                _ => "first..last".to_owned(),
            };
            value = match measure {
                Measure::Growth => format!("growth({value})"),
                Measure::Mean | Measure::Largest | Measure::Smallest => {
                    let function = match measure {
                        Measure::Mean => "mean",
                        Measure::Largest => "max",
                        _ => "min",
                    };
                    // `the largest of imports[China, *]` is one of the elements.
                    if self.starred {
                        value = format!("{function}({value})");
                        continue;
                    }
                    let years = over(&self.years);
                    if self.has_range() {
                        self.years.clear();
                    }
                    format!("{function}(t in {years}: {value})")
                }
                Measure::Change => self.changed(&value)?,
                Measure::Index => {
                    let base = if self.base.is_empty() { "first" } else { &self.base };
                    format!("100 * {value} / {}", in_year(&value, base)?)
                }
                // `accumulated over 2025..2030` is one sum.
                Measure::Cumulative if self.spans && self.has_range() => {
                    format!("sum(t in {}: {value})", std::mem::take(&mut self.years))
                }
                Measure::Cumulative => {
                    let name = value.split(['[', '(']).find(|part| !matches!(*part, "sum" | ""))?;
                    let name =
                        self.names.free(&format!("cumulative_{}", name.trim_end_matches(']')));
                    let unit = if money { ": money" } else { "" };
                    before = format!(
                        "var {name}{unit}\n{name}[first] = {value}\n{name} = {name}[t-1] + {value}\n"
                    );
                    name
                }
            };
        }
        Some((value, before))
    }

    /// True for years with a first and a last one.
    pub(super) fn has_range(&self) -> bool {
        self.years.split_once("..").is_some_and(|(from, to)| !from.is_empty() && !to.is_empty())
    }

    /// Returns the change of a value between two years, or from year to year; the change in per cent if the question
    /// names this unit. May use up the years of the query.
    fn changed(&mut self, value: &str) -> Option<String> {
        let relative = self.unit == "percent";
        let (from, to) = match self.years.split_once("..") {
            Some((from, to)) => (from.to_owned(), to.to_owned()),
            None if self.since_first || !self.from.is_empty() => {
                (self.from.clone(), self.years.clone())
            }
            None if relative => return Some(format!("growth({value})")),
            None => return Some(format!("change({value})")),
        };
        let from = if from.is_empty() { "first" } else { &from };
        self.years = if to.is_empty() { "last".to_owned() } else { to };
        let before = in_year(value, from)?;
        Some(match relative {
            true => format!("{value} / {before} - 1"),
            false => format!("{value} - {before}"),
        })
    }
}

/// Returns the negative of a value, `-balance[China]`: a deficit.
pub(super) fn negative(value: &str) -> String {
    match value.contains(" - ") || value.contains(" + ") {
        true => format!("-({value})"),
        false => format!("-{value}"),
    }
}

/// Returns a value in a year: `gdp[first]`, `sum(exports[*, *, 2024])`. None for other expressions.
pub(in crate::session) fn in_year(value: &str, year: &str) -> Option<String> {
    let (open, inside) = match value.strip_prefix("sum(").and_then(|rest| rest.strip_suffix(')')) {
        Some(inside) => ("sum(", inside),
        None => ("", value),
    };
    let close = if open.is_empty() { "" } else { ")" };
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    match inside.strip_suffix(']') {
        Some(indexed) if !indexed.contains(['(', ' ']) || indexed.contains('[') => {
            Some(format!("{open}{indexed}, {year}]{close}"))
        }
        None if plain(inside) => Some(format!("{open}{inside}[{year}]{close}")),
        _ => None,
    }
}
