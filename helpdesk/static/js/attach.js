// The browser says "Choose Files" in its own language; here the page says it, and names what was chosen.
export function nameFiles(label) {
  if (!label) return;
  const [input, names] = [label.querySelector("input"), label.querySelector(".attach-names")];
  const say = () => (names.textContent = [...input.files].map((file) => file.name).join(", "));
  label.classList.add("is-helped");
  input.addEventListener("change", say);
  addEventListener("pageshow", say); // going back in the history may bring the files back
}
