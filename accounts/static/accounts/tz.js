// Suggests the browser's time zone on the sign-up form; without this script the zone is chosen in the settings.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("[data-time-zone-form] input[name=time_zone]")) {
  if (zone) field.value = zone;
}
