//! Resolved expressions as text: `imports[China, s, t-1] * (1 + growth[s])`.
//!
//! In: a model and a definition of it. Out: text in the notation of the language, with index names for
//! slots, and with units for numbers if their context determines the unit.

mod kind;
mod number;

use std::collections::BTreeMap;

use super::{
    BinaryOp, Definition, Expr, Kind, Leg, Model, Op, QuantityId, Random, Reduction, Select, SetId,
    Shape, Time,
};
use crate::builtins::Function;
use crate::quantity::Dimension;

/// Precedence of an expression: 0 for a path or condition, 9 for a name.
type Strength = u8;

const LOOSEST: Strength = 0;
const NOT: Strength = 3;
const NEGATE: Strength = 7;
const TIGHTEST: Strength = 9;
const NUMBER: Kind = Kind::Plain { dimension: Dimension::NUMBER, percent: false };

/// Prints an equation, value or contribution: `imports[p, s] += bus_plant.kits  in 2026..2030`.
pub fn definition(model: &Model, id: QuantityId, definition: &Definition) -> String {
    let Some(quantity) = model.quantities.get(id) else { return String::new() };
    let open = definition.axes.iter().map(|axis| match axis {
        Select::Each(slot, _) => Some(*slot),
        Select::One(_) | Select::Computed(_) => None,
    });
    let mut printer = Printer { model, slots: BTreeMap::new(), open: open.collect() };
    let mut indices: Vec<String> = Vec::new();
    for (select, &axis) in definition.axes.iter().zip(&quantity.axes) {
        indices.push(match select {
            Select::Each(slot, set) => printer.name(*slot, *set),
            Select::One(element) => model.element_name(axis, *element).to_owned(),
            Select::Computed(_) => String::new(),
        });
    }
    // An expression that computes an element may read later indices, so all of them need names first.
    for (index, (select, &axis)) in
        indices.iter_mut().zip(definition.axes.iter().zip(&quantity.axes))
    {
        if let Select::Computed(expr) = select {
            *index = printer.expr(expr, Some(Kind::Element(axis)), LOOSEST);
        }
    }
    let (first, last) = definition.years;
    if first == last && first != last_year(model) || (first, last) == (model.years.0, model.years.0)
    {
        indices.push(first.to_string());
    }
    let loops: Vec<String> = definition
        .extra
        .iter()
        .map(|&(slot, set)| format!("{} in {}", printer.name(slot, set), model.sets[set].name))
        .collect();
    let sign = match definition.op {
        Op::Set => "=",
        Op::Add => "+=",
        Op::Multiply => "*=",
        Op::Solve => "so that",
    };
    let expected = match definition.op {
        Op::Multiply => NUMBER,
        Op::Solve => Kind::Truth,
        Op::Set | Op::Add => quantity.kind,
    };
    let value = printer.expr(&definition.expr, Some(expected), LOOSEST);
    let indices =
        if indices.is_empty() { String::new() } else { format!("[{}]", indices.join(", ")) };
    let window = if first < last && (first, last) != model.years {
        format!("  in {first}..{last}")
    } else {
        String::new()
    };
    let each =
        if loops.is_empty() { String::new() } else { format!("  for each {}", loops.join(", ")) };
    let bound = definition.bound.map_or(String::new(), |least| {
        format!(" >= {}", number::number(model, least, Some(quantity.kind)))
    });
    let solve = if definition.op == Op::Solve { "solve " } else { "" };
    format!("{solve}{}{indices}{bound} {sign} {value}{window}{each}", quantity.name)
}

/// Prints an expression that has elements in place of all index names: `sum(s in sector: imports[China, s])`.
pub fn expression(model: &Model, expr: &Expr) -> String {
    let mut printer = Printer { model, slots: BTreeMap::new(), open: Vec::new() };
    printer.expr(expr, None, LOOSEST)
}

/// Returns the type of an expression with elements in place of all index names, as far as its parts determine it.
pub fn kind_of(model: &Model, expr: &Expr) -> Option<Kind> {
    Printer { model, slots: BTreeMap::new(), open: Vec::new() }.kind(expr)
}

/// Returns the last year of the horizon.
fn last_year(model: &Model) -> i32 {
    if model.years.0 == model.years.1 { model.years.1 } else { i32::MIN }
}

struct Printer<'a> {
    model: &'a Model,
    /// Name and set of the index in each used slot.
    slots: BTreeMap<usize, (String, SetId)>,
    /// Slot of each axis of the definition; None for an axis with a single element.
    open: Vec<Option<usize>>,
}

impl Printer<'_> {
    /// Chooses an index name for a slot: the first letter of the set that is not yet used.
    fn name(&mut self, slot: usize, of: SetId) -> String {
        let set = &self.model.sets[of].name;
        let taken = |name: &str| {
            matches!(name, "t" | "first" | "last")
                || self.slots.iter().any(|(other, (used, _))| *other != slot && used == name)
                || self.model.quantities.iter().any(|quantity| quantity.name == name)
        };
        let letters = set.to_lowercase();
        let letter = letters.chars().next().map_or("i".to_owned(), |c| c.to_string());
        let next = letter.chars().next().and_then(|c| char::from_u32(u32::from(c) + 1));
        let choices = [
            letter.clone(),
            next.filter(char::is_ascii_lowercase).map_or(letter.clone(), |c| c.to_string()),
        ];
        let numbered = (2..).map(|n: usize| format!("{letter}{n}"));
        let name = choices.into_iter().chain(numbered).find(|name| !taken(name));
        let name = name.unwrap_or(letter);
        self.slots.insert(slot, (name.clone(), of));
        name
    }

    /// Prints an expression in a place that requires the kind `expected`; adds brackets if its precedence is below
    /// `outer`.
    fn expr(&mut self, expr: &Expr, expected: Option<Kind>, outer: Strength) -> String {
        let (text, strength) = self.bare(expr, expected);
        if strength < outer { format!("({text})") } else { text }
    }

    fn bare(&mut self, expr: &Expr, expected: Option<Kind>) -> (String, Strength) {
        match expr {
            Expr::Const(value) => {
                let text = number::number(self.model, *value, expected);
                let strength = if *value < 0.0 { NEGATE } else { TIGHTEST };
                (text, strength)
            }
            Expr::Year(Time::Offset(0)) => ("t".to_owned(), TIGHTEST),
            Expr::Year(Time::Offset(n)) => (format!("t {}", signed(*n, " ")), 5),
            Expr::Year(Time::Fixed(year)) => (year.to_string(), TIGHTEST),
            Expr::Slot(slot) => {
                (self.slots.get(slot).map_or("?", |(name, _)| name).to_owned(), TIGHTEST)
            }
            Expr::Read { quantity, cells, time, .. } => {
                (self.read(*quantity, cells, *time), TIGHTEST)
            }
            Expr::Negate(a) => (format!("-{}", self.expr(a, expected, NEGATE)), NEGATE),
            Expr::Not(a) => (format!("not {}", self.expr(a, Some(Kind::Truth), NOT)), NOT),
            Expr::Binary { op, left, right, .. } => self.binary(*op, left, right, expected),
            Expr::If(condition, then, other) => {
                let condition = self.expr(condition, Some(Kind::Truth), LOOSEST);
                let (then, other) = (self.expr(then, expected, 1), self.expr(other, expected, 0));
                (format!("if {condition} then {then} else {other}"), LOOSEST)
            }
            Expr::Call { function, args, .. } => (self.call(*function, args, expected), TIGHTEST),
            Expr::Random(random) => (self.random(random, expected), TIGHTEST),
            Expr::Reduce { op, loops, filter, body, .. } => {
                (self.reduce(*op, loops, filter.as_deref(), body, expected), TIGHTEST)
            }
            Expr::Path { first, legs } => {
                let mut text = self.expr(first, expected, 1);
                legs.iter().for_each(|leg| text.push_str(&self.leg(leg, expected)));
                (text, LOOSEST)
            }
            Expr::Points(points) => {
                let point = |(year, value): &(Expr, Expr)| {
                    let year = self.expr(year, Some(Kind::Year), LOOSEST);
                    format!("{year}: {}", self.expr(value, expected, LOOSEST))
                };
                let points: Vec<String> = points.iter().map(point).collect();
                (format!("[{}]", points.join(", ")), TIGHTEST)
            }
            Expr::Baseline(a) => (format!("baseline({})", self.expr(a, expected, 0)), TIGHTEST),
        }
    }

    fn read(&mut self, id: QuantityId, cells: &[Expr], time: Time) -> String {
        let quantity = &self.model.quantities[id];
        let mut indices = Vec::new();
        for (cell, &axis) in cells.iter().zip(&quantity.axes) {
            indices.push(self.expr(cell, Some(Kind::Element(axis)), LOOSEST));
        }
        match time {
            Time::Offset(0) => {}
            Time::Offset(n) => indices.push(format!("t{}", signed(n, ""))),
            Time::Fixed(year) => indices.push(year.to_string()),
        }
        if indices.is_empty() {
            return quantity.name.clone();
        }
        format!("{}[{}]", quantity.name, indices.join(", "))
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &Expr,
        right: &Expr,
        expected: Option<Kind>,
    ) -> (String, Strength) {
        let (sign, strength) = operator(op);
        let (a, b) = self.operand_kinds(op, left, right, expected);
        // Powers associate to the right, all other operators to the left.
        let (l, r) = match op {
            BinaryOp::Power => (strength + 1, strength),
            _ => (strength, strength + 1),
        };
        let (left, right) = (self.expr(left, a, l), self.expr(right, b, r));
        (format!("{left} {sign} {right}"), strength)
    }

    fn call(&mut self, function: Function, args: &[Expr], expected: Option<Kind>) -> String {
        let name = function.row().name;
        let kinds = self.argument_kinds(function, args, expected);
        let mut texts: Vec<String> = Vec::new();
        for (arg, kind) in args.iter().zip(kinds) {
            texts.push(self.expr(arg, kind, LOOSEST));
        }
        let text = match (function, texts.as_slice()) {
            (Function::Divide, [a, b, other]) => format!("{a}, {b}, else: {other}"),
            (Function::Discrete, pairs) => {
                let pair = |pair: &[String]| pair.join(": ");
                pairs.chunks(2).map(pair).collect::<Vec<_>>().join(", ")
            }
            (_, texts) => texts.join(", "),
        };
        format!("{name}({text})")
    }

    fn random(&mut self, random: &Random, expected: Option<Kind>) -> String {
        let mut text = match &random.sample {
            Some(sample) => format!("empirical({})", sample.text),
            None => self.call(random.function, &random.args, expected),
        };
        let kind = random.args.iter().find_map(|arg| self.kind(arg)).or(expected);
        for (name, limit) in ["min", "max"].iter().zip(&random.limits) {
            if let Some(limit) = limit {
                let limit = self.expr(limit, kind, LOOSEST);
                text.insert_str(text.len() - 1, &format!(", {name}: {limit}"));
            }
        }
        text + &self.how_often(random)
    }

    /// Returns the words that state how often a distribution is drawn: ` each s each year`.
    fn how_often(&self, random: &Random) -> String {
        let axes = self.open.iter().enumerate();
        let apart = axes.filter_map(|(n, slot)| slot.filter(|_| random.axes.contains(&n)));
        let slots = apart.chain(random.loops.iter().map(|&(slot, _)| slot));
        let name = |slot| self.slots.get(&slot).map_or("?", |(name, _): &(String, SetId)| name);
        let mut words: String = slots.map(|slot| format!(" each {}", name(slot))).collect();
        if words.is_empty() && !self.slots.is_empty() {
            words.push_str(" shared");
        }
        if random.year.is_some() {
            words.push_str(" each year");
        }
        words
    }

    fn reduce(
        &mut self,
        op: Reduction,
        loops: &[(usize, SetId)],
        filter: Option<&Expr>,
        body: &Expr,
        expected: Option<Kind>,
    ) -> String {
        let before = self.slots.clone();
        let mut binders = Vec::new();
        for &(slot, set) in loops {
            binders.push(format!("{} in {}", self.name(slot, set), self.model.sets[set].name));
        }
        let filter = filter.map(|filter| self.expr(filter, Some(Kind::Truth), LOOSEST));
        let filter = filter.map_or(String::new(), |filter| format!(" where {filter}"));
        let expected = if op == Reduction::Hhi { None } else { expected };
        let body = self.expr(body, expected, LOOSEST);
        self.slots = before;
        let name = op.row().name;
        format!("{name}({}{filter}: {body})", binders.join(", "))
    }

    fn leg(&mut self, leg: &Leg, expected: Option<Kind>) -> String {
        let year = Some(Kind::Year);
        match leg {
            Leg::Move { to, from, until, shape, .. } => {
                let to = self.expr(to, expected, 1);
                let (from, until) = (self.expr(from, year, 1), self.expr(until, year, 1));
                let shape = match shape {
                    Shape::Linear => "",
                    Shape::SCurve => " s_curve",
                    Shape::Geometric => " geometric",
                };
                format!(" -> {to} over {from}..{until}{shape}")
            }
            Leg::Step { to, from, .. } => {
                format!(" then {} from {}", self.expr(to, expected, 1), self.expr(from, year, 1))
            }
        }
    }
}

/// Formats a number with its sign, `-1` or `+2`, and `gap` after the sign.
fn signed(n: i32, gap: &str) -> String {
    let sign = if n < 0 { "-" } else { "+" };
    format!("{sign}{gap}{}", n.unsigned_abs())
}

fn operator(op: BinaryOp) -> (&'static str, Strength) {
    match op {
        BinaryOp::Or => ("or", 1),
        BinaryOp::And => ("and", 2),
        BinaryOp::Equal => ("==", 4),
        BinaryOp::NotEqual => ("!=", 4),
        BinaryOp::AtMost => ("<=", 4),
        BinaryOp::AtLeast => (">=", 4),
        BinaryOp::Below => ("<", 4),
        BinaryOp::Above => (">", 4),
        BinaryOp::Add => ("+", 5),
        BinaryOp::Subtract => ("-", 5),
        BinaryOp::Multiply => ("*", 6),
        BinaryOp::Divide => ("/", 6),
        BinaryOp::Power => ("^", 8),
    }
}
