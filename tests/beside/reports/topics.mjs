/** The rows by topic, and the public reports that no row here can show. */

import { AUTHENTICATION } from "./topics/authentication.mjs";
import { CONFIGURATION } from "./topics/configuration.mjs";
import { CONNECTIONS } from "./topics/connections.mjs";
import { DOCUMENTS } from "./topics/documents.mjs";
import { HELPERS } from "./topics/credential-helpers.mjs";
import { LISTING } from "./topics/listing.mjs";
import { SCRIPTS } from "./topics/scripts.mjs";
import { WRITES } from "./topics/writes.mjs";

/** @type {Record<string, import("./runner.mjs").Row[]>} */
export const TOPICS = {
  documents: DOCUMENTS,
  configuration: CONFIGURATION,
  "credential-helpers": HELPERS,
  authentication: AUTHENTICATION,
  listing: LISTING,
  writes: WRITES,
  connections: CONNECTIONS,
  scripts: SCRIPTS,
};

export const ELSEWHERE = [
  {
    reports: "testcontainers/testcontainers-node#293, docker/compose#5875, GoogleContainerTools/jib#2399, spotify/dockerfile-maven#371",
    about: "docker-credential-gcloud is a .cmd on Windows",
    reason: "needs Windows; the look-up itself is tested in tests/pkg/node/credentials/go.test.mjs",
  },
  {
    reports: "(draft folders)", about: "a file system without hard links",
    reason: "needs one; tests/pkg/node/store/faults.test.mjs has one that says so",
  },
];
