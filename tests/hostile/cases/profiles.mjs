/** Profiles of real registries: every command succeeds, and what is missing or private is called by its name. */

import { PROFILES } from "multiarch/testing";

const COMMANDS = ["resolve", "resolvePlatform", "manifest", "config", "blob", "tags", "inspect", "create", "createPush", "push"];

const MISSING = { missingTag: "MANIFEST_UNKNOWN", missingDigest: "MANIFEST_UNKNOWN", missingTags: "NAME_UNKNOWN", missingBlob: "BLOB_UNKNOWN" };

export const REGISTRIES = Object.entries(PROFILES).flatMap(([profile, { auth, quirks }]) => [
  ...COMMANDS.map((command) => ({
    name: `${profile}: ${command}`,
    command,
    setting: { auth, quirks: [profile] },
    expect: "ok",
  })),
  ...Object.entries(MISSING).map(([command, code]) => ({
    name: `${profile}: ${command}`,
    command,
    setting: { auth, quirks: [profile] },
    // Such a registry does not tell the missing from the private.
    expect: command === "missingTags" && quirks.includes("hiddenMissing") ? "UNAUTHORIZED" : code,
  })),
  ...["resolve", "manifest", "tags", "inspect"].map((command) => ({
    name: `${profile}: private, without credentials; ${command}`,
    command,
    setting: { auth, quirks: [profile] },
    client: () => ({ credentials: undefined }),
    expect: "UNAUTHORIZED",
  })),
]);
