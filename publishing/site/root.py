"""What lies above the closings: the first page, each year, how it is computed, and what a web server asks for."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from core.lights import LIGHTS
from indicators.models import month_name
from publishing.addresses import INDEX
from publishing.document.borders import borders_of, percent_text
from publishing.published import Chain, Place
from publishing.site.drawing import HOME, ICON, METHOD, PICTURE, STYLE, Crumb, Page, draw
from publishing.site.method import example_of
from publishing.site.plan import axes_of, headline, versions_told
from publishing.site.reading import Cut
from publishing.site.words import counted, day, lights_text, plain, standing_sentence
from reports.charts import LightPart, YearLine, YearPoint, lights_bar, year_line

NOT_FOUND, ROBOTS = "404.html", "robots.txt"
ROOT_FILES = (HOME, METHOD, NOT_FOUND, ROBOTS, STYLE, ICON)


def root_pages(chain: Chain, address: str, generator: str) -> Iterator[tuple[str, bytes]]:
    cut = Cut(chain, chain.latest, address)
    yield STYLE, (Path(__file__).parent / STYLE).read_bytes()
    yield ICON, (Path(settings.BASE_DIR) / "static" / "img" / "icon.svg").read_bytes()
    yield ROBOTS, b"User-agent: *\nAllow: /\n"
    yield METHOD, _method(cut)
    yield NOT_FOUND, _not_found(cut)
    yield HOME, _home(cut, generator)


def _page(cut: Cut, name: str, title: str, description: str, *crumbs: Crumb, generator: str = "") -> Page:
    """Of no closing, with the picture of the latest one."""
    document = cut.document
    return Page(
        name=name,
        title=title,
        description=description,
        address=cut.address,
        site=plain(f"{document['municipality']} · {document['plan']}"),
        picture=cut.at(PICTURE),
        picture_says=cut.lights_say,
        crumbs=crumbs,
        demo=cut.place.demo,
        generator=generator,
    )


def _around(cut: Cut) -> dict[str, Any]:
    return {"document": cut.document, "plan_page": cut.index, "rectified": None, "sha256": ""}


def _home(cut: Cut, generator: str) -> bytes:
    document = cut.document
    sentence = standing_sentence(document, document["plan_results"], "el plan")
    title = f"{document['municipality']}: cómo va el {document['plan']}"
    years: dict[int, list[dict[str, Any]]] = {}
    for place in reversed(cut.chain.shown):
        versions = cut.chain.versions(place.year, place.month)
        told = versions_told(versions, Cut(cut.chain, versions[-1], cut.address)) if len(versions) > 1 else []
        years.setdefault(place.year, []).append(
            {
                "name": f"{month_name(place.month).capitalize()} de {place.year}",
                "target": f"{place.folder}/{INDEX}",
                "on": day(versions[0].closed_on),
                "rectifications": told[1:],
                "place": place,
            }
        )
    page = _page(cut, HOME, title, f"{sentence} {cut.lights_say}", generator=generator)
    return draw(
        "home.html",
        page,
        **_around(cut),
        **headline(document),
        cut=cut.name_of_cut,
        axes=axes_of(cut),
        years=[(year, f"{year:04d}/{INDEX}", rows[0]["place"].demo, rows) for year, rows in years.items()],
        closings=counted(len(cut.chain.places), "cierre", "cierres"),
    )


def year_page(chain: Chain, year: int, address: str, generator: str) -> tuple[str, bytes]:
    """Each month of the year that was closed, the newest first, and their course as a picture."""
    shown = [place for place in chain.shown if place.year == year]
    cuts = [Cut(chain, place, address) for place in shown]
    latest = cuts[-1]
    name = f"{year:04d}/{INDEX}"
    sentence = standing_sentence(latest.document, latest.document["plan_results"], "el plan")
    page = _page(
        latest,
        name,
        f"{year}, mes por mes",
        sentence,
        Crumb("Inicio", HOME),
        Crumb(str(year), name),
        generator=generator,
    )
    return name, draw(
        "year.html",
        page,
        **_around(latest),
        year=year,
        sentence=sentence,
        chart=year_line(_line(year, cuts)),
        months=[_month(cut, one) for cut, one in reversed(list(zip(cuts, shown, strict=True)))],
    )


def _month(cut: Cut, place: Place) -> dict[str, Any]:
    plan = cut.document["plan_results"]
    return {
        "name": month_name(place.month).capitalize(),
        "target": cut.index,
        "compliance": percent_text(plan["compliance"], cut.borders),
        "global_": percent_text(plan["global"], cut.borders),
        "lights": lights_text(plan["lights"]),
        "bar": lights_bar([LightPart(code, plan["lights"][code]) for code in LIGHTS if plan["lights"].get(code)]),
        "on": day(cut.versions[0].closed_on),
        "rectified": day(place.closed_on) if place.version > 1 else "",
    }


def _line(year: int, cuts: list[Cut]) -> YearLine:
    known = {cut.place.month: cut for cut in cuts}
    points = []
    for month in range(1, 13):
        cut = known.get(month)
        value = cut.document["plan_results"]["compliance"] if cut else None
        points.append(
            YearPoint(
                label=month_name(month),
                now=None if value is None else Decimal(value),
                now_text=percent_text(value, cut.borders) if cut else "",
            )
        )
    green, amber = borders_of(cuts[-1].document["rules"])[:2]
    return YearLine(
        key="course",
        title=f"Cumplimiento del plan, de enero a cada mes de {year} que se ha cerrado",
        description="Cada número está en la lista.",
        points=tuple(points),
        years=(str(year), ""),
        borders=(amber, green),
    )


def _method(cut: Cut) -> bytes:
    page = _page(
        cut,
        METHOD,
        "Cómo se mide",
        "Qué es el porcentaje, el Indicador Global, el cumplimiento y el semáforo, con un ejemplo real.",
        Crumb("Inicio", HOME),
        Crumb("Cómo se mide", METHOD),
    )
    green, amber, over = (percent_text(str(one), ()).removesuffix(" %").removesuffix(".00") for one in cut.borders)
    return draw(
        "method.html",
        page,
        **_around(cut),
        example=example_of(cut),
        green=green,
        amber=amber,
        over=over,
        descending_enters=cut.document["rules"]["descending_enters_as"],
    )


def _not_found(cut: Cut) -> bytes:
    """Shown at any depth: its links begin at the top of where the folder is read."""
    base = urlsplit(cut.address).path
    page = _page(cut, NOT_FOUND, "Esa página no existe", "La dirección no lleva a nada de lo publicado.")
    return draw("not_found.html", page, **{**_around(cut), "link": lambda target: base + target})
