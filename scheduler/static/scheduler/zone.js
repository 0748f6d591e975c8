// Says when this device is in another zone than what stands here, and offers its own: beside a field for the zone, and
// beside the line that tells the account's zone. Without it both work just the same.
"use strict";
{
  const MONTH = 30 * 24 * 3_600_000;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

  // An old name of the same place is no other zone: what counts is what the clocks show, over the coming year.
  const sameClocks = (zone) => {
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

  const offerFor = (field, hint) => {
    hint.querySelector("button").addEventListener("click", () => {
      field.value = here;
      hint.hidden = true;
      field.focus();
    });
  };

  for (const hint of document.querySelectorAll("[data-zone-of], [data-zone-here]")) {
    const field = document.getElementById(hint.dataset.zoneOf);
    const sent = hint.querySelector("input[name=time_zone]");
    if (!here || (!field && !sent) || sameClocks(field ? field.value : hint.dataset.zoneHere)) continue;
    if (field?.options && ![...field.options].some((option) => option.value === here)) continue;
    if (field) offerFor(field, hint);
    else sent.value = here;
    hint.querySelector("[data-zone-name]").textContent = here.split("/").at(-1).replaceAll("_", " ");
    hint.hidden = false;
  }
}
