"""Import and export buttons of the admin: upload → preview → confirm, through import-export's screens."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.tmp_storages import BaseStorage

from accounts.http import access_of
from catalog.admin.resources import CatalogCsv, CatalogFormat, CatalogResource, CatalogResult, CatalogXlsx
from catalog.imports.preview import CatalogPreview
from core.pending_uploads import PendingUploads, UploadGone
from core.spreadsheets import SpreadsheetError
from core.spreadsheets.reading import MAX_BYTES, MEGABYTE
from programs.models import FiscalYear

_PENDING = PendingUploads("cargas-catalogo")


class UploadStorage(BaseStorage):
    """import-export's way to the uploads that wait; a name that comes back has been checked by ``ConfirmForm``."""

    def save(self, data: bytes) -> None:
        self.name = _PENDING.save(data)

    def read(self) -> bytes:
        return _PENDING.read(self.name)

    def remove(self) -> None:
        _PENDING.remove(self.name)


class UploadForm(ImportForm):
    sheet = forms.CharField(
        label="Hoja", required=False, max_length=100, help_text="Solo si el libro tiene varias hojas con datos."
    )
    fill_down = forms.BooleanField(
        label="Una celda vacía de la jerarquía significa «lo mismo que arriba»", required=False
    )
    field_order = ["resource", "import_file", "sheet", "fill_down", "format"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["import_file"].label = "Archivo"
        self.fields["format"].label = "Formato"
        self.preview: CatalogPreview | None = None

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                f"El archivo pesa más de {MAX_BYTES // MEGABYTE} MB, que es lo más que se acepta."
            )
        return file


class ConfirmForm(ConfirmImportForm):
    """What the preview hands to the confirmation, signed: whose upload, which one, and what was shown."""

    sheet = forms.CharField(widget=forms.HiddenInput, required=False)
    fill_down = forms.BooleanField(widget=forms.HiddenInput, required=False)
    fingerprint = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user_id: int, **kwargs: Any) -> None:
        self._user_id = user_id
        super().__init__(*args, **kwargs)

    def clean_import_file_name(self) -> str:
        try:
            name, _ = _PENDING.redeem(self.cleaned_data["import_file_name"], user_id=self._user_id)
        except UploadGone as error:
            raise forms.ValidationError(error.message) from error
        return name


class CatalogExportForm(ExportForm):
    year = forms.ModelChoiceField(label="Ejercicio", queryset=FiscalYear.objects.all(), empty_label=None)
    field_order = ["resource", "year", "format"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["format"].label = "Formato"


class CatalogSpreadsheets(ImportExportMixin):
    """The buttons for a list of the catalogue; both lists read and write the whole catalogue of a year."""

    resource_classes = [CatalogResource]
    import_formats = [CatalogFormat]
    export_formats = [CatalogXlsx, CatalogCsv]
    import_form_class = UploadForm
    confirm_form_class = ConfirmForm
    export_form_class = CatalogExportForm
    import_template_name = "admin/catalog_import.html"
    tmp_storage_class = UploadStorage
    skip_admin_log = True  # the trail has it

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(self.admin_site.has_permission(request))  # type: ignore[attr-defined]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_import_permission(request)

    # Import

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        form, request = kwargs["form"], kwargs["request"]
        given = form.cleaned_data
        return {
            "access": access_of(request),
            "sheet": given["sheet"],
            "fill_down": given["fill_down"],
            "fingerprint": given.get("fingerprint"),
            "on_preview": lambda preview: setattr(form, "preview", preview),
        }

    def get_confirm_form_kwargs(self, request: HttpRequest, import_form: Any = None) -> dict[str, Any]:
        return {**super().get_confirm_form_kwargs(request, import_form), "user_id": request.user.pk}

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)
        if import_form is None:
            return initial
        signed = _PENDING.slip(initial["import_file_name"], user_id=access_of(request).user.pk)
        return {
            **initial, "import_file_name": signed, "sheet": import_form.cleaned_data["sheet"],
            "fill_down": import_form.cleaned_data["fill_down"], "fingerprint": import_form.preview.fingerprint,
        }  # fmt: skip

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        form.add_error("import_file", str(e) if isinstance(e, SpreadsheetError) else "El archivo no se pudo leer.")

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        try:
            return super().process_import(request, **kwargs)
        except UploadGone as gone:
            messages.error(request, gone.message)
            return self._back_to_import()

    def process_result(self, result: CatalogResult, request: HttpRequest) -> HttpResponse:
        """A refused confirmation wrote nothing: say why, and begin again."""
        for error in result.base_errors:
            messages.error(request, str(error.error))
        if result.has_validation_errors():
            messages.error(request, "El archivo tiene errores: no se escribió nada. Súbalo otra vez para verlos.")
        if result.has_errors() or result.has_validation_errors():
            return self._back_to_import()
        response: HttpResponse = super().process_result(result, request)
        return response

    def add_success_message(self, result: CatalogResult, request: HttpRequest) -> None:
        assert result.preview is not None
        messages.success(request, f"Se importó el catálogo {result.preview.year}: {result.preview.summary()}.")

    def _back_to_import(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))

    # Export

    def export_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Its page reads the list's filters from the address: with one that nobody knows it is opened without them."""
        try:
            return super().export_action(request, *args, **kwargs)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(request.path)

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> bytes:
        if not self.has_export_permission(request):
            raise PermissionDenied
        year = kwargs["export_form"].cleaned_data["year"]
        data: bytes = file_format.export_data(CatalogResource().export(fiscal_year=year))
        return data

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        return f"catalogo-{timezone.localdate():%Y-%m-%d}.{file_format.get_extension()}"
