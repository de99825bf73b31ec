/** What an image's config says about how it runs. */

import { Fragment } from "preact";
import { formatPlatform } from "../multiarch.js";
import { detailConfig } from "../state/choice.js";
import { argvOf, compareConfigs, comparedWith, isOnlyHere, listOf, objectOf, offered } from "../state/configs.js";
import { page } from "../state/inspector.js";
import { shellLine } from "../words/commands.js";
import { count, exactSize } from "../words/sizes.js";
import { Digest, Fact } from "./pieces.jsx";
import { Costs } from "./pulls.jsx";
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
      {value && <Compared />}
      <p class="about">
        <Digest of={descriptor.digest} /> {exactSize(descriptor.size)} <Text of={descriptor.mediaType} class="mono dim" />
      </p>
    </div>
  );
}

const Waiting = ({ isKnown }) => (
  <p class="message">{isKnown ? "Reading the config…" : page.value.name ? "This config is none of an image." : "The config is a blob of its own; a pasted manifest does not bring it."}</p>
);

function Facts({ of: { platform, created, config } }) {
  const run = objectOf(config);
  const argv = argvOf(run);
  const names = [
    ["Ports", "ExposedPorts"],
    ["Volumes", "Volumes"],
  ].filter(([, place]) => Object.keys(objectOf(run[place])).length > 0);
  const pairs = [
    ["Environment", "Env", listOf(run.Env).map((line) => [line, ...pairOf(String(line))])],
    ["Labels", "Labels", Object.entries(objectOf(run.Labels)).map((pair) => [pair, ...pair])],
  ].filter(([, , all]) => all.length > 0);
  return (
    <dl class="facts-list">
      {argv.length > 0 && (
        <Fact name="Runs">
          <Code of={shellLine(argv)} />
          <OnlyHere place="argv" of={argv} />
        </Fact>
      )}
      <Plain name="As user" place="User" of={run.User} />
      <Plain name="In" place="WorkingDir" of={run.WorkingDir} />
      {names.map(([name, place]) => (
        <Fact key={name} name={name}>
          <Names place={place} of={Object.keys(run[place])} />
        </Fact>
      ))}
      {pairs.map(([name, place, all]) => (
        <Fact key={name} name={name}>
          <Pairs place={place} of={all} />
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

/** Stands beside what no other platform's config says. */
const OnlyHere = ({ place, of }) =>
  isOnlyHere(place, of) ? (
    <>
      {" "}
      <span class="badge only">only here</span>
    </>
  ) : null;

/** `place` is where the config says it, of what is compared. */
const Plain = ({ name, place, of }) =>
  typeof of === "string" && of !== "" ? (
    <Fact name={name}>
      <Code of={of} />
      {place && <OnlyHere place={place} of={of} />}
    </Fact>
  ) : null;

const Names = ({ place, of }) =>
  of.map((name, index) => (
    <Fragment key={name}>
      {index > 0 && " "}
      <Code of={name} />
      <OnlyHere place={place} of={name} />
    </Fragment>
  ));

const Pairs = ({ place, of }) => (
  <ul class="pairs">
    {of.map(([said, key, value], index) => (
      <li key={index}>
        <code>
          <b>
            <Text of={key} />
          </b>
          =<Text of={value} />
        </code>
        <OnlyHere place={place} of={said} />
      </li>
    ))}
  </ul>
);

/** What the marks are about, or the button that asks for them. */
function Compared() {
  const { value } = offered;
  return (
    <>
      {comparedWith.value > 0 && (
        <p class="note" role="status">
          Compared with {count(comparedWith.value, "other config")}: what none of them says is marked “only here”.
        </p>
      )}
      {value && <Compare offer={value} />}
    </>
  );
}

function Compare({ offer: { rows, costs } }) {
  const { reference } = page.value;
  return (
    <p class="compared">
      <button type="button" onClick={compareConfigs}>
        Compare with {count(rows.length, "other")}
      </button>
      {costs > 0 && <Costs domain={reference?.domain} most={costs} />}
    </p>
  );
}
