// Looks now and then whether the page of linking has something new, and shows it; at once when somebody comes back to it.
// "Look again" does the same by hand.
"use strict";
{
  const FIRST = 4_000;
  const LONGEST = 30_000;
  const here = document.querySelector("[data-link-state]");
  let pause = FIRST;
  let timer = 0;

  const freshState = async () => {
    const answer = await fetch(here.dataset.linkUrl).catch(() => null);
    if (!answer?.ok) return here.dataset.linkState;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[data-link-state]")?.dataset.linkState;
  };

  const look = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    if ((await freshState()) !== here.dataset.linkState) {
      location.assign(here.dataset.linkUrl);
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(look, pause);
    pause = Math.min(pause * 1.2, LONGEST);
  };

  if (/^(open|pairing)/.test(here.dataset.linkState)) {
    timer = setTimeout(look, pause);
    document.addEventListener("visibilitychange", () => {
      pause = FIRST;
      look();
    });
  }
}
