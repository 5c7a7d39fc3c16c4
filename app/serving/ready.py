"""Ready answers: whole headers and bytes, in front of routing.

An answer is kept once, however its question is spelled: two questions with the same answer share
it. A spelling is what a client sends: path, query, `Accept` and `Accept-Encoding`.
"""

from collections import OrderedDict
from typing import NamedTuple

from app.serving.representations import Answer, Representation

# Where the application lends the protocol its ready answers: a key of the state that a server has
# from the lifespan (ASGI).
ANSWER_AT_ONCE = "answer_at_once"
# A flood of made-up spellings stays within its answer, and the most used of them stay in it.
MOST_SPELLINGS = 16
LONGEST_SPELLING = 4096
# Bytes of a spelling besides its text: objects and their places in dictionaries.
SPELLING_BYTES = 500
# The part of the room for answers that were wanted more than once.
PROVEN = 0.75


class Spelling(NamedTuple):
    """How a client asks."""

    path: bytes
    query: bytes
    accept: bytes
    accept_encoding: bytes


class ReadyHit:
    """A spelling that leads to a representation of an answer, and how often it did."""

    __slots__ = ("count", "entry", "representation", "spelling")

    def __init__(self, spelling: Spelling, entry: "Entry", representation: Representation) -> None:
        self.spelling = spelling
        self.entry = entry
        self.representation = representation
        self.count = 0


class Entry:
    """An answer, the spellings that lead to it, and the bytes that all take."""

    __slots__ = ("answer", "bytes", "is_proven", "spellings")

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.spellings: list[ReadyHit] = []
        self.bytes = 0
        self.is_proven = False

    def measure(self) -> int:
        """Bytes in memory, counted anew."""
        lengths = (sum(map(len, hit.spelling)) for hit in self.spellings)
        keys = sum(lengths) + len(self.spellings) * SPELLING_BYTES
        return self.answer.size() + keys


class ReadyAnswers:
    """Answers of one state of the data, in two queues: new ones, and those wanted again.

    The least recently used goes first. A flood of questions that nobody repeats passes through the
    first queue and leaves the second alone (segmented LRU).
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = self.proven_bytes = 0
        self.hits = 0
        self.new: OrderedDict[bytes, Entry] = OrderedDict()
        self.proven: OrderedDict[bytes, Entry] = OrderedDict()
        self.by_spelling: dict[Spelling | tuple[bytes, bytes, bytes, bytes], ReadyHit] = {}

    def __len__(self) -> int:
        return len(self.new) + len(self.proven)

    def find(self, path: bytes, query: bytes, accept: bytes, encoding: bytes) -> ReadyHit | None:
        """The representation that a spelling led to before, or None."""
        hit = self.by_spelling.get((path, query, accept, encoding))
        if hit is not None:
            self.hits += 1
            hit.count += 1
            if hit.entry.is_proven:
                self.proven.move_to_end(hit.entry.answer.key)
            else:
                self.prove(hit.entry)
        return hit

    def keep(self, spelling: Spelling, answer: Answer, encoding: str) -> Representation:
        """Keep an answer if there is room, a spelling unless it is long; what to send.

        Behind a long spelling the answer is made each time, but not encoded anew.
        """
        key = answer.key
        entry = self.new.get(key) or self.proven.get(key) or Entry(answer)
        representation = entry.answer.represent(encoding)
        is_short = sum(map(len, spelling)) <= LONGEST_SPELLING
        if not entry.bytes and entry.measure() <= self.most_bytes // 4:
            self.new[key] = entry
        if key in self.new or entry.is_proven:
            if is_short:
                self.add_spelling(ReadyHit(spelling, entry, representation))
            self.resize(entry)
            self.make_room()
        return representation

    def add_spelling(self, hit: ReadyHit) -> None:
        """Add a spelling to its answer; the least used one makes room for it."""
        spellings = hit.entry.spellings
        if hit.spelling in self.by_spelling:
            return
        if len(spellings) >= MOST_SPELLINGS:
            least = min(spellings, key=lambda other: other.count)
            spellings.remove(least)
            del self.by_spelling[least.spelling]
        spellings.append(hit)
        self.by_spelling[hit.spelling] = hit

    def resize(self, entry: Entry) -> None:
        """Count what an entry takes now."""
        grown = entry.measure() - entry.bytes
        entry.bytes += grown
        self.bytes += grown
        if entry.is_proven:
            self.proven_bytes += grown

    def prove(self, entry: Entry) -> None:
        """Move an answer that is wanted again; the least recently used may have to go back."""
        key = entry.answer.key
        self.proven[key] = self.new.pop(key)
        entry.is_proven = True
        self.proven_bytes += entry.bytes
        while self.proven_bytes > self.most_bytes * PROVEN:
            key, least = self.proven.popitem(last=False)
            least.is_proven = False
            self.proven_bytes -= least.bytes
            self.new[key] = least

    def make_room(self) -> None:
        """Drop the least recently used answers until the rest fit."""
        while self.bytes > self.most_bytes:
            queue = self.new or self.proven
            _, entry = queue.popitem(last=False)
            self.bytes -= entry.bytes
            if entry.is_proven:
                self.proven_bytes -= entry.bytes
            for hit in entry.spellings:
                del self.by_spelling[hit.spelling]
            entry.spellings.clear()  # each leads back here, and a circle is not freed at once
