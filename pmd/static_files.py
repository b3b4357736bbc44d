"""How static files are collected for production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_MODULE_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compressed, and every name carries its content's hash: also those that our scripts import from one another.

    So a browser keeps them all for good, and a new release never mixes its scripts with kept ones. Only our own: the
    scripts of others import what is not shipped.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", _MODULE_IMPORTS))
