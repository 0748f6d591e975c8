// Switches messages on for this browser, at a press and never by itself, and lets it find itself in the list.
// What a push service gives goes to Pear by a plain form. Without this script the page says what is missing.
"use strict";

const asking = document.querySelector("[data-push-key]");
const leaving = document.querySelectorAll("[data-push-leave]");
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const subscription = async () => {
  const registration = await navigator.serviceWorker.getRegistration("/");
  return registration ? registration.pushManager.getSubscription() : null;
};

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const hex = (buffer) => [...new Uint8Array(buffer)].map((each) => each.toString(16).padStart(2, "0")).join("");

// Marks this browser in the list; returns whether it stands there and still takes messages.
const findItself = async () => {
  const mine = await subscription();
  if (!mine) return false;
  const mark = hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(mine.endpoint)));
  const card = document.querySelector(`[data-device="${mark}"]`);
  if (!card) return false;
  card.querySelector("[data-device-here]").hidden = false;
  return !("deviceGone" in card.dataset);
};

// A subscription of another day may be for another key, or be over: a new one is asked for each time.
const subscribed = async () => {
  await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  const registration = await navigator.serviceWorker.ready;
  const old = await registration.pushManager.getSubscription();
  if (old) {
    asking.elements.replaces.value = old.endpoint;
    await old.unsubscribe();
  }
  return registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytes(asking.dataset.pushKey),
  });
};

const switchOn = async (event) => {
  event.preventDefault();
  const held = asking.querySelector("[data-push-held]");
  held.hidden = true;
  try {
    if ((await Notification.requestPermission()) !== "granted") throw new Error("not allowed");
    const given = await subscribed();
    asking.elements.endpoint.value = given.endpoint;
    asking.elements.p256dh.value = text(given.getKey("p256dh"));
    asking.elements.auth.value = text(given.getKey("auth"));
  } catch {
    held.hidden = false;
    return;
  }
  asking.submit();
};

if (asking && able) {
  asking.addEventListener("submit", switchOn);
  findItself().then((stands) => { asking.hidden = stands; });
} else if (asking) {
  document.querySelector("[data-push-none]").hidden = false;
}

// Signing out here ends the messages here: the form tells Pear which device it is.
if (able && leaving.length) {
  subscription().then((mine) => {
    for (const field of leaving) field.value = mine ? mine.endpoint : "";
  });
}
