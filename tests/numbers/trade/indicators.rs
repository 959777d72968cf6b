//! Indicators against published values: PySAL for Theil, ecomplexity for RCA, and hand calculation.

use super::{ask, close, meets};

const LINES: &str = "years 2024..2025\ncurrency USD\nuse trade\nset partner = A\nset sector = cars\n\
    set six = a, b, c, d, e, f\nparam x[six] = { a: 40, b: 25, c: 15, d: 10, e: 6, f: 4 }\n\
    set ten = g, h, i, j, k, l, m, n, o, q\n\
    param y[ten] = { g: 40, h: 25, i: 15, j: 10, k: 6, l: 4, else: 0 }\n";

#[test]
fn concentration_meets_published_values() {
    meets(
        LINES,
        &[
            ("hhi(x[*]) in 2024", 0.2602),
            ("hhi_normalised(x[*]) in 2024", 0.11224),
            ("concentration_index(x[*]) in 2024", 0.172115665555),
            ("effective_number(x[*]) in 2024", 3.84319754035),
            ("theil(x[*]) in 2024", 0.26628340316580346),
            ("theil(y[*]) in 2024", 0.77710902693179),
            ("theil_between(y[*]) in 2024", 0.51082562376599),
            ("theil_within(y[*]) in 2024", 0.2662834031658),
            ("lines(y[*]) in 2024", 10.0),
            ("active_lines(y[*]) in 2024", 6.0),
        ],
        1e-11,
    );
}

#[test]
fn revealed_advantage_meets_ecomplexity() {
    let script = "years 2024..2025\ncurrency USD\nuse trade\nset partner = A\nset sector = cars\n\
        set country = u, v, w\nset product = one, two, three\n\
        param x[country, product] = { u: { one: 120, two: 30, three: 50 }, \
        v: { one: 10, two: 200, three: 40 }, w: { one: 60, two: 20, three: 90 } }\n";
    let table = [
        ("u", [1.957_894_736_842_105, 0.372, 0.861111111111111]),
        ("v", [0.130_526_315_789_473_7, 1.984, 0.5511111111111111]),
        ("w", [1.151_702_786_377_709, 0.291_764_705_882_352_9, 1.823_529_411_764_706]),
    ];
    for (country, wanted) in table {
        let query = |product: &&str| {
            format!(
                "rca(x[{country}, {product}], sum(x[{country}, *]), sum(x[*, {product}]), sum(x[*, *])) in 2024"
            )
        };
        let queries: Vec<String> = ["one", "two", "three"].iter().map(query).collect();
        for (found, wanted) in ask(script, &queries).into_iter().zip(wanted) {
            close(found, wanted, 1e-14, country);
        }
    }
    meets(
        script,
        &[
            ("100 * similarity(x[u, *], x[v, *]) in 2024", 35.0),
            ("100 * similarity(x[u, *], x[w, *]) in 2024", 72.0588235294),
            ("100 * similarity(x[v, *], x[w, *]) in 2024", 31.7647058824),
            ("rca_symmetric(3, 4, 1, 2) in 2024", 0.2),
        ],
        1e-11,
    );
    let pair = format!(
        "{LINES}set three = r, s, t3\nparam m[three] = {{ r: 0.5, s: 0.3, t3: 0.2 }}\n\
         param e[three] = {{ r: 0.2, s: 0.5, t3: 0.3 }}\n"
    );
    meets(&pair, &[("100 * complementarity(m[*], e[*]) in 2024", 70.0)], 1e-12);
}

#[test]
fn the_bilateral_balance_of_2024() {
    // Azerbaijan and China 2024: exports 19.7, imports 3725 million dollars (News.Az).
    let script = "years 2024..2025\ncurrency USD\nuse trade\nset partner = China\nset sector = all_goods\n\
        exports x to China { base: 19.7 mn USD }\nimports m from China { base: 3_725 mn USD }\n";
    meets(
        script,
        &[
            ("balance[China] in 2024", -3705.3e6),
            ("turnover[China] in 2024", 3744.7e6),
            ("coverage[China] in 2024", 0.005288590604026846),
            ("normalised_balance(19.7, 3725) in 2024", -0.9894784628942239),
            ("grubel_lloyd(19.7, 3725) in 2024", 1.0 - 0.9894784628942239),
            ("import_dependency(China) in 2024", 1.0),
            ("supplier_concentration(all_goods) in 2024", 1.0),
            ("export_concentration(China) in 2024", 1.0),
            ("grubel_lloyd(0, 0) in 2024", 0.0),
            ("normalised_balance(0, 0) in 2024", 0.0),
        ],
        1e-13,
    );
}

#[test]
fn intra_industry_trade_is_weighted_by_trade() {
    // Lines (30, 10) and (20, 40): 1 - (20 + 20) / 100; each alone 0.5 and 2/3.
    let script = format!(
        "{}exports x to A {{\n | sector | base: USD |\n | cars | 30 |\n | tools | 20 |\n}}\n\
         imports m from A {{\n | sector | base: USD |\n | cars | 10 |\n | tools | 40 |\n}}\n",
        super::HEAD
    );
    meets(
        &script,
        &[
            ("grubel_lloyd_lines(exports[A, *], imports[A, *]) in 2024", 0.6),
            ("grubel_lloyd(exports[A, cars], imports[A, cars]) in 2024", 0.5),
            ("grubel_lloyd(exports[A, tools], imports[A, tools]) in 2024", 2.0 / 3.0),
        ],
        1e-13,
    );
}
