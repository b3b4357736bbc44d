"""The pages by which planning runs the catalogue: ``importing``, ``records`` and ``targets``."""
