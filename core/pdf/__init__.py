"""PDF documents: a typst template of ``templates/pdf`` and the data that it prints."""

from core.pdf.rendering import PdfError, canonical, fingerprint, render_pdf, why_not_printed

__all__ = ["PdfError", "canonical", "fingerprint", "render_pdf", "why_not_printed"]
