// What the agent has read. A reply is refused when somebody spoke after that, so an entry that arrives
// while a reply is being written counts as read only after it has stood in sight for a moment.
const A_MOMENT = 1500;

export function watchNew(lines) {
  const field = document.querySelector("[data-seen]");
  const spoken = lines.filter((line) => line.dataset.seq);
  if (!field || !spoken.length) return;
  spoken.forEach((line) => waiting.add(line));
  const eye = new IntersectionObserver((sights) => {
    for (const sight of sights) {
      clearTimeout(timers.get(sight.target));
      if (sight.isIntersecting) timers.set(sight.target, setTimeout(read, A_MOMENT, sight.target, field, eye));
    }
  }, { threshold: 0.4 });
  spoken.forEach((line) => eye.observe(line));
}

const waiting = new Set();
const timers = new Map();

function read(line, field, eye) {
  if (document.hidden) return;
  eye.unobserve(line);
  waiting.delete(line);
  if (waiting.size) return;
  const newest = Math.max(...[...document.querySelectorAll("[data-seq]")].map((each) => Number(each.dataset.seq)));
  const seen = Math.max(Number(field.value), newest);
  for (const each of document.querySelectorAll("[data-seen]")) each.value = seen; // the composer's, and the macros'
}
