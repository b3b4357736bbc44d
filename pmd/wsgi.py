import os
from threading import Thread

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from pmd import web_processes
from pmd.environment import require_for_serving

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmd.settings")
require_for_serving(settings)
web_processes.require_read()
application = get_wsgi_application()

from django_tasks import default_task_backend  # noqa: E402 - the rooms are ready only now

from core.installed_rules import tell_before_serving  # noqa: E402
from core.loaded import load_all  # noqa: E402
from core.seals.beside import Sealer  # noqa: E402
from pmd.waits import cut_waits_short  # noqa: E402

cut_waits_short()


def begin() -> None:
    """What goes on beside the serving: threads, which a process that forks keeps to itself."""
    # A database that does not answer holds up nobody who asks for the health page.
    telling = Thread(target=tell_before_serving, daemon=True)
    telling.start()
    telling.join(timeout=5)
    # Where no worker seals the trail, the processes that serve do it, one of them at a time.
    if not default_task_backend.supports_defer:
        Sealer().start()


if web_processes.forking:
    load_all()
else:
    begin()
