//! Titles of answers: the description of the quantity that a query names.

use crate::model::{BinaryOp, Expr, Model, QuantityId, Question, Time};

/// Maximum length in characters of a description that serves as a title.
const LONGEST: usize = 64;

/// Builds a title: the first sentence of the description of the quantity that a question names, and the elements
/// chosen: those written in the expression, then `elements` in place of its `*`; or the title after `as`. Empty for any other
/// expression and for a quantity without a short description.
pub(super) fn title(model: &Model, question: &Question, elements: &[String]) -> String {
    if !question.shown.title.is_empty() {
        let named = std::iter::once(question.shown.title.as_str());
        return named.chain(elements.iter().map(String::as_str)).collect::<Vec<_>>().join(", ");
    }
    let value = match &question.expr {
        // A value in another unit is a quotient.
        Expr::Binary { op: BinaryOp::Divide, left, .. } if !question.shown.unit.is_empty() => left,
        value => value,
    };
    let Expr::Read { quantity, cells, time: Time::Offset(0), .. } = value else {
        return String::new();
    };
    if question.probability {
        return String::new();
    }
    let quantity = &model.quantities[*quantity];
    let sentence = first_sentence(&quantity.doc);
    if sentence.is_empty() || sentence.chars().count() > LONGEST {
        return String::new();
    }
    let written = quantity.axes.iter().zip(cells).filter_map(|(&axis, cell)| {
        let Expr::Const(member) = cell else { return None };
        let root = &model.sets[model.sets[axis].root].elements;
        root.get_index(*member as usize).map(|(name, _)| name.as_str())
    });
    let chosen: Vec<&str> = written.chain(elements.iter().map(String::as_str)).collect();
    if chosen.is_empty() { sentence } else { format!("{sentence}, {}", chosen.join(", ")) }
}

/// Returns the first sentence of the description of a quantity; empty without a description.
pub(super) fn of_quantity(model: &Model, quantity: QuantityId) -> String {
    model.quantities.get(quantity).map_or(String::new(), |quantity| first_sentence(&quantity.doc))
}

/// Returns the first sentence of a description, cut at a full stop, semicolon or colon that a space follows.
fn first_sentence(doc: &str) -> String {
    let text = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = [". ", "; ", ": "].iter().filter_map(|stop| text.find(stop)).min();
    text.get(..end.unwrap_or(text.len())).unwrap_or(&text).trim_end_matches(['.', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::first_sentence;

    #[test]
    fn a_title_is_one_sentence() {
        assert_eq!(
            first_sentence("Exports less imports of goods."),
            "Exports less imports of goods"
        );
        assert_eq!(first_sentence("Trade,\n in goods. Not services."), "Trade, in goods");
        assert_eq!(
            first_sentence("Exports over imports; 0 without imports."),
            "Exports over imports"
        );
        assert_eq!(first_sentence(""), "");
    }
}
