"""Reading again what is held in quarantine: with this version's eyes, and the secrets of today."""

from busyhour.sources.signed import BadSignature, claims
from busyhour.sources.values import NotUnderstood
from busyhour.store.arrivals import webhook_door
from busyhour.store.quarantine import Held
from busyhour.tables.sorting import understood
from busyhour.tables.staging import stage_events
from busyhour.wiring import House

__all__ = ["reread"]


def reread(house: House, held: Held) -> bool:
    """Whether a body is understood now; then its events are in the inbox, and it is held no more."""
    try:
        events = understood(_opened(house, held))
    except NotUnderstood as error:
        house.quarantine.explain(held.id, error.reason, error.came)
        return False
    stage_events(events, held.company_id, house.inbox, is_live=True)
    house.quarantine.drop(held.company_id, held.id)
    return True


def _opened(house: House, held: Held) -> bytes:
    """The body; what came signed to an endpoint that had no secret is opened with the one that it has now."""
    for endpoint in house.endpoints.all(held.company_id):
        if webhook_door(endpoint.name) == held.door and endpoint.secrets:
            try:
                return claims(held.body, endpoint.secrets)
            except BadSignature:
                return held.body
    return held.body
