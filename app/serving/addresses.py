"""Make the address of a request with other parameters, such as the next page."""

from collections.abc import Callable, Sequence
from urllib.parse import quote_plus, urlencode


class Address:
    """The address of a list: public base URL, path, and parameters in order."""

    def __init__(self, base_url: str, path: str, parameters: Sequence[tuple[str, str]]) -> None:
        self.base = f"{base_url}{path}?"
        self.parameters = parameters

    @property
    def whole(self) -> str:
        """The address as it is."""
        query = urlencode(self.parameters, safe=",")
        return f"{self.base}{query}" if query else self.base.removesuffix("?")

    def without(self, *names: str) -> str:
        """The address without some parameters, with `?` or `&` at its end for another one."""
        query = urlencode([pair for pair in self.parameters if pair[0] not in names], safe=",")
        return f"{self.base}{query}&" if query else self.base

    def next_page(self, cursor: str | None) -> str | None:
        """The address of the page at a cursor, or None without one."""
        return f"{self.without('cursor')}cursor={cursor}" if cursor else None

    def with_value(self, field: str, name: str = "") -> Callable[[str], str]:
        """A function that makes the address of the list with one value of a field."""
        parameter = name or field
        start = f"{self.without('facets', 'cursor', field, parameter)}{quote_plus(parameter)}="
        return lambda value: start + quote_plus(value, safe=",")
