"""``import_catalog FILE``: the import for administrators and scripts, through the same code as the screen."""

import io
import json
import sys
from argparse import ArgumentParser, BooleanOptionalAction
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from catalog.imports.answers import Adjustment, Answers
from catalog.imports.applying import (
    CatalogBareTargetsError,
    CatalogBeginningError,
    CatalogHasErrorsError,
    CatalogImportError,
    CatalogKindReasonError,
    CatalogOtherYearError,
    import_catalog,
)
from catalog.imports.bare_targets import WORDS
from catalog.imports.comparison import compare
from catalog.imports.official_keys import WHAT, Recoder, told_unused
from catalog.imports.preview import CatalogPreview
from catalog.layout.error_books import in_their_words, write_laid_errors
from catalog.layout.laying import Laid
from catalog.layout.mapping import MappingError, SheetMapping, read_mapping
from catalog.layout.proposing import label_of
from catalog.layout.reading import files_of, lacking, propose_for, read_laid, required_fields
from catalog.workbook import catalog_file
from catalog.workbook.cells import CellError, dashed, month
from catalog.workbook.error_file import write_errors
from core.amounts import Style
from core.file_errors import why_not
from core.spreadsheets import AmbiguousSheetError, SpreadsheetError, read_grids
from core.spreadsheets.cells import text_cell
from core.spreadsheets.reading import MAX_BYTES
from core.text import fold
from indicators.services import ServiceError

HAS_ERRORS, WRONG_CALL = 1, 2
SHOWN_CHANGES = 20
BARE_TARGETS = {word: kind for kind, word in WORDS.items()}


class Command(BaseCommand):
    help = "Importa el catálogo de un ejercicio desde un XLSX, ODS o CSV: todo o nada. Nunca borra."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            metavar="FILE",
            nargs="+",
            help="el XLSX, ODS o CSV del catálogo; varios, si tienen el mismo encabezado",
        )
        parser.add_argument("--sheet", help="la hoja que se lee, cuando el libro tiene varias")
        parser.add_argument(
            "--mapping",
            metavar="JSON",
            help="un mapa.json que dice qué columna del archivo es cada una del catálogo (docs/workbooks.md)",
        )
        parser.add_argument(
            "--propose-mapping",
            metavar="JSON",
            help="no importa: escribe aquí el mapa que se propone para el archivo, para revisarlo",
        )
        parser.add_argument(
            "--propose-codes",
            action="store_true",
            help="las claves que no tienen la forma de las nuestras se conservan como claves oficiales, con la clave "
            "que se propone para cada una (con --dry-run se ven)",
        )
        parser.add_argument(
            "--codes",
            metavar="JSON",
            help='con --propose-codes, la clave nuestra que se quiere para una clave oficial: {"E-01": "OBR-05"}',
        )
        parser.add_argument(
            "--fill-down", action="store_true", help="una celda vacía de la jerarquía significa «lo mismo que arriba»"
        )
        parser.add_argument(
            "--decimal",
            choices=[style.value for style in Style],
            help="cómo escribe el archivo los decimales; solo hace falta donde «1.234» puede ser dos números",
        )
        parser.add_argument("--dry-run", action="store_true", help="dice lo que haría y no escribe nada")
        parser.add_argument("--errors", metavar="FILE", help="escribe aquí el libro con su columna Errores")
        parser.add_argument("--user", metavar="USERNAME", help="a nombre de quién queda registrada")
        parser.add_argument(
            "--accept-renames",
            action="store_true",
            help="un nombre nuevo con todo lo que estaba bajo uno que ya no está en el archivo es un cambio de nombre",
        )
        parser.add_argument(
            "--historical",
            action=BooleanOptionalAction,
            default=None,
            help="un ejercicio pasado que el archivo crea viene de papeles anteriores: sus meses quedan cerrados",
        )
        parser.add_argument(
            "--right-year",
            action="store_true",
            help="el archivo sí es de su ejercicio, aunque ninguna de sus claves esté en él",
        )
        parser.add_argument(
            "--bare-targets",
            choices=tuple(BARE_TARGETS),
            metavar="porcentaje|absoluta",
            help="qué son las metas que no lo dicen: ni con %% ni en la columna «Tipo de meta»",
        )
        parser.add_argument(
            "--starts-in",
            metavar="MES",
            help="desde qué mes cuentan los indicadores que se agregan con el ejercicio en curso: 1-12 o su nombre",
        )
        parser.add_argument(
            "--kind-reason",
            default="",
            metavar="MOTIVO",
            help="por qué se corrige el tipo de meta (porcentaje o absoluta) de indicadores que ya tienen capturas",
        )
        meta = parser.add_argument_group("meta ajustada", "para indicadores con capturas cuya meta cambia el archivo")
        meta.add_argument("--effective-month", type=int, choices=range(1, 13), metavar="1-12", help="desde qué mes")
        meta.add_argument("--reason", default="", help="motivo")
        meta.add_argument("--authorized-by", default="", help="quién autoriza")
        meta.add_argument("--instrument", default="", help="instrumento: tipo, número y fecha")

    def handle(self, *args: Any, **options: Any) -> None:
        answers, actor = self._answers(options), self._actor(options["user"])
        paths = [Path(given) for given in options["file"]]
        if options["propose_mapping"]:
            self._propose(paths, Path(options["propose_mapping"]))
            return
        said = self._mapping(options["mapping"]) if options["mapping"] else SheetMapping(())
        options["propose_codes"] = options["propose_codes"] or bool(said.codes)
        wanted = {key: dashed(code) for key, code in said.codes.items()} | self._codes(options["codes"])
        codes = Answers(codes=wanted) if options["propose_codes"] else None
        if said.corrections:
            answers = replace(answers or Answers(), corrections=said.corrections)
        recoder = Recoder(codes, by_name=bool(options["mapping"]), corrections=said.corrections)
        read, laid = self._read_all(paths, options, recoder)
        if options["propose_codes"]:
            self._tell_codes(recoder, all_of_them=options["dry_run"])
        for note in [*read.parsed.notes, *told_unused(recoder.unused)]:  # before anything is written
            self.stderr.write(note)
        if options["dry_run"]:
            preview = compare(read.parsed, read.fields, answers, timezone.localdate())
        else:
            preview = self._import(read, answers, actor, options)
        if preview.errors:
            if recoder.refused:
                self.stderr.write(
                    "Si las claves son las del documento del municipio, use --propose-codes: se conservan como claves "
                    "oficiales y se propone una nuestra para cada una."
                )
            self._refuse(read, laid, preview, options["errors"])
        self._tell(preview, told=len(read.parsed.notes), dry_run=options["dry_run"])
        self._ask(preview, options)

    def _answers(self, options: dict[str, Any]) -> Answers | None:
        given = [options[name] for name in ("effective_month", "reason", "authorized_by", "instrument")]
        if any(given) and not all(given):
            raise CommandError(
                "Una meta ajustada lleva --effective-month, --reason, --authorized-by e --instrument.",
                returncode=WRONG_CALL,
            )
        if any(given) and not options["user"] and not options["dry_run"]:
            raise CommandError("Una meta ajustada queda a nombre de alguien: diga --user.", returncode=WRONG_CALL)
        adjustment = Adjustment(*given) if all(given) else None
        kind = BARE_TARGETS.get(options["bare_targets"], "")
        begin, reason = self._month(options["starts_in"]), options["kind_reason"].strip()
        if adjustment is None and not options["accept_renames"] and not any((kind, begin, reason)):
            return None
        return Answers(
            adjustment=adjustment,
            all_renames=options["accept_renames"],
            every_bare_target=kind,
            starts_in=begin,
            kind_reason=reason,
        )

    def _month(self, given: str | None) -> int:
        try:
            return month(text_cell(given)) if given else 0
        except CellError as error:
            raise CommandError(f"--starts-in: {error}.", returncode=WRONG_CALL) from error

    def _actor(self, username: str | None) -> Any:
        if not username:
            return None
        person = get_user_model().objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(f"No existe el usuario «{username}».", returncode=WRONG_CALL)
        return person

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"No se puede leer «{path}»: {why_not(error)}.", returncode=WRONG_CALL) from error

    def _propose(self, paths: list[Path], written: Path) -> None:
        try:
            grids = read_grids([(path.name, io.BytesIO(self._bytes(path))) for path in paths])
        except SpreadsheetError as error:
            raise CommandError(error.message, returncode=HAS_ERRORS) from error
        mapping = propose_for(grids).mapping
        try:
            written.write_text(json.dumps(mapping.as_json(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"No se puede escribir «{written}»: {why_not(error)}.", returncode=WRONG_CALL) from error
        lacks = [label_of(name) for name in lacking(mapping)]
        if lacks:
            self.stderr.write(f"Falta decir de dónde sale: {', '.join(lacks)}.")
        self.stdout.write(f"Se escribió «{written}»; revíselo y úselo con --mapping.")

    def _mapping(self, given: str) -> SheetMapping:
        try:
            return read_mapping(Path(given).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"No se puede leer «{given}»: {why_not(error)}.", returncode=WRONG_CALL) from error
        except (UnicodeDecodeError, MappingError) as error:
            why = str(error) if isinstance(error, MappingError) else "no es un texto en UTF-8."
            raise CommandError(f"«{given}»: {why}", returncode=WRONG_CALL) from error

    def _codes(self, given: str | None) -> dict[str, str]:
        """By the folded official key the code that somebody wants for it."""
        if not given:
            return {}
        try:
            said = json.loads(Path(given).read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise CommandError(f"No se puede leer «{given}»: {why_not(error)}.", returncode=WRONG_CALL) from error
        except (ValueError, RecursionError) as error:
            raise CommandError(f"«{given}» no es JSON en UTF-8.", returncode=WRONG_CALL) from error
        if not isinstance(said, dict) or not all(isinstance(code, str) for code in said.values()):
            raise CommandError(f'«{given}» no dice claves: {{"E-01": "OBR-05"}}.', returncode=WRONG_CALL)
        return {fold(key): dashed(code) for key, code in said.items()}

    def _tell_codes(self, recoder: Recoder, *, all_of_them: bool) -> None:
        """The codes that official keys were given; ``all_of_them`` False: only those to look at."""
        for one in recoder.asked:
            if all_of_them or one.doubt:
                doubt = f" ({one.doubt})" if one.doubt else ""
                self.stderr.write(f"{WHAT[one.what].capitalize()} {one.shown} → {one.code}: {one.name[:80]}{doubt}")

    def _read_all(
        self, paths: list[Path], options: dict[str, Any], recoder: Recoder
    ) -> tuple[catalog_file.CatalogFile, Laid | None]:
        if not options["mapping"]:
            if len(paths) > 1:
                raise CommandError("Varios archivos se leen con su mapa: use --mapping.", returncode=WRONG_CALL)
            return self._read(paths[0], options, recoder), None
        mapping, said = self._mapping(options["mapping"]), options["decimal"]
        if options["sheet"]:
            mapping = replace(mapping, sheets=(options["sheet"],))
        files = [(path.name, self._bytes(path)) for path in paths]
        try:
            made = read_laid(
                files,
                mapping,
                fill_down=options["fill_down"],
                decimal=Style(said) if said else None,
                recode=recoder,
            )
        except SpreadsheetError as error:
            return catalog_file.unreadable(paths[0].name, error), None
        return made.read, made.laid

    def _read(self, path: Path, options: dict[str, Any], recoder: Recoder) -> catalog_file.CatalogFile:
        sheet, said = options["sheet"], options["decimal"]
        try:
            return catalog_file.read_catalog(
                io.BytesIO(self._bytes(path)),
                name=path.name,
                sheet=sheet,
                fill_down=options["fill_down"],
                decimal=Style(said) if said else None,
                recode=recoder,
            )
        except AmbiguousSheetError as error:
            raise CommandError(f"{error.message} Use --sheet, o --mapping.", returncode=WRONG_CALL) from error
        except SpreadsheetError as error:
            if sheet and fold(f"no tiene la hoja «{sheet[:40]}»") in fold(error.message):
                raise CommandError(error.message, returncode=WRONG_CALL) from error
            return catalog_file.unreadable(path.name, error)

    def _import(
        self, read: catalog_file.CatalogFile, answers: Answers | None, actor: Any, options: dict[str, Any]
    ) -> CatalogPreview:
        with tqdm(desc="Importando", unit=" registros", file=sys.stderr, disable=None, leave=False) as bar:

            def progress(written: int, total: int) -> None:
                bar.total = total
                bar.update(written)

            try:
                return import_catalog(
                    parsed=read.parsed,
                    fields=read.fields,
                    answers=answers,
                    source=read.source,
                    actor=actor,
                    now=timezone.now(),
                    reason=read.origin,
                    progress=progress,
                    historical=bool(options["historical"]),
                    right_year=options["right_year"],
                )
            except CatalogHasErrorsError as refusal:
                return refusal.preview
            except CatalogBareTargetsError as refusal:
                sentence = f"{refusal} Use --bare-targets, o llene la columna «Tipo de meta»."
                raise CommandError(sentence, returncode=HAS_ERRORS) from refusal
            except CatalogBeginningError as refusal:
                sentence = f"{refusal} Use --starts-in, o llene la columna «Mes de inicio»."
                raise CommandError(sentence, returncode=HAS_ERRORS) from refusal
            except CatalogKindReasonError as refusal:
                raise CommandError(f"{refusal} Use --kind-reason.", returncode=HAS_ERRORS) from refusal
            except CatalogOtherYearError as refusal:
                raise CommandError(f"{refusal} Si lo es, use --right-year.", returncode=HAS_ERRORS) from refusal
            except (CatalogImportError, ServiceError) as refusal:
                raise CommandError(str(refusal), returncode=HAS_ERRORS) from refusal

    def _refuse(
        self, read: catalog_file.CatalogFile, laid: Laid | None, preview: CatalogPreview, errors_path: str | None
    ) -> None:
        for error in in_their_words(preview.errors, laid) if laid else preview.errors:
            self.stdout.write(str(error))
        if errors_path and read.table is not None:
            try:
                with Path(errors_path).open("wb") as file:
                    if laid and read.source:
                        file.write(write_laid_errors(files_of(read.source), laid, preview.errors))
                    else:
                        write_errors(read, preview.errors, file)
            except OSError as error:
                sentence = f"No se puede escribir «{errors_path}»: {why_not(error)}."
                raise CommandError(sentence, returncode=WRONG_CALL) from error
        if laid is None and read.table is not None and not required_fields() <= read.fields:
            self.stderr.write(
                "Si sus columnas tienen otros nombres, use --mapping; --propose-mapping escribe el mapa que se propone."
            )
        if read.parsed.fillable:
            self.stderr.write("Si las celdas vacías de la jerarquía quieren decir «igual que arriba», use --fill-down.")
        if read.parsed.question is not None:
            self.stderr.write(read.parsed.question.options)
        if preview.kinds.units:
            self.stderr.write("Si las metas que no lo dicen son todas de un tipo, use --bare-targets.")
        if preview.beginning.rows:
            self.stderr.write("Si todos los que se agregan cuentan desde el mismo mes, use --starts-in.")
        count = len(preview.errors)
        self.stderr.write(f"No se escribió nada: {count} {'error' if count == 1 else 'errores'}.")
        sys.exit(HAS_ERRORS)

    def _ask(self, preview: CatalogPreview, options: dict[str, Any]) -> None:
        """What the screen asks and nobody said here."""
        year = preview.year
        if preview.makes_year and year and year < timezone.localdate().year and options["historical"] is None:
            self.stderr.write(
                f"{year} ya pasó y no se dijo si es histórico: sus meses quedan abiertos. Si viene de papeles "
                "anteriores, use --historical o márquelo en Ejercicios."
            )
        if options["dry_run"] and preview.wrong_year and not options["right_year"]:
            self.stderr.write(
                f"Ninguna clave del archivo está en el ejercicio {year}: {preview.wrong_year}. "
                "¿Es el ejercicio correcto? Si lo es, use --right-year."
            )

    def _tell(self, preview: CatalogPreview, *, told: int, dry_run: bool) -> None:
        """``told``: how many of its notes, the first ones, were said before."""
        for note in preview.notes[told:]:
            self.stderr.write(note)
        for offer in preview.offers:
            if not offer.accepted:
                self.stderr.write(f"¿Es un cambio de nombre? {offer}. Si lo es, use --accept-renames.")
        verb = "Se importaría" if dry_run else "Se importó"
        self.stdout.write(f"{verb} el catálogo {preview.year} ({preview.plan}): {preview.summary()}.")
        if preview.changes_nothing:
            self.stdout.write("Sin cambios.")
        changes = [change for change in preview.changes if change.field]
        for change in changes if dry_run else changes[:SHOWN_CHANGES]:
            self.stdout.write(f"  fila {change.row} · {change}")
        if not dry_run and len(changes) > SHOWN_CHANGES:
            self.stdout.write(f"  … y {len(changes) - SHOWN_CHANGES} cambios más")
        if preview.absent:
            self.stdout.write(
                f"No están en el archivo y se quedan como estaban: {', '.join(map(str, preview.absent))}."
            )
