"""The files of the data set as they are served: with the public addresses, sizes and digests."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pydantic import Field

from app.model.field import Described
from app.serving.answers import Listed
from app.serving.service import Service, keep_with_service
from app.store.files import file_names, unpack_file, unpack_parts

MEDIA = {
    "sqlite": "application/vnd.sqlite3",
    "ndjson": "application/x-ndjson; charset=utf-8",
    "jsonld": "application/ld+json",
    "json": "application/json; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "txt": "text/plain; charset=utf-8",
}
PACKAGE, SUMS = "datapackage.json", "SHA256SUMS.txt"


class ExportFile(Described):
    """One file of the data set."""

    name: str = Field(description="File name.")
    url: str = Field(description="Address of the file; its content never changes.")
    media_type: str = Field(description="Media type.")
    bytes: int = Field(description="Size in bytes.")
    sha256: str = Field(description="SHA-256 of the content.")


class ExportIndex(Listed):
    """All files of the current release."""

    items: list[ExportFile] = Field(description="Every file.")


class Measure(NamedTuple):
    """Size and digest of a file."""

    size: int
    sha256: str

    @classmethod
    def take(cls, parts: Iterable[bytes]) -> "Measure":
        """Measure the parts of a file."""
        size, sha = 0, hashlib.sha256()
        for part in parts:
            size += len(part)
            sha.update(part)
        return cls(size, sha.hexdigest())


class Files(NamedTuple):
    """What depends on the public address: measures of all files, and two that tell them."""

    measures: Mapping[str, Measure]
    telling: Mapping[str, bytes]


@keep_with_service
def measure_files(service: Service) -> Files:
    """Measure all files at the public address, once: when the data are taken up."""
    stored = [name for name in file_names(service.database) if name != PACKAGE]
    measures = {name: Measure.take(public_parts(service, name)) for name in stored}
    package = json.loads(stored_file(service, PACKAGE) or b"{}")
    for resource in package["resources"]:
        measure = measures[resource["path"]]
        resource |= {"bytes": measure.size, "hash": f"sha256:{measure.sha256}"}
    described = json.dumps(package, indent=1, ensure_ascii=False).encode()
    measures[PACKAGE] = Measure.take([described])
    sums = "".join(f"{measures[name].sha256}  {name}\n" for name in sorted(measures)).encode()
    measures[SUMS] = Measure.take([sums])
    return Files(measures, {PACKAGE: described, SUMS: sums})


def public_parts(service: Service, name: str) -> Iterator[bytes]:
    """Yield the content of a stored file with public addresses, in parts.

    A part ends anywhere, but an address is put in for a single byte.
    """
    for part in unpack_parts(service.database, name):
        yield service.public(part) if is_text(name) else part


def is_text(name: str) -> bool:
    """Whether a file may have addresses of this API."""
    return not name.endswith(".sqlite")


def get_file(service: Service, name: str) -> bytes | None:
    """The content of a file with public addresses, or None."""
    if name in (PACKAGE, SUMS):
        return measure_files(service).telling[name]
    return stored_file(service, name)


def stored_file(service: Service, name: str) -> bytes | None:
    """The content of a stored file with public addresses, or None."""
    content = unpack_file(service.database, name)
    return service.public(content) if content is not None and is_text(name) else content


@keep_with_service
def export_index(service: Service) -> str:
    """The list of the files as JSON."""
    items = [
        ExportFile(
            name=name,
            url=f"{service.base_url}/v1/export/{service.build}/{name}",
            media_type=file_media_type(name),
            bytes=measure.size,
            sha256=measure.sha256,
        )
        for name, measure in measure_files(service).measures.items()
    ]
    return ExportIndex(items=items, total=len(items), next=None).model_dump_json()


def file_media_type(name: str) -> str:
    """The media type of a file, by its extension."""
    return MEDIA[name.rsplit(".", 1)[1]]
