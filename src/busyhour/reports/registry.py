"""Every report form there is."""

from collections.abc import Sequence

from busyhour.domain.dimensions import Dimension
from busyhour.domain.directory import Kind
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
    things_dimensions,
    voicemails,
)
from busyhour.reports.model import Column, Form, Shape

__all__ = ["DIMENSIONS", "FORMS", "columns_of", "form_of"]

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
    for form in (*calls_dimensions.FORMS, *onduty_dimensions.FORMS, *things_dimensions.FORMS)
    if form.by is not None
}
"""Our own forms, all of them stats."""


def form_of(request: Request) -> Form:
    """The form of a request; raises BadRequest where there is none."""
    if request.by is not None:
        return _by_dimension(request, request.by)
    form = FORMS.get((request.stat_type, request.export_type, request.group_by))
    if form is None:
        raise BadRequest(f"export_type: got {request.export_type!r}; {request.stat_type} has no such report.")
    return form


def columns_of(request: Request) -> Sequence[Column]:
    """The columns of a request's form, which for a call center may be others."""
    form, scope = form_of(request), request.scope
    of_center = scope.target is not None and scope.target.kind is Kind.CALL_CENTER
    return form.center_columns if of_center and form.center_columns else form.columns


def _by_dimension(request: Request, by: Dimension) -> Form:
    form, target = DIMENSIONS.get((request.stat_type, by)), request.scope.target
    if form is None:
        accepted = ", ".join(known.value for of_type, known in DIMENSIONS if of_type == request.stat_type)
        raise BadRequest(f"by: got {by.value!r}; accepted for {request.stat_type}: {accepted or 'nothing'}.")
    if form.export_type != request.export_type:
        raise BadRequest(f"export_type: got {request.export_type!r}; accepted with by: {form.export_type}.")
    if form.shape is Shape.BY_GROUP and target is not None and target.kind is not Kind.OFFICE:
        raise BadRequest(f"by: got {by.value!r} of a {target.kind.asked}; accepted with it: no target, or an office.")
    return form
