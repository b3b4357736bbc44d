"""Make a municipality of real size in an empty database: catalogue, people, captures and their trail."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from catalog.demo.generator import DemoError, Options, expected_captures, generate, settle_statistics


class Command(BaseCommand):
    help = "Genera un municipio de demostración en una base de datos vacía: lo mismo cada vez para la misma semilla."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--programs", type=int, default=161, help="programas por ejercicio")
        parser.add_argument("--indicators", type=int, default=1280, help="indicadores por ejercicio")
        parser.add_argument("--first-year", type=int, default=2014, help="primer ejercicio")
        parser.add_argument("--years", type=int, default=3, help="cuántos ejercicios")
        parser.add_argument("--seed", type=int, default=7, help="semilla: la misma da los mismos datos")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            wanted = Options(
                programs=options["programs"],
                indicators=options["indicators"],
                first_year=options["first_year"],
                years=options["years"],
                seed=options["seed"],
            )
            bar = tqdm(
                total=expected_captures(wanted), unit=" capturas", file=sys.stderr, disable=options["verbosity"] == 0
            )
            with bar:
                generate(wanted, advance=bar.update)
                bar.total = bar.n
        except DemoError as error:
            raise CommandError(str(error), returncode=1) from error
        settle_statistics()
        if options["verbosity"] > 0:
            self.stdout.write(f"Listo: {bar.n:,} capturas de demostración.")
