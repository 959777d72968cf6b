//! Random expressions of each class and unit.

use mizan::builtins::Elementary;

use super::script::{Class, Known, Role, Script, Unit};

/// The context of an expression.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// Index letters, with the sets that they range over.
    pub(super) letters: Vec<(String, usize)>,
    /// True if the expression may read the year before.
    pub(super) lag: bool,
    /// True for a given value, which may read only given values.
    pub(super) given: bool,
    /// The fields and variables of the kind, which its expressions may read.
    pub(super) own: Vec<(String, Class, Unit)>,
}

impl Script {
    pub(super) fn expression(
        &mut self,
        class: Class,
        unit: Unit,
        depth: usize,
        scope: &Scope,
    ) -> String {
        match class {
            Class::Rate => self.rate(depth, scope),
            Class::Level => self.level(unit, depth, scope),
            Class::Signed => self.signed(unit, depth, scope),
        }
    }

    pub(super) fn rate(&mut self, depth: usize, scope: &Scope) -> String {
        if depth == 0 {
            return self.read(Class::Rate, Unit::Number, scope);
        }
        let (d, s) = (depth - 1, scope);
        let unit = self.unit();
        match self.choices.below(23) {
            0 => self.read(Class::Rate, Unit::Number, s),
            1 => format!("1 / (1 + {})", self.rate(d, s)),
            2 => format!("exp(-({}))", self.rate(d, s)),
            3 => format!("sqrt({})", self.rate(d, s)),
            4 => format!("min(2, ({}) ^ ({}))", self.rate(d, s), self.rate(d, s)),
            5 => format!("(({}) + {}) / 2", self.rate(d, s), self.rate(d, s)),
            6 => format!("min(2, ({}) * ({}))", self.rate(d, s), self.rate(d, s)),
            7 => {
                let level = self.level(unit, d, s);
                format!("({level}) / ({level} + {})", self.level(unit, d, s))
            }
            8 => self.concentration(s),
            9 => format!(
                "(if {} then {} else {})",
                self.condition(d, s),
                self.rate(d, s),
                self.rate(d, s)
            ),
            10 => {
                let word = self.choices.pick(&["mean", "min", "max"]);
                self.reduction(word, Class::Rate, Unit::Number, d, s)
            }
            11 => format!("min(2, {})", self.reduction("product", Class::Rate, Unit::Number, d, s)),
            12 => format!("ln(1 + {})", self.rate(d, s)),
            13 => format!("(0.1 + abs({} - ({})))", self.rate(d, s), self.rate(d, s)),
            14 => format!("max({}, {})", self.rate(d, s), self.rate(d, s)),
            15 => format!(
                "min(2, div({}, {}, else: 1))",
                self.level(unit, d, s),
                self.level(unit, d, s)
            ),
            16 => {
                let function = self.choices.pick(&["everywhere", "nowhere_above"]);
                format!("{function}({})", self.rate(d, s))
            }
            17 => "(0.5 + 0.1 * (t - first) / 1 years)".into(),
            18 => match self.find(Role::Opening, s) {
                Some(known) => format!("ramp({})", self.reading(&known, s)),
                None => format!("ramp({})", self.year()),
            },
            19 => self.guarded(d, s),
            20 => {
                let function = self.choices.pick(Elementary::ALL).name();
                format!("(0.1 + min(2, abs({function}(1 + {}))))", self.rate(d, s))
            }
            21 => format!("(0.1 + mod(clamp({}, high: 3, low: 0.2), b: 0.7))", self.rate(d, s)),
            _ => self.risky(d, s),
        }
    }

    /// Writes an expression that sometimes has no value in some year or cell.
    fn risky(&mut self, depth: usize, scope: &Scope) -> String {
        let year = self.year();
        match self.choices.below(30) {
            26 => format!("min(1, abs(1 / ((t - {year}) / 1 years)))"),
            27 => format!("(0.1 + abs(ln(({}) - 0.25)))", self.rate(depth, scope)),
            28 => {
                let (letter, set, inner) = self.bound(scope);
                let name = self.sets[set].name;
                format!("mean({letter} in {name} where t > {year}: {})", self.rate(depth, &inner))
            }
            29 => format!("sqrt(({}) - 0.1)", self.rate(depth, scope)),
            _ => format!("discounted({}, {})", self.rate(depth, scope), self.rate(depth, scope)),
        }
    }

    /// Writes an expression with a condition that excludes the first or the last year.
    fn guarded(&mut self, depth: usize, scope: &Scope) -> String {
        let levels: Vec<Known> = self
            .known
            .iter()
            .filter(|k| k.class == Class::Level && k.role == Role::Variable)
            .cloned()
            .collect();
        if levels.is_empty() || scope.given {
            return self.rate(depth, scope);
        }
        let level = self.choices.pick(&levels);
        let read = self.indexed_by(&level, scope, None);
        let shifted = |time: &str| match read.strip_suffix(']') {
            Some(start) => format!("{start}, {time}]"),
            None => format!("{read}[{time}]"),
        };
        match self.choices.below(4) {
            0 => format!("(if t > first then min(2, {read} / ({})) else 0.5)", shifted("t-1")),
            1 => format!("(if t > first then min(2, 1 + abs(growth({read}))) else 1)"),
            2 if self.features.future => {
                format!("(if t < last then min(2, {} / ({read})) else 0.7)", shifted("t+1"))
            }
            3 if self.features.future => {
                let (first, last) = self.years;
                format!("(0.1 + min(2, abs(cagr({read}, {first}, {last}))))")
            }
            _ => self.rate(depth, scope),
        }
    }

    pub(super) fn level(&mut self, unit: Unit, depth: usize, scope: &Scope) -> String {
        if depth == 0 {
            return self.read(Class::Level, unit, scope);
        }
        let (d, s) = (depth - 1, scope);
        match self.choices.below(13) {
            0..=1 => self.read(Class::Level, unit, s),
            2 => format!("({}) * ({})", self.level(unit, d, s), self.rate(d, s)),
            3 => format!("({} + {})", self.level(unit, d, s), self.level(unit, d, s)),
            4 => {
                let condition = self.condition(d, s);
                format!(
                    "(if {condition} then {} else {})",
                    self.level(unit, d, s),
                    self.level(unit, d, s)
                )
            }
            5 => {
                let word = self.choices.pick(&["min", "max"]);
                format!("{word}({}, {})", self.level(unit, d, s), self.level(unit, d, s))
            }
            6 => {
                let word = self.choices.pick(&["sum", "mean", "min", "max"]);
                self.reduction(word, Class::Level, unit, d, s)
            }
            7 => self.starred(unit, s),
            8 if unit == Unit::Money => {
                format!("({}) * {}", self.rate(d, s), self.level_literal(Unit::Money))
            }
            8 => format!("({}) / {}", self.level(Unit::Money, d, s), self.money_unit()),
            9 => format!("({}) / (1 + {})", self.level(unit, d, s), self.rate(d, s)),
            10 => format!("(abs({}) + {})", self.signed(unit, d, s), self.level_literal(unit)),
            11 => format!("discounted({}, {})", self.level(unit, d, s), self.rate(d, s)),
            _ => {
                let body = self.filtered(Class::Level, unit, d, s);
                format!("({} + {body})", self.level_literal(unit))
            }
        }
    }

    pub(super) fn signed(&mut self, unit: Unit, depth: usize, scope: &Scope) -> String {
        if depth == 0 {
            return self.read(Class::Signed, unit, scope);
        }
        let (d, s) = (depth - 1, scope);
        match self.choices.below(8) {
            0 => self.read(Class::Signed, unit, s),
            1 => format!("(({}) - ({}))", self.level(unit, d, s), self.level(unit, d, s)),
            2 => format!("-({})", self.level(unit, d, s)),
            3 => format!("({}) * ({})", self.signed(unit, d, s), self.rate(d, s)),
            4 => format!("({} + {})", self.signed(unit, d, s), self.level(unit, d, s)),
            5 => {
                let condition = self.condition(d, s);
                format!("(if {condition} then {} else 0)", self.signed(unit, d, s))
            }
            6 => self.reduction("sum", Class::Signed, unit, d, s),
            _ => self.filtered(Class::Signed, unit, d, s),
        }
    }

    pub(super) fn condition(&mut self, depth: usize, scope: &Scope) -> String {
        let d = depth.saturating_sub(1);
        let year = self.year();
        let unit = self.unit();
        match self.choices.below(9) {
            0 => format!("t >= {year}"),
            1 => match self.find(Role::Opening, scope) {
                Some(known) => format!("t >= {}", self.reading(&known, scope)),
                None => format!("t != {year}"),
            },
            2 => format!("{} > {}", self.rate(d, scope), self.rate(d, scope)),
            3 => format!("{} < {}", self.level(unit, d, scope), self.level(unit, d, scope)),
            4 => match scope.letters.last().cloned() {
                Some((letter, set)) => {
                    let element = self.choices.pick(&self.sets[set].elements.clone());
                    format!("{letter} == {element}")
                }
                None => format!("t == {year}"),
            },
            5 if depth > 0 => format!("not ({})", self.condition(d, scope)),
            6 if depth > 0 => {
                format!("({}) and ({})", self.condition(d, scope), self.condition(d, scope))
            }
            7 if depth > 0 => {
                format!("({}) or ({})", self.condition(d, scope), self.condition(d, scope))
            }
            _ => {
                let (letter, set, inner) = self.bound(scope);
                let name = self.sets[set].name;
                format!("any({letter} in {name}: {})", self.condition(d.min(1), &inner))
            }
        }
    }

    pub(super) fn unit(&mut self) -> Unit {
        if self.choices.chance(40) { Unit::Number } else { Unit::Money }
    }

    /// Binds a new index letter for a reduction.
    fn bound(&mut self, scope: &Scope) -> (String, usize, Scope) {
        let set = self.choices.below(self.sets.len());
        let letter = match scope.letters.last() {
            Some((letter, _)) if self.choices.chance(15) => letter.clone(),
            _ => format!("k{}", scope.letters.len()),
        };
        let mut inner = scope.clone();
        inner.letters.push((letter.clone(), set));
        (letter, set, inner)
    }

    fn reduction(
        &mut self,
        word: &str,
        class: Class,
        unit: Unit,
        depth: usize,
        scope: &Scope,
    ) -> String {
        let (letter, set, inner) = self.bound(scope);
        let (name, elements) = (self.sets[set].name, self.sets[set].elements.clone());
        let body = self.expression(class, unit, depth, &inner);
        match self.choices.below(3) {
            0 if elements.len() > 1 => {
                let left_out = self.choices.pick(&elements);
                format!("{word}({letter} in {name} where {letter} != {left_out}: {body})")
            }
            _ => format!("{word}({letter} in {name}: {body})"),
        }
    }

    /// Writes a sum with a condition that may exclude all terms.
    fn filtered(&mut self, class: Class, unit: Unit, depth: usize, scope: &Scope) -> String {
        let (letter, set, inner) = self.bound(scope);
        let name = self.sets[set].name;
        // The filter must not be random: the terms of a sum are fixed before drawing.
        let (one, year) = (self.sets[set].elements[0], self.year());
        let kept = format!("{letter} == {one} or t > {year}");
        let body = self.expression(class, unit, depth, &inner);
        format!("sum({letter} in {name} where {kept}: {body})")
    }

    /// Writes a reduction with stars: `sum(x[*])`, `mean(x[*, *])`, `sum(x[*] * y[*])`.
    fn starred(&mut self, unit: Unit, scope: &Scope) -> String {
        let Some(known) = self.indexed(Class::Level, Some(unit), scope) else {
            return self.read(Class::Level, unit, scope);
        };
        let stars = vec!["*"; known.axes.len()].join(", ");
        let word = self.choices.pick(&["sum", "mean", "max", "min"]);
        let same = |other: &Known| other.class == Class::Rate && other.axes == known.axes;
        let weights: Vec<Known> = self.readable(scope).into_iter().filter(same).collect();
        let name = &known.name;
        if known.axes.len() == 1 && !weights.is_empty() {
            return format!("{word}({name}[*] * {}[*])", self.choices.pick(&weights).name);
        }
        format!("{word}({name}[{stars}])")
    }

    /// Writes a Herfindahl index or a share.
    fn concentration(&mut self, scope: &Scope) -> String {
        let Some(known) = self.indexed(Class::Level, None, scope) else {
            return self.read(Class::Rate, Unit::Number, scope);
        };
        let (name, stars) = (&known.name, vec!["*"; known.axes.len()].join(", "));
        match self.choices.below(2) {
            0 => format!("hhi({name}[{stars}])"),
            _ => {
                let one: Vec<&str> =
                    known.axes.iter().map(|&set| self.sets[set].elements[0]).collect();
                format!("share({name}[{}], {name}[{stars}])", one.join(", "))
            }
        }
    }

    fn indexed(&mut self, class: Class, unit: Option<Unit>, scope: &Scope) -> Option<Known> {
        let fits = |known: &Known| {
            known.class == class
                && !known.axes.is_empty()
                && unit.is_none_or(|unit| known.unit == unit)
        };
        let all: Vec<Known> = self.readable(scope).into_iter().filter(fits).collect();
        if all.is_empty() { None } else { Some(self.choices.pick(&all)) }
    }
}
