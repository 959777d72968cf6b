"""Workload W in Python alone."""

import math
import platform
import random

import workload as w

RAMP = [[1 / (1 + math.exp(-0.9 * (t - m))) for t in range(w.YEARS)] for m in w.MIDPOINT]


def balances(rng):
    """One draw: the balance of each year."""
    (opens,) = rng.choices(w.OPENS, w.OPENS_PROBABILITIES)
    low, mode, high = w.ELASTICITY
    growths = [
        (
            rng.gauss(w.IMPORT_GROWTH[s], w.IMPORT_GROWTH_SD),
            rng.gauss(w.EXPORT_GROWTH[s], w.EXPORT_GROWTH_SD),
            rng.triangular(low, high, mode),
            rng.uniform(*w.LOCAL),
        )
        for s in w.S
    ]
    return evaluate(opens, growths)


def evaluate(opens, quantities):
    """The balance of each year, given the opening year and each sector's four quantities."""
    total = [0.0] * w.YEARS
    for s, (import_growth, export_growth, elasticity, local) in enumerate(quantities):
        demand, exports, before = w.IMPORTS[s], w.EXPORTS[s], 1.0
        base = (1 + w.DUTY[s]) * (1 + w.COST[s])
        for t in range(w.YEARS):
            replaced = local * RAMP[s][t]
            if t > 0:
                cost = w.COST[s] * (w.CUT if t >= opens else 1.0)
                price = (1 + w.duty(s, t)) * (1 + cost) / base
                demand *= (1 + import_growth) * (price / before) ** elasticity
                exports = exports * (1 + export_growth) + w.SHARE * replaced * demand
                before = price
            total[t] += exports - demand * (1 - replaced) - w.KITS * replaced * demand
    return total


def quantile(ordered, p):
    """Linear between order statistics."""
    place = p * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def simulate(draws):
    rng = random.Random(1)
    years = zip(*(balances(rng) for _ in range(draws)))
    rows = []
    for year in years:
        ordered = sorted(year)
        mean = math.fsum(ordered) / draws
        rows.append([mean, *(quantile(ordered, p) for p in w.PROBABILITIES)])
    return rows


if __name__ == "__main__":
    w.serve(simulate, {"python": platform.python_version()})
