//! Lines as users of other programs type them, read as lines of Mizan.
//!
//! In: a line that was refused. Out: the line that is probably meant. A reading may guess, because only a line that
//! the checker accepts is proposed.

use super::enter::Session;
use super::meant::Sort;
use crate::model::{Quantity, Role};
use crate::syntax::words::SCALES;

/// Words in front of a line that say nothing about the model.
const FILLERS: [&str; 18] = [
    "show", "me", "the", "what", "is", "are", "display", "print", "get", "give", "if", "change",
    "set", "let", "make", "put", "when", "please",
];
/// Words between a value and its scenario, year or element.
const BETWEEN: [&str; 9] = ["in", "for", "of", "under", "with", "at", "and", "the", "year"];
/// Words that begin a question and stay in front of its reading.
const QUESTIONS: [&str; 4] = ["chart", "compare", "why", "show"];
/// Words between an input and the target of a search.
const MAKES: [&str; 22] = [
    "makes", "make", "gives", "give", "brings", "bring", "so", "that", "such", "does", "do", "is",
    "to", "set", "get", "reach", "reaches", "until", "where", "needed", "for", "value",
];

impl Session {
    /// Returns the line that is probably meant by a refused line; the checker accepts it.
    pub fn reading(&self, line: &str) -> Option<String> {
        let line = line.trim();
        if line.lines().count() != 1 {
            return None;
        }
        let other = |reading: &String| reading != line && self.accepts(reading);
        self.readings(line).into_iter().find(other)
    }

    /// True for a name of the model.
    pub fn knows(&self, name: &str) -> bool {
        !self.sorts(name).is_empty()
    }

    fn readings(&self, line: &str) -> Vec<String> {
        let plain = line.trim_end_matches('?').trim_end();
        let all: Vec<&str> = plain.split_whitespace().collect();
        let fillers = all.iter().take_while(|word| FILLERS.contains(word)).count();
        let words = all.get(fillers..).unwrap_or(&[]);
        let mut found = Vec::new();
        found.extend(self.change(words));
        found.extend(self.question(&all, fillers));
        found.extend(self.search(&all));
        found.extend(self.wider_set(plain));
        found.extend(sum(&all).into_iter().flatten());
        found.extend(probability(plain));
        if let ["sweep", name, range] | ["sweep", name, "over" | "in", range] = all.as_slice() {
            let shown = self.last_value(false).or_else(|| self.usual_value());
            found.extend(shown.map(|value| format!("sweep {name} over {range} show {value}")));
        }
        if let [share, "of", rest @ ..] = words {
            found.push(format!("{share} * {}", rest.join(" ")));
        }
        if let (["digits", _], Some(last)) = (words, self.last_value(true)) {
            found.push(format!("{last} {}", words.join(" ")));
        }
        if fillers > 0 {
            found.push(words.join(" "));
        }
        if line.contains('=') {
            found.push(with_point(line));
        }
        found.push(self.with_units(line));
        found.push(plain.to_owned());
        found
    }

    /// Reads `rate 5%`, `rate to 5%` and `rate from 3% to 7%` as `rate = 5%`.
    fn change(&self, words: &[&str]) -> Option<String> {
        let (name, value) = match words {
            [name, "to" | "be" | "at" | "=" | "<-" | ":=", value @ ..] => (name, value),
            [name, "from", _, "to", value @ ..] => (name, value),
            [name, value @ ..] => (name, value),
            [] => return None,
        };
        let begins = value.first()?.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        let given = self.sorts(base(name)).contains(&Sort::Parameter);
        let years = value.first().is_some_and(|word| self.is_years(word));
        (begins && given && !years).then(|| format!("{name} = {}", value.join(" ")))
    }

    /// Reads `balance EU 2030 low` as `balance[EU] in 2030 for low`.
    fn question(&self, all: &[&str], fillers: usize) -> Option<String> {
        let word = all.first().filter(|word| QUESTIONS.contains(word) && **word != "show");
        let words = all.get(if word.is_some() { 1 } else { fillers }..)?;
        let (head, rest) = words.split_first()?;
        let head = head.trim_end_matches(',');
        let (head, year) = match head.rsplit_once('.') {
            Some((head, year)) if self.is_years(year) => (head, Some(year)),
            _ => (head, None),
        };
        if !self.sorts(base(head)).iter().any(|s| matches!(s, Sort::Parameter | Sort::Variable)) {
            return None;
        }
        let (mut years, mut scenarios, mut elements, mut units) =
            (Vec::from_iter(year), Vec::new(), Vec::new(), Vec::new());
        for word in rest.iter().map(|word| word.trim_matches(',')) {
            let sorts = self.sorts(word);
            if self.is_years(word) {
                years.push(word);
            } else if sorts.contains(&Sort::Scenario) || matches!(word, "baseline" | "all") {
                scenarios.push(word);
            } else if sorts.iter().any(|sort| matches!(sort, Sort::Element(_))) {
                elements.push(word);
            } else if SCALES.iter().any(|(scale, _)| *scale == word)
                || word == self.model().currency
            {
                units.push(word);
            } else if !BETWEEN.contains(&word) {
                return None;
            }
        }
        if let [unit] = units.as_slice()
            && *unit != self.model().currency
        {
            units.push(&self.model().currency);
        }
        let mut text = word.map_or(String::new(), |word| format!("{word} "));
        text.push_str(&self.indexed(head, &elements)?);
        for (before, words, between) in
            [(" in ", years, ", "), (" in ", units, " "), (" for ", scenarios, ", ")]
        {
            if !words.is_empty() {
                text.push_str(&format!("{before}{}", words.join(between)));
            }
        }
        Some(text)
    }

    /// Returns a quantity with elements as its indices, and `*` for its other sets.
    fn indexed(&self, head: &str, elements: &[&str]) -> Option<String> {
        if elements.is_empty() {
            return Some(head.to_owned());
        }
        let model = self.model();
        let quantity = model.quantities.iter().find(|quantity| quantity.name == head)?;
        let index = |axis: &usize| {
            let root = model.sets.get(*axis).and_then(|set| model.sets.get(set.root));
            let own = elements
                .iter()
                .find(|name| root.is_some_and(|set| set.elements.contains_key(**name)));
            own.copied().unwrap_or("*")
        };
        let indices: Vec<&str> = quantity.axes.iter().map(index).collect();
        Some(format!("{head}[{}]", indices.join(", ")))
    }

    /// Reads `goal seek balance = 0` and `which rate makes balance = 0` as a search for the first percentage of the
    /// script.
    fn search(&self, all: &[&str]) -> Option<String> {
        let rest = match all {
            ["goal", "seek", rest @ ..] | ["goalseek" | "solve" | "find" | "seek", rest @ ..] => {
                rest
            }
            ["which" | "what" | "how", rest @ ..]
                if rest.iter().any(|word| MAKES.contains(word)) =>
            {
                rest
            }
            ["for", "which" | "what", rest @ ..] | ["at", "which" | "what", rest @ ..] => rest,
            _ => return None,
        };
        let given = |name: &&&str| self.sorts(base(name)).contains(&Sort::Parameter);
        let named = rest.iter().find(given).map(|name| (*name).to_owned());
        let input = named.clone().or_else(|| self.varied(false))?;
        let kept = |word: &&str| Some(*word) != named.as_deref() && !MAKES.contains(word);
        let goal: Vec<&str> = rest.iter().copied().filter(kept).collect();
        let goal = goal.join(" ");
        let (signs, sign) =
            [(">=", ">="), ("<=", "<="), (">", ">="), ("<", "<="), ("==", "=="), ("=", "==")]
                .into_iter()
                .find(|(sign, _)| goal.contains(sign))?;
        let (value, target) = goal.split_once(signs)?;
        let (mut year, mut sides) = (self.model().years.1, [value.trim(), target.trim()]);
        // The year may be on either side: `balance in 2030 = 0`, `balance = 0 in 2030`.
        for side in &mut sides {
            if let Some((rest, named)) = side.rsplit_once(" in ")
                && let Ok(named) = named.trim().parse()
                && self.is_years(&format!("{named}"))
            {
                (*side, year) = (rest.trim(), named);
            }
        }
        let [value, target] = sides;
        let (low, high) = if input.ends_with("growth") { ("-20%", "20%") } else { ("0%", "50%") };
        let line = |value: &str| {
            format!("find {input} in {low}..{high} so that {value} in {year} {sign} {target}")
        };
        let value = self.in_one_cell(value);
        Some(line(&value))
    }

    /// Returns the search for an input with which a value reaches an amount in a year.
    pub(super) fn search_for(&self, value: &str, amount: &str, year: i32) -> Option<String> {
        let input = self.varied(true)?;
        let line = format!("find {input} in 0%..50% so that {value} in {year} >= {amount}");
        self.accepts(&line).then_some(line)
    }

    /// Returns the input that a search without an input varies: a rate of a lever, or the first percentage of the script.
    fn varied(&self, only_rate: bool) -> Option<String> {
        let model = self.model();
        let percent = |q: &&Quantity| {
            let unit = crate::analysis::unit(model, q.kind);
            q.own
                && unit.kind == crate::results::UnitKind::Percent
                && self.sorts(&q.name).contains(&Sort::Parameter)
        };
        let in_baseline = |q: &&Quantity| {
            let lever = q.lever.and_then(|lever| model.levers.get(lever));
            lever.is_none_or(|lever| lever.in_baseline)
        };
        let mut found = model.quantities.iter().filter(percent).filter(in_baseline);
        let alone = found.clone().find(|q| q.axes.is_empty() && !only_rate);
        let rate = |q: &&Quantity| q.path && q.name.ends_with(".rate");
        alone.or_else(|| found.find(rate)).map(|q| q.name.clone())
    }

    /// Returns a quantity in its only cell, or its sum: a search needs one value.
    fn in_one_cell(&self, value: &str) -> String {
        let model = self.model();
        let Some(id) = model.quantities.iter().position(|quantity| quantity.name == value) else {
            return value.to_owned();
        };
        let quantity = &model.quantities[id];
        match (model.cells_of(id).as_slice(), quantity.axes.len()) {
            (_, 0) => value.to_owned(),
            ([only], _) => model.cell_name(quantity, only),
            (_, axes) => format!("sum({value}[{}])", vec!["*"; axes].join(", ")),
        }
    }

    /// Returns the whole set that a line with other elements means, also if other lines lack values for them.
    pub fn set_meant(&self, line: &str) -> Option<String> {
        let line = line.trim();
        self.wider_set(line).filter(|set| set != line)
    }

    /// Reads `set partner += China`, `add China to partner` and `partner = Overseas, China` as the whole set.
    fn wider_set(&self, line: &str) -> Option<String> {
        let line = line.replace(',', " ").replace("+=", " += ");
        let (mut set, mut adds, mut whole, mut named) = (None, false, false, Vec::new());
        for word in line.split_whitespace() {
            let of = |set: &&crate::model::Set| {
                set.name == word || word.strip_suffix('s') == Some(&set.name)
            };
            match word {
                "set" | "to" | "in" | "into" | "the" | "a" | "and" | "as" | "element"
                | "elements" => {}
                "+=" | "+" | "add" | "append" | "include" | "new" | "insert" => adds = true,
                "=" | ":" | "is" | ":=" => whole = true,
                _ if set.is_none() && self.model().sets.iter().any(|one| of(&one)) => {
                    set = self.model().sets.iter().find(of);
                }
                // An element comes behind the word that adds it, or behind the set.
                _ if set.is_none() && !adds => return None,
                _ if word.starts_with(char::is_alphabetic)
                    && word.chars().all(|c| c.is_alphanumeric() || c == '_')
                    && !matches!(
                        self.sorts(word).first(),
                        Some(Sort::Parameter | Sort::Variable | Sort::Lever | Sort::Scenario)
                    ) =>
                {
                    named.push(word)
                }
                _ => return None,
            }
        }
        let set = set.filter(|_| (adds || whole) && !named.is_empty())?;
        let known = set.elements.keys().map(String::as_str).filter(|_| adds);
        let mut all: Vec<&str> = known.collect();
        named.retain(|name| !all.contains(name));
        all.append(&mut named);
        Some(format!("set {} = {}", set.name, all.join(", ")))
    }

    /// Returns all cells of the balance, or of the last variable of the script.
    fn usual_value(&self) -> Option<String> {
        let computed = |q: &&Quantity| q.own && q.role == Role::Variable;
        let mut found = self.model().quantities.iter();
        let usual = found.clone().find(|quantity| quantity.name == "balance");
        let quantity = usual.or_else(|| found.rfind(computed))?;
        self.indexed(&quantity.name, &["*"])
            .filter(|_| !quantity.axes.is_empty())
            .or_else(|| Some(quantity.name.clone()))
    }

    /// Adds blanks and the currency to amounts: `80mn` becomes `80 mn USD`.
    fn with_units(&self, line: &str) -> String {
        let word = |word: &str| {
            let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
            let scale = word.get(digits.len()..).unwrap_or("");
            let known = SCALES.iter().any(|(own, _)| *own == scale);
            match known && digits.parse::<f64>().is_ok() {
                true => format!("{digits} {scale} {}", self.model().currency),
                false => word.to_owned(),
            }
        };
        line.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }

    /// True for a year of the model, or two with `..` between them.
    fn is_years(&self, word: &str) -> bool {
        let (first, last) = self.model().years;
        let year = |text: &str| text.parse().is_ok_and(|year| (first..=last).contains(&year));
        word.split_once("..").map_or_else(|| year(word), |(from, to)| year(from) && year(to))
    }
}

/// Reads `probability a > b in 2035` as a call.
fn probability(line: &str) -> Option<String> {
    let condition = line.strip_prefix("probability ")?;
    Some(match condition.rsplit_once(" in ") {
        Some((condition, year)) => format!("probability({condition}) in {year}"),
        None => format!("probability({condition})"),
    })
}

/// Reads `sum exports` and `total exports` as a sum.
fn sum(all: &[&str]) -> Option<[String; 2]> {
    match all {
        ["sum" | "total", name] => Some([format!("sum({name})"), format!("sum({name}[*])")]),
        _ => None,
    }
}

/// Returns the name of a quantity without its indices.
fn base(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

/// Writes decimal commas of a line as points.
fn with_point(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let is_digit =
        |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    let point = |(at, c): (usize, &char)| match c {
        ',' if is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)) => '.',
        other => *other,
    };
    chars.iter().enumerate().map(point).collect()
}
