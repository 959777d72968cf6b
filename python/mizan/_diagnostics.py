"""Diagnostics: a mistake or a warning as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """A place in a text. Lines and columns count from 1, columns in characters.

    `offset` and `length` are in bytes of the text in UTF-8. `text` is a few words about the place, or for a fix its replacement.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    offset: int
    length: int
    text: str
    primary: bool


@dataclass(frozen=True)
class Diagnostic:
    """A mistake (`severity` is `error`) or something that is probably not meant (`warning`).

    `places` are the labels of the message, `help` are edits in words, `fixes` are edits that an editor may apply.
    """

    code: str
    severity: str
    message: str
    places: tuple[Place, ...]
    help: tuple[str, ...]
    notes: tuple[str, ...]
    fixes: tuple[Place, ...]

    @property
    def span(self) -> Place | None:
        """The place of the mistake; None if it has none."""
        primary = [place for place in self.places if place.primary]
        return next(iter(primary or self.places), None)


def _place(data: dict[str, Any], text: str, primary: bool) -> Place:
    keys = ("file", "line", "column", "end_line", "end_column", "offset", "length")
    return Place(*(data[key] for key in keys), text=text, primary=primary)


def diagnostics(text: str) -> list[Diagnostic]:
    """Reads diagnostics from JSON."""
    return [
        Diagnostic(
            code=one["code"],
            severity=one["severity"],
            message=one["message"],
            places=tuple(_place(place, place["text"], place["primary"]) for place in one["labels"]),
            help=tuple(one["help"]),
            notes=tuple(one["notes"]),
            fixes=tuple(_place(place, place["replacement"], True) for place in one["fixes"]),
        )
        for one in json.loads(text)
    ]
