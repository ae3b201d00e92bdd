// Days as texts (YYYY-MM-DD): arithmetic, today in a zone, and what the named ranges mean.

/** A day so many days later. */
export function plus(day, days) {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** Days between two, both counted. */
export function length(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86400000) + 1;
}

/** The local day of an instant. */
export function dayIn(timeZone, instant) {
  const parts = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  return parts.format(instant);
}

const clocks = new Map();

/** The local day and time of an instant: {day, hour, minute}. */
function clockIn(timeZone, instant) {
  if (!clocks.has(timeZone)) {
    clocks.set(timeZone, new Intl.DateTimeFormat("en-CA", { timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }));
  }
  const part = Object.fromEntries(clocks.get(timeZone).formatToParts(instant).map(({ type, value }) => [type, value]));
  return { day: `${part.year}-${part.month}-${part.day}`, hour: Number(part.hour), minute: Number(part.minute) };
}

const A_STEP = 15 * 60_000;

/** A local day as it passes: {start, end, hours: [{at, hour}]}, in ms; each whole hour that its clock shows, the first of two alike. */
export function courseOf(day, timeZone) {
  const noon = Date.parse(`${day}T12:00:00Z`);
  // Clocks change at quarters of an hour, and no zone is further from UTC than 15 hours.
  const steps = [...Array(4 * 54)].map((_, place) => noon + (place - 4 * 27) * A_STEP).filter((at) => clockIn(timeZone, at).day === day);
  const hours = steps.map((at) => ({ at, ...clockIn(timeZone, at) })).filter(({ minute }) => minute === 0);
  const firsts = hours.filter(({ hour }, place) => hours.findIndex((other) => other.hour === hour) === place);
  return { start: steps[0], end: steps.at(-1) + A_STEP, hours: firsts };
}

const RANGES = {
  today: (today) => [today, today],
  yesterday: (today) => [plus(today, -1), plus(today, -1)],
  "7d": (today) => [plus(today, -7), plus(today, -1)],
  "30d": (today) => [plus(today, -30), plus(today, -1)],
  week: (today) => [plus(today, -((new Date(today).getUTCDay() + 6) % 7)), today],
  month: (today) => [`${today.slice(0, 8)}01`, today],
};

export const isRange = (name) => name in RANGES;

/** First and last day of a named range; whole days but for those that hold today. */
export const daysOf = (name, today) => RANGES[name](today);

/** The period before one, as long as it: of a week the week before, of a month the month before. */
export function before(range, from, to) {
  if (range === "week") return [plus(from, -7), plus(to, -7)];
  if (range === "month") return monthBefore(from, to);
  const days = length(from, to);
  return [plus(from, -days), plus(from, -1)];
}

function monthBefore(from, to) {
  const lastOfIt = plus(from, -1);
  const sameDay = `${lastOfIt.slice(0, 8)}${to.slice(8)}`;
  return [`${lastOfIt.slice(0, 8)}01`, sameDay > lastOfIt ? lastOfIt : sameDay];
}
