// The week grid, made quicker: drag over boxes, walk with the arrow keys, hear what was chosen.
// Without this script every box is a plain labelled checkbox, and nothing is missing.
"use strict";

const week = document.querySelector(".week-days");
const boxes = week ? [...week.querySelectorAll("input")] : [];

if (boxes.length) {
  const said = document.querySelector("[data-week-said]");
  let first = null; // the box on which a drag began
  let last = null; // the box over which it is now
  let wanted = false; // what dragged-over boxes become

  const rove = (box) => {
    for (const each of boxes) each.tabIndex = each === box ? 0 : -1;
  };

  const say = (box) => {
    const name = box.labels[0].textContent.replace(/\s+/g, " ").trim();
    said.textContent = (box.checked ? said.dataset.one : said.dataset.none).replace("{time}", name);
  };

  const middle = (box) => {
    const place = box.closest("td").getBoundingClientRect();
    return { x: place.x + place.width / 2, y: place.y + place.height / 2 };
  };

  // The nearest box in the direction of an arrow, as the eye sees it: the grid turns with the width of the screen.
  const beside = (box, dx, dy) => {
    const from = middle(box);
    let best = null;
    let least = Infinity;
    for (const other of boxes) {
      const to = middle(other);
      const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
      const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
      if (along > 1 && aside < 20 && along < least) [best, least] = [other, along];
    }
    return best;
  };

  const keys = {
    ArrowLeft: (box) => beside(box, -1, 0),
    ArrowRight: (box) => beside(box, 1, 0),
    ArrowUp: (box) => beside(box, 0, -1),
    ArrowDown: (box) => beside(box, 0, 1),
    Home: (box) => box.closest("tr").querySelector("input"),
    End: (box) => [...box.closest("tr").querySelectorAll("input")].at(-1),
  };

  const between = (one, other) => {
    const [from, to] = [boxes.indexOf(one), boxes.indexOf(other)].sort((a, b) => a - b);
    return boxes.slice(from, to + 1).filter((box) => box.closest("tr") === other.closest("tr"));
  };

  rove(boxes.find((box) => box.checked) ?? boxes[0]);

  week.addEventListener("keydown", (event) => {
    const to = event.target.matches("input") && !event.ctrlKey && !event.metaKey && !event.altKey
      ? keys[event.key]?.(event.target)
      : null;
    if (!to) return;
    event.preventDefault();
    rove(to);
    to.focus();
  });

  week.addEventListener("focusin", (event) => {
    if (event.target.matches("input")) rove(event.target);
  });

  week.addEventListener("change", (event) => say(event.target));

  // A finger scrolls; only a mouse or a pen drags.
  week.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0 || !event.target.matches("input")) return;
    first = last = event.target;
    wanted = !first.checked;
  });

  week.addEventListener("pointerover", (event) => {
    if (!first || !event.target.matches("input") || event.target === last) return;
    for (const box of [first, ...between(last, event.target)]) box.checked = wanted;
    last = event.target;
    say(last);
  });

  week.addEventListener("click", (event) => {
    if (first && first !== last) event.preventDefault(); // the drag has set this box already
    first = last = null;
  });

  document.addEventListener("pointerup", () => setTimeout(() => { first = last = null; }));
}
