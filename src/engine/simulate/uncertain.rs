//! The random quantities of a recording: their names, and their values at uniform numbers.

use super::Recording;
use super::inputs::LaneInput;
use crate::engine::numbers::distribution::Distribution;

/// A random quantity of a recording.
#[derive(Debug, Clone)]
pub struct Uncertain {
    /// Name of the quantity with the distribution, and its elements: `growth[food]`.
    pub owner: String,
    /// Index of the distribution in its definition, from 0 in the order of the text.
    pub number: u32,
    /// The year, for a quantity that is drawn each year.
    pub year: Option<i32>,
    /// The distribution in each definition that draws the quantity.
    curves: Vec<Curve>,
}

/// The distribution of a random quantity.
#[derive(Debug, Clone)]
struct Curve {
    distribution: Distribution,
    /// The values of a discrete distribution with few values; the distribution is then that of their positions.
    choices: Option<Vec<f64>>,
}

impl Curve {
    fn value(&self, uniform: f64) -> f64 {
        let value = self.distribution.quantile(uniform);
        match &self.choices {
            Some(choices) => choices.get(value as usize).copied().unwrap_or(f64::NAN),
            None => value,
        }
    }
}

impl Uncertain {
    /// Returns the value at a uniform number in (0, 1). None if runs draw the quantity from several
    /// distributions.
    pub fn value(&self, uniform: f64) -> Option<f64> {
        match self.curves.as_slice() {
            [only] => Some(only.value(uniform)),
            _ => None,
        }
    }

    /// False for a quantity that no recorded run draws, such as one that only a correlation names.
    pub fn is_drawn(&self) -> bool {
        !self.curves.is_empty()
    }

    /// Returns the values and their probabilities, for a choice among few values.
    pub fn choices(&self) -> Option<Vec<(f64, f64)>> {
        let [Curve { distribution, choices: Some(choices) }] = self.curves.as_slice() else {
            return None;
        };
        let below = |n: usize| if n == 0 { 0.0 } else { distribution.cdf(n as f64 - 0.5) };
        let up_to = |n: usize| if n == choices.len() { 1.0 } else { below(n) };
        let probability = |(n, &value): (usize, &f64)| (value, up_to(n + 1) - below(n));
        Some(choices.iter().enumerate().map(probability).collect())
    }
}

impl Recording {
    /// Returns the random quantities in the order of [`Recording::drawn_inputs`].
    pub fn uncertain(&self) -> Vec<Uncertain> {
        let quantities = self.inputs.quantities.iter().enumerate();
        let uncertain = quantities.map(|(quantity, id)| {
            let (owner, number) = id.name.rsplit_once('#').unwrap_or((&id.name, "0"));
            Uncertain {
                owner: owner.to_owned(),
                number: number.parse().unwrap_or(0),
                year: (id.part > 0).then(|| i32::try_from(id.part).unwrap_or(i32::MAX)),
                curves: self.curves(quantity),
            }
        });
        uncertain.collect()
    }

    fn curves(&self, quantity: usize) -> Vec<Curve> {
        let own = self.inputs.draws.iter().enumerate();
        let own = own.filter(|(_, draw)| draw.quantity == quantity);
        let curve = |(number, draw): (usize, &super::inputs::Draw)| {
            let input = LaneInput::Draw(number);
            let input = self.inputs.inputs.iter().position(|known| *known == input);
            // The first table of an input has the values themselves; later ones were folded from it.
            let table = self.tape.tables().iter().find(|table| Some(table.input) == input);
            let choices = table.map(|table| table.values.clone());
            Curve { distribution: draw.distribution.clone(), choices }
        };
        own.map(curve).collect()
    }
}
