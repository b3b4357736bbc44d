#!/usr/bin/env python
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmd.settings")
    from django.core.exceptions import ImproperlyConfigured

    from pmd.commands import Commands

    try:
        Commands(sys.argv).execute()
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
