"""Imported last by the process that others are forked from: what each would make, made once."""

import gc

from app.main import create_api
from app.pages.render import environment

create_api()
environment()
gc.freeze()  # a collection in a fork would write to all that it shares, and so copy it
