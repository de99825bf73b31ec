/** Where an image comes from, as SLSA's provenance of every version and builder states it. */

import { at, defined, first, objectsAt, textAt } from "./members.js";

/** BuildKit's own members of the metadata. */
const BUILDKIT = "https://mobyproject.org/buildkit@v1#metadata";

/**
 * @param {unknown} predicate of an in-toto statement
 * @returns {object} builder, buildType, source, commit, startedOn, finishedOn, and the number of materials, as far as they are stated
 *
 * Source: slsa.dev/provenance/v0.2 and /v1; docs of BuildKit, "SLSA provenance".
 */
export function provenanceOf(predicate) {
  const facts = at(predicate, "buildDefinition") === undefined ? older(predicate) : newer(predicate);
  return defined({ ...facts, source: facts.source && withoutGit(facts.source) });
}

/** Version 0.1 and 0.2. */
function older(predicate) {
  const metadata = at(predicate, "metadata");
  const config = at(predicate, "invocation", "configSource") ?? {};
  const materials = objectsAt(predicate, "materials");
  const [source, revision] = [textAt(metadata, BUILDKIT, "vcs", "source"), textAt(metadata, BUILDKIT, "vcs", "revision")];
  const stated = first(source, textAt(config, "uri"), textAt(materials.find(isGit), "uri"));
  return {
    builder: textAt(predicate, "builder", "id"),
    buildType: first(textAt(predicate, "buildType"), textAt(predicate, "recipe", "type")),
    source: stated,
    commit: first(revision, commitOf(config), commitOf(materials.find((material) => stated !== undefined && textAt(material, "uri") === stated)), commitOf(materials.find(isGit))),
    startedOn: textAt(metadata, "buildStartedOn"),
    finishedOn: textAt(metadata, "buildFinishedOn"),
    materials: materials.length,
  };
}

/** Version 1. */
function newer(predicate) {
  const [definition, details] = [at(predicate, "buildDefinition"), at(predicate, "runDetails")];
  const metadata = at(details, "metadata");
  const config = at(definition, "externalParameters", "configSource");
  const dependencies = objectsAt(definition, "resolvedDependencies");
  const vcs = at(metadata, "buildkit_metadata", "vcs");
  const git = dependencies.find(isGit);
  const workflow = at(definition, "externalParameters", "workflow");
  return {
    builder: textAt(details, "builder", "id"),
    buildType: textAt(definition, "buildType"),
    source: first(textAt(vcs, "source"), textAt(workflow, "repository"), textAt(config, "uri"), textAt(definition, "externalParameters", "source"), textAt(git, "uri")),
    commit: first(textAt(vcs, "revision"), commitOf(config), commitOf(git)),
    startedOn: textAt(metadata, "startedOn"),
    finishedOn: textAt(metadata, "finishedOn"),
    materials: dependencies.length,
  };
}

const isGit = (material) => /^git\+|\.git(?:[#@]|$)|^https:\/\/git/.test(textAt(material, "uri") ?? "");

const commitOf = (material) => first(textAt(material, "digest", "gitCommit"), textAt(material, "digest", "sha1"));

/** `git+https://github.com/ada/app@refs/heads/main` as the address of the repository. */
const withoutGit = (uri) => uri.replace(/^git\+/, "").replace(/@refs\/.*$/, "");
