// The browser says "Choose Files" in its own language; here the page says it, names what was chosen, and says
// before anything is sent that it is too much.
export function nameFiles(label) {
  if (!label) return;
  const [input, names] = [label.querySelector("input"), label.querySelector(".attach-names")];
  const most = document.querySelector("[data-attach-most]");
  const said = most.textContent;
  const say = () => {
    names.textContent = [...input.files].map((file) => file.name).join(", ");
    const kept = [...input.form.querySelectorAll("[name=keep]:checked")].map((box) => Number(box.dataset.size));
    const bytes = [...kept, ...[...input.files].map((file) => file.size)].reduce((sum, size) => sum + size, 0);
    const isTooMuch = bytes > Number(label.dataset.most);
    most.textContent = isTooMuch ? label.dataset.tooMuch : said;
    most.classList.toggle("problem", isTooMuch);
    input.setCustomValidity(isTooMuch ? label.dataset.tooMuch : "");
  };
  label.classList.add("is-helped");
  input.form.addEventListener("change", say);
  addEventListener("pageshow", say); // going back in the history may bring the files back
}
