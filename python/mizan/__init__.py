"""Trade-balance scenarios, written as a policy memo.

>>> import mizan
>>> model = mizan.loads('''
... years 2024..2026
... var trade
... trade[first] = 100
... trade = trade[t-1] * (1 + 5%)
... show trade
... ''')
>>> model.run()["trade"].to_series().round(2).to_dict()
{2024: 100.0, 2025: 105.0, 2026: 110.25}

Values are in base units: money in units of the currency, shares as fractions.
"""

from ._diagnostics import Diagnostic, Place
from ._errors import MizanError
from ._mizan import CHUNK, __version__
from ._model import Model, check, load, loads, merge, merge_counts, run
from ._result import Picture, Result
from ._table import Table

__all__ = [
    "CHUNK",
    "Diagnostic",
    "MizanError",
    "Model",
    "Picture",
    "Place",
    "Result",
    "Table",
    "__version__",
    "check",
    "load",
    "loads",
    "merge",
    "merge_counts",
    "run",
]


def load_ipython_extension(ipython):
    """Adds the cell magic `%%mizan` to a notebook: `%load_ext mizan`."""
    from ._magic import MizanMagics

    ipython.register_magics(MizanMagics)
