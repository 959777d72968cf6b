//! Walras's law in random economies: the market whose condition is left out clears as well, and only relative prices
//! matter.

use mizan::analysis::answer;
use mizan::results::Answer;
use mizan::session::load;
use proptest::prelude::*;

/// Two households with CES preferences exchange three goods. A tax on what they buy goes back to them in the
/// proportion `returned`. The market of the first good has no condition.
fn economy(
    own: &[f64],
    share: &[f64],
    sigma: f64,
    tax: &[f64],
    returned: f64,
    numeraire: f64,
) -> String {
    let map = |values: &[f64]| {
        let row = |row: &[f64]| format!("{{ a: {}, b: {}, c: {} }}", row[0], row[1], row[2]);
        format!("{{ rich: {}, poor: {} }}", row(&values[..3]), row(&values[3..]))
    };
    format!(
        "years 2024..2024\nset good = a, b, c\nset house = rich, poor\n\
         param own[house, good] = {}\nparam share[house, good] = {}\nparam sigma = {sigma}\n\
         param tax[good] = {{ a: {}, b: {}, c: {} }}\n\
         param returned[house] = {{ rich: {returned}, poor: 1 - {returned} }}\n\
         var price[good] start {numeraire}\nvar paid[good]\npaid[g] = price[g] * (1 + tax[g])\n\
         var income[house]\nvar cost[house]\nvar demand[house, good]\n\
         income[h] = sum(g in good: price[g] * own[h, g]) + returned[h] * sum(g in good, i in house: tax[g] * price[g] * demand[i, g])\n\
         cost[h] = sum(g in good: share[h, g] ^ sigma * paid[g] ^ (1 - sigma))\n\
         demand[h, g] = share[h, g] ^ sigma * paid[g] ^ (-sigma) * income[h] / cost[h]\n\
         price[a] = {numeraire}\n\
         solve price[b], price[c] so that sum(demand[*, b]) == sum(own[*, b]), sum(demand[*, c]) == sum(own[*, c])\n\
         show sum(demand[*, a]) - sum(own[*, a])\nshow demand[rich, b]\nshow demand[poor, c]\nshow price[c]\n",
        map(own),
        map(share),
        tax[0],
        tax[1],
        tax[2],
    )
}

/// Returns the excess demand of the market without a condition, two quantities demanded, and a price.
fn solved(script: &str) -> [f64; 4] {
    let program = load("test.mizan", script);
    let model = program.model.unwrap_or_else(|| panic!("{:?}\n{script}", program.diagnostics));
    let report = answer(&model).unwrap_or_else(|problem| panic!("{problem:?}\n{script}"));
    let values = report.answers.into_iter().filter_map(|answer| match answer {
        Answer::Show { panels } => panels[0].series[0].values[0],
        _ => None,
    });
    values.collect::<Vec<_>>().try_into().expect("four values")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn the_market_without_a_condition_clears_and_only_relative_prices_matter(
        own in prop::collection::vec(1.0..50.0_f64, 6), share in prop::collection::vec(0.2..1.0_f64, 6),
        sigma in prop_oneof![0.7..0.95_f64, 1.05..3.0_f64], tax in prop::collection::vec(0.0..0.5_f64, 3), returned in 0.0..1.0_f64,
        times in 0.2..8.0_f64,
    ) {
        let [excess, bought, other, price] = solved(&economy(&own, &share, sigma, &tax, returned, 1.0));
        let supply = own[0] + own[3];
        prop_assert!(excess.abs() <= 1e-8 * supply, "excess demand {excess} at a supply of {supply}");
        let [_, scaled, scaled_other, scaled_price] = solved(&economy(&own, &share, sigma, &tax, returned, times));
        prop_assert!((bought - scaled).abs() <= 1e-7 * bought, "{bought} {scaled}");
        prop_assert!((other - scaled_other).abs() <= 1e-7 * other, "{other} {scaled_other}");
        prop_assert!((price * times - scaled_price).abs() <= 1e-7 * scaled_price, "{price} {scaled_price}");
    }
}
