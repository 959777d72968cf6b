"""Workload W: its numbers, and how a peer is asked to compute it.

A peer reads numbers of draws from standard input, one a line. For each it simulates the workload,
from random numbers to exact quantiles, and prints one line of JSON: the seconds that took and the
statistics of each year.
"""

import json
import sys
import time

SECTORS = 20
YEARS = 12
PROBABILITIES = (0.05, 0.5, 0.95)
KITS = 0.35
SHARE = 0.10
CUT = 0.7
IMPORT_GROWTH_SD = 0.02
EXPORT_GROWTH_SD = 0.03
ELASTICITY = (-2.0, -1.2, -0.4)
LOCAL = (0.2, 0.6)
OPENS = (2, 3, 4, 5, 6)
OPENS_PROBABILITIES = (0.1, 0.25, 0.3, 0.2, 0.15)

S = range(SECTORS)
IMPORTS = [100.0 + 17 * (7 * s % 20) for s in S]
EXPORTS = [80.0 + 13 * (11 * s % 20) for s in S]
DUTY = [0.05 + 0.01 * (3 * s % 20) for s in S]
COST = [0.10 + 0.005 * (5 * s % 20) for s in S]
PHASE_OUT = [(5.0, 8.0, 10.0)[s % 3] for s in S]
MIDPOINT = [4.0 + s % 4 for s in S]
IMPORT_GROWTH = [0.03 + 0.001 * s for s in S]
EXPORT_GROWTH = [0.05 - 0.001 * s for s in S]


def duty(s, t):
    """The duty of sector s in year t."""
    return DUTY[s] * max(0.0, 1.0 - t / PHASE_OUT[s])


def serve(simulate, versions):
    """Answers requests: `simulate(draws)` gives one row a year of mean and quantiles."""
    print(json.dumps({"versions": versions}), flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        statistics = simulate(int(line))
        seconds = time.perf_counter() - start
        rows = [[float(value) for value in row] for row in statistics]
        print(json.dumps({"seconds": seconds, "statistics": rows}), flush=True)
