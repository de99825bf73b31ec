/** What an image's config says about how it runs. */

import { formatPlatform } from "../multiarch.js";
import { detailConfig } from "../state/choice.js";
import { page } from "../state/inspector.js";
import { shellLine } from "../words/commands.js";
import { exactSize } from "../words/sizes.js";
import { Digest, Fact } from "./pieces.jsx";
import { Code, Text } from "./text.jsx";
import { Trouble } from "./trouble.jsx";

export function ConfigView({ shown }) {
  const { document } = shown;
  const descriptor = document.config;
  if (!descriptor) return <p class="message">This document has no config.</p>;
  if (descriptor.problem) {
    return (
      <p class="message">
        The config cannot be used: <Text of={descriptor.problem} />
      </p>
    );
  }
  const cell = detailConfig.value;
  const { value, error } = cell?.state.value ?? {};
  return (
    <div class="config">
      {error && <Trouble error={error} isSmall retry={() => cell.again()} />}
      {value ? <Facts of={value} /> : !error && <Waiting isKnown={cell !== undefined} />}
      <p class="about">
        <Digest of={descriptor.digest} /> {exactSize(descriptor.size)} <Text of={descriptor.mediaType} class="mono dim" />
      </p>
    </div>
  );
}

const Waiting = ({ isKnown }) => (
  <p class="message">{isKnown ? "Reading the config…" : page.value.name ? "This config is none of an image." : "The config is a blob of its own; a pasted manifest does not bring it."}</p>
);

const objectOf = (value) => (value && typeof value === "object" && !Array.isArray(value) ? value : {});
const listOf = (value) => (Array.isArray(value) ? value : []);

function Facts({ of: { platform, created, config } }) {
  const run = objectOf(config);
  const argv = [...listOf(run.Entrypoint), ...listOf(run.Cmd)];
  const names = [
    ["Ports", Object.keys(objectOf(run.ExposedPorts))],
    ["Volumes", Object.keys(objectOf(run.Volumes))],
  ].filter(([, keys]) => keys.length > 0);
  const pairs = [
    ["Environment", listOf(run.Env).map((line) => pairOf(String(line)))],
    ["Labels", Object.entries(objectOf(run.Labels))],
  ].filter(([, all]) => all.length > 0);
  return (
    <dl class="facts-list">
      {argv.length > 0 && (
        <Fact name="Runs">
          <Code of={shellLine(argv)} />
        </Fact>
      )}
      <Plain name="As user" of={run.User} />
      <Plain name="In" of={run.WorkingDir} />
      {names.map(([name, keys]) => (
        <Fact key={name} name={name}>
          <Code of={keys.join(" ")} />
        </Fact>
      ))}
      {pairs.map(([name, all]) => (
        <Fact key={name} name={name}>
          <Pairs of={all} />
        </Fact>
      ))}
      {platform.os && (
        <Fact name="Made for">
          <Code of={formatPlatform(platform)} />
        </Fact>
      )}
      <Plain name="Created" of={created} />
    </dl>
  );
}

const pairOf = (line) => {
  const equals = line.indexOf("=");
  return equals < 0 ? [line, ""] : [line.slice(0, equals), line.slice(equals + 1)];
};

const Plain = ({ name, of }) =>
  typeof of === "string" && of !== "" ? (
    <Fact name={name}>
      <Code of={of} />
    </Fact>
  ) : null;

const Pairs = ({ of }) => (
  <ul class="pairs">
    {of.map(([key, value], index) => (
      <li key={index}>
        <code>
          <b>
            <Text of={key} />
          </b>
          =<Text of={value} />
        </code>
      </li>
    ))}
  </ul>
);
