// What tests/browser/looking.py measures inside a page. One expression: an object of functions.
({
  widerThanTheWindow() {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > wide + 1)
      .slice(-3).map((each) => `${each.tagName}.${each.className} ends at ${each.getBoundingClientRect().right}`);
  },

  // What can be scrolled sideways has a bar, or a shade at the edge, to say so.
  hiddenAtTheSide() {
    return [...document.body.querySelectorAll("*")].filter((each) => {
      const style = getComputedStyle(each);
      const scrolls = ["auto", "scroll"].includes(style.overflowX) && each.scrollWidth > each.clientWidth + 1;
      return scrolls && style.scrollbarWidth === "none" && !style.backgroundAttachment.includes("local");
    }).map((each) => `${each.tagName}.${each.className}`);
  },

  // Text against what lies behind it, by WCAG 2.2 (1.4.3): 4.5, or 3 for large text.
  faintTexts() {
    const numbers = (colour) => {
      const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = (front, back) => [0, 1, 2].map((at) => front[at] * front[3] + back[at] * (1 - front[3])).concat(1);
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (element) => {
      const layers = [];
      for (let each = element; each; each = each.parentElement) {
        const colour = numbers(getComputedStyle(each).backgroundColor);
        if (colour[3] > 0) layers.push(colour);
        if (colour[3] === 1) break;
      }
      return layers.reverse().reduce((back, front) => over(front, back), [255, 255, 255, 1]);
    };
    const found = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.textContent.trim();
      const element = walk.currentNode.parentElement;
      if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (element.closest(".visually-hidden, .only-read, .skip, option")) continue;
      const style = getComputedStyle(element);
      const back = behind(element);
      const front = over(numbers(style.color), back);
      const [high, low] = [light(front), light(back)].sort((a, b) => b - a);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ratio = (high + 0.05) / (low + 0.05);
      if (ratio < (large ? 3 : 4.5)) found.add(`${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
    }
    return [...found];
  },

  // An element shows its focus by itself, by its label, or by a box around it. Asked after a key was pressed,
  // so that focus counts as the keyboard's.
  noFocusToSee() {
    const look = (each) => {
      const style = getComputedStyle(each);
      const outline = style.outlineStyle === "none" ? "" : style.outlineStyle + style.outlineWidth + style.outlineColor;
      return outline + style.boxShadow + style.borderColor + style.backgroundColor;
    };
    const around = (each) => [each, each.labels?.[0], each.closest("label"), each.closest("form")].filter(Boolean);
    const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, iframe")];
    const shown = all.filter((each) => each.checkVisibility() && each.type !== "hidden" && !each.disabled);
    const found = [];
    for (const each of shown) {
      document.activeElement?.blur();
      const before = around(each).map(look).join();
      each.focus({ preventScroll: true });
      if (document.activeElement === each && around(each).map(look).join() === before)
        found.push(`${each.tagName} ${each.id || each.name || each.textContent.trim().slice(0, 30)}`);
    }
    document.activeElement?.blur();
    return found;
  },

  interfaceWords() {
    const own = "button, label, legend, dt, th, h1, h2, summary, nav a, .button, .hint, .muted, .event span, option";
    const ours = (each) => each.closest("[lang]") === document.documentElement; // else it says its own language
    const seen = [...document.querySelectorAll(own)].filter((each) => ours(each) && !each.querySelector(":scope > kbd") && (each.checkVisibility() || each.tagName === "OPTION"));
    const texts = seen.map((each) => [each.matches("button, label, legend, dt, th") ? "own" : "any", each.innerText || each.textContent]);
    for (const each of document.querySelectorAll("[aria-label], [placeholder], [title]"))
      for (const name of ["aria-label", "placeholder"])
        if (each.hasAttribute(name)) texts.push(["any", each.getAttribute(name)]);
    return texts.map(([kind, text]) => [kind, text.replace(/\s+/g, " ").trim()]);
  },
})
