//! Random kinds of levers, with the totals and factors that they contribute to, and levers.

use super::expressions::Scope;
use super::script::{Class, Kind, Known, Lever, Role, Script, Unit};

impl Script {
    /// A kind over sectors, perhaps partners too, and some levers in the baseline.
    pub(super) fn kind(&mut self) {
        let (gain, lift, all) = (self.name("gain"), self.name("lift"), self.name("all"));
        let two = self.choices.chance(30);
        let bindings = if two { vec![("on", 0), ("from", 1)] } else { vec![("on", 0)] };
        let sets: Vec<usize> = bindings.iter().map(|&(_, set)| set).collect();
        let names: Vec<&str> = sets.iter().map(|&set| self.sets[set].name).collect();
        self.statements.push(format!("total {gain}[{}]: USD", names.join(", ")));
        self.statements.push(format!("factor {lift}[sector]"));
        self.statements.push(format!("total {all}: USD"));
        let name = self.name("kind");
        let body = self.kind_body(&gain, &lift, &all, two);
        let head = if two { "on i: sector from j: partner" } else { "on i: sector" };
        self.statements.push(format!("block {name} {head} {{\n{body}}}"));
        self.kinds.push(Kind { name, bindings });
        let total = |name: String, axes: Vec<usize>| Known {
            name,
            axes,
            class: Class::Signed,
            unit: Unit::Money,
            role: Role::Total,
        };
        self.known.push(total(gain, sets));
        self.known.push(total(all, Vec::new()));
        let (class, unit, role) = (Class::Level, Unit::Number, Role::Factor);
        self.known.push(Known { name: lift, axes: vec![0], class, unit, role });
        for _ in 0..self.choices.below(4) {
            let (text, name) = self.lever("");
            self.statements.push(text);
            let read = self.choices.chance(30);
            if read {
                let (name, axes, class) = (format!("{name}.opens"), Vec::new(), Class::Level);
                let role = Role::Opening;
                // The year is read where the lever leaves no index open.
                if self.statements.last().is_some_and(|text| text.contains("one cell")) {
                    self.known.push(Known { name, axes, class, unit: Unit::Number, role });
                }
            }
            self.levers.push(Lever { name, read });
        }
    }

    /// Fields, a variable, and contributions: one to the cell, one summed over it, one to a cell that a
    /// field names.
    fn kind_body(&mut self, gain: &str, lift: &str, all: &str, two: bool) -> String {
        let own = |name: &str, class, unit| (name.to_owned(), class, unit);
        let letters = [("i", 0), ("j", 1)][..if two { 2 } else { 1 }].iter();
        let mut scope = Scope {
            letters: letters.map(|&(letter, set)| (letter.to_owned(), set)).collect(),
            own: vec![
                own("rate", Class::Rate, Unit::Number),
                own("size", Class::Level, Unit::Money),
            ],
            ..Scope::default()
        };
        let first = self.level(Unit::Money, 1, &scope);
        let before = Scope { lag: true, ..scope.clone() };
        let later =
            format!("stock[t-1] * (1 + rate) / 2 + {}", self.level(Unit::Money, 1, &before));
        scope.own.push(own("stock", Class::Level, Unit::Money));
        let mut gained = self.signed(Unit::Money, 1, &scope);
        if self.features.random && self.choices.chance(20) {
            gained = format!("({gained}) * uniform(0.5, 1.5)");
        }
        let lifted = self.rate(1, &scope);
        let summed = self.signed(Unit::Money, 1, &scope);
        let default = self.rate_literal();
        let mut text = format!(
            "  rate: number path = {default}\n  size: money path\n  opens: year = first\n  seat: sector = {}\n  \
             var stock: money\n  stock[first] = {first}\n  stock = {later}\n  \
             {lift}[i] *= 1 + 0.5 * (if t >= opens then {lifted} else 0)\n  {all} += {summed}\n",
            self.sets[0].elements[0]
        );
        text += &match self.choices.below(3) {
            0 => format!("  {gain}[i{}] += {gained}\n", if two { ", j" } else { "" }),
            1 => format!("  {gain}[seat{}] += {gained}\n", if two { ", j" } else { "" }),
            _ => format!(
                "  {gain}[i{}] += if t >= opens then {gained} else 0\n",
                if two { ", j" } else { "" }
            ),
        };
        text
    }

    /// Writes a lever for the script or, indented, for a scenario; returns its name too.
    pub(super) fn lever(&mut self, indent: &str) -> (String, String) {
        let kind = self.choices.pick(&self.kinds.clone());
        let name = self.name("lever");
        let mut head = String::new();
        let mut open = Vec::new();
        for &(preposition, set) in &kind.bindings {
            let elements = self.sets[set].elements.clone();
            match self.choices.below(4) {
                0 => {
                    let element = self.choices.pick(&elements);
                    head += &format!(" {preposition} {element}");
                }
                1 if elements.len() > 1 => {
                    let some = &elements[elements.len() - 2..];
                    head += &format!(" {preposition} {}", some.join(", "));
                    open.push((set, some.to_vec()));
                }
                2 if set == 0 && self.sets.len() > 2 => {
                    head += &format!(" {preposition} goods");
                    open.push((set, elements[1..].to_vec()));
                }
                _ => open.push((set, elements)),
            }
        }
        let mut fields = Vec::new();
        match open.as_slice() {
            [(set, elements)]
                if self.choices.chance(40) && elements.len() == self.sets[*set].elements.len() =>
            {
                fields.push(self.field_table(*set, elements));
            }
            _ => {
                fields.push(format!("size: {}", self.given(Class::Level, Unit::Money)));
                if self.choices.chance(60) {
                    fields.push(format!("rate: {}", self.given(Class::Rate, Unit::Number)));
                }
            }
        }
        if self.choices.chance(50) {
            fields.push(format!("opens: {}", self.year()));
        }
        if self.choices.chance(50) {
            let elements = self.sets[0].elements.clone();
            fields.push(format!("seat: {}", self.choices.pick(&elements)));
        }
        let title = if open.is_empty() { " \"one cell\"" } else { "" };
        let fields: String = fields.iter().map(|field| format!("{indent}  {field}\n")).collect();
        (format!("{indent}{} {name}{head}{title} {{\n{fields}{indent}}}", kind.name), name)
    }

    fn field_table(&mut self, set: usize, elements: &[&str]) -> String {
        let mut text = format!("| {} | size | rate |\n", self.sets[set].name);
        for element in elements {
            let size = self.given(Class::Level, Unit::Money);
            let rate = if self.choices.chance(70) { self.rate_literal() } else { String::new() };
            text += &format!("  | {element} | {size} | {rate} |\n");
        }
        text.trim_end().to_owned()
    }
}
