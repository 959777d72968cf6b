//! The parts of a question beside its values: ratios and shares, years, units.
//!
//! In: the tokens of a question. Out: the parts in the form of Mizan's clauses.

use super::{Part, Reader};

impl Reader<'_, '_> {
    /// Reads `to`, `over` or `relative to` before the second value of a ratio.
    pub(super) fn ratio(&mut self, n: usize) -> Option<usize> {
        let two = usize::from(self.line.is(n, &["relative", "divided", "compared"]));
        let of_share = self.shared && self.line.is(n, &["in", "of"]);
        let divides = of_share || self.line.is(n + two, &["to", "over", "by", "with", "/"]);
        let at = n + two + 1;
        let at = at + usize::from(of_share && self.line.is(at, &["total", "all", "the"]));
        let value = self.names.quantity(&[self.line.at(at).to_owned()]).is_some();
        let said = !self.whole && !self.parts.last()?.words.is_empty();
        // `compare exports to China with exports to Germany`
        if divides && value && said && two == 0 && self.line.is(0, &["compare"]) {
            (self.next, self.worded) = (true, true);
            return Some(n + 1);
        }
        (divides && value && said).then_some(())?;
        (self.whole, self.worded, self.share) = (true, true, of_share);
        self.sure |= self.line.at(n) != "/";
        self.parts.push(Part::default());
        Some(n + two + 1)
    }

    /// Reads `as % of` before the whole of a share, and `share of China in`.
    pub(super) fn share(&mut self, n: usize) -> Option<usize> {
        let named = |n: usize| {
            self.line.is(n, &["%", "percent", "percentage", "share", "ratio", "fraction"])
        };
        let at = n + usize::from(self.line.is(n, &["as", "in"]));
        let at = at + usize::from(self.line.is(at, &["a"]));
        if named(at) && at > n && self.line.is(at + 1, &["of", "to"]) && !self.whole {
            (self.whole, self.worded) = (true, true);
            self.sure |= self.line.is(n, &["as"]);
            self.parts.push(Part::default());
            return Some(at + 2);
        }
        if self.line.is(n, &["ratio"]) && self.line.is(n + 1, &["of"]) {
            return Some(n + 2);
        }
        // `China's share in exports`
        let part = self.last()?;
        let count = part.elements.len();
        let of_element = part.words.is_empty() && count > 0;
        if self.line.is(n, &["share"]) && self.line.is(n + 1, &["in", "of"]) && of_element {
            (self.whole, self.worded, self.part_of) = (true, true, count);
            return Some(n + 2);
        }
        let element = self.names.element(self.line.at(n + 2));
        if self.line.is(n, &["share"])
            && self.line.is(n + 1, &["of"])
            && self.line.is(n + 3, &["in", "of"])
        {
            self.last()?.elements.push(element?);
            (self.whole, self.worded, self.part_of) = (true, true, 1);
            return Some(n + 4);
        }
        // `share of exports[China, cars] in exports[China, *]`
        let first = self.parts.len() == 1 && self.last()?.words.is_empty();
        if first && self.line.is(n, &["share", "proportion"]) && self.line.is(n + 1, &["of"]) {
            (self.shared, self.sure) = (true, true);
            return Some(n + 2);
        }
        None
    }

    /// Reads the year against which a change is measured: `than in 2026`, `compared to 2026`.
    pub(super) fn than(&mut self, n: usize) -> Option<usize> {
        let two =
            self.line.is(n, &["compared", "relative"]) && self.line.is(n + 1, &["to", "with"]);
        let at = if two { n + 2 } else { n + usize::from(self.line.is(n, &["than"])) };
        let at = at + usize::from(at > n && self.line.is(at, &["in"]));
        let year = self.line.year(at).filter(|_| at > n && self.moves)?;
        self.from = year.to_string();
        Some(at + 1)
    }

    /// Reads years: `2030`, `2026 to 2028`, `from 2026`, `until 2028`, `the last year`.
    pub(super) fn years(&mut self, n: usize) -> Option<usize> {
        let begin = usize::from(self.line.is(
            n,
            &["in", "by", "from", "between", "since", "after", "until", "to", "till", "for"],
        ));
        let at = n + begin;
        if begin == 1
            && self.line.is(at, &["the"])
            && self.line.is(at + 1, &["last", "first"])
            && self.line.is(at + 2, &["year"])
        {
            self.years = self.line.lower(at + 1);
            return Some(at + 3);
        }
        if self.line.year(at).is_none() || !self.years.is_empty() {
            return None;
        }
        let year: i32 = self.line.at(at).parse().ok()?;
        if self.line.is(at + 1, &["to", "-", "–", "..", "and", "until", "through", ":"])
            && self.line.year(at + 2).is_some()
        {
            let sign = if self.line.is(at + 1, &["and"]) && !self.line.is(n, &["between"]) {
                ", "
            } else {
                ".."
            };
            let before = n.saturating_sub(1);
            self.spans = self.line.is(n, &["from", "between"])
                || self.line.is(before, &["over", "during", "between"]);
            self.years = format!("{year}{sign}{}", self.line.at(at + 2));
            return Some(at + 3);
        }
        self.years = match self.line.lower(n).as_str() {
            "from" | "since" => format!("{year}.."),
            "after" => format!("{}..", year + 1),
            "until" | "till" | "to" => format!("..{year}"),
            _ => year.to_string(),
        };
        Some(at + 1)
    }

    /// Reads the unit after `in`: `in mn USD`, `in per cent`.
    pub(super) fn unit(&mut self, n: usize) -> Option<usize> {
        if !self.line.is(n, &["in"]) {
            return None;
        }
        let currency = self.names.currency;
        let (unit, end) = match self.line.scale(n + 1) {
            Some(scale) => {
                let at = n + 2 + usize::from(self.line.is(n + 2, &["of"]));
                (
                    format!("{scale} {currency}"),
                    if self.line.at(at) == currency { at + 1 } else { n + 2 },
                )
            }
            None if self.line.at(n + 1) == currency => (currency.to_owned(), n + 2),
            None if self.line.is(n + 1, &["%", "percent", "percentage"]) => {
                ("percent".to_owned(), n + 2)
            }
            None if self.line.is(n + 1, &["per"]) && self.line.is(n + 2, &["cent"]) => {
                ("percent".to_owned(), n + 3)
            }
            None => return None,
        };
        self.unit = unit;
        Some(end)
    }
}
