"""How planning runs the catalogue. A wing for each thing that planning does:

``official_document`` reads the printed *Programa Anual de Trabajo* into a draft of that file.
``workbook`` is the file: its columns, reading it, writing it, its errors. ``imports`` holds a file against the
database (``comparison``) and makes a ``preview``; ``applying`` writes exactly that, with its ``recording``, and
``undoing`` takes it back. The screen (``session``), the admin's ``resources`` and the command ``import_catalog`` are
three doors to the same code.

``tree`` is the catalogue by hand: ``kinds`` says what it holds, ``reading`` and ``pages`` show it, ``editing`` writes
it. ``targets``, ``people`` (and departments) and ``years`` (roll-over, succession, comparison) are a page or two each.
``confirming`` is what a second person does. ``admin`` is the Django admin, ``demo`` makes up municipalities.

What all of them share stands beside them: ``rules``, ``locking``, ``wording``, ``http``.
"""
