// Proposes the device's time zone where a form asks for one and none is chosen yet; without this script it is chosen by
// hand.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("[data-time-zone-form] select[name=time_zone]")) {
  const known = [...field.options].some((option) => option.value === zone);
  if (known && !field.value) field.value = zone;
}
