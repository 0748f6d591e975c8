// Looks now and then whether the page of linking has something new, and shows it. "Look again" does the same by hand.
const LONGEST = 30000;
const here = document.querySelector("[data-link-state]");

async function freshState() {
  const answer = await fetch(here.dataset.linkUrl).catch(() => null);
  if (!answer?.ok) return here.dataset.linkState;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("[data-link-state]")?.dataset.linkState;
}

async function look(pause) {
  if (!document.hidden && (await freshState()) !== here.dataset.linkState) {
    location.assign(here.dataset.linkUrl);
    return;
  }
  setTimeout(look, pause, Math.min(pause * 1.2, LONGEST));
}

if (/^(open|pairing)/.test(here.dataset.linkState)) setTimeout(look, 4000, 4000);
