"""The facts served as FastAPI's and SQLModel's tutorials do it.

Plain `def`, a session by dependency, relationships loaded with `selectin`, a response model.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, HTTPException, Query
from sqlalchemy import Engine
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, select


class SourceBase(SQLModel):
    id: str = Field(primary_key=True)
    title: str
    publisher: str
    document_url: str | None


class Source(SourceBase, table=True):
    pass


class CitationBase(SQLModel):
    supports: str
    section: str | None
    start: str | None
    end: str | None
    sha256: str | None
    as_of: str | None
    accessed: str | None
    seen: str
    deep_link: str | None


class Citation(CitationBase, table=True):
    id: int | None = Field(None, primary_key=True)
    fact_id: str = Field(foreign_key="fact.id", index=True)
    source_id: str = Field(foreign_key="source.id")
    source: Source = Relationship(sa_relationship_kwargs={"lazy": "selectin"})


class NoteBase(SQLModel):
    kind: str
    text: str


class Note(NoteBase, table=True):
    id: int | None = Field(None, primary_key=True)
    fact_id: str = Field(foreign_key="fact.id", index=True)


class FactBase(SQLModel):
    id: str = Field(primary_key=True)
    name: str
    category: str
    statement: str
    topic: str | None
    applies_to: str | None
    as_of: str | None
    revision: str


class Fact(FactBase, table=True):
    position: int = Field(index=True)
    citations: list[Citation] = Relationship(sa_relationship_kwargs={"lazy": "selectin"})
    notes: list[Note] = Relationship(sa_relationship_kwargs={"lazy": "selectin"})


class CitationPublic(CitationBase):
    source: SourceBase


class FactPublic(FactBase):
    citations: list[CitationPublic]
    notes: list[NoteBase]


def citation_row(answer: dict[str, Any]) -> Citation:
    """A citation of the service's answer as a row."""
    flat = answer | (answer["passage"] or {})
    columns = {name: flat.get(name) for name in CitationBase.model_fields}
    columns["supports"] = ",".join(answer["supports"])
    return Citation(**columns, source_id=answer["source"]["id"])


def fact_row(position: int, answer: dict[str, Any]) -> Fact:
    """A fact of the service's answer as a row, with all that hangs on it."""
    columns = {name: answer[name] for name in FactBase.model_fields}
    columns["topic"] = answer["topic"] and answer["topic"]["id"]
    citations = [citation_row(citation) for citation in answer["citations"]]
    notes = [Note(kind=note["kind"], text=note["text"]) for note in answer["notes"]]
    return Fact(**columns, position=position, citations=citations, notes=notes)


def fill(engine: Engine, facts: list[dict[str, Any]]) -> None:
    """Load the facts of the service into an empty database."""
    SQLModel.metadata.create_all(engine)
    cited = (citation["source"] for fact in facts for citation in fact["citations"])
    sources = {source["id"]: source for source in cited}
    names = SourceBase.model_fields
    with Session(engine) as session:
        session.add_all(Source(**{n: s[n] for n in names}) for s in sources.values())
        session.add_all(fact_row(position, fact) for position, fact in enumerate(facts))
        session.commit()


def create_app(engine: Engine) -> FastAPI:
    """The application of the tutorial."""
    app = FastAPI()

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    SessionDep = Annotated[Session, Depends(get_session)]

    @app.get("/facts", response_model=list[FactPublic])
    def read_facts(
        session: SessionDep, offset: int = 0, limit: Annotated[int, Query(le=100)] = 100
    ) -> Any:
        return session.exec(
            select(Fact).order_by(Fact.position).offset(offset).limit(limit)  # type: ignore[arg-type]
        ).all()

    @app.get("/facts/{fact_id}", response_model=FactPublic)
    def read_fact(fact_id: str, session: SessionDep) -> Any:
        fact = session.get(Fact, fact_id)
        if not fact:
            raise HTTPException(status_code=404, detail="Fact not found")
        return fact

    return app


if __name__ == "__main__":
    facts_file, database, port = sys.argv[1:]
    engine = create_engine(f"sqlite:///{database}", connect_args={"check_same_thread": False})
    fill(engine, json.loads(Path(facts_file).read_text("utf-8")))
    uvicorn.run(create_app(engine), port=int(port), access_log=False, log_level="warning")
