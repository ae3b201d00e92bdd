"""Download links: unguessable, signed, good for as long as the result is."""

from dataclasses import dataclass

from fastapi import Request
from itsdangerous import BadData, URLSafeTimedSerializer

from busyhour.domain.periods import Tier
from busyhour.domain.requests import LIFE
from busyhour.store.requests import Stored

__all__ = ["Links", "Signer"]


class Signer:
    """Signs and reads the tokens in download links, by the real clock."""

    def __init__(self, secret: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret, salt="download")

    def sign(self, company_id: str, request_id: str, tier: Tier) -> str:
        """A token that opens one result of one company."""
        return str(self._serializer.dumps([company_id, request_id, tier.value]))

    def read(self, token: str) -> tuple[str, str] | None:
        """Company and request of a token; None for one that is forged, damaged or too old."""
        try:
            company_id, request_id, tier = self._serializer.loads(token)
            self._serializer.loads(token, max_age=int(LIFE[Tier(tier)].total_seconds()))
        except (BadData, ValueError, TypeError):
            return None
        return company_id, request_id


@dataclass(frozen=True, slots=True)
class Links:
    """Links to results, as whoever asks can reach this server."""

    signer: Signer
    public_url: str | None

    def base(self, request: Request) -> str:
        """What our links begin with, without a slash at the end."""
        return (self.public_url or str(request.base_url)).rstrip("/")

    def of(self, request: Request, stored: Stored) -> str:
        """The link to a finished result."""
        token = self.signer.sign(stored.company_id, stored.id, stored.request.tier)
        return f"{self.base(request)}/downloads/{token}.csv"
