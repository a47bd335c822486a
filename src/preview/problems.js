// Shows what a build had to say over the page, which stays as it was. In a shadow tree, so that neither styles the other.
var DatelineProblems = (() => {
  "use strict";
  const CSS = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    .panel, .pill { position: fixed; z-index: 2147483647; font: 14px/1.5 system-ui, sans-serif; color: #1d1b1a; background: #fffdf8; }
    .panel { inset: auto 0 0 0; max-height: 70vh; overflow: auto; overscroll-behavior: contain; border-top: 4px solid #b3261e; box-shadow: 0 -6px 30px #0005; padding: 14px 20px 20px; }
    .panel.warnings { border-color: #a15c00; }
    .pill { inset: auto 16px 16px auto; border: 1px solid #a15c00; border-radius: 999px; padding: 5px 14px; cursor: pointer; box-shadow: 0 2px 10px #0003; }
    .pill.errors { border-color: #b3261e; color: #b3261e; font-weight: 600; }
    header { display: flex; align-items: baseline; gap: 12px; }
    h2 { font-size: 16px; margin: 0; flex: 1; }
    section { margin-top: 14px; }
    h3 { font-size: 14px; margin: 0; }
    .error h3 b { color: #b3261e; } .warning h3 b { color: #a15c00; }
    .where { font: 13px/1.5 ui-monospace, monospace; color: #555; overflow-wrap: anywhere; }
    pre { font: 13px/1.6 ui-monospace, monospace; margin: 4px 0; padding: 6px 10px; background: #f2eee6; overflow-x: auto; }
    pre i { font-style: normal; color: #8a8378; user-select: none; }
    mark { background: #ffd7d2; color: inherit; text-decoration: underline wavy #b3261e; text-underline-offset: 4px; }
    .warning mark { background: #ffe8c2; text-decoration-color: #a15c00; }
    p { margin: 2px 0; white-space: pre-wrap; overflow-wrap: anywhere; }
    button { font: inherit; border: 1px solid #bbb; border-radius: 4px; background: #fff; color: inherit; cursor: pointer; }
    :focus-visible { outline: 2px solid #1a56b0; outline-offset: 2px; }
    @media (prefers-color-scheme: dark) {
      .panel, .pill { color: #eee8e0; background: #1f1d1b; }
      .where { color: #b9b2a8; } pre { background: #2b2825; } button { background: #2b2825; border-color: #666; }
      .pill.errors, .error h3 b { color: #ff8a80; } .warning h3 b { color: #ffb74d; }
      mark { background: #5c1d18; } .warning mark { background: #553200; }
    }`;
  let host, root, problems, closed = "";

  const element = (name, className, ...children) => {
    const e = document.createElement(name);
    if (className) e.className = className;
    e.append(...children);
    return e;
  };
  const counted = (n, what) => n ? [`${n} ${what}${n === 1 ? "" : "s"}`] : [];
  const title = () => [...counted(problems.errors, "error"), ...counted(problems.warnings, "warning")].join(", ");

  const one = d => {
    const s = element("section", d.severity);
    s.append(element("h3", "", element("b", "", `${d.severity}[${d.code}]`), `: ${d.message}`));
    if (d.path) s.append(element("div", "where", d.line ? `${d.path}:${d.line}:${d.column}` : d.path));
    if (d.text != null) {
      const chars = Array.from(d.text), end = d.from + Math.max(d.width, 1);
      const text = (from, to) => chars.slice(from, to).join("");
      s.append(element("pre", "", element("i", "", `${d.line} | `), text(0, d.from), element("mark", "", text(d.from, end) || " "), text(end)));
    }
    for (const note of d.notes) s.append(element("p", "", `note: ${note}`));
    if (d.help) s.append(element("p", "", `help: ${d.help}`));
    return s;
  };

  const draw = () => {
    root.querySelectorAll(".panel, .pill").forEach(e => e.remove());
    const state = JSON.stringify(problems), worst = problems.errors ? "errors" : "warnings";
    // Warnings stop nothing: they wait until somebody asks.
    const open = problems.errors ? closed !== state : closed === `open ${state}`;
    const button = element("button", open ? "" : `pill ${worst}`, open ? "Close" : title());
    button.onclick = () => { closed = problems.errors ? (open ? state : "") : (open ? "" : `open ${state}`); draw(); };
    if (!open) return root.append(button);
    button.title = "Escape";
    const what = problems.refused ? `${title()}: the page below is the last good one` : title();
    const panel = element("div", `panel ${worst}`, element("header", "", element("h2", "", what), button), ...problems.list.map(one));
    const more = problems.errors + problems.warnings - problems.list.length;
    if (more > 0) panel.append(element("p", "", `and ${more} more: the terminal shows all of them`));
    panel.setAttribute("role", "alert");
    panel.button = button;
    root.append(panel);
  };

  addEventListener("keydown", e => {
    const panel = root && root.querySelector(".panel");
    if (e.key === "Escape" && panel) panel.button.click();
  });

  return {
    show(found) {
      problems = found;
      if (!found) {
        if (host) host.remove();
        host = root = undefined;
        return;
      }
      if (!host || !host.isConnected) {
        host = document.createElement("dateline-problems");
        root = host.attachShadow({ mode: "open" });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(CSS);
        root.adoptedStyleSheets = [sheet];
        // Not in the body: what replaces that leaves this alone.
        document.documentElement.append(host);
      }
      draw();
    },
  };
})();
