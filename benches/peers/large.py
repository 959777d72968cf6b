"""Large and solved models in other programs: `large.py MODEL METHOD SIZE...`.

Prints one line of JSON: the values that the script of the same model shows, in its order. A model is one function
for its data and one for its equations, which every method shares. `versions` in place of MODEL prints what is installed.
"""

import json
import sys

import numpy as np


# Methods: a solution of `equations(x, lib) = 0` near `start`. `lib` is the module whose exp, sum and so on apply.


def newton_numpy(equations, start, jacobian):
    """Newton's method with a dense Jacobian that is written by hand."""
    x = start
    for _ in range(100):
        step = np.linalg.solve(jacobian(x), -equations(x))
        x = x + step
        if np.abs(step / x).max() < 1e-13:
            return x
    sys.exit("no solution")


def root_scipy(equations, start, _):
    """MINPACK's hybrid method, which estimates the Jacobian."""
    from scipy.optimize import root

    found = root(equations, start, tol=1e-13)
    if np.abs(found.fun).max() > 1e-8:
        sys.exit("no solution")
    return found.x


def newton_casadi(equations, start, _):
    """CasADi's Newton method, on a graph whose nodes are matrices."""
    import casadi

    x = casadi.MX.sym("x", len(start))
    finder = casadi.rootfinder(
        "f", "newton", {"x": x, "g": equations(x)}, {"abstol": 1e-13, "max_iter": 100}
    )
    return np.array(finder(start, 0)).ravel()


SOLVERS = {"numpy": newton_numpy, "scipy": root_scipy, "casadi": newton_casadi}


def module(method):
    """The functions for arrays of a method: numpy's, or CasADi's under the same names."""
    if method != "casadi":
        return np
    import casadi

    return casadi


# Exact hat algebra among countries (Dekle, Eaton and Kortum 2008).

THETA = 4.0


def trade_flows(countries, sectors=1):
    i, j, s = np.ogrid[:countries, :countries, :sectors]
    sizes = (100.0 + 7 * i) * (150.0 + 3 * j) * (1 + 0.1 * s)
    return sizes / (100.0 + 40 * abs(i - j) * (1 + 0.05 * s))


def pact(countries, depth):
    agreement = np.zeros((countries, countries))
    agreement[0, 2] = agreement[2, 0] = depth
    return np.exp(agreement)


class HatAlgebra:
    """The equations of one year; unknowns are wages, and a scale for the world's income."""

    def __init__(self, trade, effect, theta, productivity):
        self.theta, self.productivity = theta, productivity
        self.sectors = trade.shape[2]
        self.output = trade.sum(axis=(1, 2))
        self.spending = trade.sum(axis=0)
        self.total = self.spending.sum(axis=1)
        self.share = trade / self.spending * effect[:, :, None]
        self.budget = self.spending / self.total[:, None]

    def parts(self, wage, s):
        """Sellers' shares before access, powers of wages, access, and spending."""
        power = (wage / self.productivity) ** (-self.theta[s])
        access = self.share[:, :, s].T @ power
        spending = (self.output * wage + self.total - self.output) * self.budget[:, s]
        return power, access, spending

    def __call__(self, x):
        wage, scale = x[:-1], x[-1]
        sales = 0
        for s in range(self.sectors):
            power, access, spending = self.parts(wage, s)
            sales = sales + power * (self.share[:, :, s] @ (spending / access))
        residual = (scale * self.output * wage - sales) / self.output
        world = (self.output @ wage - self.output.sum()) / self.output.sum()
        return np.append(residual, world)

    def jacobian(self, x):
        wage, scale = x[:-1], x[-1]
        n = len(wage)
        by_wage = np.zeros((n, n))
        for s in range(self.sectors):
            power, access, spending = self.parts(wage, s)
            slope = -self.theta[s] * power / wage
            sold = self.share[:, :, s] * power[:, None]
            by_wage += np.diag(slope * (self.share[:, :, s] @ (spending / access)))
            by_wage += sold * (self.output * self.budget[:, s] / access)
            by_wage -= (sold * (spending / access**2)) @ (self.share[:, :, s].T * slope)
        full = np.zeros((n + 1, n + 1))
        full[:n, :n] = (np.diag(scale * self.output) - by_wage) / self.output[:, None]
        full[:n, n] = wage
        full[n, :n] = self.output / self.output.sum()
        return full

    def symbolic(self, x):
        import casadi

        wage, scale = x[:-1], x[-1]
        sales = 0
        for s in range(self.sectors):
            share = casadi.DM(self.share[:, :, s])
            power = (wage / self.productivity) ** (-self.theta[s])
            access = share.T @ power
            spending = (self.output * wage + self.total - self.output) * self.budget[:, s]
            sales = sales + power * (share @ (spending / access))
        residual = (scale * self.output * wage - sales) / self.output
        world = (casadi.dot(casadi.DM(self.output), wage) - self.output.sum()) / self.output.sum()
        return casadi.vertcat(residual, world)

    def solve(self, method, start):
        equations = self.symbolic if method == "casadi" else self
        return SOLVERS[method](equations, start, self.jacobian)


def gravity(method, countries):
    model = HatAlgebra(trade_flows(countries), pact(countries, 0.4), [THETA], np.ones(countries))
    wage = model.solve(method, np.ones(countries + 1))[:-1]
    access = model.parts(wage, 0)[1]
    return [*wage, *access ** (-1 / THETA)]


def sectors(method, countries, count, years):
    """As `gravity`, with sectors; productivity grows and the agreement is phased in."""
    trade, found = trade_flows(countries, count), []
    theta = 3 + 0.5 * np.arange(count)
    start = np.ones(countries + 1)
    for t in range(years):
        productivity = (1.01 + 0.0002 * np.arange(countries)) ** t
        effect = pact(countries, 0.04 * min(t + 1, 10))
        start = HatAlgebra(trade, effect, theta, productivity).solve(method, start)
        found.append(start[:-1])
    return [*np.array(found).T.ravel()]


def draws(method, countries, count):
    """`gravity` with a random elasticity: mean and standard deviation of the first wage over the draws."""
    rng = np.random.default_rng(1)
    trade, effect, first = trade_flows(countries), pact(countries, 0.4), []
    start = np.ones(countries + 1)
    for theta in rng.normal(THETA, 0.3, count):
        start = HatAlgebra(trade, effect, [theta], np.ones(countries)).solve(method, start)
        first.append(start[0])
    return [np.mean(first), np.std(first)]


# Shares of a column's sum, year by year.


def inner(method, size, years):
    i, j, t = np.ogrid[:size, :size, :years]
    y = (1.0 + i) * (2.0 + j) ** 0.5 * (1.0 + 0.001 * (i - j)) ** t
    if method == "pandas":
        import pandas as pd

        index = pd.MultiIndex.from_product([range(size), range(size), range(years)], names=["i", "j", "t"])
        y = pd.Series(y.ravel(), index)
        shares = y / y.groupby(["j", "t"]).transform("sum")
        weighted = shares * index.get_level_values("i")
        return [*weighted.groupby("t").sum()]
    return [*((y / y.sum(axis=0)) * i).sum(axis=(0, 1))]


# Imports of many partners and sectors under schedules of duties: a CES nest over partners in each sector.


def tariffs(method, file, years, scenarios):
    import pandas as pd

    data = pd.read_csv(file)
    data["Rate"] = data.Rate / 100
    cuts = [0.0] + [0.05 * (n + 1) for n in range(scenarios)]
    if method == "pandas":
        return tariffs_pandas(pd, data, years, cuts)
    partners, sectors_ = data.Partner.nunique(), data.Sector.nunique()
    base, rate = (data[name].to_numpy().reshape(partners, sectors_, 1) for name in ("Base", "Rate"))
    t = np.arange(years)
    demand = base * 1.04**t
    weight = demand * (1 + rate)
    weight = weight / weight.sum(axis=0)
    bought, collected = [], []
    for cut in cuts:
        duty = rate * np.where(t >= 2, 1 - cut, 1.0)
        price = (1 + duty) / (1 + rate)
        index = (weight * price ** (1 - 3.0)).sum(axis=0) ** (1 / (1 - 3.0))
        imports = demand * (price / index) ** -3.0 * index**-1.2
        bought += [*imports.sum(axis=(0, 1))]
        collected += [*(duty * imports).sum(axis=(0, 1))]
    return bought + collected


def tariffs_pandas(pd, data, years, cuts):
    data = data.merge(pd.DataFrame({"t": range(years)}), how="cross")
    data["demand"] = data.Base * 1.04**data.t
    spent = data.demand * (1 + data.Rate)
    line = [data.Sector, data.t]
    weight = spent / spent.groupby(line).transform("sum")
    bought, collected = [], []
    for cut in cuts:
        duty = data.Rate * np.where(data.t >= 2, 1 - cut, 1.0)
        price = (1 + duty) / (1 + data.Rate)
        index = (weight * price ** (1 - 3.0)).groupby(line).transform("sum") ** (1 / (1 - 3.0))
        imports = data.demand * (price / index) ** -3.0 * index**-1.2
        bought += [*imports.groupby(data.t).sum()]
        collected += [*(duty * imports).groupby(data.t).sum()]
    return bought + collected


# A small open economy of many goods: Cobb-Douglas value added, Leontief inputs, Armington imports.


def economy(method, goods):
    lib = module(method)
    i = np.arange(goods)
    labour = 0.3 + 0.4 * (7 * i % 11) / 11
    added = 0.5 + 0.2 * (5 * i % 7) / 7
    weights = 1.0 + (3 * i[:, None] + 5 * i[None, :]) % 13
    inputs = weights / weights.sum(axis=0) * (1 - added)
    taste = 1.0 + 2 * i % 9
    taste = taste / taste.sum()
    home = 0.6 + 0.3 * (2 * i % 5) / 5
    sold_abroad = 0.2 + 0.3 * (3 * i % 8) / 8
    duty, sigma, epsilon = 0.05, 2.0, 4.0
    workers, machines = 0.3 * goods, 0.3 * goods
    if method == "casadi":
        inputs = lib.DM(inputs)

    def parts(x):
        price, output, rent, rate, income = x[:goods], x[goods : 2 * goods], x[-3], x[-2], x[-1]
        abroad = rate * (1 + duty)
        composite = (home * price ** (1 - sigma) + (1 - home) * abroad ** (1 - sigma)) ** (1 / (1 - sigma))
        demand = inputs @ output + taste * income / composite
        exports = sold_abroad * (price / rate) ** -epsilon
        imports = (1 - home) * (composite / abroad) ** sigma * demand
        return price, output, rent, rate, income, composite, demand, exports, imports

    def equations(x):
        price, output, rent, rate, income, composite, demand, exports, imports = parts(x)
        cost = rent ** (1 - labour)
        total = (lambda v: lib.sum1(v)) if method == "casadi" else np.sum
        return (lib.vertcat if method == "casadi" else lambda *all: np.concatenate([np.atleast_1d(e) for e in all]))(
            price - added * cost - inputs.T @ composite,
            output - home * (composite / price) ** sigma * demand - exports,
            total((1 - labour) * added * cost * output) / rent - machines,
            total(imports) * rate - total(price * exports),
            income - workers - rent * machines - duty * rate * total(imports),
        )

    start = np.concatenate([np.ones(2 * goods + 2), [0.6 * goods]])
    found = SOLVERS[method](equations, start, None)
    return [*found[:goods], *found[goods : 2 * goods]]


# Optimal growth: all years at once (Brock and Mirman 1972).


def growth(method, years):
    alpha, beta = 0.36, 0.96
    count = years - 1
    a = np.where(np.arange(years) < 20, 1.5, 1.8)
    end = 1 - alpha * beta

    # Unknowns: consumption of all years but the last, capital of all years but the first.
    def equations(x, join=np.concatenate):
        eaten, capital = x[:count], join([np.array([0.05]), x[count:]])
        output = a * capital**alpha
        eaten_next = join([eaten[1:], end * output[-1:]])
        euler = eaten_next / eaten - alpha * beta * output[1:] / capital[1:]
        return join([capital[1:] - output[:-1] + eaten, euler])

    start = np.concatenate([np.full(count, 0.5), np.full(count, 0.3)])
    if method == "casadi":
        import casadi

        found = newton_casadi(lambda x: equations(x, lambda parts: casadi.vertcat(*parts)), start, None)
    else:
        found = growth_sparse(equations, start, count, a, (alpha, beta, end))
    return [*found[count : count + 25], *found[:25]]


def growth_sparse(equations, start, count, a, constants):
    """Newton's method with a sparse Jacobian that is written by hand."""
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import spsolve

    alpha, beta, end = constants
    n, x = np.arange(count), start
    for _ in range(100):
        eaten, capital = x[:count], np.concatenate([[0.05], x[count:]])
        slope = alpha * a * capital ** (alpha - 1)
        ones = np.ones(count)
        last_next = end * a[-1] * capital[-1] ** alpha
        after = np.concatenate([eaten[1:], [last_next]])
        own = alpha * beta * (1 - alpha) * a[1:] * capital[1:] ** (alpha - 2)
        own[-1] += end * slope[-1] / eaten[-1]
        parts = [
            (n, count + n, ones),
            (n[1:], count + n[:-1], -slope[1:-1]),
            (n, n, ones),
            (count + n, n, -after / eaten**2),
            (count + n[:-1], n[1:], 1 / eaten[:-1]),
            (count + n, count + n, own),
        ]
        rows, columns, values = (np.concatenate(part) for part in zip(*parts))
        step = spsolve(csc_array((values, (rows, columns))), -equations(x))
        # The full step may leave the domain: it is halved until all unknowns are positive.
        share = 1.0
        while (x + share * step <= 0).any():
            share /= 2
        x = x + share * step
        if np.abs(step / x).max() < 1e-12:
            return x
    sys.exit("no solution")


def versions():
    from importlib.metadata import version

    return {name: version(name) for name in ("casadi", "numpy", "pandas", "scipy")}


if __name__ == "__main__":
    if sys.argv[1] == "versions":
        print(json.dumps(versions()))
    else:
        model, method, *sizes = sys.argv[1:]
        sizes = [int(size) if size.isdigit() else size for size in sizes]
        print(json.dumps([float(value) for value in globals()[model](method, *sizes)]))
