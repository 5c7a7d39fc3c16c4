"""The releases that a database knows, and the one that it holds."""

from sqlmodel import Session, col, select

from app.store.tables import BuildRow, ReleaseRow


def served_release(session: Session) -> str:
    """The version of the data that the database holds."""
    return session.exec(select(BuildRow.release)).one()


def release_versions(session: Session) -> list[str]:
    """Every version, oldest first."""
    return list(session.exec(select(ReleaseRow.version).order_by(col(ReleaseRow.position))))


def release_documents(session: Session) -> list[str]:
    """The stored answer of every release, newest first."""
    newest = col(ReleaseRow.position).desc()
    return list(session.exec(select(ReleaseRow.document).order_by(newest)))
