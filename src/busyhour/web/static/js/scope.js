// The scope picker: the company, then offices with what lies in them, then people.
import { Combobox } from "./combobox.js";
import { change } from "./state.js";
import { scopes } from "./surroundings.js";

const KINDS = { office: "Office", callcenter: "Call center", department: "Department", coachingteam: "Coaching team", coachinggroup: "Coaching group", staffgroup: "Staff group", room: "Room", callrouter: "Call router", channel: "Channel", user: "Person" };
const ORDER = Object.keys(KINDS);

export const kindText = (kind) => KINDS[kind] ?? kind;

/** The picker in its host. */
export function scopePicker(host) {
  const label = "Scope";
  return new Combobox(host, { label, options, onChoose: (value) => change({ scope: value === "company" ? null : value }) });
}

/** A scope's name. */
export async function scopeName(key) {
  const { company, entries } = await scopes();
  if (key === "company") return company.name;
  return entries.find((entry) => entry.key === key)?.name ?? key;
}

async function options() {
  const { company, entries } = await scopes();
  const offices = Object.fromEntries(entries.filter((entry) => entry.kind === "office").map((entry) => [entry.id, entry.name]));
  const sorted = [...entries].sort(
    (one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || one.name.localeCompare(other.name),
  );
  return [option("company", company.name, "Company"), ...sorted.map((entry) => optionOf(entry, offices))];
}

function optionOf(entry, offices) {
  const place = entry.kind === "office" ? null : offices[entry.office_id];
  return option(entry.key, entry.name, [kindText(entry.kind), place].filter(Boolean).join(" · "));
}

const option = (value, name, kind) => ({ value, name, kind, search: `${name} ${kind}`.toLowerCase() });
