// Style and script of the HTML report. After a change of the script its hash has to be renewed: the test `html_script`
// says what it is.
#include "report/html.h"

namespace rp {

const std::string_view kHtmlStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d9dee4; --code: #f3f5f7;
  --accent: #0550ae; --accent-soft: #ddeafc;
  --error: #b42318; --error-soft: #fdecea; --warning: #8a5a00; --warning-soft: #fdf3d8;
  --advice: #1a6b3c; --advice-soft: #e3f4e8;
  --mono: ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0e1116; --card: #161b22; --ink: #e4e9ef; --soft: #9aa5b1; --line: #2d343d; --code: #0e1218;
    --accent: #79b8ff; --accent-soft: #16304f;
    --error: #ff8a80; --error-soft: #3b1715; --warning: #e6b450; --warning-soft: #362a0d;
    --advice: #7fd69b; --advice-soft: #12301d;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 5rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
code, pre, .mono { font-family: var(--mono); }
code { font-size: .9em; background: var(--code); border-radius: 4px; padding: .1em .3em; overflow-wrap: anywhere; }
[hidden] { display: none !important; }
.visually-hidden {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--card); padding: .5rem 1rem; z-index: 9; }
.skip:focus { top: 1rem; }
.wrap { max-width: 72rem; margin: 0 auto; padding: 0 1.25rem; }
.top { padding-top: 2.25rem; padding-bottom: 1rem; }
.top h1 { margin: 0 0 .25rem; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.015em; }
.top p { margin: 0; color: var(--soft); }
.jump { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: .75rem 0 0; margin: 0; list-style: none; }
h2 { margin: 2.5rem 0 .9rem; font-size: 1.3rem; letter-spacing: -.01em; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .8rem 1rem;
  display: flex; flex-direction: column;
}
.card b { font-size: 1.75rem; line-height: 1.2; font-variant-numeric: tabular-nums; letter-spacing: -.02em; }
.card span { color: var(--soft); font-size: .9rem; }
.card.error b { color: var(--error); } .card.warning b { color: var(--warning); } .card.advice b { color: var(--advice); }
.banner {
  background: var(--warning-soft); border: 1px solid var(--warning); border-radius: 10px; padding: .7rem 1rem; margin: 1rem 0;
}
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem .9rem; text-align: left; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; }
thead th { color: var(--soft); font-size: .85rem; font-weight: 500; white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
.num { text-align: right; white-space: nowrap; }
.zero { color: var(--soft); opacity: .55; }
.bar { display: flex; height: .55rem; min-width: 6rem; margin-top: .45rem; border-radius: 99px; overflow: hidden; background: var(--code); }
.bar i { display: block; }
.bar .error { background: var(--error); } .bar .warning { background: var(--warning); } .bar .advice { background: var(--advice); }
.filters {
  position: sticky; top: 0; z-index: 5; background: var(--page); border-bottom: 1px solid var(--line);
  padding: .7rem 0; margin: 0 0 1rem;
}
.filters form { display: flex; flex-wrap: wrap; gap: .55rem .6rem; align-items: center; }
.filters input[type=search], .filters select, .filters button {
  font: inherit; font-size: .95rem; color: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px; padding: .42rem .7rem; min-height: 2.5rem;
}
.filters input[type=search] { flex: 1 1 14rem; min-width: 0; }
.filters fieldset { display: flex; border: 0; margin: 0; padding: 0; gap: .35rem; }
.chip { position: relative; }
.chip input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
.chip span {
  display: block; border: 1px solid var(--line); border-radius: 99px; padding: .38rem .8rem; font-size: .9rem;
  color: var(--soft); background: var(--card); text-decoration: line-through;
}
.chip input:checked + span { color: var(--ink); text-decoration: none; }
.chip input:checked + .error { background: var(--error-soft); color: var(--error); border-color: currentColor; }
.chip input:checked + .warning { background: var(--warning-soft); color: var(--warning); border-color: currentColor; }
.chip input:checked + .advice { background: var(--advice-soft); color: var(--advice); border-color: currentColor; }
.chip input:checked + .plain { background: var(--accent-soft); color: var(--accent); border-color: currentColor; }
.chip input:focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px; }
.shown { color: var(--soft); font-size: .9rem; margin-left: auto; white-space: nowrap; }
.file {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 0 0 .9rem;
  content-visibility: auto; contain-intrinsic-size: auto 20rem;
}
.file > summary { display: flex; gap: .6rem; align-items: baseline; padding: .7rem 1rem; cursor: pointer; }
.file > summary::marker, .file > summary::-webkit-details-marker { content: ""; display: none; }
.file > summary::before { content: "▸"; color: var(--soft); }
.file[open] > summary::before { content: "▾"; }
.file > summary h3 { font: 600 .95rem/1.5 var(--mono); margin: 0; overflow-wrap: anywhere; flex: 1; }
.file > summary .count { color: var(--soft); font-size: .9rem; white-space: nowrap; }
.finding { border-top: 1px solid var(--line); padding: .95rem 1rem 1.05rem; }
.finding h4 { margin: .45rem 0 .55rem; font-size: 1.02rem; font-weight: 600; line-height: 1.4; overflow-wrap: anywhere; }
.tags { display: flex; flex-wrap: wrap; gap: .3rem .55rem; align-items: center; font-size: .85rem; }
.tag { border-radius: 99px; padding: .1rem .6rem; font-weight: 600; }
.tag.error { background: var(--error-soft); color: var(--error); }
.tag.warning { background: var(--warning-soft); color: var(--warning); }
.tag.advice { background: var(--advice-soft); color: var(--advice); }
.tag.verdict { border: 1px solid var(--line); color: var(--soft); font-weight: 500; }
.tag.proven { color: var(--ink); border-color: currentColor; }
.place { color: var(--soft); }
pre {
  margin: .5rem 0; padding: .6rem .8rem; background: var(--code); border: 1px solid var(--line); border-radius: 8px;
  overflow-x: auto; font-size: .84rem; line-height: 1.5; tab-size: 4;
}
pre .gutter { color: var(--soft); user-select: none; -webkit-user-select: none; }
pre .error, pre .del { color: var(--error); } pre .warning { color: var(--warning); }
pre .advice, pre .ins { color: var(--advice); } pre .error, pre .warning, pre .advice { font-weight: 700; }
pre .del, pre .ins { display: block; }
mark { background: var(--warning-soft); color: inherit; border-radius: 3px; box-shadow: 0 0 0 .12em var(--warning-soft); }
pre .del { background: var(--error-soft); } pre .ins { background: var(--advice-soft); }
.notes { list-style: none; margin: .6rem 0 0; padding: 0; font-size: .95rem; }
.notes li { margin: .3rem 0; overflow-wrap: anywhere; }
.notes b { font-weight: 600; }
.notes .note { color: var(--soft); }
.more { margin: .4rem 0 0; font-size: .92rem; }
.more summary { cursor: pointer; color: var(--accent); padding: .25rem 0; }
.fixhead { margin: .7rem 0 0; font-size: .9rem; font-weight: 600; }
.rule { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 0 0 .6rem; }
.rule > summary { cursor: pointer; padding: .7rem 1rem; overflow-wrap: anywhere; }
.rule > div { padding: 0 1rem 1rem; }
.rule p { margin: .4rem 0 .7rem; max-width: 65ch; }
.rule h4 { margin: .8rem 0 .2rem; font-size: .9rem; }
.rule ul { margin: .3rem 0; padding-left: 1.2rem; font-size: .92rem; overflow-wrap: anywhere; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1rem; }
.two > * { min-width: 0; }
.none { background: var(--card); border: 1px dashed var(--line); border-radius: 10px; padding: 1.4rem; color: var(--soft); text-align: center; }
dl.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .3rem 1.5rem; margin: 0; padding: .8rem 1rem;
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
dl.figures div { display: flex; justify-content: space-between; gap: 1rem; border-bottom: 1px dotted var(--line); padding: .15rem 0; }
dl.figures dt { color: var(--soft); } dl.figures dd { margin: 0; font-variant-numeric: tabular-nums; }
td .mono, td.mono { font-size: .86rem; overflow-wrap: anywhere; }
td.path { min-width: 13rem; }
footer { color: var(--soft); font-size: .9rem; padding: 2.5rem 0 3rem; }
@media (max-width: 40rem) {
  .wrap { padding: 0 .85rem; }
  .top { padding-top: 1.4rem; } .top h1 { font-size: 1.55rem; }
  .cards { grid-template-columns: repeat(3, 1fr); gap: .5rem; } .card { padding: .55rem .7rem; } .card b { font-size: 1.35rem; }
  .card span { font-size: .8rem; }
  th, td { padding: .45rem .6rem; }
  .areas .bars { display: none; }
  .filters { position: static; }
  .filters input[type=search] { flex-basis: 100%; }
  .shown { margin-left: 0; }
  .finding { padding: .85rem .8rem; } .file > summary { padding: .65rem .8rem; }
  pre { font-size: .78rem; margin-left: -.2rem; margin-right: -.2rem; }
}
@media print {
  .filters, .jump, .skip { display: none; }
  .file, .rule { break-inside: avoid-page; content-visibility: visible; }
  pre { white-space: pre-wrap; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
)css";

const std::string_view kHtmlScript = R"js(
"use strict";
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const items = [...document.querySelectorAll("[data-finding]")].map((element) => ({
    element,
    area: element.dataset.area,
    severity: element.dataset.severity,
    verdict: element.dataset.verdict,
    count: Number(element.dataset.count),
    text: (element.dataset.path + " " + element.textContent).toLowerCase(),
  }));
  const files = [...document.querySelectorAll("[data-file]")];
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");
  const total = items.reduce((sum, item) => sum + item.count, 0);
  const number = new Intl.NumberFormat("en-US");
  const apply = () => {
    const words = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const area = form.elements.area.value;
    const on = (name) => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));
    const severities = on("severity");
    const verdicts = on("verdict");
    let count = 0;
    for (const item of items) {
      const keep = (area === "" || item.area === area) && severities.has(item.severity) &&
        verdicts.has(item.verdict) && words.every((word) => item.text.includes(word));
      item.element.hidden = !keep;
      if (keep) count += item.count;
    }
    for (const file of files) {
      const left = file.querySelector("[data-finding]:not([hidden])");
      file.hidden = !left;
      if (left && words.length > 0) file.open = true;
    }
    shown.textContent = count === total ? `${number.format(total)} shown` :
      `${number.format(count)} of ${number.format(total)} shown`;
    none.hidden = count !== 0;
  };
  form.parentElement.parentElement.hidden = false;
  let timer = 0;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(apply, 80); });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
  for (const link of document.querySelectorAll("[data-pick]")) {
    link.addEventListener("click", () => { form.elements.area.value = link.dataset.pick; apply(); });
  }
  document.getElementById("fold").addEventListener("click", (event) => {
    const open = event.target.getAttribute("aria-pressed") === "true";
    for (const file of files) file.open = open;
    event.target.setAttribute("aria-pressed", String(!open));
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      form.elements.q.focus();
    }
  });
  addEventListener("beforeprint", () => { for (const file of files) if (!file.hidden) file.open = true; });
  const reveal = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  apply();
  reveal();
})();
)js";

const std::string_view kHtmlScriptHash = "sha256-asrucoQym5KRTKOQmoaYEKmmgbhNTVeEKRJGTueQHMg=";

}  // namespace rp
