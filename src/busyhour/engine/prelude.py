"""The few functions in which the engines differ, by one name each; the common SQL uses nothing else of theirs."""

__all__ = ["DUCKDB_PRELUDE", "SPARK_PRELUDE"]

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
-- A table: a row for each of a comma-joined list's tokens.
CREATE OR REPLACE TEMP MACRO each_token(tokens) AS TABLE SELECT unnest(string_split(tokens, ',')) AS token;
-- How many different tokens stand in a comma-joined list; such lists joined by commas are one.
CREATE OR REPLACE TEMP MACRO distinct_tokens(tokens) AS
  coalesce(CAST(len(list_distinct(string_split(tokens, ','))) AS BIGINT), 0);
"""

SPARK_PRELUDE = """
CREATE OR REPLACE TEMPORARY FUNCTION us(moment TIMESTAMP) RETURNS BIGINT
  RETURN unix_micros(moment);
CREATE OR REPLACE TEMPORARY FUNCTION instant_of(micros BIGINT) RETURNS TIMESTAMP
  RETURN timestamp_micros(micros);
CREATE OR REPLACE TEMPORARY FUNCTION floor_div(a BIGINT, b BIGINT) RETURNS BIGINT
  RETURN CASE WHEN a >= 0 THEN a DIV b ELSE -((b - 1 - a) DIV b) END;
CREATE OR REPLACE TEMPORARY FUNCTION round_div(a BIGINT, b BIGINT) RETURNS BIGINT
  RETURN CASE WHEN b = 0 THEN 0 WHEN a >= 0 THEN (2 * a + b) DIV (2 * b) ELSE -((2 * -a + b) DIV (2 * b)) END;
CREATE OR REPLACE TEMPORARY FUNCTION utc_day(micros BIGINT) RETURNS BIGINT
  RETURN floor_div(micros, 86400000000);
CREATE OR REPLACE TEMPORARY FUNCTION date_of_day(number BIGINT) RETURNS DATE
  RETURN date_from_unix_date(CAST(number AS INT));
-- An absent list holds nothing: where one engine's concat skips a null, the other's is null.
CREATE OR REPLACE TEMPORARY FUNCTION has_token(tokens STRING, token STRING) RETURNS BOOLEAN
  RETURN contains(concat(',', coalesce(tokens, ''), ','), concat(',', token, ','));
CREATE OR REPLACE TEMPORARY FUNCTION each_token(tokens STRING) RETURNS TABLE (token STRING)
  RETURN SELECT explode(split(tokens, ','));
CREATE OR REPLACE TEMPORARY FUNCTION distinct_tokens(tokens STRING) RETURNS BIGINT
  RETURN coalesce(CAST(size(array_distinct(split(tokens, ','))) AS BIGINT), 0)
"""
