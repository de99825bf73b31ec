/**
 * What each command prints with `--json` is what its schema says. A new command adds its schema in pkg/schemas and a line here:
 * the name of the schema, the exit code, and the command line.
 */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { COMMANDS } from "../../../pkg/cli/flags/table.js";
import { serve } from "../../../pkg/node/serve.js";
import { createMemoryRegistry } from "../../../pkg/testing/index.js";
import { buildkitEntry, cosignAttestation, cosignTag } from "../../support/attestations.mjs";
import { artifact, dockerImage, indexWithAttestations, ociImage, ociIndex, pushAll } from "../../support/images.mjs";
import { multiarchHere as here } from "../../support/run.mjs";
import { assertValid } from "../../support/schemas.mjs";
import { scratch } from "../../support/scratch.mjs";

const arm64 = ociImage({ architecture: "arm64" });
const index = indexWithAttestations(ociImage({ annotations: { a: "b" } }), arm64);
const other = ociIndex(ociImage({ text: "newer", layers: 2 }), ociImage({ os: "windows", osVersion: "10.0.20348.1" }));
const amd64 = dockerImage();

/** `$HOST`, `$FOLDER` and `$ARM64` stand for the registry, a folder and a digest. In order: a draft is made, used and removed. */
const VECTORS = [
  ["create", 0, "create $HOST/team/app:list $HOST/team/app:single"],
  ["create", 0, "create --refresh --dry-run $HOST/team/app:list $HOST/team/app:single"],
  ["published", 0, "create -t $HOST/team/app:made $HOST/team/app:1"],
  ["published", 0, "create --dry-run -t $HOST/team/app:made -t $HOST/team/app:made2 $HOST/team/app:1"],
  ["error", 1, "create --dry-run -t $HOST/team/app:made $HOST/team/app:1 $HOST/team/app:2"],
  ["published", 0, "imagetools create -t $HOST/team/app:made $HOST/team/app:1"],
  ["published", 0, "edit --annotate index:note=text $HOST/team/app:made"],
  ["annotate", 0, "annotate --os linux --arch arm64 $HOST/team/app:list $HOST/team/app:single"],
  ["draft", 0, "edit --draft --annotate index:note=text $HOST/team/app:list"],
  ["ls", 0, "ls"],
  ["push", 0, "push --dry-run $HOST/team/app:list"],
  ["push", 0, "push --purge $HOST/team/app:list"],
  ["create", 0, "create $HOST/team/app:more $HOST/team/app:1"],
  ["rm", 0, "rm $HOST/team/app:more"],
  ["create", 0, "create $HOST/team/app:more $HOST/team/app:single"],
  ["rm", 0, "rm $HOST/team/app:more"],
  ["check", 0, "check $HOST/team/app:1 $HOST/team/app:single"],
  ["check", 2, "check --platform linux/s390x,linux/amd64 --exact --blobs --configs --attestations $HOST/team/app:2 $HOST/team/app:none"],
  ["check", 5, "check $HOST/team/app:duplicates"],
  ["diff", 0, "diff $HOST/team/app:1 $HOST/team/app:1"],
  ["diff", 1, "diff $HOST/team/app:1 $HOST/team/app:2"],
  ["diff", 1, "diff $HOST/team/app:1 $FOLDER/other.json"],
  ["error", 2, "diff $HOST/team/app:1 $HOST/team/app:none"],
  ["error", 125, "diff --none a b"],
  ["error", 1, "resolve $HOST/team/app:none"],
  ["error", 1, "resolve --platform linux/s390x $HOST/team/app:1"],
  ["copy", 0, "copy $HOST/team/app:1 $HOST/team/copy:1"],
  ["copy", 0, "copy --referrers $HOST/team/app@$ARM64 $HOST/team/copy:2"],
  ["copy", 0, "copy $HOST/team/app:1 oci:$FOLDER/layout:app"],
  ["archive", 0, "ls oci:$FOLDER/layout"],
  ["delete", 0, "delete --with-children --dry-run $HOST/team/app:2"],
  ["delete", 0, "delete --with-children --yes $HOST/team/copy:1"],
  ["delete", 0, "delete $HOST/team/copy:2"],
  ["digest", 0, "digest $FOLDER/other.json"],
  ["find", 0, "find $ARM64 $HOST/team/app"],
  ["find", 3, "find sha256:0000000000000000000000000000000000000000000000000000000000000000 $HOST/team/app"],
  ["inspect", 0, "inspect --format json $HOST/team/app:1"],
  ["inspect", 0, "inspect --format json --sizes never $HOST/team/app:2"],
  ["inspect", 0, "inspect --format json $HOST/team/app:single"],
  ["files", 0, "files --platform linux/arm64 $HOST/team/app:1"],
  ["files", 0, "files --platform linux/arm64 --layer 0 $HOST/team/app:1 /etc"],
  ["files", 0, "files --platform linux/arm64 --changes $HOST/team/app:1"],
  ["layers", 0, "layers $HOST/team/app:1"],
  ["layers", 0, "layers $HOST/team/app:single"],
  ["login", 0, "login --username ada --password secret $HOST"],
  ["logout", 0, "logout $HOST"],
  ["pin", 0, "pin --dry-run $FOLDER/Dockerfile"],
  ["pin", 3, "pin --check $FOLDER/Dockerfile"],
  ["ratelimit", 0, "ratelimit $HOST/team/app:1"],
  ["referrers", 0, "referrers $HOST/team/app@$ARM64"],
  ["referrers-tree", 0, "referrers --tree $HOST/team/app:1"],
  ["referrers-tree", 0, "referrers --tree --packages *ss* $HOST/team/app:attested"],
  ["resolve", 0, "resolve $HOST/team/app:1"],
  ["resolve", 0, "resolve --platform linux/arm64 $HOST/team/app:1"],
  ["resolve", 0, "resolve --platform linux/arm64 $HOST/team/app:arm"],
  ["resolve", 0, "resolve --platform linux/arm64 --explain $HOST/team/app:1"],
  ["resolve", 0, "resolve $HOST/team/app:1 $HOST/team/app:2"],
  ["tags", 0, "tags $HOST/team/app"],
  ["tags", 0, "tags --columns platforms,digest,created $HOST/team/app"],
  ["tags", 0, "tags --group --newest 1 $HOST/team/app"],
  ["version", 0, "version"],
  ["apply", 0, "apply --template $HOST/team/app:ARCH --platforms linux/arm64 --target $HOST/team/app:made"],
  ["apply", 0, "apply --template $HOST/team/app:ARCH --platforms linux/arm64,linux/mips --ignore-missing --target $HOST/team/app:made --lock $FOLDER/lock.json"],
  ["apply", 0, "apply --check --lock $FOLDER/lock.json"],
  ["apply", 3, "apply --check --template $HOST/team/app:ARCH --platforms linux/arm64 --target $HOST/team/app:other --lock $FOLDER/lock.json"],
];

let folder, server, places;
before(async () => {
  folder = await scratch();
  const registry = createMemoryRegistry({ quirks: ["rateHeaders"] });
  server = await serve((request) => registry.fetch(request));
  const host = new URL(server.url).host;
  const duplicates = ociIndex(arm64, ociImage({ architecture: "arm64", variant: "v8" }));
  for (const [tag, image] of Object.entries({ 1: index, 2: other, single: amd64, arm: arm64, arm64, duplicates })) await pushAll(fetch, server.url, "team/app", tag, image);
  await pushAll(fetch, server.url, "team/app", "attested", ociIndex(arm64, buildkitEntry(arm64)));
  await pushAll(fetch, server.url, "team/app", cosignTag(arm64, "att"), cosignAttestation(arm64));
  await pushAll(fetch, server.url, "team/app", undefined, artifact({ subject: arm64, annotations: { a: "b" } }));
  await writeFile(folder.join("other.json"), other.bytes);
  await writeFile(folder.join("Dockerfile"), `FROM ${host}/team/app:1\nFROM $OTHER\n`);
  places = { $HOST: host, $FOLDER: folder.path, $ARM64: arm64.digest };
});
after(async () => {
  await server?.close();
  await folder?.remove();
});

for (const [schema, exit, line] of VECTORS) {
  test(line, async () => {
    const args = line.replace(/\$[A-Z]+\d*/g, (name) => places[name] ?? name).split(" ");
    const { code, stdout, stderr } = await here(["--config", folder.join("docker"), ...args, "--json"], { env: { HOME: folder.path } });
    assert.equal(code, exit, stderr);
    assertValid(schema, schema === "error" ? stderr : stdout);
  });
}

test("every command with --json has a line above, and every schema one that it is for", () => {
  // serve prints and goes on; tests/page judges what it prints.
  const printing = COMMANDS.filter(({ name }) => name !== "serve").filter(({ flags }) => flags.some(({ name }) => name === "json")).map(({ name }) => name);
  assert.deepEqual(printing.filter((name) => !VECTORS.some(([, , line]) => line.startsWith(`${name} `) || line === name)), []);
  const schemas = readdirSync(new URL("../../../pkg/schemas/", import.meta.url)).map((name) => name.replace(/\.json$/, "")).sort();
  assert.deepEqual(schemas, [...new Set(["serve", ...VECTORS.map(([schema]) => schema)])].sort());
});

test("a command that prints no JSON refuses --json in JSON", async () => {
  const others = COMMANDS.filter(({ flags }) => !flags.some(({ name }) => name === "json")).map(({ name }) => name);
  assert.deepEqual(others.sort(), ["cat", "completion", "help", "imagetools inspect"]);
  for (const name of others) {
    const { code, stdout, stderr } = await here([...name.split(" "), "--json"]);
    assert.deepEqual([code, stdout], [125, ""], name);
    assertValid("error", stderr);
    const { error } = JSON.parse(stderr);
    assert.equal(error.code, "USAGE");
    assert.match(error.message, /^unknown flag: --json\n/);
  }
});

test("a schema refuses what is not its own", () => {
  assert.throws(() => assertValid("find", '[{"tag": 1}]'), /find: /);
  assert.throws(() => assertValid("find", '[{"tag": "a", "index": "sha256:1", "more": 1}]'), /additional/);
});
