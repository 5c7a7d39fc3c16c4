"""Rules of a record over several fields: each says which fields it reads, and all are reported."""

from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, TypeVar

# Where in the record something is wrong, and what.
Broken = tuple[tuple[int | str, ...], str]
Check = TypeVar("Check", bound=Callable[..., Iterator[Broken]])


class RulesBroken(ValueError):
    """All that is wrong with a record whose single fields are sound."""

    def __init__(self, broken: list[Broken]) -> None:
        self.broken = broken
        super().__init__("; ".join(message for _, message in broken))


def rule(*fields: str) -> Callable[[Check], Check]:
    """Mark a method as a rule over these fields; it yields a place and a message for each fault."""

    def mark(method: Check) -> Check:
        method.reads = frozenset(fields)  # type: ignore[attr-defined]
        return method

    return mark


def find_broken_rules(record: Any, faulty: frozenset[str]) -> Iterator[Broken]:
    """What the rules of a record's class find; a rule waits if a field that it reads is faulty."""
    for cls in type(record).__mro__:
        for method in vars(cls).values():
            reads = getattr(method, "reads", None) if isinstance(method, FunctionType) else None
            if reads is not None and faulty.isdisjoint(reads):
                yield from method(record)
