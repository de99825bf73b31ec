/** What is attested about an image, decoded. Stated, its signature not checked: that always stands there. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { createCells } from "../state/cells.js";
import { referrersOf, statementOf } from "../state/listing.js";
import { manifestCell } from "../state/entries.js";
import { source } from "../state/inspector.js";
import { statementWords } from "../words/statements.js";
import { count } from "../words/sizes.js";
import { Digest, Fact } from "./pieces.jsx";
import { Code, Link, Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";
import { JsonTree } from "./json.jsx";

/** How many packages are drawn. */
const SHOWN = 200;

const statements = createCells();
const referrers = createCells();
const cosign = createCells();

export function Attestations({ shown }) {
  const { attestations, document, name } = shown;
  // An attestation that was opened by itself.
  const isOne = document.layers.some(({ mediaType }) => mediaType === "application/vnd.in-toto+json");
  if (isOne) return <Manifest name={name} document={document} />;
  return (
    <>
      {attestations.length === 0 && <p class="message">Nothing is attested about this image in the index.</p>}
      {attestations.map((descriptor) => (
        <Attestation key={descriptor.digest} name={name} descriptor={descriptor} />
      ))}
      {name && <Referrers name={name} digest={document.digest} />}
      {name && <Cosign name={name} digest={document.digest} />}
    </>
  );
}

/** What refers to the image in its registry: signatures, bills of materials. */
function Referrers({ name, digest }) {
  const cell = referrers.of(`${name}@${digest}`, async () => referrersOf(await source.readerOf(name), name, digest));
  useEffect(() => void cell.start(), [cell]);
  const { value, error } = cell.state.value;
  if (error) return <Trouble error={error} isSmall retry={() => cell.again()} />;
  if (!value) return <p class="message">Asking what refers to it…</p>;
  if (value.length === 0) return <p class="message">Nothing in the repository refers to it.</p>;
  return (
    <div class="attestation">
      <h3>{count(value.length, "referrer")}</h3>
      <p class="caution">Stated, signature not checked.</p>
      <ul class="pairs">
        {value.map(({ digest: own, artifactType, mediaType, problem }) => (
          <li key={own}>
            <Code of={problem ?? artifactType ?? mediaType} />{" "}
            {!problem && (
              <Link to={{ ref: `${name}@${own}` }}>
                <Text of={own.slice(0, 19)} class="mono" />
              </Link>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How cosign names what it keeps beside an image in registries without referrers (https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md). */
const COSIGN = [["sig", "signature"], ["att", "attestation"], ["sbom", "bill of materials"]];

/** The tags of cosign that exist: a HEAD for each, which counts as no pull. */
async function cosignTags(name, digest) {
  const found = await Promise.all(COSIGN.map(async ([end, what]) => {
    const tag = `${digest.replace(":", "-")}.${end}`;
    try {
      return { tag, what, ...(await source.head(name, tag)) };
    } catch (error) {
      if (error.code === "MANIFEST_UNKNOWN") return undefined;
      throw error;
    }
  }));
  return found.filter(Boolean);
}

function Cosign({ name, digest }) {
  const cell = cosign.of(`${name}@${digest}`, () => cosignTags(name, digest));
  const { value, error, phase } = cell.state.value;
  if (error) return <Trouble error={error} isSmall retry={() => cell.again()} />;
  if (!value) {
    return (
      <p class="message">
        <button type="button" class="plain" disabled={phase === "loading"} onClick={cell.start}>
          look for cosign's tags
        </button>
      </p>
    );
  }
  if (value.length === 0) return <p class="message">No tag of cosign is about this digest.</p>;
  return (
    <div class="attestation">
      <h3>{count(value.length, "tag")} of cosign</h3>
      <p class="caution">Stated, signature not checked.</p>
      <ul class="pairs">
        {value.map(({ tag, what }) => (
          <li key={tag}>
            {what}{" "}
            <Link to={{ ref: `${name}:${tag}` }}>
              <Text of={`${tag.slice(0, 19)}…${tag.slice(tag.lastIndexOf("."))}`} class="mono" />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Attestation({ name, descriptor }) {
  const cell = name ? manifestCell(name, descriptor.digest) : undefined;
  useEffect(() => void cell?.start(), [cell]);
  const { value, error } = cell?.state.value ?? {};
  return (
    <div class="attestation">
      <p class="about">
        <Digest of={descriptor.digest} />{" "}
        {name && (
          <Link to={{ ref: `${name}@${descriptor.digest}` }}>open alone</Link>
        )}
      </p>
      {error && <Trouble error={error} isSmall retry={() => cell.again()} />}
      {value ? <Manifest name={name} document={value} /> : !error && <p class="message">{name ? "Reading what is attested…" : "A pasted index does not bring its attestations."}</p>}
    </div>
  );
}

const Manifest = ({ name, document }) => (
  <>
    <p class="caution">Stated, signature not checked.</p>
    {document.layers.map((layer, index) => (
      <Statement key={index} name={name} owner={document.digest} layer={layer} />
    ))}
  </>
);

function Statement({ name, owner, layer }) {
  const isReadable = name && !layer.problem;
  const cell = isReadable ? statements.of(`${name}@${layer.digest}`, () => statementOf(source, name, owner, layer)) : undefined;
  useEffect(() => void cell?.start(), [cell]);
  const { value, error, phase } = cell?.state.value ?? {};
  if (error) return <Trouble error={error} isSmall retry={() => cell.again()} />;
  if (phase !== "ready") return <p class="message">{isReadable ? "Reading a statement…" : "This statement cannot be read here."}</p>;
  return (
    <section class="statement">
      {value.contents.map((content, index) => (
        <Content key={index} of={content} />
      ))}
      {value.json !== undefined && (
        <details>
          <summary>JSON</summary>
          <JsonTree json={value.json} />
        </details>
      )}
    </section>
  );
}

function Content({ of }) {
  const { title, facts, packages, packageCount } = statementWords(of);
  return (
    <>
      <h3>
        <Text of={title} />
      </h3>
      {facts.length === 0 && packages.length === 0 && <p class="dim">It states nothing that is shown here beyond its subject.</p>}
      <dl class="facts-list">
        {facts.map(([fact, text]) => (
          <Fact key={fact} name={fact}>
            <Code of={text} />
          </Fact>
        ))}
      </dl>
      {packages.length > 0 && <Packages of={packages} all={packageCount} />}
    </>
  );
}

function Packages({ of, all }) {
  const filter = useSignal("");
  const found = of.filter(({ name }) => name.toLowerCase().includes(filter.value.toLowerCase()));
  return (
    <details>
      <summary>{count(all, "package")}</summary>
      {of.length > 12 && (
        <input type="text" aria-label="Filter the packages" placeholder="filter" value={filter.value} onInput={(event) => (filter.value = event.currentTarget.value)} />
      )}
      <ul class="pairs">
        {found.slice(0, SHOWN).map(({ name, version, license }, index) => (
          <li key={index}>
            <Code of={name} /> {version && <Text of={version} class="dim" />} {license && <Text of={license} class="dim" />}
          </li>
        ))}
      </ul>
      {found.length > SHOWN && <p class="message">{found.length - SHOWN} more: filter to see them.</p>}
    </details>
  );
}
