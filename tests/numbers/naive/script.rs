//! Random scripts of the core language that mean something: units agree, divisors are above 0, every cell
//! has one closest definition, and nothing depends on itself within a year.
//!
//! Values are of three classes. A *rate* is a number above 0 and at most a few units; a *level* is any number
//! or amount above 0; a *signed* value may be anything. Products and powers are of rates, so that no chain of
//! definitions leaves the range of numbers.

use super::choices::Choices;
use super::expressions::Scope;

/// The class of a value, which decides the operations that are safe for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Rate,
    Level,
    Signed,
}

/// The unit of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Number,
    Money,
}

/// The role of a quantity that expressions may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Param,
    /// A year.
    Opening,
    Variable,
    Total,
    Factor,
}

/// A quantity that expressions may read.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) axes: Vec<usize>,
    pub(super) class: Class,
    pub(super) unit: Unit,
    pub(super) role: Role,
}

/// The features of the language that scripts may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Features {
    /// Distributions.
    pub(super) random: bool,
    /// Readings of later years.
    pub(super) future: bool,
    /// `baseline(...)`.
    pub(super) baseline: bool,
    /// Factor of all amounts of money.
    pub(super) money: u64,
}

pub(super) const ALL: Features = Features { random: true, future: true, baseline: true, money: 1 };

/// A set and its elements; a part of another set has its elements.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub(super) name: &'static str,
    pub(super) elements: Vec<&'static str>,
    /// The set that it is a part of.
    pub(super) whole: usize,
}

/// A lever of the baseline.
#[derive(Debug, Clone)]
pub(super) struct Lever {
    pub(super) name: String,
    /// True if an equation reads its fields.
    pub(super) read: bool,
}

/// A kind of lever: its name and its head.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) name: String,
    /// The sets of its bindings, with their prepositions.
    pub(super) bindings: Vec<(&'static str, usize)>,
}

/// A script being written.
pub(super) struct Script {
    pub(super) choices: Choices,
    pub(super) features: Features,
    pub(super) years: (usize, usize),
    pub(super) sets: Vec<Set>,
    pub(super) known: Vec<Known>,
    /// Variables that are read only with a lag, so they may be defined later in the script.
    pub(super) lagged: Vec<Known>,
    pub(super) kinds: Vec<Kind>,
    pub(super) levers: Vec<Lever>,
    /// The statements; their order has no influence on values.
    pub(super) statements: Vec<String>,
    /// The names of the scenarios.
    pub(super) scenarios: Vec<String>,
    pub(super) counter: usize,
}

/// Builds the script of a tape.
pub(super) fn script(tape: &[u16], features: Features) -> Script {
    let mut script = Script::opened(tape, features);
    script.declare();
    for _ in 0..script.choices.below(4) {
        script.scenario();
    }
    for _ in 0..script.choices.below(3) {
        let (class, unit) =
            (script.choices.pick(&[Class::Rate, Class::Level, Class::Signed]), script.unit());
        let asked = script.expression(class, unit, 2, &Scope::default());
        script.statements.push(format!("show {asked} for all"));
    }
    script
}

impl Script {
    /// Begins a script: its years and sets.
    pub(super) fn opened(tape: &[u16], features: Features) -> Self {
        let mut choices = Choices::new(tape);
        let first = choices.between(2020, 2026);
        let years = (first, first + choices.between(4, 8));
        let sectors = ["food", "cars", "metals", "fuels"];
        let partners = ["China", "Turkiye", "Georgia"];
        let some = |all: &[&'static str], count: usize| all[..count].to_vec();
        let sectors = some(&sectors, choices.between(2, 4));
        let partners = some(&partners, choices.between(1, 3));
        let mut sets = vec![
            Set { name: "sector", elements: sectors, whole: 0 },
            Set { name: "partner", elements: partners, whole: 1 },
        ];
        if sets[0].elements.len() > 2 {
            sets.push(Set { name: "goods", elements: sets[0].elements[1..].to_vec(), whole: 0 });
        }
        let mut statements = vec![format!("years {}..{}", years.0, years.1), "currency USD".into()];
        for set in &sets {
            let name = set.name;
            statements.push(match name {
                "goods" => format!("set goods = sector without {}", sets[0].elements[0]),
                _ => format!("set {name} = {}", set.elements.join(", ")),
            });
        }
        let (known, lagged, kinds, levers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let scenarios = Vec::new();
        Self {
            choices,
            features,
            years,
            sets,
            known,
            lagged,
            kinds,
            levers,
            statements,
            scenarios,
            counter: 0,
        }
    }

    /// Writes the functions that expressions call.
    pub(super) fn functions(&mut self) {
        self.statements.push("function discounted(x, r) = x / (1 + r)".into());
        self.statements.push("function everywhere(x) = mean(i in sector: x)".into());
        self.statements.push("function nowhere_above(i) = max(k0 in sector: i) / 2".into());
        self.statements.push("function ramp(y) = if t < y then 0.1 else 0.9".into());
    }

    /// Functions, parameters, kinds with their levers, and variables.
    pub(super) fn declare(&mut self) {
        self.functions();
        for _ in 0..self.choices.between(2, 6) {
            self.param();
        }
        let variables: Vec<Known> =
            (0..self.choices.between(1, 6)).map(|_| self.signature()).collect();
        // A script that reads later years reads no later definitions, because both together could form a
        // cycle.
        self.features.future &= self.choices.chance(40);
        let block = self.choices.below(variables.len() + 1);
        for n in 0..variables.len() {
            if n == block {
                self.lagged.clear();
                self.kind();
            }
            let later = if self.features.future { &variables[n..=n] } else { &variables[..] };
            self.lagged = later.to_vec();
            let variable = &variables[n];
            self.variable(variable);
            self.known.push(variable.clone());
        }
    }

    pub(super) fn text(&self) -> String {
        self.statements.join("\n") + "\n"
    }

    /// Returns the script with its statements, and the changes within each scenario, in another order.
    pub(super) fn shuffled(&self, seed: u64) -> String {
        let mut state = seed;
        let mut statements: Vec<String> = self
            .statements
            .iter()
            .map(|statement| shuffled_entries(statement, &mut state))
            .collect();
        shuffle(&mut statements, &mut state);
        statements.join("\n") + "\n"
    }

    /// Makes a new name that begins with a word.
    pub(super) fn name(&mut self, word: &str) -> String {
        self.counter += 1;
        // Levers' contributions are taken in the order of their names: not that of the script.
        let letter = char::from(b'a' + (self.counter * 7 % 26) as u8);
        format!("{letter}_{word}{}", self.counter)
    }

    /// Chooses no index, one, or two.
    pub(super) fn some_axes(&mut self) -> Vec<usize> {
        match self.choices.below(8) {
            0..=1 => Vec::new(),
            2..=4 => vec![0],
            5 => vec![1],
            6 if self.sets.len() > 2 => vec![2],
            _ => vec![0, 1],
        }
    }

    pub(super) fn year(&mut self) -> usize {
        self.choices.between(self.years.0, self.years.1)
    }

    /// Writes a rate as a literal.
    pub(super) fn rate_literal(&mut self) -> String {
        let hundredths = self.choices.between(20, 150);
        match self.choices.below(3) {
            0 => format!("{}.{:02}", hundredths / 100, hundredths % 100),
            1 => format!("{hundredths}%"),
            _ => format!("{hundredths}e-2"),
        }
    }

    /// Writes a level as a literal.
    pub(super) fn level_literal(&mut self, unit: Unit) -> String {
        let tenths = self.choices.between(5, 999) as u64;
        match unit {
            Unit::Number => format!("{}.{}", tenths / 10, tenths % 10),
            Unit::Money => {
                let tenths = tenths * self.features.money;
                format!("{}.{} mn USD", tenths / 10, tenths % 10)
            }
        }
    }

    /// Returns the unit by which money is divided to give a number.
    pub(super) fn money_unit(&self) -> String {
        format!("{} mn USD", 10 * self.features.money)
    }

    pub(super) fn literal(&mut self, class: Class, unit: Unit) -> String {
        match class {
            Class::Rate => self.rate_literal(),
            Class::Level => self.level_literal(unit),
            Class::Signed => format!("-{}", self.level_literal(unit)),
        }
    }

    pub(super) fn axes_text(&self, axes: &[usize], letters: &[&str]) -> String {
        let axis = |(n, &set): (usize, &usize)| match letters.get(n) {
            Some(letter) => format!("{letter}: {}", self.sets[set].name),
            None => self.sets[set].name.to_owned(),
        };
        match axes {
            [] => String::new(),
            axes => {
                format!("[{}]", axes.iter().enumerate().map(axis).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Shuffles by Fisher and Yates, with a linear congruential generator (Knuth's MMIX).
fn shuffle<T>(all: &mut [T], state: &mut u64) {
    for n in (1..all.len()).rev() {
        *state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        all.swap(n, (*state >> 33) as usize % (n + 1));
    }
}

/// A scenario with its changes in another order; any other statement as it is.
fn shuffled_entries(statement: &str, state: &mut u64) -> String {
    let Some((head, body)) =
        statement.split_once("{\n").filter(|_| statement.starts_with("scenario"))
    else {
        return statement.to_owned();
    };
    // A change begins where a line is indented by two blanks and no more, and closes no lever.
    let mut entries: Vec<String> = Vec::new();
    for line in body.trim_end_matches('}').lines() {
        let begins = line.starts_with("  ") && !line[2..].starts_with([' ', '}', '|']);
        match entries.last_mut().filter(|_| !begins) {
            Some(entry) => entry.push_str(&format!("{line}\n")),
            None => entries.push(format!("{line}\n")),
        }
    }
    shuffle(&mut entries, state);
    format!("{head}{{\n{}}}", entries.concat())
}
