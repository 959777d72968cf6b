//! The functions of the language, in one table.
//!
//! A macro makes the types [`Function`], [`Elementary`], [`Reduction`] and [`Expansion`] from the table. If
//! the checker, the engine or the second interpreter of the tests forgets a function, the code does not
//! compile. Completion, `mizan explain` and messages take names and signatures from it. Functions that need
//! no Rust are in `library/standard.mizan`.

/// The rule by which the unit of a function's value follows from its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitRule {
    /// All arguments have the same unit, which is also the unit of the value; [`Parameter::number`] is an exception.
    Same,
    /// All arguments are numbers, and so is the value.
    Number,
    /// The value has the square root of the argument's unit.
    Root,
    /// The value has the unit of the first argument divided by that of the second; a third argument has the unit of the
    /// value.
    Ratio,
    /// The arguments are pairs of a value and its probability; the function's unit is that of the values.
    Pairs,
    /// The checker has separate code for the function: reductions and expansions.
    Own,
}

/// The number of arguments that a parameter takes, and its default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Need {
    /// The argument must be given.
    Required,
    /// The argument may be omitted and has no default.
    Optional,
    /// The argument may be omitted; this number is its default.
    Default(f64),
    /// One or more arguments without a name.
    Repeated,
    /// One or more pairs `value: probability`.
    Pairs,
}

/// A parameter of a built-in function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Name of the parameter, as in `normal(mean: 3, sd: 1)`.
    pub name: &'static str,
    /// Whether the argument may be omitted.
    pub need: Need,
    /// True if the argument is a plain number although the function's rule is [`UnitRule::Same`].
    pub number: bool,
}

const fn required(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Required, number: false }
}

const fn optional(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Optional, number: false }
}

const fn default(name: &'static str, value: f64) -> Parameter {
    Parameter { name, need: Need::Default(value), number: false }
}

const fn number(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Required, number: true }
}

const fn repeated(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Repeated, number: false }
}

const fn pairs(name: &'static str) -> Parameter {
    Parameter { name, need: Need::Pairs, number: false }
}

/// Bounds of the values of an [`Elementary`] function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ImageBounds {
    /// The function never falls, so its values over an interval are between its values at the ends.
    Rising,
    /// All values are between these two numbers.
    Between(f64, f64),
}

/// The meaning of a function's name: a function of numbers, a distribution or a reduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A function of numbers, or a distribution.
    Function(Function),
    /// A reduction over the elements of a set.
    Reduction(Reduction),
    /// A function that the checker replaces by an expression.
    Expansion(Expansion),
}

/// A row of the table of built-in functions.
#[derive(Debug)]
pub struct Builtin {
    /// Name of the function in scripts.
    pub name: &'static str,
    /// The function that the name means.
    pub meaning: Meaning,
    /// The function's parameters, in order.
    pub parameters: &'static [Parameter],
    /// The rule for the unit of the function's value.
    pub rule: UnitRule,
    /// Description of the function's value in one phrase.
    pub about: &'static str,
    /// An expression that uses the function; the tests evaluate it. Except for distributions it is a
    /// condition that holds if `x[sector]` is 3 and 1 and `y` grows from 100 by 10% per year from 2024 to
    /// 2026.
    pub example: &'static str,
}

macro_rules! builtins {
    (
        plain { $($plain:ident $p_name:literal [$($p_par:expr),*] $p_rule:ident $p_about:literal $p_example:literal;)* }
        elementary { $($elem:ident $e_name:literal $value:expr, $slope:expr, $range:expr;
            $e_about:literal $e_example:literal;)* }
        random { $($random:ident $r_name:literal [$($r_par:expr),*] $r_rule:ident $r_about:literal $r_example:literal;)* }
        reduction { $($red:ident $red_name:literal $red_about:literal $red_example:literal;)* }
        expansion { $($exp:ident $x_name:literal [$($x_par:expr),*] $x_about:literal $x_example:literal;)* }
    ) => {
        /// A function of numbers, or a distribution.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the table describes them")]
        pub enum Function {
            $($plain,)*
            Elementary(Elementary),
            $($random,)*
        }

        /// A function of one number. The engine has code for its value, its derivative and the bounds of its values.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the table describes them")]
        pub enum Elementary { $($elem,)* }

        /// A reduction over one set or several.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the table describes them")]
        pub enum Reduction { $($red,)* }

        /// A function that the checker replaces by an expression of operators and reads.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the table describes them")]
        pub enum Expansion { $($exp,)* }

        impl Function {
            /// The functions whose value depends on their arguments alone: all except distributions.
            pub const PLAIN: &[Self] =
                &[$(Self::$plain,)* $(Self::Elementary(Elementary::$elem),)*];
            /// The functions that draw from a distribution.
            pub const RANDOM: &[Self] = &[$(Self::$random,)*];

            /// True for a distribution, whose value is random.
            pub const fn is_random(self) -> bool {
                match self {
                    $(Self::$plain => false,)*
                    Self::Elementary(_) => false,
                    $(Self::$random => true,)*
                }
            }
        }

        impl Elementary {
            /// All elementary functions.
            pub const ALL: &[Self] = &[$(Self::$elem,)*];

            /// Returns the function's name in scripts.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$elem => $e_name,)* }
            }

            /// Returns the function's value at `x`; NaN or infinite if it has none.
            pub fn value(self, x: f64) -> f64 {
                match self { $(Self::$elem => $value(x),)* }
            }

            /// Returns the function's derivative at `x`.
            pub fn slope(self, x: f64) -> f64 {
                match self { $(Self::$elem => $slope(x),)* }
            }

            /// Returns the bounds of the function's values.
            pub const fn range(self) -> ImageBounds {
                match self { $(Self::$elem => $range,)* }
            }
        }

        impl Reduction {
            /// All reductions.
            pub const ALL: &[Self] = &[$(Self::$red,)*];
        }

        /// All built-in functions. `min` and `max` have two rows: a function of several values and a reduction.
        pub const BUILTINS: &[Builtin] = &[
            $(Builtin {
                name: $p_name,
                meaning: Meaning::Function(Function::$plain),
                parameters: &[$($p_par),*],
                rule: UnitRule::$p_rule,
                about: $p_about,
                example: $p_example,
            },)*
            $(Builtin {
                name: $e_name,
                meaning: Meaning::Function(Function::Elementary(Elementary::$elem)),
                parameters: &[required("x")],
                rule: UnitRule::Number,
                about: $e_about,
                example: $e_example,
            },)*
            $(Builtin {
                name: $r_name,
                meaning: Meaning::Function(Function::$random),
                parameters: &[$($r_par),*],
                rule: UnitRule::$r_rule,
                about: $r_about,
                example: $r_example,
            },)*
            $(Builtin {
                name: $red_name,
                meaning: Meaning::Reduction(Reduction::$red),
                parameters: &[required("x")],
                rule: UnitRule::Own,
                about: $red_about,
                example: $red_example,
            },)*
            $(Builtin {
                name: $x_name,
                meaning: Meaning::Expansion(Expansion::$exp),
                parameters: &[$($x_par),*],
                rule: UnitRule::Own,
                about: $x_about,
                example: $x_example,
            },)*
        ];

        /// Calls a macro with the names of all [`Elementary`] functions, from which the engine makes an
        /// instruction for each.
        macro_rules! each_elementary {
            ($run:ident) => { $run! { $($elem)* } };
        }
        pub(crate) use each_elementary;
    };
}

builtins! {
    plain {
        Abs "abs" [required("x")] Same "x without its sign" "abs(-3) == 3";
        Exp "exp" [required("x")] Number "e to the power x" "exp(0) == 1";
        Ln "ln" [required("x")] Number "natural logarithm of x > 0" "ln(exp(2)) == 2";
        Sqrt "sqrt" [required("x")] Root "square root of x >= 0" "sqrt(9) == 3";
        Minimum "min" [repeated("value")] Same "the smallest of several values" "min(3, 1, 2) == 1";
        Maximum "max" [repeated("value")] Same "the largest of several values" "max(3, 1, 2) == 3";
        Divide "div" [required("a"), required("b"), optional("else")] Ratio
            "a / b, or `else` where b is 0" "div(3, 0, else: 7) == 7";
    }
    elementary {
        Floor "floor" libm::floor, |_: f64| 0.0, ImageBounds::Rising;
            "the largest whole number that is not above x" "floor(-1.5) == -2";
        Round "round" libm::round, |_: f64| 0.0, ImageBounds::Rising;
            "the nearest whole number; a half is rounded away from 0" "round(2.5) == 3";
        Log10 "log10" libm::log10, |x: f64| std::f64::consts::LOG10_E / x, ImageBounds::Rising;
            "logarithm of x > 0 to the base 10" "log10(1000) == 3";
        Sin "sin" libm::sin, libm::cos, ImageBounds::Between(-1.0, 1.0);
            "sine of x in radians" "sin(0) == 0";
        Cos "cos" libm::cos, |x: f64| -libm::sin(x), ImageBounds::Between(-1.0, 1.0);
            "cosine of x in radians" "cos(0) == 1";
    }
    random {
        Normal "normal" [required("mean"), required("sd")] Same
            "normal distribution" "normal(mean: 5%, sd: 2%, min: 0%)";
        Lognormal "lognormal" [required("mean"), required("sd")] Same
            "lognormal distribution; mean and standard deviation of the quantity itself, not of its logarithm"
            "lognormal(mean: 2, sd: 0.5)";
        Uniform "uniform" [required("low"), required("high")] Same
            "every value between low and high equally likely" "uniform(2%, 6%)";
        Triangular "triangular" [required("low"), required("mode"), required("high")] Same
            "triangular distribution" "triangular(low: -2, mode: -1.6, high: -1)";
        Pert "pert" [required("low"), required("mode"), required("high")] Same
            "PERT distribution, a smooth triangular one" "pert(1, 2, 6)";
        Beta "beta" [required("a"), required("b")] Number
            "beta distribution between 0 and 1" "beta(2, 5)";
        StudentT "student_t" [number("degrees"), default("location", 0.0), default("scale", 1.0)] Same
            "Student's t distribution" "student_t(5, scale: 2)";
        Bernoulli "bernoulli" [required("p")] Number
            "1 with probability p, else 0" "bernoulli(30%)";
        Between "between" [required("low"), required("high")] Same
            "normal distribution with 90% of its mass from low to high" "between(2%, 6%)";
        Empirical "empirical" [repeated("value")] Same
            "one of the values, each equally likely; `empirical(data(...))` for a column of a file"
            "empirical(1, 2, 3, 6)";
        Discrete "discrete" [pairs("value")] Pairs
            "one of the values, with the given probabilities" "discrete(2027: 30%, 2028: 70%)";
    }
    reduction {
        Sum "sum" "the sum over a set" "sum(s in sector: x[s]) == 4";
        Mean "mean" "the mean over a set" "mean(x[*]) == 2";
        Product "product" "the product over a set" "product(x[*]) == 3";
        Minimum "min" "the smallest value over a set" "min(x[*]) == 1";
        Maximum "max" "the largest value over a set" "max(x[*]) == 3";
        Hhi "hhi" "Herfindahl-Hirschman index: the sum of squared shares" "hhi(x[*]) == 0.625";
        Any "any" "true if the condition holds for at least one element" "any(s in sector: x[s] > 2)";
    }
    expansion {
        Growth "growth" [required("x")]
            "change since last year, as a share of last year's value" "growth(y) == 10%";
        Change "change" [required("x")]
            "change since last year, in the unit of x" "change(y) == 10% * y[t-1]";
        Cagr "cagr" [required("x"), required("from"), required("to")]
            "compound annual growth rate between two years" "cagr(y, from: 2024, to: 2026) == 10%";
        Share "share" [required("part"), required("whole")]
            "part divided by the sum of whole" "share(x[food], x[*]) == 75%";
        Coverage "coverage" [required("exports"), required("imports")]
            "exports divided by the sum of imports" "coverage(2, x[*]) == 50%";
        Baseline "baseline" [required("x")]
            "the value of x in the baseline, in every scenario" "baseline(y) == y";
    }
}

impl Function {
    /// Returns the function's row in the table of built-in functions.
    pub fn row(self) -> &'static Builtin {
        row(|meaning| meaning == Meaning::Function(self))
    }
}

impl Reduction {
    /// Returns the reduction's row in the table of built-in functions.
    pub fn row(self) -> &'static Builtin {
        row(|meaning| meaning == Meaning::Reduction(self))
    }
}

/// Returns the row whose meaning passes `is_meant`; the macro makes a row for every meaning.
fn row(is_meant: impl Fn(Meaning) -> bool) -> &'static Builtin {
    let found = BUILTINS.iter().find(|row| is_meant(row.meaning));
    found.unwrap_or(&BUILTINS[0])
}

impl Builtin {
    /// True for a distribution that can be truncated with `min:` and `max:`.
    pub fn has_limits(&self) -> bool {
        match self.meaning {
            Meaning::Function(function) => function.is_random() && self.rule != UnitRule::Pairs,
            Meaning::Reduction(_) | Meaning::Expansion(_) => false,
        }
    }

    /// Returns the signature: `normal(mean, sd, [min: a], [max: b])`. Arguments in brackets are optional.
    pub fn signature(&self) -> String {
        let shown = |parameter: &Parameter| match parameter.need {
            Need::Required => parameter.name.to_owned(),
            Need::Optional | Need::Default(_) => format!("[{}]", parameter.name),
            Need::Repeated => format!("{}, ...", parameter.name),
            Need::Pairs => format!("{}: probability, ...", parameter.name),
        };
        let limits = ["[min: a]", "[max: b]"].map(str::to_owned);
        let limits = limits.into_iter().filter(|_| self.has_limits());
        let parts: Vec<String> = self.parameters.iter().map(shown).chain(limits).collect();
        format!("{}({})", self.name, parts.join(", "))
    }

    /// Returns the signature and the meaning in one line, for help.
    pub fn help(&self) -> String {
        format!("{}: {}", self.signature(), self.about)
    }
}

/// Finds a function of numbers or a distribution in the table.
pub fn function(name: &str) -> Option<(&'static Builtin, Function)> {
    named(name).find_map(|row| match row.meaning {
        Meaning::Function(function) => Some((row, function)),
        Meaning::Reduction(_) | Meaning::Expansion(_) => None,
    })
}

/// Finds a reduction in the table.
pub fn reduction(name: &str) -> Option<(&'static Builtin, Reduction)> {
    named(name).find_map(|row| match row.meaning {
        Meaning::Reduction(reduction) => Some((row, reduction)),
        Meaning::Function(_) | Meaning::Expansion(_) => None,
    })
}

/// Returns the row of a function that the checker replaces by an expression.
pub fn expansion(name: &str) -> Option<(&'static Builtin, Expansion)> {
    named(name).find_map(|row| match row.meaning {
        Meaning::Expansion(expansion) => Some((row, expansion)),
        Meaning::Function(_) | Meaning::Reduction(_) => None,
    })
}

/// Finds the rows of a name in the table: two for `min` and `max`, none for an unknown name.
pub fn named(name: &str) -> impl Iterator<Item = &'static Builtin> {
    BUILTINS.iter().filter(move |row| row.name == name)
}

/// Returns the names of all built-in functions, each once.
pub fn names() -> impl Iterator<Item = &'static str> {
    let first = |n: usize| BUILTINS[..n].iter().all(|row| row.name != BUILTINS[n].name);
    (0..BUILTINS.len()).filter(move |&n| first(n)).map(|n| BUILTINS[n].name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_shows_what_may_be_left_out() {
        let shown = |name| named(name).map(Builtin::signature).collect::<Vec<_>>();
        assert_eq!(
            shown("student_t"),
            ["student_t(degrees, [location], [scale], [min: a], [max: b])"]
        );
        assert_eq!(shown("discrete"), ["discrete(value: probability, ...)"]);
        assert_eq!(shown("min"), ["min(value, ...)", "min(x)"]);
        assert!(
            named("mean").all(|row| !row.has_limits()) && named("no such name").next().is_none()
        );
    }

    #[test]
    fn each_function_has_its_own_row_and_an_example_of_it() {
        for &function in Function::PLAIN.iter().chain(Function::RANDOM) {
            assert_eq!(function.row().meaning, Meaning::Function(function));
        }
        for row in BUILTINS {
            assert!(row.example.contains(&format!("{}(", row.name)), "{}", row.name);
            let optional = |p: &Parameter| matches!(p.need, Need::Optional | Need::Default(_));
            let first = row.parameters.iter().position(optional).unwrap_or(row.parameters.len());
            assert!(row.parameters[first..].iter().all(optional), "{}", row.name);
        }
        assert_eq!(names().filter(|name| *name == "min").count(), 1);
    }

    /// Compares each derivative with central differences of the values; steps are left out.
    #[test]
    fn slopes_and_ranges_are_those_of_the_values() {
        for &function in Elementary::ALL {
            let points: Vec<f64> = (1..200).map(|n| 0.05 * f64::from(n) + 0.013).collect();
            for &x in &points {
                let step = 1e-6;
                let (below, above) = (function.value(x - step), function.value(x + step));
                let found = (above - below) / (2.0 * step);
                if found.abs() < 1e3 {
                    assert!((found - function.slope(x)).abs() < 1e-6, "{function:?} at {x}");
                }
            }
            let values: Vec<f64> = points.iter().map(|&x| function.value(x)).collect();
            match function.range() {
                ImageBounds::Rising => assert!(values.is_sorted(), "{function:?}"),
                ImageBounds::Between(low, high) => {
                    assert!(
                        values.iter().all(|value| (low..=high).contains(value)),
                        "{function:?}"
                    );
                }
            }
        }
    }
}
