//! Expressions of a model as formulas of a spreadsheet.
//!
//! In: a resolved expression, a year, and an element in each slot. Out: a formula without `=`, or `None` where a
//! spreadsheet has none: a year outside the horizon, most distributions. A condition is 1 or 0.
//! Everything composite is in brackets, since a spreadsheet's `-` binds tighter than its `^`.

use crate::builtins::Function;
use crate::engine::Values;
use crate::model::{
    BinaryOp, Definition, Expr, Kind, Leg, Model, QuantityId, Random, Reduction, Role, Select,
    Shape, Time, apply,
};
use crate::plan::{Point, Rule, Variant};

use super::inputs::Inputs;
use super::places::Places;

/// Maximum number of characters of a formula; a spreadsheet refuses longer ones.
const MOST_CHARACTERS: usize = 8_000;

/// Translates the equations of one scenario into formulas of a workbook.
pub(super) struct Formulas<'a> {
    pub(super) model: &'a Model,
    pub(super) places: &'a Places,
    /// The values of the scenario's run, for indices that are elements.
    pub(super) values: &'a Values,
    /// Values of the baseline.
    pub(super) baseline: &'a Values,
    pub(super) slots: Vec<u32>,
    /// True inside the value of a parameter or field, whose numbers are input cells.
    pub(super) given: bool,
    /// Label for the input cells of the current definition.
    pub(super) label: String,
    /// True inside `baseline(...)`: readings are of the baseline's sheet.
    pub(super) in_baseline: bool,
}

impl<'a> Formulas<'a> {
    /// Translates the rules of a cell in a year into a formula.
    pub(super) fn cell(
        &mut self,
        variant: &Variant<'a>,
        point: &Point,
        inputs: &mut Inputs<'a>,
    ) -> Option<String> {
        let mut rules = Vec::new();
        variant.rules(point, &mut rules);
        let neutral = variant.neutral(point);
        if rules.is_empty() && neutral.is_nan() {
            return Some("NA()".to_owned());
        }
        let mut text = plain(neutral);
        for rule in rules {
            text = self.rule(rule, point, text, inputs)?;
        }
        (text.len() < MOST_CHARACTERS).then_some(text)
    }

    fn rule(
        &mut self,
        rule: Rule<'a>,
        point: &Point,
        before: String,
        inputs: &mut Inputs<'a>,
    ) -> Option<String> {
        let definition = rule.definition()?;
        let quantity = self.model.quantities.get(point.quantity)?;
        self.given = matches!(quantity.role, Role::Param | Role::Field);
        self.label = self.model.definition_name(point.quantity, definition);
        self.enter(definition, &point.cell)?;
        let mut text = before;
        for elements in combinations(self.model, &definition.extra) {
            for (&(slot, _), element) in definition.extra.iter().zip(elements) {
                *self.slots.get_mut(slot)? = element;
            }
            let mut applies = true;
            for (axis, &element) in definition.axes.iter().zip(&point.cell) {
                if let Select::Computed(expr) = axis {
                    applies &= self.known(expr, point.year)? == f64::from(element);
                }
            }
            if !applies {
                continue;
            }
            let part = self.expr(&definition.expr, point.year, inputs)?;
            text = match definition.op {
                crate::model::Op::Set => part,
                crate::model::Op::Add if text == "0" => part,
                crate::model::Op::Add => format!("({text}+{part})"),
                crate::model::Op::Multiply if text == "1" => part,
                crate::model::Op::Multiply => format!("({text}*{part})"),
                crate::model::Op::Solve => return None,
            };
        }
        Some(text)
    }

    /// Puts the elements of a cell into the slots of a definition.
    pub(super) fn enter(&mut self, definition: &Definition, cell: &[u32]) -> Option<()> {
        for (axis, &element) in definition.axes.iter().zip(cell) {
            if let Select::Each(slot, _) = axis {
                *self.slots.get_mut(*slot)? = element;
            }
        }
        Some(())
    }

    /// Translates an expression into a formula.
    pub(super) fn expr(
        &mut self,
        expr: &'a Expr,
        year: i32,
        inputs: &mut Inputs<'a>,
    ) -> Option<String> {
        match expr {
            Expr::Const(value) if self.given => Some(inputs.cell(expr, &self.label, *value)),
            Expr::Const(value) => Some(plain(*value)),
            Expr::Year(time) => Some(time.of(year).to_string()),
            Expr::Slot(slot) => self.slots.get(*slot).map(u32::to_string),
            Expr::Read { quantity, cells, time, .. } => self.read(*quantity, cells, *time, year),
            Expr::Negate(a) => Some(format!("(-{})", self.expr(a, year, inputs)?)),
            Expr::Not(a) => Some(format!("IF({}=0,1,0)", self.expr(a, year, inputs)?)),
            Expr::Binary { op, left, right, .. } => self.binary(*op, left, right, year, inputs),
            Expr::If(condition, then, other) => match self.known(condition, year) {
                Some(0.0) => self.expr(other, year, inputs),
                Some(_) => self.expr(then, year, inputs),
                None => {
                    let condition = self.expr(condition, year, inputs)?;
                    let then = self.expr(then, year, inputs)?;
                    let other = self.expr(other, year, inputs)?;
                    Some(format!("IF({condition}<>0,{then},{other})"))
                }
            },
            Expr::Call { function, args, .. } => self.call(*function, args, year, inputs),
            Expr::Reduce { op, loops, filter, body, .. } => {
                self.reduce(*op, loops, filter.as_deref(), body, year, inputs)
            }
            Expr::Path { first, legs } => self.path(first, legs, year, inputs),
            Expr::Points(points) => self.points(points, year, inputs),
            Expr::Random(random) => self.median(random, year, inputs),
            Expr::Baseline(inner) => {
                let before = std::mem::replace(&mut self.in_baseline, true);
                let text = self.expr(inner, year, inputs);
                self.in_baseline = before;
                text
            }
        }
    }

    /// Returns the value of an expression that no input can change: of years, elements, and quantities whose values are
    /// elements.
    fn known(&self, expr: &Expr, year: i32) -> Option<f64> {
        match expr {
            Expr::Const(value) => Some(*value),
            Expr::Year(time) => Some(f64::from(time.of(year))),
            Expr::Slot(slot) => self.slots.get(*slot).map(|&element| f64::from(element)),
            Expr::Negate(a) => Some(-self.known(a, year)?),
            Expr::Not(a) => Some(f64::from(u8::from(self.known(a, year)? == 0.0))),
            Expr::Binary { op, left, right, .. } => {
                Some(apply(*op, self.known(left, year)?, self.known(right, year)?))
            }
            Expr::Read { quantity, cells, time, .. } => {
                let of = self.model.quantities.get(*quantity)?;
                matches!(of.kind, Kind::Element(_)).then_some(())?;
                let (cell, at) = self.position(*quantity, cells, *time, year)?;
                let run = if self.in_baseline { self.baseline } else { self.values };
                let array = run.array(*quantity);
                let index: Vec<usize> = cell.iter().map(|&e| e as usize).chain([at]).collect();
                array.get(index.as_slice()).copied()
            }
            Expr::If(..)
            | Expr::Call { .. }
            | Expr::Reduce { .. }
            | Expr::Path { .. }
            | Expr::Points(_)
            | Expr::Baseline(_)
            | Expr::Random(_) => None,
        }
    }

    /// Returns the cell that a reading names, and the index of its year within the horizon.
    fn position(
        &self,
        quantity: QuantityId,
        cells: &[Expr],
        time: Time,
        year: i32,
    ) -> Option<(Vec<u32>, usize)> {
        let (first, last) = self.model.years;
        let wanted = time.of(year);
        if !(first..=last).contains(&wanted) || quantity >= self.model.quantities.len() {
            return None;
        }
        let element = |cell: &Expr| self.known(cell, year).map(|element| element as u32);
        let cell: Option<Vec<u32>> = cells.iter().map(element).collect();
        Some((cell?, usize::try_from(wanted - first).ok()?))
    }

    fn read(&self, quantity: QuantityId, cells: &[Expr], time: Time, year: i32) -> Option<String> {
        let (cell, at) = self.position(quantity, cells, time, year)?;
        self.places.reference(self.model, quantity, (&cell, at), self.in_baseline)
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &'a Expr,
        right: &'a Expr,
        year: i32,
        inputs: &mut Inputs<'a>,
    ) -> Option<String> {
        let a = self.expr(left, year, inputs)?;
        let b = self.expr(right, year, inputs)?;
        let sign = match op {
            BinaryOp::And => return Some(format!("IF({a}<>0,IF({b}<>0,1,0),0)")),
            BinaryOp::Or => return Some(format!("IF({a}<>0,1,IF({b}<>0,1,0))")),
            BinaryOp::Add => return Some(format!("({a}+{b})")),
            BinaryOp::Subtract => return Some(format!("({a}-{b})")),
            BinaryOp::Multiply => return Some(format!("({a}*{b})")),
            BinaryOp::Divide => return Some(format!("({a}/{b})")),
            BinaryOp::Power => return Some(format!("({a}^{b})")),
            BinaryOp::Equal => "=",
            BinaryOp::NotEqual => "<>",
            BinaryOp::AtMost => "<=",
            BinaryOp::AtLeast => ">=",
            BinaryOp::Below => "<",
            BinaryOp::Above => ">",
        };
        Some(format!("IF({a}{sign}{b},1,0)"))
    }

    fn call(
        &mut self,
        function: Function,
        args: &'a [Expr],
        year: i32,
        inputs: &mut Inputs<'a>,
    ) -> Option<String> {
        let args: Option<Vec<String>> =
            args.iter().map(|arg| self.expr(arg, year, inputs)).collect();
        let args = args?;
        match (function, args.as_slice()) {
            (Function::Abs, [x]) => Some(format!("ABS({x})")),
            (Function::Exp, [x]) => Some(format!("EXP({x})")),
            (Function::Ln, [x]) => Some(format!("LN({x})")),
            (Function::Sqrt, [x]) => Some(format!("SQRT({x})")),
            (Function::Minimum, all) => Some(format!("MIN({})", all.join(","))),
            (Function::Maximum, all) => Some(format!("MAX({})", all.join(","))),
            (Function::Divide, [a, b]) => Some(format!("({a}/{b})")),
            (Function::Divide, [a, b, other]) => Some(format!("IF({b}<>0,{a}/{b},{other})")),
            _ => None,
        }
    }

    fn reduce(
        &mut self,
        op: Reduction,
        loops: &[(usize, usize)],
        filter: Option<&'a Expr>,
        body: &'a Expr,
        year: i32,
        inputs: &mut Inputs<'a>,
    ) -> Option<String> {
        let mut parts = Vec::new();
        for elements in combinations(self.model, loops) {
            for (&(slot, _), element) in loops.iter().zip(elements) {
                *self.slots.get_mut(slot)? = element;
            }
            let kept = match filter.map(|filter| self.known(filter, year)) {
                Some(Some(0.0)) => continue,
                // A filter that depends on inputs: only a sum has a formula for it.
                Some(None) if op == Reduction::Sum => Some(self.expr(filter?, year, inputs)?),
                Some(None) => return None,
                None | Some(Some(_)) => None,
            };
            let part = self.expr(body, year, inputs)?;
            parts.push(match kept {
                Some(kept) => format!("IF({kept}<>0,{part},0)"),
                None => part,
            });
        }
        if parts.iter().map(String::len).sum::<usize>() > MOST_CHARACTERS {
            return None;
        }
        let count = parts.len();
        match op {
            Reduction::Sum if count == 0 => Some("0".to_owned()),
            Reduction::Product if count == 0 => Some("1".to_owned()),
            Reduction::Sum => Some(format!("({})", parts.join("+"))),
            Reduction::Product => Some(format!("({})", parts.join("*"))),
            Reduction::Mean if count > 0 => Some(format!("(({})/{count})", parts.join("+"))),
            Reduction::Minimum if count > 0 => Some(format!("MIN({})", parts.join(","))),
            Reduction::Maximum if count > 0 => Some(format!("MAX({})", parts.join(","))),
            Reduction::Hhi if count > 0 => {
                let squares: Vec<String> = parts.iter().map(|part| format!("{part}^2")).collect();
                Some(format!("(({})/({})^2)", squares.join("+"), parts.join("+")))
            }
            Reduction::Any
            | Reduction::Mean
            | Reduction::Minimum
            | Reduction::Maximum
            | Reduction::Hhi => None,
        }
    }

    fn path(
        &mut self,
        first: &'a Expr,
        legs: &'a [Leg],
        year: i32,
        inputs: &mut Inputs<'a>,
    ) -> Option<String> {
        let mut text = self.expr(first, year, inputs)?;
        let now = f64::from(year);
        for leg in legs {
            let (Leg::Step { from, .. } | Leg::Move { from, .. }) = leg;
            let from = self.known(from, year)?;
            match leg {
                Leg::Step { to, .. } if now >= from => text = self.expr(to, year, inputs)?,
                Leg::Move { to, until, shape, .. } if now > from => {
                    let until = self.known(until, year)?;
                    let to = self.expr(to, year, inputs)?;
                    let share = (now - from) / (until - from);
                    text = match shape {
                        _ if now >= until => to,
                        Shape::Linear => part_way(&text, &to, share),
                        Shape::SCurve => part_way(&text, &to, s_curve(share)),
                        Shape::Geometric => {
                            format!("({text}*({to}/{text})^{})", plain(share))
                        }
                    };
                }
                Leg::Step { .. } | Leg::Move { .. } => {}
            }
        }
        Some(text)
    }

    /// Translates points into linear interpolation between the given years; the first and the last value hold before
    /// and after them.
    fn points(
        &mut self,
        points: &'a [(Expr, Expr)],
        year: i32,
        inputs: &mut Inputs<'a>,
    ) -> Option<String> {
        let now = f64::from(year);
        let mut before: Option<(f64, String)> = None;
        for (at, value) in points {
            let at = self.known(at, year)?;
            let value = self.expr(value, year, inputs)?;
            match before {
                _ if now == at => return Some(value),
                None if now < at => return Some(value),
                Some((start, from)) if now < at => {
                    return Some(part_way(&from, &value, (now - start) / (at - start)));
                }
                None | Some(_) => before = Some((at, value)),
            }
        }
        before.map(|(_, value)| value)
    }

    /// Translates a distribution to its median, if the median has a simple formula.
    fn median(&mut self, random: &'a Random, year: i32, inputs: &mut Inputs<'a>) -> Option<String> {
        if random.sample.is_some() || random.limits.iter().any(Option::is_some) {
            return None;
        }
        match (random.function, random.args.as_slice()) {
            (Function::Normal, [mean, _]) => self.expr(mean, year, inputs),
            (Function::Uniform, [low, high]) => {
                let (low, high) = (self.expr(low, year, inputs)?, self.expr(high, year, inputs)?);
                Some(format!("(({low}+{high})/2)"))
            }
            _ => None,
        }
    }
}

/// Returns the formula of a linear interpolation: `from + share * (to - from)`.
fn part_way(from: &str, to: &str, share: f64) -> String {
    format!("({from}+({to}-{from})*{})", plain(share))
}

/// Returns the S-curve of a path, as in the engine: a logistic curve with steepness 10, from 0 at 0 to 1 at 1.
fn s_curve(share: f64) -> f64 {
    let logistic = |x: f64| 1.0 / (1.0 + libm::exp(-10.0 * (x - 0.5)));
    (logistic(share) - logistic(0.0)) / (logistic(1.0) - logistic(0.0))
}

/// Returns every combination of the loops' elements.
pub(super) fn combinations(model: &Model, loops: &[(usize, usize)]) -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new()];
    for &(_, set) in loops {
        let members = model.sets.get(set).map_or(&[][..], |set| &set.members);
        let longer = |one: &Vec<u32>| -> Vec<Vec<u32>> {
            members.iter().map(|&member| [one.as_slice(), &[member]].concat()).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

/// Writes a number in a formula, a negative number in brackets.
pub(super) fn plain(value: f64) -> String {
    let text = format!("{value:?}");
    let text = text.strip_suffix(".0").unwrap_or(&text).replace("e-", "E-");
    let text = if text.contains('e') { text.replace('e', "E+") } else { text };
    if value < 0.0 { format!("({text})") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_formulas() {
        assert_eq!([1.0, -0.5, 1e-9, 1e300].map(plain), ["1", "(-0.5)", "1E-9", "1E+300"]);
    }

    #[test]
    fn an_s_curve_has_its_ends_and_its_middle() {
        for share in [0.0, 0.5, 1.0] {
            assert!((s_curve(share) - share).abs() < 1e-15, "{share}: {}", s_curve(share));
        }
    }
}
