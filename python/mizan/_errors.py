"""The exception of this package."""

from __future__ import annotations

from ._diagnostics import Diagnostic, Place, diagnostics


class MizanError(Exception):
    """A mistake in a script, or a request that cannot be answered. Its text is that of the terminal.

    `diagnostics` has all mistakes and warnings; `code`, `span` and `help` are those of the first mistake. A refusal that no script is
    to blame for has no diagnostics.
    """

    def __init__(self, text: str, found: list[Diagnostic] | None = None):
        super().__init__(text, found or [])
        self.text = text
        self.diagnostics: list[Diagnostic] = found or []

    def __str__(self) -> str:
        return self.text.rstrip("\n")

    @property
    def _first(self) -> Diagnostic | None:
        return next((one for one in self.diagnostics if one.severity == "error"), None)

    @property
    def code(self) -> str | None:
        """The code of the first mistake, `unknown-name`."""
        return self._first.code if self._first else None

    @property
    def span(self) -> Place | None:
        """The place of the first mistake."""
        return self._first.span if self._first else None

    @property
    def help(self) -> tuple[str, ...]:
        """Edits that mend the first mistake, in words."""
        return self._first.help if self._first else ()


def error(text: str, data: str) -> MizanError:
    """Makes the exception that the compiled module raises."""
    return MizanError(text, diagnostics(data))
