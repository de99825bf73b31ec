/** An index of what builders push, whichever they are: made, pushed, inspected, resolved, and read by other programs. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import { startDockerRegistry, push } from "../../../support/docker-registry.mjs";
import { dockerVersion, dockerWith } from "../../../support/docker.mjs";
import { sha256 } from "../../../support/images.mjs";
import { startRecorder } from "../../../support/recording.mjs";
import { multiarchHere as multiarch, run } from "../../../support/run.mjs";
import { scratch } from "../../../support/scratch.mjs";
import { SHAPES, blankImage, entriesOf, isIndex } from "./shapes.mjs";

let registry, folder, docker;
before(async () => {
  registry = await startDockerRegistry();
  folder = await scratch();
  docker = (await dockerVersion()) && (await dockerWith(folder));
});
after(() => Promise.all([registry.close(), folder.remove()]));

/** What a command prints that has to succeed. */
async function printed(...args) {
  const { code, stdout, stderr } = await multiarch(args, { env: { DOCKER_CONFIG: folder.join("config") } });
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
  return stdout;
}
const repositoryOf = (name) => `shapes/${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
const pushed = async ({ pushes }, repository) => {
  for (const [tag, image] of Object.entries(pushes)) await push(registry, repository, tag, image);
  return `${registry.domain}/${repository}`;
};
const isAttestation = ({ annotations }) => annotations?.["vnd.docker.reference.type"] === "attestation-manifest";
const specifier = ({ os, architecture, variant }) => [os, architecture, variant].filter(Boolean).join("/");

for (const [shape, { pushes, sources }] of Object.entries(SHAPES)) {
  describe(shape, () => {
    const entries = entriesOf({ pushes, sources });
    let app, digest, bytes;
    before(async () => {
      app = await pushed({ pushes }, repositoryOf(shape));
      const lines = await printed("create", "-t", `${app}:merged`, "-t", `${app}:also`, ...sources.map((tag) => `:${tag}`));
      bytes = (await multiarch(["inspect", "--raw", `${app}:merged`])).bytes;
      digest = sha256(bytes);
      assert.equal(lines, `${app}:merged@${digest}\n${app}:also@${digest}\n`);
    });

    test("every entry is as its builder wrote it, member by member", () => {
      const kept = JSON.parse(bytes).manifests;
      assert.deepEqual(kept.map((entry) => JSON.stringify(entry)), entries.map((entry) => JSON.stringify(entry)));
      if (sources.length === 1) assert.equal(digest, pushes[sources[0]].digest);
    });

    test("inspect shows it, and every platform resolves to its image", async () => {
      const shown = await printed("inspect", `${app}:merged`);
      for (const entry of entries) assert.ok(shown.includes(entry.digest), entry.digest);
      const seen = new Set();
      for (const { platform, digest: image } of entries.filter((entry) => !isAttestation(entry))) {
        // Of two entries for one platform the first is pulled.
        if (seen.has(specifier(platform))) continue;
        seen.add(specifier(platform));
        assert.equal(await printed("resolve", "--platform", specifier(platform), `${app}:merged`), `${app}@${image}\n`);
      }
    });

    test("skopeo reads all of it", async () => {
      const out = folder.join(repositoryOf(shape).replace("/", "-"));
      const { code, stderr } = await run("skopeo", ["copy", "--all", "--src-tls-verify=false", `docker://${app}:merged`, `dir:${out}`]);
      assert.equal(code, 0, stderr);
      assert.equal(sha256(await readFile(`${out}/manifest.json`)), digest);
    });

    test("docker refuses those that are indexes", async (t) => {
      if (!docker) return t.skip("there is no docker CLI");
      const refused = sources.filter((tag) => isIndex(pushes[tag]));
      for (const tag of refused) {
        const { code, stderr } = await docker.run(["manifest", "create", "--insecure", `${app}:docker-${tag}`, `${app}:${tag}`]);
        assert.equal(code, 1);
        assert.match(stderr, /is a manifest list/);
      }
    });
  });
}

describe("two images that buildx has attested", () => {
  const built = SHAPES["buildx with provenance and SBOM"];
  const { amd64, arm64 } = built.pushes;
  let app;
  before(async () => {
    app = await pushed(built, "attested/app");
  });

  test("are merged in four requests, and again in three", async (t) => {
    const recorder = await startRecorder(registry.url);
    t.after(() => recorder.close());
    const name = `${recorder.domain}/attested/app`;
    const asked = async () => {
      const start = recorder.requests.length;
      await printed("create", "-t", `${name}:counted`, ":amd64", ":arm64");
      return recorder.requests.slice(start).map(({ method, url }) => `${method} ${url.replace("/v2/attested/app/manifests/", "")}`);
    };
    assert.deepEqual((await asked()).sort(), ["GET amd64", "GET arm64", "HEAD counted", "PUT counted"]);
    assert.deepEqual((await asked()).sort(), ["GET amd64", "GET arm64", "HEAD counted"]);
  });

  test("keep what is said of them, word for word and about the same image", async () => {
    const target = `${registry.domain}/attested/elsewhere`;
    await printed("create", "-t", `${target}:1`, `${app}:amd64`, `${app}:arm64`);
    const { manifests } = JSON.parse(await printed("inspect", "--raw", `${target}:1`));
    const images = manifests.filter((entry) => !isAttestation(entry));
    const attestations = manifests.filter(isAttestation);
    assert.deepEqual(images.map(({ digest }) => digest), [amd64, arm64].map(({ children: [image] }) => image.digest));
    assert.deepEqual(attestations.map(({ annotations }) => annotations["vnd.docker.reference.digest"]), images.map(({ digest }) => digest));
    for (const [at, { digest, size }] of attestations.entries()) {
      const bytes = (await multiarch(["inspect", "--raw", `${target}@${digest}`])).bytes;
      assert.deepEqual([sha256(bytes), bytes.length], [digest, size]);
      const { layers } = JSON.parse(bytes);
      assert.equal(layers.length, 2);
      for (const layer of layers) {
        const statement = await (await fetch(`${registry.url}/v2/attested/elsewhere/blobs/${layer.digest}`)).json();
        assert.equal(statement.predicateType, layer.annotations["in-toto.io/predicate-type"]);
        assert.deepEqual(statement.subject.map((subject) => `sha256:${subject.digest.sha256}`), [images[at].digest]);
      }
    }
  });

  test("one platform of both has its attestation, made anew or copied", async () => {
    await printed("create", "-t", `${app}:both`, ":amd64", ":arm64");
    const lines = {
      made: ["create", "--platform", "linux/arm64", "-t", `${registry.domain}/attested/made:1`, `${app}:both`],
      copied: ["copy", "-q", "--platform", "linux/arm64", `${app}:both`, `${registry.domain}/attested/copied:1`],
    };
    for (const [repository, line] of Object.entries(lines)) {
      await printed(...line);
      const { manifests } = JSON.parse(await printed("inspect", "--raw", `${registry.domain}/attested/${repository}:1`));
      assert.deepEqual(manifests, JSON.parse(arm64.bytes).manifests);
    }
  });
});

test("ko's SBOMs are found under the index that was given another tag", async () => {
  const shape = SHAPES["ko, with SBOMs under tags"];
  const app = await pushed(shape, "tagged/ko");
  const line = await printed("create", "-t", `${app}:v1`, ":latest");
  const digest = line.trim().split("@").at(-1);
  await printed("inspect", `${app}:${digest.replace(":", "-")}.sbom`);
});

for (const shape of ["buildx --provenance=false, one platform each", "buildx with provenance and SBOM"]) {
  test(`GoReleaser's lines work with one word replaced, and end with the digest: ${shape}`, async () => {
    const { pushes } = SHAPES[shape];
    const app = await pushed({ pushes }, `goreleaser/${Object.keys(pushes).length}`);
    const env = { DOCKER_CONFIG: folder.join("goreleaser") };
    const manifest = async (...line) => {
      const { code, stdout, stderr } = await multiarch(["manifest", ...line], { env });
      assert.equal(code, 0, stderr);
      return stdout.trim().split("\n").at(-1);
    };
    await manifest("create", `${app}:v1`, `${app}:amd64`, `${app}:arm64`, "--amend", "--insecure");
    const last = await manifest("push", `${app}:v1`, "--insecure", "--purge");
    const { bytes } = await multiarch(["inspect", "--raw", `${app}:v1`], { env });
    assert.equal(last, sha256(bytes));
    const expected = entriesOf({ pushes, sources: ["amd64", "arm64"] }).map(({ digest }) => digest);
    assert.deepEqual(JSON.parse(bytes).manifests.map(({ digest }) => digest).sort(), expected.sort());
  });
}

test("an image that states no platform, of crane without a base, is listed and said to be chosen by no host", async () => {
  const app = await pushed({ pushes: { blank: blankImage(), amd64: SHAPES.kaniko.pushes.amd64 } }, "blank/app");
  const { code, stderr } = await multiarch(["create", "-t", `${app}:1`, ":blank", ":amd64"]);
  assert.equal(code, 0, stderr);
  assert.equal(stderr, `note: ${blankImage().digest} states no platform, so that no host chooses it; --file lays one over it\n`);
});
