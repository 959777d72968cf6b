//! The functions of the language, in one table.

/// What a function does to the dimensions of its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// All arguments and the result have one dimension.
    Same,
    /// Numbers in, a number out.
    Number,
    /// The first over the second; the third, if any, has the result's dimension.
    Ratio,
    /// Keys and probabilities.
    Discrete,
}

/// A function of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the function of its name, described in the table")]
pub enum Function {
    Abs,
    Exp,
    Ln,
    Sqrt,
    Minimum,
    Maximum,
    Divide,
    Normal,
    Lognormal,
    Uniform,
    Triangular,
    Pert,
    Beta,
    StudentT,
    Bernoulli,
    Between,
    Discrete,
    Empirical,
}

impl Function {
    /// True for a distribution, whose value is random.
    pub fn is_random(self) -> bool {
        use Function::*;
        !matches!(self, Abs | Exp | Ln | Sqrt | Minimum | Maximum | Divide)
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct Builtin {
    /// The name in scripts.
    pub name: &'static str,
    /// The function.
    pub function: Function,
    /// Fewest and most arguments.
    pub arity: (usize, usize),
    /// What it does to dimensions.
    pub rule: Rule,
    /// Signature and meaning.
    pub doc: &'static str,
}

macro_rules! table {
    ($($name:literal $function:ident $low:literal..$high:literal $rule:ident $doc:literal;)*) => {
        /// Every function of numbers; reductions (`sum`, `mean`, ...) are in the checker.
        pub const BUILTINS: &[Builtin] = &[$(Builtin {
            name: $name, function: Function::$function, arity: ($low, $high), rule: Rule::$rule, doc: $doc,
        }),*];
    };
}

table! {
    "abs" Abs 1..1 Same "abs(x): x without its sign";
    "exp" Exp 1..1 Number "exp(x): e to the power x";
    "ln" Ln 1..1 Number "ln(x): natural logarithm of x > 0";
    "sqrt" Sqrt 1..1 Number "sqrt(x): square root of x >= 0";
    "min" Minimum 1..64 Same "min(a, b, ...): the least; min(x[*]) over a set";
    "max" Maximum 1..64 Same "max(a, b, ...): the greatest; max(x[*]) over a set";
    "div" Divide 2..3 Ratio "div(a, b, else: c): a / b, and c where b is 0";
    "normal" Normal 2..2 Same "normal(mean, sd), perhaps with `min: a, max: b`";
    "lognormal" Lognormal 2..2 Same "lognormal(mean, sd), both of the quantity itself";
    "uniform" Uniform 2..2 Same "uniform(low, high)";
    "triangular" Triangular 3..3 Same "triangular(low, mode, high)";
    "pert" Pert 3..3 Same "pert(low, mode, high)";
    "beta" Beta 2..2 Number "beta(a, b) on 0..1";
    "student_t" StudentT 1..3 Same "student_t(degrees, location, scale)";
    "bernoulli" Bernoulli 1..1 Number "bernoulli(p): 1 with probability p, else 0";
    "between" Between 2..2 Same "between(low, high): a normal with 90% of its mass in between";
    "empirical" Empirical 1..10_000 Same "empirical(a, b, ...): one of the values, each as likely; empirical(data(...)) for a column";
    "discrete" Discrete 1..64 Discrete "discrete(a: 30%, b: 70%)";
}

/// The row of a name.
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|row| row.name == name)
}

/// Names of reductions over a set.
pub const REDUCTIONS: [&str; 7] = ["sum", "mean", "product", "min", "max", "hhi", "any"];
/// Other functions that the checker expands.
pub const EXPANDED: [&str; 5] = ["growth", "cagr", "share", "coverage", "baseline"];
