"""Download links: unguessable, signed, good for as long as the result is."""

from itsdangerous import BadData, URLSafeTimedSerializer

from busyhour.domain.periods import Tier
from busyhour.domain.requests import LIFE

__all__ = ["Signer"]


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
