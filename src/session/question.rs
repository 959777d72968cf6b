//! The last question of a session, as text.

use crate::syntax::ast::{Item, ItemKind};

/// The last query of a session.
#[derive(Debug, Clone)]
pub(super) struct LastQuestion {
    /// Text of the query, with its word.
    text: String,
    /// The scenario that was asked because the query has no `for`.
    scenario: Option<String>,
}

impl LastQuestion {
    /// Notes a query; `item` is the query as it was asked, `text` its text.
    pub(super) fn of(item: &Item, text: &str) -> Self {
        let show = if is_bare(item) { "show " } else { "" };
        let added = |item: &Item| match &item.kind {
            // A name that the session added has the span of the whole query.
            ItemKind::Query(query) => match query.scope.scenarios.as_ref()?.as_deref()? {
                [name] if name.span == query.span => Some(name.text.clone()),
                _ => None,
            },
            _ => None,
        };
        Self { text: format!("{show}{text}"), scenario: added(item) }
    }

    /// Returns the text of the query, with its word.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the scenario that was asked because the query has no `for`.
    pub(super) fn scenario(&self) -> Option<&str> {
        self.scenario.as_deref()
    }

    /// Returns the lines that may ask the same in a script: the scenario after the inputs of a search, or at the end.
    pub(super) fn written(&self) -> Vec<String> {
        let Self { text, scenario: Some(scenario) } = self else { return vec![self.text.clone()] };
        let end = format!("{text} for {scenario}");
        match text.split_once(" so that ") {
            Some((inputs, rest)) => vec![format!("{inputs} for {scenario} so that {rest}"), end],
            None => vec![end],
        }
    }
}

/// True for an entry that is only an expression, without a query word.
pub(super) fn is_bare(item: &Item) -> bool {
    matches!(&item.kind, ItemKind::Query(query) if query.bare)
}
