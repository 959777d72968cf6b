//! Random scripts in which quantities move together, and in which some are solved for together.

use super::expressions::Scope;
use super::script::{ALL, Class, Known, Role, Script, Unit};

/// A script with `correlate` statements.
pub(super) fn correlated(tape: &[u16]) -> Script {
    let mut script = Script::opened(tape, ALL);
    let one = script.distributed(&[], "");
    let each = " each sector";
    let (many, others) = (script.distributed(&[0], each), script.distributed(&[0], each));
    let yearly = [0; 2].map(|_| script.distributed(&[0], " each sector each year"));
    let shared = [0; 2].map(|_| script.distributed(&[0], " shared each year"));
    let points = [0; 2].map(|_| script.two_points());
    // No quantity has four partners, and 2 sin(pi / 6 * 0.3) is 0.31: every such matrix is valid.
    let mut rank = || format!("{}%", script.choices.between(0, 60) as i64 - 30);
    let ranks = [rank(), rank(), rank(), rank(), rank(), rank(), rank()];
    let [a, b] = [0, 1].map(|n| script.sets[0].elements[n]);
    script.statements.push(format!("correlate {many}[*], {others}[*] = {}", ranks[0]));
    script.statements.push(format!("correlate {one}, {many}[{a}] = {}", ranks[1]));
    script.statements.push(format!("correlate {many}[{a}], {many}[{b}] = {}", ranks[2]));
    for ([first, second], rank) in [(&yearly, &ranks[3]), (&shared, &ranks[4])] {
        script.statements.push(format!("correlate {first}[*], {second}[*] = {rank}"));
    }
    let [first, second] = &yearly;
    script.statements.push(format!("correlate {first}[{a}], {second}[{b}] = {}", ranks[5]));
    let [first, second] = &points;
    script.statements.push(format!("correlate {first}, {second} = {}", ranks[6]));
    script.declare();
    for _ in 0..script.choices.below(3) {
        script.scenario();
    }
    script
}

/// A script with equations that hold together, each kind with one solution above 0.
pub(super) fn blocks(tape: &[u16]) -> Script {
    let mut script = Script::opened(tape, ALL);
    script.functions();
    for _ in 0..script.choices.between(2, 3) {
        script.distributed(&[0], " each sector");
        script.distributed(&[], "");
    }
    for _ in 0..script.choices.between(1, 2) {
        match script.choices.below(3) {
            0 => script.linear(),
            1 => script.market(),
            _ => script.linked_markets(),
        }
    }
    for _ in 0..2 {
        let variable = script.signature();
        script.variable(&variable);
        script.known.push(variable);
    }
    for _ in 0..script.choices.below(2) {
        script.scenario();
    }
    script
}

impl Script {
    /// Writes a parameter with two years, each with a distribution.
    fn two_points(&mut self) -> String {
        let name = self.name("bent");
        let (first, last) = self.years;
        let [from, to] = [0; 2].map(|_| self.certain_or_random(Class::Rate, Unit::Number));
        self.statements.push(format!("param {name} = [{first}: {from}, {last}: {to}]"));
        self.keep(&name, &[], Class::Rate, Role::Param);
        name
    }

    /// A parameter with a distribution in each cell, which is drawn as `words` say.
    pub(super) fn distributed(&mut self, axes: &[usize], words: &str) -> String {
        let name = self.name("drawn");
        let mut value = self.certain_or_random(Class::Rate, Unit::Number);
        // `(0.1 + beta(2, 3))`
        let end = value.len() - usize::from(value.starts_with('('));
        value.insert_str(end, words);
        let axes_text = self.axes_text(axes, &[]);
        self.statements.push(format!("param {name}{axes_text} = {value}"));
        self.keep(&name, axes, Class::Rate, Role::Param);
        name
    }

    pub(super) fn keep(&mut self, name: &str, axes: &[usize], class: Class, role: Role) {
        let (name, axes, unit) = (name.to_owned(), axes.to_vec(), Unit::Number);
        self.known.push(Known { name, axes, class, unit, role });
    }

    /// Writes a number above 0 that reads parameters.
    pub(super) fn coefficient(&mut self, axes: &[usize]) -> String {
        let letters = axes.iter().map(|&set| ("i".to_owned(), set)).collect();
        let scope = Scope { letters, given: true, ..Scope::default() };
        format!("(0.2 + {})", self.read(Class::Rate, Unit::Number, &scope))
    }

    /// Two values that are each a share of the other and something more.
    pub(super) fn linear(&mut self) {
        let (a, b) = (self.name("income"), self.name("spending"));
        for (own, other) in [(&a, &b), (&b, &a)] {
            let (share, more) = (self.coefficient(&[]), self.coefficient(&[]));
            self.statements.push(format!("var {own} = {other} / (1 + {share}) + {more}"));
        }
        self.keep(&a, &[], Class::Level, Role::Variable);
        self.keep(&b, &[], Class::Level, Role::Variable);
    }

    /// In each sector a price at which demand, perhaps with a memory, is supply.
    pub(super) fn market(&mut self) {
        let [price, demand, supply] = ["price", "demand", "supply"].map(|word| self.name(word));
        let memory = match self.choices.below(2) {
            0 => String::new(),
            _ => format!(" * (if t == first then 1 else {price}[i, t-1] ^ 0.3)"),
        };
        let mut curve = |sign: &str| {
            let (level, elasticity) = (self.coefficient(&[0]), self.coefficient(&[0]));
            format!("{level} * {price}[i] ^ ({sign}{elasticity})")
        };
        let (falling, rising) = (curve("-"), curve(""));
        for line in [
            format!("var {price}[sector] start 1"),
            format!("var {demand}[i: sector] = {falling}{memory}"),
            format!("var {supply}[i: sector] = {rising}"),
            format!("solve {price}[i] so that {demand}[i] == {supply}[i]"),
        ] {
            self.statements.push(line);
        }
        self.keep(&price, &[0], Class::Level, Role::Variable);
        self.keep(&supply, &[0], Class::Level, Role::Variable);
    }

    /// Two prices, each of which moves the other market less than its own.
    pub(super) fn linked_markets(&mut self) {
        let (p, q) = (self.name("price"), self.name("price"));
        for (own, other) in [(&p, &q), (&q, &p)] {
            let mut of = || self.coefficient(&[]);
            let (high, fall, low, rise) = (of(), of(), of(), of());
            self.statements.push(format!("var {own} start 1"));
            self.statements.push(format!(
                "solve {own} so that {high} * {own} ^ (-{fall}) * {other} ^ 0.3 == {low} * {own} ^ {rise}"
            ));
            self.keep(own, &[], Class::Level, Role::Variable);
        }
    }
}
