// The facts stay on top while the page is scrolled; the panel at the side and places to jump to begin below them.
export function standBelow(facts) {
  if (!facts) return;
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--facts-height", `${facts.offsetHeight}px`);
  }).observe(facts);
}
