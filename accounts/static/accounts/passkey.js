// Makes and uses passkeys: fills `credential` in a form marked data-passkey="create" or "get", then sends the form.
// Its buttons are hidden until this runs, because without a script there is no passkey.
async function optionsFor(form) {
  const { passkeyFrom, passkeyOptions } = form.dataset;
  if (!passkeyFrom) {
    const data = JSON.parse(document.getElementById(passkeyOptions).textContent);
    return data.creation_options ?? data.request_options;
  }
  const answer = await fetch(passkeyFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`no options: ${answer.status}`);
  return (await answer.json()).request_options;
}

// A passkey stays on the device with the account's name, and asks for finger, face or PIN by itself.
function asPasskey(options) {
  const wishes = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  const publicKey = options.publicKey;
  return { publicKey: { ...publicKey, authenticatorSelection: { ...publicKey.authenticatorSelection, ...wishes } } };
}

async function credentialFor(form) {
  const options = await optionsFor(form);
  return form.dataset.passkey === "create" ? webauthnJSON.create(asPasskey(options)) : webauthnJSON.get(options);
}

function tellProblem() {
  for (const note of document.querySelectorAll("[data-passkey-problem]")) note.hidden = false;
}

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
  try {
    form.elements.credential.value = JSON.stringify(await credentialFor(form));
    form.submit();
  } catch {
    tellProblem();
  }
}

for (const note of document.querySelectorAll("[data-passkey-script]")) note.hidden = true;
const forms = document.querySelectorAll("form[data-passkey]");
if (webauthnJSON.supported()) {
  for (const form of forms) {
    form.addEventListener("submit", send);
    for (const button of form.querySelectorAll("button[hidden]")) button.hidden = false;
  }
} else if (![...forms].some((form) => form.dataset.passkeyFrom)) tellProblem();
