//! One input at a time: the outputs at both ends of each input's range, and elasticities.

use ndarray::Array2;

use super::{Batch, Bounds, derivative, rows};

/// An input with its base value and range; the base value need not be in the middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VariedInput {
    /// Value of the input in the base run.
    pub base: f64,
    /// Range of the input.
    pub range: Bounds,
}

impl VariedInput {
    /// Makes an input whose range is the base value plus or minus `share` of it: 0.1 for +-10%.
    pub fn around(base: f64, share: f64) -> Self {
        let reach = share * base.abs();
        Self { base, range: Bounds::new(base - reach, base + reach) }
    }
}

/// A bar of a tornado diagram: the effect of one input on one output.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Index of the input.
    pub input: usize,
    /// The output at the low end of the input's range.
    pub low: f64,
    /// The output at the high end of the input's range.
    pub high: f64,
}

impl Bar {
    /// Returns the distance between the outputs at both ends of the range.
    pub fn span(&self) -> f64 {
        (self.high - self.low).abs()
    }
}

/// The tornado bars of one output.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputBars {
    /// Value of the output in the base run.
    pub base: f64,
    /// A bar for each input. Bars with a NaN end are first, then the longest; equal bars are in the order of
    /// the inputs.
    pub bars: Vec<Bar>,
}

/// Evaluates each input at both ends of its range, the others at their base values: a tornado for each
/// output, by one batch of 1 + 2 x inputs runs. An end without a value is NaN.
///
/// # Errors
/// The errors of the batch.
pub fn tornado<B: Batch>(
    batch: &mut B,
    inputs: &[VariedInput],
) -> Result<Vec<OutputBars>, B::Error> {
    let base: Vec<f64> = inputs.iter().map(|input| input.base).collect();
    let mut points = vec![base.clone()];
    for (n, input) in inputs.iter().enumerate() {
        for end in [input.range.low, input.range.high] {
            let mut point = base.clone();
            point[n] = end;
            points.push(point);
        }
    }
    let values = batch.run(rows(inputs.len(), points.iter().map(Vec::as_slice)).view())?;
    let one = |column: ndarray::ArrayView1<'_, f64>| {
        let bar =
            |input: usize| Bar { input, low: column[1 + 2 * input], high: column[2 + 2 * input] };
        let mut bars: Vec<Bar> = (0..inputs.len()).map(bar).collect();
        bars.sort_by(|a, b| b.span().total_cmp(&a.span()));
        OutputBars { base: column[0], bars }
    };
    Ok(values.columns().into_iter().map(one).collect())
}

/// The response of the outputs to small changes of the inputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Elasticities {
    /// Derivatives of the outputs (rows) with respect to the inputs (columns).
    pub slopes: Array2<f64>,
    /// Elasticities: percent change of an output (row) per percent change of an input (column), which is
    /// slope x input / output. NaN if the output is 0.
    pub elasticities: Array2<f64>,
}

/// Finds the slopes and elasticities at the base values: exact where the batch has exact derivatives,
/// else by differences within the ranges.
///
/// Do not use this for probabilities, years or step functions: their exact slope is 0. Use [`tornado`], whose
/// steps are finite.
///
/// # Errors
/// The errors of the batch.
pub fn elasticities<B: Batch>(
    batch: &mut B,
    inputs: &[VariedInput],
) -> Result<Elasticities, B::Error> {
    let base: Vec<f64> = inputs.iter().map(|input| input.base).collect();
    let bounds: Vec<Bounds> = inputs.iter().map(|input| input.range).collect();
    let values = batch.run(rows(inputs.len(), [base.as_slice()]).view())?;
    let slopes = derivative::jacobian(batch, &base, &bounds)?;
    let elasticities = Array2::from_shape_fn(slopes.dim(), |(output, input)| {
        let value = values[[0, output]];
        if value == 0.0 { f64::NAN } else { slopes[[output, input]] * base[input] / value }
    });
    Ok(Elasticities { slopes, elasticities })
}

#[cfg(test)]
mod tests {
    use super::super::tests::each_of;
    use super::*;

    /// Cobb-Douglas output and a sum: elasticities are the exponents and the shares.
    #[test]
    fn elasticities_in_closed_form() {
        let mut f = each_of(|x| {
            [2.0 * libm::pow(x[0], 0.3) * libm::pow(x[1], 0.7), x[0] + 4.0 * x[1], x[0] - 3.0]
        });
        let inputs = [VariedInput::around(3.0, 0.1), VariedInput::around(5.0, 0.1)];
        let Ok(found) = elasticities(&mut f, &inputs);
        let wanted = [[0.3, 0.7], [3.0 / 23.0, 20.0 / 23.0]];
        for (n, wanted) in wanted.iter().enumerate() {
            for (found, wanted) in found.elasticities.row(n).iter().zip(wanted) {
                assert!((found - wanted).abs() < 1e-10, "{found} for {wanted}");
            }
        }
        assert!((found.slopes[[1, 1]] - 4.0).abs() < 1e-10);
        assert!(found.elasticities[[2, 0]].is_nan() && (found.slopes[[2, 0]] - 1.0).abs() < 1e-10);
    }

    #[test]
    fn bars_show_both_ends_and_the_longest_first() {
        let inputs = [
            VariedInput::around(10.0, 0.1),
            VariedInput { base: 2.0, range: Bounds::new(1.0, 5.0) },
            VariedInput::around(-4.0, 0.5),
        ];
        let mut f =
            each_of(|x| [x[0] - x[1] * x[1] + x[2], if x[1] > 4.0 { f64::NAN } else { 1.0 }]);
        let Ok(found) = tornado(&mut f, &inputs);
        assert_eq!(found[0].base, 2.0);
        let bar = |input, low, high| Bar { input, low, high };
        assert_eq!(found[0].bars, [bar(1, 5.0, -19.0), bar(2, 0.0, 4.0), bar(0, 1.0, 3.0)]);
        assert!(found[1].bars[0].input == 1 && found[1].bars[0].high.is_nan());
    }
}
