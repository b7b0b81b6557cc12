// What makes the pages more comfortable. Every form and link works without it.
import { keepAlive } from "./live.js";
import { nameFiles } from "./attach.js";
import { helpComposer } from "./composer.js";
import { countDown } from "./undo.js";
import { listenToKeys } from "./keys.js";
import { openPalette } from "./palette.js";
import { leadToLines } from "./lines.js";
import { foldOnPhones } from "./fold.js";
import { goWherePicked } from "./picker.js";

for (const place of document.querySelectorAll("[data-live]")) keepAlive(place);
helpComposer(document.querySelector("[data-draft]"));
nameFiles(document.querySelector(".attach"));
countDown(document);
listenToKeys(document);
openPalette(document.getElementById("palette"));
leadToLines(document.querySelector("[data-lines]"));
foldOnPhones(document.querySelectorAll("[data-fold]"));
goWherePicked(document);
