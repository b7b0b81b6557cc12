// Marks of Markdown around what is selected. The words stay words: the mail's plain text is what stands here.
const AROUND = { bold: ["**", "**"], italic: ["*", "*"], link: ["[", "](https://)"] };
const BEFORE = { list: "- ", quote: "> " };

export function offerMarks(bar) {
  if (!bar) return;
  const text = document.getElementById("text");
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const mark = event.target.closest("button")?.dataset.mark;
    if (mark) put(mark);
  });

  function put(mark) {
    const [start, end] = [text.selectionStart, text.selectionEnd];
    if (mark in AROUND) {
      const [open, close] = AROUND[mark];
      const words = text.value.slice(start, end);
      text.setRangeText(open + words + close, start, end, "end");
      if (!words) text.selectionStart = text.selectionEnd = start + open.length;
    } else {
      const first = text.value.lastIndexOf("\n", start - 1) + 1;
      const lines = text.value.slice(first, end).split("\n").map((line) => BEFORE[mark] + line);
      text.setRangeText(lines.join("\n"), first, end, "end");
    }
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  }
}
