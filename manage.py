#!/usr/bin/env python
import logging
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmd.settings")
    from django.core.exceptions import ImproperlyConfigured

    from pmd.commands import Commands, tell_failed

    try:
        Commands(sys.argv).execute()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except SystemExit as ended:
        tell_failed(sys.argv, ended.code)
        raise
    except Exception:
        # A timer's command has nobody before it: its failure is a line of the log, which tells PMD_ADMINS.
        logging.getLogger("pmd.commands").exception("La orden «%s» no terminó", " ".join(sys.argv[1:2]))
        sys.exit(1)


if __name__ == "__main__":
    main()
