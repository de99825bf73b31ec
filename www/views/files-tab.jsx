/** The tab of files. Its code, and the core that reads layers, are fetched when it is first opened. */

import { useEffect } from "preact/hooks";
import { createCell } from "../state/cells.js";
import { asError } from "../state/source.js";
import { Ghosts } from "./layers.jsx";
import { Trouble } from "./trouble.jsx";

const code = createCell(async () => {
  const [view, { init }] = await Promise.all([import("./files/files.jsx"), import("../whole.js")]);
  await init();
  return view;
});

export function FilesTab({ shown }) {
  useEffect(() => void code.start(), []);
  const { value, error } = code.state.value;
  if (error) return <Trouble error={asError(error)} isSmall isFinal />;
  if (!value) return <Ghosts of={6} />;
  return <value.FilesView shown={shown} />;
}
