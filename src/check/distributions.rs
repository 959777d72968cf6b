//! Distributions: their limits, their values with probabilities, and parameters that are wrong already
//! before the run.

use super::expr::{Env, MISTAKE, NUMBER, PERCENT, Typed};
use super::{Checker, errors};
use crate::builtins::{Builtin, Function};
use crate::model::{ColumnSample, Expr, Kind, Random};
use crate::source::Span;
use crate::syntax::ast::{self, Argument, Call};

impl Checker<'_> {
    /// Resolves the limits of a distribution, `min: 0%, max: 10%`, for drawn values of `kind`; `shared` is the place of
    /// an argument of the same kind.
    pub(super) fn limits(
        &mut self,
        given: &[Vec<&Argument>],
        shared: Option<Span>,
        kind: Kind,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> [Option<Expr>; 2] {
        let mut limits = [None, None];
        for (limit, argument) in limits.iter_mut().zip(given) {
            let Some(argument) = argument.first() else { continue };
            let (value, found) = self.expr(&argument.value, env, expected.or(Some(kind)));
            let span = argument.value.span;
            // Any number except 0, which fits every unit.
            let drawn = (Expr::Const(1.0), kind);
            let pair = (value, found);
            self.same(&drawn, &pair, shared.unwrap_or(span), span, "a distribution and its limits");
            *limit = Some(pair.0);
        }
        limits
    }

    /// Resolves `discrete(2027: 30%, 2028: 70%)`: each key is a value, and each argument its probability.
    pub(super) fn discrete(
        &mut self,
        row: &'static Builtin,
        call: &Call,
        span: Span,
        env: &mut Env,
        expected: Option<Kind>,
    ) -> Typed {
        let mut args = Vec::new();
        let (mut kind, mut first) = (None, None);
        if call.args.is_empty() {
            self.error(errors::missing_arguments(span, row.name, &["value"], &row.help()));
            return MISTAKE;
        }
        for argument in &call.args {
            let Some(key) = &argument.key else {
                self.error(errors::no_probability(argument.value.span, row.name, &row.help()));
                return MISTAKE;
            };
            // The parser keeps a key as text: a number, a percentage or an element.
            let text = self.sources.text(key.span).to_owned();
            let Some(value) = crate::syntax::parse_value(key.span, &text) else {
                self.error(errors::not_constant(key.span, "a value of `discrete`"));
                return MISTAKE;
            };
            let found = self.expr(&value, env, expected);
            let (at, first) = (value.span, *first.get_or_insert(value.span));
            kind = match (kind, expected) {
                (_, Some(Kind::Year))
                    if self.fits(&found, at, Kind::Year, "a value of `discrete`") =>
                {
                    Some(Kind::Year)
                }
                (None, _) => Some(found.1),
                (Some(kind), _) => {
                    let before = args.first().cloned().unwrap_or(Expr::Const(1.0));
                    Some(self.same(&(before, kind), &found, first, at, "the values of `discrete`"))
                }
            };
            args.push(found.0);
            args.push(self.expect(&argument.value, env, PERCENT, "a probability"));
        }
        if let Some(problem) = problem(Function::Discrete, &args) {
            let help = errors::written(&row.help());
            self.error(errors::distribution(span, row.name, &problem, help));
        }
        let drawn = random((Function::Discrete, args, None), [None, None], span, env);
        (drawn, kind.unwrap_or(NUMBER))
    }
}

/// Returns the call with parameters that the distribution can have, where they show what is meant; `texts` are the
/// arguments as written, and `args` their values.
pub(super) fn mended(
    name: &str,
    function: Function,
    args: &[Expr],
    texts: &[&str],
) -> Option<String> {
    let values: Vec<f64> = args.iter().map(Expr::constant).collect::<Option<_>>()?;
    match (function, values.as_slice(), texts) {
        (Function::Uniform | Function::Between, [..], [low, high]) => {
            Some(format!("{name}({high}, {low})"))
        }
        (Function::Triangular | Function::Pert, [a, b, c], [..]) if texts.len() == 3 => {
            let mut sorted: Vec<(f64, &str)> =
                [*a, *b, *c].into_iter().zip(texts.iter().copied()).collect();
            sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
            let texts: Vec<&str> = sorted.iter().map(|(_, text)| *text).collect();
            let distinct = sorted.first()?.0 < sorted.last()?.0;
            distinct.then(|| format!("{name}({})", texts.join(", ")))
        }
        (Function::Normal, [_, sd], [mean, written]) if *sd < 0.0 => {
            Some(format!("normal({mean}, {})", written.trim_start_matches('-').trim_start()))
        }
        // The parameters of R and Python are those of the logarithm.
        (Function::Lognormal, [mean, sd], [first, second]) if *mean <= 0.0 && *sd > 0.0 => {
            Some(format!("exp(normal({first}, {second}))"))
        }
        (Function::Bernoulli, [p], [text]) if *p > 1.0 && *p <= 100.0 => {
            Some(format!("bernoulli({text}%)"))
        }
        _ => None,
    }
}

/// Returns `beta` with its shapes in place of a mean and a standard deviation, `beta(30%, 5%)`; None for shapes.
pub(super) fn beta_by_mean(call: &Call) -> Option<String> {
    let [first, second] = call.args.as_slice() else { return None };
    let number = |argument: &Argument| match &argument.value.kind {
        ast::ExprKind::Number(number) => {
            let share = if number.percent { 0.01 } else { number.scale };
            Some((number.value * share, number.percent))
        }
        _ => None,
    };
    let named = |argument: &Argument, names: [&str; 3]| {
        argument.key.as_ref().is_some_and(|key| names.contains(&key.text.as_str()))
    };
    let ((mean, percent), (sd, share)) = (number(first)?, number(second)?);
    let named = named(first, ["mean", "mu", "m"]) && named(second, ["sd", "std", "sigma"]);
    // Shapes near 0 put nearly all draws at the ends of the range.
    let narrow = mean < 1.0 && sd <= 0.2 && sd < mean && first.key.is_none();
    let spread = mean * (1.0 - mean) / (sd * sd) - 1.0;
    let shape = |value: f64| {
        let digits = libm::pow(10.0, 2.0 - libm::floor(libm::log10(value)));
        ((value * digits).round() / digits).to_string()
    };
    (percent || share || named || narrow)
        .then_some(spread)
        .filter(|spread| *spread > 0.0 && mean > 0.0 && sd > 0.0)
        .map(|spread| format!("beta({}, {})", shape(mean * spread), shape((1.0 - mean) * spread)))
}

/// Makes a random quantity, numbered by its place in the script, so that a place that is resolved twice gives one
/// random quantity. [`Checker::settle`] completes the quantity when its cells and loops are known.
pub(super) fn random(
    (function, args, sample): (Function, Vec<Expr>, Option<ColumnSample>),
    limits: [Option<Expr>; 2],
    span: Span,
    env: &mut Env,
) -> Expr {
    let number = env.number_of(span);
    let (axes, loops) = env.named_indices();
    let year = env.draws.words.each_year.then(|| env.time(0));
    Expr::Random(Box::new(Random {
        function,
        args,
        sample,
        limits,
        number,
        axes,
        loops,
        year,
        span,
    }))
}

/// Describes the mistake in the constant parameters of a distribution; None if there is none.
pub(super) fn problem(function: Function, args: &[Expr]) -> Option<String> {
    let values: Vec<f64> = args.iter().map(Expr::constant).collect::<Option<_>>()?;
    let v = values.as_slice();
    match (function, v) {
        (Function::Normal | Function::Lognormal, [_, sd]) if *sd < 0.0 => {
            Some(format!("the standard deviation {sd} is negative"))
        }
        (Function::Lognormal, [mean, _]) if *mean <= 0.0 => {
            Some(format!("the mean {mean} is not above 0"))
        }
        (Function::Uniform | Function::Between, [low, high]) if low > high => {
            Some("the low end is above the high end".to_owned())
        }
        (Function::Triangular | Function::Pert, [low, mode, high])
            if !(low <= mode && mode <= high && low < high) =>
        {
            Some(format!("low {low}, mode {mode} and high {high} are not in rising order"))
        }
        (Function::Beta, [a, b]) if *a <= 0.0 || *b <= 0.0 => {
            Some(format!("{a} and {b} are not both above 0"))
        }
        (Function::Bernoulli, [p]) if !(0.0..=1.0).contains(p) => {
            Some(format!("{p} is not a probability"))
        }
        (Function::StudentT, [degrees, ..]) if *degrees <= 0.0 => {
            Some(format!("{degrees} degrees of freedom are not above 0"))
        }
        (Function::Discrete, pairs) => {
            let total: f64 = pairs.iter().skip(1).step_by(2).sum();
            let negative = pairs.iter().skip(1).step_by(2).any(|p| *p < 0.0);
            // Percentages that people write sum to 100% up to rounding.
            (negative || (total - 1.0).abs() > 1e-9).then(|| {
                format!("the probabilities sum to {}%, not 100%", (total * 1e4).round() / 100.0)
            })
        }
        _ => None,
    }
}
