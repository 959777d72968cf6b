//! Whatever the values, the names and the width: no panic, no control character, lines that fit.

use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::example::*;
use crate::report::{csv, json, text};
use crate::results::*;

/// Returns the number of columns of a line.
pub(super) fn columns(line: &str) -> usize {
    line.width()
}

const WIDTHS: [usize; 10] = [0, 1, 2, 7, 20, 39, 40, 80, 1000, usize::MAX];

pub(super) fn every_way(report: &Report) {
    for width in WIDTHS {
        for colour in [false, true] {
            let text = text(report, width, colour);
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
            let is_control = |c: char| c.is_control() && c != '\n' && !(colour && c == '\u{1b}');
            assert!(!text.contains(is_control), "{width}: {text}");
        }
    }
    assert!(csv(report).is_ok());
    assert!(serde_json::to_string(&json(report)).is_ok());
}

fn of_kind(kind: UnitKind, years: Vec<i32>, lines: Vec<Vec<Option<f64>>>) -> Report {
    let series = lines.into_iter().enumerate().map(|(at, values)| Series {
        label: "x".to_owned(),
        elements: vec![format!("e{}", at % 3)],
        scenario: format!("s{at}"),
        values,
        ..Series::default()
    });
    let panel = Panel {
        expression: "x".to_owned(),
        unit: unit(kind, "USD"),
        years,
        series: series.collect(),
        ..Panel::default()
    };
    report(vec![
        Answer::Show { panels: vec![panel.clone()] },
        Answer::Chart { panels: vec![panel] },
    ])
}

pub(super) const KINDS: [UnitKind; 5] =
    [UnitKind::Money, UnitKind::Percent, UnitKind::Year, UnitKind::Number, UnitKind::Truth];

#[test]
fn extreme_values_and_shapes() {
    let extremes = [0.0, -0.0, 5e-324, -5e-324, 1e-12, 1.0, 1e15, 1e30, f64::MAX, f64::MIN];
    for kind in KINDS {
        every_way(&of_kind(kind, vec![], vec![]));
        every_way(&of_kind(kind, vec![2024], vec![]));
        every_way(&of_kind(kind, vec![], vec![vec![]]));
        every_way(&of_kind(kind, vec![2024, 2025], vec![vec![None, None]; 2]));
        every_way(&of_kind(kind, vec![2024, 2025], vec![vec![Some(1.0)]; 2]));
        every_way(&of_kind(kind, vec![2024], vec![vec![Some(1.0), Some(2.0)]; 2]));
        every_way(&of_kind(kind, vec![i32::MIN, i32::MAX], vec![vec![Some(1.0), Some(2.0)]]));
        every_way(&of_kind(kind, vec![2025, 2024, 2024], vec![vec![Some(1.0); 3]]));
        for value in extremes {
            every_way(&of_kind(kind, vec![2024], vec![vec![Some(value)]]));
            every_way(&of_kind(kind, (2024..2036).collect(), vec![vec![Some(value); 12]; 12]));
            let mixed = vec![Some(value), Some(f64::NAN), Some(-1.0), None, Some(f64::INFINITY)];
            every_way(&of_kind(kind, (2024..2029).collect(), vec![mixed]));
        }
    }
}

#[test]
fn names_cannot_reach_the_terminal_raw() {
    let nasty = "\u{1b}[31m\u{7}x\r\ny\t\u{9b}0m 日本 é".to_owned();
    let mut report = memo();
    report.title.clone_from(&nasty);
    report.currency.clone_from(&nasty);
    report.fixed = vec![nasty.clone()];
    report.sources = vec![SourceNote { key: nasty.clone(), citation: nasty.clone() }];
    for scenario in &mut report.scenarios {
        *scenario = ScenarioNote { name: nasty.clone(), title: nasty.clone() };
    }
    for answer in &mut report.answers {
        match answer {
            Answer::Show { panels } | Answer::Chart { panels } => {
                for panel in panels {
                    panel.expression.clone_from(&nasty);
                    panel.unit.name.clone_from(&nasty);
                    for series in &mut panel.series {
                        series.scenario.clone_from(&nasty);
                        series.elements = vec![nasty.clone()];
                    }
                }
            }
            Answer::Distribution { histograms } => {
                for histogram in histograms {
                    histogram.expression.clone_from(&nasty);
                    for series in &mut histogram.series {
                        series.label.clone_from(&nasty);
                        series.scenario.clone_from(&nasty);
                    }
                }
            }
            Answer::Check(check) => {
                check.condition.clone_from(&nasty);
                check.sources = vec![nasty.clone()];
                for cell in &mut check.cells {
                    cell.scenario.clone_from(&nasty);
                }
            }
            // The memo has neither.
            Answer::Find(_)
            | Answer::Sweep { .. }
            | Answer::Calibrate(_)
            | Answer::Discover(_)
            | Answer::Robust(_)
            | Answer::Why { .. }
            | Answer::Sensitivity { .. } => {}
            Answer::Compare { comparisons, .. } => {
                for comparison in comparisons {
                    comparison.expression.clone_from(&nasty);
                    comparison.reference.clone_from(&nasty);
                    for other in &mut comparison.scenarios {
                        other.scenario.clone_from(&nasty);
                        for part in &mut other.parts {
                            part.lever.clone_from(&nasty);
                            part.title.clone_from(&nasty);
                        }
                    }
                }
            }
        }
    }
    every_way(&report);
    // No sequence but the report's own: without colour none at all.
    assert!(!text(&report, 80, false).contains(['\u{1b}', '\u{9b}', '\u{7}']));
}

#[test]
fn memos_fit_the_page() {
    for width in 40..140 {
        for line in text(&memo(), width, false).lines() {
            assert!(columns(line) <= width, "{width}: {line}");
        }
    }
}

#[test]
fn an_empty_report_is_its_years() {
    let empty = Report {
        title: String::new(),
        years: (2024, 2024),
        currency: String::new(),
        scenarios: Vec::new(),
        sampling: None,
        broken_identities: Vec::new(),
        answers: Vec::new(),
        repeated: Vec::new(),
        fixed: Vec::new(),
        sources: Vec::new(),
    };
    assert_eq!(text(&empty, 80, true), "2024\n");
    every_way(&empty);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_numbers_at_any_width(
        lines in prop::collection::vec(prop::collection::vec(any::<Option<f64>>(), 0..8), 0..14),
        kind in 0..5_usize,
        width in 0..130_usize,
    ) {
        let report = of_kind(KINDS[kind], (2024..2032).collect(), lines);
        prop_assert!(text(&report, width, false).ends_with('\n'));
    }
}
