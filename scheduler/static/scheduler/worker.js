// The service worker: shows the one neutral sentence that a message brings, and does what its buttons say.
// It keeps nothing and answers no request. "Free this time" is one POST with the token that only this device was given;
// it takes no cookie along, so that it works signed out and never as somebody else.
"use strict";

const said = (event) => {
  try {
    return event.data.json();
  } catch {
    return { title: "You have a note.", open: { title: "Open", url: "/" }, free: null };
  }
};

const shown = (message) => {
  const actions = [{ action: "open", title: message.open.title }];
  if (message.free) actions.push({ action: "free", title: message.free.title });
  const { title, lang, dir, tag } = message;
  return self.registration.showNotification(title, { lang, dir, tag, actions, data: message });
};

// The answer takes the place of the message: it says "Done." only when Pear has said so.
const answered = ({ lang, dir, tag, open, free }, done) =>
  self.registration.showNotification(done ? free.done : free.not_sent, {
    lang,
    dir,
    tag,
    data: { open, free: null },
    actions: done ? [] : [{ action: "open", title: open.title }],
  });

const freed = async (message) => {
  const body = new URLSearchParams({ token: message.free.token });
  let done = false;
  try {
    const answer = await fetch(message.free.url, { method: "POST", body, credentials: "omit", redirect: "error" });
    done = answer.ok;
  } catch {
    done = false; // offline: nothing was freed, and the answer says so
  }
  await answered(message, done);
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(shown(said(event))));
self.addEventListener("notificationclick", (event) => {
  const message = event.notification.data;
  event.notification.close();
  const free = event.action === "free" && message.free;
  event.waitUntil(free ? freed(message) : self.clients.openWindow(message.open.url));
});
