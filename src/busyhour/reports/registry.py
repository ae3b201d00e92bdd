"""Every report form there is."""

from busyhour.domain.requests import Request
from busyhour.errors import BadRequest
from busyhour.reports import (
    calls_records,
    calls_stats,
    csat,
    dispositions,
    onduty,
    recordings,
    screenshare,
    texts,
    voicemails,
)
from busyhour.reports.model import Form

__all__ = ["FORMS", "form_of"]

FORMS: dict[tuple[str, str, str | None], Form] = {
    (form.stat_type, form.export_type, form.group_by): form
    for form in (
        calls_records.FORM,
        *calls_stats.FORMS,
        *csat.FORMS,
        *dispositions.FORMS,
        *onduty.FORMS,
        *recordings.FORMS,
        *screenshare.FORMS,
        *texts.FORMS,
        *voicemails.FORMS,
    )
}


def form_of(request: Request) -> Form:
    """The form of a request; raises BadRequest where there is none."""
    form = FORMS.get((request.stat_type, request.export_type, request.group_by))
    if form is None:
        raise BadRequest(f"export_type: got {request.export_type!r}; {request.stat_type} has no such report.")
    return form
