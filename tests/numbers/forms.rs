//! Forms of data: year columns in tables, subsets on the left side, quantities as fields of a lever.

use mizan::session;

use crate::outcome::outcome;

/// Returns true if a script runs without a message and all its checks hold.
fn holds(text: &str) -> bool {
    outcome(session::load("forms.mizan", text)) == (Vec::new(), true)
}

/// The values between two columns lie on a straight line: (100 + 120) / 2 = 110 in 2026.
#[test]
fn columns_of_years_are_a_path_for_each_row() {
    let table = "years 2024..2028\ncurrency USD\nset partner = China, Turkey\n\
        param imports[partner] = {\n  | partner | 2025: mn USD | 2027: mn USD |\n  | China | 100 | 120 |\n  \
        | Turkey | 40 | 46 |\n}\n";
    for (cell, year, value) in [
        ("China", 2024, "100"),
        ("China", 2025, "100"),
        ("China", 2026, "110"),
        ("China", 2028, "120"),
        ("Turkey", 2026, "43"),
    ] {
        let check = format!("{table}check imports[{cell}, {year}] == {value} mn USD\n");
        assert!(holds(&check), "{check}");
        let wrong = format!("{table}check imports[{cell}, {year}] == {value}.5 mn USD\n");
        assert!(!holds(&wrong), "{wrong}");
    }
}

#[test]
fn a_subset_on_the_left_side_stands_for_its_elements() {
    let text = "years 2024..2025\nset partner = China, Turkey, Georgia\nset near = partner without China\n\
        param weight[partner] = 1\nvar size[p: partner] = 10\nsize[near] = 2 * weight[near]\n\
        scenario more { weight[near] = 3 }\n\
        check sum(weight[*]) == 3\ncheck sum(weight[*]) == 7 for more\n\
        check size[China] == 10 for all\ncheck size[Georgia] == 6 for more\ncheck size[Turkey] == 2\n";
    assert!(holds(text));
    assert!(!holds(&text.replace("== 7 for more", "== 9 for more")));
}

/// Each cell of a lever takes the cell of a parameter over the same sets, in whatever order it has them.
#[test]
fn a_parameter_over_the_sets_of_a_lever_is_a_field_without_indices() {
    let text = "years 2024..2025\ncurrency USD\nset partner = China, Turkey\nset sector = food, metal\nuse trade\n\
        param flow[sector, partner] = {\n  | sector | China: mn USD | Turkey: mn USD |\n  | food | 1 | 2 |\n  \
        | metal | 3 | 4 |\n}\n\
        imports bought { base: flow }\nimports more from China { base: flow }\n\
        check imports[China, metal] in 2024 == 6 mn USD\ncheck imports[Turkey, food] in 2024 == 2 mn USD\n\
        check imports[Turkey, metal] in 2024 == 4 mn USD\ncheck imports[China, food] in 2024 == 2 mn USD\n";
    assert!(holds(text));
    assert!(!holds(&text.replace("== 6 mn", "== 7 mn")));
}
