"""How planning runs the catalogue. Where to begin reading:

A file: ``workbook`` reads it (``columns``, ``parsing``, ``fill_down``, ``consistency``) and writes the export;
``comparison`` (``hierarchy``, ``renames``, ``rules``) holds it against the database and makes a ``preview``;
``applying`` writes exactly that, with its ``recording``. ``importing`` is the screen's three steps, ``resources`` those
of the admin, and the command ``import_catalog`` the third door to the same code.

By hand: ``nodes`` says what the tree holds, ``tree`` and ``node_pages`` show it, ``editing`` writes it; ``targets`` and
``target_effect``, ``departments`` and ``people``, ``years``, ``succession``, ``year_comparison`` and ``rollover`` are
a page or two each, with their forms beside them and their views in ``views``.

``admin*`` is the Django admin for the rest, ``locking`` makes all who write wait for each other, ``demo`` makes up
municipalities.
"""
