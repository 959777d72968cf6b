//! Tables, fans, comparisons and histograms of a simulation, from draws with known statistics.

use super::example::*;
use super::hostile::{columns, every_way};
use crate::report::figure::{self, Body, Ink, Plot};
use crate::report::{Setting, memo};
use crate::report::{csv, json, text};
use crate::results::*;

const LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];
/// Quantiles of the standard normal distribution at the levels of the tests.
const NORMAL: [f64; 5] = [-1.644_854, -0.674_490, 0.0, 0.674_490, 1.644_854];
const DRAWS: f64 = 10_000.0;

/// Makes the statistics of normally distributed draws.
fn normal(mean: f64, sd: f64) -> Spread {
    let quantiles = NORMAL.iter().map(|z| mean + z * sd).collect();
    Spread { mean, sd, error: sd / DRAWS.sqrt(), quantiles }
}

/// Makes the statistics of a probability.
fn chance(p: f64) -> Spread {
    let sd = (p * (1.0 - p)).sqrt();
    let quantiles = LEVELS.iter().map(|level| f64::from(u8::from(1.0 - p < *level))).collect();
    Spread { mean: p, sd, error: sd / DRAWS.sqrt(), quantiles }
}

/// Gives every value draws around it, whose standard deviation grows each year.
fn spreading(mut panel: Panel, first: f64, yearly: f64) -> Panel {
    for series in &mut panel.series {
        let values = series.values.iter().enumerate();
        let spread = |(year, value): (usize, &Option<f64>)| {
            value.map(|value| normal(value, (first + yearly * year as f64) * value.abs()))
        };
        series.spread = values.map(spread).collect();
    }
    panel
}

fn with(answers: Vec<Answer>) -> Report {
    let mut report = report(answers);
    report.scenarios.clear();
    report.fixed.clear();
    report.sources.clear();
    report.sampling = Some(Sampling {
        draws: 10_000,
        seed: 1,
        method: "plain".to_owned(),
        replicates: None,
        levels: LEVELS.to_vec(),
    });
    report
}

/// Renders an answer without the report around it.
fn shown(answer: Answer, width: usize) -> String {
    let text = text(&with(vec![answer]), width, false);
    text.split_once("USD\n\n").map_or(text.clone(), |(_, rest)| rest.to_owned())
}

fn scenarios(mut panel: Panel, count: usize) -> Panel {
    panel.series.truncate(count);
    panel
}

fn histogram(scenarios: &[&str]) -> Histogram {
    let counts = [12, 310, 1_480, 3_150, 3_040, 1_570, 400, 38, 0];
    let series = scenarios.iter().enumerate().map(|(at, scenario)| {
        let mut counts = counts.to_vec();
        counts.rotate_right(at);
        HistogramSeries {
            label: "balance[China]".to_owned(),
            elements: Vec::new(),
            scenario: (*scenario).to_owned(),
            counts,
            spread: normal(-9e9 + 0.5e9 * at as f64, 0.6e9),
        }
    });
    Histogram {
        expression: "balance[China]".to_owned(),
        title: String::new(),
        unit: usd(),
        year: 2035,
        edges: (0..10).map(|n| -11e9 + 0.5e9 * f64::from(n)).collect(),
        series: series.collect(),
    }
}

fn compared() -> Comparison {
    let mut comparison = comparison();
    for other in &mut comparison.scenarios {
        other.spread = Some(normal(other.parts.iter().map(|part| part.value).sum(), 0.21e9));
    }
    comparison
}

/// Renders a panel as a table.
fn table(panel: Panel, width: usize) -> String {
    shown(Answer::Show { panels: vec![panel] }, width)
}

/// Renders a panel as a chart.
fn chart(panel: Panel, width: usize) -> String {
    shown(Answer::Chart { panels: vec![panel] }, width)
}

fn chances() -> Panel {
    let lines = [0.632, 0.05].map(|p| {
        let mut line = line("baseline", [0.0]);
        line.spread = vec![Some(chance(p))];
        line
    });
    let mut panel = panel("probability(x > 0)", unit(UnitKind::Percent, "%"), 2035, lines.into());
    panel.series[1].scenario = "corridor".to_owned();
    panel
}

#[test]
fn a_table_shows_the_median_and_the_range() {
    let one = table(spreading(scenarios(balance(), 1), 0.0, 0.02), 80);
    assert!(one.contains("\n      median      5%    95%\n"), "{one}");
    // The first year does not vary.
    for row in ["2024   -3.71", "2035   -8.91  -12.13  -5.68"] {
        assert!(one.lines().any(|line| line == row), "{one}");
    }
    let narrow = table(spreading(scenarios(balance(), 1), 0.0, 0.02), 35);
    assert_eq!(one.split("10,000").next(), narrow.split("10,000").next());
}

#[test]
fn a_scenario_that_does_not_vary_is_one_column() {
    let mut panel = spreading(scenarios(balance(), 2), 0.0, 0.02);
    let other = &mut panel.series[1];
    for (value, spread) in other.values.iter().zip(&mut other.spread) {
        *spread = value.map(|value| normal(value, 0.0));
    }
    let text = table(panel, 80);
    assert!(text.contains("median      5%    95%  localisation\n"), "{text}");
    assert!(text.lines().any(|line| line == "2035   -8.91  -12.13  -5.68         -7.85"), "{text}");
}

#[test]
fn standard_errors_are_shown_on_request() {
    let panel = spreading(scenarios(balance(), 1), 0.0, 0.02);
    let report = with(vec![Answer::Show { panels: vec![panel] }]);
    let text = memo(&report, Setting { width: 80, colour: false, errors: true, excel: None });
    let row = "2035  -8.91  0.020  1.96  -12.13  -10.23   -8.91  -7.58  -5.68";
    assert!(text.lines().any(|line| line == row), "{text}");
    assert!(text.contains("mean   s.e.  s.d.      5%     25%  median    75%    95%"), "{text}");
    let compared = Answer::Compare { comparisons: vec![compared()], by_lever: true };
    let text = memo(
        &with(vec![compared]),
        Setting { width: 80, colour: false, errors: true, excel: None },
    );
    let row = "  standard error                        0.0021          0.0021    0.0021";
    assert!(text.lines().any(|line| line == row), "{text}");
}

#[test]
fn scenarios_that_do_not_fit_beside_each_other_stand_below() {
    let text = table(spreading(balance(), 0.0, 0.02), 80);
    assert!(text.contains("baseline ────────────  localisation ────────\n"), "{text}");
    assert!(text.contains("liberalisation ──────  corridor ────────────\n"), "{text}");
    assert_eq!(text.matches("median").count(), 4, "{text}");
    assert!(text.lines().all(|line| columns(line) <= 80), "{text}");
}

#[test]
fn in_a_single_year_the_lines_go_down_the_side() {
    let mut panel = spreading(balance(), 0.1, 0.0);
    panel.years.truncate(1);
    let text = table(panel, 80);
    assert!(text.starts_with("balance[China], 2024, bn USD\n"), "{text}");
    let row = "corridor         -3.71  -4.31  -3.10";
    assert!(text.lines().any(|line| line == row), "{text}");
}

#[test]
fn draws_that_do_not_differ_are_plain_values() {
    let certain = table(spreading(balance(), 0.0, 0.0), 80);
    assert!(certain.starts_with(table(balance(), 80).split("\n\n10,000").next().unwrap_or("")));
    assert!(certain.contains("10,000 draws, seed 1, plain: nothing shown here varies"));
}

#[test]
fn a_line_without_draws_stands_beside_those_with() {
    let mut panel = spreading(scenarios(balance(), 2), 0.1, 0.0);
    panel.series[0].spread.clear();
    panel.series[1].spread[11] = None;
    let text = table(panel.clone(), 80);
    let row = "2034     -8.00   -7.04  -8.20  -5.88";
    assert!(text.lines().any(|line| line == row), "{text}");
    let row = "2035     -8.91       –";
    assert!(text.lines().any(|line| line == row), "{text}");
    assert!(chart(panel, 80).contains('░'));
}

#[test]
fn probabilities_stand_with_their_standard_error() {
    let text = table(chances(), 80);
    assert!(text.contains("2035  63.2 ±0.5  5.0 ±0.2"), "{text}");
    assert!(text.contains("plain; 40,000 draws would halve the standard errors"), "{text}");
    let mut condition = chances();
    condition.unit = unit(UnitKind::Truth, "");
    let text = table(condition.clone(), 80);
    assert!(text.contains("% of draws") && text.contains("63.2 ±0.5"), "{text}");
    // A chart shows the probability itself, on an axis of percentages.
    assert!(chart(condition, 80).contains("60 ┤"));
}

#[test]
fn years_are_drawn_with_the_digits_of_their_error() {
    let mut line = line("baseline", [2030.0]);
    line.spread = vec![Some(normal(2030.4, 2.0))];
    let text = table(panel("opening", unit(UnitKind::Year, ""), 2035, vec![line]), 80);
    let row = "baseline    2030  2027  2034";
    assert!(text.lines().any(|line| line == row), "{text}");
}

#[test]
fn the_bands_of_a_fan_end_at_the_quantiles() {
    let mut flat = line("baseline", [0.0, 0.0]);
    flat.spread = vec![Some(normal(0.0, 1.0)); 2];
    let text = chart(panel("x", unit(UnitKind::Number, ""), 2024, vec![flat]), 80);
    // Rows of a quarter from 2 down to -2: the bands end at 1.645, on a curve, and at 0.674.
    let rows = text.lines().skip(2).take(17);
    let first = rows.map(|line| line.chars().nth(5).unwrap_or(' '));
    assert_eq!(first.collect::<String>(), " ⣀░░░░▓▓●▓▓░░░░⠉ ", "{text}");
    for note in ["95%   1.6", "50%   0.0", " 5%  -1.6"] {
        assert!(text.contains(note), "{text}");
    }
    assert!(text.contains("● median   ▓ 25% to 75%   ░ 5% to 95%"), "{text}");
}

#[test]
fn fans_stand_below_each_other_on_one_axis() {
    let text = chart(spreading(balance(), 0.0, 0.02), 80);
    for name in SCENARIOS {
        assert_eq!(text.lines().filter(|line| *line == name).count(), 1, "{text}");
    }
    assert_eq!(text.matches("-12 ┤").count(), 4, "{text}");
    assert_eq!(text.matches("└─").count(), 1, "{text}");
    for width in 40..120 {
        let text = chart(spreading(balance(), 0.0, 0.02), width);
        assert!(text.lines().all(|line| columns(line) <= width), "{width}\n{text}");
    }
}

#[test]
fn a_fan_is_compared_with_the_same_element_in_the_first_scenario() {
    let lines = [
        ("China", "baseline", 1.0),
        ("China", "high", 2.0),
        ("Turkiye", "baseline", 5.0),
        ("Turkiye", "high", 7.0),
    ];
    let series =
        lines.map(|(element, scenario, value)| cell(element, scenario, &[value, value + 1.0]));
    let panel = |of: &[Series]| spreading(panel("balance[*]", usd(), 2024, of.to_vec()), 0.1, 0.1);
    let references = |of: &[Series]| {
        let figure = figure::lines(&panel(of), &LEVELS).expect("a figure");
        let Body::Plots(plots) = &figure.body else { panic!("no plots") };
        let is_reference = |line: &&figure::Line| line.ink == Ink::Reference;
        let first =
            |plot: &Plot| plot.lines.iter().find(is_reference)?.points[0].map(|(_, value)| value);
        let keys = figure.legend.iter().filter(|key| key.ink == Ink::Reference);
        (
            plots.iter().map(first).collect::<Vec<_>>(),
            keys.map(|key| key.name.clone()).collect::<Vec<_>>(),
        )
    };
    let (values, keys) = references(&series);
    assert_eq!(values, [None, Some(1.0), None, Some(5.0)]);
    assert_eq!(keys, ["median of baseline"]);
    assert_eq!(references(&[series[0].clone(), series[2].clone()]), (vec![None, None], Vec::new()));
}

#[test]
fn a_difference_shows_its_mean_and_quantiles() {
    let text = shown(Answer::Compare { comparisons: vec![compared()], by_lever: true }, 80);
    for row in [
        "baseline: -8.905 bn USD with every distribution at its median",
        "value, at medians                       -7.851          -9.279    -8.083",
        "difference, mean                         1.054          -0.374     0.822",
        "  5%                                     0.708          -0.719     0.476",
        "  95%                                    1.399          -0.028     1.167",
        "sum of the parts                         1.054          -0.374     0.822",
    ] {
        assert!(text.lines().any(|line| line == row), "{row}\n{text}");
    }
}

#[test]
fn comparisons_over_years_are_one_table() {
    let years = |spread: bool| {
        let year = |year: i32| {
            let mut one = if spread { compared() } else { comparison() };
            one.year = year;
            one.reference_value -= 0.1e9 * f64::from(year - 2030);
            one
        };
        Answer::Compare { comparisons: (2030..=2032).map(year).collect(), by_lever: true }
    };
    let text = shown(years(false), 80);
    assert!(text.starts_with("balance[China], bn USD\n\n"), "{text}");
    for row in [
        "                                        2030    2031    2032",
        "baseline                              -8.905  -9.005  -9.105",
        "localisation                          -7.851  -7.851  -7.851",
        "  difference                           1.054   1.054   1.054",
        "    bus_plant: Bus assembly            0.413   0.413   0.413",
    ] {
        assert!(text.lines().any(|line| line == row), "{row}\n{text}");
    }
    assert_eq!(text.matches("    bus_plant").count(), 2, "{text}");
    let drawn = shown(years(true), 80);
    for row in [
        "  mean difference                      1.054   1.054   1.054",
        "    5%                                 0.708   0.708   0.708",
    ] {
        assert!(drawn.lines().any(|line| line == row), "{row}\n{drawn}");
    }
    assert!(drawn.contains("values with every distribution at its median"));
}

#[test]
fn a_small_difference_has_a_scale_of_its_own() {
    let mut comparison = comparison();
    comparison.reference_value = 640e9;
    comparison.scenarios.truncate(1);
    let other = &mut comparison.scenarios[0];
    (other.value, other.difference) = (640.0005e9, 0.5e6);
    other.parts.clear();
    let text = shown(Answer::Compare { comparisons: vec![comparison], by_lever: false }, 80);
    assert!(text.contains("difference, thousand USD           500\n"), "{text}");
    assert!(
        text.contains("value                          640\n") || text.contains("640"),
        "{text}"
    );
}

#[test]
fn histograms_share_their_bins_and_scale() {
    let text = shown(Answer::Distribution { histograms: vec![histogram(&SCENARIOS[..2])] }, 80);
    let row = "-10.0 to  -9.5   5% │█████████▍ 14.8%                │██ 3.1%";
    assert!(text.lines().any(|line| line == row), "{text}");
    assert!(text.lines().any(|line| line.starts_with("localisation  -8.50  0.60  -9.49  -8.50")));
    let narrow = shown(Answer::Distribution { histograms: vec![histogram(&SCENARIOS)] }, 24);
    assert!(narrow.lines().all(|line| columns(line) <= 24 || line.contains('s')), "{narrow}");
}

#[test]
fn the_draws_are_described_once() {
    let spread = || Answer::Show { panels: vec![spreading(balance(), 0.0, 0.01)] };
    let mut report = with(vec![Answer::Show { panels: vec![coverage()] }, spread(), spread()]);
    let line = "10,000 draws, seed 1, plain: standard errors up to 0.11% of the means";
    assert_eq!(text(&report, 100, false).matches(line).count(), 1);
    if let Some(sampling) = &mut report.sampling {
        (sampling.draws, sampling.method) = (1, "sobol".to_owned());
        sampling.replicates = Some(1);
    }
    assert!(text(&report, 200, false).contains("1 draw, seed 1, sobol: standard errors"));
    assert!(text(&report, 200, false).contains("at most 4 draws would halve them"));
    if let Some(sampling) = &mut report.sampling {
        (sampling.draws, sampling.replicates) = (4_096, Some(16));
    }
    assert!(text(&report, 200, false).contains("4,096 draws, seed 1, sobol in 16 replicates: "));
}

#[test]
fn csv_and_json_hold_every_measure() {
    let report = with(vec![
        Answer::Show { panels: vec![spreading(scenarios(balance(), 1), 0.1, 0.0)] },
        Answer::Compare { comparisons: vec![compared()], by_lever: false },
        Answer::Distribution { histograms: vec![histogram(&SCENARIOS[..1])] },
    ]);
    let lines = csv(&report).expect("memory can be written to");
    for row in [
        "1,show,balance[China],,baseline,2024,value,,-3705300000,USD",
        "1,show,balance[China],,baseline,2024,mean,,-3705300000,USD",
        "1,show,balance[China],,baseline,2024,sd,,370530000,USD",
        "1,show,balance[China],,baseline,2024,error,,3705300,USD",
        "1,show,balance[China],,baseline,2024,q50,,-3705300000,USD",
        "2,compare,balance[China],,localisation,2035,difference_q05,,708380660,USD",
        "3,distribution,balance[China],,baseline,2035,draws,2,310,",
        "3,distribution,balance[China],,baseline,2035,q95,,-8013087600,USD",
    ] {
        assert!(lines.lines().any(|line| line == row), "{row}\n{lines}");
    }
    let document = json(&report);
    assert_eq!(document["sampling"]["levels"][4], 0.95);
    assert_eq!(document["answers"][0]["panels"][0]["series"][0]["spread"][0]["sd"], 370_530_000.0);
    assert_eq!(document["answers"][2]["histograms"][0]["series"][0]["counts"][3], 3150);
}

/// Returns statistics that a simulation should never produce, or only a tiny one.
fn hostile_spreads() -> Vec<Spread> {
    let of = |mean, sd, error, quantiles: &[f64]| Spread {
        mean,
        sd,
        error,
        quantiles: quantiles.to_vec(),
    };
    let (max, nan) = (f64::MAX, f64::NAN);
    vec![
        of(1.0, nan, nan, &[1.0; 5]),
        of(nan, nan, nan, &[nan; 5]),
        of(0.0, 0.0, 0.0, &[0.0; 5]),
        of(max, f64::INFINITY, max, &[-max, -max, 0.0, max, max]),
        of(1.0, 1.0, 1.0, &[5.0, 4.0, 3.0, 2.0, 1.0]),
        of(1.0, 1.0, 1.0, &[1.0]),
        of(5e-324, 5e-324, 5e-324, &[-5e-324, 0.0, 0.0, 0.0, 5e-324]),
        of(0.5, 0.5, 0.005, &[]),
        of(1e6, 1e-9, 1e-11, &[1e6; 9]),
    ]
}

#[test]
fn whatever_the_draws_nothing_but_numbers_is_shown() {
    for levels in [LEVELS.to_vec(), Vec::new(), vec![0.5], vec![0.1, 0.9], vec![f64::NAN; 3]] {
        for kind in super::hostile::KINDS {
            for spread in hostile_spreads() {
                let mut values = panel("x", unit(kind, "USD"), 2024, vec![line("a", [1.0, 2.0])]);
                values.series[0].spread = vec![Some(spread.clone()), None];
                let mut histogram = histogram(&SCENARIOS[..2]);
                histogram.unit = unit(kind, "USD");
                histogram.series[0].spread = spread.clone();
                histogram.edges[3] = spread.mean;
                let mut comparison = compared();
                comparison.scenarios[0].spread = Some(spread);
                let mut report = with(vec![
                    Answer::Show { panels: vec![values.clone()] },
                    Answer::Chart { panels: vec![values] },
                    Answer::Compare { comparisons: vec![comparison], by_lever: true },
                    Answer::Distribution { histograms: vec![histogram] },
                ]);
                if let Some(sampling) = &mut report.sampling {
                    (sampling.draws, sampling.levels) = (u64::MAX, levels.clone());
                }
                every_way(&report);
                let text = text(&report, 80, false).to_lowercase();
                assert!(!text.contains("nan") && !text.contains("inf"), "{text}");
            }
        }
    }
}

#[test]
fn histograms_of_nothing_and_of_one_value() {
    for (edges, counts) in [
        (vec![], vec![]),
        (vec![1.0], vec![]),
        (vec![1.0, 1.0], vec![7]),
        (vec![0.0, 1.0], vec![0]),
        (vec![0.0, 1.0, 2.0], vec![u64::MAX, u64::MAX]),
        (vec![0.0, 1.0], vec![1, 2, 3]),
    ] {
        let mut histogram = histogram(&SCENARIOS);
        histogram.edges = edges;
        histogram.series.iter_mut().for_each(|series| series.counts.clone_from(&counts));
        every_way(&with(vec![Answer::Distribution { histograms: vec![histogram] }]));
    }
}
