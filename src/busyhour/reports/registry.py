"""Every report form there is."""

from busyhour.domain.requests import Request
from busyhour.errors import BadRequest
from busyhour.reports import calls_records, calls_stats
from busyhour.reports.model import Form

__all__ = ["FORMS", "form_of"]

FORMS = {(form.stat_type, form.export_type, form.group_by): form for form in (calls_records.FORM, *calls_stats.FORMS)}


def form_of(request: Request) -> Form:
    """The form of a request; raises BadRequest where this version has none."""
    form = FORMS.get((request.stat_type, request.export_type, request.group_by))
    if form is None:
        served = ", ".join(sorted({stat_type for stat_type, _, _ in FORMS}))
        raise BadRequest(f"stat_type: got {request.stat_type!r}; this version serves: {served}.")
    return form
