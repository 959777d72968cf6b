//! Random scripts whose equations depend on each other, in the baseline and in scenarios: markets, an exchange
//! economy with a numeraire, unknowns with bounds, and recursions through a constant map, which only look like
//! that.

use super::agree::{compare_runs, each_model};
use super::script::{ALL, Class, Role, Script};

/// A script with systems of equations, each with one solution above 0, and with scenarios.
fn systems(tape: &[u16]) -> Script {
    let mut script = Script::opened(tape, ALL);
    script.functions();
    for _ in 0..2 {
        script.distributed(&[0], " each sector");
        script.distributed(&[], "");
    }
    for _ in 0..script.choices.between(1, 2) {
        match script.choices.below(6) {
            0 => script.linear(),
            1 => script.market(),
            2 => script.linked_markets(),
            3 => script.exchange(),
            4 => script.bounded(),
            _ => script.chain(),
        }
    }
    let variable = script.signature();
    script.variable(&variable);
    script.known.push(variable);
    for _ in 0..script.choices.between(1, 3) {
        script.scenario();
    }
    script
}

impl Script {
    /// Three goods, whose owner spends fixed shares of the income. The first price is the numeraire.
    fn exchange(&mut self) {
        let prices: Vec<String> = (0..3).map(|_| self.name("price")).collect();
        let income = self.name("income");
        let goods: Vec<[String; 2]> =
            (0..3).map(|_| [0; 2].map(|_| self.coefficient(&[]))).collect();
        let weights: Vec<String> = (0..3).map(|_| self.name("weight")).collect();
        let worth =
            prices.iter().zip(&goods).map(|(price, [owned, _])| format!("{price} * {owned}"));
        let worth = worth.collect::<Vec<_>>().join(" + ");
        self.statements.push(format!("var {income} = {worth}"));
        for ((price, weight), [owned, share]) in prices.iter().zip(&weights).zip(&goods) {
            self.statements.push(format!("var {weight} = {share}"));
            if *price == prices[0] {
                self.statements.push(format!("var {price} = 1"));
                continue;
            }
            let all = weights.join(" + ");
            self.statements.push(format!("var {price} start 1"));
            self.statements.push(format!(
                "solve {price} so that {weight} / ({all}) * {income} / {price} == {owned}"
            ));
        }
        self.keep(&income, &[], Class::Level, Role::Variable);
        self.keep(&prices[2], &[], Class::Level, Role::Variable);
    }

    /// A share that follows from itself, inside its bounds: s = 1 / (1 + a s).
    fn bounded(&mut self) {
        let (share, weight) = (self.name("share"), self.coefficient(&[0]));
        self.statements.push(format!("var {share}[sector] in 0..2"));
        self.statements.push(format!("{share}[i] = 1 / (1 + {weight} * {share}[i])"));
        self.keep(&share, &[0], Class::Rate, Role::Variable);
    }

    /// Each sector reads the one before it, which a parameter names.
    fn chain(&mut self) {
        let (before, sum, part) = (self.name("before"), self.name("sum"), self.coefficient(&[0]));
        let elements = self.sets[0].elements.clone();
        let named = elements
            .iter()
            .enumerate()
            .map(|(n, element)| format!("{element}: {}", elements[n.saturating_sub(1)]));
        let named = named.collect::<Vec<_>>().join(", ");
        self.statements.push(format!("param {before}[sector]: sector = {{ {named} }}"));
        self.statements.push(format!("var {sum}[sector]"));
        self.statements.push(format!("{sum}[i] = {sum}[{before}[i]] * 0.7 + {part}"));
        self.statements.push(format!("{sum}[{}] = 1.5", elements[0]));
        self.keep(&sum, &[0], Class::Level, Role::Variable);
    }
}

/// Values must agree to a relative 1e-9, because of the solver's tolerance.
#[test]
fn random_systems_are_solved_in_every_scenario() {
    let text = |tape: &[u16]| systems(tape).text();
    let tally = each_model(super::cases(120), text, |model| compare_runs(model, true));
    assert!(tally.models > 115, "{tally:?}");
    assert!(tally.values > 5_000, "{tally:?}");
    assert!(tally.refused < 20 && tally.close * 10 < tally.values, "{tally:?}");
}
