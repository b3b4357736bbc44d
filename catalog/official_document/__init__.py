"""The official document, a *Programa Anual de Trabajo* as PDF or text, read into a draft of the catalogue workbook.

``lines`` is what a document is made of, whatever file it came as; ``text_file`` and ``pdf_file`` make it (the PDF in a
process of its own, ``pdf_child``, with limits). ``furniture`` takes heads, feet and page numbers away, ``notes``
footnotes with their marks, ``structure`` finds departments, programmes and their parts, ``plan_line`` and
``paragraphs`` read these. A table is read where its words stand (``placed_table`` with ``columns``, ``segments``,
``stacked``) or, where nothing but running text is left, by how columns are filled (``running_table``); actions that
stand one below the other are ``cards``. ``doubts`` proposes corrections that nobody makes by themselves,
``draft_rows`` tells what is odd in a row, and ``draft`` writes the workbook, every cell with the document's own words.
``views`` is the screen, the command ``draft_catalog`` the other door.

``catalog.layout`` takes formulas apart. Nothing here touches the database: the draft comes in by the ordinary import.
"""
