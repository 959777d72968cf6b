//! The arguments of a call, bound to the parameters of its function.
//!
//! Arguments without a name come first and are bound in order; named ones follow in any order. Afterwards every
//! argument belongs to one parameter, and every required parameter has one.

use super::{Checker, errors};
use crate::builtins::{Builtin, Need};
use crate::source::Span;
use crate::syntax::ast::{Argument, Call, Name};

/// A formal parameter of a built-in function or of a function of the script.
#[derive(Debug, Clone, Copy)]
pub(super) struct Formal<'n> {
    name: &'n str,
    required: bool,
    /// True if a call can give the argument only by name, such as `min:` of a distribution.
    only_named: bool,
    /// True if the parameter takes any number of arguments.
    repeated: bool,
}

impl<'n> Formal<'n> {
    /// Makes a parameter that each call must give.
    pub(super) fn required(name: &'n str) -> Self {
        Self { name, required: true, only_named: false, repeated: false }
    }
}

/// Returns the parameters of a built-in function; the limits of a distribution are last.
pub(super) fn parameters(row: &Builtin) -> Vec<Formal<'static>> {
    let own = row.parameters.iter().map(|parameter| Formal {
        name: parameter.name,
        required: matches!(parameter.need, Need::Required | Need::Repeated | Need::Pairs),
        only_named: false,
        repeated: matches!(parameter.need, Need::Repeated | Need::Pairs),
    });
    let limit = |name| Formal { name, required: false, only_named: true, repeated: false };
    let limits = ["min", "max"].map(limit);
    own.chain(limits.into_iter().filter(|_| row.has_limits())).collect()
}

/// The arguments of each parameter, in the order of the parameters: at most one, unless it is repeated.
pub(super) type BoundArguments<'c> = Vec<Vec<&'c Argument>>;

impl Checker<'_> {
    /// Binds the arguments of a call to parameters; reports the first argument without a parameter, and every missing
    /// argument.
    pub(super) fn bind_arguments<'c>(
        &mut self,
        name: &str,
        parameters: &[Formal<'_>],
        signature: &str,
        call: &'c Call,
        span: Span,
    ) -> Option<BoundArguments<'c>> {
        let mut given: BoundArguments<'c> = vec![Vec::new(); parameters.len()];
        let mut named: Option<&Name> = None;
        for (at, argument) in call.args.iter().enumerate() {
            let found = match (&argument.key, named) {
                (Some(key), _) => {
                    named = Some(key);
                    self.named(name, parameters, signature, key)?
                }
                (None, Some(key)) => {
                    self.error(errors::after_named(argument.value.span, name, key, signature));
                    return None;
                }
                (None, None) => match positional(parameters, at) {
                    Some(found) => found,
                    None => {
                        let most = parameters.iter().filter(|p| !p.only_named).count();
                        let count = call.args.len();
                        let at = argument.value.span;
                        let found = errors::too_many(at, name, most, count, signature);
                        let edit = self.with_decimal_points(call, most);
                        self.error(match edit {
                            Some((place, edit)) => errors::decimal_commas(found, place, &edit),
                            None => found,
                        });
                        return None;
                    }
                },
            };
            if let Some(first) = given[found].first().filter(|_| !parameters[found].repeated) {
                let (parameter, at) = (parameters[found].name, argument_span(argument));
                let first = argument_span(first);
                self.error(errors::argument_twice(at, name, parameter, first, signature));
                return None;
            }
            given[found].push(argument);
        }
        let missing =
            parameters.iter().zip(&given).filter(|(p, given)| p.required && given.is_empty());
        let missing: Vec<&str> = missing.map(|(parameter, _)| parameter.name).collect();
        if !missing.is_empty() {
            self.error(errors::missing_arguments(span, name, &missing, signature));
            return None;
        }
        Some(given)
    }

    /// Finds the parameter with a name.
    fn named(
        &mut self,
        function: &str,
        parameters: &[Formal<'_>],
        signature: &str,
        key: &Name,
    ) -> Option<usize> {
        let found = parameters.iter().position(|parameter| parameter.name == key.text);
        if found.is_none() {
            let near = self.nearest(&key.text, parameters.iter().map(|parameter| parameter.name));
            let found = errors::unknown_argument(key, function, near.as_deref(), signature);
            self.error(found);
        }
        found
    }
}

/// Returns the index of the parameter that takes argument `at`, which has no name.
fn positional(parameters: &[Formal<'_>], at: usize) -> Option<usize> {
    let at = if parameters.first().is_some_and(|first| first.repeated) { 0 } else { at };
    parameters.get(at).filter(|parameter| !parameter.only_named).map(|_| at)
}

fn argument_span(argument: &Argument) -> Span {
    argument.key.as_ref().map_or(argument.value.span, |key| key.span)
}
