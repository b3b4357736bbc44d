"""What is wrong with a file, as one sentence in Spanish for the person who brought it."""


class SpreadsheetError(Exception):
    """The file cannot be read; ``message`` is one sentence for a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class AmbiguousSheetError(SpreadsheetError):
    """Several sheets have content and none was named; ``sheet_names`` lists them to ask."""

    def __init__(self, sheet_names: list[str]) -> None:
        names = ", ".join(f"«{name}»" for name in sheet_names)
        super().__init__(f"El libro tiene varias hojas con datos ({names}): diga cuál hay que leer.")
        self.sheet_names = sheet_names
