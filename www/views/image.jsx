/** An image: its name, the answer, its platforms as bars, and the chosen one beside them. */

import { at, listedBy, page, pick, route, show } from "../state/inspector.js";
import { rows } from "../state/entries.js";
import { findings } from "../state/findings.js";
import { kindOf } from "../words/digests.js";
import { headline } from "../words/references.js";
import { count, exactSize, grouped } from "../words/sizes.js";
import { Check, CheckTrouble } from "./check.jsx";
import { Detail, JsonView } from "./detail.jsx";
import { Findings } from "./findings.jsx";
import { Hero } from "./hero.jsx";
import { CHECK, Icon } from "./icons.jsx";
import { viewOf } from "./part.jsx";
import { Digest, Fact } from "./pieces.jsx";
import { Platforms } from "./platforms.jsx";
import { Link, Text } from "./text.jsx";

const Mismatch = viewOf(async () => (await import("./explained.jsx")).Mismatch);

export function ImageView() {
  const { document, name, mismatch } = page.value;
  const isIndex = document.kind === "index";
  const isOwnJson = at.value.tab === "json" && !at.value.path && isIndex;
  return (
    <div class={at.value.path ? "image deep" : "image"}>
      <Head />
      {mismatch && <Mismatch />}
      <Hero />
      <div class={isIndex ? "columns" : "columns single"}>
        {isIndex && <Platforms />}
        {isOwnJson ? (
          <section class="detail" aria-label="JSON of the index">
            <button type="button" class="plain close" onClick={() => pick({ at: undefined })}>
              Back to the platforms
            </button>
            <JsonView document={document} name={name} />
          </section>
        ) : (
          <Detail />
        )}
      </div>
    </div>
  );
}

function Head() {
  const { document, reference, name, isPasted, opened, title } = page.value;
  const parent = name && listedBy.get(`${name}@${document.digest}`);
  return (
    <div class="head">
      {parent && (
        <p class="crumb">
          listed in{" "}
          <Link to={{ ref: parent, platform: route.value.platform }}>
            <Text of={parent} class="mono" />
          </Link>
        </p>
      )}
      <div class="title">
        <h1 tabindex="-1">{isPasted ? "Document of this tab" : <Text of={title ?? (opened ? opened.file : headline(reference))} class="mono" />}</h1>
        <Digest of={document.digest} isWhole />
        <Verified />
        {reference && (
          <Link to={{ ref: opened ? `${reference.domain}/image` : name }} class="registry">
            <Text of={opened ? opened.file : reference.domain} />
          </Link>
        )}
      </div>
      <Contents />
      <Findings of={findings.value} />
      <CheckTrouble />
      <Annotations of={document.annotations} />
      {opened && <Findings of={opened.archive.findings} />}
    </div>
  );
}

function Verified() {
  const { asked, isPasted, mismatch } = page.value;
  if (mismatch) return null;
  if (isPasted && !asked) return <span class="computed">computed here</span>;
  return (
    <span class="verified">
      <Icon path={CHECK} /> verified here
    </span>
  );
}

function Contents() {
  const { document } = page.value;
  const images = rows.value.filter(({ kind }) => kind === "image").length;
  const nested = rows.value.filter(({ kind }) => kind === "index").length;
  const attestations = rows.value.reduce((sum, row) => sum + row.attestations.length, 0);
  const others = rows.value.filter(({ kind }) => kind === "other" || kind === "broken").length;
  const parts = [
    [images, "platform"], [nested, "index inside", "indexes inside"], [attestations, "attestation"], [others, "other entry", "other entries"],
  ].filter(([number]) => number > 0);
  return (
    <p class="facts">
      {parts.map(([number, ...words]) => (
        <span key={words[0]}>
          <b>{grouped(number)}</b> {count(number, ...words).replace(/^\S+ /, "")} ·{" "}
        </span>
      ))}
      {kindOf(document)}, {exactSize(document.size)}
      {document.artifactType && (
        <>
          {" · "}
          <Text of={document.artifactType} class="mono" />
        </>
      )}{" "}
      ·{" "}
      <button type="button" class="plain under" onClick={() => show({ path: undefined, tab: "json" })}>
        JSON
      </button>
      <Check />
      <Subject />
    </p>
  );
}

function Subject() {
  const { document, name } = page.value;
  const { subject } = document;
  if (!subject || subject.problem) return null;
  return (
    <>
      {" · about "}
      {name ? (
        <Link to={{ ref: `${name}@${subject.digest}` }}>
          <Text of={subject.digest.slice(0, 19)} class="mono" />
        </Link>
      ) : (
        <Text of={subject.digest} class="mono" />
      )}
    </>
  );
}

function Annotations({ of }) {
  const pairs = Object.entries(of);
  if (pairs.length === 0) return null;
  return (
    <details class="annotations">
      <summary>{count(pairs.length, "annotation")}</summary>
      <dl>
        {pairs.map(([key, value]) => (
          <Fact key={key} name={<Text of={key} class="mono" />}>
            <Text of={value} class="mono" />
          </Fact>
        ))}
      </dl>
    </details>
  );
}
