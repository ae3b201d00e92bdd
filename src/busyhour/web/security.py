"""Who asks: the key in its three places, and how often its company may."""

from dataclasses import dataclass

from fastapi import Request

from busyhour.errors import RateLimited, Unauthorized
from busyhour.metrics import LIMITED
from busyhour.store.access import Access, Limit
from busyhour.web.counting import note_company

__all__ = ["Gate", "Limits", "key_of"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a company."""

    post: Limit
    get: Limit
    second: Limit


@dataclass(frozen=True, slots=True)
class Gate:
    """Lets a request in for the company of its key."""

    access: Access
    limits: Limits

    def enter(self, request: Request) -> str:
        """The company's id; raises Unauthorized, RateLimited. Every request with a known key counts."""
        company_id = self.access.company_of(key_of(request))
        note_company(request.scope, company_id)
        limits = self.limits
        for limit in (limits.second, limits.post if request.method == "POST" else limits.get):
            self._count(company_id, limit)
        return company_id

    def _count(self, company_id: str, limit: Limit) -> None:
        try:
            self.access.count(company_id, limit, self.access.real_now())
        except RateLimited:
            LIMITED.labels(limit.name).inc()
            raise


def key_of(request: Request) -> str:
    """The key that a request brings, in whichever place; raises Unauthorized."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    found = (
        bearer.strip() if scheme.lower() == "bearer" else "",
        request.headers.get("x-api-key", "").strip(),
        request.query_params.get("apikey", "").strip(),
    )
    key = next((key for key in found if key), None)
    if key is None:
        raise Unauthorized("No API key: send it as 'Authorization: Bearer KEY', as X-API-Key, or as ?apikey=KEY.")
    return key
