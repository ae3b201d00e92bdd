// What the reports of the Stats API are called here.

export const KINDS = { calls: "Calls", texts: "Texts", voicemails: "Voicemails", recordings: "Recordings", onduty: "On duty", csat: "CSAT", dispositions: "Dispositions", screenshare: "Screen shares" };
export const FORMS = { stats: "Figures", records: "Records" };
export const GROUPS = { date: "A row a day", user: "A row a day and person", group: "A row a group" };

/** A request's report in words: [what, how]. */
export const reportWords = ({ stat_type, export_type, group_by }) => [KINDS[stat_type] ?? stat_type, (group_by && GROUPS[group_by]) || FORMS[export_type]];
