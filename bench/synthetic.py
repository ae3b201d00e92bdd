"""Synthetic legs straight into a `calls` table: as many as wanted, over as many days, at little cost."""

from pathlib import Path

import pyarrow as pa

from busyhour.engine.duckdb import DuckDBEngine
from busyhour.store.folder_storage import FolderStorage
from busyhour.tables.lake import Lake
from busyhour.tables.schema import CALLS

__all__ = ["LAST_DAY", "make_calls"]

LAST_DAY = 20_788
"""2026-12-01, the day after the last one that has calls."""

_DAYS_AT_ONCE = 7

_SQL = """
WITH seeded AS (
  SELECT day, n, CAST(hash(day * 1000003 + n) >> 2 AS BIGINT) AS h,
    CAST(hash(day * 7 + n // 2) >> 2 AS BIGINT) AS g
  FROM range($first, $last) AS days(day), range($legs) AS legs(n)
),
shaped AS (
  SELECT *,
    n % 2 = 1 AS agent,
    (day * 86400 + 25200 + (g % 43200)) * 1000000 + (h % 1000000) AS started,
    (h >> 8) % 100 AS luck,
    ((h >> 16) % 90 + 5) * 1000000 AS waited,
    ((h >> 24) % 600 + 10) * 1000000 AS talked
  FROM seeded
)
SELECT
  DATE '1970-01-01' + CAST(day AS INTEGER) AS day,
  make_timestamptz(started) AS date_started,
  CAST(5000000000000000 + day * 1000000 + n AS VARCHAR) AS call_id,
  CASE WHEN luck < 70 THEN 'incoming' WHEN luck < 80 THEN 'missed' WHEN luck < 88 THEN 'abandoned' ELSE 'outgoing' END
    AS category,
  CASE WHEN luck < 88 THEN 'inbound' ELSE 'outbound' END AS direction,
  '+1555' || CAST(1000000 + h % 9000000 AS VARCHAR) AS external_number,
  '+1555' || CAST(2000000 + g % 40 AS VARCHAR) AS internal_number,
  CASE WHEN NOT agent THEN make_timestamptz(started + waited) END AS date_first_rang,
  CASE WHEN NOT agent AND luck % 2 = 0 THEN make_timestamptz(started + 1000000) END AS date_queued,
  CASE WHEN agent THEN make_timestamptz(started) END AS date_rang,
  CASE WHEN luck < 70 OR luck >= 88 THEN make_timestamptz(started + waited) END AS date_connected,
  make_timestamptz(started + waited + talked) AS date_ended,
  CASE WHEN agent THEN CAST(6000000000000000 + h % 500 AS VARCHAR) ELSE CAST(7000000000000000 + g % 40 AS VARCHAR) END
    AS target_id,
  CASE WHEN agent THEN 'UserProfile' ELSE 'CallCenter' END AS target_kind,
  CASE WHEN agent THEN 'user' ELSE 'call_center' END AS target_type,
  CASE WHEN agent THEN 'Agent ' || (h % 500) ELSE 'Center ' || (g % 40) END AS name,
  CASE WHEN agent THEN 'agent' || (h % 500) || '@example.com' END AS email,
  luck % 3 = 0 AS was_recorded,
  CASE WHEN agent THEN CAST(5000000000000000 + day * 1000000 + n - 1 AS VARCHAR) END AS entry_point_call_id,
  CASE WHEN agent THEN CAST(7000000000000000 + g % 40 AS VARCHAR) END AS entry_point_target_id,
  CASE WHEN agent THEN 'CallCenter' END AS entry_point_target_kind,
  NULL AS proxy_target_id,
  luck = 75 AS voicemail,
  NULL AS transferred_to, NULL AS transferred_to_contact_id, NULL AS transferred_from_target_id,
  CAST(8000000000000000 + g % 5 AS VARCHAR) AS office_id,
  CASE WHEN agent THEN CASE WHEN luck % 2 = 0 THEN 'desktop_app' ELSE 'desk_phone' END END AS device,
  NULL AS salesforce_activity_id,
  'open' AS availability,
  NULL AS callback_type, NULL AS callback_id,
  CAST(5000000000000000 + day * 1000000 + n - n % 2 AS VARCHAR) AS master_call_id,
  NULL AS date_callback_connected, NULL AS date_callback_ended, NULL AS date_anonymized,
  CASE WHEN luck < 70 THEN 'answered,human_agent,inbound' WHEN luck < 80 THEN 'inbound,missed,ring_no_answer,unanswered'
    WHEN luck < 88 THEN 'abandoned,inbound,unanswered' ELSE 'human_agent,outbound,outbound_connected,user_initiated' END
    AS categories,
  waited AS ringing_us, 1 AS ringing_occurrences,
  CASE WHEN luck < 20 THEN talked // 10 ELSE 0 END AS hold_us,
  CASE WHEN luck < 20 THEN 1 ELSE 0 END AS hold_occurrences,
  CASE WHEN luck < 70 OR luck >= 88 THEN talked ELSE 0 END AS talk_us,
  CASE WHEN NOT agent AND luck % 2 = 0 THEN waited ELSE 0 END AS queued_us,
  CASE WHEN NOT agent AND luck % 2 = 0 THEN 1 ELSE 0 END AS queued_occurrences,
  CASE WHEN agent AND luck < 70 THEN 15000000 ELSE 0 END AS wrapup_us,
  CASE WHEN agent THEN 'operator' END AS participant_type,
  NULL AS percent_ai_talk_time, NULL AS percent_ai_listen_time, NULL AS percent_ai_silent_time,
  NULL AS campaign_id,
  FALSE AS is_internal,
  FALSE AS mended
FROM shaped
ORDER BY day, started, call_id
"""


def make_calls(root: Path, legs: int, days: int) -> Lake:
    """About so many legs, evenly over so many days up to LAST_DAY, in the files that a refresh would write."""
    storage = FolderStorage(root)
    lake = Lake(storage)
    engine = DuckDBEngine("4GB", 2, root / "spill", storage)
    for first in range(LAST_DAY - days, LAST_DAY, _DAYS_AT_ONCE):
        last = min(first + _DAYS_AT_ONCE, LAST_DAY)
        rows: pa.Table = engine.query(_SQL, {"first": first, "last": last, "legs": legs // days}, {})
        lake.append("calls", rows.cast(CALLS))
    return lake
