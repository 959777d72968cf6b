//! Random parameters and variables.

use super::expressions::Scope;
use super::script::{Class, Known, Role, Script, Unit};

/// Index letters of declarations.
const LETTERS: [&str; 2] = ["i", "j"];

impl Script {
    pub(super) fn param(&mut self) {
        if self.choices.chance(20) {
            return self.opening();
        }
        let (name, axes) = (self.name("given"), self.some_axes());
        let class = self.choices.pick(&[Class::Rate, Class::Rate, Class::Level]);
        let unit = if class == Class::Level { self.unit() } else { Unit::Number };
        let value = match axes.as_slice() {
            [] => self.given(class, unit),
            axes => match self.choices.below(5) {
                0..=1 => self.map(axes, class, unit),
                2 => self.table(axes, class, unit),
                3 => self.given(class, unit),
                _ => {
                    let letters = axes.iter().zip(LETTERS).map(|(&set, l)| (l.to_owned(), set));
                    let scope =
                        Scope { letters: letters.collect(), given: true, ..Scope::default() };
                    self.expression(class, unit, 1, &scope)
                }
            },
        };
        let typed = match unit {
            Unit::Money => ": USD",
            Unit::Number => "",
        };
        let axes_text = self.axes_text(&axes, &LETTERS);
        self.statements.push(format!("param {name}{axes_text}{typed} = {value}"));
        self.known.push(Known { name, axes, class, unit, role: Role::Param });
    }

    /// Writes a given year.
    fn opening(&mut self) {
        let name = self.name("opens");
        let (a, b) = (self.year(), self.years.1);
        let value = match self.choices.below(3) {
            1 if self.features.random && a < b => format!("discrete({a}: 30%, {b}: 70%)"),
            2 => format!("{} then {b} from {a}", self.years.0),
            _ => a.to_string(),
        };
        self.statements.push(format!("param {name}: year = {value}"));
        let (class, unit) = (Class::Level, Unit::Number);
        self.known.push(Known { name, axes: Vec::new(), class, unit, role: Role::Opening });
    }

    /// Writes a given value for one cell: a number, a distribution, a path or points.
    pub(super) fn given(&mut self, class: Class, unit: Unit) -> String {
        let (a, b) = (self.year(), self.year());
        let (from, until) = (a.min(b), a.max(b));
        match self.choices.below(9) {
            0..=2 => self.literal(class, unit),
            3..=4 => self.certain_or_random(class, unit),
            5 => {
                format!("{} then {} from {from}", self.point(class, unit), self.point(class, unit))
            }
            6 if from < until => {
                let shape = self.choices.pick(&["", " s_curve", " geometric", " linear"]);
                format!(
                    "{} -> {} over {from}..{until}{shape}",
                    self.point(class, unit),
                    self.point(class, unit)
                )
            }
            7 if from < until && from > self.years.0 => format!(
                "{} then {} from {from} -> {} over {from}..{until}",
                self.point(class, unit),
                self.point(class, unit),
                self.point(class, unit)
            ),
            8 if from < until => {
                format!(
                    "[{from}: {}, {until}: {}]",
                    self.point(class, unit),
                    self.point(class, unit)
                )
            }
            _ => self.literal(class, unit),
        }
    }

    fn point(&mut self, class: Class, unit: Unit) -> String {
        match self.choices.below(4) {
            3 => self.certain_or_random(class, unit),
            _ => self.literal(class, unit),
        }
    }

    /// Writes a distribution, or its middle if distributions are not allowed here.
    pub(super) fn certain_or_random(&mut self, class: Class, unit: Unit) -> String {
        if !self.features.random || class == Class::Signed {
            return self.literal(class, unit);
        }
        let amount = |tenths: u64| match unit {
            Unit::Money => {
                let tenths = tenths * self.features.money;
                format!("{}.{} mn USD", tenths / 10, tenths % 10)
            }
            Unit::Number => format!("{}.{}", tenths / 10, tenths % 10),
        };
        let (low, mid, high) = (amount(3), amount(7), amount(15));
        let small = amount(1);
        match self.choices.below(14) {
            0 => format!("normal({high}, {small})"),
            1 => format!("uniform({low}, {high})"),
            2 => format!("triangular({low}, {mid}, {high})"),
            3 => format!("pert({low}, {mid}, {high})"),
            4 => format!("lognormal({mid}, {small})"),
            5 => format!("between({mid}, {high})"),
            6 => format!("empirical({low}, {mid}, {high})"),
            7 => format!("normal({mid}, {mid}, min: {low}, max: {high})"),
            8 => format!("student_t(9, {high}, {small} / 10)"),
            9 if unit == Unit::Number => "(0.1 + beta(2, 3))".into(),
            10 if unit == Unit::Number => "(0.5 + bernoulli(30%))".into(),
            11 if unit == Unit::Number => "discrete(0.4: 30%, 0.9: 45%, 1.3: 25%)".into(),
            12 => format!("triangular({low}, {mid}, {high}, max: {mid})"),
            _ => format!("uniform({low}, {mid})"),
        }
    }

    fn map(&mut self, axes: &[usize], class: Class, unit: Unit) -> String {
        let Some((&set, rest)) = axes.split_first() else { return self.given(class, unit) };
        let elements = self.sets[set].elements.clone();
        let named = if self.choices.chance(30) {
            elements.len()
        } else {
            self.choices.below(elements.len())
        };
        let mut entries = Vec::new();
        for element in &elements[elements.len() - named..] {
            entries.push(format!("{element}: {}", self.map(rest, class, unit)));
        }
        if named < elements.len() {
            entries.push(format!("else: {}", self.map(rest, class, unit)));
        }
        format!("{{ {} }}", entries.join(", "))
    }

    fn table(&mut self, axes: &[usize], class: Class, unit: Unit) -> String {
        let [rows, columns] = axes else { return self.map(axes, class, unit) };
        let (rows, columns) = (self.sets[*rows].clone(), self.sets[*columns].clone());
        let mut text = format!("{{\n  | {} | {} |\n", rows.name, columns.elements.join(" | "));
        for row in &rows.elements {
            let cells: Vec<String> =
                columns.elements.iter().map(|_| self.given(class, unit)).collect();
            text += &format!("  | {row} | {} |\n", cells.join(" | "));
        }
        text + "}"
    }

    /// Writes a variable before its equations.
    pub(super) fn signature(&mut self) -> Known {
        let (name, axes) = (self.name("made"), self.some_axes());
        let class = self.choices.pick(&[Class::Level, Class::Level, Class::Rate, Class::Signed]);
        let unit = if class == Class::Rate { Unit::Number } else { self.unit() };
        Known { name, axes, class, unit, role: Role::Variable }
    }

    /// The equations of a variable: one for all, or several of which the most specific applies.
    pub(super) fn variable(&mut self, known: &Known) {
        let typed = if known.unit == Unit::Money { ": USD" } else { "" };
        let (name, axes) = (known.name.clone(), known.axes.clone());
        if self.choices.chance(25) {
            let scope = self.scope(&axes, false);
            let value = self.expression(known.class, known.unit, 2, &scope);
            let axes = self.axes_text(&axes, &LETTERS);
            return self.statements.push(format!("var {name}{axes}{typed} = {value}"));
        }
        let lag = self.choices.chance(60);
        let axes_text = self.axes_text(&axes, &[]);
        self.statements.push(format!("var {name}{axes_text}{typed}"));
        let all: Vec<String> = axes.iter().zip(LETTERS).map(|(_, l)| l.to_owned()).collect();
        let one: Vec<String> = axes
            .iter()
            .map(|&set| self.choices.pick(&self.sets[set].elements.clone()).to_owned())
            .collect();
        let mut cells = vec![all];
        if !axes.is_empty() && self.choices.chance(50) {
            cells.push(one);
        }
        let window = self.window();
        for cell in cells {
            if lag {
                self.equation(known, &cell, Some("first"), false);
            }
            self.equation(known, &cell, None, lag);
            if let Some(window) = &window {
                self.equation(known, &cell, Some(window), lag);
            }
        }
    }

    /// Years of the horizon but the first.
    fn window(&mut self) -> Option<String> {
        if !self.choices.chance(30) {
            return None;
        }
        let (a, b) = (self.year().max(self.years.0 + 1), self.year().max(self.years.0 + 1));
        let (from, until) = (a.min(b), a.max(b));
        Some(if from == until { from.to_string() } else { format!("{from}..{until}") })
    }

    fn equation(&mut self, known: &Known, cell: &[String], years: Option<&str>, lag: bool) {
        let named = |(n, set): (usize, &usize)| {
            LETTERS.iter().any(|letter| cell[n] == *letter).then(|| (cell[n].clone(), *set))
        };
        let letters = known.axes.iter().enumerate().filter_map(named).collect();
        let scope = Scope { letters, lag, ..Scope::default() };
        let depth = self.choices.between(1, 2);
        let value = self.expression(known.class, known.unit, depth, &scope);
        let random =
            self.features.random && known.class != Class::Signed && self.choices.chance(10);
        let value = match random {
            true => format!("({value}) * (0.9 + uniform(0, 0.2) per year)"),
            false => value,
        };
        let (behind, years) = match years {
            Some(window) if window != "first" && self.choices.chance(30) => (Some(window), None),
            years => (None, years),
        };
        let mut indices = cell.to_vec();
        indices.extend(years.map(str::to_owned));
        let left = match indices.as_slice() {
            [] => known.name.clone(),
            indices => format!("{}[{}]", known.name, indices.join(", ")),
        };
        let behind = behind.map_or(String::new(), |window| format!(" in {window}"));
        self.statements.push(format!("{left} = {value}{behind}"));
    }

    fn scope(&self, axes: &[usize], lag: bool) -> Scope {
        let letters = axes.iter().zip(LETTERS).map(|(&set, l)| (l.to_owned(), set)).collect();
        Scope { letters, lag, ..Scope::default() }
    }
}
