// Keep an open page true: ask for its parts again while somebody looks, and put in only what has changed.
import { mergeRows } from "./rows.js";
import { withoutHints } from "./keys.js";
import { watchNew } from "./seen.js";
import { heard } from "./alerts.js";

const SLOWEST = 60_000;

export function keepAlive(place) {
  const pace = Number(place.dataset.liveSeconds) * 1000;
  const offline = document.querySelector("[data-offline]");
  let version = "";
  let wait = pace;
  let timer = 0;
  let asking = false;

  async function look() {
    clearTimeout(timer);
    if (document.hidden || asking) return;
    asking = true;
    try {
      const headers = { "X-Live": "1" };
      if (version) headers["If-None-Match"] = version;
      const answer = await fetch(place.dataset.live, { headers, cache: "no-store", redirect: "error" });
      if (answer.status === 401) return location.reload();
      heard(answer);
      if (answer.status === 200) {
        version = answer.headers.get("ETag") || "";
        replaceParts(place, await answer.text());
      } else if (answer.status !== 304) {
        throw new Error(`status ${answer.status}`);
      }
      offline.hidden = true;
      wait = pace;
    } catch {
      offline.hidden = false;
      wait = Math.min(wait * 2, SLOWEST);
    } finally {
      asking = false;
      timer = setTimeout(look, wait);
    }
  }

  document.addEventListener("visibilitychange", () => document.hidden || look());
  addEventListener("online", look);
  timer = setTimeout(look, pace);
}

// Parts are named by data-part. A list of keyed lines is compared line by line, other parts as a whole.
export function replaceParts(place, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = place.querySelector(`[data-part="${part.dataset.part}"]`);
    if (old && part.dataset.part === "rows" && mergeRows(old, part)) continue;
    if (!old || old.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) continue;
    if (part.dataset.part === "conversation") mergeConversation(old, part);
    else if (differs(old, part)) replacePart(old, part);
  }
}

// What the reader has opened is no difference, and stays open.
function differs(old, part) {
  const shut = old.cloneNode(true);
  for (const each of shut.querySelectorAll("details[id]")) each.open = false;
  withoutHints(shut);
  return shut.innerHTML !== part.innerHTML;
}

function replacePart(old, part) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const opened = [...old.querySelectorAll("details[id][open]")].map((each) => each.id);
  const top = scrollY;
  old.replaceChildren(...part.childNodes);
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  scrollTo({ top, behavior: "instant" });
}

// Lines that are there stay as they are (open quotes, loaded pictures, the reader's selection).
function mergeConversation(old, part) {
  const list = old.querySelector(".entries");
  const before = new Map([...list.children].map((line) => [line.dataset.key, line]));
  let spoken = 0;
  const arrived = [];
  const lines = [...part.querySelector(".entries").children].map((line) => {
    const known = before.get(line.dataset.key);
    if (known && known.dataset.version === line.dataset.version) return known;
    const fresh = document.importNode(line, true);
    if (!known) {
      fresh.classList.add("is-arriving");
      arrived.push(fresh);
      if (line.dataset.seq) spoken += 1;
    }
    return fresh;
  });
  if (lines.length === list.children.length && lines.every((line, at) => line === list.children[at])) return swapUndo(old, part);
  list.replaceChildren(...lines);
  swapUndo(old, part);
  watchNew(arrived);
  if (spoken) announce(spoken);
}

function swapUndo(old, part) {
  const now = part.querySelector(".undo");
  const was = old.querySelector(".undo");
  if (was && !now) was.remove();
  else if (now && !was) old.append(document.importNode(now, true));
}

function announce(count) {
  const said = document.querySelector("[data-announce]");
  if (said) said.textContent = `${said.dataset.says}: ${count}`;
}
