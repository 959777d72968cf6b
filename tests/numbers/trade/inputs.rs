//! Input-output links.

use super::meets;

#[test]
fn output_meets_the_table_of_two_sectors() {
    // A = (.15 .25 / .20 .05), final demand (600, 1500): the two-sector example of R. Miller and P. Blair, Input-Output Analysis
    // (2009), chapter 2; det(I - A) = 0.7575, x = (0.95 * 600 + 0.25 * 1500, 0.20 * 600 + 0.85 * 1500) / 0.7575.
    let script = "years 2024..2025\ncurrency USD\nuse trade\nset partner = A\nset sector = one, two\n\
        inputs a in one on one { share: 15% }\ninputs b in two on one { share: 25% }\n\
        inputs c in one on two { share: 20% }\ninputs d in two on two { share: 5% }\n\
        home_demand f on one { value: 600 USD }\nhome_demand g on two { value: 1500 USD }\n";
    meets(
        script,
        &[
            ("home_output[one] in 2025", 945.0 / 0.7575),
            ("home_output[two] in 2025", 1395.0 / 0.7575),
            // Without imported inputs all final demand is value added at home.
            ("sum(home_value_added[*]) in 2025", 2100.0),
            ("home_value_added[one] in 2025", 0.65 * 945.0 / 0.7575),
        ],
        1e-12,
    );
}

#[test]
fn local_content_is_not_all_home_value_added() {
    // A venture buys 50 of local parts from `parts`, which use 30% imports and 20% of `metal`, which imports half of its output's value.
    let script = "years 2024..2026\ncurrency USD\nuse trade\nset partner = A\nset sector = cars, parts, metal\n\
        imports m on cars from A { base: 1000 USD }\n\
        joint_venture j in cars with A { foreign_equity: 0%\n investment: 0 USD\n opens: 2025\n capacity: 100 USD\n local_content: 50%\n suppliers: parts }\n\
        inputs a in parts on metal { share: 20% }\nimported_inputs b in parts { share: 30% }\nimported_inputs c in metal { share: 50% }\n";
    meets(
        script,
        &[
            ("home_output[parts] in 2026", 50.0),
            ("home_output[metal] in 2026", 10.0),
            ("home_value_added[parts] in 2026", 25.0),
            ("sum(home_value_added[*]) in 2026", 30.0),
            ("sum(inputs_imported[*]) in 2026", 20.0),
        ],
        1e-12,
    );
}
