// On a phone the panel beside the conversation is a list of headings: each opens when it is wanted. What a page
// has to say about a form stays open, and so does the part that its address points at.
const narrow = matchMedia("(max-width: 860px)");

export function foldOnPhones(folds) {
  if (!folds.length) return;
  const settle = () => folds.forEach((fold) => { fold.open = !narrow.matches || isWanted(fold); });
  settle();
  narrow.addEventListener("change", settle);
  addEventListener("hashchange", () => folds.forEach((fold) => { fold.open ||= isWanted(fold); }));
}

function isWanted(fold) {
  const place = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  return fold.contains(place || null) || fold.querySelector("[role=alert], [aria-invalid=true]") !== null;
}
