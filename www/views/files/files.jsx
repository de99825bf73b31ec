/** The files of an image: layer by layer or merged, as far as they are read, and what reading the rest costs. */

import { useEffect } from "preact/hooks";
import { filesOf, list } from "../../files/images.js";
import { at } from "../../state/inspector.js";
import { detailConfig } from "../../state/choice.js";
import { Ghosts } from "../layers.jsx";
import { Browse } from "./browse.jsx";
import { FileLayers } from "./layers.jsx";
import { Failure, Offer, Reading } from "./reading.jsx";

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
  useEffect(() => readLocal(files), [files]);
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
  const { merged, layers, error } = files.views.value;
  const view = index === undefined ? merged : layers[index]?.view;
  const isReading = files.job.value !== undefined;
  const failed = index !== undefined && files.layers[index].blob.state.value.error;
  return (
    <section class="files-of" aria-label={index === undefined ? "Files of all layers, merged" : `Files of layer ${index}`}>
      {isReading && <Reading files={files} />}
      {view && <Browse key={`${index}`} files={files} index={index} view={view} />}
      {!view && failed && <Failure files={files} layers={[files.layers[index]]} error={failed} />}
      {!view && !failed && !isReading && (index === undefined && error ? <Failure files={files} layers={files.layers} error={error} /> : <Offer files={files} index={index} />)}
    </section>
  );
}
