"""Stored JSON texts hold addresses of this API without the public base URL, which may change."""

from typing import Final

# Stands for the base URL in every stored text: the control character DEL, which JSON does not
# escape and the loader rejects in the seed. Replacing a single byte is much faster than several.
BASE_URL: Final = "\x7f"
BASE_URL_BYTES: Final = BASE_URL.encode()


def insert_base_url(text: bytes, base_url: bytes) -> bytes:
    """Put the public base URL in front of every `/v1…` address in a stored JSON text."""
    return text.replace(BASE_URL_BYTES, base_url)
