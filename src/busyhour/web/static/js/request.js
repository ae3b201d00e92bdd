// A view and a question as a request to the Stats API, and back.
import { length } from "./days.js";

/** The body of a POST to the API; days are counted back from today. */
export function requestOf(seen, { stat_type, export_type, group_by }) {
  const request = {
    stat_type, export_type, timezone: seen.timezone,
    days_ago_start: length(seen.to, seen.today) - 1, days_ago_end: length(seen.from, seen.today) - 1,
    ...scopeOf(seen.scope, stat_type),
  };
  return group_by ? { ...request, group_by } : request;
}

function scopeOf(scope, statType) {
  if (scope === "company") return {};
  const [kind, id] = scope.split(/:(.*)/s);
  // Surveys and dispositions are kept by target, an office among them.
  if (kind === "office" && !["csat", "dispositions"].includes(statType)) return { office_id: id };
  const learns = ["coachingteam", "coachinggroup"].includes(kind) ? { coaching_team: true } : {};
  return { target_type: kind, target_id: id, ...learns };
}
