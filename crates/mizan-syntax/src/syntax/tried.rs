//! Values of one input that are tried one after the other.
//!
//! In: an input, its values and what is shown. Out: the lines of Mizan: a sweep if the values have a common step, a
//! scenario for each value otherwise.

/// An input with the values that it takes, in rising order.
#[derive(Debug)]
pub struct TriedValues {
    /// The input as Mizan writes it: `duty.rate`.
    pub input: String,
    /// The values, each without its unit.
    pub numbers: Vec<f64>,
    /// The unit behind each number: `%`, ` mn USD`.
    pub unit: String,
    /// The step that is written beside the values, if there is one.
    pub step: Option<f64>,
}

impl TriedValues {
    /// Returns a number with the unit.
    #[must_use]
    pub fn amount(&self, number: f64) -> String {
        format!("{}{}", (number * 1e9).round() / 1e9, self.unit)
    }

    /// Returns the distance between the values, if it is the same between all of them.
    fn common_step(&self) -> Option<f64> {
        let steps: Vec<f64> =
            self.numbers.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?)).collect();
        let size = self.numbers.last()?.abs().max(1.0);
        let first = steps.first().copied()?;
        steps.iter().all(|step| (step - first).abs() < 1e-9 * size).then_some(first)
    }

    /// Writes the lines that show a value for each value of the input. `years` are those of the query, such as ` in 2030`;
    /// `free` returns a name that the script does not have.
    pub fn lines(&self, shown: &str, years: &str, free: impl Fn(&str) -> String) -> Option<String> {
        let Self { input, numbers, .. } = self;
        let (low, high) = (self.amount(*numbers.first()?), self.amount(*numbers.last()?));
        if let Some(step) = self.step.or_else(|| self.common_step()) {
            let step = self.amount(step);
            return Some(format!(
                "sweep {input} over {low}..{high} step {step} show {shown}{years}"
            ));
        }
        let mut lines = Vec::new();
        let mut scenarios = Vec::new();
        for (nth, number) in numbers.iter().enumerate() {
            let name = free(&format!("case_{}", nth + 1));
            lines.push(format!("scenario {name} {{ {input} = {} }}", self.amount(*number)));
            scenarios.push(name);
        }
        lines.push(format!("show {shown} for {}{years}", scenarios.join(", ")));
        Some(lines.join("\n"))
    }
}
