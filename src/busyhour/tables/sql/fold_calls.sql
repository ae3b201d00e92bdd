-- The fold of call events into legs: the rows of `calls` whose leg started on UTC days $first … $last (days
-- since 1970). It reads the relation events, which holds the events of the days $first-1 … $last+1 and every
-- event of legs that moved between days. It never looks at arrival: equal events in any order give equal rows.
-- Instants are µs since 1970 (us, instant_of: see the prelude); $as_of is the moment of the refresh.
-- MATERIALIZED is what many others read: worked out once, where an engine would do it anew for each.
WITH ranked AS (
  SELECT *, row_number() OVER (PARTITION BY call_id ORDER BY event_timestamp, {state_rank}, hash) AS n
  FROM events
),
-- A newer event wins field by field, objects whole; what is absent never overwrites.
newest AS (
  SELECT
    call_id,
    {newest},
    max(us(event_timestamp)) AS last_event,
    max(CASE WHEN state = 'blocked' THEN 1 ELSE 0 END) AS blocked,
    max(CASE WHEN state = 'voicemail_uploaded' THEN 1 ELSE 0 END) AS voicemail_uploaded,
    min(us(event_timestamp)) FILTER (WHERE state = 'ringing') AS first_ringing,
    max(us(event_timestamp)) FILTER (WHERE state = 'missed') AS missed_at,
    max(us(event_timestamp)) FILTER (WHERE state = 'postcall') AS postcall_at
  FROM ranked
  GROUP BY call_id
),
-- Holds, rings and queues are counted over distinct (leg, state, moment).
moments AS MATERIALIZED (
  SELECT DISTINCT call_id, state, us(event_timestamp) AS moment, {state_rank} AS life
  FROM events
  WHERE state IN ('ringing', 'queued', 'hold')
     OR (state IN ('connected', 'hangup') AND call_id IN (SELECT call_id FROM events WHERE state = 'hold'))
),
occurred AS (
  SELECT
    call_id,
    count(*) FILTER (WHERE state = 'ringing') AS rings,
    count(*) FILTER (WHERE state = 'queued') AS queues,
    count(*) FILTER (WHERE state = 'hold') AS holds
  FROM moments
  GROUP BY call_id
),
-- A hold lasts until the next connected or hangup, else until the leg ends.
talk_moments AS (
  SELECT call_id, state, moment, lead(moment) OVER (PARTITION BY call_id ORDER BY moment, life) AS next_moment
  FROM moments
  WHERE state IN ('hold', 'connected', 'hangup')
),
leg AS MATERIALIZED (
  SELECT
    newest.*,
    us(date_started) AS started,
    us(date_queued) AS queued,
    us(date_connected) AS own_connected,
    us(date_first_rang) AS own_first_rang,
    coalesce(us(date_rang), first_ringing) AS rang,
    date_ended IS NULL AS no_end,
    CASE
      WHEN date_ended IS NOT NULL THEN greatest(us(date_ended), us(date_started), coalesce(us(date_connected), us(date_started)))
      WHEN last_event + 86400000000 <= $as_of THEN greatest(last_event, us(date_started))
    END AS ended,
    coalesce(voicemail, voicemail_uploaded = 1) AS has_voicemail,
    coalesce(target.type IN ('user', 'room'), FALSE) AS is_person,
    utc_day(us(date_started)) AS day_number
  FROM newest
  WHERE date_started IS NOT NULL
    AND utc_day(us(date_started)) BETWEEN $first - 1 AND $last + 1
),
held AS (
  SELECT
    talk_moments.call_id,
    CAST(sum(greatest(0, coalesce(next_moment, leg.ended) - moment)) AS BIGINT) AS hold_us
  FROM talk_moments JOIN leg ON leg.call_id = talk_moments.call_id
  WHERE talk_moments.state = 'hold'
  GROUP BY talk_moments.call_id
),
-- Which group leg rang an agent leg: the one its source names, the one that names it as its operator's, else of
-- the group legs of its call the last that had begun (not the line first dialled), else the entry point itself.
group_leg AS (
  SELECT call_id, started, day_number, operator_call_id, coalesce(master_call_id, call_id) AS master
  FROM leg
  WHERE NOT is_person AND target.id IS NOT NULL
),
candidate AS (
  SELECT a.call_id, g.call_id AS group_leg_id, g.started, a.day_number - g.day_number AS days_apart, 4 AS certainty
  FROM leg a JOIN group_leg g ON g.call_id = a.group_call_id WHERE a.is_person
  UNION ALL
  SELECT a.call_id, g.call_id, g.started, a.day_number - g.day_number, 3
  FROM leg a JOIN group_leg g ON g.operator_call_id = a.call_id WHERE a.is_person
  UNION ALL
  SELECT a.call_id, g.call_id, g.started, a.day_number - g.day_number, 2
  FROM leg a JOIN group_leg g ON g.master = coalesce(a.master_call_id, a.entry_point_call_id)
  WHERE a.is_person AND a.entry_point_call_id IS NOT NULL AND a.group_call_id IS NULL AND g.started <= a.started
  UNION ALL
  SELECT a.call_id, g.call_id, g.started, a.day_number - g.day_number, 1
  FROM leg a JOIN group_leg g ON g.call_id = a.entry_point_call_id
  WHERE a.is_person AND a.group_call_id IS NULL
),
linked AS (
  SELECT call_id, group_leg_id
  FROM (
    SELECT call_id, group_leg_id,
      row_number() OVER (PARTITION BY call_id ORDER BY certainty DESC, started DESC, group_leg_id DESC) AS choice
    FROM candidate
    -- TRICKY: never to a later day. So what a leg links to, and what links to it, lies within a day of it, and a
    -- fold of many days gives what folds of single days give.
    WHERE days_apart BETWEEN 0 AND 1
  ) AS chosen
  WHERE choice = 1
),
-- A person's leg is an agent leg where a group leg rang it, where its entry point was a group, or where it was
-- placed in a group's name (then the group leg is made from it if no event told of one).
person AS (
  SELECT
    leg.*,
    linked.group_leg_id AS linked_id,
    greatest(0, ended - coalesce(own_connected, ended)) AS connected_us,
    coalesce(
      linked.group_leg_id,
      leg.group_call_id,
      CASE WHEN coalesce(entry_point_target.type NOT IN ('user', 'room'), TRUE) THEN nullif(entry_point_call_id, leg.call_id) END,
      CASE WHEN direction = 'outbound' AND proxy_target.type NOT IN ('user', 'room') THEN concat(leg.call_id, '0') END
    ) AS group_leg_id,
    linked.group_leg_id IS NULL AND direction = 'outbound' AND coalesce(proxy_target.type NOT IN ('user', 'room'), FALSE)
      AS wants_group_leg
  FROM leg LEFT JOIN linked ON linked.call_id = leg.call_id
  WHERE is_person
),
person_timed AS MATERIALIZED (
  SELECT
    person.*,
    coalesce(hold_time, held.hold_us, 0) AS hold_us,
    coalesce(hold_occurrences, occurred.holds, 0) AS hold_count,
    coalesce(
      ringing_time,
      CASE WHEN rang IS NOT NULL THEN greatest(0, coalesce(own_connected, ended) - rang) END,
      0
    ) AS ringing_us,
    coalesce(ringing_occurrences, nullif(occurred.rings, 0), CASE WHEN rang IS NOT NULL THEN 1 END, 0) AS ringing_count,
    coalesce(
      talk_time,
      CASE WHEN own_connected IS NOT NULL THEN greatest(0, connected_us - coalesce(hold_time, held.hold_us, 0)) END,
      0
    ) AS talk_us,
    coalesce(wrapup_time, CASE WHEN own_connected IS NOT NULL THEN greatest(0, postcall_at - ended) END, 0) AS wrapup_us
  FROM person
  LEFT JOIN held ON held.call_id = person.call_id
  LEFT JOIN occurred ON occurred.call_id = person.call_id
),
ring AS (
  SELECT linked_id, group_leg_id, call_id, day_number, rang, greatest(rang, coalesce(own_connected, ended)) AS stopped
  FROM person_timed
  WHERE group_leg_id IS NOT NULL AND rang IS NOT NULL AND ended IS NOT NULL
),
ring_after AS (
  SELECT *, max(stopped) OVER (
      PARTITION BY linked_id ORDER BY rang, stopped, call_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS rung_until
  FROM ring
  WHERE linked_id IS NOT NULL
),
-- The time in which at least one agent leg rang, however many rang at once.
rung AS (
  SELECT linked_id, CAST(sum(greatest(0, stopped - greatest(rang, coalesce(rung_until, rang)))) AS BIGINT) AS ringing_us
  FROM ring_after
  GROUP BY linked_id
),
agents AS (
  SELECT
    linked_id,
    count(*) AS legs,
    min(rang) AS first_rang,
    min(own_connected) AS connected,
    CAST(sum(talk_us) AS BIGINT) AS talk_us,
    CAST(sum(hold_us) AS BIGINT) AS hold_us,
    CAST(sum(hold_count) AS BIGINT) AS hold_count,
    CAST(sum(wrapup_us) AS BIGINT) AS wrapup_us
  FROM person_timed
  WHERE linked_id IS NOT NULL AND ended IS NOT NULL
  GROUP BY linked_id
),
-- Declined within a second while the call went on ringing others.
rejected AS (
  SELECT DISTINCT a.call_id
  FROM person_timed a JOIN ring other ON other.group_leg_id = a.group_leg_id AND other.call_id <> a.call_id
  WHERE a.own_connected IS NULL AND a.missed_at - a.rang BETWEEN 0 AND 1000000 AND other.stopped > a.missed_at
    AND other.day_number BETWEEN a.day_number AND a.day_number + 1
),
-- The leg to which this one was passed on: the last that names it, or its target, in transferred_from.
passed AS (
  SELECT origin_id, to_name
  FROM (
    SELECT onwards.*, row_number() OVER (PARTITION BY origin_id ORDER BY started DESC, onward_id DESC) AS choice
    FROM (
      SELECT origin.call_id AS origin_id, onward.call_id AS onward_id, onward.started,
        coalesce(onward.target.name, onward.target.phone, onward.target.id) AS to_name
      FROM leg onward JOIN leg origin ON origin.call_id = onward.transferred_from_call_id
      WHERE abs(onward.day_number - origin.day_number) <= 1
      UNION ALL
      SELECT origin.call_id, onward.call_id, onward.started,
        coalesce(onward.target.name, onward.target.phone, onward.target.id)
      FROM leg onward JOIN leg origin
        ON coalesce(origin.master_call_id, origin.call_id) = coalesce(onward.master_call_id, onward.entry_point_call_id)
        AND origin.target.id = onward.transferred_from.id
      WHERE onward.transferred_from_call_id IS NULL AND origin.call_id <> onward.call_id
        AND origin.started <= onward.started AND abs(onward.day_number - origin.day_number) <= 1
    ) AS onwards
  ) AS ordered
  WHERE choice = 1
),
origins AS (
  SELECT onward.call_id, max(origin.target.id) AS target_id
  FROM leg onward JOIN leg origin ON origin.call_id = onward.transferred_from_call_id
  WHERE abs(onward.day_number - origin.day_number) <= 1
  GROUP BY onward.call_id
),
group_known AS MATERIALIZED (
  SELECT
    leg.call_id,
    leg.date_started, leg.started, leg.queued, leg.rang, leg.ended, leg.no_end, leg.last_event, leg.day_number,
    least(
      coalesce(leg.own_first_rang, agents.first_rang),
      coalesce(agents.first_rang, leg.own_first_rang)
    ) AS first_rang,
    coalesce(leg.own_connected, agents.connected) AS connected,
    leg.direction, leg.external_number, leg.internal_number, leg.target, leg.proxy_target, leg.master_call_id,
    leg.entry_point_target, leg.office_id, leg.is_internal, leg.was_recorded, leg.has_voicemail, leg.availability,
    coalesce(leg.ringing_time, rung.ringing_us, 0) AS ringing_us,
    coalesce(leg.ringing_occurrences, agents.legs, 0) AS ringing_count,
    coalesce(leg.hold_time, agents.hold_us, held.hold_us, 0) AS hold_us,
    coalesce(leg.hold_occurrences, agents.hold_count, occurred.holds, 0) AS hold_count,
    coalesce(
      leg.talk_time,
      agents.talk_us,
      greatest(0, leg.ended - leg.own_connected - coalesce(leg.hold_time, held.hold_us, 0)),
      0
    ) AS talk_us,
    coalesce(leg.wrapup_time, agents.wrapup_us, 0) AS wrapup_us,
    coalesce(occurred.queues, 0) AS queues
  FROM leg
  LEFT JOIN agents ON agents.linked_id = leg.call_id
  LEFT JOIN rung ON rung.linked_id = leg.call_id
  LEFT JOIN held ON held.call_id = leg.call_id
  LEFT JOIN occurred ON occurred.call_id = leg.call_id
  WHERE NOT is_person
),
-- Where only the agent's event of a call in a group's name exists, its group leg is made here.
group_made AS (
  SELECT
    group_leg_id AS call_id,
    date_started, started, CAST(NULL AS BIGINT) AS queued, CAST(NULL AS BIGINT) AS rang, ended, no_end, last_event, day_number,
    CAST(NULL AS BIGINT) AS first_rang,
    own_connected AS connected,
    direction, external_number, internal_number, proxy_target AS target, proxy_target, master_call_id,
    entry_point_target, office_id, is_internal, was_recorded, FALSE AS has_voicemail, availability,
    ringing_us, CAST(1 AS BIGINT) AS ringing_count, hold_us, hold_count, talk_us, wrapup_us, CAST(0 AS BIGINT) AS queues
  FROM (
    SELECT *, lag(day_number) OVER (PARTITION BY group_leg_id ORDER BY started, call_id) AS day_before
    FROM person_timed
    WHERE wants_group_leg
  ) AS maker
  WHERE coalesce(day_number - day_before > 1, TRUE)
    AND NOT EXISTS (
      SELECT 1 FROM leg
      WHERE leg.call_id = maker.group_leg_id AND abs(leg.day_number - maker.day_number) <= 1
    )
),
grouped AS (
  SELECT * FROM group_known UNION ALL SELECT * FROM group_made
),
-- Every leg in one shape, before its outcome is judged.
shaped AS (
  SELECT
    g.call_id, g.started, g.queued, g.rang, g.first_rang, g.connected, g.ended, g.no_end, g.day_number, g.direction,
    g.external_number, g.internal_number, g.target, g.proxy_target, g.master_call_id,
    nullif('', '') AS group_leg_id, g.entry_point_target.id AS group_id, g.entry_point_target.type AS group_type,
    coalesce(CASE WHEN g.target.type = 'office' THEN g.target.id END, g.target.office_id, g.office_id) AS office,
    g.is_internal, g.was_recorded, g.has_voicemail, g.availability,
    g.ringing_us, g.ringing_count, g.hold_us, g.hold_count, g.talk_us, g.wrapup_us, g.queues,
    coalesce(g.first_rang, g.rang) IS NOT NULL AS did_ring
  FROM grouped g
  UNION ALL
  SELECT
    p.call_id, p.started, CASE WHEN p.group_leg_id IS NULL THEN p.queued END, p.rang,
    CASE WHEN p.group_leg_id IS NULL THEN p.own_first_rang END, p.own_connected, p.ended, p.no_end, p.day_number, p.direction,
    p.external_number, p.internal_number, p.target, p.proxy_target, coalesce(p.master_call_id, g.master_call_id, g.call_id),
    p.group_leg_id,
    coalesce(g.target.id, CASE WHEN p.wants_group_leg THEN p.proxy_target.id END, p.entry_point_target.id),
    coalesce(g.target.type, CASE WHEN p.wants_group_leg THEN p.proxy_target.type END, p.entry_point_target.type),
    CASE
      WHEN p.group_leg_id IS NULL THEN coalesce(p.target.office_id, p.office_id)
      ELSE coalesce(
        CASE WHEN g.target.type = 'office' THEN g.target.id END, g.target.office_id, g.office_id,
        CASE WHEN p.wants_group_leg AND p.proxy_target.type = 'office' THEN p.proxy_target.id END,
        CASE WHEN p.wants_group_leg THEN p.proxy_target.office_id END,
        CASE WHEN p.entry_point_target.type = 'office' THEN p.entry_point_target.id END,
        p.entry_point_target.office_id, p.office_id
      )
    END,
    p.is_internal, p.was_recorded, p.has_voicemail, coalesce(p.availability, g.availability),
    p.ringing_us, p.ringing_count, p.hold_us, p.hold_count, p.talk_us, p.wrapup_us, CAST(0 AS BIGINT),
    p.rang IS NOT NULL
  FROM person_timed p LEFT JOIN group_known g ON g.call_id = p.linked_id
),
judged AS (
  SELECT
    shaped.*,
    leg.category, leg.categories, leg.was_recorded IS TRUE AS recorded, leg.blocked = 1 AS is_spam,
    leg.callback_requested IS TRUE AS wants_callback, leg.router_transfer IS TRUE AS routed,
    coalesce(leg.transferred_to, passed.to_name) AS transferred_to, leg.transferred_to_contact_id,
    coalesce(leg.transferred_from_target_id, leg.transferred_from.id, origins.target_id) AS transferred_from_target_id,
    leg.transferred_from IS NOT NULL OR leg.transferred_from_call_id IS NOT NULL AS came_by_transfer,
    leg.device, leg.salesforce_activity_id, leg.callback_type, leg.callback_id, leg.campaign_id,
    leg.date_callback_connected, leg.date_callback_ended, leg.date_anonymized,
    leg.queued_time, leg.queued_occurrences,
    leg.percent_ai_talk_time, leg.percent_ai_listen_time, leg.percent_ai_silent_time,
    rejected.call_id IS NOT NULL AS was_rejected,
    coalesce(shaped.target.type IN ('user', 'room'), FALSE) AS is_person,
    shaped.connected IS NOT NULL AS did_connect,
    shaped.direction = 'inbound' AS inbound,
    shaped.direction = 'outbound' AS outbound
  FROM shaped
  -- TRICKY: a group leg that was made here may bear the id of a leg of another day, and is not that one.
  LEFT JOIN leg ON leg.call_id = shaped.call_id AND leg.day_number = shaped.day_number
  LEFT JOIN passed ON passed.origin_id = leg.call_id
  LEFT JOIN origins ON origins.call_id = leg.call_id
  LEFT JOIN rejected ON rejected.call_id = leg.call_id
  WHERE shaped.ended IS NOT NULL AND shaped.day_number BETWEEN $first AND $last
),
-- The tokens stand in sorted order.
told AS (
  SELECT
    judged.*,
    coalesce(categories, concat_ws(',',
      CASE WHEN inbound AND NOT did_connect AND NOT did_ring THEN 'abandoned' END,
      CASE WHEN inbound AND did_connect THEN 'answered' END,
      CASE WHEN inbound AND wants_callback THEN 'callback_requested' END,
      CASE WHEN outbound AND NOT did_connect THEN 'cancelled' END,
      CASE WHEN has_voicemail AND NOT did_ring AND queued IS NULL THEN 'direct_to_voicemail' END,
      CASE WHEN did_connect THEN 'human_agent' END,
      CASE WHEN has_voicemail AND NOT did_ring AND queued IS NOT NULL THEN 'in_queue_voicemail' END,
      CASE WHEN inbound THEN 'inbound' END,
      CASE WHEN inbound AND NOT did_connect AND did_ring THEN 'missed' END,
      CASE WHEN outbound THEN 'outbound' END,
      CASE WHEN outbound AND did_connect THEN 'outbound_connected' END,
      CASE WHEN inbound AND was_rejected THEN 'rejected' END,
      CASE WHEN inbound AND is_person AND did_ring AND NOT did_connect AND NOT was_rejected THEN 'ring_no_answer' END,
      CASE WHEN routed THEN 'router_transfer' END,
      CASE WHEN is_spam THEN 'spam' END,
      CASE WHEN came_by_transfer THEN 'transferred_in' END,
      CASE WHEN transferred_to IS NOT NULL THEN 'transferred_to' END,
      CASE WHEN inbound AND NOT did_connect THEN 'unanswered' END,
      CASE WHEN outbound THEN 'user_initiated' END,
      CASE WHEN has_voicemail THEN 'voicemail' END
    )) AS tokens
  FROM judged
)
SELECT
  date_of_day(day_number) AS day,
  instant_of(started) AS date_started,
  call_id,
  CASE
    WHEN category IS NOT NULL THEN category
    WHEN inbound AND has_token(tokens, 'callback_requested') THEN 'callback_requested'
    WHEN inbound AND did_connect THEN 'incoming'
    WHEN inbound AND (did_ring OR has_token(tokens, 'missed')) THEN 'missed'
    WHEN inbound AND (has_voicemail OR transferred_to IS NOT NULL OR has_token(tokens, 'spam') OR has_token(tokens, 'message'))
      THEN 'other'
    WHEN inbound THEN 'abandoned'
    WHEN has_token(tokens, 'callback_connected') THEN 'callback_connected'
    WHEN has_token(tokens, 'callback_cancelled') THEN 'callback_cancelled'
    WHEN has_token(tokens, 'callback_attempt') THEN 'other'
    WHEN outbound AND did_connect THEN 'outgoing'
    WHEN outbound THEN 'cancelled'
  END AS category,
  direction,
  external_number,
  internal_number,
  instant_of(CASE WHEN NOT is_person THEN first_rang END) AS date_first_rang,
  instant_of(CASE WHEN NOT is_person THEN queued END) AS date_queued,
  instant_of(rang) AS date_rang,
  instant_of(connected) AS date_connected,
  instant_of(ended) AS date_ended,
  target.id AS target_id,
  {target_kind} AS target_kind,
  target.type AS target_type,
  target.name AS name,
  CASE WHEN target.type = 'user' THEN target.email END AS email,
  recorded AS was_recorded,
  group_leg_id AS entry_point_call_id,
  group_id AS entry_point_target_id,
  {group_kind} AS entry_point_target_kind,
  proxy_target.id AS proxy_target_id,
  has_voicemail AS voicemail,
  transferred_to,
  transferred_to_contact_id,
  transferred_from_target_id,
  office AS office_id,
  device,
  salesforce_activity_id,
  availability,
  callback_type,
  callback_id,
  coalesce(master_call_id, call_id) AS master_call_id,
  date_callback_connected,
  date_callback_ended,
  date_anonymized,
  tokens AS categories,
  ringing_us,
  ringing_count AS ringing_occurrences,
  hold_us,
  hold_count AS hold_occurrences,
  talk_us,
  coalesce(
    queued_time,
    CASE WHEN NOT is_person AND queued IS NOT NULL THEN greatest(0, coalesce(connected, ended) - queued) END,
    0
  ) AS queued_us,
  coalesce(queued_occurrences, nullif(queues, 0), CASE WHEN NOT is_person AND queued IS NOT NULL THEN 1 END, 0) AS queued_occurrences,
  wrapup_us,
  CASE WHEN group_leg_id IS NOT NULL THEN 'operator' END AS participant_type,
  percent_ai_talk_time,
  percent_ai_listen_time,
  percent_ai_silent_time,
  campaign_id,
  coalesce(is_internal, FALSE) AS is_internal,
  no_end AS mended
FROM told
ORDER BY day_number, started, call_id
