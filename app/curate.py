"""The commands of a curator: `her2-facts check|passage|verify|cites|new|…`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from app.console import fail, print_report, read_settings, sound_seed
from app.curation.coverage import cover, list_citing
from app.curation.documents import Document, find_source, read_headings
from app.curation.guide import BEGIN, print_skeleton, renew_guide
from app.curation.quoting import NoPassage, find_passage, make_quote, print_citation
from app.curation.reader import read_seed
from app.curation.releases import check_history, read_states, settle_present
from app.curation.releasing import NotReleased, make_release, parallel_advice
from app.curation.render import render
from app.curation.schema import write_schemas
from app.curation.seed import Report, Seed
from app.curation.verify import verify_passages
from app.model.labels import say_count
from app.model.passage import digest
from app.model.validation import suggest
from app.resources import RESOURCES

curator = typer.Typer()

Documents = Annotated[
    Path,
    typer.Argument(exists=True, file_okay=False, help="Directory of the captured documents."),
]
OneDocument = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, help="A captured document.")
]


@curator.command()
def check() -> None:
    """Report every fault of the seed, one a line, with its file and line."""
    seed = read_seed(read_settings().seed)
    unreleased, past = "", read_states(seed)
    if not seed.faults:
        present, _ = render(seed)
        check_history(seed, past, present)
        unreleased = settle_present(seed, past, present)
    for fault in sorted(seed.faults, key=lambda fault: (fault.file, fault.line or 0)):
        typer.echo(str(fault))
    files = len({fault.file for fault in seed.faults})
    if seed.faults:
        fail(f"{len(seed.faults)} faults in {files} files")
    typer.echo(f"{say_count(len(seed.records), 'record')}, no faults")
    if unreleased:
        typer.echo(unreleased)


@curator.command()
def release() -> None:
    """Release the present data: version, date, CITATION.cff, CHANGELOG.md, record, in one step."""
    seed = sound_seed()
    try:
        made = make_release(seed, date.today())
    except NotReleased as error:
        fail(str(error))
    for path in made.files:
        typer.echo(f"wrote {path}")
    head = made.state.head
    counted = say_count(len(made.state.entries), "record")
    typer.echo(f"released {head.version}: {counted}, digest {head.digest}")
    typer.echo(parallel_advice(head.version))


@curator.command()
def verify(
    documents: Annotated[
        Path | None,
        typer.Argument(exists=True, file_okay=False, help="Directory of the captured documents."),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Id of the one source to verify.")] = None,
    online: Annotated[bool, typer.Option(help="Look on the living pages instead.")] = False,
) -> None:
    """Compare the data with the captured documents: passages, sections, words copied, names missed.

    With --online it looks for the passages at the addresses of the sources, and changes nothing.
    """
    if (documents is None) is not online:
        fail("say where the captured documents are, or --online")
    seed = sound_seed()
    known = [record.seed.id for record in seed.records if record.resource.kind == "sources"]
    if source is not None and source not in known:
        fail(f"no source {source!r} in sources.yaml{suggest(source, known)}")
    print_report(
        verify_passages(seed, documents, source) if documents else look_online(seed, source)
    )


def look_online(seed: Seed, source: str | None) -> Report:
    """Look for the passages on the living pages."""
    # Imported here: no other command needs a client and a parser.
    from app.curation.living import verify_online
    from app.curation.web import Web

    return verify_online(seed, Web(), source)


@curator.command()
def coverage(documents: Documents) -> None:
    """List the sentences and list items of the documents that no citation covers."""
    print_report(cover(sound_seed(), documents))


@curator.command()
def cites(document: OneDocument) -> None:
    """List each sentence of a captured document with the records that cite it."""
    seed, content = sound_seed(), document.read_bytes()
    source = find_source(seed, content)
    if source is None:
        fail(f"no source in sources.yaml has document_sha256 {digest(content)}")
    for line in list_citing(seed, source.id, content.decode("utf-8", "replace")):
        typer.echo(line)


@curator.command()
def passage(
    document: OneDocument,
    start: Annotated[str, typer.Argument(help="First words of the passage, or all of it.")],
    end: Annotated[str | None, typer.Argument(help="Last words of the passage.")] = None,
    prefix: Annotated[str | None, typer.Option(help="Words just before it.")] = None,
    suffix: Annotated[str | None, typer.Option(help="Words just after it.")] = None,
) -> None:
    """Print the citation of a passage, ready for the seed; quotes may be straight."""
    seed, content = read_seed(read_settings().seed), document.read_bytes()
    source = find_source(seed, content)
    headings = read_headings(seed, source.id) if source else []
    text = Document(content.decode("utf-8", "replace"), headings)
    try:
        quote = make_quote(start, end, prefix, suffix)
        span = find_passage(text, quote)
    except NoPassage as error:
        fail(str(error))
    typer.echo(f"# {text.text[span[0] : span[1]]}")
    for line in print_citation(text, source.id if source else None, quote, span):
        typer.echo(line)
    if source is None:
        typer.echo(f"no source has this document: add document_sha256: {digest(content)}", err=True)


@curator.command(name="new")
def new_record(
    kind: Annotated[str, typer.Argument(help="The collection, such as risk-factors.")],
) -> None:
    """Print a record to fill in, with the allowed words above each field."""
    models = {resource.kind: resource.seed for resource in RESOURCES}
    if kind not in models:
        near = suggest(kind, models) or f"; collections: {', '.join(models)}"
        fail(f"no collection {kind!r}{near}")
    for line in print_skeleton(models[kind]):
        typer.echo(line)


@curator.command()
def schema(
    directory: Annotated[Path, typer.Argument(file_okay=False, help="Where the schemas go.")],
) -> None:
    """Write the JSON Schema of each seed file, by which an editor completes and underlines."""
    typer.echo(f"wrote {write_schemas(directory)} schemas to {directory}")


@curator.command()
def guide(
    readme: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="seed/README.md")],
) -> None:
    """Renew the part of a README that explains each field of each seed file."""
    text = readme.read_text("utf-8")
    if BEGIN not in text:
        fail(f"{readme} has no line {BEGIN}")
    readme.write_text(renew_guide(text), "utf-8")
    typer.echo(f"renewed {readme}")
