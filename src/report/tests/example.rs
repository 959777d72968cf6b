//! A report with realistic figures: Azerbaijan's trade with China, four scenarios, twelve years.

use crate::results::*;

pub(super) const SCENARIOS: [&str; 4] = ["baseline", "localisation", "liberalisation", "corridor"];

/// Balances in billions of USD.
const BALANCE: [[f64; 12]; 4] = [
    [
        -3.7053, -4.4212, -4.6534, -4.8976, -5.1543, -5.4242, -5.7081, -6.0064, -6.3201, -6.6498,
        -7.9964, -8.9051,
    ],
    [
        -3.7053, -4.4212, -4.6214, -4.7301, -4.8127, -4.9230, -5.0894, -5.2878, -5.5210, -5.7854,
        -7.0412, -7.8513,
    ],
    [
        -3.7053, -4.4212, -4.7018, -5.0011, -5.3207, -5.6520, -5.9477, -6.2584, -6.5852, -6.9286,
        -8.3321, -9.2788,
    ],
    [
        -3.7053, -4.4212, -4.6690, -4.8120, -4.9544, -5.1121, -5.2800, -5.4790, -5.7120, -5.9770,
        -7.2471, -8.0834,
    ],
];

const COVERAGE: [[f64; 12]; 4] = [
    [
        0.00529, 0.01864, 0.01912, 0.01964, 0.02021, 0.02084, 0.02151, 0.02224, 0.02302, 0.02388,
        0.02104, 0.0204,
    ],
    [
        0.00529, 0.01864, 0.01925, 0.02031, 0.02160, 0.02290, 0.02407, 0.02519, 0.02629, 0.02739,
        0.02385, 0.0231,
    ],
    [
        0.00529, 0.01864, 0.01893, 0.01924, 0.01959, 0.02001, 0.02066, 0.02136, 0.02211, 0.02294,
        0.02021, 0.0196,
    ],
    [
        0.00529, 0.01864, 0.01906, 0.02000, 0.02115, 0.02231, 0.02344, 0.02453, 0.02560, 0.02667,
        0.02321, 0.0225,
    ],
];

pub(super) fn unit(kind: UnitKind, name: &str) -> UnitLabel {
    UnitLabel::new(kind, name)
}

pub(super) fn usd() -> UnitLabel {
    unit(UnitKind::Money, "USD")
}

/// Makes a series without elements.
pub(super) fn line(scenario: &str, values: impl IntoIterator<Item = f64>) -> Series {
    Series {
        label: "x".to_owned(),
        elements: Vec::new(),
        scenario: scenario.to_owned(),
        values: values.into_iter().map(Some).collect(),
        ..Series::default()
    }
}

/// Makes a series for one element.
pub(super) fn cell(element: &str, scenario: &str, values: &[f64]) -> Series {
    Series { elements: vec![element.to_owned()], ..line(scenario, values.iter().copied()) }
}

pub(super) fn panel(expression: &str, unit: UnitLabel, first: i32, series: Vec<Series>) -> Panel {
    let years = series.first().map_or(0, |series| series.values.len());
    let years = (first..).take(years).collect();
    Panel { expression: expression.to_owned(), unit, years, series, ..Panel::default() }
}

pub(super) fn balance() -> Panel {
    let lines = SCENARIOS.iter().zip(BALANCE);
    let lines = lines.map(|(scenario, values)| line(scenario, values.map(|bn| bn * 1e9)));
    panel("balance[China]", usd(), 2024, lines.collect())
}

pub(super) fn coverage() -> Panel {
    let lines = SCENARIOS.iter().zip(COVERAGE);
    let lines = lines.map(|(scenario, values)| line(scenario, values)).collect();
    panel("coverage[China]", unit(UnitKind::Percent, "%"), 2024, lines)
}

fn sided(condition: &str, unit: UnitLabel, left: f64, right: f64) -> CheckOutcome {
    let cell = CheckCell {
        scenario: "baseline".to_owned(),
        year: 2024,
        elements: Vec::new(),
        left,
        right: Some(right),
        passed: true,
    };
    CheckOutcome {
        condition: condition.to_owned(),
        passed: true,
        cells: vec![cell],
        compared: 1,
        unit,
        sources: Vec::new(),
    }
}

pub(super) fn passing() -> CheckOutcome {
    let condition = "sum(imports[China, *]) in 2024 == 3_725 mn USD within 0.1%";
    CheckOutcome { sources: vec!["news_az".to_owned()], ..sided(condition, usd(), 3725e6, 3725e6) }
}

pub(super) fn short() -> CheckOutcome {
    sided("coverage[China] in 2025 >= 1%", unit(UnitKind::Percent, "%"), 0.01864, 0.01)
}

pub(super) fn failing() -> CheckOutcome {
    let condition = "balance[China] >= -6 bn USD";
    let balance = balance();
    let cells = balance.series.iter().flat_map(|series| {
        let values = balance.years.iter().zip(&series.values);
        values.map(|(&year, value)| CheckCell {
            scenario: series.scenario.clone(),
            year,
            elements: Vec::new(),
            left: value.unwrap_or(0.0),
            right: Some(-6e9),
            passed: value.is_some_and(|value| value >= -6e9),
        })
    });
    let cells = cells.filter(|cell| !cell.passed).collect();
    CheckOutcome { passed: false, cells, compared: 48, ..sided(condition, usd(), 0.0, 0.0) }
}

pub(super) fn comparison() -> Comparison {
    let part = |lever: &str, title: &str, bn: f64| Part {
        lever: lever.to_owned(),
        title: title.to_owned(),
        value: bn * 1e9,
        standard_error: None,
        spread: None,
        parts: Vec::new(),
    };
    let bus = |bn| part("bus_plant", "Bus assembly", bn);
    let solar = |bn| part("solar_park", "Photovoltaic modules", bn);
    let duty = |bn| part("duty.rate[machinery]", "", bn);
    let against = |scenario: &str, bn: f64, parts: Vec<Part>| Difference {
        scenario: scenario.to_owned(),
        value: bn * 1e9,
        difference: (bn + 8.9051) * 1e9,
        spread: None,
        parts,
        orders: None,
    };
    Comparison {
        expression: "balance[China]".to_owned(),
        title: String::new(),
        year: 2035,
        unit: usd(),
        reference: "baseline".to_owned(),
        reference_value: -8.9051e9,
        set: String::new(),
        scenarios: vec![
            against("localisation", -7.8513, vec![bus(0.4127), solar(0.6411)]),
            against("liberalisation", -9.2788, vec![duty(-0.3737)]),
            against(
                "corridor",
                -8.0834,
                vec![bus(0.4068), solar(0.6203), duty(-0.3634), part("zangezur", "", 0.158)],
            ),
        ],
    }
}

pub(super) fn report(answers: Vec<Answer>) -> Report {
    let titles = [
        "",
        "Joint ventures in industrial parks",
        "Machinery duty phased out",
        "The Zangezur corridor opens",
    ];
    let scenarios = SCENARIOS
        .iter()
        .zip(titles)
        .map(|(name, title)| ScenarioNote { name: (*name).to_owned(), title: title.to_owned() });
    let source = |key: &str, citation: &str| SourceNote {
        key: key.to_owned(),
        citation: citation.to_owned(),
    };
    Report {
        title: "Azerbaijan–China bilateral trade".to_owned(),
        years: (2024, 2035),
        currency: "USD".to_owned(),
        scenarios: scenarios.collect(),
        sampling: None,
        broken_identities: Vec::new(),
        answers,
        repeated: Vec::new(),
        fixed: vec![
            "gdp is given for 2026..2027 in corridor and does not follow its equation".to_owned(),
        ],
        sources: vec![
            source(
                "news_az",
                "F. Mahmudov, News.Az: Azerbaijan–China trade, 2024 and January–November 2025",
            ),
            source(
                "wits",
                "World Bank WITS, Azerbaijan 2023 by HS section, scaled to the 2024 totals of @news_az",
            ),
            source("assumed", "Modeller's assumption"),
        ],
    }
}

pub(super) fn memo() -> Report {
    report(vec![
        Answer::Show { panels: vec![balance(), coverage()] },
        Answer::Chart { panels: vec![balance()] },
        Answer::Compare { comparisons: vec![comparison()], by_lever: true },
        Answer::Check(passing()),
        Answer::Check(short()),
        Answer::Check(failing()),
    ])
}
