"""What happens at a company that is made up for a proof: as many events as anybody wants, each told once.

Everything of a number follows from that number, so that two companies of one name would tell the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

Said = dict[str, Any]

DAY_MS = 86_400_000
_MOST_NUMBERS = 1_000_000
_STATUSES = ("available", "busy", "available", "unavailable")


@dataclass(frozen=True)
class Company:
    """A company by its place among the others; `today` in ms is when its present day began (UTC)."""

    place: int
    name: str
    today: int

    @property
    def office(self) -> int:
        return self.place * 1000 + 1

    def center(self, number: int) -> Said:
        """One of its call centers."""
        return self._party("call_center", 100 + number % 3, f"Center {number % 3}")

    def user(self, number: int) -> Said:
        """One of its people."""
        return self._party("user", 200 + number % 7, f"Person {number % 7}")

    def _party(self, kind: str, number: int, name: str) -> Said:
        return {"id": self.place * 1000 + number, "type": kind, "name": name, "office_id": self.office}

    def live(self, number: int) -> list[Said]:
        """What happens at a number's moment of today or of the two days before."""
        return list(self._told(Random(f"{self.name} {number}"), number, days=range(3)))

    def history(self, number: int) -> list[Said]:
        """Two legs of a call of days long before those, each by its last event alone."""
        rng = Random(f"{self.name} history {number}")
        events = list(self._call(rng, _MOST_NUMBERS + number, self._start(rng, number, range(4, 15))))
        last = {event["call_id"]: event for event in events if event["state"] == "hangup"}
        return list(last.values())

    def _start(self, rng: Random, number: int, days: range) -> int:
        # The milliseconds are the number's own: no two changes of a status are at one moment.
        within = rng.randrange(5 * 3600, 11 * 3600) * 1000
        return self.today - rng.choice(days) * DAY_MS + within // _MOST_NUMBERS * _MOST_NUMBERS + number % _MOST_NUMBERS

    def _told(self, rng: Random, number: int, days: range) -> Iterator[Said]:
        start = self._start(rng, number, days)
        match number % 8:
            case 0:
                yield from self._text(number, start)
            case 1:
                yield self._duty(rng, number, start)
            case 2:
                yield from self._own(rng, number, start)
            case _:
                yield from self._call(rng, number, start)

    def _call(self, rng: Random, number: int, start: int) -> Iterator[Said]:
        """A call to a center that a person takes: some never end, some turn out to have begun a day before."""
        group, agent = number * 10, number * 10 + 1
        rang, ended = start + rng.randrange(2_000, 20_000), start + rng.randrange(60_000, 600_000)
        answered = rang + rng.randrange(1_000, 15_000)
        center = {"target": self.center(number), "direction": "inbound", "external_number": f"+1555{number:07}"}
        queue = {"call_id": group, "date_started": start, "date_queued": start + 500} | center
        yield queue | _at("queued", start + 500)
        yield queue | _at("connected", answered) | {"date_connected": answered}
        leg = {"call_id": agent, "entry_point_call_id": group, "entry_point_target": self.center(number)}
        leg |= {"target": self.user(number // 3), "direction": "inbound", "external_number": f"+1555{number:07}"}
        taken = leg | {"date_started": rang, "date_rang": rang}
        yield taken | _at("ringing", rang)
        if number % 11 == 0:
            # The first word on when the leg began was wrong by a day: it lies under two days from now on.
            yield taken | _at("calling", rang - 1) | {"date_started": rang - DAY_MS}
        yield taken | _at("connected", answered) | {"date_connected": answered}
        if number % 13 != 0:
            yield queue | _at("hangup", ended) | {"date_connected": answered, "date_ended": ended}
            yield taken | _at("hangup", ended) | {"date_connected": answered, "date_ended": ended}
        # This one says nothing of when the leg began: it waits until another does.
        yield leg | _at("postcall", ended + 7_000)

    def _text(self, number: int, at: int) -> Iterator[Said]:
        text = {"id": number, "created_date": at, "direction": "outbound", "target": self.user(number), "mms": False}
        text |= {"from_number": "+15550000001", "to_number": ["+15550000002"], "text": 'So, "hello"\nto you'}
        yield text | {"event_timestamp": at, "message_status": "pending"}
        yield text | {"event_timestamp": at + 900, "message_status": "sent"}

    def _duty(self, rng: Random, number: int, at: int) -> Said:
        center = self.center(rng.randrange(3))["id"]
        return {
            "target": self.user(number), "on_duty_status": rng.choice(_STATUSES), "call_center_ids": [str(center)],
            "date": at, "event_timestamp": at,
        }  # fmt: skip

    def _own(self, rng: Random, number: int, at: int) -> Iterator[Said]:
        about = {"call_id": number, "target": self.center(number), "operator": self.user(number), "date": at}
        score = {"answer_id": number, "question": "Well, were you content?", "response": str(rng.randrange(1, 6))}
        yield {"event": "csat", "event_timestamp": at} | about | score
        note = 'said "yes", then "no";\nthen left'
        yield {"event": "disposition", "event_timestamp": at + 1, "disposition": "Sold", "note": note} | about


def _at(state: str, moment: int) -> Said:
    return {"state": state, "event_timestamp": moment}
