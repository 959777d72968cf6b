//! `discover` and `robust` against events and scenarios whose answer is known.

use mizan::analysis::answer_with;
use mizan::engine::sampling::Method;
use mizan::engine::simulate::Simulation;
use mizan::report::json;
use mizan::results::{Answer, Discovery, Report, RobustOption};
use mizan::session::load;

fn report(script: &str, draws: u64) -> Report {
    let program = load("test.mizan", script);
    let model = program.model.unwrap_or_else(|| panic!("{script}{:#?}", program.diagnostics));
    let simulation = Simulation { draws, seed: 1, method: Method::Sobol };
    answer_with(&model, Some(&simulation), &|_| {}).unwrap_or_else(|problem| panic!("{problem:?}"))
}

fn discovery(report: &Report) -> &Discovery {
    let found = report.answers.iter().find_map(|answer| match answer {
        Answer::Discover(found) => found.discoveries.first(),
        _ => None,
    });
    found.expect("a discovery")
}

/// The event needs a > 0.7, b < -0.5 and k = 2028; `idle` has nothing to do with it. Its probability is
/// 0.3 * 0.3085375 * 0.7.
const EVENT: &str = "\
years 2024..2025
param a = uniform(0, 1)
param b[s] = { x: normal(0, 1), y: 0 }
set s = x, y
param k: year = discrete(2027: 30%, 2028: 70%)
param idle = uniform(0, 1)
var hit = if a > 0.7 and b[x] < -0.5 and k == 2028 then 1 else 0
";

#[test]
fn the_limits_of_an_event_are_found_in_the_script_names() {
    let report = report(&format!("{EVENT}discover when hit + 0 * idle == 1 in 2025\n"), 4096);
    let found = discovery(&report);
    assert!((found.share - 0.3 * 0.308_537_5 * 0.7).abs() < 2e-3, "{}", found.share);
    let best = found.recommended.as_ref().expect("a box");
    let names: Vec<&str> = best.limits.iter().map(|limits| limits.input.as_str()).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["a", "b[x]", "k"], "{best:#?}");
    assert!(best.coverage > 0.9 && best.density > 0.9, "{best:#?}");
    for limits in &best.limits {
        match limits.input.as_str() {
            "a" => {
                assert!((limits.low.expect("low") - 0.7).abs() < 0.02, "{limits:?}");
                assert!((limits.below - 0.7).abs() < 0.02 && limits.high.is_none(), "{limits:?}");
                assert!(limits.quasi_p_low.expect("p") < 1e-6, "{limits:?}");
            }
            // The limit is a quantile of the distribution, not of its uniform number.
            "b[x]" => assert!((limits.high.expect("high") + 0.5).abs() < 0.05, "{limits:?}"),
            _ => {
                assert_eq!(limits.choices, Some(vec![(2028.0, 1.0)]), "{limits:?}");
                assert!((limits.below - 0.3).abs() < 1e-12, "{limits:?}");
            }
        }
    }
    let first = &found.trade_off[0];
    assert!(first.coverage == 1.0 && first.density >= found.share, "{first:?}");
    let leaf = &found.leaves[0];
    assert!(leaf.density > 0.9 && leaf.coverage > 0.9 && leaf.limits.len() == 3, "{leaf:?}");
}

/// The text of the answer is a scenario of the script in which the event is nearly certain.
#[test]
fn the_scenario_can_be_pasted() {
    let script = format!("{EVENT}discover when hit + 0 * idle == 1 in 2025\n");
    let document = json(&report(&script, 4096));
    let text = document["answers"][0]["discoveries"][0]["text"].as_str().expect("a text");
    for line in ["  a = uniform(0, 1, min: 0.", "  b[x] = normal(0, 1, max: -0.", "  k = 2028\n"] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let pasted =
        format!("{EVENT}{text}show probability(hit + 0 * idle == 1) in 2025 for discovered\n");
    let report = report(&pasted, 4096);
    let Answer::Show { panels } = &report.answers[0] else { panic!("a table") };
    let spread = panels[0].series[0].spread[0].as_ref().expect("draws");
    assert!(spread.mean > 0.9, "{spread:?} with {text}");
}

#[test]
fn an_event_without_cause_has_no_limits() {
    let never = report(&format!("{EVENT}discover when hit + 0 * idle > 1 in 2025\n"), 512);
    assert!(discovery(&never).share == 0.0 && discovery(&never).recommended.is_none());
    let certain = report("years 2024..2025\nparam x = 1\ndiscover when x > 0\n", 512);
    assert_eq!((discovery(&certain).share, discovery(&certain).uncertain), (1.0, 0));
}

/// A part of a value, a share of it, and a value by year: the limits are said, and a comment stands where a
/// scenario cannot give the value anew.
#[test]
fn values_of_other_forms_are_named() {
    let script = "years 2024..2026\ncurrency USD\n\
        param growth: percent = 5% then normal(3%, 1%) from 2025\n\
        param size: USD = 10 USD * lognormal(1, 0.4)\n\
        var out = growth + size / 1000 USD\n\
        discover when growth > 3.5% and size > 12 USD in 2026\nshow out\n";
    let report = report(script, 4096);
    let found = discovery(&report).recommended.as_ref().expect("a box");
    let of = |name: &str| found.limits.iter().find(|one| one.input == name).expect("limits");
    assert!((of("growth").low.expect("low") - 0.035).abs() < 0.002, "{found:?}");
    // The distribution is a factor: its unit is not that of the quantity.
    assert!(of("size").low.is_none() && of("size").below > 0.5, "{found:?}");
    let text = json(&report)["answers"][0]["discoveries"][0]["text"].to_string();
    assert!(
        text.contains("growth = 5% then normal(3%, 1%, min: 3.") && text.contains("# size is in"),
        "{text}"
    );
}

fn options(script: &str) -> Vec<RobustOption> {
    let report = report(script, 4096);
    let Answer::Robust(found) = &report.answers[0] else { panic!("a comparison") };
    found.options.clone()
}

/// The bold scenario has z, uniform on 0 to 1, the safe one 0.5: the regret is |z - 0.5| in one half of the
/// draws each, so its mean is 1/8; the mean of the worst 5% of z is 0.025.
const CHOICE: &str = "\
years 2024..2025
param z = uniform(0, 1)
param x = 0
var y = x + 0 * z
scenario bold { x = z }
scenario safe { x = 0.5 }
";

#[test]
fn scenarios_are_compared_draw_by_draw() {
    let found =
        options(&format!("{CHOICE}robust among bold, safe by y in 2025 so that y >= 0.25\n"));
    let near = |a: f64, b: f64| assert!((a - b).abs() < 2e-3, "{a} for {b}: {found:#?}");
    let [bold, safe] = found.as_slice() else { panic!("two scenarios") };
    assert_eq!((bold.scenario.as_str(), safe.worst, safe.mean), ("bold", 0.5, 0.5));
    near(bold.mean, 0.5);
    near(bold.worst, 0.0);
    near(bold.worst_twentieth, 0.025);
    near(bold.mean_regret, 0.125);
    near(safe.mean_regret, 0.125);
    near(bold.largest_regret, 0.5);
    near(bold.share.expect("a share"), 0.75);
    assert_eq!(safe.share, Some(1.0));
}

/// Less is better: the worst draw of the bold scenario is now 1.
#[test]
fn least_turns_the_comparison_round() {
    let found = options(&format!("{CHOICE}robust among bold, safe by least y\n"));
    assert!((found[0].worst - 1.0).abs() < 2e-3, "{found:?}");
    assert!((found[0].worst_twentieth - 0.975).abs() < 2e-3, "{found:?}");
    assert!((found[1].largest_regret - 0.5).abs() < 2e-3 && found[1].share.is_none(), "{found:?}");
}
