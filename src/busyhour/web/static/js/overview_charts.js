// The overview's charts, each drawn from a report's rows.
import { chart, colour, numbers, pattern, words } from "./charts.js";
import { dayText, figure, hourText, number, share } from "./format.js";
import { legend } from "./legend.js";
import { behindUrl } from "./view.js";

/** Inbound outcomes, which together are all inbound legs. */
const OUTCOMES = [
  { column: "answered", name: "Answered", key: "answered" },
  { column: "missed", name: "Missed", key: "missed" },
  { column: "abandoned", name: "Abandoned", key: "abandoned" },
  { column: "callbacks_requested", name: "Callback", key: "callback" },
  { column: "forwarded", name: "Forwarded", key: "forwarded" },
  { column: "other_inbound", name: "Other", key: "other" },
];

/** Calls a day, stacked by outcome. */
export function drawDays(said, body) {
  const shown = OUTCOMES.filter(({ column }) => said.rows.some((row) => Number(row[column])));
  const series = shown.map(({ column, name, key }) => ({
    name, type: "bar", stack: "calls", barMaxWidth: 34, barCategoryGap: "28%", cursor: "pointer",
    itemStyle: { color: colour(`c-${key}`), decal: pattern(key) },
    data: said.rows.map((row) => Number(row[column])),
  }));
  body.append(legend(shown.map(({ key, name }) => ({ key: `k-${key}`, name }))));
  const option = { aria: { enabled: false, decal: { show: true } }, xAxis: words(said.rows.map((row) => dayText(row.date))), yAxis: numbers(), series };
  const open = ({ seriesIndex, dataIndex }) =>
    location.assign(behindUrl(said.question, shown[seriesIndex].column, { date: said.rows[dataIndex].date }));
  chart(body, option, `Bars of ${said.rows.length} days, stacked by outcome; the table has the figures.`, open);
}

/** Shares answered and given up by a waiting time, of all whose wait is known. */
export function drawWaits(said, body) {
  const known = said.rows.filter((row) => row.wait_from !== "" && row.wait_until !== "");
  const lines = [
    { column: "answered", name: "Answered", key: "k-answered k-line", type: "solid" },
    { column: "abandoned", name: "Abandoned", key: "k-dash", type: "dashed" },
  ];
  const series = lines.map(({ column, name, type }) => ({
    name, type: "line", showSymbol: true, symbolSize: 5, symbol: type === "solid" ? "circle" : "diamond",
    lineStyle: { width: 2.5, type }, color: colour(`c-${column}`), data: [0, ...cumulative(said.rows.filter((row) => row.wait_from !== ""), known, column)],
  }));
  body.append(legend(lines));
  const axis = words(["0", ...known.map((row) => row.wait_until)], { boundaryGap: false, name: "seconds", nameLocation: "end", nameGap: 4, axisLabel: { color: colour("soft") }, nameTextStyle: { color: "transparent" } });
  const option = {
    xAxis: axis, yAxis: numbers({ min: 0, max: 100, interval: 25, axisLabel: { color: colour("soft"), formatter: (value) => share(value).replace(/[.,]0/, "") } }), series,
    tooltip: { ...shareTip(), formatter: (points) => [`Within ${points[0].axisValue} s`, ...points.map((point) => `${point.marker} ${point.seriesName}  ${share(point.value)}`)].join("\n") },
  };
  chart(body, option, "Two lines: the share of answered and of abandoned calls by waiting time; the table has the figures.");
}

function cumulative(rows, known, column) {
  const all = rows.reduce((sum, row) => sum + Number(row[column]), 0);
  let sum = 0;
  return known.map((row) => {
    sum += Number(row[column]);
    return all ? (100 * sum) / all : null;
  });
}

function shareTip() {
  return {
    trigger: "axis", renderMode: "richText", confine: true, axisPointer: { type: "line", lineStyle: { color: colour("line-strong") } },
    backgroundColor: colour("raised"), borderColor: colour("line"), borderWidth: 1, padding: [8, 12],
    textStyle: { color: colour("ink"), fontSize: 12.5, lineHeight: 18 },
  };
}

/** Service level, missed and abandoned shares a day. */
export function drawLevel(said, body) {
  const lines = [
    { column: "service_level_percent", name: "Service level", key: "k-answered k-line", colour: "c-answered", type: "solid", symbol: "circle" },
    { column: "abandoned_percent", name: "Abandoned", key: "k-dash", colour: "c-abandoned", type: "dashed", symbol: "diamond" },
    { column: "missed_percent", name: "Missed", key: "k-dots", colour: "c-missed", type: "dotted", symbol: "triangle" },
  ].filter(({ column }) => said.rows.some((row) => Number(row[column])));
  const series = lines.map(({ column, name, colour: own, type, symbol }) => ({
    name, type: "line", symbol, symbolSize: 5, lineStyle: { width: 2.5, type }, color: colour(own), connectNulls: false,
    data: said.rows.map((row) => (row[column] === "" || row.inbound_calls === "0" ? null : Number(row[column]))),
  }));
  body.append(legend(lines));
  const option = {
    xAxis: words(said.rows.map((row) => dayText(row.date))), series,
    yAxis: numbers({ min: 0, max: 100, interval: 25, axisLabel: { color: colour("soft"), formatter: (value) => share(value).replace(/[.,]0/, "") } }),
    tooltip: { ...shareTip(), valueFormatter: (value) => figure(String(value ?? ""), "percent_1") },
  };
  chart(body, option, "Three lines a day: service level, abandoned and missed; the table has the figures.");
}

/** Inbound legs by hour of the day. */
export function drawHours(said, body) {
  const labels = said.rows.map((row) => hourText(Number(row.hour)));
  const series = [{
    name: said.column.inbound_calls.label, type: "bar", barCategoryGap: "22%", cursor: "pointer",
    itemStyle: { color: colour("c-answered"), borderRadius: [3, 3, 0, 0] }, data: said.rows.map((row) => Number(row.inbound_calls)),
  }];
  const open = ({ dataIndex }) => location.assign(behindUrl(said.question, "inbound_calls", { hour: said.rows[dataIndex].hour }));
  const option = { xAxis: words(labels), yAxis: numbers(), series, tooltip: { ...shareTip(), valueFormatter: (value) => number(value) } };
  chart(body, option, "Bars of 24 hours; the table has the figures.", open);
}
