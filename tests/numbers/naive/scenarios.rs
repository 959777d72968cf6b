//! Random scenarios: values replaced, raised or multiplied, for some years or all; levers added and taken
//! out; variables fixed.

use super::script::{Class, Known, Role, Script, Unit};

impl Script {
    /// Writes a scenario, which may extend the last one.
    pub(super) fn scenario(&mut self) {
        let name = self.name("scene");
        let on = self.scenarios.last().filter(|_| true).cloned();
        let extends = match on {
            Some(parent) if self.choices.chance(40) => format!(" extends {parent}"),
            _ => String::new(),
        };
        let entries = self.entries(extends.is_empty());
        let entries: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
        self.statements.push(format!("scenario {name}{extends} {{\n{entries}}}"));
        self.scenarios.push(name);
    }

    /// Changes of different things.
    fn entries(&mut self, alone: bool) -> Vec<String> {
        let mut entries = Vec::new();
        let mut params: Vec<Known> = self
            .known
            .iter()
            .filter(|known| {
                matches!(known.role, Role::Param | Role::Opening) && !known.name.contains('.')
            })
            .cloned()
            .collect();
        let mut variables: Vec<Known> =
            self.known.iter().filter(|known| known.role == Role::Variable).cloned().collect();
        let mut gone: Vec<String> = self
            .levers
            .iter()
            .filter(|lever| !lever.read)
            .map(|lever| lever.name.clone())
            .collect();
        for _ in 0..self.choices.between(1, 4) {
            match self.choices.below(8) {
                0..=3 if !params.is_empty() => {
                    let known = params.swap_remove(self.choices.below(params.len()));
                    entries.push(self.replacement(&known));
                }
                4..=5 if !self.kinds.is_empty() => {
                    let (text, _) = self.lever("  ");
                    entries.push(text);
                }
                6 if !gone.is_empty() && alone => {
                    let lever = gone.swap_remove(self.choices.below(gone.len()));
                    entries.push(format!("  without {lever}"));
                }
                _ if !variables.is_empty() => {
                    let known = variables.swap_remove(self.choices.below(variables.len()));
                    entries.push(self.fixed(&known));
                }
                _ => {}
            }
        }
        entries
    }

    /// Writes the indices of all cells or of one.
    fn some_cell(&mut self, known: &Known) -> String {
        if known.axes.is_empty() || self.choices.chance(40) {
            return known.name.clone();
        }
        let cell: Vec<&str> = known
            .axes
            .iter()
            .map(|&set| self.choices.pick(&self.sets[set].elements.clone()))
            .collect();
        format!("{}[{}]", known.name, cell.join(", "))
    }

    /// Writes `in 2026..2028`, or nothing.
    fn some_years(&mut self) -> String {
        let (a, b) = (self.year(), self.year());
        match self.choices.below(3) {
            0 => String::new(),
            _ => format!(" in {}..{}", a.min(b), a.max(b)),
        }
    }

    fn replacement(&mut self, known: &Known) -> String {
        let (cell, years) = (self.some_cell(known), self.some_years());
        if known.role == Role::Opening {
            return format!("  {cell} = {}{years}", self.year());
        }
        match self.choices.below(4) {
            0 => {
                let factor = self.certain_or_random(Class::Rate, Unit::Number);
                format!("  {cell} *= {factor}{years}")
            }
            1 => format!("  {cell} += {}{years}", self.certain_or_random(known.class, known.unit)),
            2 => format!("  {cell} = {}{years}", self.literal(known.class, known.unit)),
            _ => format!("  {cell} = {}{years}", self.given(known.class, known.unit)),
        }
    }

    fn fixed(&mut self, known: &Known) -> String {
        let cell = self.some_cell(known);
        let (a, b) = (self.year(), self.year());
        let value = match self.choices.below(2) {
            1 if a != b => format!(
                "[{}: {}, {}: {}] in {}..{}",
                a.min(b),
                self.literal(known.class, known.unit),
                a.max(b),
                self.literal(known.class, known.unit),
                a.min(b),
                a.max(b)
            ),
            _ => format!("{}{}", self.literal(known.class, known.unit), self.some_years()),
        };
        // Nothing can be added to what a condition gives.
        let condition = ["[", " "].map(|end| format!("solve {}{end}", known.name));
        let of_condition = |line: &String| condition.iter().any(|start| line.starts_with(start));
        let is_solved = self.statements.iter().any(of_condition);
        match self.choices.below(3) {
            0 => format!("  fix {cell} = {value}"),
            1 if !is_solved => format!("  {cell} += {value}"),
            _ => format!("  {cell} = {value}"),
        }
    }

    /// Writes a scenario whose changes apply only from a given year on.
    pub(super) fn late_scenario(&mut self) -> Option<usize> {
        let (from, last) = (self.choices.between(self.years.0 + 1, self.years.1), self.years.1);
        let all = self.known.iter().filter(|k| k.role == Role::Param).cloned();
        let mut params: Vec<Known> = all.collect();
        let mut entries = Vec::new();
        for _ in 0..self.choices.between(1, 3) {
            if params.is_empty() {
                continue;
            }
            let known = params.swap_remove(self.choices.below(params.len()));
            let cell = self.some_cell(&known);
            let (sign, class, unit) = match self.choices.below(3) {
                0 => ("=", known.class, known.unit),
                1 => ("+=", known.class, known.unit),
                _ => ("*=", Class::Rate, Unit::Number),
            };
            let value = self.literal(class, unit);
            entries.push(format!("  {cell} {sign} {value} in {from}..{last}\n"));
        }
        self.statements.push(format!("scenario late {{\n{}}}", entries.concat()));
        (!entries.is_empty()).then_some(from)
    }
}
