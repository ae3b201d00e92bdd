"""Pages for people: made from templates, whole in themselves, with no request to anywhere else."""

from functools import cache

from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader

from busyhour.reports.dictionary import pages

__all__ = ["dictionary"]

_TEMPLATES = Environment(loader=PackageLoader("busyhour.web"), autoescape=True)
_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}


def dictionary() -> Response:
    """GET /dictionary: every column explained."""
    return HTMLResponse(_dictionary(), headers=_POLICY)


@cache
def _dictionary() -> str:
    return _TEMPLATES.get_template("dictionary.html").render(pages=pages())
