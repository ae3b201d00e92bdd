"""Which entry a name means: found by id, email or name, and given a lasting id where it is new."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from busyhour.domain.directory import PERSON_KINDS, Entry, Kind, derived_id
from busyhour.domain.drafts import Draft, Reference

__all__ = ["Known", "new_ids"]


class Known:
    """Entries by everything that they can be named by."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by: dict[tuple[Kind, str, str], list[Entry]] = defaultdict(list)
        for entry in entries:
            self._by[entry.kind, "id", entry.id].append(entry)
            if entry.email:
                self._by[entry.kind, "email", entry.email.casefold()].append(entry)
            if entry.name:
                self._by[entry.kind, "name", entry.name].append(entry)

    def find(self, reference: Reference) -> list[Entry]:
        """Whom a reference can mean: an id is looked for first, then an email, then a name."""
        for way, text in (("id", reference.text), ("email", reference.text.casefold()), ("name", reference.text)):
            found = [entry for kind in reference.kinds for entry in self._by.get((kind, way, text), ())]
            if found:
                return found
        return []

    def get(self, kind: Kind, entry_id: str) -> Entry | None:
        """The entry of just that id."""
        return next(iter(self._by.get((kind, "id", entry_id), ())), None)

    def same(self, draft: Draft, office_id: str | None) -> list[Entry]:
        """The entries that a draft without an id can mean.

        Somebody is the same person in whatever office; a group of another office is another group.
        """
        if draft.email:
            by_email = self._by.get((draft.kind, "email", draft.email.casefold()))
            if by_email:
                return by_email
        named = self._by.get((draft.kind, "name", draft.name or ""), [])
        if draft.kind in PERSON_KINDS:
            return [entry for entry in named if not (draft.email and entry.email)]
        if draft.kind is Kind.OFFICE:
            return named
        here = [entry for entry in named if entry.office_id == office_id]
        return here or [entry for entry in named if entry.office_id is None]


def new_ids(drafts: Sequence[Draft], company: str, known: Known) -> dict[Draft, str]:
    """Ids for drafts that mean no known entry: from their names alone, so that they are the same everywhere.

    Where a name stands for several entries, the office's name makes the difference.
    """
    times = Counter((draft.kind, _told(draft)) for draft in drafts)
    ids: dict[Draft, str] = {}
    for draft in drafts:
        plain = derived_id(company, draft.kind.asked, _told(draft))
        is_taken = times[draft.kind, _told(draft)] > 1 or known.get(draft.kind, plain) is not None
        ids[draft] = derived_id(company, draft.kind.asked, _office(draft), _told(draft)) if is_taken else plain
    return ids


def _told(draft: Draft) -> str:
    return draft.email or draft.name or ""


def _office(draft: Draft) -> str:
    if isinstance(draft.office, Draft):
        return draft.office.name or draft.office.id or ""
    return draft.office.text if draft.office else ""
