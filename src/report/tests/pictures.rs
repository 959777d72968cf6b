//! Pictures: well-formed, inert, the same each time, and with every chart that a report asks for.

use super::example::*;
use crate::report::figure::{Figure, HeatMap, Sweep, Tornado, TornadoInput};
use crate::report::{pictures, svg};
use crate::results::{Answer, Panel, UnitKind};

/// Returns the elements of a document; panics at the first element that is not closed by its own end tag.
fn elements(svg: &str) -> Vec<String> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    for part in svg.split('<').skip(1) {
        let (tag, rest) = part.split_once('>').expect("an end of the tag");
        assert!(!rest.contains('>') || rest.contains('&'), "{rest}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default().to_owned();
        assert!(name.chars().all(|c| c.is_ascii_lowercase()), "{name}");
        if !tag.ends_with('/') {
            open.push(name.clone());
        }
        found.push(name);
    }
    assert!(open.is_empty(), "{open:?}");
    found
}

fn well_formed(svg: &str) {
    let known = ["svg", "title", "desc", "style", "rect", "text", "path", "circle"];
    for element in elements(svg) {
        assert!(known.contains(&element.as_str()), "{element}");
    }
    assert!(svg.contains("role=\"img\"") && svg.contains("viewBox=\""));
    assert!(!svg.contains("NaN") && !svg.contains("inf\""));
}

pub(super) fn tornado() -> Tornado {
    let input = |name: &str, low: &str, high: &str, results: (f64, f64)| TornadoInput {
        name: name.to_owned(),
        values: (low.to_owned(), high.to_owned()),
        results,
    };
    Tornado {
        title: "Exports less imports of goods, China, 2035".to_owned(),
        unit: usd(),
        base: -8.9e9,
        inputs: vec![
            input("Pass-through of the duty", "80%", "100%", (-8.95e9, -8.84e9)),
            input("Growth of food exports from 2026", "13%", "37%", (-9.0e9, -8.7e9)),
            input("Price elasticity of machinery imports", "-2", "-1", (-8.2e9, -9.7e9)),
            input("Days saved by the corridor", "2 days", "6 days", (-9.1e9, -8.4e9)),
        ],
    }
}

pub(super) fn heat_map() -> HeatMap {
    let growth = Sweep {
        title: "growth of food exports".to_owned(),
        unit: unit(UnitKind::Percent, "%"),
        values: (0..9).map(|n| f64::from(n) / 20.0).collect(),
    };
    let duty = Sweep {
        title: "duty on machinery".to_owned(),
        unit: unit(UnitKind::Percent, "%"),
        values: (0..7).map(|n| f64::from(n) / 20.0).collect(),
    };
    let result = |growth: f64, duty: f64| -2e9 + 9e9 * growth * growth + 5e9 * duty * (1.0 - duty);
    let results = duty
        .values
        .iter()
        .map(|&duty| growth.values.iter().map(|&growth| Some(result(growth, duty))).collect());
    HeatMap {
        title: "Exports less imports of goods in 2035".to_owned(),
        unit: usd(),
        results: results.collect(),
        across: growth,
        upwards: duty,
        contour: Some((0.0, "balanced trade".to_owned())),
    }
}

/// Makes a panel of one year over partners and sectors.
pub(super) fn flows() -> Panel {
    let values = [
        ("China", [1_708.7, 469.3, 422.2, 330.7, 46.9]),
        ("Türkiye", [620.0, 210.0, 350.0, 180.0, 240.0]),
        ("Georgia", [12.0, 95.0, 8.0, 60.0, 130.0]),
        ("Kazakhstan", [30.0, 0.0, 2.5, 210.0, 175.0]),
    ];
    let sectors = ["machinery", "vehicles", "textiles", "metals", "food"];
    let lines = values.iter().flat_map(|(partner, values)| {
        sectors.iter().zip(values).map(|(sector, value)| {
            let mut line = line("baseline", [value * 1e6]);
            line.elements = vec![(*partner).to_owned(), (*sector).to_owned()];
            line
        })
    });
    let mut panel = panel("imports[*, *]", usd(), 2024, lines.collect());
    panel.title = "Imports of goods at CIF value".to_owned();
    panel
}

#[test]
fn every_chart_of_a_report_is_a_picture() {
    let report = memo();
    let drawn = pictures(&report);
    // One chart, and a waterfall for each of three scenarios.
    assert_eq!(drawn.len(), 4);
    assert_eq!(drawn[0].file, "01-balance-china.svg");
    drawn.iter().for_each(|picture| well_formed(&picture.svg));
    let all = svg(&report);
    well_formed(&all);
    assert_eq!(all.matches("<svg").count(), 5);
    assert_eq!(all.matches("role=\"img\"").count(), 4);
    assert_eq!(all, svg(&report));
    let waterfall = &drawn[3].svg;
    for name in [
        "baseline",
        "Bus assembly",
        "Photovoltaic modules",
        "zangezur",
        "corridor",
        "+0.41",
        "−0.36",
    ] {
        assert!(waterfall.contains(&format!(">{name}<")), "{name}");
    }
}

#[test]
fn a_report_without_charts_draws_its_tables() {
    let sectors =
        vec![cell("machinery", "baseline", &[1.7e9]), cell("food", "baseline", &[-4.7e7])];
    let bars = panel("imports[China, *]", usd(), 2024, sectors);
    let report = report(vec![Answer::Show { panels: vec![balance(), bars, flows()] }]);
    let drawn = pictures(&report);
    assert_eq!(drawn.len(), 3);
    drawn.iter().for_each(|picture| well_formed(&picture.svg));
    assert_eq!(drawn[0].svg.matches("A3.4").count(), 2 * 12, "a marker for each year");
    assert!(
        drawn[1].svg.contains(">1.70<") || drawn[1].svg.contains(">1,700<"),
        "{}",
        drawn[1].svg
    );
    // 20 flows, of which one is nothing.
    assert_eq!(drawn[2].svg.matches("fill-opacity=\"0.35\"").count(), 19);
}

#[test]
fn years_have_whole_ticks() {
    for count in [2, 3, 4, 7, 30, 101] {
        let panel = panel("x", usd(), 2024, vec![line("baseline", (0..count).map(f64::from))]);
        let mut report = report(vec![Answer::Chart { panels: vec![panel] }]);
        report.sources.clear();
        let drawn = pictures(&report);
        let svg = &drawn[0].svg;
        // Labels of years are behind the axis of values, which has no number beyond 200.
        assert!(svg.contains(">2024<") && svg.contains(&format!(">{}<", 2023 + count)), "{count}");
        for label in svg.split(">20").skip(1).filter_map(|rest| rest.split('<').next()) {
            assert!(label.len() <= 2, "20{label} of {count}");
        }
    }
}

#[test]
fn a_tornado_begins_with_the_input_that_moves_most() {
    let svg = Figure::tornado(&tornado()).expect("a figure").svg();
    well_formed(&svg);
    let place = |name: &str| svg.find(&format!(">{name}")).unwrap_or_else(|| panic!("{name}"));
    assert!(place("Price elasticity") < place("Days saved"));
    assert!(place("Days saved") < place("Growth of food"));
    assert!(place("Growth of food") < place("Pass-through"));
    let nothing = Tornado { base: f64::NAN, inputs: Vec::new(), ..tornado() };
    assert!(Figure::tornado(&nothing).is_none());
}

#[test]
fn a_heat_map_has_a_tile_for_each_result_and_its_contour() {
    let svg = Figure::heat_map(&heat_map()).expect("a figure").svg();
    well_formed(&svg);
    // 63 tiles, the ground, five samples of the legend.
    assert_eq!(svg.matches("<rect").count(), 63 + 1 + 5);
    assert!(svg.contains("balanced trade"));
    let mut large = heat_map();
    large.across.values = vec![0.0; 100_000];
    assert!(Figure::heat_map(&large).is_none());
}

#[test]
fn names_are_no_markup_and_no_path() {
    let hostile =
        "</text><script>alert(1)</script>../../\u{202e}&\"'\u{0}".to_owned() + &"x".repeat(300);
    let mut report = memo();
    report.title.clone_from(&hostile);
    for source in &mut report.sources {
        source.citation.clone_from(&hostile);
    }
    for answer in &mut report.answers {
        match answer {
            Answer::Chart { panels } | Answer::Show { panels } => {
                for panel in panels {
                    panel.expression.clone_from(&hostile);
                    panel.unit.name.clone_from(&hostile);
                    for series in &mut panel.series {
                        series.scenario = format!("{hostile}{}", series.scenario);
                    }
                }
            }
            Answer::Compare { comparisons, .. } => {
                for part in comparisons
                    .iter_mut()
                    .flat_map(|one| &mut one.scenarios)
                    .flat_map(|one| &mut one.parts)
                {
                    part.title.clone_from(&hostile);
                }
            }
            Answer::Distribution { .. }
            | Answer::Check(_)
            | Answer::Find(_)
            | Answer::Sweep { .. }
            | Answer::Calibrate(_)
            | Answer::Discover(_)
            | Answer::Robust(_)
            | Answer::Why { .. }
            | Answer::Sensitivity { .. } => {}
        }
    }
    well_formed(&svg(&report));
    for picture in pictures(&report) {
        well_formed(&picture.svg);
        assert!(!picture.svg.contains("<script"), "{}", picture.svg);
        assert!(!picture.svg.contains('\u{202e}'));
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let stem = picture.file.strip_suffix(".svg").expect("an ending");
        assert!(stem.chars().all(is_plain) && stem.len() < 70, "{stem}");
    }
}
