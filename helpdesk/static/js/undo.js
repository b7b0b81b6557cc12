// The undo bar counts down; what it shows is the time of the server's row, the button works without this.
export function countDown(root) {
  const bar = root.querySelector("[data-undo]");
  if (!bar) return;
  const counting = bar.querySelector("[data-counting]");
  let left = Number(bar.dataset.undo);
  const timer = setInterval(() => {
    left -= 1;
    counting.textContent = left > 0 ? counting.dataset.counting.replace("…", left) : "";
    if (left <= 0 || !bar.isConnected) clearInterval(timer);
  }, 1000);
}
