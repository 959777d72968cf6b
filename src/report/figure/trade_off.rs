//! The trade-off curve of a `discover`: density over coverage of the boxes.

use crate::report::number::NumberFormat;
use crate::report::page::clean;
use crate::results::{DiscoverAnswer, Discovery, UnitKind, UnitLabel};

use super::{Axis, Body, Figure, FigureLabel, Ink, Line, NumberAxis, Plot, Side};

/// Makes a figure of the trade-off curve with the recommended box; `None` without a box.
pub(super) fn curve(answer: &DiscoverAnswer, one: &Discovery) -> Option<Figure> {
    let found = one.recommended.as_ref()?;
    let unit = UnitLabel::new(UnitKind::Percent, "%");
    let format = NumberFormat::fit(&unit, [Some(0.0), Some(1.0)]);
    let axis = || NumberAxis { low: 0.0, high: 1.0, near_zero: 0.0, format: format.clone() };
    let mut plot = Plot::between(Axis::Numbers(axis()), Axis::Numbers(axis()));
    let points = one.trade_off.iter().map(|one| Some((one.coverage, one.density)));
    plot.lines.push(Line { ink: Ink::Series(0), name: String::new(), points: points.collect() });
    let at = (found.coverage, found.density);
    // A single point has another marker than the points of the curve.
    plot.lines.push(Line { ink: Ink::Series(1), name: String::new(), points: vec![Some(at)] });
    plot.labels.push(FigureLabel {
        at,
        side: Side::Left,
        text: "recommended".to_owned(),
        on: None,
    });
    let title = format!("When {}", clean(&answer.condition));
    let subtitle = format!("density by coverage, {}", clean(&one.scenario));
    Some(Figure {
        alternative: format!("Trade-off curve: {title}, {subtitle}."),
        title,
        unit: format.unit(),
        subtitle,
        body: Body::Plots(vec![plot]),
        legend: Vec::new(),
        notes: Vec::new(),
        sources: Vec::new(),
        marks: Vec::new(),
    })
}
