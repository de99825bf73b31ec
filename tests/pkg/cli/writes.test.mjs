/** The commands that write and what they write: copy, delete, tags, referrers. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { serve } from "../../../pkg/node/serve.js";
import { artifact, pushAll } from "../../support/images.mjs";
import { IMAGES, twoRegistries } from "../../support/two-registries.mjs";

const { index, arm64 } = IMAGES;
const lab = twoRegistries();
const { cli, printed, reopen, source } = lab;

describe("delete --with-children", () => {
  test("shows the plan, asks for a confirmation where there is a terminal, and deletes nothing without", async () => {
    await printed(["copy", "-q", source(), `${lab.target}/mirror/app:1`]);
    await printed(["copy", "-q", "--no-attestations", "--platform", "linux/arm64", source(), `${lab.target}/mirror/app:arm64`]);
    const app = `${lab.target}/mirror/app:1`;
    const dry = await printed(["delete", "--with-children", "--dry-run", app]);
    assert.match(dry, new RegExp(`^  delete  ${index.digest}  root$`, "m"));
    assert.match(dry, new RegExp(`^  keep    ${arm64.digest}  needed by arm64$`, "m"));
    assert.match(dry, /^  untag   1$/m);
    const refused = await cli(["delete", "--with-children", app]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /nothing was deleted.*\nhint: Look at the plan with --dry-run, then follow it with --yes\.\n$/);
    assert.deepEqual(lab.other.registry.tags("mirror/app"), ["1", "arm64"]);
    const [plan] = JSON.parse(await printed(["delete", "--with-children", "--yes", "--json", app]));
    assert.equal(plan.deletes.at(-1).digest, index.digest);
    assert.deepEqual(lab.other.registry.tags("mirror/app"), ["arm64"]);
    assert.ok(lab.other.registry.manifest("mirror/app", arm64.digest));
    const again = await cli(["delete", "--with-children", "--yes", app]);
    assert.match(again.stderr, /MANIFEST_UNKNOWN/);
    await printed(["delete", "--ignore-missing", "--with-children", "--yes", app]);
    assert.equal((await cli(["delete", "--yes", app])).code, 125);
  });
});

describe("copy", () => {
  test("prints what the target's tag points at, by its digest", async () => {
    assert.equal(await printed(["copy", source(), `${lab.target}/mirror/app:2`]), `${lab.target}/mirror/app@${index.digest}\n`);
    assert.deepEqual(Buffer.from(lab.other.registry.manifest("mirror/app", "2").bytes), index.bytes);
    assert.equal(await printed(["copy", source(), `${lab.target}/mirror/app`]), `${lab.target}/mirror/app@${index.digest}\n`);
    assert.deepEqual(lab.other.registry.tags("mirror/app"), ["1", "2"]);
  });

  test("of one platform keeps its attestation, or is the image itself without, as JSON too", async () => {
    const { code, stdout, stderr } = await cli(["copy", "--platform", "linux/arm64", source(), `${lab.target}/mirror/app:2`]);
    const made = lab.other.registry.manifest("mirror/app", "2");
    assert.deepEqual([code, stdout], [0, `${lab.target}/mirror/app@${made.digest}\n`], stderr);
    const { manifests } = JSON.parse(Buffer.from(made.bytes));
    assert.deepEqual(manifests.map(({ digest, annotations }) => annotations?.["vnd.docker.reference.digest"] ?? digest), [arm64.digest, arm64.digest]);
    for (const { digest } of manifests) assert.ok(lab.other.registry.manifest("mirror/app", digest));
    const args = ["copy", "--json", "--no-attestations", "--platform", "linux/arm64", source(), `${lab.target}/mirror/app:2`];
    const { mediaType, size } = arm64;
    assert.deepEqual(JSON.parse(await printed(args)), {
      reference: `${lab.target}/mirror/app@${arm64.digest}`, mediaType, digest: arm64.digest, size, preserved: true,
    });
  });

  test("keeps the index although some of it stays behind, when that is asked for", async () => {
    const args = ["copy", "--sparse", "--platform", "linux/arm64", source(), `${lab.target}/mirror/app:2`];
    assert.equal(await printed(args), `${lab.target}/mirror/app@${index.digest}\n`);
    const [first, second] = JSON.parse(index.bytes).manifests;
    assert.deepEqual([first, second].map(({ digest }) => Boolean(lab.other.registry.manifest("mirror/app", digest))), [false, true]);
  });

  test("of several platforms says that the digest is another one, unless it is quiet", async () => {
    const first = ["copy", source(), `${lab.target}/mirror/app:2`, "--platform"];
    const { code, stdout, stderr } = await cli([...first, "linux/amd64", "--platform", "linux/arm64"]);
    const made = lab.other.registry.manifest("mirror/app", "2");
    assert.deepEqual([code, stdout], [0, `${lab.target}/mirror/app@${made.digest}\n`]);
    assert.match(stderr, /^note: .*another digest.*\n$/);
    assert.equal(JSON.parse(Buffer.from(made.bytes)).manifests.length, 4);
    assert.equal(await printed([...first, "linux/amd64,linux/arm64", "-q"]), stdout);
    assert.equal(await printed([...first, "linux/s390x,linux/amd64,linux/arm64"]), `${lab.target}/mirror/app@${index.digest}\n`);
  });

  test("of a platform that is not there leaves the target alone", async () => {
    const { code, stdout, stderr } = await cli(["copy", source(), `${lab.target}/mirror/app:2`, "--platform=linux/riscv64"]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /\[PLATFORM_NOT_FOUND\]\n/);
    assert.deepEqual(lab.other.registry.repositories(), []);
  });

  test("sends uploads elsewhere only where that is allowed", async (t) => {
    const elsewhere = await serve(lab.other.registry.fetch);
    t.after(() => elsewhere.close());
    lab.intercept = async (request) => {
      const answer = await lab.other.registry.fetch(request);
      const location = answer.headers.get("location");
      if (!location?.includes("/uploads/")) return answer;
      const { pathname, search } = new URL(location, request.url);
      answer.headers.set("location", `${elsewhere.url}${pathname}${search}`);
      return answer;
    };
    const args = ["copy", source(), `${lab.target}/mirror/app:2`];
    const { code, stderr } = await cli(args);
    assert.equal(code, 1);
    assert.match(stderr, /\[LOCATION_REFUSED\]\nhint: .*--upload-origin HOST\.\n$/);
    assert.deepEqual(await cli([...args, "--upload-origin", elsewhere.url]).then(({ code, stderr }) => [code, stderr]), [0, ""]);
  });
});

test("-q leaves out notes, and no warnings", async () => {
  const list = `${lab.domain}/team/list:1`;
  await pushAll(fetch, lab.server.url, "team/app", "arm64", arm64);
  const create = ["create", list, `${lab.domain}/team/app:arm64`];
  await printed(create);
  const amend = [...create, "--amend"];
  assert.match((await cli(amend, { tty: true })).stderr, /^note: /);
  assert.equal((await cli([...amend, "-q"], { tty: true })).stderr, "");
  assert.match((await cli(["push", "-q", `${lab.domain}/team/none:1`], { tty: true })).stderr, /^No such manifest: /);
});

describe("delete", () => {
  test("takes tags and digests, and leaves the rest", async () => {
    for (const tag of ["2", "3"]) await pushAll(fetch, lab.server.url, "team/app", tag, index);
    const [two, three] = [`${lab.domain}/team/app:2`, `${lab.domain}/team/app:3`];
    assert.equal(await printed(["delete", two, three]), `Deleted ${two}\nDeleted ${three}\n`);
    assert.deepEqual(lab.registry.tags("team/app"), ["1"]);
    await printed(["delete", `${lab.domain}/team/app@${index.digest}`]);
    assert.deepEqual(lab.registry.tags("team/app"), []);
    assert.ok(lab.registry.manifest("team/app", arm64.digest));
  });

  test("goes on after one that fails, and tells of every failure", async () => {
    const reference = (tag) => `${lab.domain}/team/app:${tag}`;
    const { code, stdout, stderr } = await cli(["delete", reference("no"), source(), reference("none")]);
    assert.deepEqual([code, stdout], [1, `Deleted ${source()}\n`]);
    assert.deepEqual([...stderr.matchAll(/manifests\/(\w+).*\[MANIFEST_UNKNOWN\]$/gm)].map(([, tag]) => tag), ["no", "none"]);
  });

  test("deletes nothing when a name is none", async () => {
    const { code, stdout, stderr } = await cli(["delete", source(), `${lab.domain}/team/App:1`]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /\[REFERENCE_INVALID\]/);
    assert.deepEqual(lab.registry.tags("team/app"), ["1"]);
    const whole = await cli(["delete", `${lab.domain}/team/app`]);
    assert.equal(whole.code, 1);
    assert.match(whole.stderr, /only a tag or a digest .*\[OPTION_INVALID\]\n/);
  });

  test("says what a registry does not do", async () => {
    // [quirk, the code, a word of the hint]
    for (const [quirk, code, hint] of [
      ["deleteDisabled", "DELETE_UNSUPPORTED", /hint: .*own interface/],
      ["noTagDelete", "DELETE_UNSUPPORTED", /hint: .*no single tag/],
    ]) {
      await reopen({ quirks: [quirk] });
      await pushAll(fetch, lab.other.url, "team/app", "1", index);
      const { code: exit, stdout, stderr } = await cli(["delete", `${lab.target}/team/app:1`]);
      assert.deepEqual([exit, stdout], [1, ""]);
      assert.ok(stderr.includes(`[${code}]`), stderr);
      assert.match(stderr, hint);
      assert.deepEqual(lab.other.registry.tags("team/app"), ["1"]);
    }
  });
});

describe("referrers", () => {
  test("are lines of digest and type, or JSON", async () => {
    const [note, other] = [artifact({ subject: index }), artifact({ subject: index, artifactType: "a/b", text: "b" })];
    for (const one of [note, other]) await pushAll(fetch, lab.server.url, "team/app", undefined, one);
    const lines = (await printed(["referrers", source()])).split("\n");
    assert.deepEqual(lines.sort(), ["", `${note.digest}  application/vnd.example.note`, `${other.digest}  a/b`].sort());
    assert.equal(await printed(["referrers", "--artifact-type", "a/b", source()]), `${other.digest}  a/b\n`);
    const [descriptor, ...rest] = JSON.parse(await printed(["referrers", "--json", "--artifact-type=a/b", source()]));
    assert.deepEqual([descriptor.digest, descriptor.artifactType, rest], [other.digest, "a/b", []]);
  });

  test("that are none are reported to people", async () => {
    assert.equal(await printed(["referrers", source()]), "");
    assert.equal(await printed(["referrers", "--json", source()]), "[]\n");
    assert.equal((await cli(["referrers", source()], { tty: true })).stderr, `note: nothing refers to ${source()}\n`);
  });
});
