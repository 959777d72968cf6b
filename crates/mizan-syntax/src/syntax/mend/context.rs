//! Finds names that the surrounding script declares, by reading its lines without parsing them.

use std::collections::HashMap;

use crate::syntax::words::{self, Class};

/// Maximum number of points in a script that are looked at for the name of a lever.
const MOST_POINTS: usize = 1_000;
/// Words that declare a quantity.
const QUANTITIES: [&str; 4] = ["var", "param", "total", "factor"];

/// The lines of a script by their first word, without it. They are found once, because each statement asks for them.
#[derive(Debug)]
pub(in crate::syntax) struct ScriptLines<'a> {
    text: &'a str,
    by_word: HashMap<&'a str, Vec<&'a str>>,
    /// The declarations of quantities by name, from the name on.
    quantities: HashMap<&'a str, &'a str>,
}

impl<'a> ScriptLines<'a> {
    pub(in crate::syntax) fn of(text: &'a str) -> Self {
        let mut by_word: HashMap<&'a str, Vec<&'a str>> = HashMap::new();
        let mut quantities = HashMap::new();
        for line in text.lines() {
            let Some((word, rest)) = line.trim_start().split_once(' ') else { continue };
            let rest = rest.trim();
            by_word.entry(word).or_default().push(rest);
            if QUANTITIES.contains(&word) {
                let name = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next();
                quantities.entry(name.unwrap_or_default()).or_insert(rest);
            }
        }
        Self { text, by_word, quantities }
    }

    pub(in crate::syntax) fn text(&self) -> &'a str {
        self.text
    }
}

/// Returns an index letter for a set, its first letter; with a number if the letter is taken or means the year.
pub(super) fn index_letter(set: &str, taken: impl Fn(&str) -> bool) -> String {
    let first: String = set.chars().take(1).collect();
    let free = |letter: &String| letter != "t" && !taken(letter);
    let numbered = (1..).map(|n| format!("{first}{n}"));
    std::iter::once(first.clone()).chain(numbered).find(free).unwrap_or_default()
}

/// Returns an index letter for each of several sets.
pub(super) fn index_letters(sets: &[&str]) -> Vec<String> {
    sets.iter().fold(Vec::new(), |mut letters: Vec<String>, set| {
        let letter = index_letter(set, |letter| letters.iter().any(|own| own == letter));
        letters.push(letter);
        letters
    })
}

/// The surroundings of a statement: the lines of the whole script, and the text after the statement.
#[derive(Debug, Clone, Copy)]
pub(in crate::syntax) struct Context<'a> {
    script: &'a ScriptLines<'a>,
    after: &'a str,
}

impl<'a> Context<'a> {
    pub(in crate::syntax) fn new(script: &'a ScriptLines<'a>, after: &'a str) -> Self {
        Self { script, after }
    }

    /// Returns the lines that begin with a word, without the word.
    pub(super) fn lines(self, word: &str) -> impl Iterator<Item = &'a str> {
        self.script.by_word.get(word).into_iter().flatten().copied()
    }

    /// Returns the declaration of a quantity from its name on.
    pub(super) fn quantity_head(self, name: &str) -> Option<&'a str> {
        self.script.quantities.get(name).copied()
    }

    /// Returns the script's currency; `USD` for a script without one.
    pub(super) fn currency(self) -> &'a str {
        let name = |line: &'a str| line.split(|c: char| !c.is_alphanumeric()).next();
        let first = || self.lines("currency").find_map(name).filter(|name| !name.is_empty());
        self.base_currency().or_else(first).unwrap_or("USD")
    }

    /// Returns the currency in which the script counts: the one without a rate.
    pub(super) fn base_currency(self) -> Option<&'a str> {
        let mut bases = self.lines("currency").filter(|line| !line.contains('='));
        bases.next()?.split([' ', '"', '#']).next().filter(|name| !name.is_empty())
    }

    /// Returns the first and the last year of the script, whose line may be written as in other languages: `2024:2035`.
    pub(super) fn years(self) -> Option<(i32, i32)> {
        let line = self.lines("years").next()?;
        let mut years = line.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 4);
        let (first, last) = (years.next()?.parse().ok()?, years.next()?.parse().ok()?);
        (first < last).then_some((first, last))
    }

    /// Returns the number of elements of each set that the script lists.
    pub(super) fn counts(self) -> impl Iterator<Item = usize> {
        self.lines("set")
            .filter_map(|line| line.split_once('='))
            .map(|(_, list)| list.split(',').count())
    }

    /// Returns the first year in a line that begins with some words: `FINAL TIME = 2030`.
    pub(super) fn year_of_line(self, words: &'static str) -> Option<i32> {
        let line = self.script.text.lines().find_map(|line| line.trim().strip_prefix(words))?;
        line.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 4)?.parse().ok()
    }

    /// Returns the unit that the declaration of a quantity names, with its colon: `: mn USD`; an empty text without one.
    pub(super) fn unit_of(self, name: &str) -> &'a str {
        let head = self.script.quantities.get(name).copied().unwrap_or_default();
        let head = head.split(['=', '#', '"']).next().unwrap_or_default();
        let head = head.rsplit(']').next().unwrap_or_default();
        head.find(':').and_then(|at| head.get(at..)).unwrap_or_default().trim_end()
    }

    /// Returns the amount that a parameter without an index is given, such as `3%`.
    pub(super) fn given_amount(self, name: &str) -> Option<&'a str> {
        let value = self.lines("param").find_map(|line| {
            let (head, value) = line.split_once('=')?;
            let value = value.split(['"', '#', '@']).next()?.split(" bounds ").next()?;
            (head.split(':').next()?.trim() == name).then(|| value.trim())
        })?;
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '%' | '.' | ' ' | '_');
        (value.starts_with(|c: char| c.is_ascii_digit()) && value.chars().all(plain))
            .then_some(value)
    }

    /// True for a parameter whose value has numbers without `%` only.
    pub(super) fn is_plain_number(self, name: &str) -> bool {
        self.quantity_head(name).is_some_and(|line| {
            let value = line.split(['"', '#', '@']).next().unwrap_or_default();
            self.gives(name) && !value.contains('%') && !value.contains(": percent")
        })
    }

    /// True if a line declares a quantity or a scenario by a text that is no name: `var Trade Balance`, `scenario high-oil`.
    pub(super) fn declared_as(self, text: &str) -> bool {
        let words = QUANTITIES.iter().chain(&["scenario"]);
        let own = |line: &str| {
            line.strip_prefix(text)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        words.into_iter().any(|word| self.lines(word).any(own))
    }

    /// True for a script that is short enough to be searched once for each of its statements.
    pub(super) fn is_short(self) -> bool {
        self.script.text.len() <= 64 << 10
    }

    /// Returns the text of the whole script.
    pub(super) fn whole(self) -> &'a str {
        self.script.text
    }

    /// True if the script has a group of EViews.
    pub(super) fn has_groups(self) -> bool {
        self.lines("group").next().is_some()
    }

    /// Returns the values that a group of EViews names: `group g x y`.
    pub(super) fn group(self, name: &str) -> Option<Vec<&'a str>> {
        let line = self.lines("group").find(|line| line.split(' ').next() == Some(name))?;
        let members: Vec<&str> =
            line.split([' ', ',']).skip(1).filter(|word| !word.is_empty()).collect();
        (!members.is_empty() && members.iter().all(|word| self.declares(word))).then_some(members)
    }

    /// True if a line of the script, without the blanks around it, passes a test.
    pub(super) fn any_line(self, test: impl Fn(&str) -> bool) -> bool {
        self.script.text.lines().any(|line| test(line.trim()))
    }

    /// True for an argument of a function that the script declares.
    pub(super) fn is_argument(self, name: &str) -> bool {
        self.lines("function").any(|line| {
            let head = line.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
            let own = |part: &str| part.split(':').next().is_some_and(|own| own.trim() == name);
            head.is_some_and(|(list, _)| list.split(',').any(own))
        })
    }

    /// True if the script declares a lever of this name: `tariff duty from China { ... }`.
    pub(super) fn is_lever(self, name: &str) -> bool {
        self.script.text.lines().filter(|line| line.contains('{')).any(|line| {
            let mut parts = line.split_whitespace();
            let kind = parts.next().unwrap_or_default();
            let plain = kind.chars().all(|c| c.is_alphanumeric() || c == '_');
            plain && words::find(kind).is_none() && parts.next() == Some(name)
        })
    }

    /// Returns the quantity of this name, whose capital letters may differ.
    pub(super) fn quantity_named(self, name: &str) -> Option<&'a str> {
        let exact = self.script.quantities.get_key_value(name).map(|(own, _)| *own);
        // The first of several in alphabetical order, so that the answer is the same in every run.
        let others = self.script.quantities.keys().filter(|own| own.eq_ignore_ascii_case(name));
        exact.or_else(|| others.min().copied())
    }

    /// True if the script declares a unit or a currency of this name.
    pub(super) fn is_unit(self, name: &str) -> bool {
        let first = |line: &str| line.split([' ', '=']).next() == Some(name);
        self.lines("unit").any(first) || self.lines("currency").any(first)
    }

    /// True if the script reads a library, whose names are not known here.
    pub(super) fn uses_library(self) -> bool {
        self.lines("use").next().is_some()
    }

    /// True if the script reads a library of its own, which may declare any name.
    pub(super) fn uses_own_library(self) -> bool {
        self.lines("use").any(|library| library.starts_with('"'))
    }

    /// True for a name that the script declares, and in a script with a library for a name that is nothing else.
    pub(super) fn may_be_value(self, name: &str) -> bool {
        // These kinds of levers have the names of values.
        if self.declares(name) || self.uses_library() && matches!(name, "imports" | "exports") {
            return true;
        }
        let begins = |line: &str| {
            line.trim_start().strip_prefix(name).is_some_and(|rest| rest.starts_with(' '))
        };
        let other = self.scenarios().contains(&name)
            || self.set_with(name).is_some()
            || !self.elements(name).is_empty()
            || self.lines("use").any(|library| library == name);
        self.uses_library() && !other && !self.script.text.lines().any(begins)
    }

    /// True if a line declares a quantity of this name.
    pub(super) fn declares(self, name: &str) -> bool {
        self.script.text.lines().any(|line| {
            let mut parts = line.trim_start().splitn(2, ' ');
            let word = parts.next().and_then(words::find);
            let rest = parts.next().unwrap_or_default().trim_start();
            let found = rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next();
            word.is_some_and(|word| word.class == Class::Quantity) && found == Some(name)
        })
    }

    /// Returns the name of the only lever that lines read a field of, `duty` in `duty.rate`, and that no line gives.
    pub(super) fn lever_without_line(self) -> Option<&'a str> {
        let mut found: Option<&str> = None;
        for (at, _) in self.script.text.match_indices('.').take(MOST_POINTS) {
            let (before, after) = self.script.text.split_at(at);
            let begins = |c: char| !(c.is_alphanumeric() || c == '_');
            let name = before.get(before.rfind(begins).map_or(0, |n| n + 1)..).unwrap_or_default();
            let rest = after.get(1..).unwrap_or_default();
            // Names of files are in quotes, and `np.mean(x)` is a function.
            let line = before.rsplit('\n').next().unwrap_or_default();
            let text = line.matches('"').count() % 2 == 1 || line.contains('#');
            let called = rest.trim_start_matches(|c| !begins(c)).starts_with(['(', '.']);
            let field = rest.starts_with(char::is_alphabetic) && !called && !text;
            let word = name.starts_with(char::is_alphabetic) && field;
            if !word || self.is_lever(name) || found == Some(name) {
                continue;
            }
            if found.is_some() {
                return None;
            }
            found = Some(name);
        }
        found
    }

    /// Returns the line that declares a quantity.
    pub(super) fn declaration(self, name: &str) -> Option<&'a str> {
        self.script.text.lines().map(str::trim).find(|line| {
            let rest = QUANTITIES.iter().find_map(|word| line.strip_prefix(word));
            let rest = rest.and_then(|rest| rest.trim_start().strip_prefix(name));
            !name.is_empty() && rest.is_some_and(|rest| rest.starts_with([' ', ':', '[', '=']))
        })
    }

    /// Returns the number of bytes of the indented lines below the statement.
    pub(in crate::syntax) fn indented_length(self) -> usize {
        let inside = |line: &&str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
        self.after.split_inclusive('\n').take_while(inside).map(str::len).sum()
    }

    /// Returns the indented lines directly below the statement, trimmed.
    pub(super) fn indented(self) -> Vec<&'a str> {
        let inside = |line: &&str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
        self.after.lines().take_while(inside).map(str::trim).collect()
    }

    /// True for a variable that is declared without a value and has no equation.
    pub(super) fn is_open(self, name: &str) -> bool {
        let own = |line: &str| {
            line.split(|c: char| !(c.is_alphanumeric() || c == '_')).next() == Some(name)
        };
        let defined = |line: &str| own(line.trim_start()) && line.contains('=');
        self.lines("var").any(|line| own(line) && !line.contains('='))
            && !self.script.text.lines().any(|line| defined(line) && !line.contains("=="))
    }

    /// Returns the number of times that a word occurs in the script.
    pub(super) fn mentions(self, word: &str) -> usize {
        self.script
            .text
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .filter(|w| *w == word)
            .count()
    }

    /// Returns the lines of a table of GAMS below the statement, up to its `;` or an empty line, and their length.
    pub(super) fn table(self) -> (Vec<&'a str>, usize) {
        let (mut lines, mut length) = (Vec::new(), 0);
        for line in self.after.split_inclusive('\n').skip_while(|line| line.trim().is_empty()) {
            let text = line.trim();
            if text.is_empty() {
                break;
            }
            lines.push(text);
            length += line.len();
            if text.ends_with(';') {
                break;
            }
        }
        let skipped = self.after.len() - self.after.trim_start_matches(['\r', '\n']).len();
        (lines, length + skipped)
    }

    /// Returns the names of the script's scenarios.
    pub(super) fn scenarios(self) -> Vec<&'a str> {
        let name = |line: &'a str| line.split([' ', '{']).next().unwrap_or_default();
        self.lines("scenario").map(name).collect()
    }

    /// Returns the last variable without an index that the script declares.
    pub(super) fn last_variable(self) -> Option<&'a str> {
        let name = |line: &'a str| line.split([':', '=', ' ', '[']).next();
        self.lines("var")
            .filter(|line| !line.split('=').next().is_some_and(|head| head.contains('[')))
            .filter_map(name)
            .last()
    }

    /// Returns what a query shows for an input: the balance for a field of the library's levers, else the last variable.
    pub(super) fn result_of(self, input: &str) -> Option<&'a str> {
        let lever = input.contains('.') && self.uses_library();
        if lever { Some("balance") } else { self.last_variable() }
    }

    /// Returns the first variables without an index that the script declares.
    pub(super) fn variables(self) -> Vec<&'a str> {
        const MOST: usize = 6;
        let plain = self.lines("var").filter_map(|line| {
            let name = line.split([':', '=', ' ', '"']).next()?;
            (!name.contains('[')).then_some(name)
        });
        plain.take(MOST).collect()
    }

    /// Returns the first parameter without an index that is given as a percentage.
    pub(super) fn first_input(self) -> Option<&'a str> {
        self.lines("param").find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (value.trim().ends_with('%') && !name.contains('['))
                .then(|| name.split(':').next().unwrap_or_default().trim())
        })
    }

    /// True if a line gives a parameter of this name.
    pub(super) fn gives(self, name: &str) -> bool {
        let own = |line: &str| {
            line.split(|c: char| !(c.is_alphanumeric() || c == '_')).next() == Some(name)
        };
        self.lines("param").any(own)
    }

    /// Returns the text before the statement, with the statement.
    pub(super) fn before(self) -> &'a str {
        self.script.text.strip_suffix(self.after).unwrap_or(self.script.text)
    }

    /// Returns the last line before the text after the statement: the statement itself.
    pub(super) fn statement(self) -> &'a str {
        self.before().trim_end().lines().last().unwrap_or_default()
    }

    /// True if a line other than `except` gives a quantity its value: in its declaration or in an equation.
    pub(super) fn computes(self, name: &str, except: &str) -> bool {
        self.script.text.lines().filter(|line| *line != except).any(|line| {
            let line = line.trim_start();
            let word = line.split(' ').next().unwrap_or_default();
            let own = if QUANTITIES.contains(&word) { &line[word.len()..] } else { line };
            own.trim_start().strip_prefix(name).is_some_and(|rest| {
                !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') && rest.contains('=')
            })
        })
    }

    /// True for a statement without other lines, as at the prompt.
    pub(super) fn is_alone(self) -> bool {
        self.script.text.trim().lines().count() < 2
    }

    /// Returns the text after the statement.
    pub(super) fn later(self) -> &'a str {
        self.after
    }

    /// Returns the context of a statement of the same script with other lines after it.
    pub(super) fn with_lines(self, after: &'a str) -> Self {
        Self { after, ..self }
    }

    /// Returns the lines after the statement with their line ends.
    pub(super) fn following(self) -> impl Iterator<Item = &'a str> {
        self.after.split_inclusive('\n')
    }
}
