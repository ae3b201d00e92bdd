"""Every report form there is."""

from busyhour.domain.dimensions import Dimension
from busyhour.domain.requests import Request
from busyhour.errors import BadRequest
from busyhour.reports import (
    calls_dimensions,
    calls_records,
    calls_stats,
    csat,
    dispositions,
    onduty,
    onduty_dimensions,
    recordings,
    screenshare,
    texts,
    voicemails,
)
from busyhour.reports.model import Form

__all__ = ["DIMENSIONS", "FORMS", "form_of"]

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
"""What a client of the API can ask for."""

DIMENSIONS: dict[tuple[str, Dimension], Form] = {
    (form.stat_type, form.by): form
    for form in (*calls_dimensions.FORMS, *onduty_dimensions.FORMS)
    if form.by is not None
}
"""Our own forms, all of them stats."""


def form_of(request: Request) -> Form:
    """The form of a request; raises BadRequest where there is none."""
    if request.by is not None:
        return _by_dimension(request.stat_type, request.export_type, request.by)
    form = FORMS.get((request.stat_type, request.export_type, request.group_by))
    if form is None:
        raise BadRequest(f"export_type: got {request.export_type!r}; {request.stat_type} has no such report.")
    return form


def _by_dimension(stat_type: str, export_type: str, by: Dimension) -> Form:
    form = DIMENSIONS.get((stat_type, by))
    if form is None:
        accepted = ", ".join(known.value for of_type, known in DIMENSIONS if of_type == stat_type)
        raise BadRequest(f"by: got {by.value!r}; accepted for {stat_type}: {accepted or 'nothing'}.")
    if form.export_type != export_type:
        raise BadRequest(f"export_type: got {export_type!r}; accepted with by: {form.export_type}.")
    return form
