/** Where one begins: the field, what can be opened, examples, what was opened lately. */

import { composeHere, host, site } from "../state/inspector.js";
import { lately } from "../state/lately.js";
import { ago } from "../words/ago.js";
import { openFile } from "./drop.jsx";
import { Omnibox, startComparison } from "./omnibox.jsx";
import { Link, Text } from "./text.jsx";

/** References that show something worth seeing, where a server of its own names none. */
const EXAMPLES = [
  { reference: "alpine:3.20", text: "eight platforms, one of them yours" },
  { reference: "mcr.microsoft.com/windows/nanoserver:ltsc2022", text: "told apart by the build of Windows" },
  { reference: "registry.k8s.io/pause:3.10", text: "Linux and Windows in one tag" },
];

export function Start() {
  const { examples, via, registries } = site.value;
  const readable = ({ reference }) => registries.length === 0 || registries.some((domain) => reference.startsWith(`${domain}/`) || (domain === "docker.io" && !reference.split("/")[0].includes(".")));
  const offered = examples.length > 0 ? examples : via ? EXAMPLES.filter(readable) : [];
  const last = lately();
  return (
    <div class="start">
      <h1 tabindex="-1">What is in this image, and what would my machine pull?</h1>
      <Omnibox isLarge />
      <p class="aid">
        A reference, a <code>docker pull …</code> line, a Hub link, or manifest JSON. Or drop a <code>docker save</code> tar, an OCI layout or a
        manifest anywhere: it is read here and sent nowhere.
      </p>
      <Cards />
      <div class="lists">
        {offered.length > 0 && (
          <section aria-labelledby="try">
            <h2 id="try">Try</h2>
            <ul>
              {offered.map(({ reference, text, platform }) => (
                <li key={reference}>
                  <Link to={{ ref: reference, platform }}>
                    <Text of={reference} class="mono" />
                  </Link>
                  <p>{text && <Text of={text} />}</p>
                </li>
              ))}
            </ul>
          </section>
        )}
        {last.length > 0 && (
          <section aria-labelledby="lately">
            <h2 id="lately">Lately</h2>
            <ul>
              {last.map(({ name, ref, at }) => (
                <li key={name}>
                  <Link to={{ ref }}>
                    <Text of={name} class="mono" />
                  </Link>
                  <p>{ago(at)}</p>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <Reach />
    </div>
  );
}

/** Which host this is, and which registries can be read from here. */
function Reach() {
  const { via, direct } = site.value;
  const registries = [...site.value.registries, ...direct];
  const own = host.value;
  return (
    <p class="reach">
      {own && own.by !== "asked" && (
        <>
          Your host is <Text of={own.specifier} class="mono strong" />, as {own.by === "server" ? "this server" : "this browser"} says.{" "}
        </>
      )}
      {!via && direct.length === 0 && <>This copy of the page cannot reach registries; what is pasted or opened works.</>}
      {registries.length > 0 && (
        <details>
          <summary>
            {registries.length === 1 ? "One registry is" : `${registries.length} registries are`} readable here
          </summary>
          <p>
            <Text of={registries.join(", ")} class="mono" />. Others with <code>multiarch serve --registry DOMAIN</code>: the page's server asks no
            registry that it was not started for.
          </p>
        </details>
      )}
    </p>
  );
}

/** What can be opened beside a reference. */
function Cards() {
  return (
    <div class="cards">
      <button type="button" onClick={openFile}>
        <b>Open a file</b>
        <span>tar, tar.gz, manifest, or paste JSON</span>
      </button>
      <button type="button" onClick={startComparison}>
        <b>Compare two</b>
        <span>A .. B in the field: tags, digests</span>
      </button>
      <button type="button" onClick={composeHere}>
        <b>Compose a list</b>
        <span>one tag of several images</span>
      </button>
    </div>
  );
}
