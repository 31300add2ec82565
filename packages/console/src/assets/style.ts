import { fingerprint } from './asset.ts';

/** The console's own style sheet: nothing of it comes from elsewhere. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --surface: #ffffff; --raised: #fafbfc; --line: #dce1e7; --text: #171b20; --muted: #58626f;
  --accent: #1f55c4; --on-accent: #ffffff; --focus: #1f55c4;
  --good: #0b6b3a; --good-ground: #e1f3e9; --good-fill: #3aa66b;
  --wait: #1d4fb8; --wait-ground: #e5edfc; --wait-fill: #5b8def;
  --quiet: #505a66; --quiet-ground: #eaedf1; --quiet-fill: #9aa5b1;
  --warn: #7a4d07; --warn-ground: #fbefd5; --warn-fill: #d9992b;
  --bad: #a31d17; --bad-ground: #fde7e5; --bad-fill: #d9473f;
  --refused: #7d1f87; --refused-ground: #f6e7f8; --refused-fill: #b25cbd;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1216; --surface: #161a20; --raised: #1b2027; --line: #2b323b; --text: #e5e9ee; --muted: #9ba6b3;
    --accent: #8db0ff; --on-accent: #0f1726; --focus: #8db0ff;
    --good: #7ed7a3; --good-ground: #12301f; --good-fill: #2f8f5b;
    --wait: #9cbcff; --wait-ground: #182a4b; --wait-fill: #4a78d4;
    --quiet: #aab4c0; --quiet-ground: #252c34; --quiet-fill: #66717e;
    --warn: #f0c269; --warn-ground: #362910; --warn-fill: #b57f22;
    --bad: #ff9f96; --bad-ground: #401a17; --bad-fill: #c94840;
    --refused: #e7a5ef; --refused-ground: #371c3b; --refused-fill: #9a4ba5;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere;
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
td a, .facts a { text-decoration-color: color-mix(in srgb, currentColor 40%, transparent); }
a:hover { text-decoration-thickness: 2px; }
:focus-visible, input:focus, input:focus-within { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
code, pre, .id, .address { font-family: var(--mono); font-size: .92em; }
small { font-size: 12px; }
.muted, small { color: var(--muted); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 12px; top: -60px; z-index: 3; padding: 8px 12px; background: var(--surface); }
.skip:focus { top: 8px; }

.top {
  position: sticky; top: 0; z-index: 2; display: flex; align-items: center; gap: 20px; min-height: 48px; padding: 0 max(16px, calc(50vw - 584px));
  background: var(--surface); border-bottom: 1px solid var(--line);
}
.brand { color: var(--text); text-decoration: none; letter-spacing: -.01em; font-size: 15px; }
.brand b { font-weight: 650; }
.top nav { display: flex; gap: 4px; align-self: stretch; }
.top nav a {
  display: flex; align-items: center; padding: 0 10px; color: var(--muted); text-decoration: none; border-bottom: 2px solid transparent; border-top: 2px solid transparent;
}
.top nav a:hover { color: var(--text); }
.top nav a[aria-current] { color: var(--text); border-bottom-color: var(--accent); font-weight: 550; }
.corner { margin-left: auto; display: flex; align-items: center; gap: 12px; min-width: 0; }
.user { color: var(--muted); max-width: 16ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.live { display: inline-flex; align-items: center; gap: 7px; min-width: 84px; }
.live .dot { width: 8px; height: 8px; border-radius: 50%; background: var(--good-fill); }
.live[aria-pressed="false"] .dot { background: none; border: 2px solid var(--quiet-fill); }
.live.lost .dot { background: var(--warn-fill); }

main { max-width: 1200px; margin: 0 auto; padding: 20px 16px 40px; }
footer { max-width: 1200px; margin: 0 auto; padding: 14px 16px 32px; border-top: 1px solid var(--line); color: var(--muted); font-size: 12.5px; }
h1 { font-size: 20px; line-height: 1.3; font-weight: 620; letter-spacing: -.01em; margin: 0; }
h1 code { font-size: .8em; font-weight: 500; }
h2 { font-size: 13px; font-weight: 620; margin: 0 0 8px; }
h3 { font-size: 13px; margin: 0; }
section { margin: 0 0 26px; }
.heading { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; justify-content: space-between; margin-bottom: 14px; }
section > .heading { margin-bottom: 8px; min-height: 28px; }
.heading h2 { margin: 0; }

button, .button, input, select {
  font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 5px 10px; min-height: 34px;
}
button, .button { display: inline-flex; align-items: center; cursor: pointer; text-decoration: none; color: var(--text); }
button:hover, .button:hover { border-color: var(--muted); }
button.primary, .button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--surface); }
button.small, .button.small { min-height: 26px; padding: 1px 8px; font-size: 12.5px; }
input, select { width: 100%; min-width: 0; border-color: color-mix(in srgb, var(--muted) 65%, var(--line)); }
input::placeholder { color: var(--muted); opacity: 1; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; }
.actions form { margin: 0; }

.filter {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 10px 12px; align-items: end; margin-bottom: 16px;
  padding: 12px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px;
}
@media (min-width: 1120px) { .filter { grid-template-columns: 1fr .8fr 1fr 1.2fr 190px 190px auto; } .filter:has(.subject) { grid-template-columns: repeat(4, 1fr); } }
.filter label { display: grid; gap: 3px; min-width: 0; font-size: 12.5px; color: var(--muted); }
.filter input, .filter select { height: 34px; color: var(--text); font-size: 14px; }

.scroll { overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-weight: 500; font-size: 12.5px; color: var(--muted); white-space: nowrap; }
th, td { padding: 6px 12px; vertical-align: baseline; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
tbody tr:hover { background: var(--raised); }
td.number, th.number { text-align: right; white-space: nowrap; }
.deliveries .when, .deliveries .source, .deliveries .id, .deliveries .address { white-space: nowrap; }
.deliveries .type { overflow-wrap: break-word; }
time { color: var(--muted); }
time b { font-weight: 500; color: var(--text); }
.new { animation: arrive 2.4s ease-out; }
@keyframes arrive { from { background: var(--wait-ground); } }

.chip {
  display: inline-block; padding: 0 8px; border-radius: 99px; font-size: 12.5px; line-height: 20px; white-space: nowrap;
  color: var(--quiet); background: var(--quiet-ground);
}
.chip::before { content: ""; display: inline-block; width: 6px; height: 6px; margin-right: 6px; border-radius: 50%; background: currentColor; vertical-align: 1px; }
.chip.good { color: var(--good); background: var(--good-ground); }
.chip.wait { color: var(--wait); background: var(--wait-ground); }
.chip.warn { color: var(--warn); background: var(--warn-ground); }
.chip.bad { color: var(--bad); background: var(--bad-ground); }
.chip.refused { color: var(--refused); background: var(--refused-ground); }

.pages { display: flex; align-items: center; gap: 8px; margin-top: 12px; color: var(--muted); font-size: 12.5px; }
.pages span { margin-left: auto; }
.empty { padding: 44px 20px; text-align: center; background: var(--surface); border: 1px dashed var(--line); border-radius: 8px; color: var(--muted); }
.empty h1, .empty h2, .empty h3 { color: var(--text); font-size: 15px; margin-bottom: 4px; }
.empty p { max-width: 56ch; margin: 0 auto; }
.notice { margin: 0 0 14px; padding: 9px 12px; border-radius: 6px; }
.notice.good { color: var(--good); background: var(--good-ground); }
.notice.bad { color: var(--bad); background: var(--bad-ground); }
.notice.warn { color: var(--warn); background: var(--warn-ground); }
.calm { margin: 0; padding: 12px 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; color: var(--muted); }

.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 12px; }
.card {
  display: grid; grid-template-columns: auto 1fr; align-items: baseline; gap: 0 8px; padding: 12px 14px; border-radius: 8px; text-decoration: none;
  color: var(--text); background: var(--surface); border: 1px solid var(--line); border-left: 4px solid var(--quiet-fill);
}
.card:hover { background: var(--raised); }
.card b { font-size: 22px; line-height: 1.25; font-weight: 620; }
.card small { grid-column: 1 / -1; }
.card.bad { border-left-color: var(--bad-fill); } .card.bad b { color: var(--bad); }
.card.warn { border-left-color: var(--warn-fill); } .card.warn b { color: var(--warn); }
.card.refused { border-left-color: var(--refused-fill); } .card.refused b { color: var(--refused); }

.figures, .facts { display: flex; flex-wrap: wrap; margin: 0; gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.figures > div, .facts > div { flex: 1 1 150px; background: var(--surface); padding: 10px 14px; }
dt { font-size: 12.5px; color: var(--muted); }
dd { margin: 0; }
.figures dd { display: grid; }
.figures b { font-size: 20px; line-height: 1.35; font-weight: 600; }
.facts { margin-bottom: 14px; }
.facts > div { flex-grow: 1; }

.spans { display: flex; gap: 2px; padding: 2px; background: var(--quiet-ground); border-radius: 7px; }
.spans a { padding: 3px 10px; border-radius: 5px; color: var(--quiet); text-decoration: none; font-size: 12.5px; }
.spans a:hover { color: var(--text); }
.spans a[aria-current] { background: var(--surface); color: var(--text); font-weight: 550; }
.figures { border-radius: 8px 8px 0 0; border-bottom: 0; }
.chart {
  margin: 0; padding: 16px 14px 10px; display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 4px 8px;
  background: var(--surface); border: 1px solid var(--line); border-radius: 0 0 8px 8px;
}
.chart svg { width: 100%; height: 150px; overflow: visible; }
.chart .rule { stroke: var(--line); vector-effect: non-scaling-stroke; }
.chart .hit { fill: transparent; }
.chart g:hover .hit { fill: var(--quiet-ground); }
.chart .stored { fill: var(--wait-fill); } .chart .duplicate { fill: var(--quiet-fill); }
.chart .quarantined { fill: var(--warn-fill); } .chart .rejected { fill: var(--refused-fill); }
.chart .scale { display: flex; flex-direction: column; justify-content: space-between; text-align: right; height: 150px; margin: -9px 0; height: 168px; color: var(--muted); font-size: 12px; }
.chart .axis { grid-column: 2; display: flex; color: var(--muted); font-size: 12px; margin-top: 6px; }
.chart .axis span { flex: 1; white-space: nowrap; overflow: hidden; }
.chart figcaption { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 4px 16px; color: var(--muted); font-size: 12.5px; margin-top: 6px; }
.key::before { content: ""; display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
.key.stored::before { background: var(--wait-fill); } .key.duplicate::before { background: var(--quiet-fill); }
.key.quarantined::before { background: var(--warn-fill); } .key.rejected::before { background: var(--refused-fill); }
.figures-table { grid-column: 1 / -1; font-size: 12.5px; color: var(--muted); }
.figures-table summary { cursor: pointer; padding: 3px 0; }
.figures-table .scroll { max-height: 260px; overflow-y: auto; margin-top: 6px; color: var(--text); }
.sources th[scope="row"] { font-size: inherit; color: inherit; }

.why { margin: 14px 0 0; padding: 12px 14px; background: var(--warn-ground); border-radius: 8px; }
.why h2 { color: var(--warn); margin-bottom: 4px; }
.why.refused { background: var(--refused-ground); } .why.refused h2 { color: var(--refused); }
.why p { margin: 0; }
.timeline { list-style: none; margin: 0; padding: 14px 16px 4px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.timeline li { position: relative; padding: 0 0 14px 22px; }
.timeline li::before { content: ""; position: absolute; left: 0; top: 6px; width: 9px; height: 9px; border-radius: 50%; background: var(--quiet-fill); }
.timeline li:not(:last-child)::after { content: ""; position: absolute; left: 4px; top: 19px; bottom: -3px; width: 1px; background: var(--line); }
.timeline li.good::before { background: var(--good-fill); }
.timeline li.bad::before { background: var(--bad-fill); }
.timeline li.warn::before { background: var(--warn-fill); }
.timeline li.refused::before { background: var(--refused-fill); }
.timeline li.wait::before { background: var(--wait-fill); }
.timeline li.event::before { background: none; border: 2px solid var(--quiet-fill); }
.timeline p { margin: 0; }
.timeline .at { float: right; margin-left: 12px; font-size: 12.5px; }
.tree { overflow-x: auto; padding: 8px 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; font-family: var(--mono); font-size: 13px; }
.tree ul { list-style: none; margin: 0; padding: 0 0 0 18px; }
.tree > ul { padding-left: 16px; }
.tree ul ul ul ul ul ul ul ul { padding-left: 4px; }
.tree li { min-width: 12ch; }
.tree li { padding: 1px 0; }
.tree summary { cursor: pointer; margin-left: -16px; min-height: 24px; padding: 1.5px 0; }
.tree .name { color: var(--muted); }
.tree .about, .tree .null { color: var(--muted); }
.tree .string { color: var(--good); white-space: pre-wrap; }
.tree .number, .tree .boolean { color: var(--wait); }
.tree .failing > .name, .tree .failing > details > summary > .name { color: var(--warn); font-weight: 650; }
.redacted { padding: 0 7px; border-radius: 4px; background: repeating-linear-gradient(135deg, var(--quiet-ground) 0 5px, transparent 5px 9px); color: var(--quiet); font-size: 12px; border: 1px solid var(--line); }
.why ul { margin: 0; padding: 0; list-style: none; }
.why li code { color: var(--warn); font-weight: 650; }
.headers th { width: 1%; font-family: var(--mono); vertical-align: baseline; }
.headers td { font-family: var(--mono); font-size: 13px; }
.panel { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; margin-bottom: 8px; }
.panel summary { cursor: pointer; padding: 7px 14px; }
.panel pre { margin: 0; border-width: 1px 0 0; border-radius: 0 0 8px 8px; }
.panel p { margin: 0; padding: 6px 14px; }
pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
.needs-script { display: none; }
.scripted .needs-script { display: flex; }
p.error { color: var(--bad); font-family: var(--mono); font-size: 13px; }
details.error { margin-top: 4px; }
details.error summary { cursor: pointer; color: var(--bad); font-family: var(--mono); font-size: 13px; }
pre { margin: 6px 0 0; padding: 10px 12px; overflow: auto; max-height: 420px; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; line-height: 1.45; overflow-wrap: normal; }

.compared th[scope="row"], .events .changed, .compared td { font-family: var(--mono); font-size: 13px; }
.compared th[scope="row"] { color: var(--text); white-space: normal; }
.compared td { width: 38%; }
.compared td { border-left: 1px solid var(--line); }
.compared td.before { color: var(--bad); background: color-mix(in srgb, var(--bad-ground) 40%, transparent); }
.compared td.after { color: var(--good); background: color-mix(in srgb, var(--good-ground) 40%, transparent); }
.events input { width: 16px; min-height: 16px; height: 16px; accent-color: var(--accent); }
.events .when, .events .id { white-space: nowrap; }
.below { margin-top: 10px; }
.question { padding: 14px 16px; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
.question p { margin: 0 0 12px; max-width: 80ch; }
.check { display: flex; gap: 8px; align-items: center; margin-bottom: 12px; min-height: 34px; }
.check input { width: 18px; height: 18px; min-height: 18px; accent-color: var(--accent); }
.progress p { margin: 0 0 14px; }
.progress p:not(:last-child) { display: none; }
progress { width: min(420px, 100%); height: 12px; accent-color: var(--accent); }
.summary { padding-left: 20px; }

@media (max-width: 700px) {
  .top { gap: 6px; padding: 0 12px; }
  .live { min-width: 0; padding: 5px 9px; }
  .user { display: none; }
  .top nav a { padding: 8px 7px; }
  main { padding: 14px 12px 32px; }
  .filter { grid-template-columns: 1fr 1fr; }
  .deliveries, .deliveries tbody { display: block; }
  .deliveries thead { display: none; }
  .deliveries tr { display: grid; grid-template-columns: 1fr auto; gap: 2px 10px; padding: 9px 12px; border-bottom: 1px solid var(--line); }
  .deliveries tbody tr:last-child { border-bottom: 0; }
  .deliveries td { padding: 0; border: 0; }
  .deliveries td:nth-child(2) { grid-area: 1 / 2; justify-self: end; }
  .deliveries .when { grid-area: 1 / 1; }
  .deliveries .type { grid-column: 1; font-weight: 500; overflow-wrap: anywhere; }
  .deliveries .source { display: none; }
  .deliveries .type::before { content: attr(data-source) " "; color: var(--muted); font-weight: 400; }
  .deliveries .id { grid-area: 2 / 2; justify-self: end; }
  .deliveries .subject { grid-column: 1; }
  .deliveries .address { grid-area: 3 / 2; justify-self: end; }
  .events, .events tbody, .compared, .compared tbody { display: block; }
  .events thead, .compared thead th:first-child { display: none; }
  .events tr { display: grid; grid-template-columns: 34px 34px 1fr auto; gap: 1px 8px; padding: 9px 12px; border-bottom: 1px solid var(--line); }
  .events tbody tr:last-child { border-bottom: 0; }
  .events td { padding: 0; border: 0; }
  .events td:nth-child(1), .events td:nth-child(2) { grid-row: 1 / span 2; text-align: center; }
  .events td:nth-child(1)::before, .events td:nth-child(2)::before { content: attr(data-label); display: block; font-size: 12px; color: var(--muted); }
  .events .type { grid-area: 2 / 3; font-weight: 500; }
  .events td:nth-child(5) { grid-area: 1 / 4; justify-self: end; }
  .events .changed { grid-area: 3 / 3 / 3 / 5; }
  .events .id { grid-area: 2 / 4; justify-self: end; }
  .compared thead { display: block; }
  .compared tr { display: grid; grid-template-columns: 1fr 1fr; border-bottom: 1px solid var(--line); }
  .compared tbody tr:last-child { border-bottom: 0; }
  .compared th, .compared td { border-bottom: 0; width: auto; white-space: normal; }
  .compared th[scope="row"] { grid-column: 1 / -1; padding-bottom: 2px; }
  .timeline .at { float: none; display: block; margin: 0; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
@media (forced-colors: active) { .chip { border: 1px solid; } }
`;

export const stylePath = `assets/console.css?v=${fingerprint(style)}`;
