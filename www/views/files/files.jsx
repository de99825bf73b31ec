/** The files of an image: layer by layer or merged, as far as they are read, and what reading the rest costs. */

import { useEffect } from "preact/hooks";
import { filesOf, isAtHand, list } from "../../files/images.js";
import { at } from "../../state/inspector.js";
import { detailConfig } from "../../state/choice.js";
import { Ghosts } from "../layers.jsx";
import { Browse } from "./browse.jsx";
import { FileLayers } from "./layers.jsx";
import { Failure, Found, Offer, Reading } from "./reading.jsx";
import { Text } from "../text.jsx";

export function FilesView({ shown: { document, name } }) {
  const { value: config, phase } = detailConfig.value?.state.value ?? {};
  if (!name) return <p class="message">The layers of this document cannot be read: this tab does not know its repository.</p>;
  if (phase === "loading" || phase === "idle") return <Ghosts of={document.layers.length} />;
  if (document.layers.length === 0) return <p class="message">This document lists no layers.</p>;
  return <Files key={document.digest} files={filesOf(name, document, config)} />;
}

function Files({ files }) {
  const { item } = at.value;
  const index = item < files.layers.length ? item : undefined;
  const isReady = isAtHand(files, index);
  useEffect(() => readLocal(files), [files]);
  useEffect(() => {
    if (isReady) void list(files, []);
  }, [isReady]);
  return (
    <div class="files">
      <FileLayers files={files} index={index} />
      <Shown files={files} index={index} />
    </div>
  );
}

/** Nothing is fetched for an archive of this tab: it is read at once, unless it was and the reader cancelled that. */
function readLocal(files) {
  const { layers, isLocal, job } = files;
  if (!isLocal || job.peek()) return;
  const left = layers.filter(({ blob }) => blob.state.peek().phase === "idle" && blob.state.peek().bytes === undefined);
  if (left.length > 0) void list(files, left);
}

function Shown({ files, index }) {
  const { merged, layers } = files.views.value;
  const view = index === undefined ? merged : layers[index]?.view;
  const isReading = files.job.value !== undefined;
  return (
    <section class="files-of" aria-label={index === undefined ? "Files of all layers, merged" : `Files of layer ${index}`}>
      {isReading && <Reading files={files} />}
      {view && <Browse key={`${index}`} files={files} index={index} view={view} />}
      {!view && <Missing files={files} index={index} isReading={isReading} />}
    </section>
  );
}

/** Why there is nothing to see: it cannot be, it failed, or it is not read yet. */
function Missing({ files, index, isReading }) {
  const layer = files.layers[index];
  const error = layer ? layer.blob.state.value.error : files.views.value.error;
  if (layer?.problem) {
    return (
      <p class="message">
        This layer cannot be used: <Text of={layer.problem} />
      </p>
    );
  }
  if (isReading && !(layer && error)) return <Found files={files} />;
  return error ? <Failure files={files} layers={layer ? [layer] : files.layers} error={error} /> : <Offer files={files} index={index} />;
}
