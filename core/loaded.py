"""Everything that a process reads of the folder of the code, read before it begins its work.

An upgrade puts another version there while this one is still at work: what is asked for the first time in those minutes
may not be half of each.
"""

from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connections
from django.dispatch import Signal
from django.template import engines
from django.urls import get_resolver

# What a room reads of that folder in a way of its own; and what the worker does beside its tasks, once it has begun.
loading, worker_began = Signal(), Signal()


def load_all() -> None:
    get_resolver().reverse_dict  # noqa: B018 - it reads every view
    str(staticfiles_storage.__class__)  # it reads its manifest
    for engine in engines.all():
        for folder in map(Path, engine.template_dirs):
            for path in folder.rglob("*.*"):
                engine.get_template(str(path.relative_to(folder)))
    loading.send_robust(load_all)
    # Whoever forks hands on no connection.
    connections.close_all()
