"""Workload W with numpy, on whole arrays or (`numpy_arrays.py 1024`) in chunks of draws."""

import sys

import numpy as np

import workload as w


def column(values):
    return np.array(values)[:, None]


IMPORTS, EXPORTS = column(w.IMPORTS), column(w.EXPORTS)
COST = column(w.COST)
IMPORT_GROWTH, EXPORT_GROWTH = column(w.IMPORT_GROWTH), column(w.EXPORT_GROWTH)
BASE = column([(1 + w.DUTY[s]) * (1 + w.COST[s]) for s in w.S])
DUTY = [column([w.duty(s, t) for s in w.S]) for t in range(w.YEARS)]
RAMP = [1 / (1 + np.exp(-0.9 * (t - column(w.MIDPOINT)))) for t in range(w.YEARS)]


def balances(rng, draws, out):
    """Simulates the draws into `out`, one row a year."""
    shape = (w.SECTORS, draws)
    evaluate(
        1 + rng.normal(IMPORT_GROWTH, w.IMPORT_GROWTH_SD, shape),
        1 + rng.normal(EXPORT_GROWTH, w.EXPORT_GROWTH_SD, shape),
        rng.triangular(*w.ELASTICITY, shape),
        rng.uniform(*w.LOCAL, shape),
        rng.choice(w.OPENS, draws, p=w.OPENS_PROBABILITIES),
        out,
    )


def evaluate(imports_up, exports_up, elasticity, local, opens, out):
    """The balance of each year, one row a year; one column a draw everywhere."""
    demand, exports, before = IMPORTS, EXPORTS, 1.0
    for t in range(w.YEARS):
        replaced = local * RAMP[t]
        if t > 0:
            cost = COST * np.where(t >= opens, w.CUT, 1.0)
            price = (1 + DUTY[t]) * (1 + cost) / BASE
            demand = demand * imports_up * (price / before) ** elasticity
            exports = exports * exports_up + w.SHARE * replaced * demand
            before = price
        imports = demand * (1 - replaced) + w.KITS * replaced * demand
        out[t] = (exports - imports).sum(axis=0)


def simulate(chunk):
    def run(draws):
        rng = np.random.default_rng(1)
        out = np.empty((w.YEARS, draws))
        step = chunk or draws
        for first in range(0, draws, step):
            part = out[:, first : first + step]
            balances(rng, part.shape[1], part)
        quantiles = np.quantile(out, w.PROBABILITIES, axis=1, overwrite_input=True)
        return np.vstack([out.mean(axis=1), quantiles]).T

    return run


if __name__ == "__main__":
    chunk = int(sys.argv[1]) if len(sys.argv) > 1 else None
    w.serve(simulate(chunk), {"numpy": np.__version__})
