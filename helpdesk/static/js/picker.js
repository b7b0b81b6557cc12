// A picker that leads somewhere goes there when something is picked; without JavaScript its button does.
export function goWherePicked(root) {
  root.addEventListener("change", (event) => {
    if (event.target.matches("select[data-goes]")) event.target.form.requestSubmit();
  });
}
