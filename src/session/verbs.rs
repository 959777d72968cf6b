//! The verbs of sentences that change a value.
//!
//! In: a word in any form. Out: what it does to a value.

/// What a verb does to a value.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Verb {
    Set,
    Up,
    Down,
    Times(&'static str),
    End,
    Out,
    /// Begins: `impose`, `introduce`.
    New,
}

/// The verbs, without their endings.
const VERBS: [(Verb, &str); 8] = [
    (
        Verb::Set,
        "set let make put assum suppos chang becom is be are was were equal stay keep hold freez fix reach move go",
    ),
    (Verb::Up, "rais increas rise grow add climb jump boost expand improv rose grew up"),
    (Verb::Down, "cut lower reduc decreas fall declin drop slow shrink slash fell lose down"),
    (Verb::Times("2"), "doubl twice"),
    (Verb::Times("3"), "tripl"),
    (Verb::Times("0.5"), "halv"),
    (
        Verb::End,
        "abolish eliminat scrap remov suspend lift exempt ban stop waiv end no without cancel repeal forbid prohibit delet",
    ),
    (Verb::New, "impos introduc levy levi appl charg creat start new"),
];
/// Returns the verb of a word in any form: `rise`, `rises`, `rising`.
pub(super) fn verb(word: &str) -> Option<Verb> {
    let is = |stem: &str| {
        let end = word.strip_prefix(stem)?;
        let double = end.strip_prefix(|c| stem.ends_with(c)).unwrap_or(end);
        ["", "e", "s", "es", "ed", "d", "ing", "es", "en", "n"].contains(&double).then_some(())
    };
    let known =
        VERBS.iter().find(|(_, stems)| stems.split_whitespace().any(|stem| is(stem).is_some()));
    known.map(|(verb, _)| *verb)
}
