/** The page begins here: what is on it follows from the state, and the state from the address. */

import { render } from "preact";
import { start } from "./state/inspector.js";
import { connectKeys } from "./state/keys.js";
import { createPart, fetchParts } from "./state/parts.js";
import { App, LATER } from "./views/app.jsx";
import { connectDrop } from "./views/drop.jsx";
import { explained } from "./views/trouble.jsx";

const compose = createPart(() => import("./compose/compose.jsx"), { isLarge: true });
const openCompose = async (recipe) => (await compose.need()).openCompose(recipe);

const place = document.getElementById("page");
if (self === top) {
  render(<App />, place);
  connectKeys();
  connectDrop();
  start({ views: LATER, explained, openCompose }).then(fetchParts);
} else {
  import("./framed.jsx").then(({ Framed }) => render(<Framed />, place));
}
