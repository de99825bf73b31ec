// An image: what its config says, and its steps joined with its layers.
import { formatPlatform } from "../../pkg/entry/browser.js";
import { code, copyButton, el, row, section, table, value } from "../dom.js";
import { count, exactSize, humanSize, shellWord, shortDigest, shortMediaType } from "../format.js";
import { errorPanel } from "./error.js";
import { fact, pairList, size } from "./pieces.js";

export function imageView({ document, config, configError, name, phase }) {
  if (!document || document.kind === "index" || (document.layers.length === 0 && !document.config)) return null;
  return el(
    "div",
    {},
    document.config && configPart(document, { config, configError, name, phase }),
    layersPart(document, config),
  );
}

function configPart(document, { config, configError, name }) {
  const descriptor = document.config;
  return el(
    "div",
    { id: "at-config" },
    section(
      "config",
      "Config",
      el(
        "p",
        { class: "digest-row" },
        descriptor.problem
          ? value(`cannot be used: ${descriptor.problem}`, { class: "reason" })
          : [
              code(descriptor.digest, { class: "digest" }),
              copyButton(descriptor.digest, "the config's digest"),
            ],
      ),
      el(
        "p",
        { class: "aid" },
        exactSize(descriptor.size),
        " · ",
        code(shortMediaType(descriptor.mediaType), { title: descriptor.mediaType }),
        config ? " · verified in your browser" : "",
      ),
      configError
        ? errorPanel(configError)
        : config
          ? configFacts(config)
          : document.kind === "image" && !name
            ? el("p", { class: "aid" }, "The config is a blob of its own; a pasted manifest does not bring it.")
            : null,
    ),
  );
}

function configFacts({ platform, created, config: run }) {
  const settings = run && typeof run === "object" ? run : {};
  return el(
    "dl",
    { class: "facts" },
    fact("Platform", value(formatPlatform(platform), { class: "mono strong" })),
    created && fact("Created", value(created)),
    words("Entrypoint", settings.Entrypoint),
    words("Command", settings.Cmd),
    text("Working directory", settings.WorkingDir),
    text("User", settings.User),
    names("Ports", settings.ExposedPorts),
    names("Volumes", settings.Volumes),
    list("Environment", settings.Env),
    pairs("Labels", settings.Labels),
  );
}

/** A command as a shell would take it. */
function words(name, argv) {
  return (
    Array.isArray(argv) &&
    argv.length > 0 &&
    fact(name, code(argv.map((word) => shellWord(String(word))).join(" ")))
  );
}

function text(name, written) {
  return typeof written === "string" && written !== "" && fact(name, code(written));
}

function names(name, set) {
  const keys = set && typeof set === "object" ? Object.keys(set) : [];
  return (
    keys.length > 0 &&
    fact(
      name,
      keys.map((key, at) => [at > 0 && ", ", code(key)]),
    )
  );
}

function list(name, lines) {
  return (
    Array.isArray(lines) &&
    lines.length > 0 &&
    fact(
      name,
      el(
        "ul",
        { class: "plain" },
        lines.map((line) => el("li", {}, code(line))),
      ),
    )
  );
}

function pairs(name, object) {
  const entries = object && typeof object === "object" ? Object.entries(object) : [];
  return (
    entries.length > 0 &&
    fact(
      name,
      el(
        "details",
        { class: "fold small" },
        el("summary", {}, count(entries.length, "label")),
        pairList(entries),
      ),
    )
  );
}

function layersPart(document, config) {
  const total = document.layers.reduce((sum, layer) => sum + layer.size, 0);
  const steps = joinHistory(document.layers, config?.history);
  const columns = ["#", "Digest", "Size", "Media type", ...(steps ? ["Created by"] : [])];
  return section(
    "layers",
    `Layers (${document.layers.length})`,
    el("p", { class: "aid" }, `${humanSize(total)} to pull`, total >= 1024 ? `: ${exactSize(total)}` : ""),
    table(
      "Layers of the image",
      columns,
      [
        el(
          "tbody",
          { role: "rowgroup" },
          (steps ?? document.layers.map((layer, index) => ({ layer, index }))).map((step) =>
            layerRow(columns, step),
          ),
        ),
      ],
      { class: "entries" },
    ),
  );
}

/** History and layers run side by side, history skipping what changed no file. Undefined when they do not add up. */
function joinHistory(layers, history) {
  if (!Array.isArray(history) || history.filter((step) => step?.empty_layer !== true).length !== layers.length)
    return undefined;
  let index = 0;
  return history.map((step) => {
    const createdBy = step?.created_by ?? step?.comment ?? "";
    return step?.empty_layer === true ? { createdBy } : { createdBy, layer: layers[index], index: index++ };
  });
}

function layerRow(columns, { layer, index, createdBy }) {
  const step = createdBy ? code(createdBy, { class: "step" }) : null;
  if (!layer)
    return row(
      columns,
      ["", el("span", { class: "faint" }, "no layer"), "", "", step].slice(0, columns.length),
      { class: "passed" },
    );
  if (layer.problem)
    return row(
      columns,
      [String(index), value(`cannot be used: ${layer.problem}`, { class: "reason" }), "", "", step].slice(0, columns.length),
      { id: `at-layers/${index}` },
    );
  return row(
    columns,
    [
      String(index),
      el(
        "span",
        { class: "together" },
        code(shortDigest(layer.digest), { title: layer.digest }),
        copyButton(layer.digest, `the digest of layer ${index}`),
      ),
      size(layer.size),
      code(shortMediaType(layer.mediaType), { title: layer.mediaType, class: "type" }),
      step,
    ].slice(0, columns.length),
    { id: `at-layers/${index}` },
  );
}
