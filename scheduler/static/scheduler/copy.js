// Adds buttons beside a field that can be selected and copied by hand just as well: one that copies, and where the system
// has a sheet for sharing, one that opens it. What is shared is the address alone, without a word.
"use strict";
for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const done = document.querySelector(`[data-copied="${button.dataset.copies}"]`);
  if (!field || !navigator.clipboard) continue;
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    if (done) done.hidden = false;
  });
  button.hidden = false;
}
for (const button of document.querySelectorAll("[data-shares]")) {
  const field = document.getElementById(button.dataset.shares);
  if (!field || !navigator.canShare?.({ url: field.value })) continue;
  button.addEventListener("click", () => navigator.share({ url: field.value }).catch((problem) => {
    if (problem.name !== "AbortError") throw problem; // somebody closed the sheet again
  }));
  button.hidden = false;
}
