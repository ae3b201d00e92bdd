// Figures, days and times in the reader's locale; the values are those that the report printed.

const LOCALES = navigator.languages;
const DECIMALS = { minutes_1: 1, minutes_2: 2, percent_1: 1 };
const WORDS = { minutes_1: " min", minutes_2: " min" };
const NUMBERS = new Set(["count", "number", "minutes_1", "minutes_2", "percent_1"]);

const formats = [0, 1, 2].map(
  (digits) => new Intl.NumberFormat(LOCALES, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);
const percent = new Intl.NumberFormat(LOCALES, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat(LOCALES, { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" });
const dayOfYear = new Intl.DateTimeFormat(LOCALES, { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
const moment = new Intl.DateTimeFormat(LOCALES, {
  timeZone: "UTC", day: "numeric", month: "short", hour: "numeric", minute: "2-digit", second: "2-digit",
});
const hour = new Intl.DateTimeFormat(LOCALES, { timeZone: "UTC", hour: "numeric" });
const clock = new Intl.DateTimeFormat(LOCALES, { timeZone: "UTC", hour: "numeric", minute: "2-digit" });
const clockSeconds = new Intl.DateTimeFormat(LOCALES, { timeZone: "UTC", hour: "numeric", minute: "2-digit", second: "2-digit" });

export const isNumber = (unit) => NUMBERS.has(unit);

/** A number with so many decimals. */
export const number = (value, digits = 0) => formats[digits].format(value);

/** A share of 100. */
export const share = (value) => percent.format(value / 100);

/** A printed value as the reader reads it; `bare` leaves the unit's word out. */
export function figure(text, unit, bare = false) {
  if (text === "" || text === undefined || text === null) return "–";
  if (unit === "percent_1") return share(Number(text));
  if (NUMBERS.has(unit)) return number(Number(text), DECIMALS[unit] ?? 0) + (bare ? "" : (WORDS[unit] ?? ""));
  if (unit === "date") return dayText(text);
  if (unit.startsWith("instant")) return moment.format(wall(text));
  if (unit === "boolean") return text === "true" ? "Yes" : "No";
  return text;
}

/** A change between two printed values, with its sign: points for shares, per cent for the rest. */
export function changeText(now, before, unit) {
  const [to, from] = [Number(now), Number(before)];
  if (now === "" || before === "" || now === undefined || before === undefined) return null;
  if (unit === "percent_1") return `${signed(to - from, 1)} pt`;
  if (from === 0) return null;
  const change = (100 * (to - from)) / from;
  return sign(change) + share(Math.abs(change));
}

const sign = (value) => (value > 0 ? "+" : value < 0 ? "−" : "±");
const signed = (value, digits) => sign(value) + formats[digits].format(Math.abs(value));

/** Minutes as a clock counts them: m:ss, or h:mm:ss. */
export function durationText(text) {
  if (text === "" || text === undefined) return "–";
  const seconds = Math.round(60 * Number(text));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, place) => (place ? String(part).padStart(2, "0") : String(part))).join(":");
}

export const dayText = (text) => day.format(wall(text));
export const dateText = (text) => dayOfYear.format(wall(text));
/** A whole hour of the day, 0 to 23. */
export const hourText = (place) => hour.format(Date.UTC(2024, 0, 1, place));
export const clockText = (text) => clock.format(wall(text));
export const clockSecondsText = (text) => clockSeconds.format(wall(text));

/** Days from–to, as short as it can be said. */
export function spanText(first, last) {
  return first === last ? dateText(first) : dayOfYear.formatRange(wall(first), wall(last));
}

/** A printed local time (or day) as a Date whose UTC fields are the local ones. */
export function wall(text) {
  return new Date(`${text.slice(0, 23).replace(" ", "T")}${text.length > 10 ? "Z" : "T00:00:00Z"}`);
}

/** An instant of the server's, in a zone. */
export function instantText(iso, timeZone, withDay = false) {
  const more = withDay ? { day: "numeric", month: "short" } : {};
  return new Intl.DateTimeFormat(LOCALES, { timeZone, hour: "numeric", minute: "2-digit", ...more }).format(new Date(iso));
}

/** How long ago, or until when, in words. */
export function agoText(seconds) {
  const relative = new Intl.RelativeTimeFormat(LOCALES, { numeric: "always", style: "short" });
  const size = Math.abs(seconds);
  if (size < 1) return new Intl.RelativeTimeFormat(LOCALES, { numeric: "auto" }).format(0, "second");
  if (size < 90) return relative.format(Math.round(seconds), "second");
  if (size < 5400) return relative.format(Math.round(seconds / 60), "minute");
  if (size < 129600) return relative.format(Math.round(seconds / 3600), "hour");
  return relative.format(Math.round(seconds / 86400), "day");
}
