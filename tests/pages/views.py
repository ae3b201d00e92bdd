"""The days that the tests of pages look at, in the words of the page and of the API."""

from pages.demo import ZONE

VIEW = {"from": "2026-03-04", "to": "2026-03-10", "timezone": ZONE}
"""The seven days before the demo's now."""
FIELDS = {"days_ago_start": 1, "days_ago_end": 7, "timezone": ZONE}
OPTIONS = ("--days-ago-start", "1", "--days-ago-end", "7")
