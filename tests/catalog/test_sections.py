"""Every page of the catalogue stands in one of its sections, which its tabs mark."""

from catalog.navigation import SECTIONS
from catalog.urls import urlpatterns

FILES = {"export", "import_errors", "record_before", "record_file", "targets_file", "template", "year_compare_file"}
# They take a form and lead on, or answer with part of a page.
NO_PAGES = {"branch", "mail_act", "node_move", "person_invite", "person_unlock", "rule_change_seen"}


def test_every_page_stands_in_one_section() -> None:
    within = [name for section in SECTIONS for name in (section.view, *section.within)]
    assert len(within) == len(set(within))
    assert {pattern.name for pattern in urlpatterns} - FILES - NO_PAGES == set(within)
