"""Why the system did not open a file, in the words of whoever gave its name."""

_WHY: dict[type[OSError], str] = {
    FileNotFoundError: "no existe",
    IsADirectoryError: "es una carpeta",
    NotADirectoryError: "parte de la ruta no es una carpeta",
    PermissionError: "no hay permiso",
}


def why_not(error: OSError) -> str:
    """What follows «No se puede leer …:»; the system's own words only for what nobody foresaw."""
    return _WHY.get(type(error), error.strerror or "el sistema no lo permitió")
