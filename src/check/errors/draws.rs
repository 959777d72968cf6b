//! Messages about the words `each` and `shared` after a distribution.

use super::list;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{HowOften, Name};

/// Reports `each` or `shared` after an expression that is not a distribution; `value` is the place of the expression
/// alone, `span` that with the words.
pub(in crate::check) fn not_drawn(value: Span, span: Span, how: &HowOften) -> Diagnostic {
    let found = |code, word: &str| {
        Diagnostic::error(code, format!("`{word}` must follow a distribution"))
            .at(span, "not a distribution")
    };
    match how {
        HowOften::EachYear => found(Code::PerYear, "each year")
            .help("remove the words: a value is for one year already")
            .note("`normal(0%, 2%) each year` is drawn anew each year")
            .fix(Span { start: value.end, ..span }, ""),
        HowOften::Each(name) => {
            let word = format!("each {}", name.text);
            let help = format!("write `normal(0%, 2%) {word}`, which is drawn for each element");
            found(Code::Each, &word).help(help)
        }
        HowOften::Shared => found(Code::Each, "shared")
            .help("write `normal(0%, 2%) shared`, which is drawn once for all elements"),
    }
}

pub(in crate::check) fn word_twice(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Each, "a word after the distribution is written twice")
        .at(span, "the same word twice")
        .help("remove one of the two")
}

pub(in crate::check) fn each_and_shared(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Each, "`each` and `shared` contradict each other")
        .at(span, "both words")
        .help("keep `each` for draws of their own, or `shared` for one draw of all elements")
}

/// Reports a name after `each` that is no index; `known` are the indices of the definition.
pub(in crate::check) fn no_such_index(name: &Name, known: &[String]) -> Diagnostic {
    let message = format!("`{}` is not an index of the value that is drawn", name.text);
    let found = Diagnostic::error(Code::Each, message).at(name.span, "no index here");
    match known {
        [] => found.help(format!("remove `each {}`: the value has no index", name.text)),
        [only] => found.help(format!("write `each {only}`")),
        several => found.help(format!("write one of {}", list(several))),
    }
}

/// Reports a distribution over several elements without `each` or `shared`; `words` say how it is drawn without them.
pub(in crate::check) fn each_or_shared(span: Span, text: &str, words: &str) -> Diagnostic {
    let written: Vec<&str> = text.split_whitespace().collect();
    let written = written.join(" ");
    let message =
        "the distribution covers several elements, and nothing says whether they share a draw";
    let (label, other) = match words {
        " shared" => ("one draw for all", "or `each` with an index for a draw of each element"),
        _ => ("a draw of each element", "or `shared` for one draw of all elements"),
    };
    Diagnostic::warning(Code::EachOrShared, message)
        .at(span, label)
        .help(format!("write `{written}{words}` to keep what it means now, {other}"))
        .fix(span, format!("{text}{words}"))
}

/// Reports `probability(...)` inside an expression.
pub(in crate::check) fn probability_inside(span: Span) -> Diagnostic {
    Diagnostic::error(Code::Probability, "a probability is not known inside an expression")
        .at(span, "share of all draws")
        .help("write it alone: `show probability(CONDITION)` or `check probability(CONDITION) >= 90%`")
}

pub(in crate::check) fn probability_in_identity(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::Probability,
        "an identity holds in each run; a probability is of all draws",
    )
    .at(span, "share of all draws")
    .help("write a check: `check probability(CONDITION) >= 90%`")
}
