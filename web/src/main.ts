/** Where the page starts. */
import { App, sentence } from "./app.ts";
import { el } from "./dom.ts";
import { buildShell } from "./shell.ts";
import { EmbeddedSource, ServedSource, type Source } from "./source.ts";

/** A page that holds its resources reads them; any other asks the server that sent it. */
function source(): Source {
  const embedded = new EmbeddedSource(document);
  return embedded.has("site") ? embedded : new ServedSource(document.baseURI);
}

async function start(): Promise<void> {
  const root = document.getElementById("page");
  if (!root) return;
  try {
    const app = new App(source());
    await app.start();
    buildShell(root, app);
  } catch (error) {
    root.replaceChildren(el("p", { class: "empty", role: "alert" }, sentence(error)));
  }
}

void start();
