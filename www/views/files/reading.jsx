/** What reading layers costs before it is done, how far it is, and why it failed. */

import { cancel, costOf, list, unread } from "../../files/images.js";
import { lone } from "../../files/nodes.js";
import { at } from "../../state/inspector.js";
import { count, exactSize, sizeText } from "../../words/sizes.js";
import { Copy } from "../pieces.jsx";
import { FileList } from "./list.jsx";
import { Text } from "../text.jsx";
import { Trouble } from "../trouble.jsx";

/** "List files (downloads 4.75 MB)". */
export function ReadButton({ files, layers, children, isPlain }) {
  const cost = costOf(layers);
  return (
    <button type="button" class={isPlain ? "plain" : "primary"} data-read="" title={cost > 0 ? exactSize(cost) : undefined} onClick={() => list(files, layers)}>
      {children}
      {cost > 0 && ` (downloads ${sizeText(cost)})`}
    </button>
  );
}

export function Offer({ files, index }) {
  const layers = unread(files, index);
  const { file } = at.value;
  const stopped = layers.find(({ blob }) => blob.state.value.bytes !== undefined);
  return (
    <div class="offer">
      {file && (
        <p>
          To show <Text of={`/${file}`} class="mono" />, its {index === undefined && files.layers.length > 1 ? "layers have" : "layer has"} to be read.
        </p>
      )}
      {stopped && <p>Cancelled. What was read of other layers stays.</p>}
      <p>
        <ReadButton files={files} layers={layers}>
          List files
        </ReadButton>
      </p>
      <p class="dim">
        {count(layers.length, "layer")} {layers.length === 1 ? "is" : "are"} {files.isLocal ? "read in this tab" : "downloaded, verified against the digest, and read in this tab"}. Nothing is unpacked onto a disk.
      </p>
    </div>
  );
}

/** How far the layer is that is being read, and how fast; all of them where there are several. */
export function Reading({ files: all }) {
  const { layers } = all;
  const now = layers.find(({ blob }) => blob.state.value.phase === "reading");
  const { bytes = 0, found = [], rate = 0 } = now?.blob.state.value ?? {};
  const size = now?.size ?? 1;
  return (
    <div class="reading">
      <p class="reading-line">
        <span>
          {now ? `Layer ${now.index}: ${sizeText(bytes)} of ${sizeText(size)}` : "Putting the layers together…"}
          {rate > 0 && ` · ${sizeText(rate)}/s`}
          {found.length > 0 && ` · ${count(found.length, "entry", "entries")} so far`}
        </span>
        <button type="button" onClick={() => cancel(all)}>
          Cancel
        </button>
      </p>
      <progress aria-label={now ? `Layer ${now.index}` : "Layers"} max={size} value={Math.min(bytes, size)} />
    </div>
  );
}

/** What was found of the layer so far, in its own order. Nothing of it is verified before its end. */
export function Found({ files }) {
  const { found = [] } = files.layers.find(({ blob }) => blob.state.value.phase === "reading")?.blob.state.value ?? {};
  return found.length > 0 ? <FileList rows={found} nodeOf={lone} unfolded={NONE} choose={() => {}} open={() => {}} /> : null;
}

const NONE = new Set();

/** Refusals of this page's own server, which are about how much it passes on. */
const isLimit = ({ code }) => code === "VIA_REFUSED" || code?.startsWith("PROXY_");

export function Failure({ files, layers, error }) {
  return (
    <div class="offer">
      <Trouble error={error} isSmall isFinal />
      {isLimit(error) && <Instead name={files.name} />}
      {error.code !== "LAYER_UNSUPPORTED" && (
        <p>
          <ReadButton files={files} layers={layers} isPlain>
            Try again
          </ReadButton>
        </p>
      )}
    </div>
  );
}

/** What works in this page where its server does not pass a layer on. */
function Instead({ name }) {
  const command = `docker save --output image.tar ${name}`;
  return (
    <>
      <p>
        Save the image and open the file here: files are read in this tab, however large. <code class="line"><Text of={command} /></code>{" "}
        <Copy text={command} what="the command">
          copy
        </Copy>
      </p>
      <p>
        <button type="button" onClick={() => document.querySelector("[data-open-file]").click()}>
          Open a file
        </button>
      </p>
    </>
  );
}
