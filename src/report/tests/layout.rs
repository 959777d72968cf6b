//! Layout: whole memos, and each shape of table and chart once.

use super::example::*;
use crate::report::text;
use crate::results::{Answer, Panel, Series, UnitKind};

fn shown(panel: Panel, width: usize) -> String {
    answer(Answer::Show { panels: vec![panel] }, width)
}

fn charted(panel: Panel, width: usize) -> String {
    answer(Answer::Chart { panels: vec![panel] }, width)
}

/// Renders an answer without the report around it.
fn answer(answer: Answer, width: usize) -> String {
    let mut report = report(vec![answer]);
    report.scenarios.clear();
    report.fixed.clear();
    report.sources.clear();
    let text = text(&report, width, false);
    text.split_once("USD\n\n").map_or(text.clone(), |(_, rest)| rest.to_owned())
}

fn percent() -> crate::results::UnitLabel {
    unit(UnitKind::Percent, "%")
}

/// Makes a panel of three sectors of very different sizes.
fn sectors(scenarios: &[&str], years: usize) -> Panel {
    let base = [("machinery", 1_708.7, 1.05), ("food", 46.9, 1.02), ("fuels", 0.6, 1.0)];
    let lines = base.iter().flat_map(|&(name, base, growth)| {
        scenarios.iter().enumerate().map(move |(at, scenario)| {
            let growth: f64 = growth - 0.01 * at as f64;
            let values = (0..years).map(|year| base * 1e6 * growth.powi(year as i32));
            cell(name, scenario, &values.collect::<Vec<_>>())
        })
    });
    panel("imports[China, *]", usd(), 2024, lines.collect())
}

#[test]
fn a_memo_for_eighty_columns() {
    let text = text(&memo(), 80, false);
    insta::assert_snapshot!(text, @r"
    Azerbaijan–China bilateral trade
    2024–2035, USD

    Scenarios
      baseline
      localisation    Joint ventures in industrial parks
      liberalisation  Machinery duty phased out
      corridor        The Zangezur corridor opens

    Changed variables
      gdp is given for 2026..2027 in corridor and does not follow its equation

    balance[China], bn USD

          baseline  localisation  liberalisation  corridor
    ──────────────────────────────────────────────────────
    2024     -3.71         -3.71           -3.71     -3.71
    2025     -4.42         -4.42           -4.42     -4.42
    2026     -4.65         -4.62           -4.70     -4.67
    2027     -4.90         -4.73           -5.00     -4.81
    2028     -5.15         -4.81           -5.32     -4.95
    2029     -5.42         -4.92           -5.65     -5.11
    2030     -5.71         -5.09           -5.95     -5.28
    2031     -6.01         -5.29           -6.26     -5.48
    2032     -6.32         -5.52           -6.59     -5.71
    2033     -6.65         -5.79           -6.93     -5.98
    2034     -8.00         -7.04           -8.33     -7.25
    2035     -8.91         -7.85           -9.28     -8.08

    coverage[China], %

          baseline  localisation  liberalisation  corridor
    ──────────────────────────────────────────────────────
    2024      0.53          0.53            0.53      0.53
    2025      1.86          1.86            1.86      1.86
    2026      1.91          1.93            1.89      1.91
    2027      1.96          2.03            1.92      2.00
    2028      2.02          2.16            1.96      2.12
    2029      2.08          2.29            2.00      2.23
    2030      2.15          2.41            2.07      2.34
    2031      2.22          2.52            2.14      2.45
    2032      2.30          2.63            2.21      2.56
    2033      2.39          2.74            2.29      2.67
    2034      2.10          2.39            2.02      2.32
    2035      2.04          2.31            1.96      2.25

    balance[China], bn USD

     -3 ┤
        │ ✱
     -4 ┤ ⠈⠑⠢⣀
        │     ⠉✱⠲⠦⠤⣤✱⣤⣄⣀⣀■⣀⡀
     -5 ┤            ⠉⠙⠛●▲◆⣽⣿●■◆⠳⠶⠶■◆⣢⣤⠤■⢄⣀⣀
        │                    ⠉▲⠚⠫⠭⢖●▲⠤⠤⣉●◆⠑⠒⠛■◆⠶⠶⣤■◆⣀⣀
     -6 ┤                           ⠈⠉⠉⠒▲⠭⢕⣒⡢●⢄⣀⣀  ⠈⠉⠉⠛■◆
        │                                   ⠈▲⠑⠒⠒⠭●▲⡢⠤⢄●⠈⠳⣄
     -7 ┤                                           ⠈⠉⠑▲⡢⡀⠈⠳■◆
        │                                               ⠈⢪⠢⡀⠈⠙⢕⡤⣀
     -8 ┤                                                 ⠑⢌●⣀ ⠈■◆  ■ localisation
        │                                                   ▲⠤⡑⢄⡀   ◆ corridor
     -9 ┤                                                     ⠈⠢⢌●  ● baseline
        │                                                        ▲  ▲ liberalisation
    -10 ┤
        └─┬────┬────┬────┬────┬────┬────┬────┬────┬────┬────┬────┬
        2024 2025 2026 2027 2028 2029 2030 2031 2032 2033 2034 2035

    ✱ several at one point

    balance[China], 2035, bn USD
    baseline: -8.905 bn USD

                                      localisation  liberalisation  corridor
    ────────────────────────────────────────────────────────────────────────
    value                                   -7.851          -9.279    -8.083
    difference                               1.054          -0.374     0.822
    ────────────────────────────────────────────────────────────────────────
    bus_plant: Bus assembly                  0.413               –     0.407
    solar_park: Photovoltaic modules         0.641               –     0.620
    duty.rate[machinery]                         –          -0.374    -0.363
    zangezur                                     –               –     0.158
    ────────────────────────────────────────────────────────────────────────
    sum of the parts                         1.054          -0.374     0.822

    from baseline to localisation
    baseline              -8.905  │┃
    Bus assembly          +0.413  │▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
    Photovoltaic modules  +0.641  │                   ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
    localisation          -7.851  │                                               ┃

    from baseline to corridor
    baseline              -8.905  │┃
    Bus assembly          +0.407  │▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
    Photovoltaic modules  +0.620  │                   ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
    duty.rate[machinery]  -0.363  │                               ░░░░░░░░░░░░░░░░░
    zangezur              +0.158  │                               ▓▓▓▓▓▓▓
    corridor              -8.083  │                                      ┃

    balance[China] in 2035 is 1.054 bn USD higher in localisation than in baseline
    (-7.851 bn USD against -8.905 bn USD), from solar_park +0.641 bn USD and
    bus_plant +0.413 bn USD; 0.374 bn USD lower in liberalisation (-9.279 bn USD),
    from duty.rate[machinery] -0.374 bn USD; 0.822 bn USD higher in corridor (-8.083
    bn USD), from solar_park +0.620 bn USD, bus_plant +0.407 bn USD,
    duty.rate[machinery] -0.363 bn USD and 1 other part.

    ok    sum(imports[China, *]) in 2024 == 3_725 mn USD within 0.1% @news_az
          (baseline: 3,725 mn USD against 3,725 mn USD)
    ok    coverage[China] in 2025 >= 1%   (baseline: 1.86% against 1.00%)
    FAIL  balance[China] >= -6 bn USD   (14 of 48 cells fail, in bn USD)
          baseline, 2031         -6.006 against -6.000, difference -0.006
          baseline, 2032         -6.320 against -6.000, difference -0.320
          baseline, 2033         -6.650 against -6.000, difference -0.650
          baseline, 2034         -7.996 against -6.000, difference -1.996
          baseline, 2035         -8.905 against -6.000, difference -2.905
          localisation, 2034     -7.041 against -6.000, difference -1.041
          localisation, 2035     -7.851 against -6.000, difference -1.851
          liberalisation, 2031   -6.258 against -6.000, difference -0.258
          liberalisation, 2032   -6.585 against -6.000, difference -0.585
          liberalisation, 2033   -6.929 against -6.000, difference -0.929
          and 4 more

    Sources
      @news_az  F. Mahmudov, News.Az: Azerbaijan–China trade, 2024 and
                January–November 2025
      @wits     World Bank WITS, Azerbaijan 2023 by HS section, scaled to the 2024
                totals of @news_az
      @assumed  Modeller's assumption
    ");
    assert!(text.lines().all(|line| super::hostile::columns(line) <= 80));
    assert!(text.lines().all(|line| line == line.trim_end()));
}

#[test]
fn colour_changes_nothing_but_colours() {
    let coloured = text(&memo(), 80, true);
    let mut plain = String::new();
    for (at, piece) in coloured.split('\u{1b}').enumerate() {
        let rest = if at == 0 { Some(piece) } else { piece.split_once('m').map(|(_, rest)| rest) };
        plain.push_str(rest.expect("a sequence ends with m"));
    }
    assert_ne!(coloured, plain);
    assert_eq!(plain, text(&memo(), 80, false));
}

#[test]
fn cells_are_columns_where_there_is_one_scenario() {
    insta::assert_snapshot!(shown(sectors(&["corridor"], 3), 80), @r"
    imports[China, *], corridor, mn USD

          machinery  food  fuels
    ────────────────────────────
    2024      1,709  46.9    0.6
    2025      1,794  47.8    0.6
    2026      1,884  48.8    0.6
    ");
}

#[test]
fn cells_and_scenarios_have_two_rows_of_headings() {
    insta::assert_snapshot!(shown(sectors(&["baseline", "corridor"], 3), 80), @r"
    imports[China, *], mn USD

          machinery ────────  food ─────────────  fuels ────────────
          baseline  corridor  baseline  corridor  baseline  corridor
    ────────────────────────────────────────────────────────────────
    2024     1,709     1,709      46.9      46.9     0.600     0.600
    2025     1,794     1,777      47.8      47.4     0.600     0.594
    2026     1,884     1,848      48.8      47.8     0.600     0.588
    ");
}

#[test]
fn cells_go_down_the_side_in_a_single_year() {
    insta::assert_snapshot!(shown(sectors(&["baseline", "corridor"], 1), 80), @r"
    imports[China, *], 2024, mn USD

               baseline  corridor
    ─────────────────────────────
    machinery   1,708.7   1,708.7
    food           46.9      46.9
    fuels           0.6       0.6
    ");
}

#[test]
fn gaps_years_and_truth_values() {
    let mut growth =
        panel("growth[gdp]", percent(), 2024, vec![line("baseline", [0.0, 0.035, 0.0425])]);
    growth.series[0].values[0] = None;
    let opens = panel("opens", unit(UnitKind::Year, ""), 2024, vec![line("baseline", [2027.0])]);
    let open =
        panel("t >= opens", unit(UnitKind::Truth, ""), 2026, vec![line("baseline", [0.0, 1.0])]);
    let panels = vec![growth, opens, open];
    insta::assert_snapshot!(answer(Answer::Show { panels }, 80), @r"
    growth[gdp], %

          baseline
    ──────────────
    2024         –
    2025       3.5
    2026       4.3

    opens

          baseline
    ──────────────
    2024      2027

    t >= opens

          baseline
    ──────────────
    2026        no
    2027       yes
    ");
}

#[test]
fn a_chart_on_a_narrow_page_has_its_legend_below() {
    insta::assert_snapshot!(charted(balance(), 44), @r"
    balance[China], bn USD

     -2 ┤
        │
        │
     -4 ┤ ✱⠢⣀
        │    ✱⠓⠲✱⣦⣤✱⣤⣤✱⣄⣀■⡀
        │         ⠈▲⠙⠛✱⠾⢯✱⣙⡛✱⠳⠶✱⣤⣄■⡀
     -6 ┤                 ⠉⠙✱⠶⢦✱⢄⣈✱⠙⠛✱⡄
        │                       ⠉⠑▲⠭⢕✱⡙⢦
        │                            ⠈⢗⢌✱⣄⡀
     -8 ┤                              ⠹✱⡈⠙✱
        │                               ⠈⠪⡢●
        │                                 ⠈▲
    -10 ┤
        └─┬─────┬─────┬─────┬─────┬────────┬
        2024  2026  2028  2030  2032     2035

    ● baseline   ■ localisation
    ▲ liberalisation   ◆ corridor
    ✱ several at one point
    ");
}

#[test]
fn a_chart_that_crosses_zero() {
    let lines = vec![line("baseline", (0..8).map(|n| f64::from(n) * 40e6 - 120e6))];
    insta::assert_snapshot!(charted(panel("balance[Turkiye]", usd(), 2024, lines), 60), @r"
    balance[Turkiye], mn USD

     200 ┤
         │
     150 ┤                                 ⢀⠤⠒●  ● baseline
         │                              ⣀●⠊⠁
     100 ┤                           ⢀⠔⠊
         │                        ⣀⠤●⠁
      50 ┤                     ●⠔⠊
         │                  ⡠⠔⠉
       0 ┤ ┄┄┄┄┄┄┄┄┄┄┄┄┄┄⣀●⠊┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄
         │           ⢀⡠⠔⠉
     -50 ┤        ⢀⠤⠒●
         │     ⣀●⠊⠁
    -100 ┤  ⢀⠔⠊
         │ ●⠁
    -150 ┤
         └─┬────┬────┬────┬────┬────┬────┬────┬
         2024 2025 2026 2027 2028 2029 2030 2031
    ");
}

#[test]
fn a_chart_of_one_year() {
    let lines = SCENARIOS.iter().zip([-8.9, -7.9, -9.3, -8.0]);
    let lines = lines.map(|(name, bn)| line(name, [bn * 1e9])).collect();
    insta::assert_snapshot!(charted(panel("balance[China]", usd(), 2035, lines), 80), @r"
    balance[China], bn USD

    -7.5 ┤
         │
         │     ■      ■ localisation
    -8.0 ┤     ◆      ◆ corridor
         │
         │
    -8.5 ┤
         │
         │     ●      ● baseline
    -9.0 ┤
         │
         │     ▲      ▲ liberalisation
    -9.5 ┤
         └─────┬────
             2035
    ");
}

#[test]
fn a_chart_of_a_condition() {
    let open = unit(UnitKind::Truth, "");
    let lines = vec![line("corridor", [0.0, 0.0, 1.0, 1.0])];
    insta::assert_snapshot!(charted(panel("t >= opens", open, 2025, lines), 60), @r"
    t >= opens

    yes ┤                        ⣀●⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤●  ● corridor
        │                     ⣀⠔⠊
        │                  ⣀⠔⠊
        │               ⣀⠔⠊
     no ┤ ●⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤●⠊
        └─┬───────────┬───────────┬───────────┬
        2025        2026        2027        2028
    ");
}

#[test]
fn what_is_not_drawn_is_said() {
    let mut lines: Vec<Series> =
        (0..14).map(|n| line(&format!("s{n}"), [f64::from(n), 2.0])).collect();
    lines.push(Series { values: vec![None, None], ..line("empty", []) });
    let text = charted(panel("x", unit(UnitKind::Number, ""), 2024, lines), 80);
    assert!(text.ends_with("no values: empty\n2 more lines not drawn\n"), "{text}");
}

#[test]
fn comparisons_of_percentages_are_in_points() {
    let mut coverage = comparison();
    coverage.expression = "coverage[China]".to_owned();
    coverage.unit = percent();
    coverage.reference_value = 0.0204;
    coverage.scenarios.truncate(1);
    for other in &mut coverage.scenarios {
        other.value = 0.0231;
        other.difference = 0.0027;
        other.parts[0].value = 0.0011;
        other.parts[1].value = 0.0016;
    }
    let compared = Answer::Compare { comparisons: vec![coverage], by_lever: true };
    insta::assert_snapshot!(answer(compared, 80), @r"
    coverage[China], 2035, %
    baseline: 2.04%

                                      localisation
    ──────────────────────────────────────────────
    value                                     2.31
    difference, pp                            0.27
    ──────────────────────────────────────────────
    bus_plant: Bus assembly                   0.11
    solar_park: Photovoltaic modules          0.16
    ──────────────────────────────────────────────
    sum of the parts                          0.27

    from baseline to localisation
    baseline               2.04  │┃
    Bus assembly          +0.11  │▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
    Photovoltaic modules  +0.16  │                    ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
    localisation           2.31  │                                               ┃

    coverage[China] in 2035 is 0.27 pp higher in localisation than in baseline
    (2.31% against 2.04%), from solar_park +0.16 pp and bus_plant +0.11 pp.
    ");
}

#[test]
fn a_check_that_fails_by_a_hair_shows_by_how_much() {
    let mut check = passing();
    check.passed = false;
    check.cells[0].left = 3_725.4e6;
    check.cells[0].passed = false;
    insta::assert_snapshot!(answer(Answer::Check(check), 80), @r"
    FAIL  sum(imports[China, *]) in 2024 == 3_725 mn USD within 0.1% @news_az
          (baseline: 3,725.4 mn USD against 3,725.0 mn USD, difference 0.4 mn USD)
    ");
}

#[test]
fn checks_over_many_cells_truth_values_and_shares() {
    let mut holds = failing();
    holds.passed = true;
    holds.cells.truncate(1);
    holds.cells[0].passed = true;
    let mut condition = passing();
    condition.condition = "opens <= 2030".to_owned();
    condition.passed = false;
    condition.compared = 2;
    condition.unit = unit(UnitKind::Truth, "");
    condition.cells[0].left = 0.0;
    condition.cells[0].right = None;
    condition.cells[0].passed = false;
    condition.cells[0].elements = vec!["vehicles".to_owned()];
    let mut share = short();
    share.passed = false;
    share.cells[0].passed = false;
    share.cells[0].left = 0.0092;
    let checks = [holds, condition, share].map(Answer::Check);
    let mut report = report(checks.into());
    report.sources.clear();
    let text = text(&report, 80, false);
    let (_, checks) = text.split_once("equation\n\n").expect("the checks follow what is fixed");
    insta::assert_snapshot!(checks, @r"
    ok    balance[China] >= -6 bn USD
          (baseline, 2031: -6.006 bn USD against -6.000 bn USD, tightest of 48
            cells)
    FAIL  opens <= 2030 @news_az   (1 of 2 cells fail)
          vehicles, baseline, 2024   no
    FAIL  coverage[China] in 2025 >= 1%
          (baseline: 0.920% against 1.000%, difference -0.080 pp)
    ");
}

#[test]
fn an_amount_that_holds_for_each_cell_is_named() {
    let mut report = report(Vec::new());
    report.repeated = vec![crate::results::RepeatedAmount {
        name: "bought.base".to_owned(),
        value: 3.7e9,
        unit: usd(),
        sets: vec!["sector".to_owned(), "partner".to_owned()],
        cells: 18,
    }];
    let text = text(&report, 80, false);
    let line = "  bought.base  3.7 bn USD for each sector and partner, in 18 cells";
    assert!(text.contains(line), "{text}");
}
