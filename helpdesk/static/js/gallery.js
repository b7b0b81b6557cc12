// Pictures of a conversation in one window: arrows go on, + and - change the size, Escape closes. Without this
// each is a link to the picture itself.
const SIZES = [1, 1.5, 2, 3, 4];

export function openPictures(dialog) {
  if (!dialog?.showModal) return;
  const [image, name, save] = ["img", "[data-name]", "[data-save]"].map((each) => dialog.querySelector(each));
  let links = [];
  let at = 0;
  let size = 0;

  function show(next) {
    at = (next + links.length) % links.length;
    const link = links[at];
    const title = link.querySelector("img")?.alt ?? "";
    image.src = link.href;
    image.alt = title;
    name.textContent = `${title} · ${at + 1}/${links.length}`;
    save.href = link.href.replace(/\/image$/, "");
    zoom(0);
  }

  function zoom(next) {
    size = Math.max(0, Math.min(SIZES.length - 1, next));
    image.style.width = size ? `${SIZES[size] * 100}%` : "";
    dialog.classList.toggle("is-zoomed", size > 0);
  }

  const acts = {
    ArrowLeft: () => show(at - 1),
    ArrowRight: () => show(at + 1),
    "+": () => zoom(size + 1),
    "=": () => zoom(size + 1),
    "-": () => zoom(size - 1),
    0: () => zoom(0),
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.thumb");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const every = [...document.querySelectorAll("a.thumb")];
    links = every.filter((each, place) => every.findIndex((other) => other.href === each.href) === place);
    dialog.showModal();
    show(links.findIndex((each) => each.href === link.href));
  });
  dialog.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
  dialog.addEventListener("click", (event) => {
    const act = event.target.closest("[data-key]")?.dataset.key;
    if (act) acts[act]();
    else if (event.target === image) zoom(size ? 0 : 2);
    else if (event.target.matches("dialog, .gallery-stage") || event.target.closest("[data-close]")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    image.removeAttribute("src");
    links[at]?.focus({ preventScroll: false });
  });
}
