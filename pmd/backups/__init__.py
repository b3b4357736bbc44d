"""Everything in one archive, and back again: ``manage.py backup`` and ``manage.py restore``."""
