"""Sobol's shares of workload W by SALib, with the model in numpy."""

from importlib.metadata import version

import numpy as np
from SALib.analyze import sobol as analysis
from SALib.sample import sobol as sampling

import numpy_arrays as model
import workload as w

LOW, MODE, HIGH = w.ELASTICITY
CUMULATIVE = np.cumsum(w.OPENS_PROBABILITIES)
PROBLEM = {
    "num_vars": 4 * w.SECTORS + 1,
    "names": [f"{name}[s{s}]" for name in ("import_growth", "export_growth", "elasticity", "local") for s in w.S] + ["opens"],
    "bounds": [[mean, w.IMPORT_GROWTH_SD] for mean in w.IMPORT_GROWTH]
    + [[mean, w.EXPORT_GROWTH_SD] for mean in w.EXPORT_GROWTH]
    # SALib's triangles end above 0, so these are elasticities less the lowest one. The mode is a share of the width.
    + [[0.0, HIGH - LOW, (MODE - LOW) / (HIGH - LOW)]] * w.SECTORS
    + [list(w.LOCAL)] * w.SECTORS
    + [[0.0, 1.0]],
    "dists": ["norm"] * (2 * w.SECTORS) + ["triang"] * w.SECTORS + ["unif"] * (w.SECTORS + 1),
}
# The model runs in chunks, which is faster for numpy than all points at once.
CHUNK = 1024


def last_year(points):
    """The balance of the last year at each row of `points`."""
    values = np.empty(len(points))
    for first in range(0, len(points), CHUNK):
        part = points[first : first + CHUNK].T
        imports_up, exports_up, elasticity, local = part[:-1].reshape(4, w.SECTORS, -1)
        opens = np.array(w.OPENS)[np.minimum(np.searchsorted(CUMULATIVE, part[-1]), len(w.OPENS) - 1)]
        out = np.empty((w.YEARS, part.shape[1]))
        model.evaluate(1 + imports_up, 1 + exports_up, LOW + elasticity, local, opens, out)
        values[first : first + CHUNK] = out[-1]
    return values


def shares(points):
    """A row for each input: its first and total share, and the half widths of their intervals."""
    design = sampling.sample(PROBLEM, points, calc_second_order=False, seed=1)
    found = analysis.analyze(PROBLEM, last_year(design), calc_second_order=False, seed=1)
    return zip(found["S1"], found["ST"], found["S1_conf"], found["ST_conf"])


if __name__ == "__main__":
    w.serve(shares, {"SALib": version("SALib"), "numpy": np.__version__})
