// Keeps the overview up to date while somebody looks at it. Now and then it asks whether anything has changed; most
// answers are an empty 304. What is new takes the old one's place: focus, scroll and what is unfolded stay as they are,
// and nothing moves while something is being pressed or marked. Without this script, loading the page again does it.
"use strict";
{
  const SOON = 2_000;
  const USUAL = 30_000;
  const LONGEST = 300_000;
  const PRESSABLE = "a[href], button, summary, input:not([type='hidden'])";
  const overview = document.querySelector("[data-news]");
  const said = document.querySelector("[data-news-said]");
  let tag = overview.dataset.newsTag;
  let pause = USUAL;
  let timer = 0;
  let asking = false;
  let again = false;
  let leaving = false;

  // What a link or a button is, so that the same one is found again in the new markup.
  const nameOf = (element) =>
    [
      element.tagName,
      element.getAttribute("href") ?? element.form?.getAttribute("action") ?? element.parentElement.id,
      element.textContent.trim(),
    ].join(" ");
  const found = (name) => [...overview.querySelectorAll(PRESSABLE)].find((element) => nameOf(element) === name);

  const isBusy = () => {
    const marked = getSelection();
    return overview.matches(":active") || (!marked.isCollapsed && overview.contains(marked.anchorNode));
  };

  // The first thing in sight keeps its place, so that nothing slips away under a thumb.
  const inSight = () => {
    const shown = [...overview.querySelectorAll(PRESSABLE)].filter((element) => !element.closest(".glance"));
    const first = shown.find((element) => element.getClientRects().length && element.getBoundingClientRect().top >= 0);
    return first ? { name: nameOf(first), at: first.getBoundingClientRect().top } : null;
  };

  const show = (html) => {
    const focused = overview.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    const held = inSight();
    const open = [...overview.querySelectorAll("details[open][id]")].map((each) => each.id);
    overview.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused !== null) (found(focused) ?? document.querySelector("h1")).focus({ preventScroll: true });
    const same = held && found(held.name);
    if (same) scrollBy({ top: same.getBoundingClientRect().top - held.at, behavior: "instant" });
    said.textContent = "";
    setTimeout(() => { said.textContent = said.dataset.newsSaid; }, 100); // said again, though the words are the same
  };

  const take = async (answer) => {
    if (answer.type === "opaqueredirect") {
      location.reload(); // locked, signed out or no longer linked: what stands here is not for this reader any more
      return;
    }
    if (answer.status === 304) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const html = await answer.text();
    if (leaving) return;
    if (isBusy()) {
      pause = SOON;
      return;
    }
    tag = answer.headers.get("ETag");
    show(html);
  };

  const ask = async () => {
    if (leaving || document.hidden) return;
    if (asking) {
      again = true; // an answer that is on its way may be older than what made us ask
      return;
    }
    clearTimeout(timer);
    asking = true;
    try {
      const answer = await fetch(overview.dataset.news, { headers: { "If-None-Match": tag }, redirect: "manual" });
      pause = USUAL;
      await take(answer);
    } catch {
      pause = Math.min(pause * 2, LONGEST); // no network, or no Pear: less and less often
    }
    asking = false;
    if (again) {
      again = false;
      ask();
    } else {
      later();
    }
  };

  const later = () => {
    clearTimeout(timer);
    if (!document.hidden && !leaving) timer = setTimeout(ask, pause);
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : ask()));
  addEventListener("online", ask);
  addEventListener("submit", (event) => { leaving = !event.defaultPrevented; });
  addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) ask();
  });
  later();
}
