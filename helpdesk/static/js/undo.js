// The undo bar counts down; what it shows is the time of the server's row, the button works without this.
export function countDown(root) {
  const bar = root.querySelector("[data-undo]");
  if (!bar) return;
  const words = bar.querySelector("p");
  const said = words.textContent;
  let left = Number(bar.dataset.undo);
  const timer = setInterval(() => {
    left -= 1;
    words.textContent = left > 0 ? `${said} ${left}` : said;
    if (left <= 0 || !bar.isConnected) clearInterval(timer);
  }, 1000);
}
