/**
 * The style sheet of the report.
 *
 * @module
 */

/** Light and dark by the reader's setting; figures stay on white, as they are printed. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #5c5c5c; --line: #dcdcdc; --page: #fdfdfd;
  --panel: #f4f5f7; --link: #005a94; --good: #00694c; --bad: #a63c00; --time: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #a6a6a6; --line: #3a3d42; --page: #16181b;
  --panel: #1f2226; --link: #7cc0f0; --good: #4fd1a5; --bad: #ff9a5c; --time: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 72rem; color: var(--ink);
  background: var(--page); font: 1rem/1.55 Inter, system-ui, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 .6rem; padding-top: .9rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p { max-width: 46rem; } a { color: var(--link); } code { font-size: .9em; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; margin: 1rem 0; padding: 0; }
.soft { color: var(--soft); }
.skip { position: absolute; left: -100vw; } .skip:focus { left: 1rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: 1.5rem; }
figure { margin: 0; } figure.wide { grid-column: 1 / -1; }
figure a { display: block; background: #fff; border: 1px solid var(--line); border-radius: 6px; padding: .6rem; }
figure img { display: block; margin: 0 auto; max-width: 100%; height: auto; }
figcaption { margin-top: .45rem; font-size: .9rem; color: var(--soft); }
figcaption a { display: inline; border: 0; padding: 0; background: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; padding: .3rem 0; color: var(--soft); }
th, td { text-align: left; vertical-align: top; padding: .38rem .7rem .38rem 0; border-bottom: 1px solid var(--line); }
thead th { font-weight: 600; white-space: nowrap; } td:last-child:not(.number) { min-width: 15rem; }
tbody th { font-weight: 400; } .number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.met { color: var(--good); } .missed { color: var(--bad); font-weight: 600; }
.graph { display: grid; gap: .5rem; overflow-x: auto; padding: .4rem 0 1rem; }
.lane { display: flex; align-items: center; gap: .4rem; } .lane > b { min-width: 6.5rem; font-weight: 600; }
.chip { background: var(--panel); border: 1px solid var(--line); border-radius: 999px; padding: .1rem .75rem;
  white-space: nowrap; font-size: .9rem; }
.bar { display: inline-block; height: .6em; background: var(--time); border-radius: 2px; min-width: 1px; }
pre { background: var(--panel); padding: .8rem; border-radius: 6px; overflow-x: auto; font-size: .85rem; }
@media print { nav, details { display: none; } }
`;
