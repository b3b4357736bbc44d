"""An import of the catalogue: compared, previewed, applied, recorded and undone."""
