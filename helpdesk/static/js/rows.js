// New rows and changed ones, without a jump under the pointer: rows are known by data-key. What is only said
// otherwise changes in its place. Rows that come or go where nobody looks do so at once, and what is looked at
// stands still; rows that would move what is looked at wait, and a button says that they are there.
const JUST_NOW = 2500; // milliseconds since the pointer moved over the rows
const NEAR_THE_TOP = 60; // pixels

let pointed = 0;
let letIn = null; // puts in what waits
let above = 0; // new rows that the reader has not scrolled up to

export function mergeRows(old, part) {
  const list = old.querySelector(".rows");
  const fresh = part.querySelector(".rows");
  if (!list || !fresh) return false;
  watch(old, list);
  swap(old, part, "h1");
  swap(old, part, ".pages");
  swapLines(old, part, list);
  const wanted = [...fresh.children];
  patch(list, wanted);
  if (!differs(list, wanted)) letIn = null;
  else if (isBusy(list) && movesWhatIsSeen(list, wanted)) letIn = () => arrange(list, wanted);
  else arrange(list, wanted);
  announce(old, list, wanted);
  return true;
}

function watch(old, list) {
  if (list.dataset.watched) return;
  list.dataset.watched = "1";
  list.addEventListener("pointermove", () => (pointed = Date.now()), { passive: true });
  addEventListener("scroll", () => scrollY < NEAR_THE_TOP && settle(old), { passive: true });
  old.querySelector("[data-news] button").addEventListener("click", () => {
    scrollTo({ top: 0, behavior: "instant" });
    settle(old);
  });
}

// The reader is at the top again: what waited comes in, and nothing is new any more.
function settle(old) {
  letIn?.();
  above = 0;
  old.querySelector("[data-news]").hidden = true;
}

const key = (row) => row.dataset.key;
const isBusy = (list) => scrollY > NEAR_THE_TOP || (list.matches(":hover") && Date.now() - pointed < JUST_NOW);

function seen(list) {
  return [...list.children].filter((row) => {
    const place = row.getBoundingClientRect();
    return place.bottom > 0 && place.top < innerHeight;
  });
}

// Whether one of the rows on the screen would go, or get another neighbour. At the top a new first row pushes all.
function movesWhatIsSeen(list, wanted) {
  const rows = seen(list).map(key);
  const from = wanted.findIndex((row) => key(row) === rows[0]);
  if (scrollY <= NEAR_THE_TOP && from > 0) return true;
  return rows.some((each, at) => !wanted[from + at] || key(wanted[from + at]) !== each);
}

// What stands above the rows and is no row: the name with its count, lines that warn.
function swap(old, part, what) {
  const [was, now] = [old.querySelector(what), part.querySelector(what)];
  if (was && now && was.innerHTML !== now.innerHTML) was.replaceChildren(...document.importNode(now, true).childNodes);
}

function swapLines(old, part, list) {
  const lines = (place) => [...place.querySelectorAll(":scope > .standstill, :scope > .nudge")];
  const text = (place) => lines(place).map((line) => line.outerHTML).join("");
  if (text(old) === text(part)) return;
  lines(old).forEach((line) => line.remove());
  list.before(...lines(part).map((line) => document.importNode(line, true)));
}

// The row and its link stay what they are: focus, a ticked box. The classes are the server's; what a page adds
// of its own stands in attributes.
function patch(list, wanted) {
  const known = new Map([...list.children].map((row) => [key(row), row]));
  for (const row of wanted) {
    const was = known.get(key(row));
    if (!was) continue;
    if (was.className !== row.className) was.className = row.className;
    const [link, now] = [was.querySelector(".row-link"), row.querySelector(".row-link")];
    if (link.innerHTML !== now.innerHTML) link.replaceChildren(...document.importNode(now, true).childNodes);
  }
  const stays = new Set(wanted.map(key));
  for (const row of list.children) row.classList.toggle("is-gone", !stays.has(key(row)));
}

function differs(list, wanted) {
  return list.children.length !== wanted.length || wanted.some((row, at) => key(row) !== key(list.children[at]));
}

// In the order that is wanted. Of a reader further down, the first row that stays keeps its place on the screen.
function arrange(list, wanted) {
  letIn = null;
  const stays = new Set(wanted.map(key));
  const anchor = scrollY > NEAR_THE_TOP ? seen(list).find((row) => stays.has(key(row))) : null;
  const before = anchor?.getBoundingClientRect().top;
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const known = new Map([...list.children].map((row) => [key(row), row]));
  const rows = wanted.map((row) => known.get(key(row)) || arriving(row));
  for (const row of [...list.children]) if (!stays.has(key(row))) row.remove();
  rows.forEach((row, at) => list.children[at] === row || list.insertBefore(row, list.children[at] || null));
  if (focused?.isConnected) focused.focus({ preventScroll: true });
  if (!anchor) return;
  scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  above += rows.slice(0, rows.indexOf(anchor)).filter((row) => !known.has(key(row))).length;
}

function arriving(row) {
  const fresh = document.importNode(row, true);
  fresh.classList.add("is-arriving");
  return fresh;
}

function announce(old, list, wanted) {
  const there = new Set([...list.children].map(key));
  const count = above + wanted.filter((row) => !there.has(key(row))).length;
  const place = old.querySelector("[data-news]");
  const says = count ? place.dataset.new.replace("#", count) : place.dataset.changed;
  const button = place.querySelector("button");
  if (button.textContent !== says) button.textContent = says;
  place.hidden = !count && !letIn;
}
