// Offers the device's own time zone beside a time zone field. Without it the field works just the same.
"use strict";
for (const hint of document.querySelectorAll("[data-zone-of]")) {
  const field = document.getElementById(hint.dataset.zoneOf);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!field || !zone || field.value === zone) continue;
  hint.querySelector("[data-zone-name]").textContent = zone;
  hint.querySelector("button").addEventListener("click", () => {
    field.value = zone;
    hint.hidden = true;
    field.focus();
  });
  hint.hidden = false;
}
