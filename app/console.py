"""What all commands share: the settings, the seed, and how a command ends."""

from typing import NoReturn

import typer
from pydantic import ValidationError

from app.curation.reader import read_seed
from app.curation.seed import Report, Seed
from app.settings import Settings


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


def print_report(report: Report) -> None:
    """Print what a comparison found; end with status 1 if it found a failure."""
    for failure in report.failures:
        typer.echo(failure)
    typer.echo(report.summary)
    if report.failures:
        raise typer.Exit(1)
