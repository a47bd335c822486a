// Follows the changes of the page that it is in. The server puts it there; it is in no file.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !window.EventSource) return;
  const base = script.dataset.base;
  let since = script.dataset.since, bodyHash = script.dataset.body;
  let source, queue = Promise.resolve();

  // A page that moves takes its place in the text along.
  const SCROLL = "dateline-scroll";
  try {
    const kept = JSON.parse(sessionStorage.getItem(SCROLL) || "null");
    sessionStorage.removeItem(SCROLL);
    if (kept && kept.at === location.pathname) scrollTo(kept.x, kept.y);
  } catch { /* storage can be forbidden */ }

  const connect = () => {
    if (source || document.hidden) return;
    const page = encodeURIComponent(location.pathname), from = encodeURIComponent(since);
    const mine = source = new EventSource(`${base}/_dateline/events?page=${page}&since=${from}`);
    mine.onmessage = e => {
      const message = JSON.parse(e.data);
      // One after the other, and never two at once.
      queue = queue.then(() => take(message)).catch(() => reload());
    };
    mine.onerror = () => {
      // By itself a browser would ask with what it knew at first; and some give up when nobody answers.
      mine.close();
      if (source === mine) {
        source = undefined;
        setTimeout(connect, 400);
      }
    };
  };
  const disconnect = () => {
    if (source) source.close();
    source = undefined;
  };
  // A browser has six connections for all pages of one server: only those that are looked at keep one.
  document.addEventListener("visibilitychange", () => (document.hidden ? disconnect() : connect()));
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", connect);

  const reload = () => location.reload();

  const take = async message => {
    DatelineProblems.show(message.problems);
    since = message.version;
    if (message.page === "moved") {
      try {
        const at = new URL(message.to, location.href).pathname;
        sessionStorage.setItem(SCROLL, JSON.stringify({ at, x: scrollX, y: scrollY }));
      } catch { /* as above */ }
      location.replace(message.to + location.search + location.hash);
    } else if (message.page === "changed" || message.page === "gone") {
      await refresh();
    }
    if (message.assets.length) await assets(new Set(message.assets));
  };

  // Scripts that run; data in a script element does not.
  const scripts = doc => [...doc.scripts].filter(s => !s.dataset.since && /^(|module|importmap|.*javascript)$/i.test(s.type));
  const texts = list => list.map(s => s.outerHTML).join("\n");

  const refresh = async () => {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (!(answer.headers.get("content-type") || "").startsWith("text/html")) return reload();
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const tag = next.querySelector("script[data-since]");
    if (!tag) return reload();
    const had = scripts(document);
    const sameBody = tag.dataset.body === bodyHash;
    // What scripts have made of a body cannot be made again from its text: then only the head is changed in place.
    if (texts(had) !== texts(scripts(next)) || (had.length && !sameBody)) return reload();
    since = tag.dataset.since;
    bodyHash = tag.dataset.body;
    attributes(document.documentElement, next.documentElement);
    await head(next.head);
    if (sameBody) return;
    tag.remove();
    script.remove();
    Idiomorph.morph(document.body, next.body, { morphStyle: "outerHTML", ignoreActiveValue: true });
  };

  const attributes = (old, next) => {
    for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  };

  const isSheet = e => e.localName === "link" && e.relList.contains("stylesheet");

  const head = async next => {
    const old = new Map([...document.head.children].map(e => [e.outerHTML, e]));
    const loaded = [];
    let last;
    // In their order: of two style sheets the later one wins.
    for (const e of next.children) {
      const there = old.get(e.outerHTML);
      old.delete(e.outerHTML);
      if (there) {
        last = there;
        continue;
      }
      const fresh = document.importNode(e, true);
      if (isSheet(fresh)) loaded.push(settled(fresh));
      if (last) last.after(fresh); else document.head.prepend(fresh);
      last = fresh;
    }
    // The old look stays until the new one is there.
    await Promise.all(loaded);
    for (const e of old.values()) e.remove();
  };

  const settled = link => new Promise(done => {
    link.onload = link.onerror = done;
    setTimeout(done, 3000);
  });

  // Files that a page names and whose names do not change with their bytes.
  const assets = async changed => {
    const now = url => {
      const u = new URL(url, location.href);
      if (u.origin !== location.origin || !changed.has(decodeURI(u.pathname))) return;
      u.searchParams.set("_", since);
      return u.href;
    };
    if (scripts(document).some(s => s.src && now(s.src))) return reload();
    // Of feeds and copies for programs a page shows nothing.
    for (const link of [...document.querySelectorAll("link[rel~=stylesheet][href], link[rel~=icon][href]")]) {
      const href = now(link.href);
      if (!href) continue;
      const next = link.cloneNode();
      next.href = href;
      const loaded = isSheet(link) ? settled(next) : undefined;
      link.after(next);
      await loaded;
      link.remove();
    }
    for (const e of document.querySelectorAll("img[src], source[src], video[src], audio[src], iframe[src]")) {
      const src = now(e.src);
      if (src) e.src = src;
    }
  };

  connect();
})();
