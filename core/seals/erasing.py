"""Erasing what the trail says about a person, where the law asks for it: the words go, and every seal still holds."""

import re
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import connections, router, transaction

from core.database_rules import trail_lifted
from core.models import SealedWords, TrailEntry
from core.seals.chain import COLUMNS
from core.seals.sealing import hold_sealers, seal_trail
from core.seals.words import ERASED, text_at, with_texts


@transaction.atomic
def erase_words(*, names: Collection[str], now: datetime) -> int:
    """Put ``ERASED`` where an entry has one of these names in its words about people; in how many entries.

    A label or a sentence goes whole. What has no seal yet is sealed first. The caller writes the act
    (``verifying.ERASING``) at the same moment, without which the chain counts the words as altered. Only the owner of
    the database's tables may: ProgrammingError for anybody else.
    """
    hold_sealers()
    seal_trail(now=now)
    naming = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in sorted(names, key=len, reverse=True)))
    found: dict[int, list[SealedWords]] = defaultdict(list)
    for words in SealedWords.objects.filter(erased_at=None).select_related("entry").order_by("pk").iterator(2000):
        if naming.search(str(text_at(vars(words.entry), words.place))):
            found[words.entry_id].append(words)
    with trail_lifted(connections[router.db_for_write(TrailEntry)]):
        for key, places in found.items():
            row = TrailEntry.objects.filter(pk=key)
            entry = with_texts(row.values(*COLUMNS).get(), {words.place: ERASED for words in places})
            row.update(**{column: entry[column] for column in ("subject_label", "capacity", "changes")})
            SealedWords.objects.filter(pk__in=[words.pk for words in places]).update(salt="", erased_at=now)
    return len(found)
