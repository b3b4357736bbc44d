"""What is printed: the report of a quarter or month, a programme's ficha, the mayor's card."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.access import NOBODY
from accounts.http import access_of
from accounts.mail_waiting import no_worker
from core.asked import read_whole
from core.downloads import JSON, as_file, inline_pdf
from core.moments import stamp_text
from core.pages import declared_here
from core.pdf import render_pdf
from indicators import calculations
from indicators.models import month_name
from indicators.results.year import OFFICIAL
from programs.models import Program
from reports import words
from reports.acts.reading import acts_of_plan
from reports.acts.words import plan_notes
from reports.address.cutoff import Choice, Cut, WrongAddress, month_before, read_cut
from reports.address.tabs import kept, tabs
from reports.fingerprint import sealed_numbers
from reports.http import for_any_year, for_readers, not_in_year, table_file
from reports.models import PreparedPaper
from reports.papers import preparing
from reports.papers.card import ORDER, card_data
from reports.papers.card import card as make_card
from reports.papers.card_paper import paper_lines
from reports.papers.card_table import card_table
from reports.papers.ficha import ficha_data
from reports.papers.report import MONTH, QUARTER, ROLES, Span, ends_quarter

SIGNER_LIMIT = 200
LOOKED_AGAIN = 3  # seconds
FIGURES, TODAYS = "cifras", "hoy"  # of a closed month, where they are asked for
SIGNERS = ("elaboro", "reviso", "autorizo")


@for_any_year
def report(request: HttpRequest, year: int) -> HttpResponse:
    """Where one chooses the report's cut-off, scope and kind, and downloads it."""
    cut = read_cut(request, year)
    kinds = [(MONTH, f"Mensual: {month_name(cut.month)}")]
    if ends_quarter(cut.month):
        kinds.insert(0, (QUARTER, f"Trimestral: {month_name(cut.month - 2)} a {month_name(cut.month)}"))
    context = {
        "cut": cut, "tabs": tabs(cut, declared_here(request).tab), "kept": kept(cut),
        "kinds": kinds, "signers": list(zip(SIGNERS, ROLES, strict=True)), "limit": str(SIGNER_LIMIT),
        "pdf_url": reverse("reports:report_pdf", args=[year]),
        "figures": FIGURES, "todays": TODAYS,
        "numbers_url": reverse("reports:report_numbers", args=[year]), "quarter": ends_quarter(cut.month),
    }  # fmt: skip
    return render(request, "reports/papers/report.html", context)


@for_readers
def report_pdf(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    if cut.published and cut.scope == OFFICIAL and request.GET.get(FIGURES) != TODAYS:
        # The report of a closed month is printed from its closing.
        return redirect("publishing:known_report", year, cut.month, cut.published.version)
    span = _span(request.GET, cut)
    signers = [request.GET.get(name, "").strip() for name in SIGNERS]
    if any(len(name) > SIGNER_LIMIT for name in signers):
        raise WrongAddress(
            f"El nombre de quien firma es demasiado largo: caben {SIGNER_LIMIT} letras.",
            [("Elegir el informe otra vez", reverse("reports:report", args=[year]) + cut.query)],
        )
    name = f"informe-{span.kind}-{year}-{cut.month:02d}-{cut.scope_slug}.pdf"
    now, today = timezone.now(), timezone.localdate()
    if not preparing.by_worker():
        return inline_pdf(preparing.make_report(cut, span, signers, on=today, now=now), name)
    wanted = preparing.Wanted.of(cut, span, signers, today)
    waits_for = read_whole(request.GET.get("preparado", ""), digits=18)
    paper = preparing.asked_before(waits_for, wanted, now=now) if waits_for is not None else None
    paper = paper or preparing.ask(wanted, now=now)
    if paper.content is not None:
        return inline_pdf(bytes(paper.content), name)
    return _wait_for(request, paper, cut)


def _wait_for(request: HttpRequest, paper: PreparedPaper, cut: Cut) -> HttpResponse:
    """A page that looks again by itself, without a script, until the worker has made the paper."""
    query = request.GET.copy()
    query["preparado"] = str(paper.pk)
    asked = f"{request.path}?{query.urlencode()}"
    query.pop("preparado")
    context = {
        "cut": cut, "tabs": tabs(cut, declared_here(request).tab), "kept": kept(cut),
        "failed": paper.failed, "url": asked,
        "again": f"{request.path}?{query.urlencode()}", "ahead": preparing.ahead_of(paper),
        "choose": reverse("reports:report", args=[cut.fiscal_year.year]) + cut.query,
        "late": no_worker(timezone.now()),
    }  # fmt: skip
    status = 503 if paper.failed else 202
    response = render(request, "reports/papers/preparing.html", context, status=status)
    if not paper.failed:
        response["Refresh"] = f"{LOOKED_AGAIN}; url={asked}"
    return response


@for_readers
def report_numbers(request: HttpRequest, year: int) -> HttpResponse:
    """The numbers whose SHA-256 the report carries."""
    cut = read_cut(request, year)
    span = _span(request.GET, cut)
    return _numbers(sealed_numbers(cut, span.since), f"informe-{span.kind}", cut)


def _span(query: QueryDict, cut: Cut) -> Span:
    """``periodo``: trimestre or mes; by default the quarter where the cut-off ends one."""
    kind = query.get("periodo") or (QUARTER if ends_quarter(cut.month) else MONTH)
    here = reverse("reports:report", args=[cut.fiscal_year.year])
    if kind not in (QUARTER, MONTH):
        raise WrongAddress(
            f"No existe el periodo «{kind[:40]}»: es trimestre o mes.", [("Elegir el informe", here + cut.query)]
        )
    if kind == QUARTER and not ends_quarter(cut.month):
        ends = [month for month in calculations.MONTHS if ends_quarter(month)]
        raise WrongAddress(
            f"{month_name(cut.month).capitalize()} no cierra un trimestre: son marzo, junio, septiembre y diciembre.",
            [(words.span(month).capitalize(), f"{here}?mes={month}&alcance={cut.scope_slug}") for month in ends],
        )
    return Span(kind, cut.month)


@for_readers
def ficha_pdf(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    data = ficha_data(cut, code, on=timezone.localdate())
    if data is None:
        raise not_in_year(f"El ejercicio {year} no tiene el programa «{code}».", cut)
    program = data["program"]
    title = f"{program['code']} {program['name']}, {cut.label}"
    content = render_pdf("ficha.typ", data, created=timezone.now(), title=title)
    return inline_pdf(content, f"ficha-{code}-{year}-{cut.month:02d}-{cut.scope_slug}.pdf")


@for_readers
def ficha_numbers(request: HttpRequest, year: int, code: str) -> HttpResponse:
    cut = read_cut(request, year)
    programs = Program.objects.filter(fiscal_year=cut.fiscal_year, code=code)
    if not programs.exists():
        raise not_in_year(f"El ejercicio {year} no tiene el programa «{code}».", cut)
    return _numbers(sealed_numbers(cut, programs=programs), f"ficha-{code}", cut)


@for_any_year
def card(request: HttpRequest, year: int) -> HttpResponse:
    """The mayor's card as a page."""
    cut = read_cut(request, year)
    since = _since(request.GET, request.path, cut)
    acts = acts_of_plan(cut)
    made = make_card(cut, since, on=timezone.localdate(), acts=acts)
    query = f"{cut.query}&desde={since}"
    notes = plan_notes(acts, cut, access_of(request), made.results)
    context = {
        "notes": notes,
        "cut": cut, "tabs": tabs(cut, declared_here(request).tab), "kept": kept(cut),
        "card": made, "paper_lines": str(paper_lines(made)), "order": ORDER,
        "earlier_choices": _earlier_choices(cut, since),
        "printed": stamp_text(timezone.now()),
        "pdf_url": reverse("reports:card_pdf", args=[year]) + query,
        "numbers_url": reverse("reports:card_numbers", args=[year]) + query,
        "xlsx_url": reverse("reports:card_file", kwargs={"year": year, "form": "xlsx"}) + query,
        "csv_url": reverse("reports:card_file", kwargs={"year": year, "form": "csv"}) + query,
    }  # fmt: skip
    return render(request, "reports/papers/card.html", context)


@for_readers
def card_file(request: HttpRequest, year: int, form: str) -> HttpResponse:
    cut = read_cut(request, year)
    made = card_table(cut, _since(request.GET, request.path, cut), on=timezone.localdate())
    return table_file(made, cut, form)


@for_readers
def card_pdf(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    acts = acts_of_plan(cut)
    made = make_card(cut, _since(request.GET, request.path, cut), on=timezone.localdate(), acts=acts)
    title = f"Tarjeta, {cut.label}"
    notes = plan_notes(acts, cut, NOBODY, made.results)  # a paper is handed on
    content = render_pdf("tarjeta.typ", card_data(cut, made, notes), created=timezone.now(), title=title)
    return inline_pdf(content, f"tarjeta-{year}-{cut.month:02d}-{cut.scope_slug}.pdf")


@for_readers
def card_numbers(request: HttpRequest, year: int) -> HttpResponse:
    cut = read_cut(request, year)
    return _numbers(sealed_numbers(cut, _since(request.GET, request.path, cut)), "tarjeta", cut)


def _since(query: QueryDict, path: str, cut: Cut) -> int:
    """``desde``: the earlier cut-off; by default the month before. 0: there is none."""
    typed = query.get("desde") or ""
    if not typed:
        return month_before(cut.month)
    since = read_whole(typed, digits=2)
    if since is None or not 0 <= since < cut.month or (since == 0 and cut.month > 1):
        raise WrongAddress(
            f"«{typed[:40]}» no es un corte anterior a {words.span(cut.month)}.",
            [(words.span(month).capitalize(), f"{path}{cut.query}&desde={month}") for month in range(1, cut.month)],
        )
    return since


def _earlier_choices(cut: Cut, since: int) -> list[Choice]:
    return [
        Choice(str(month), words.span(month).capitalize(), month == since)
        for month in calculations.MONTHS
        if month < cut.month
    ]


def _numbers(content: bytes, name: str, cut: Cut) -> HttpResponse:
    return as_file(content, f"{name}-{cut.year}-{cut.month:02d}-{cut.scope_slug}.json", JSON)
