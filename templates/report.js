"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, text = "", name = "") => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (name) element.className = name;
    return element;
  };
  const plural = (n, thing) => n.toLocaleString("en") + " " + thing + (n === 1 ? "" : "s");

  // Exchanges: read when first asked for, put on the page a slice at a time, as text only.
  const SLICE = 25;
  let exchanges = null;
  const exchange = (n) => {
    exchanges ??= JSON.parse(one("#exchanges").textContent);
    return exchanges[n];
  };
  const headers = (title, list) => {
    const box = make("div");
    const lines = list.map(([name, value]) => name + ": " + value).join("\n");
    box.append(make("h4", title), make("pre", lines || "none"));
    return box;
  };
  const body = (whose, { body, body_bytes, body_truncated }) => {
    const size = body_bytes.toLocaleString("en") + " bytes" + (body_truncated ? ", the beginning" : "");
    const text = make("pre", body || "empty");
    text.tabIndex = 0;
    return [make("h4", whose + " body, " + size), text];
  };
  const draw = (n) => {
    const x = exchange(n);
    if (!x) return make("p", "Exchange " + n + " is not on this page; the JSON report may have it.", "dim");
    const box = make("article", "", "exchange");
    const title = make("h3", x.request.method + " " + x.request.url + " ");
    const answer = x.response ? "→ " + x.response.status : "→ no response";
    title.append(make("span", answer + " · " + x.duration_ms + " ms · exchange " + n));
    box.append(title);
    if (x.error) box.append(make("p", x.error, "trouble"));
    for (const a of x.attempts) {
      const what = a.error || (a.status === null ? "no response" : "answered " + a.status);
      box.append(make("p", "An earlier attempt: " + what + " after " + a.duration_ms + " ms, then waited " + a.waited_ms + " ms", "dim"));
    }
    const pair = make("div", "", "pair");
    pair.append(headers("Request headers", x.request.headers));
    if (x.response) pair.append(headers("Response headers", x.response.headers));
    box.append(pair);
    if (x.request.body_bytes) box.append(...body("Request", x.request));
    if (x.response) box.append(...body("Response", x.response));
    return box;
  };
  const fill = (details) => {
    const rest = details.dataset.exchanges.split(" ").map(Number);
    delete details.dataset.exchanges;
    const button = make("button");
    button.type = "button";
    const next = () => {
      for (const n of rest.splice(0, SLICE)) button.before(draw(n));
      button.textContent = "Show more, " + plural(rest.length, "exchange") + " left";
      button.hidden = rest.length === 0;
    };
    details.append(button);
    button.addEventListener("click", next);
    next();
  };
  document.addEventListener("toggle", ({ target }) => {
    if (target.open && target.dataset.exchanges) fill(target);
  }, true);

  // What a large report does not show at once waits in templates: findings after the first, branches of the contract.
  const more = one(".unpack");
  const findings = more.parentElement;
  const take = (template) => template.replaceWith(template.content);
  const takeAll = (section) => {
    for (let found = all("template", section); found.length > 0; found = all("template", section)) found.forEach(take);
    more.hidden = !one("template", findings);
  };
  more.addEventListener("click", () => {
    take(one("template", findings));
    more.hidden = !one("template", findings);
  });
  more.hidden = !one("template", findings);
  document.addEventListener("toggle", ({ target }) => {
    if (target.open && target.matches(".node")) all(":scope > template", target).forEach(take);
  }, true);

  // Search and filters. No filter of a kind means all of that kind.
  const search = one("#search");
  const texts = new WeakMap();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const sections = ["findings", "cases", "contract"].map((id) => {
    const section = document.getElementById(id);
    const shown = one(".shown", section);
    return { section, shown, total: shown.textContent };
  });
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { section, shown, total } of sections) {
      const chosen = new Map();
      for (const input of all(".filter input:checked", section)) {
        chosen.set(input.name, [...(chosen.get(input.name) ?? []), input.value]);
      }
      const active = words.length > 0 || chosen.size > 0;
      if (active) takeAll(section);
      let count = 0;
      for (const item of all("[data-item]", section)) {
        const fits = [...chosen].every(([name, values]) => values.includes(item.dataset[name]))
          && words.every((word) => textOf(item).includes(word));
        item.hidden = !fits;
        count += fits ? 1 : 0;
      }
      for (const node of all(".node", section).reverse()) {
        node.dataset.was ??= node.open ? "open" : "";
        node.hidden = active && !one("[data-item]:not([hidden])", node);
        node.open = active ? !node.hidden : node.dataset.was === "open";
        if (!active) delete node.dataset.was;
      }
      shown.textContent = active ? count.toLocaleString("en") + " of " + total : total;
      const none = one(".filtered", section);
      none.hidden = !active || count > 0;
    }
  };
  let soon = 0;
  search.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(apply, 120);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.closest(".filter")) apply();
  });
  const clear = () => {
    search.value = "";
    for (const input of all(".filter input:checked")) input.checked = false;
    apply();
  };

  // A link to a clause, case or finding opens whatever hides it.
  const reveal = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* taken as it stands */ }
    if (!id) return;
    if (!document.getElementById(id)) takeAll();
    const target = document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);

  // Keys: `/` searches, Escape clears; in the tree, arrows walk, open and close.
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target === search) {
      if (key === "Escape") clear();
      return;
    }
    if (key === "/" && !target.closest("input, textarea, select")) {
      event.preventDefault();
      search.focus();
      search.select();
      return;
    }
    const summary = target.closest("summary");
    const tree = summary?.closest("#contract");
    if (!tree) return;
    const details = summary.parentElement;
    const open = (step) => {
      const seen = all("summary", tree).filter((each) => each.checkVisibility());
      seen[seen.indexOf(summary) + step]?.focus();
    };
    if (key === "ArrowDown") open(1);
    else if (key === "ArrowUp") open(-1);
    else if (key === "ArrowRight" && !details.open) details.open = true;
    else if (key === "ArrowRight") open(1);
    else if (key === "ArrowLeft" && details.open) details.open = false;
    else if (key === "ArrowLeft") one("summary", details.parentElement.closest("details") ?? details).focus();
    else return;
    event.preventDefault();
  });

  // A command is copied at a click; where the clipboard is closed to the page, it is selected.
  document.addEventListener("click", async ({ target }) => {
    if (!target.matches("button.copy")) return;
    const text = target.parentElement.nextElementSibling;
    try {
      await navigator.clipboard.writeText(text.textContent);
      target.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(text);
    }
  });
  addEventListener("beforeprint", () => all(".finding").forEach((finding) => { finding.open = true; }));
  document.documentElement.classList.add("js");
  for (const control of all(".toolbar, .filter")) control.hidden = false;
  reveal();
})();
