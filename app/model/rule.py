"""Rules across the fields of a record. Each names the fields it reads; all faults are reported."""

from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, TypeVar

# The place of a fault in the record, and its message.
Broken = tuple[tuple[int | str, ...], str]
Check = TypeVar("Check", bound=Callable[..., Iterator[Broken]])


class RulesBroken(ValueError):
    """Raised for a record whose fields are valid one by one and break rules together."""

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
    """Yield what the rules of a record's class find, except rules that read a faulty field."""
    for cls in type(record).__mro__:
        for method in vars(cls).values():
            reads = getattr(method, "reads", None) if isinstance(method, FunctionType) else None
            if reads is not None and faulty.isdisjoint(reads):
                yield from method(record)
