//! The parser that pest makes of `grammar/mizan.pest` and `grammar/words.pest`, and its [`Rule`]s.

#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/mizan.pest"]
#[grammar = "../../grammar/words.pest"]
pub(super) struct Grammar;
