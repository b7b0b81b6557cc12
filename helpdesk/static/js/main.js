// What makes the pages more comfortable. Every form and link works without it.
import { keepAlive } from "./live.js";
import { nameFiles } from "./attach.js";
import { helpComposer } from "./composer.js";
import { keepDraft } from "./drafts.js";
import { offerSaved } from "./saved.js";
import { countDown } from "./undo.js";
import { listenToKeys } from "./keys.js";
import { leadToLines } from "./lines.js";
import { foldOnPhones } from "./fold.js";
import { goWherePicked } from "./picker.js";
import { beginAtNews, beHere } from "./presence.js";
import { openPictures } from "./gallery.js";
import { loadPictures } from "./pictures.js";

for (const place of document.querySelectorAll("[data-live]")) keepAlive(place);
helpComposer(document.querySelector("[data-draft]"));
keepDraft(document.querySelector("[data-draft]"));
offerSaved(document.getElementById("saved-replies"));
nameFiles(document.querySelector(".attach"));
countDown(document);
listenToKeys(document);
leadToLines(document.querySelector("[data-lines]"));
foldOnPhones(document.querySelectorAll("[data-fold]"));
goWherePicked(document);
beginAtNews();
beHere(document.querySelector("[data-presence]"));
openPictures(document.getElementById("gallery"));
loadPictures(document);
