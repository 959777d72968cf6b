#!/usr/bin/env python3
"""Minimax coefficients of the kernels in src/engine/kernels (needs mpmath 1.3).

    exp:  exp(r) = 1 + r + r^2 P(r)                      on |r| <= ln 2 / 2
    near: exp(r) = 1 + r + r^2 Q(r)                      on |r| <= 5/32
    ln:   ln((1+s)/(1-s)) = s (2 + s^2 R(s^2)), and
          ln((1+s)/(1-s)) = 2/3 s (3 + s^2 + s^4 U(s^2)) on 0 <= s^2 <= (3 - 2 sqrt 2)^2
    inverse normal: of 1/2 + q it is q A(r) / B(r), r = c^2 - q^2, on |q| <= c = 243/512

Each is the polynomial or the quotient whose weighted error is least (Remez exchange at 60 digits); the
weight makes the error relative to the result. Prints the coefficients from the constant up, and the
error.
"""
from mpmath import mp, mpf, matrix, lu_solve, exp, log, sqrt, cos, pi, atanh, erfinv, polyval

mp.dps = 60


def remez(function, weight, low, high, degree):
    """Coefficients and greatest weighted error of the minimax polynomial."""
    count = degree + 2
    nodes = [(low + high) / 2 - (high - low) / 2 * cos(pi * i / (count - 1)) for i in range(count)]
    for _ in range(12):
        system, right = matrix(count, count), matrix(count, 1)
        for i, x in enumerate(nodes):
            for k in range(degree + 1):
                system[i, k] = x**k
            system[i, degree + 1] = (-1) ** i / weight(x)
            right[i] = function(x)
        solution = lu_solve(system, right)
        found = list(solution[: degree + 1])

        def error(x):
            return weight(x) * (function(x) - polyval(found[::-1], x))

        grid = [low + (high - low) * mpf(i) / 4000 for i in range(4001)]
        values = [error(x) for x in grid]
        signed, best = [], None
        for x, value in zip(grid, values):
            if best is not None and (value > 0) == (best[1] > 0):
                best = max(best, (x, value), key=lambda pair: abs(pair[1]))
                signed[-1] = best
            else:
                best = (x, value)
                signed.append(best)
        while len(signed) > count:
            signed.pop(0 if abs(signed[0][1]) < abs(signed[-1][1]) else -1)
        if len(signed) < count:
            break
        nodes = [x for x, _ in signed]
    return found, max(abs(v) for v in values)


def quotient(function, high, degree):
    """Coefficients of the minimax quotient of two polynomials on 0..high, and its relative error."""
    count, steps = 2 * degree + 2, 1200
    grid = [high / 2 * (1 - cos(pi * i / steps)) for i in range(steps + 1)]
    values = [function(r) for r in grid]
    nodes = [round(i * steps / (count - 1)) for i in range(count)]
    below = [mpf(1)] * count
    for _ in range(30):
        # P - f Q = +-error f Q: linear, with the Q of the round before on the right.
        for _ in range(4):
            system, right = matrix(count, count), matrix(count, 1)
            for i, k in enumerate(nodes):
                x = grid[k] / high
                for j in range(degree + 1):
                    system[i, j] = x**j
                for j in range(1, degree + 1):
                    system[i, degree + j] = -values[k] * x**j
                system[i, count - 1] = -((-1) ** i) * values[k] * below[i]
                right[i] = values[k]
            found = list(lu_solve(system, right))
            p, q = found[: degree + 1], [mpf(1)] + found[degree + 1 : count - 1]
            below = [polyval(q[::-1], grid[k] / high) for k in nodes]
        value = lambda x: polyval(p[::-1], x) / polyval(q[::-1], x)
        errors = [value(r / high) / v - 1 for r, v in zip(grid, values)]
        ends = []
        for k, error in enumerate(errors):
            if ends and (error > 0) == (errors[ends[-1]] > 0):
                ends[-1] = max(ends[-1], k, key=lambda k: abs(errors[k]))
            else:
                ends.append(k)
        while len(ends) > count:
            ends.pop(0 if abs(errors[ends[0]]) < abs(errors[ends[-1]]) else -1)
        if len(ends) < count or ends == nodes:
            break
        nodes = ends
        below = [polyval(q[::-1], grid[k] / high) for k in nodes]
    unscaled = [[c / high**j for j, c in enumerate(all)] for all in (p, q)]
    return unscaled, max(abs(error) for error in errors)


def rest_of_exp(r):
    if abs(r) < mpf("1e-12"):
        return mpf(1) / 2 + r / 6 + r * r / 24
    return (exp(r) - 1 - r) / r**2


def short_rest_of_ln(z):
    if z < mpf("1e-12"):
        return mpf(2) / 3 + z * 2 / 5 + z * z * 2 / 7
    s = sqrt(z)
    return (2 * atanh(s) / s - 2) / z


def rest_of_ln(z):
    if z < mpf("1e-12"):
        return mpf(3) / 5 + z * 3 / 7 + z * z / 3
    s = sqrt(z)
    return (3 * atanh(s) / s - 3 - z) / z**2


def show(name, result):
    print(name, "greatest relative error 2^%.1f" % float(log(result[1], 2)))
    for c in result[0]:
        print("   ", repr(float(c)))


half = log(mpf(2)) / 2
show("exp P", remez(rest_of_exp, lambda r: r * r / exp(r) + mpf("1e-9"), -half, half, 9))
near = mpf(5) / 32
show("exp Q", remez(rest_of_exp, lambda r: r * r / exp(r) + mpf("1e-9"), -near, near, 7))
top = (3 - 2 * sqrt(mpf(2))) ** 2
show("ln R", remez(short_rest_of_ln, lambda z: z / 2 + mpf("1e-9"), mpf(0), top, 7))
show("ln U", remez(rest_of_ln, lambda z: z * z / 3 + mpf("1e-9"), mpf(0), top, 7))

centre = (mpf(243) / 512) ** 2


def slope_of_inverse_normal(r):
    q = sqrt(abs(centre - r))
    return sqrt(2 * pi) if q < mpf("1e-20") else sqrt(mpf(2)) * erfinv(2 * q) / q


(a, b), error = quotient(slope_of_inverse_normal, centre, 9)
show("inverse normal A", (a, error))
show("inverse normal B", (b, error))

ln2 = log(mpf(2))
high = mpf(int(ln2 * 2**41)) / 2**41
print("ln 2 = %r + %r" % (float(high), float(ln2 - high)))
two_thirds = mpf(int(mpf(2) / 3 * 2**26)) / 2**26
print("2/3 = %r + %r" % (float(two_thirds), float(mpf(2) / 3 - two_thirds)))
