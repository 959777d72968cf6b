//! The beginnings of questions that ask for more than a table: `which lever matters most`, `how much does x rise`.
//!
//! In: the first words of a question. Out: the query that answers it, and the words that have their meaning by then.

use super::super::verbs::{Verb, verb};
use super::Reader;
use super::measures::Measure;

impl Reader<'_, '_> {
    /// Reads `which lever matters most`, `which scenario is best`, `how much does the balance fall in free`, which ask for
    /// a comparison; returns the position after the words.
    pub(super) fn opening(&mut self, n: usize) -> usize {
        const MOST: &str = "has have most best better worst largest highest biggest lowest smallest good leads gives matters \
            matter effect impact moves drives contributes strongest";
        const MOVES: &str = "than so very too big large small high low bad weak strong";
        // `what drives the balance?`
        if self.line.is(0, &["what"])
            && self.line.is(n, &["drives", "drive", "determines", "affects", "influences", "moves"])
        {
            (self.query, self.worded, self.sure) = ("sensitivity of", true, true);
            return n + 1;
        }
        let set = self.names.set(self.line.at(n)).filter(|_| self.line.is(0, &["which", "what"]));
        if self.line.is(0, &["which", "what"])
            && self.line.is(n, &["lever", "policy", "measure", "scenario"])
        {
            (self.query, self.by_lever, self.skips) =
                ("compare", !self.line.is(n, &["scenario"]), MOST);
            self.scenarios.push("all".to_owned());
            return n + 1;
        } else if let Some(set) = set {
            self.by.push(set);
            self.skips = MOST;
            return n + 1;
        }
        self.worded |= self.line.is(1, &["does", "do", "is", "did", "difference"]);
        let scenario = self.line.iter().any(|token| self.names.scenarios.contains(&token.text));
        let effect =
            (n..n + 3).any(|n| self.line.is(n, &["effect", "impact", "happens", "influence"]));
        if effect && scenario && self.line.is(0, &["what", "show"]) {
            (self.query, self.skips) = ("compare", "effect impact happens influence");
        }
        if self.line.is(0, &["how", "why", "by"]) || self.line.is(n, &["difference"]) {
            self.skips = MOVES;
            if scenario && !self.line.is(0, &["why"]) {
                self.query = "compare";
            }
        }
        self.moved(scenario);
        // `by how much in per cent`, `by what percentage`
        let mut n = n + usize::from(self.line.is(n, &["difference"]));
        if self.line.is(0, &["by", "how"]) {
            const SHARE: [&str; 5] = ["%", "percent", "percentage", "per", "cent"];
            while self.line.is(n, &["how", "what", "much", "many", "in", "a"])
                || self.line.is(n, &SHARE)
            {
                if self.line.is(n, &SHARE) {
                    "percent".clone_into(&mut self.unit);
                }
                n += 1;
            }
        }
        n
    }

    /// Takes note of `how much do imports rise until 2030?`, which asks for a change since the first year, and of `how
    /// fast`, which asks for a growth rate.
    fn moved(&mut self, scenario: bool) {
        if !self.line.is(0, &["how", "by", "why"]) {
            return;
        }
        let moves = |n: usize| {
            let word = self.line.lower(n);
            let higher =
                matches!(word.as_str(), "higher" | "lower" | "larger" | "smaller" | "more");
            higher
                || word == "change"
                || matches!(verb(&word), Some(Verb::Up | Verb::Down))
                    && !self.names.is_name(self.line.at(n))
        };
        let any = |words: &[&str]| (0..self.line.len()).any(|n| self.line.is(n, words));
        self.moves = (2..self.line.len()).any(moves);
        // `how much higher is the balance in boom?` compares; `... rise until 2030 in boom` is about time.
        let over = any(&["until", "since", "between", "from", "by"]) && !self.line.is(0, &["by"])
            || any(&["until", "since", "between", "from"]);
        if !self.moves || scenario && !over || self.line.is(0, &["why"]) {
            return;
        }
        self.query = "show";
        if self.line.is(1, &["fast", "quickly", "strongly"]) {
            self.measures.push(Measure::Growth);
            self.sure = true;
            return;
        }
        self.measures.push(Measure::Change);
        self.since_first = true;
    }
}
