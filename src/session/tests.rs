//! Lines typed into a session.

use super::document::Reach;
use super::enter::Session;

const SCRIPT: &str = "years 2024..2026\ncurrency USD\nparam growth = 5%\n\
    var level\nlevel = (1 + growth) ^ 2\nscenario fast { growth = 10% }\nshow level\n";

fn session() -> Session {
    let loaded = Session::load("a.mizan", SCRIPT, Reach::default());
    loaded.map_err(|outcome| outcome.diagnostics).expect("a script").0
}

#[test]
fn a_line_with_a_mistake_changes_nothing() {
    let mut session = session();
    for line in ["growth = 5 USD", "growth = ", "param x = y", "show nothing", "growth = 1%\nx y"] {
        let outcome = session.enter(line);
        assert!(outcome.failed() && !outcome.changed, "{line}");
        assert!(session.is_saved(), "{line}: {:?}", session.diff());
    }
}

#[test]
fn changes_are_taken_back_and_made_again() {
    let mut session = session();
    assert!(session.undo().failed());
    // 1.02 ^ 2 = 1.0404 in place of 1.05 ^ 2 = 1.1025.
    let outcome = session.enter("growth = 2%");
    assert_eq!(outcome.lines, ["level 2026: 1.10 -> 1.04 (-0.06)"]);
    assert_eq!(session.diff(), ["- param growth = 5%", "+ param growth = 2%"]);
    assert!(session.undo().changed && session.is_saved());
    assert!(session.redo().changed && !session.is_saved());
    assert!(session.redo().failed());
    assert!(session.reset().changed && session.is_saved());
}

#[test]
fn the_oldest_of_many_changes_are_forgotten() {
    let mut session = session();
    for n in 0..230 {
        assert!(session.enter(&format!("growth = {n}%")).changed);
    }
    let undone = (0..230).take_while(|_| session.undo().changed).count();
    assert_eq!(undone, 200);
    assert_eq!(session.enter("growth").lines, ["growth = 29%"]);
    assert_eq!((0..230).take_while(|_| session.redo().changed).count(), 200);
    assert_eq!(session.enter("growth").lines, ["growth = 229%"]);
}

#[test]
fn an_expression_alone_is_a_line_and_a_query_an_answer() {
    let mut session = session();
    let bare = session.enter("growth + 1 pp");
    assert_eq!((bare.lines, bare.answers.len()), (vec!["growth + 1 pp = 6.0%".to_owned()], 0));
    let asked = session.enter("show growth");
    assert_eq!((asked.lines.len(), asked.answers.len()), (0, 1));
    // A quantity may have the name of a query; the grammar decides, not the first word.
    session.enter("param show = 3");
    assert_eq!(session.enter("show + 1").lines, ["show + 1 = 4"]);
}

#[test]
fn questions_are_asked_of_the_scenario_looked_at() {
    let mut session = session();
    assert!(session.look_at("nowhere").failed());
    assert!(!session.look_at("fast").failed());
    assert_eq!(session.enter("growth").lines, ["growth for fast = 10%"]);
    assert!(!session.look_at("baseline").failed());
    assert_eq!(session.enter("growth").lines, ["growth = 5%"]);
}

#[test]
fn the_last_question_is_kept_in_the_model() {
    let mut session = session();
    assert!(session.keep().failed());
    session.enter("growth");
    assert_eq!(session.keep().lines, ["kept: show growth"]);
    assert!(session.text().ends_with("show level\n\nshow growth\n"), "{}", session.text());
}
