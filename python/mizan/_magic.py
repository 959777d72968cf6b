"""The cell magic `%%mizan`."""

from __future__ import annotations

import os
import sys

from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring

from ._errors import MizanError
from ._model import loads


@magics_class
class MizanMagics(Magics):
    """Mizan scripts in the cells of a notebook."""

    @magic_arguments()
    @argument("name", nargs="?", help="a Python name for the result; its script is NAME.model")
    @argument("--draws", type=int, default=0, help="number of draws")
    @argument("--seed", type=int, default=1, help="seed of the draws")
    @argument("--sampling", default="plain", help="plain, latin or sobol")
    @argument("--set", action="append", default=[], help="an edit without blanks: duty.rate=5%%")
    @cell_magic
    def mizan(self, line: str, cell: str):
        """Runs the script in the cell and shows its answers. It may name files in the working folder."""
        options = parse_argstring(self.mizan, line)
        try:
            model = loads(cell, name="cell", folder=os.getcwd())
            result = model.run(
                draws=options.draws, seed=options.seed, sampling=options.sampling, set=options.set
            )
        except MizanError as problem:
            # The message points into the cell; a Python traceback would say nothing of it.
            print(problem, file=sys.stderr)
            return None
        if result.messages:
            print(result.messages, file=sys.stderr)
        result.model = model
        if options.name:
            self.shell.user_ns[options.name] = result
        return result
