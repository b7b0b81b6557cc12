// Passkeys: the browser makes or uses one, the desk checks it. Shown only where the browser can.

export function offerPasskeys(places) {
  if (!window.PublicKeyCredential) return;
  for (const place of places) {
    place.hidden = false;
    const act = place.dataset.passkey === "register" ? register : signIn;
    const begin = (event) => {
      event.preventDefault();
      run(place, act);
    };
    if (place.tagName === "FORM") place.addEventListener("submit", begin);
    else place.querySelector("button").addEventListener("click", begin);
  }
}

async function run(place, act) {
  const button = place.querySelector("button");
  const said = place.querySelector("[role=alert]");
  said.hidden = true;
  button.disabled = true;
  try {
    const answer = await act(place);
    if (answer.next) window.location.assign(answer.next);
    else throw new Error(answer.problem);
  } catch (error) {
    // What the browser itself says of it (NotAllowedError …) is in no language of ours.
    said.textContent = error instanceof DOMException || !error.message ? place.dataset.failed : error.message;
    said.hidden = false;
  }
  button.disabled = false;
}

async function register(place) {
  const options = await post(place, place.dataset.options, {});
  if (options.problem) return options;
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: known(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  const typed = Object.fromEntries(new FormData(place));
  return post(place, place.dataset.answer, { ...typed, credential: sent(made) });
}

async function signIn(place) {
  const options = await post(place, place.dataset.options, {});
  if (options.problem) return options;
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: known(options.allowCredentials),
  };
  const used = await navigator.credentials.get({ publicKey });
  return post(place, place.dataset.answer, { next: place.dataset.next, credential: sent(used) });
}

async function post(place, address, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": place.dataset.token, "X-Live": "1" },
    body: JSON.stringify(body),
  });
  const isJson = (answer.headers.get("Content-Type") || "").includes("json");
  return isJson ? answer.json() : {};
}

function known(credentials) {
  return (credentials || []).map((each) => ({ ...each, id: bytes(each.id) }));
}

// A credential as JSON, with base64url for bytes (WebAuthn level 3 has it built in; older browsers do not).
function sent(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const value = credential.response[name];
    if (value) response[name] = text(value);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
}

function bytes(base64url) {
  const padded = base64url.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
