"""The few functions in which the engines differ, by one name each; the common SQL uses nothing else of theirs."""

__all__ = ["DUCKDB_PRELUDE"]

DUCKDB_PRELUDE = """
-- An instant as µs since 1970, and back.
CREATE OR REPLACE TEMP MACRO us(moment) AS epoch_us(moment);
CREATE OR REPLACE TEMP MACRO instant_of(micros) AS make_timestamptz(micros);
-- Whole-number division that rounds down, also below zero.
CREATE OR REPLACE TEMP MACRO floor_div(a, b) AS
  CASE WHEN a >= 0 THEN a // b ELSE -((b - 1 - a) // b) END;
-- Division rounded half away from zero, exact in whole numbers; 0 where there is nothing to divide by.
CREATE OR REPLACE TEMP MACRO round_div(a, b) AS
  CASE WHEN b = 0 THEN 0 WHEN a >= 0 THEN (2 * a + b) // (2 * b) ELSE -((2 * -a + b) // (2 * b)) END;
-- Days since 1970 of µs since 1970, and the date of such a number.
CREATE OR REPLACE TEMP MACRO utc_day(micros) AS floor_div(micros, 86400000000);
CREATE OR REPLACE TEMP MACRO date_of_day(number) AS DATE '1970-01-01' + CAST(number AS INTEGER);
-- Whether a comma-joined list of tokens holds one.
CREATE OR REPLACE TEMP MACRO has_token(tokens, token) AS contains(concat(',', tokens, ','), concat(',', token, ','));
-- A row for each of a comma-joined list's tokens.
CREATE OR REPLACE TEMP MACRO each_token(tokens) AS unnest(string_split(tokens, ','));
-- An aggregate: how many different tokens stand in the comma-joined lists.
CREATE OR REPLACE TEMP MACRO distinct_tokens(tokens) AS
  coalesce(
    CAST(len(list_distinct(flatten(list(string_split(tokens, ',')) FILTER (WHERE tokens IS NOT NULL)))) AS BIGINT), 0
  );
"""
