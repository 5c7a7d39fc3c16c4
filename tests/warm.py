"""Imported by the process that others are forked from, so that they find it done."""

import gc

# All that app.cli imports, but not itself: it is run as a program.
import app.build
import app.curate
import app.serving.metrics
import app.serving.server
import app.store.migrations
import tests.bare
import uvicorn.main  # noqa: F401
from app.main import create_api
from app.pages.render import environment

create_api()
environment()
gc.collect()
gc.freeze()  # a collection would write to each object, and so copy its page
