/** A specification from a template: one image for each platform, under a name that states the platform. */

import { optionInvalid } from "../core/errors.js";
import { describe, flag, isNothing, optionalTexts, optionsOf, text, textsOf } from "../core/arguments.js";
import { init } from "../core/load.js";
import { formatPlatform, parsePlatform } from "../nouns/platform.js";
import { parseReference } from "../nouns/reference.js";
import { referenceOf, targetsOf } from "./references.js";
import { optionalChoice, optionalTextMap, TYPES } from "./shapes.js";

/** manifest-tool's placeholders. */
const PLACEHOLDER = /ARCH|OS|VARIANT/g;

const OPTIONS = {
  platforms: textsOf,
  target: (value, name) => text(value, name, "REFERENCE_INVALID"),
  tags: optionalTexts,
  annotations: optionalTextMap,
  type: optionalChoice(TYPES),
  ignoreMissing: flag,
};

/**
 * A specification of one list, whose sources are the template with OS, ARCH and VARIANT replaced for each platform.
 *
 * @param {string} template `ghcr.io/ada/app-ARCHVARIANT:1.0`
 * @param {import("multiarch").TemplateOptions} options
 * @returns {Promise<import("multiarch").Spec>}
 */
export async function specFromTemplate(template, options) {
  const pattern = text(template, "specFromTemplate(template)");
  if (isNothing(options)) throw optionInvalid(`specFromTemplate takes platforms and target, not ${describe(options)}`);
  const { platforms, target, tags = [], ...rest } = optionsOf(options, "specFromTemplate", OPTIONS);
  await init();
  const image = parseReference(target);
  if (image.digest) throw optionInvalid("target takes a reference with a tag, not with a digest");
  for (const tag of tags) parseReference(`${image.name}:${tag}`);
  if (platforms.length === 0) throw optionInvalid("platforms takes a list with at least one platform");
  const sources = platforms.map((platform) => sourceOf(pattern, platform, image.name));
  for (const [at, { reference }] of sources.entries()) {
    const first = sources.findIndex((one) => one.reference === reference);
    if (first === at) continue;
    const both = [platforms[first], platforms[at]].join(" and ");
    throw optionInvalid(`the template ${pattern} gives ${reference} for both ${both}: it needs what differs, of OS, ARCH and VARIANT`);
  }
  const { ignoreMissing, ...list } = rest;
  return { lists: [{ references: targetsOf([image], tags), sources, ...list, ...(ignoreMissing && { ignoreMissing }) }] };
}

/** As manifest-tool does: the parts as they are written, and nothing for a platform without a variant. */
function sourceOf(pattern, specifier, repository) {
  const platform = parsePlatform(specifier);
  const [os, architecture, variant, ...more] = specifier.split("/");
  if (!architecture || more.length > 0 || platform.osVersion || platform.osFeatures) {
    throw optionInvalid(`platforms takes os/architecture[/variant], not ${formatPlatform(platform)}`);
  }
  const parts = { OS: os, ARCH: architecture, VARIANT: variant ?? "" };
  const reference = referenceOf(pattern.replace(PLACEHOLDER, (name) => parts[name]), repository);
  return { reference, platform };
}
