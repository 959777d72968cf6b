#!/usr/bin/env python3
"""Reference values of the kernels, computed at 60 digits (needs mpmath 1.3).

    python3 tests/reference/kernels.py > tests/reference/kernels.csv

Each row: function, x, y (0 where there is none), the value rounded to a double, and what is left of
it as a second double; all but the function as the sixteen hexadecimal digits of their bits. Values
are random over the whole range of the functions, with the hard places added. A number after the
command gives another count of rows for each function.
"""
import random
import struct
import sys

from mpmath import mp, mpf, erfc, exp, log, sqrt, findroot, pi

mp.dps = 60
count = int(sys.argv[1]) if len(sys.argv) > 1 else 250
random.seed(5)


def bits(x):
    return struct.pack(">d", x).hex()


def double(digits):
    return struct.unpack(">d", bytes.fromhex(digits))[0]


def row(name, x, y, value):
    high = float(value)
    print(name, bits(x), bits(y), bits(high), bits(float(value - mpf(high))), sep=",")


def any_positive():
    return double("%016x" % random.randrange(1, 0x7FF0000000000000))


def inverse_normal(p):
    """Newton steps for ln of the smaller tail, from the leading term of its expansion."""
    q = min(mpf(p), 1 - mpf(p))
    z = sqrt(-2 * log(q)) if q < 0.1 else sqrt(2 * pi) * (mpf(1) / 2 - q)
    for _ in range(200):
        tail = erfc(z / sqrt(2)) / 2
        step = log(tail / q) * tail / (exp(-z * z / 2) / sqrt(2 * pi))
        z += step
        if abs(step) <= mpf(10) ** -50 * max(abs(z), mpf(10) ** -30):
            break
    return -z if p < 0.5 else z


hard = [1e-320, -1e-20, 0.34657359027997264, -0.34657359027997264, 709.782712893384, -708.3964185322641,
        -745.1332191019411, -744.4400719213812, -709.0, 1.0, -1.0]
for x in hard + [random.uniform(-745, 709.78) for _ in range(count)] + [
        random.choice([-1, 1]) * 10 ** random.uniform(-18, 0) for _ in range(count // 4)]:
    row("exp", x, 0.0, exp(mpf(x)))

hard = [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1 - 2**-53, 1 + 2**-52, 0.7071067811865475,
        0.7071067811865476, 1.414213562373095, 1.4142135623730951, 2.0, 0.5, 10.0]
for x in hard + [any_positive() for _ in range(count)] + [random.uniform(0.4, 2.6) for _ in range(count // 2)] + [
        1 + random.choice([-1, 1]) * 10 ** random.uniform(-15, -1) for _ in range(count // 4)]:
    row("ln", x, 0.0, log(mpf(x)))

pairs = [(1 - 2**-53, 6.5e18), (1 + 2**-52, 3.1e18), (2.0, -1074.0), (5e-324, 0.999), (1.03, 12.0)]
while len(pairs) < count:
    x = any_positive()
    pairs.append((x, random.uniform(-745, 709.7) / float(log(mpf(x)))))
for _ in range(count // 2):
    pairs.append((random.uniform(0.5, 2), random.uniform(-4, 4)))
    x = random.uniform(0.9, 1.1)
    pairs.append((x, random.uniform(-745, 709.7) / float(log(mpf(x)))))
for x, y in pairs:
    row("pow", x, y, mpf(x) ** mpf(y))

hard = [1e-300, 2.2250738585072014e-308, 1 - 2**-53, 0.5 + 2**-53, 0.5 - 2**-54, 0.075, 0.925, 0.0749999, 0.9250001,
        1.388794386496402e-11, 1.3887943864e-11, 0.05, 0.95, 0.01, 0.99, 0.0099999, 0.9900001,
        0.025390625, 0.974609375, 0.0253906249, 0.0253906251, 0.02585, 0.0263]
for p in hard + [random.random() for _ in range(count)] + [10 ** random.uniform(-300, -1) for _ in range(count // 2)] + [
        1 - 10 ** random.uniform(-15.9, -1) for _ in range(count // 4)] + [
        0.5 + random.choice([-1, 1]) * 10 ** random.uniform(-15, -1) for _ in range(count // 4)]:
    row("inverse_normal", p, 0.0, inverse_normal(p))

# Powers near 1, on both sides of where the shortest way to them ends, and bases next to 1.
for _ in range(count):
    x = random.choice([random.uniform(0.5, 2), 1 + random.choice([-1, 1]) * 10 ** random.uniform(-12, -1), any_positive()])
    y = random.choice([random.uniform(-0.16, 0.16), random.choice([-1, 1]) * random.uniform(0.15, 0.15625)]) / float(log(mpf(x)))
    row("pow", x, y, mpf(x) ** mpf(y))
