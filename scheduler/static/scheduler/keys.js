// Single keys that follow a link of the page. Off until switched on, in this browser alone; never while somebody writes.
"use strict";
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
