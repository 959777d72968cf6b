//! The parser that pest generates from `grammar/mizan.pest` and `grammar/words.pest`, with its [`Rule`]s.

#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/mizan.pest"]
#[grammar = "../../grammar/words.pest"]
pub(super) struct Grammar;
