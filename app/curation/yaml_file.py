"""A seed file: its data, the line of each place in it, and what YAML would misread.

PyYAML keeps the last of two equal keys, resolves `*name`, drops what stands behind ` #` and ends a
text at a comma inside braces, all without a word. Here each of them is a fault with its line.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import yaml

# What a curator can do about what the parser says.
HINTS = {
    "mapping values are not allowed": (
        "put a text that has a colon and a space in quotes, or indent the line like its neighbors"
    ),
    "did not find expected ',' or": "put a text that has [ ] { } or a comma in quotes",
    "expected node content": "close each [ and {",
    "did not find expected key": "indent the line like its neighbors",
    "did not find expected '-' indicator": "indent the line like its neighbors",
    "could not find expected ':'": "write a field as its name, a colon and a space",
    "tab character": "indent with spaces",
    "cannot start any token": "put a text that begins with @ ` or % in quotes",
    "undefined alias": "put a text that begins with * in quotes",
    "expected alphabetic": "put a text that begins with * or & in quotes",
}
IN_BRACES = "write each field on a line of its own, not in { }: a comma would end a text"
IN_BRACKETS = "put it in quotes, or each item on a line of its own: a comma would end it"
COMMENT = "what follows ' #' is dropped: put the text in quotes, a comment on a line of its own"
REPEATED = "write it out: & and * make one place stand for several"
DECIMAL = re.compile(r"-?\d+\.\d+")
IDENTIFIER = re.compile(r"^- id: *([a-z0-9-]+)\s*$", re.MULTILINE)


class YamlFile:
    """The content of a seed file; `faults` has a line and a message for all that YAML misreads."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[tuple[int, str]] = []
        self.root: yaml.Node | None = None
        self.data: Any = None
        self.read_before: dict[int, Any] = {}
        self.lines = text.split("\n")
        self.constructor = yaml.constructor.SafeConstructor()
        try:
            self.root = yaml.compose(text, yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.faults.append((line, describe_syntax(str(error.problem))))
        except yaml.YAMLError as error:  # a character that YAML does not allow
            self.faults.append((1, f"should be YAML: {error}"))
        if self.root:
            self.data = self.read(self.root)

    @property
    def identifiers(self) -> set[str]:
        """The identifiers of its records, also where the file can't be parsed."""
        return set(IDENTIFIER.findall(self.text))

    def line(self, location: Sequence[int | str]) -> int:
        """The line of a place, or of the nearest place around it that stands in the file."""
        node, line = self.root, 1
        for part in location:
            key, node = find_child(node, part)
            if key is None:
                break
            line = key.start_mark.line + 1
        return line

    def fault(self, node: yaml.Node, message: str) -> None:
        """Add a fault at the line of a node."""
        self.faults.append((node.start_mark.line + 1, message))

    def read(self, node: yaml.Node) -> Any:
        """The data of a node, without what is misread."""
        if id(node) in self.read_before or self.character(node) == "&":
            self.fault(node, REPEATED)
        if id(node) in self.read_before:
            return self.read_before[id(node)]
        self.read_before[id(node)] = None  # a node may hold itself
        self.read_before[id(node)] = data = self.read_content(node)
        return data

    def read_content(self, node: yaml.Node) -> Any:
        """The data of a node that was not read before."""
        if isinstance(node, yaml.MappingNode):
            return dict(self.read_fields(node))
        if isinstance(node, yaml.SequenceNode):
            for item in node.value if node.flow_style else ():
                if isinstance(item, yaml.ScalarNode) and not item.style and " " in item.value:
                    self.fault(item, f"{item.value!r}: {IN_BRACKETS}")
            return [self.read(item) for item in node.value]
        assert isinstance(node, yaml.ScalarNode)
        return self.read_scalar(node)

    def read_fields(self, node: yaml.MappingNode) -> Iterator[tuple[str, Any]]:
        """The fields of a mapping, each once."""
        if node.flow_style and node.value:
            self.fault(node, IN_BRACES)
        names: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.fault(key, "should be the name of a field, got a list or fields")
            elif key.value in names:
                self.fault(key, f"duplicate key {key.value!r}")
            elif not (node.flow_style and is_empty(value)):  # in braces the rest of a cut text
                names.add(key.value)
                yield key.value, self.read(value)

    def read_scalar(self, node: yaml.ScalarNode) -> Any:
        """A text, number, date or truth value; a date that is none stays a text."""
        if not node.style and self.rest(node).startswith((" #", "\t#")):
            self.fault(node, COMMENT)
        try:
            value = self.constructor.construct_object(node)
            return Decimal(node.value) if is_decimal(node, value) else value
        except ValueError:
            return node.value
        except yaml.YAMLError:
            self.fault(node, f"should have no tag, got {node.tag!r}")
            return None

    def character(self, node: yaml.Node) -> str:
        """The character with which a node begins."""
        mark = node.start_mark
        return self.lines[mark.line][mark.column : mark.column + 1] if self.lines else ""

    def rest(self, node: yaml.Node) -> str:
        """What follows a node in its last line."""
        mark = node.end_mark
        return self.lines[mark.line][mark.column :] if mark.line < len(self.lines) else ""


def is_decimal(node: yaml.ScalarNode, value: Any) -> bool:
    """Whether a number has digits after a point, which it keeps: 84.0 is not 84."""
    return isinstance(value, float) and bool(DECIMAL.fullmatch(node.value))


def describe_syntax(problem: str) -> str:
    """What the parser says, with what can be done about it."""
    hint = next((text for words, text in HINTS.items() if words in problem), "")
    return f"should be YAML: {problem}{hint and f'; {hint}'}"


def is_empty(node: yaml.Node) -> bool:
    """Whether nothing is written for a value."""
    return isinstance(node, yaml.ScalarNode) and not node.style and not node.value


def find_child(
    node: yaml.Node | None, part: int | str
) -> tuple[yaml.Node | None, yaml.Node | None]:
    """The node that names a part of a mapping or sequence, and the part."""
    if isinstance(node, yaml.MappingNode):
        pairs = (pair for pair in node.value if pair[0].value == part)
        return next(pairs, (None, None))
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None, None
