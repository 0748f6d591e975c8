// Adds a copy button beside a field that can be selected and copied by hand just as well.
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
