// The service worker: shows the one neutral sentence that a message brings, and does what its buttons say.
// "Free this time" is one POST with the token that only this device was given; it takes no cookie along, so that it works
// signed out and never as somebody else.
// It answers a request only where the network does not: with the plans, if their owner had them kept here (device.js)
// and Pear would not have locked since, else with a page that says nothing of anybody. It keeps no other page.
"use strict";

const [SHELL, PLANS, KEPT, NOTHING] = ["shell", "plans", "/kept/", "/offline/"];
const FILES = ["/static/scheduler/app.css", "/static/scheduler/icon.svg"];
const TO_THE_PLANS = ["/", KEPT, "/account/login/"]; // where Pear is opened; elsewhere the plans are not what was asked for
const WAYS_OUT = ["/away/", "/account/logout/"];

const prepare = async () => (await caches.open(SHELL)).addAll([NOTHING, ...FILES]);

const keptPlans = async () => {
  const kept = await caches.match(KEPT, { cacheName: PLANS });
  if (kept && Number(kept.headers.get("Kept-Until")) > Date.now()) return kept;
  await caches.delete(PLANS);
  return null;
};

const offline = async ({ url }) => {
  const plans = TO_THE_PLANS.includes(new URL(url).pathname) ? await keptPlans() : null;
  return plans ?? (await caches.match(NOTHING, { cacheName: SHELL })) ?? Response.error();
};

// The browser itself asks for the page (navigation preload): to Pear a page is then opened by a person, as it is, and
// not fetched by a script, which would keep no session awake.
const opened = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return offline(event.request);
  }
};

const fileOf = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { cacheName: SHELL })) ?? Response.error();
  }
};

const asked = (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST" && WAYS_OUT.includes(pathname)) event.waitUntil(caches.delete(PLANS));
  if (request.method !== "GET") return; // whatever acts goes its own way
  if (request.mode === "navigate" && self.registration.navigationPreload) event.respondWith(opened(event));
  else if (FILES.includes(pathname)) event.respondWith(fileOf(request));
};

const ready = async () => {
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};

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

self.addEventListener("install", (event) => event.waitUntil(prepare().finally(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(ready()));
self.addEventListener("fetch", asked);
self.addEventListener("push", (event) => event.waitUntil(shown(said(event))));
self.addEventListener("notificationclick", (event) => {
  const message = event.notification.data;
  event.notification.close();
  const free = event.action === "free" && message.free;
  event.waitUntil(free ? freed(message) : self.clients.openWindow(message.open.url));
});
