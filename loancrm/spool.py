"""Many things written down on the way and read again: on disk, not in memory, once they are many."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import Any, Generic, TypeVar, overload
from weakref import finalize

IN_MEMORY = 1 << 18  # bytes that stay in memory; what is longer goes to a file that nobody else can open
_READ = 1 << 16  # bytes that are read at once
T = TypeVar("T")
S = TypeVar("S")


class _Lines:
    """The file, closed when the last one lets go that sees it."""

    def __init__(self) -> None:
        self.file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the next line closes it
        finalize(self, self.file.close)  # whatever goes wrong meanwhile
        self.count = 0

    def add(self, line: bytes) -> None:
        self.file.seek(0, SEEK_END)
        self.file.write(line)
        self.count += 1

    def read(self) -> Iterator[bytes]:
        """Yield the lines; several may read at once, and write meanwhile."""
        place = 0
        while True:
            self.file.seek(place)
            lines = self.file.readlines(_READ)
            place = self.file.tell()
            yield from lines
            if not lines:
                return


class Spool(Sequence[T], Generic[T]):
    """A sequence whose members lie in a file without a name, which is gone with the process.

    A member is added as the plain values that it is made of (texts, numbers, truth, None, lists and mappings)
    and made anew by ``make`` whenever it is read. Reading by place walks from the beginning.
    """

    def __init__(self, make: Callable[[dict[str, Any]], T]) -> None:
        self._make = make
        self._lines = _Lines()

    def add(self, values: Mapping[str, Any]) -> None:
        """Write a member down, after all that are there."""
        self._lines.add(json.dumps(values).encode() + b"\n")

    def seen_as(self, make: Callable[[T], S]) -> Spool[S]:
        """Return the same members, each as ``make`` sees it."""
        own = self._make
        other: Spool[S] = Spool.__new__(Spool)
        other._make, other._lines = (lambda values: make(own(values))), self._lines
        return other

    def __iter__(self) -> Iterator[T]:
        return (self._make(json.loads(line)) for line in self._lines.read())

    def __len__(self) -> int:
        return self._lines.count

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return tuple(islice(self, *place.indices(len(self))))
        wanted = place + len(self) if place < 0 else place
        for member in islice(self, wanted, wanted + 1) if wanted >= 0 else ():
            return member
        raise IndexError(place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


class Seen(Sequence[S], Generic[S]):
    """A sequence of which each member is seen through ``make``, whenever it is read."""

    def __init__(self, members: Sequence[Any], make: Callable[[Any], S]) -> None:
        self._members, self._make = members, make

    def __iter__(self) -> Iterator[S]:
        return map(self._make, self._members)

    def __len__(self) -> int:
        return len(self._members)

    @overload
    def __getitem__(self, place: int) -> S: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[S]: ...
    def __getitem__(self, place: int | slice) -> S | Sequence[S]:
        found = self._members[place]
        return tuple(map(self._make, found)) if isinstance(place, slice) else self._make(found)
