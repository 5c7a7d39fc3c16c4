"""The command line: `her2-facts serve|build|check|verify|coverage|export|…`."""

import asyncio
import json
import os
import signal
import socket
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app import __version__
from app.build import Unreleased, build, ensure_built
from app.console import fail, read_settings
from app.curate import curator
from app.curation.seed import SeedInvalid
from app.main import create_app
from app.serving import server
from app.serving.docs.openapi import whole_document, without_examples
from app.serving.export import get_file, measure_files
from app.serving.service import Service
from app.settings import WILDCARDS, Settings, check_names
from app.store.database import DatabaseUnusable

cli = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help, as the image has no package to color it
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(curator)


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


def ready(settings: Settings, *, err: bool = False) -> None:
    """Have a current database, and say which; or end with a message."""
    try:
        release = ensure_built(settings, apart=True)
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
def build_database(
    released: Annotated[
        bool, typer.Option("--release", help="Refuse data that are no recorded release.")
    ] = False,
) -> None:
    """Build the database from the seed, whole or not at all."""
    settings = read_settings()
    try:
        release, unreleased = build(settings, released=released)
    except SeedInvalid as error:
        fail(f"{error}\nthe seed has faults: nothing was built")
    except Unreleased as error:
        fail(f"{error}: nothing was built; `her2-facts release` records them")
    except (DatabaseUnusable, OSError) as error:
        fail(str(error))
    typer.echo(f"built {settings.database}: data {release.version}, digest {release.digest}")
    if unreleased:
        typer.echo(unreleased)


@cli.command()
def migration(name: Annotated[str, typer.Argument(help="What it does, as add_genes.")]) -> None:
    """Write the migration from what changed in the models; for developers."""
    # Imported here: no other command needs Alembic at once.
    from app.store.migrations import write_migration

    path = write_migration(name)
    typer.echo(f"wrote {path}" if path else "the migrations match the models: nothing to write")


@cli.command()
def export(
    directory: Annotated[Path, typer.Argument(file_okay=False, help="Where the files go.")],
) -> None:
    """Write the whole data set as files: SQLite, NDJSON, JSON-LD, CSV, Data Package, checksums."""
    settings = read_settings()
    ready(settings)
    service = Service.open(settings)
    files = measure_files(service).measures
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name in files:
            (directory / name).write_bytes(get_file(service, name) or b"")
    except OSError as error:
        fail(str(error))
    typer.echo(f"wrote {len(files)} files to {directory}")


@cli.command()
def mcp() -> None:
    """Serve tools for agents on standard input and output (Model Context Protocol).

    For a program that starts this one, such as a desktop assistant. Builds the database first where
    it is missing or older than the seed.
    """
    settings = read_settings()
    ready(settings, err=True)
    # Imported here: no other command needs the library at once.
    from app.serving.agents.stdio import serve_stdio

    # Who waits for input can't be called back: Ctrl-C ends the process at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    asyncio.run(serve_stdio(settings))


@cli.command()
def openapi() -> None:
    """Print the contract: the OpenAPI document without its examples, at the default address."""
    settings = read_settings()
    ready(settings, err=True)
    settings = Settings(database=settings.database, public_url="http://127.0.0.1:8000")
    document = without_examples(whole_document(Service.open(settings)))
    typer.echo(json.dumps(document, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    cli()
