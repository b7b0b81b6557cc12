// What makes the pages more comfortable. Every form and link works without it.
import { keepAlive } from "./live.js";
import { nameFiles } from "./attach.js";
import { helpComposer } from "./composer.js";
import { keepDraft } from "./drafts.js";
import { offerMarks } from "./marks.js";
import { offerSaved } from "./saved.js";
import { countDown } from "./undo.js";
import { listenToKeys } from "./keys.js";
import { leadToLines } from "./lines.js";
import { foldOnPhones } from "./fold.js";

for (const place of document.querySelectorAll("[data-live]")) keepAlive(place);
helpComposer(document.querySelector("[data-draft]"));
keepDraft(document.querySelector("[data-draft]"));
offerMarks(document.getElementById("marks"));
offerSaved(document.getElementById("saved-replies"));
nameFiles(document.querySelector(".attach"));
countDown(document);
listenToKeys(document);
leadToLines(document.querySelector("[data-lines]"));
foldOnPhones(document.querySelectorAll("[data-fold]"));
