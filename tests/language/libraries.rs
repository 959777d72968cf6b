//! Libraries of a script's own: files that it names with `use`.

use mizan::data::MemoryFiles;
use mizan::session::load_with;

use crate::data::{HEAD, codes, passes};

#[test]
fn a_library_of_ones_own_declares_what_the_script_uses() {
    let mut files = MemoryFiles::default();
    files.add(
        "lib/quota.mizan",
        "use \"lib/base.mizan\"\n\
        block quota on s: sector { cap: money path\n bought[s] += min(cap, 5 USD) }\n",
    );
    files.add(
        "lib/base.mizan",
        "needs sector\ntotal bought[sector]: money\nfunction twice(x) = 2 * x\n",
    );
    let script = format!(
        "{HEAD}use \"lib/quota.mizan\"\nuse \"./lib/base.mizan\"\n\
        quota q on metals {{ cap: 3 USD }}\ncheck twice(bought[metals]) == 6 USD\ncheck bought[food] == 0 USD\n"
    );
    assert_eq!(passes(load_with("test.mizan", &script, &files)), 2);
}

#[test]
fn mistakes_of_libraries_are_shown_in_their_files() {
    let cases = [
        ("b.mizan", "param y = nothing\n", "unknown-name"),
        ("b.mizan", "show 1\n", "not-in-library"),
        ("b.mizan", "years 2024..2025\n", "not-in-library"),
        ("b.mizan", "scenario s { }\n", "not-in-library"),
        ("b.mizan", "use \"a.mizan\"\n", "use-cycle"),
        ("b.mizan", "use \"b.mizan\"\n", "use-cycle"),
        ("b.mizan", "use \"test.mizan\"\n", "use-cycle"),
        ("b.mizan", "use \"c.mizan\"\n", "file-missing"),
        ("b.mizan", "use \"../c.mizan\"\n", "outside-folder"),
        ("b.mizan", "use trades\n", "unknown-library"),
    ];
    for (name, text, code) in cases {
        let mut files = MemoryFiles::default();
        files.add("a.mizan", "use \"b.mizan\"\n");
        files.add(name, text);
        let program = load_with("some/test.mizan", &format!("{HEAD}use \"a.mizan\"\n"), &files);
        let found = program.diagnostics.iter().find(|d| d.code.name() == code);
        let found = found.unwrap_or_else(|| panic!("{text}: {:?}", program.diagnostics));
        let source = program.sources.file(found.span().expect("a place").source);
        assert_eq!(&*source.name, name, "{text}");
        if text.contains("a.mizan") {
            assert!(found.message.ends_with("a.mizan -> b.mizan -> a.mizan"), "{}", found.message);
        }
    }
}

#[test]
fn libraries_have_limits_and_a_diamond_is_loaded_once() {
    let mut files = MemoryFiles::default();
    for n in 0..20 {
        let next = n + 1;
        files.add(&format!("deep{n}.mizan"), format!("use \"deep{next}.mizan\"\n"));
        files.add(
            &format!("wide{n}.mizan"),
            format!("use \"wide{next}.mizan\"\nuse \"./wide{next}.mizan\"\n"),
        );
    }
    files.add("wide10.mizan", "param y = 1\n");
    let deep = load_with("t.mizan", &format!("{HEAD}use \"deep0.mizan\"\n"), &files);
    assert_eq!(codes(&deep), ["limit-libraries"]);
    let wide = load_with("t.mizan", &format!("{HEAD}use \"wide0.mizan\"\ncheck y == 1\n"), &files);
    assert_eq!(passes(wide), 1);
    let mut uses = String::new();
    for n in 0..300 {
        files.add(&format!("n{n}.mizan"), "");
        uses.push_str(&format!("use \"n{n}.mizan\"\n"));
    }
    assert!(
        codes(&load_with("t.mizan", &format!("{HEAD}{uses}"), &files)).contains(&"limit-libraries")
    );
}

/// A run that fails in a library names the lever of the script first: the user can change nothing else.
#[test]
fn a_failure_in_a_library_names_the_lever() {
    let mut files = MemoryFiles::default();
    files.add(
        "lib.mizan",
        "needs sector\ntotal bought[sector] bounds 0..100\nfunction inverse(x) = 1 / x\n\
        block quota on s: sector { cap: number\n bought[s] += inverse(cap) + 60 / (cap - 1) }\n",
    );
    // Divided by 0 in the equation, in a function that it uses, and more than the total may be.
    for (cap, code) in
        [("1", "division-by-zero"), ("0", "division-by-zero"), ("1.5", "out-of-bounds")]
    {
        let script = format!(
            "{HEAD}use \"lib.mizan\"\nquota fine on food {{ cap: 9 }}\nquota tight on metals {{ cap: {cap} }}\n\
            show bought[*]\n"
        );
        let program = load_with("test.mizan", &script, &files);
        let model = program.model.unwrap_or_else(|| panic!("{:?}", program.diagnostics));
        let problem = mizan::analysis::answer(&model).expect_err(cap);
        assert_eq!(problem.code.name(), code, "{problem:?}");
        let place = problem.span().expect("a place");
        let text = program.sources.text(place);
        assert_eq!(text, "tight", "{cap}: {problem:?}");
        assert_eq!(&*program.sources.file(place.source).name, "test.mizan");
        let inside = problem.labels.iter().any(|one| one.span.source != place.source);
        assert!(inside && problem.help[0].contains("`tight`"), "{problem:?}");
    }
}
