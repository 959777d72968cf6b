//! Workload W as a loop written by hand over lanes of draws, on the engine's own kernels, random
//! numbers and summaries: what the evaluator is measured against.

use std::sync::{Mutex, PoisonError};
use std::thread;

use mizan::builtins::Function;
use mizan::engine::distribution::Distribution;
use mizan::engine::kernels::{exp, ln};
use mizan::engine::random::key;
use mizan::engine::sampling::{Method, Uniforms};
use mizan::engine::summary::{Moments, quantiles};
use pulp::{Arch, Simd, WithSimd};

use crate::Statistics;
use crate::workload::{
    CUT, ELASTICITY, EXPORT_SD, IMPORT_SD, KITS, LOCAL, OPENS, SECTORS, SHARE, Sector, YEARS,
    thousandths,
};

const LANE: usize = 256;
/// Draws that a thread takes at a time.
const TASK: usize = 16 * LANE;

type Lane = [f64; LANE];

/// A random quantity: its numbers and its distribution.
struct Quantity {
    uniforms: Uniforms,
    distribution: Distribution,
}

impl Quantity {
    fn new(name: &str, part: u64, function: Function, args: &[f64]) -> Self {
        let uniforms = Uniforms::new(Method::Plain, 1, key(name), part, 0);
        let distribution = Distribution::new(function, args).expect("the parameters are right");
        Self { uniforms, distribution }
    }

    fn fill(&self, arch: Arch, first: usize, out: &mut [f64]) {
        let mut u = [0.0; LANE];
        let u = &mut u[..out.len()];
        self.uniforms.fill(arch, first as u64, u);
        self.distribution.fill(arch, u, out);
    }
}

/// A sector's random quantities and what does not vary by draw, by year.
struct Row {
    import_growth: Quantity,
    export_growth: Quantity,
    elasticity: Quantity,
    local: Quantity,
    imports: f64,
    exports: f64,
    ramp: [f64; YEARS],
    /// The logarithm of the price relative to the year before, and in the year of opening.
    steady: [f64; YEARS],
    opening: [f64; YEARS],
}

impl Row {
    fn new(s: u32) -> Self {
        let sector = Sector::new(s);
        let part = u64::from(s);
        let normal =
            |name, mean, sd| Quantity::new(name, part, Function::Normal, &[thousandths(mean), sd]);
        let (duty, cost) = (thousandths(sector.duty), thousandths(sector.cost));
        let years: [f64; YEARS] = std::array::from_fn(|t| t as f64);
        let taxed = |t: f64| 1.0 + duty * (1.0 - t / f64::from(sector.phase_out)).max(0.0);
        let cheaper = (1.0 + cost * CUT) / (1.0 + cost);
        Self {
            import_growth: normal("import_growth", sector.import_growth, IMPORT_SD),
            export_growth: normal("export_growth", sector.export_growth, EXPORT_SD),
            elasticity: Quantity::new("elasticity", part, Function::Triangular, &ELASTICITY),
            local: Quantity::new("local", part, Function::Uniform, &LOCAL),
            imports: f64::from(sector.imports),
            exports: f64::from(sector.exports),
            ramp: years.map(|t| 1.0 / (1.0 + exp(-0.9 * (t - f64::from(sector.midpoint))))),
            steady: years.map(|t| ln(taxed(t) / taxed(t - 1.0))),
            opening: years.map(|t| ln(taxed(t) * cheaper / taxed(t - 1.0))),
        }
    }
}

/// The computation of one sector over a lane of draws.
struct Project<'a> {
    row: &'a Row,
    opens: &'a Lane,
    import_growth: &'a Lane,
    export_growth: &'a Lane,
    elasticity: &'a Lane,
    local: &'a Lane,
    balance: &'a mut [Lane; YEARS],
}

impl WithSimd for Project<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { row, opens, import_growth, export_growth, elasticity, local, balance } = self;
        let mut demand = [row.imports; LANE];
        let mut exports = [row.exports; LANE];
        for t in 0..YEARS {
            let (ramp, steady, opening) = (row.ramp[t], row.steady[t], row.opening[t]);
            let (balance, year) = (&mut balance[t], t as f64);
            if t > 0 {
                for i in 0..LANE {
                    let price = if opens[i] == year { opening } else { steady };
                    demand[i] *= (1.0 + import_growth[i]) * exp(elasticity[i] * price);
                    let made = SHARE * (local[i] * ramp) * demand[i];
                    exports[i] = exports[i] * (1.0 + export_growth[i]) + made;
                }
            }
            for i in 0..LANE {
                let bought = demand[i] * (1.0 - (1.0 - KITS) * (local[i] * ramp));
                balance[i] += exports[i] - bought;
            }
        }
    }
}

/// The plan: what all draws share.
struct Plan {
    rows: Vec<Row>,
    opens: Quantity,
}

impl Plan {
    /// Simulates the draws of a task from `first` on into its part of each year's row.
    fn task(&self, arch: Arch, first: usize, out: &mut [&mut [f64]; YEARS]) {
        let count = out[0].len();
        for start in (0..count).step_by(LANE) {
            let mut balance = [[0.0; LANE]; YEARS];
            let mut lanes = [[0.0; LANE]; 5];
            let [opens, import_growth, export_growth, elasticity, local] = &mut lanes;
            self.opens.fill(arch, first + start, opens);
            for row in &self.rows {
                row.import_growth.fill(arch, first + start, import_growth);
                row.export_growth.fill(arch, first + start, export_growth);
                row.elasticity.fill(arch, first + start, elasticity);
                row.local.fill(arch, first + start, local);
                arch.dispatch(Project {
                    row,
                    opens,
                    import_growth,
                    export_growth,
                    elasticity,
                    local,
                    balance: &mut balance,
                });
            }
            let end = count.min(start + LANE);
            for (out, balance) in out.iter_mut().zip(&balance) {
                out[start..end].copy_from_slice(&balance[..end - start]);
            }
        }
    }
}

/// The balance year by year where every random number is its median.
pub(crate) fn medians() -> [f64; YEARS] {
    let mut balance = [[0.0; LANE]; YEARS];
    let opens = [Quantity::new("opens", 0, Function::Discrete, &OPENS).distribution.median(); LANE];
    for row in (0..SECTORS as u32).map(Row::new) {
        let median = |quantity: &Quantity| [quantity.distribution.median(); LANE];
        let project = Project {
            row: &row,
            opens: &opens,
            import_growth: &median(&row.import_growth),
            export_growth: &median(&row.export_growth),
            elasticity: &median(&row.elasticity),
            local: &median(&row.local),
            balance: &mut balance,
        };
        Arch::new().dispatch(project);
    }
    balance.map(|lane| lane[0])
}

/// Mean and quantiles of each year.
pub(crate) fn simulate(draws: usize, threads: usize) -> Statistics {
    let plan = Plan {
        rows: (0..SECTORS as u32).map(Row::new).collect(),
        opens: Quantity::new("opens", 0, Function::Discrete, &OPENS),
    };
    let mut out = vec![vec![0.0; draws]; YEARS];
    let mut parts: Vec<_> = out.iter_mut().map(|year| year.chunks_mut(TASK)).collect();
    let tasks = (0..draws).step_by(TASK).map(|first| {
        (first, std::array::from_fn(|t| parts[t].next().expect("one part for each task")))
    });
    share(tasks.collect(), threads, |(first, mut out)| plan.task(Arch::new(), first, &mut out));
    let found = Mutex::new(vec![[0.0; 4]; YEARS]);
    share(out.iter_mut().enumerate().collect(), threads, |(t, draws)| {
        let mean = Moments::of(draws).mean;
        let [low, middle, high] = quantiles(draws, &[0.05, 0.5, 0.95])[..] else { return };
        found.lock().unwrap_or_else(PoisonError::into_inner)[t] = [mean, low, middle, high];
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Does all tasks, each thread taking the next.
fn share<T: Send>(tasks: Vec<T>, threads: usize, work: impl Fn(T) + Sync) {
    let tasks = Mutex::new(tasks);
    let next = || tasks.lock().unwrap_or_else(PoisonError::into_inner).pop();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(task) = next() {
                    work(task);
                }
            });
        }
    });
}
