// What becomes of a form. One that was sent says so and is not sent twice, and nothing that was typed is lost. Without
// this script forms are sent as forms are, and nothing is kept.
"use strict";

// A button that was pressed says that it is on its way; a second press meanwhile does nothing; without a network nothing
// is sent, and the page says so. Quick exit is never held up.
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

// What stands in a form is kept in this tab until it has arrived, through a sign-in that ran out, a lock, and an answer
// that never came. Kept for one form and one user, a day at most; passwords and codes never. Goes when the form has
// arrived, and with quick exit and signing out (device.js).
{
  const [HERE, SENT, PREFIX, LONGEST] = ["here", "sent", "draft:", 24 * 3600 * 1000];
  const LEFT_OUT = "[type=hidden], [type=password], [type=file], [autocomplete='one-time-code']";
  const page = document.querySelector("[data-method]");
  const keeper = page?.dataset.keeper ?? ""; // nobody, while signed out or locked
  const again = document.querySelector("[data-restored]");
  const mine = `${PREFIX}${keeper}:`;

  const pathOf = (form) => new URL(form.getAttribute("action") ?? "", location.href).pathname;
  const isBox = (field) => field.type === "checkbox" || field.type === "radio";
  const fieldsOf = (form) => [...form.elements].filter(
    (field) => field.name && field.matches("input, select, textarea") && !field.matches(LEFT_OUT),
  );
  const drop = (belongs) => Object.keys(sessionStorage)
    .filter((key) => key.startsWith(PREFIX) && belongs(key))
    .forEach((key) => sessionStorage.removeItem(key));

  // Forms of one page that go to one address are told apart by their order.
  const keys = new Map();
  if (keeper) {
    const seen = {};
    for (const form of document.querySelectorAll("main form[method=post]")) {
      const path = pathOf(form);
      seen[path] = (seen[path] ?? 0) + 1;
      if (fieldsOf(form).length) keys.set(form, `${mine}${path}:${seen[path]}`);
    }
  }

  const save = (form) => {
    if (!keys.has(form) || localStorage.getItem(HERE) !== keeper) return; // left in another tab: nothing is kept here
    const fields = fieldsOf(form).map((it) => (isBox(it) ? [it.name, it.value, it.checked] : [it.name, null, it.value]));
    sessionStorage.setItem(keys.get(form), JSON.stringify({ at: Date.now(), fields }));
  };

  const put = (field, value) => {
    const slot = isBox(field) ? "checked" : "value";
    if (field[slot] === value || (field.options && ![...field.options].some((each) => each.value === value))) return false;
    field[slot] = value;
    field.closest("details")?.setAttribute("open", "");
    return true;
  };

  const restore = (form) => {
    const kept = JSON.parse(sessionStorage.getItem(keys.get(form)) ?? "null");
    if (!kept || Date.now() - kept.at > LONGEST) {
      sessionStorage.removeItem(keys.get(form));
      return false;
    }
    const fields = fieldsOf(form);
    const found = ([name, mark]) => fields.find((it) => it.name === name && (mark === null || it.value === mark));
    return kept.fields.filter((each) => found(each) && put(found(each), each[2])).length > 0;
  };

  // What became of the form that was sent last: a page after a redirect, or an answer without the form, means that it
  // has arrived. The form itself as the answer is what Pear made of it, and stands as it is.
  const settle = () => {
    const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "null");
    sessionStorage.removeItem(SENT);
    if (!sent || !keeper) return null;
    const { redirectCount, responseStatus, type } = performance.getEntriesByType("navigation")[0];
    const isAnswer = page.dataset.method === "POST";
    const back = isAnswer && [...keys].find(([, key]) => key === sent.key);
    if (back) return back[0];
    if (!(responseStatus >= 400) && type !== "back_forward" && (isAnswer || redirectCount > 0)) {
      drop((key) => key === sent.key || (sent.path && key.startsWith(`${mine}${sent.path}:`)));
    }
    return null;
  };

  const begin = () => {
    if (!localStorage.getItem(HERE)) drop(() => true); // somebody left, perhaps in another tab
    const answered = settle();
    if (!keeper) return;
    drop((key) => !key.startsWith(mine)); // somebody else's
    localStorage.setItem(HERE, keeper);
    if (answered) save(answered);
    const restored = [...keys.keys()].filter((form) => form !== answered && restore(form));
    again.hidden = !restored.length;
    again.querySelector("button").addEventListener("click", () => {
      for (const form of restored) {
        form.reset();
        sessionStorage.removeItem(keys.get(form));
      }
      again.hidden = true;
      document.getElementById("content").focus();
    });
    for (const kind of ["input", "change"]) document.addEventListener(kind, ({ target }) => save(target.form));
    document.addEventListener("submit", ({ target, defaultPrevented }) => {
      const [key, of] = [keys.get(target), target.closest("[data-draft-of]")?.dataset.draftOf];
      const path = of && new URL(of, location.href).pathname;
      if (defaultPrevented || !(key || path)) return;
      save(target);
      sessionStorage.setItem(SENT, JSON.stringify({ key, path }));
    });
  };

  try {
    begin();
  } catch (problem) {
    if (!(problem instanceof DOMException)) throw problem; // a browser that keeps nothing: the forms work all the same
  }
}
