"""Addresses of this API with other parameters."""

from collections.abc import Sequence
from urllib.parse import urlencode


class Address:
    """The address of a request: public base URL, path and parameters in their order."""

    def __init__(self, base_url: str, path: str, parameters: Sequence[tuple[str, str]]) -> None:
        self.base_url = base_url
        self.path = path
        self.parameters = parameters

    def with_parameters(self, **changed: str | None) -> str:
        """The whole address with some parameters replaced; None leaves one out."""
        pairs = [pair for pair in self.parameters if pair[0] not in changed]
        pairs += [(name, value) for name, value in changed.items() if value is not None]
        query = f"?{urlencode(pairs)}" if pairs else ""
        return f"{self.base_url}{self.path}{query}"
