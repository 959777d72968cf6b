#!/usr/bin/env python3
"""Quantiles of beta and Student distributions, computed at 40 digits (needs mpmath 1.3).

    python3 tests/reference/quantiles.py > tests/reference/quantiles.csv

Each row: distribution, its two parameters (degrees of freedom and 0 for Student), the probability,
the quantile.
"""
from mpmath import mp, mpf, betainc, log, exp, sqrt, findroot

mp.dps = 40


def logit_quantile(a, b, p):
    """y = ln(x / (1 - x)) at which the beta distribution reaches p, by bisection and secants."""

    def off(y):
        x = 1 / (1 + exp(-y))
        if x < mpf("0.5"):
            lower = betainc(a, b, 0, x, regularized=True)
        else:
            lower = 1 - betainc(b, a, 0, 1 / (1 + exp(y)), regularized=True)
        return log(lower / p)

    low, high = mpf(-4), mpf(4)
    while off(low) > 0:
        low *= 2
    while off(high) < 0:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        if off(middle) < 0:
            low = middle
        else:
            high = middle
    return findroot(off, (low, high), solver="anderson", tol=1e-60, verify=False)


probabilities = [1e-14, 1e-6, 0.001, 0.05, 0.25, 0.5, 0.7, 0.975, 0.999999]
for a, b in [(1, 5), (2, 3), (4.2, 1.8), (0.5, 0.5), (0.05, 3), (30, 0.7), (400, 900)]:
    for p in probabilities:
        y = logit_quantile(mpf(a), mpf(b), mpf(p))
        print("beta", a, b, repr(p), repr(float(1 / (1 + exp(-y)))), sep=",")
for degrees in [0.8, 1, 2, 3, 4.5, 10, 120, 5000]:
    for p in probabilities:
        tail = min(mpf(p), 1 - mpf(p))
        if p == 0.5:
            t = mpf(0)
        else:
            y = logit_quantile(mpf(degrees) / 2, mpf(1) / 2, 2 * tail)
            t = sqrt(mpf(degrees)) * exp(-y / 2)
        print("student_t", degrees, 0, repr(p), repr(float(-t if p < 0.5 else t)), sep=",")
