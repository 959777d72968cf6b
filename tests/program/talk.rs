//! A conversation at the prompt: no other question's numbers, no lost work, and help that works when it is followed.

use std::fs;
use std::path::Path;

use mizan::diagnostic::{Code, Diagnostic};
use mizan::repl::{ReplyPage, Talk};
use mizan::session::{Reach, Session};

/// Sales grow by 5% a year: 100, 105 and 110.25 mn USD to the EU, half of it to Turkey; in `low` they do not grow.
const SCRIPT: &str = "years 2024..2026
currency USD
set partner = EU, Turkey
source me \"My guess\"
param rate = 5% @me
param base[partner] = { EU: 100 mn USD, Turkey: 50 mn USD }
var sales[p: partner]: USD = base[p] * (1 + rate) ^ (t - first)
scenario low { rate = 0% }
show sales[EU]
";

const TRADE: &str = "years 2024..2035
currency USD
use trade
set partner = EU, Turkey
set sector = wine, machinery
exports ours to EU { base: 60 mn USD, growth: 5% }
exports turk to Turkey { base: 80 mn USD, growth: 2% }
imports bought from EU { base: 90 mn USD, growth: normal(4%, 1%), elasticity: -1 }
scenario plant {
  joint_venture works in machinery with EU { opens: 2027, capacity: 80 mn USD, local_content: 30%, foreign_equity: 50%, investment: 40 mn USD, export_share: 25% }
}
scenario road extends plant { turk.growth = 3% }
show balance[EU] for all
";

fn write(path: &Path, text: &str, _: bool) -> Result<(), Diagnostic> {
    fs::write(path, text).map_err(|error| Diagnostic::error(Code::NotSaved, error.to_string()))
}

fn talk_of(name: &str, script: &str) -> Talk {
    let session = Session::load(name, script, Reach::default());
    let session = session.unwrap_or_else(|outcome| panic!("{outcome:?}")).0;
    Talk::new(session, Some(name.into()), ReplyPage { width: 100, colour: false }, write)
}

/// Answers lines one after the other; returns the last answer.
fn last(talk: &mut Talk, lines: &[&str]) -> String {
    lines.iter().map(|line| talk.answer(line).text).last().unwrap_or_default()
}

fn after(lines: &[&str]) -> String {
    last(&mut talk_of("a.mizan", SCRIPT), lines)
}

#[test]
fn a_question_with_a_warning_has_its_own_answer() {
    for line in ["if 1 > 0 then 2 else 3", "show if 1 > 0 then 2 else 3"] {
        let text = after(&[line]);
        assert!(text.contains('2') && text.contains("constant-condition"), "{line}: {text}");
        assert!(!text.contains("sales"), "{line}: {text}");
    }
    assert!(after(&["if 1 > 0 then 2 else 3"]).starts_with("if 1 > 0 then 2 else 3 = 2\n"));
    let text = after(&[":why if 1 > 0 then sales[EU] else 0 USD"]);
    assert!(text.contains("110 mn USD") && !text.contains("sales[EU], baseline"), "{text}");
}

#[test]
fn a_kept_question_keeps_its_scenario() {
    let mut talk = talk_of("a.mizan", SCRIPT);
    let text = last(&mut talk, &[":scenario low", "sales[EU] in 2026", ":keep"]);
    assert_eq!(text, "kept: show sales[EU] in 2026 for low\n");
    assert!(last(&mut talk, &[":keep"]).contains("already has"));
    let find = "find rate in 0%..9% so that sales[EU] in 2026 >= 105 mn USD";
    let text = last(&mut talk, &[find, ":keep"]);
    assert_eq!(text, "kept: find rate in 0%..9% for low so that sales[EU] in 2026 >= 105 mn USD\n");
    let text = last(&mut talk, &[":scenario baseline", ":draws 100", "sales[Turkey]", ":keep"]);
    assert!(text.contains("kept: show sales[Turkey] (draws are not kept"), "{text}");
}

#[test]
fn undo_brings_back_the_file_with_its_model() {
    let folder = tempfile::tempdir().expect("a folder");
    let (a, b) = (folder.path().join("a.mizan"), folder.path().join("b.mizan"));
    let other = "years 2024..2030\ncurrency USD\nparam x = 3\n";
    fs::write(&a, SCRIPT).and_then(|()| fs::write(&b, other)).expect("two files");
    let mut talk = talk_of(&a.to_string_lossy(), SCRIPT);
    let loaded = last(&mut talk, &["rate = 6%", &format!(":load {}", b.display())]);
    assert!(loaded.contains("2024..2030") && loaded.contains("1 changed line of"), "{loaded}");
    let saved = last(&mut talk, &[":undo", ":save"]);
    assert_eq!(saved, format!("saved as {}\n", a.display()));
    assert_eq!(fs::read_to_string(&b).expect("a file"), other);
    assert!(fs::read_to_string(&a).expect("a file").contains("rate = 6%"));
    // Earlier states of the model belong to the saved file too.
    assert!(last(&mut talk, &[":undo", ":diff"]).contains("rate = 6%"));
}

#[test]
fn a_file_that_another_program_changed_is_not_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.mizan");
    fs::write(&path, SCRIPT).expect("a file");
    let mut talk = talk_of(&path.to_string_lossy(), SCRIPT);
    // Saved text is in the standard format; the next save finds the file as it left it.
    assert!(last(&mut talk, &["rate = 6%", ":save"]).contains("saved as"));
    assert!(last(&mut talk, &["rate = 7%", ":save"]).contains("saved as"));
    let changed = fs::read_to_string(&path).expect("a file") + "param outside = 5\n";
    fs::write(&path, &changed).expect("a file");
    let text = last(&mut talk, &["rate = 8%", ":save"]);
    assert!(text.contains("file-changed") && text.contains(":save --force"), "{text}");
    assert_eq!(fs::read_to_string(&path).expect("a file"), changed);
    assert!(last(&mut talk, &[":save --force"]).contains("saved as"));
    assert!(!fs::read_to_string(&path).expect("a file").contains("outside"));
    let other = folder.path().join("b c.mizan");
    let named = format!(":save \"{}\"", other.display());
    assert!(last(&mut talk, &[&named]).contains("saved as") && other.is_file());
    fs::write(&path, "x").expect("a file");
    let text = last(&mut talk, &[&format!(":save {}", path.display())]);
    assert!(text.contains("exists") && text.contains("--force"), "{text}");
    let text = last(&mut talk, &[&format!(":save --force {}", path.display())]);
    assert_eq!(text, format!("saved as {}\n", path.display()));
}

#[test]
fn the_scenario_that_is_asked_is_followed_everywhere() {
    let mut talk = talk_of("a.mizan", TRADE);
    assert_eq!(
        talk.session.hint("works.capacity").as_deref(),
        Some("  money, only in plant, road")
    );
    talk.answer(":scenario road");
    let text = last(&mut talk, &["works.capacity in 2030"]);
    assert!(text.starts_with("works.capacity for road in 2030 = 80 mn USD"), "{text}");
    let hint = talk.session.hint("works.capacity");
    assert_eq!(hint.as_deref(), Some("  80 mn USD in 2035 for road"));
    // 80 mn USD, growing by 3% in `road`, but by 2% in the baseline.
    assert!(last(&mut talk, &["turk.growth in 2030"]).contains("2030, road, %"));
    let text = last(&mut talk, &[":why balance[EU] in 2030 to baseline"]);
    assert!(!text.contains("error"), "{text}");
    assert!(last(&mut talk, &["ours.growth = 6%"]).contains("balance[EU] 2035 in road: "));
    last(&mut talk, &["scenario third { ours.growth = 1% }", ":scenario third"]);
    let text = last(&mut talk, &[":undo"]);
    assert!(text.contains("there is no scenario third"), "{text}");
}

#[test]
fn answers_say_whether_they_use_the_draws() {
    let mut talk = talk_of("a.mizan", TRADE);
    talk.answer(":draws 100");
    for line in [":why balance[EU] in 2030", "check balance[EU] in 2030 >= 0 USD"] {
        let text = last(&mut talk, &[line]);
        assert!(text.contains("at its median; the draws are not used here"), "{line}: {text}");
        assert!(!text.contains("nothing shown here varies"), "{line}: {text}");
    }
    assert_eq!(talk.session.hint("balance[EU]").as_deref(), Some("  [partner]: money"));
}

#[test]
fn the_effect_of_a_change_is_found_in_every_year_and_scenario() {
    // 20 mn USD more in 2025: 105 becomes 120 * 1.05 = 126.
    let text = after(&["base[EU] += 20 mn USD in 2025"]);
    let line = "sales[EU] 2025: 105 mn USD -> 126 mn USD (+21); 2026 unchanged; also in low\n";
    assert_eq!(text, line);
    // 100 * 1.1^2 = 121 in the new scenario, 110.25 in the baseline.
    let text = after(&["scenario high { rate = 10% }"]);
    assert!(text.starts_with("sales[EU] 2026 in high: 121 mn USD (+1"), "{text}");
    assert!(text.contains(" against the baseline)"), "{text}");
    let mut talk = talk_of("b.mizan", "years 2024..2030\nparam a = 3\nvar b = 2*a\n");
    assert_eq!(last(&mut talk, &["a = 4"]), "b 2030: 6 -> 8 (+2)\n");
}

#[test]
fn a_line_that_replaces_another_says_so() {
    let text = after(&["scenario low { rate = 1% }"]);
    assert!(text.contains("replaces the scenario `low` of line 8"), "{text}");
    assert!(after(&["rate = 6%"]).contains("@me is dropped"), "the source of the old value");
    assert!(!after(&["rate = 6% @me"]).contains("dropped"));
}

#[test]
fn a_typed_sum_keeps_its_digits() {
    for (line, value) in [
        ("1 bn USD + 3 mn USD", "1.003 bn USD"),
        ("100 mn USD * 1.004", "100.4 mn USD"),
        ("12345 + 0.5", "12,345.5"),
        ("1 / 3", "0.333"),
    ] {
        assert_eq!(after(&[line]), format!("{line} = {value}\n"));
    }
}

#[test]
fn a_comparison_is_answered() {
    assert_eq!(after(&["rate == 5%"]), "rate == 5% = yes\n");
    assert_eq!(after(&["1 == 2"]), "1 == 2 = no\n");
}

#[test]
fn several_lines_are_answered_one_after_the_other() {
    let text = after(&["rate = 0%\n> sales[EU] in 2026\n:draws 0\nsales[Turkey] in 2026"]);
    assert!(text.contains("sales[EU] in 2026 = 100 mn USD"), "{text}");
    assert!(text.contains("sales[Turkey] in 2026 = 50 mn USD"), "{text}");
    assert_eq!(after(&["# a remark"]), "");
}

#[test]
fn a_wrong_line_changes_nothing_and_its_help_works() {
    for (line, help) in [
        ("set rate = 0.03", "write `rate = 0.03`"),
        ("set low = a, b", "choose another name"),
        ("param EU = 3", "choose another name"),
        ("rate <- 7%", "write `rate = 7%`"),
        ("1,5 * 2", "write `1.5 * 2`"),
        ("1,200 * 2", "write `1_200 * 2`"),
        ("rate = 1,5%", "write `rate = 1.5%`"),
        ("rate 5%", "write `rate = 5%`"),
        ("set rate 5%", "write `rate = 5%`"),
        ("set rate to 5%", "write `rate = 5%`"),
        ("sales 2025", "write `sales in 2025`"),
        ("sales EU 2025", "write `sales[EU] in 2025`"),
        ("sales[EU] in low", "write `sales[EU] for low`"),
        ("sales[EU] in 2025?", "write `sales[EU] in 2025`"),
        ("scenario low", "`:scenario low`"),
        ("use scenario low", "`:scenario low`"),
        (
            "goal seek sum(sales) = 0",
            "write `find rate in 0%..50% so that sum(sales) in 2026 == 0`",
        ),
        ("EU", "write `sales[EU]`"),
        ("partner", "`:info partner`"),
        ("low", "`:scenario low`"),
        ("exit", "`:quit`"),
        ("quit()", "`:quit`"),
        ("help rate", "`:help rate`"),
        ("draws 1000", "`:draws 1000`"),
        ("run f.mizan", "`:load f.mizan`"),
        ("load f.mizan", "`:load f.mizan`"),
        ("chart", "`:chart`"),
        ("why", "`:why`"),
        ("ls", "`:list`"),
        ("drop rate", "`:undo` takes the last change back"),
        (":show rate", "write `rate`"),
        (":set rate 5%", "write `rate = 5%`"),
        (":plot sales", "write `:chart sales`"),
        (":exit", "write `:quit`"),
        (":vars", "write `:list variables`"),
        (":undo 2", "takes nothing after it"),
        (":keep x", "takes nothing after it"),
        (":quit now", "takes nothing after it"),
    ] {
        let mut talk = talk_of("a.mizan", SCRIPT);
        let reply = talk.answer(line);
        assert!(reply.failed && reply.text.contains(help), "{line}: {}", reply.text);
        assert!(talk.session.is_saved(), "{line}");
        assert!(!reply.text.contains("the script has no statement"), "{line}: {}", reply.text);
    }
    assert!(!after(&["rate < -5%"]).contains("error"));
}
