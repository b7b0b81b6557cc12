// New rows and changed ones, without a jump under the pointer: rows are known by data-key. What is only said
// otherwise is changed in its place. What would move rows waits while somebody reads further down or is about
// to click, and announces itself; the reader lets it in, or coming back to the top does.
const JUST_NOW = 2500; // milliseconds since the pointer moved over the rows
const NEAR_THE_TOP = 60; // pixels

let pointed = 0;
let held = null;

export function mergeRows(old, part) {
  const list = old.querySelector(".rows");
  const fresh = part.querySelector(".rows");
  if (!list || !fresh) return false;
  watch(list);
  swap(old, part, "h1");
  swap(old, part, ".pages");
  swapLines(old, part, list);
  const wanted = [...fresh.children];
  patch(list, wanted);
  const change = differs(list, wanted);
  if (!change) return clear(old);
  if (isBusy(list)) return hold(old, list, wanted);
  clear(old);
  return arrange(list, wanted);
}

function watch(list) {
  if (list.dataset.watched) return;
  list.dataset.watched = "1";
  list.addEventListener("pointermove", () => (pointed = Date.now()), { passive: true });
  addEventListener("scroll", () => held && scrollY < NEAR_THE_TOP && held(), { passive: true });
}

const isBusy = (list) => scrollY > NEAR_THE_TOP || (list.matches(":hover") && Date.now() - pointed < JUST_NOW);

// What stands above the rows and is no row: the name with its count, lines that warn.
function swap(old, part, what) {
  const was = old.querySelector(what);
  const now = part.querySelector(what);
  if (was && now && was.innerHTML !== now.innerHTML) was.replaceChildren(...document.importNode(now, true).childNodes);
}

function swapLines(old, part, list) {
  const said = (place) => [...place.querySelectorAll(":scope > .standstill, :scope > .nudge")];
  const text = (place) => said(place).map((line) => line.outerHTML).join("");
  if (text(old) === text(part)) return;
  said(old).forEach((line) => line.remove());
  list.before(...said(part).map((line) => document.importNode(line, true)));
}

// The row and its link stay what they are: focus, a ticked box. The classes are the server's; what a page adds
// of its own stands in attributes.
function patch(list, wanted) {
  const known = new Map([...list.children].map((row) => [row.dataset.key, row]));
  for (const row of wanted) {
    const was = known.get(row.dataset.key);
    if (!was) continue;
    if (was.className !== row.className) was.className = row.className;
    const [link, now] = [was.querySelector(".row-link"), row.querySelector(".row-link")];
    if (link.innerHTML !== now.innerHTML) link.replaceChildren(...document.importNode(now, true).childNodes);
  }
  for (const row of list.children) row.classList.toggle("is-gone", !wanted.some((each) => each.dataset.key === row.dataset.key));
}

function differs(list, wanted) {
  return list.children.length !== wanted.length || wanted.some((row, at) => row.dataset.key !== list.children[at].dataset.key);
}

function arrange(list, wanted) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const before = focused?.getBoundingClientRect().top;
  const known = new Map([...list.children].map((row) => [row.dataset.key, row]));
  const rows = wanted.map((row) => known.get(row.dataset.key) || arriving(row));
  for (const row of [...list.children]) if (!rows.includes(row)) row.remove();
  rows.forEach((row, at) => list.children[at] === row || list.insertBefore(row, list.children[at] || null));
  if (!focused?.isConnected) return true;
  focused.focus({ preventScroll: true });
  scrollBy({ top: focused.getBoundingClientRect().top - before, behavior: "instant" });
  return true;
}

function arriving(row) {
  const fresh = document.importNode(row, true);
  fresh.classList.add("is-arriving");
  return fresh;
}

function hold(old, list, wanted) {
  const there = new Set([...list.children].map((row) => row.dataset.key));
  const count = wanted.filter((row) => !there.has(row.dataset.key)).length;
  const place = news(old);
  const button = place.firstElementChild;
  const says = count ? place.dataset.new.replace("#", count) : place.dataset.changed;
  if (button.textContent !== says) button.textContent = says;
  place.hidden = false;
  held = () => {
    held = null;
    place.hidden = true;
    arrange(list, wanted);
  };
  button.onclick = () => {
    scrollTo({ top: 0, behavior: "instant" });
    held?.();
  };
  return true;
}

function clear(old) {
  held = null;
  news(old).hidden = true;
  return true;
}

const news = (old) => old.querySelector("[data-news]");
