//! The regrets of the scenarios that a `robust` compares: bars of the largest one, lines of the mean.

use crate::report::page::clean;
use crate::report::robust::{format, heading};
use crate::results::{RobustAnswer, RobustOption};

use super::{Axis, Body, Figure, FigureLabel, Ink, Key, KeyShape, NumberAxis, Plot, Rect, Side};

/// Maximum number of drawn scenarios; a note states the number of further ones.
const MOST_ROWS: usize = 40;
/// Half the width of the bar of the largest regret, as a share of its row.
const HALF_WIDE: f64 = 0.36;
/// Half the width of the bar of the mean regret, as a share of its row.
const HALF_NARROW: f64 = 0.16;

/// Makes a figure with the maximum and the mean regret of each scenario; `None` without a finite one.
pub(super) fn regrets(answer: &RobustAnswer) -> Option<Figure> {
    let format = format(answer).of_differences();
    let options: Vec<&RobustOption> = answer.options.iter().take(MOST_ROWS).collect();
    let numbers = options.iter().flat_map(|one| [one.largest_regret, one.mean_regret]);
    let axis = NumberAxis::covering(numbers.chain([0.0]), 1.0, format.clone())?;
    let mut plot = Plot::between(Axis::Numbers(axis), Axis::Names(Vec::new()));
    let mut words = Vec::new();
    for (row, one) in options.iter().enumerate() {
        let row = row as f64;
        let (name, quantity) = (clean(&one.scenario), |value| format.quantity(Some(value)));
        let mut bar = |ink, what: &str, value: f64, half: f64| {
            if value.is_finite() {
                let text = format!("{name}, {what}: {}", quantity(value));
                let (x, y) = ((0.0, value), (row - half, row + half));
                plot.rects.push(Rect { ink, x, y, text });
            }
        };
        bar(Ink::Series(0), "largest regret", one.largest_regret, HALF_WIDE);
        bar(Ink::Series(1), "mean regret", one.mean_regret, HALF_NARROW);
        if one.largest_regret.is_finite() {
            let (at, text) = ((one.largest_regret, row), format.number(Some(one.largest_regret)));
            plot.labels.push(FigureLabel { at, side: Side::Right, text, on: None });
        }
        let (largest, mean) = (quantity(one.largest_regret), quantity(one.mean_regret));
        words.push(format!("{name}: largest {largest}, mean {mean}"));
    }
    plot.y = Axis::Names(options.iter().map(|one| clean(&one.scenario)).collect());
    let title = heading(answer);
    let key = |number, name: &str| Key {
        ink: Ink::Series(number),
        shape: KeyShape::Block,
        name: name.to_owned(),
    };
    let left_out = answer.options.len() - options.len();
    Some(Figure {
        alternative: format!("Bar chart of regrets. {title}. {}.", words.join(". ")),
        title,
        unit: format.unit(),
        subtitle: "regret: how much worse than the best scenario of a draw".to_owned(),
        body: Body::Plots(vec![plot]),
        legend: vec![key(0, "largest regret"), key(1, "mean regret")],
        notes: (left_out > 0)
            .then(|| format!("{left_out} more scenarios not drawn"))
            .into_iter()
            .collect(),
        sources: Vec::new(),
        marks: Vec::new(),
    })
}
