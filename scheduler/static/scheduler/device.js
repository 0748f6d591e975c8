// What this browser keeps of Pear, and how it goes. The plans are kept only once their owner has switched that on here,
// for as long as Pear would not lock; a signed-out or locked page, quick exit and signing out take them away.
// The worker (worker.js) is put up for those who switched that on, and where Pear is installed as an app: for nobody else.
"use strict";
{
  const [HERE, KEEPS, PLANS, PAGE] = ["here", "keeps", "plans", "/kept/"];
  const [SHELL, NOTHING] = ["shell", "/offline/"];
  const keeper = document.querySelector("[data-method]")?.dataset.keeper ?? "";
  const box = document.querySelector("[data-keeps]");
  const able = "serviceWorker" in navigator && "caches" in window;

  const isOn = () => Boolean(keeper) && localStorage.getItem(KEEPS) === keeper;
  const forget = () => caches.delete(PLANS);

  const keep = async () => {
    const answer = await fetch(PAGE, { redirect: "manual" }).catch(() => null);
    if (!answer || answer.status >= 500) return; // no network, or a bad moment: what is kept still holds
    if (!answer.ok || !isOn()) {
      await forget();
      return;
    }
    const milliseconds = Number(answer.headers.get("Kept-For")) * 1000;
    const headers = new Headers(answer.headers);
    headers.set("Kept-Until", String(Date.now() + milliseconds));
    const cache = await caches.open(PLANS);
    await cache.put(PAGE, new Response(await answer.blob(), { headers }));
    setTimeout(forget, Math.min(milliseconds, 2 ** 31 - 1)); // what no timer can wait for, the worker measures
  };

  const putUp = () => navigator.serviceWorker.register("/sw.js", { scope: "/" });

  // Where a language is chosen: the page that says "no network" speaks it from then on.
  const speak = async () => {
    if (!(await navigator.serviceWorker.getRegistration("/"))) return;
    const answer = await fetch(NOTHING).catch(() => null);
    if (answer?.ok) await (await caches.open(SHELL)).put(NOTHING, answer);
  };

  const begin = async () => {
    if (!isOn()) await forget();
    if (keeper && localStorage.getItem(KEEPS) !== keeper) localStorage.removeItem(KEEPS); // somebody else's choice
    if (isOn() || (keeper && matchMedia("(display-mode: standalone)").matches)) await putUp();
    if (isOn()) await keep();
    if (box) await speak();
  };

  const leave = () => {
    sessionStorage.clear();
    localStorage.removeItem(KEEPS);
    localStorage.removeItem(HERE);
    if (able) forget();
  };

  const show = () => {
    box.checked = isOn();
    box.dataset.keeps = box.checked ? "on" : "off"; // done, not only wished for
  };

  const turn = async () => {
    if (box.checked) localStorage.setItem(KEEPS, keeper);
    else localStorage.removeItem(KEEPS);
    await begin();
    show();
  };

  const offer = () => {
    show();
    box.closest("[hidden]").hidden = false;
    box.addEventListener("change", turn);
  };

  const keepsNothing = (problem) => {
    if (!(problem instanceof DOMException)) throw problem; // a browser that keeps nothing has nothing to forget
  };

  document.addEventListener("submit", ({ target }) => "leaving" in target.dataset && leave());
  addEventListener("storage", ({ key, newValue }) => {
    if (key === null || (key === HERE && newValue === null)) sessionStorage.clear(); // left in another tab
  });
  if (able) begin().then(() => box && offer()).catch(keepsNothing);
  else if (box) document.querySelector("[data-keeps-not]").hidden = false;
}

// Single keys that follow a link of the page. Off until switched on, in this browser alone; never while somebody writes.
{
  const KEPT = "single-keys";
  const isOn = () => {
    try {
      return localStorage.getItem(KEPT) === "on";
    } catch {
      return false; // a browser that keeps nothing has no shortcuts
    }
  };

  const told = () => {
    for (const link of document.querySelectorAll("a[data-key]")) {
      if (isOn()) link.setAttribute("aria-keyshortcuts", link.dataset.key);
      else link.removeAttribute("aria-keyshortcuts");
    }
  };

  document.addEventListener("keydown", (event) => {
    const busy = event.defaultPrevented || event.repeat || event.isComposing;
    if (busy || event.ctrlKey || event.altKey || event.metaKey || !isOn()) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const link = document.querySelector(`a[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  const field = document.querySelector("[data-keys-switch]");
  if (field) {
    field.checked = isOn();
    field.addEventListener("change", () => {
      try {
        if (field.checked) localStorage.setItem(KEPT, "on");
        else localStorage.removeItem(KEPT);
      } catch {
        field.checked = false;
      }
      told();
    });
    document.querySelector("[data-keys-way]").hidden = false;
    document.querySelector("[data-keys-none]").hidden = true;
  }
  told();
}

// Says when this device is in another zone than what stands here, and offers its own: beside a field for the zone, and
// beside the line that tells the account's zone. Without it both work just the same.
{
  const MONTH = 30 * 24 * 3_600_000;
  const zoneHere = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

  // An old name of the same place is no other zone: what counts is what the clocks show, over the coming year.
  const sameClocks = (zone, here) => {
    if (zone === here) return true;
    try {
      const [one, other] = [zone, here].map((name) =>
        Intl.DateTimeFormat("en", { timeZone: name, dateStyle: "short", timeStyle: "short" }));
      return [...Array(12).keys()].every((month) => {
        const moment = Date.now() + month * MONTH;
        return one.format(moment) === other.format(moment);
      });
    } catch {
      return false; // a zone that this browser does not know
    }
  };

  const offerFor = (field, hint, here) => {
    hint.querySelector("button").addEventListener("click", () => {
      field.value = here;
      hint.hidden = true;
      field.focus();
    });
  };

  const look = (hint) => {
    const here = zoneHere();
    const field = document.getElementById(hint.dataset.zoneOf);
    const sent = hint.querySelector("input[name=time_zone]");
    if (!here || (!field && !sent) || sameClocks(field ? field.value : hint.dataset.zoneHere, here)) return;
    if (field?.options && ![...field.options].some((option) => option.value === here)) return;
    if (field) offerFor(field, hint, here);
    else sent.value = here;
    hint.querySelector("[data-zone-name]").textContent = here.split("/").at(-1).replaceAll("_", " ");
    hint.hidden = false;
  };

  document.querySelectorAll("[data-zone-of]").forEach(look);
  // At the foot of a page it can wait until the page stands: to learn what a zone's clocks show takes a phone a while.
  requestAnimationFrame(() => setTimeout(() => document.querySelectorAll("[data-zone-here]").forEach(look)));
}
