"""How the local page looks."""

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #16292b; --quiet: #4a6a6d; --line: #c4d2d3; --ground: #fff; --raised: #f2f6f6;
  --strong: #0b5a60; --on-strong: #fff; --danger: #a3211a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e3eced; --quiet: #9fb8ba; --line: #37494b; --ground: #111a1b; --raised: #1a2627;
    --strong: #7fcbd1; --on-strong: #06282b; --danger: #ff9d95;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground);
  max-width: 72rem; margin: 0 auto; padding: 1rem 1rem 4rem;
}
h1 { font-size: 1.4rem; margin: .5rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .3rem; }
a { color: var(--strong); }
p { margin: .4rem 0; }
small, .quiet { color: var(--quiet); font-size: .9rem; }
ul.reports { list-style: none; margin: 0; padding: 0; }
ul.reports li { border-bottom: 1px solid var(--line); padding: .5rem 0; }
a.name { font-family: ui-monospace, monospace; font-weight: 600; }
article {
  margin: .6rem 0; padding: .5rem .8rem; border-left: 4px solid var(--line);
  background: var(--raised);
}
article.reporter { border-color: var(--strong); }
article.waiting { border-left-style: dashed; }
article p { white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; }
.columns { display: grid; gap: 0 2rem; }
.columns > * { min-width: 0; }
@media (min-width: 60rem) {
  .columns { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); align-items: start; }
}
form { margin: .5rem 0; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .4rem 0; }
.row > label { flex: 1 1 9rem; margin: 0; }
.row > button { margin: 0; }
label { display: block; font-size: .9rem; color: var(--quiet); margin: .4rem 0; }
textarea, select, input[type=text] {
  display: block; width: 100%; font: inherit; color: var(--ink); background: var(--ground);
  border: 1px solid var(--quiet); border-radius: 4px; padding: .4rem .5rem; margin-top: .15rem;
}
select, input[type=text] { height: 2.6rem; }
textarea { min-height: 6rem; }
textarea.tall { min-height: 14rem; }
button {
  font: inherit; font-weight: 600; min-height: 2.6rem; padding: .3rem 1rem; margin: .3rem .4rem 0 0;
  border: 1px solid var(--strong); border-radius: 4px; cursor: pointer;
  background: var(--strong); color: var(--on-strong);
}
button.plain { background: none; color: var(--strong); }
button.danger { background: none; border-color: var(--danger); color: var(--danger); }
details { border-bottom: 1px solid var(--line); padding: .2rem 0; }
details > form { margin-bottom: .8rem; }
article details { border: 0; }
summary { cursor: pointer; padding: .4rem 0; font-weight: 600; }
article summary { font-weight: 400; font-size: .9rem; color: var(--strong); }
[role=alert] { border: 2px solid var(--danger); border-radius: 4px; padding: .5rem .8rem; }
[role=status] { border: 2px solid var(--strong); border-radius: 4px; padding: .5rem .8rem; }
table { border-collapse: collapse; margin: .5rem 0; width: 100%; max-width: 40rem; }
th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); }
td:first-child { text-align: right; width: 4rem; font-variant-numeric: tabular-nums; }
"""
