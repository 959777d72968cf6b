"""Workload W as a compiled loop over draws; `numba_loop.py 2` sets the number of threads."""

import sys

import numba
import numpy as np
from numba import njit, prange

import workload as w

YEARS, SECTORS = w.YEARS, w.SECTORS
KITS, SHARE, CUT = w.KITS, w.SHARE, w.CUT
IMPORT_SD, EXPORT_SD = w.IMPORT_GROWTH_SD, w.EXPORT_GROWTH_SD
LOW, MODE, HIGH = w.ELASTICITY
LOCAL_LOW, LOCAL_HIGH = w.LOCAL
IMPORTS, EXPORTS, COST = np.array(w.IMPORTS), np.array(w.EXPORTS), np.array(w.COST)
IMPORT_GROWTH, EXPORT_GROWTH = np.array(w.IMPORT_GROWTH), np.array(w.EXPORT_GROWTH)
BASE = np.array([(1 + w.DUTY[s]) * (1 + w.COST[s]) for s in w.S])
DUTY = np.array([[w.duty(s, t) for t in range(YEARS)] for s in w.S])
RAMP = np.array([[1 / (1 + np.exp(-0.9 * (t - m))) for t in range(YEARS)] for m in w.MIDPOINT])
OPENS, CUMULATIVE = np.array(w.OPENS), np.cumsum(w.OPENS_PROBABILITIES)


@njit(parallel=True, fastmath=True, error_model="numpy", cache=True)
def balances(draws):
    out = np.empty((YEARS, draws))
    for d in prange(draws):
        u = np.random.random()
        opens = OPENS[-1]
        for k in range(len(OPENS) - 1, -1, -1):
            if u < CUMULATIVE[k]:
                opens = OPENS[k]
        total = np.zeros(YEARS)
        for s in range(SECTORS):
            imports_up = 1 + np.random.normal(IMPORT_GROWTH[s], IMPORT_SD)
            exports_up = 1 + np.random.normal(EXPORT_GROWTH[s], EXPORT_SD)
            elasticity = np.random.triangular(LOW, MODE, HIGH)
            local = np.random.uniform(LOCAL_LOW, LOCAL_HIGH)
            demand, exports, before = IMPORTS[s], EXPORTS[s], 1.0
            for t in range(YEARS):
                replaced = local * RAMP[s, t]
                if t > 0:
                    cost = COST[s] * (CUT if t >= opens else 1.0)
                    price = (1 + DUTY[s, t]) * (1 + cost) / BASE[s]
                    demand *= imports_up * (price / before) ** elasticity
                    exports = exports * exports_up + SHARE * replaced * demand
                    before = price
                total[t] += exports - demand * (1 - replaced) - KITS * replaced * demand
        for t in range(YEARS):
            out[t, d] = total[t]
    return out


@njit(parallel=True, cache=True)
def statistics(out, probabilities):
    rows = np.empty((out.shape[0], 1 + len(probabilities)))
    for t in prange(out.shape[0]):
        rows[t, 0] = out[t].mean()
        rows[t, 1:] = np.quantile(out[t], probabilities)
    return rows


def simulate(draws):
    return statistics(balances(draws), np.array(w.PROBABILITIES))


if __name__ == "__main__":
    numba.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    simulate(2_048)  # compiles
    w.serve(simulate, {"numba": numba.__version__, "numpy": np.__version__})
