"""The pages of the measurements: ``capture`` and ``review``."""
