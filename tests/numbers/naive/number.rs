//! A plain number with a bound on its rounding error.
//!
//! The engine adds in another order and computes powers with other functions than this interpreter, so both
//! may differ by rounding. The bound comes from a first-order error analysis (Higham 2002, chapter 3): it is
//! wide if terms cancel, and otherwise a few units in the last place. It is 0 for exact values, such as most
//! counts and years.

use super::interpreter::Fault;

/// A value, and a bound on its rounding error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Num {
    pub(super) value: f64,
    pub(super) slack: f64,
}

/// Twice the unit of rounding.
const ROUND: f64 = f64::EPSILON;

/// Makes an exact number.
pub(super) fn exact(value: f64) -> Num {
    Num { value, slack: 0.0 }
}

/// Converts truth to a number.
pub(super) fn truth(yes: bool) -> Num {
    exact(if yes { 1.0 } else { 0.0 })
}

/// Makes a value that was rounded by a few units in the last place; `slack` is the error of its operands.
fn rounded(value: f64, units: f64, slack: f64) -> Result<Num, Fault> {
    if !value.is_finite() {
        return Err(Fault::NoValue("overflow"));
    }
    Ok(Num { value, slack: slack + units * ROUND * value.abs() })
}

impl Num {
    pub(super) fn negate(self) -> Num {
        Num { value: -self.value, ..self }
    }

    pub(super) fn abs(self) -> Num {
        Num { value: self.value.abs(), ..self }
    }

    pub(super) fn plus(self, other: Num) -> Result<Num, Fault> {
        let (a, b) = (self.value, other.value);
        let sum = a + b;
        // The rounding error of the sum (Knuth's TwoSum).
        let shadow = sum - a;
        let lost = (a - (sum - shadow)) + (b - shadow);
        rounded(sum, if lost == 0.0 { 0.0 } else { 1.0 }, self.slack + other.slack)
    }

    pub(super) fn minus(self, other: Num) -> Result<Num, Fault> {
        self.plus(other.negate())
    }

    pub(super) fn times(self, other: Num) -> Result<Num, Fault> {
        let (a, b) = (self.value, other.value);
        let product = a * b;
        let lost = a.mul_add(b, -product);
        let slack = a.abs() * other.slack + b.abs() * self.slack + self.slack * other.slack;
        rounded(product, if lost == 0.0 { 0.0 } else { 1.0 }, slack)
    }

    pub(super) fn over(self, other: Num) -> Result<Num, Fault> {
        let (a, b) = (self.value, other.value);
        if !other.is_zero()? {
            let quotient = a / b;
            let lost = quotient.mul_add(b, -a);
            let slack = (self.slack + quotient.abs() * other.slack) / (b.abs() - other.slack);
            return rounded(quotient, if lost == 0.0 { 0.0 } else { 1.0 }, slack);
        }
        Err(Fault::NoValue("division-by-zero"))
    }

    pub(super) fn power(self, other: Num) -> Result<Num, Fault> {
        let (a, b) = (self.value, other.value);
        let zero = self.is_zero()?;
        if zero && other.is_below(exact(0.0))? {
            return Err(Fault::NoValue("division-by-zero"));
        }
        if a < 0.0 && (other.slack > 0.0 || b.fract() != 0.0) {
            return Err(if other.slack > 0.0 { Fault::Close } else { Fault::NoValue("domain") });
        }
        let value = a.powf(b);
        let from_base = if zero { 0.0 } else { b.abs() * self.slack / (a.abs() - self.slack) };
        let from_exponent = if zero { 0.0 } else { a.abs().ln().abs() * other.slack };
        let units = if zero || b == 0.0 { 0.0 } else { 4.0 };
        rounded(value, units, 2.0 * value.abs() * (from_base + from_exponent))
    }

    pub(super) fn exp(self) -> Result<Num, Fault> {
        let value = self.value.exp();
        rounded(value, 4.0, 2.0 * value * self.slack)
    }

    pub(super) fn ln(self) -> Result<Num, Fault> {
        if self.is_zero()? || self.value < 0.0 {
            return Err(Fault::NoValue("domain"));
        }
        rounded(self.value.ln(), 4.0, self.slack / (self.value - self.slack))
    }

    pub(super) fn sqrt(self) -> Result<Num, Fault> {
        if self.is_zero()? {
            return Ok(self);
        }
        if self.value < 0.0 {
            return Err(Fault::NoValue("domain"));
        }
        let value = self.value.sqrt();
        rounded(value, 1.0, self.slack / value)
    }

    /// Applies a step function; refused if rounding may move the argument across a step.
    pub(super) fn step(self, function: fn(f64) -> f64) -> Result<Num, Fault> {
        let near = 4.0 * self.slack;
        if function(self.value - near) != function(self.value + near) {
            return Err(Fault::Close);
        }
        Ok(exact(function(self.value)))
    }

    /// Applies a function with a slope of at most 1 and values from -1 to 1.
    pub(super) fn wave(self, function: fn(f64) -> f64) -> Result<Num, Fault> {
        // Near a zero of the function the argument's own rounding counts.
        rounded(function(self.value), 4.0, 2.0 * self.slack + ROUND * self.value.abs())
    }

    pub(super) fn least(self, other: Num) -> Num {
        Num { value: self.value.min(other.value), slack: self.slack.max(other.slack) }
    }

    pub(super) fn greatest(self, other: Num) -> Num {
        Num { value: self.value.max(other.value), slack: self.slack.max(other.slack) }
    }

    /// True if the number is below another; refused if rounding decides.
    pub(super) fn is_below(self, other: Num) -> Result<bool, Fault> {
        self.told_apart(other)?;
        Ok(self.value < other.value)
    }

    /// True if the number is equal to another; refused if rounding decides.
    pub(super) fn is(self, other: Num) -> Result<bool, Fault> {
        self.told_apart(other)?;
        Ok(self.value == other.value)
    }

    fn is_zero(self) -> Result<bool, Fault> {
        self.is(exact(0.0))
    }

    fn told_apart(self, other: Num) -> Result<(), Fault> {
        let slack = self.slack + other.slack;
        if slack > 0.0 && (self.value - other.value).abs() <= 4.0 * slack {
            return Err(Fault::Close);
        }
        Ok(())
    }

    /// True if a result of the engine agrees with this number: within a relative 1e-12, or within what
    /// rounding explains where terms cancel.
    pub(super) fn agrees(self, found: f64) -> bool {
        (found - self.value).abs() <= (1e-12 * self.value.abs()).max(8.0 * self.slack)
    }

    /// True if rounding explains less than the 1e-12 that are demanded.
    pub(super) fn is_sharp(self) -> bool {
        8.0 * self.slack <= 1e-12 * self.value.abs()
    }
}

#[test]
fn what_is_exact_has_no_slack_and_what_cancels_has_much() {
    let sum = exact(0.1).plus(exact(0.2)).expect("a sum");
    assert!(sum.slack > 0.0 && sum.slack < 1e-16);
    assert_eq!(exact(2027.0).minus(exact(2024.0)).expect("a difference").slack, 0.0);
    assert_eq!(exact(6.0).over(exact(3.0)).expect("a quotient").slack, 0.0);
    let cancelled = sum.minus(exact(0.3)).expect("a difference");
    assert!(!cancelled.is_sharp() && cancelled.agrees(0.0));
    assert!(matches!(sum.is(exact(0.3)), Err(Fault::Close)));
    assert!(matches!(exact(1.0).over(exact(0.0)), Err(Fault::NoValue("division-by-zero"))));
    assert!(!exact(1.0).agrees(1.0 + 1e-11) && exact(1.0).agrees(1.0 + 1e-13));
}
