// A button that was pressed says that it is on its way; a second press meanwhile does nothing; without a network nothing
// is sent, and the page says so. Quick exit is never held up. Without this script forms are sent as forms are.
"use strict";
{
  const [SOON, LONG] = [300, 8000]; // ms until the button says so, and until it may be pressed once more
  const said = (name) => document.querySelector(`[data-${name}]`);
  const busy = new Map();

  const release = (form) => {
    const { button, was, timers } = busy.get(form);
    timers.forEach(clearTimeout);
    busy.delete(form);
    form.removeAttribute("aria-busy");
    if (button && was.length) button.replaceChildren(...was);
  };

  const tell = (form, held) => {
    if (!held.button) return;
    held.was = [...held.button.childNodes];
    held.button.replaceChildren(said("on-its-way").dataset.onItsWay);
  };

  const hold = (form, button) => {
    const held = { button, was: [], timers: [] };
    busy.set(form, held);
    form.setAttribute("aria-busy", "true");
    held.timers = [
      setTimeout(tell, SOON, form, held),
      setTimeout(() => {
        said("slow").hidden = false;
        release(form);
      }, LONG),
    ];
  };

  const network = () => {
    said("offline").hidden = navigator.onLine;
    if (navigator.onLine) said("not-sent").hidden = true;
  };

  if (said("on-its-way")) {
    document.addEventListener("submit", (event) => {
      const { target, submitter } = event;
      if (event.defaultPrevented || target.method !== "post" || "leaving" in target.dataset) return;
      if (!navigator.onLine) said("not-sent").hidden = false;
      if (!navigator.onLine || busy.has(target)) event.preventDefault();
      else hold(target, submitter);
    });
    addEventListener("pageshow", () => [...busy.keys()].forEach(release));
    addEventListener("online", network);
    addEventListener("offline", network);
    network();
  }
}
