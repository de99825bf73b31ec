/** The answer: what a host would pull, how much that is, why, and where the tools disagree. */

import { formatPlatform } from "../multiarch.js";
import { host, page, pick, route, site } from "../state/inspector.js";
import { answer, choice, tool } from "../state/choice.js";
import { isSameAnswer, TOOLS } from "../state/answers.js";
import { manifestCell, rows } from "../state/entries.js";
import { toggle, unfolded, whyOf } from "../state/place.js";
import { pullLines } from "../words/commands.js";
import { count, pulledSize } from "../words/sizes.js";
import { HostField } from "./host.jsx";
import { viewOf } from "./part.jsx";
import { Digest, Platform, Size, copy } from "./pieces.jsx";
import { Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

/** Entry by entry, when a tool's answer is opened. */
const Why = viewOf(async () => (await import("./why.jsx")).Why);

export function Hero() {
  const { document } = page.value;
  if (document.kind !== "index" && document.kind !== "image") return null;
  const asked = choice.value;
  const isNothing = asked && !asked.error && !asked.isUnknown && !answer.value?.descriptor && !answer.value?.error;
  return (
    <section class={isNothing || asked?.error ? "hero nothing" : "hero"} aria-labelledby="question">
      <div class="answer">
        <h2 id="question" class="question">
          <span>What would </span>
          <HostField />
          <span> pull?</span>
          <HostNote />
        </h2>
        <Outcome />
        <Commands />
      </div>
      <Tools />
      {TOOLS.some(({ policy }) => unfolded.value.has(whyOf(policy))) && <Why />}
    </section>
  );
}

/** Who says that this is the host. */
function HostNote() {
  const { by } = host.value ?? {};
  const words = { server: "this computer, as its server says", browser: "this computer, as its browser says" }[by];
  if (words) return <small class="note">{words}</small>;
  const own = site.value.host;
  if (by !== "asked" || !own || own === route.value.platform) return null;
  return (
    <small class="note">
      <button type="button" class="plain" onClick={() => pick({ platform: undefined, at: undefined })}>
        ask for this computer
      </button>
    </small>
  );
}

function Outcome() {
  const asked = choice.value;
  if (!host.value) return <p class="line-1">Name the machine: browsers like this one do not say which it is.</p>;
  if (asked?.error) return <Trouble error={asked.error} isSmall />;
  if (asked?.isUnknown) return <SingleUnknown />;
  const found = answer.value;
  if (!found) return <p class="line-1">…</p>;
  if (found.error) return <Trouble error={found.error} isSmall />;
  if (!found.descriptor) return <Nothing />;
  return (
    <>
      <p class="line-1">
        <Platform of={found.descriptor.platform ?? asked.stated} /> {!asked.isImage && <Digest of={found.descriptor.digest} />} <Pulled />
      </p>
      <p class="because">
        <Because />
      </p>
    </>
  );
}

/** A pasted image holds no config, and its config states the platform. */
const SingleUnknown = () => (
  <p class="line-1">
    A single image: every host pulls this one. <small>Its platform stands in its config.</small>
  </p>
);

/** The layers of the answer, once they are known; its place is kept until then. */
function Pulled() {
  const { descriptor } = answer.value;
  const { document, name } = page.value;
  const found = descriptor.digest === document.digest ? document : name && manifestCell(name, descriptor.digest).state.value.value;
  if (!found) return <span class="pulled">&nbsp;</span>;
  const layers = found.layers.filter(({ problem }) => !problem);
  return (
    <span class="pulled">
      <Size of={pulledSize(layers)} /> in {count(layers.length, "layer")}
    </span>
  );
}

/** A reason of an entry's row, as a sentence of its own: "runs on linux/arm/v6" is said of the entry. */
const sentenceOf = (reason) => (/^(?:runs|carries) /.test(reason) ? `it ${reason}` : reason);

function Because() {
  const { isImage, runs, specifier, stated } = choice.value;
  const { reason, index, inside = [] } = answer.value;
  if (isImage && runs) return <>a single image, made for this platform</>;
  if (isImage) {
    return (
      <span class="warn">
        a single image for <Text of={formatPlatform(stated)} class="mono" />: every host pulls it, and <Text of={specifier} class="mono" /> cannot
        run it without emulation
      </span>
    );
  }
  const place = inside.length > 0 ? `, by entry ${inside.join(", ")} of the index at entry ${index}` : "";
  return (
    <>
      because <Text of={sentenceOf(reason ?? "the entry fits")} />
      {place}
    </>
  );
}

/** Nothing is an answer too; docker's own words, because people search for them. */
function Nothing() {
  const { specifier } = choice.value;
  const own = [...new Set(rows.value.filter(({ kind, descriptor }) => kind === "image" && descriptor.platform).map(({ descriptor }) => formatPlatform(descriptor.platform)))];
  return (
    <>
      <p class="line-1">
        Nothing: no entry runs on <Text of={specifier} class="mono strong" />.
      </p>
      <p class="because">Docker says “no matching manifest for <Text of={specifier} /> in the manifest list entries”.</p>
      {own.length > 0 && <PlatformChips platforms={own} />}
    </>
  );
}

/** Platforms as buttons that ask the question again. */
function PlatformChips({ platforms }) {
  return (
    <p class="chips">
      <span>Platforms that exist:</span>{" "}
      {platforms.slice(0, 40).map((platform) => (
        <button type="button" class="chip" key={platform} onClick={() => pick({ platform, at: undefined })}>
          <Text of={platform} />
        </button>
      ))}
    </p>
  );
}

function Commands() {
  const { reference, document, opened } = page.value;
  if (!reference || opened) return null;
  const lines = pullLines({ reference, specifier: choice.value?.specifier, descriptor: answer.value?.descriptor, document });
  const [first, ...others] = lines;
  return (
    <div class="commands">
      <code class="line">
        <Text of={first.text} />
      </code>
      {[{ ...first, label: "copy" }, ...others].map(({ name, label, text }) => (
        <button type="button" class="plain" key={name} data-copy={name} onClick={() => copy(text, text)}>
          {label}
        </button>
      ))}
    </div>
  );
}

/** What each tool would pull. The first one's answer is what the others are compared with. */
function Tools() {
  const { answers, isImage } = choice.value ?? {};
  return (
    <dl class="tools">
      {TOOLS.map(({ policy, name, about }) => {
        const own = answers?.[policy];
        const isSame = isSameAnswer(own, answers?.[TOOLS[0].policy]);
        const key = whyOf(policy);
        return (
          <div key={policy} class={isSame ? "tool" : "tool differs"}>
            <dt title={about}>{name}</dt>
            <dd>
              {own ? (
                <button type="button" aria-expanded={unfolded.value.has(key)} onClick={() => toggle(key)} disabled={isImage && !own.selection}>
                  <span class="sign-of">{isSame ? "=" : "≠"}</span> <Verdict own={own} isFirst={policy === tool.value.policy} isSame={isSame} />
                </button>
              ) : (
                <span class="dim">–</span>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Verdict({ own, isSame }) {
  if (own.error) return <>cannot tell</>;
  if (!own.descriptor) return <>nothing</>;
  if (isSame) return <>same</>;
  const { platform, digest } = own.descriptor;
  return <Text of={platform ? formatPlatform(platform) : digest.slice(0, 19)} class="mono" />;
}
