"""The workbook of people: its columns, reading it, the template and the export."""
