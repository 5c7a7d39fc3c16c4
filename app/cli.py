"""The command line: `her2-facts serve|build|check|verify|coverage|export|…`."""

import json
import os
import socket
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError

from app import __version__
from app.build import build, ensure_built
from app.curation.documents import Report, cover, verify_passages
from app.curation.reader import read_seed
from app.curation.releases import check_history
from app.curation.render import render
from app.curation.seed import Seed, SeedInvalid
from app.main import create_app
from app.model.passage import Passage, digest, fold, spans
from app.serving import server
from app.serving.docs.openapi import whole_document, without_examples
from app.serving.export import make_files
from app.serving.service import Service
from app.settings import WILDCARDS, Settings, check_names
from app.store.database import DatabaseUnusable

cli = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help, as the image has no package to color it
    add_completion=False,
    pretty_exceptions_enable=False,
)

Documents = Annotated[
    Path,
    typer.Argument(exists=True, file_okay=False, help="Directory of the captured documents."),
]


def print_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        typer.echo(f"her2-facts {__version__}")
        raise typer.Exit


@cli.callback()
def her2_facts(
    version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Its version.")
    ] = False,
) -> None:
    """Facts about HER2-positive breast cancer, each cited to its passage."""
    if unknown := check_names(os.environ):
        fail("\n".join(unknown))


def fail(message: str) -> NoReturn:
    """Say what is wrong and end with status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def read_settings() -> Settings:
    """The settings, or an end with a message if the environment has a bad one."""
    try:
        return Settings()
    except ValidationError as error:
        bad = (
            f"HER2_{str(e['loc'][0]).upper()}: {e['msg']}, got {e['input']!r}"
            for e in error.errors()
        )
        fail("\n".join(bad))


def sound_seed() -> Seed:
    """The seed, or an end with a message if it has faults."""
    seed = read_seed(read_settings().seed)
    if seed.faults:
        fail(f"the seed has {len(seed.faults)} faults; see `her2-facts check`")
    return seed


def tell(report: Report) -> None:
    """Print what a comparison found; end with status 1 if it found a failure."""
    for failure in report.failures:
        typer.echo(failure)
    typer.echo(report.summary)
    if report.failures:
        raise typer.Exit(1)


def ready(settings: Settings, *, err: bool = False) -> None:
    """Have a current database, and say which; or end with a message."""
    try:
        release = ensure_built(settings)
    except SeedInvalid as error:
        fail(f"{error}\nthe seed has faults: nothing was built")
    except (DatabaseUnusable, OSError) as error:
        fail(str(error))
    typer.echo(
        f"data {release.version}, digest {release.digest[:12]}, {settings.database}", err=err
    )


def bind(settings: Settings) -> socket.socket:
    """A socket at the address of the settings, which does not listen yet."""
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        fail(f"can't listen on {settings.address}: {error.strerror}; set HOST or PORT")
    settings.port = listener.getsockname()[1]
    return listener


def announce(settings: Settings) -> None:
    """Say where the service is."""
    typer.echo(f"HER2 Facts at {settings.base_url}, docs at {settings.base_url}/docs")
    if settings.host in WILDCARDS and not settings.public_url:
        typer.echo("Set HER2_PUBLIC_URL to the address that clients use, if it is another.")


@cli.command(name="serve")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes that answer.", min=1)] = None,
) -> None:
    """Serve the API; builds the database first where it is missing or older than the seed."""
    settings = read_settings()
    settings.host = settings.host if host is None else host
    settings.port = settings.port if port is None else port
    settings.workers = workers or settings.workers
    listener = bind(settings)
    if settings.port in settings.metrics_ports:
        fail(f"HER2_METRICS_PORT: the service itself is at {settings.port}")
    ready(settings)
    try:
        service = create_app(settings)
    except DatabaseUnusable as error:
        fail(str(error))
    listener.listen()  # who calls at once waits, and is not turned away
    say = partial(announce, settings)
    if settings.workers == 1:
        server.run(service, settings, listener, say)
    elif not server.run_workers(settings, listener, say):
        fail("a worker could not start")


@cli.command(name="build")
def build_database() -> None:
    """Build the database from the seed, whole or not at all."""
    settings = read_settings()
    try:
        release = build(settings)
    except SeedInvalid as error:
        fail(f"{error}\nthe seed has faults: nothing was built")
    except (DatabaseUnusable, OSError) as error:
        fail(str(error))
    typer.echo(f"built {settings.database}: data {release.version}, digest {release.digest}")


@cli.command()
def migration(name: Annotated[str, typer.Argument(help="What it does, as add_trials.")]) -> None:
    """Write the migration from what changed in the models; for developers."""
    # Imported here: no other command needs Alembic at once.
    from app.store.migrations import write_migration

    path = write_migration(name)
    typer.echo(f"wrote {path}" if path else "the migrations match the models: nothing to write")


@cli.command()
def check() -> None:
    """Report every fault of the seed, one a line."""
    seed = read_seed(read_settings().seed)
    if not seed.faults:
        check_history(seed, render(seed)[0])
    for fault in seed.faults:
        typer.echo(str(fault))
    files = len({fault.file for fault in seed.faults})
    if seed.faults:
        fail(f"{len(seed.faults)} faults in {files} files")
    typer.echo(f"{len(seed.records)} records, no faults")


@cli.command()
def release() -> None:
    """Record the present state of the data under the version in release.yaml."""
    settings = read_settings()
    manifest, _ = render(sound_seed())
    path = settings.seed / "releases" / f"{manifest.version}.json"
    if path.exists() and path.read_text("utf-8") != manifest.text():
        fail(f"{path}: recorded already, with other data; raise the version in release.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(manifest.text(), "utf-8")
    typer.echo(f"recorded {path}: {len(manifest.records)} records, digest {manifest.digest}")


@cli.command()
def verify(documents: Documents) -> None:
    """Find every passage in the captured documents and compare its digest."""
    tell(verify_passages(sound_seed(), documents))


@cli.command()
def coverage(documents: Documents) -> None:
    """List the sentences and list items of the documents that no citation covers."""
    tell(cover(sound_seed(), documents))


@cli.command()
def export(
    directory: Annotated[Path, typer.Argument(file_okay=False, help="Where the files go.")],
) -> None:
    """Write the whole data set as files: SQLite, NDJSON, JSON-LD, CSV, Data Package, checksums."""
    settings = read_settings()
    ready(settings)
    files = make_files(Service.open(settings))
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (directory / name).write_bytes(content)
    except OSError as error:
        fail(str(error))
    typer.echo(f"wrote {len(files)} files to {directory}")


@cli.command()
def openapi() -> None:
    """Print the contract: the OpenAPI document without its examples, at the default address."""
    settings = read_settings()
    ready(settings, err=True)
    settings = Settings(database=settings.database, public_url="http://127.0.0.1:8000")
    document = without_examples(whole_document(Service.open(settings)))
    typer.echo(json.dumps(document, indent=1, ensure_ascii=False))


@cli.command()
def passage(
    document: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The document.")],
    start: Annotated[str, typer.Argument(help="First words of the passage.")],
    end: Annotated[str | None, typer.Argument(help="Last words of the passage.")] = None,
    prefix: Annotated[str | None, typer.Option(help="Words just before it.")] = None,
    suffix: Annotated[str | None, typer.Option(help="Words just after it.")] = None,
) -> None:
    """Show what a passage takes in, with the digest for the seed."""
    draft = {"prefix": prefix, "start": start, "end": end, "suffix": suffix, "sha256": "0" * 64}
    try:
        wanted = Passage.model_validate(draft)
        text = fold(document.read_text("utf-8"))
    except ValueError as error:
        fail(str(error))
    stretches = [text[start:end] for start, end in spans(wanted, text)]
    for stretch in stretches:
        typer.echo(f"{stretch}\nsha256: {digest(stretch)}")
    if len(stretches) != 1:
        fail(f"found {len(stretches)} times; a passage should be found once")


if __name__ == "__main__":
    cli()
