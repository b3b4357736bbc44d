"""The settings as mypy's plugin reads them: on a developer's machine, whatever the environment says."""

import os

os.environ.setdefault("DEBUG", "true")

from pmd.settings import *  # noqa: F403
