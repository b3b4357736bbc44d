"""PDF documents: a typst template of ``templates/pdf`` and the data that it prints."""

from core.pdf.rendering import PdfError, canonical, fingerprint, render_pdf

__all__ = ["PdfError", "canonical", "fingerprint", "render_pdf"]
