/** Specifications from a template: manifest-tool's placeholders, and what they give for a platform. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { parseSpec, specFromTemplate } from "multiarch";

/** The template, the platforms, and the names of the images. */
const NAMES = [
  ["foo/bar-ARCH:v1", ["linux/amd64", "linux/s390x", "linux/arm64"], ["docker.io/foo/bar-amd64:v1", "docker.io/foo/bar-s390x:v1", "docker.io/foo/bar-arm64:v1"]],
  ["foo/bar-ARCHVARIANT:v1", ["linux/amd64", "linux/arm/v5", "linux/arm/v7"], ["docker.io/foo/bar-amd64:v1", "docker.io/foo/bar-armv5:v1", "docker.io/foo/bar-armv7:v1"]],
  ["ghcr.io/a/OS/ARCH:1-OS_ARCH", ["linux/amd64", "windows/amd64"], ["ghcr.io/a/linux/amd64:1-linux_amd64", "ghcr.io/a/windows/amd64:1-windows_amd64"]],
  ["ghcr.io/a/b:1-ARCH-VARIANT", ["linux/arm64/v8"], ["ghcr.io/a/b:1-arm64-v8"]],
  [":1-ARCH", ["linux/amd64"], ["registry.example/list:1-amd64"]],
  ["a-ARCH", ["linux/amd64"], ["docker.io/library/a-amd64:latest"]],
];

describe("a template gives a name for each platform", () => {
  for (const [template, platforms, names] of NAMES) {
    test(template, async () => {
      const { lists } = await specFromTemplate(template, { platforms, target: "registry.example/list:1" });
      assert.deepEqual(lists[0].references, ["registry.example/list:1"]);
      assert.deepEqual(lists[0].sources.map(({ reference }) => reference), names);
      assert.deepEqual(lists[0].sources.map(({ platform: { os, architecture, variant } }) => [os, architecture, variant].filter(Boolean).join("/")), platforms);
    });
  }

  test("which is what the same list says in YAML", async () => {
    const made = await specFromTemplate("foo/bar-ARCHVARIANT:v1", {
      platforms: ["linux/amd64", "linux/arm/v7"], target: "foo/bar:v1", tags: ["v1.0", "latest"], annotations: { a: "b" }, type: "oci", ignoreMissing: true,
    });
    const text = "image: foo/bar:v1\ntags: [v1.0, latest]\nannotations: {a: b}\ntype: oci\nignore_missing: true\nmanifests:\n" +
      "- {image: 'foo/bar-amd64:v1', platform: {os: linux, architecture: amd64}}\n- {image: 'foo/bar-armv7:v1', platform: {os: linux, architecture: arm, variant: v7}}\n";
    assert.deepEqual(made, await parseSpec(text));
  });
});

/** The template, the options, the code and the message. */
const REFUSED = [
  ["a-ARCH", { platforms: ["linux/arm/v6", "linux/arm/v7"] }, "OPTION_INVALID", /gives docker\.io\/library\/a-arm:latest for both linux\/arm\/v6 and linux\/arm\/v7: it needs what differs/],
  ["a", { platforms: ["linux/amd64", "linux/arm64"] }, "OPTION_INVALID", /for both linux\/amd64 and linux\/arm64/],
  ["a-ARCH", { platforms: [] }, "OPTION_INVALID", /at least one platform/],
  ["a-ARCH", { platforms: ["windows(10.0.1)/amd64"] }, "OPTION_INVALID", /os\/architecture\[\/variant\], not windows\(10\.0\.1\)\/amd64/],
  ["a-ARCH", { platforms: ["linux"] }, "PLATFORM_INVALID", /linux/],
  ["A-ARCH", { platforms: ["linux/amd64"] }, "REFERENCE_INVALID", /lowercase/],
  ["a-ARCH", { platforms: ["linux/amd64"], target: "A" }, "REFERENCE_INVALID", /lowercase/],
  ["a-ARCH", { platforms: ["linux/amd64"], target: `a@sha256:${"a".repeat(64)}` }, "OPTION_INVALID", /not with a digest/],
  ["a-ARCH", { platforms: ["linux/amd64"], tags: ["a b"] }, "REFERENCE_INVALID", /a b/],
  ["a-ARCH", { platforms: "linux/amd64" }, "OPTION_INVALID", /list/],
  ["a-ARCH", { platforms: ["linux/amd64"], type: "OCI" }, "OPTION_INVALID", /"oci" or "docker"/],
];

describe("a template is refused", () => {
  for (const [template, options, code, message] of REFUSED) {
    test(`${template} ${JSON.stringify(options)}`, async () => {
      await assert.rejects(specFromTemplate(template, { target: "registry.example/list:1", ...options }), { code, message });
    });
  }

  test("without options", async () => assert.rejects(specFromTemplate("a"), { code: "OPTION_INVALID" }));
});
