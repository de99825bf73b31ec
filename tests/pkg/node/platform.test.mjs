/** The platform of a machine, from what Node says of it. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { hostPlatform } from "../../../pkg/node/platform.js";

const noCpuinfo = () => {
  throw Object.assign(new Error("none"), { code: "ENOENT" });
};

// [what Node says, the platform]
const HOSTS = [
  [{ platform: "linux", arch: "x64" }, { os: "linux", architecture: "amd64" }],
  [{ platform: "linux", arch: "arm64" }, { os: "linux", architecture: "arm64" }],
  [{ platform: "darwin", arch: "arm64" }, { os: "darwin", architecture: "arm64" }],
  [{ platform: "linux", arch: "ia32" }, { os: "linux", architecture: "386" }],
  [{ platform: "linux", arch: "ppc64", endianness: "LE" }, { os: "linux", architecture: "ppc64le" }],
  [{ platform: "aix", arch: "ppc64", endianness: "BE" }, { os: "aix", architecture: "ppc64" }],
  [{ platform: "linux", arch: "s390x" }, { os: "linux", architecture: "s390x" }],
  [{ platform: "linux", arch: "riscv64" }, { os: "linux", architecture: "riscv64" }],
  [{ platform: "linux", arch: "loong64" }, { os: "linux", architecture: "loong64" }],
  [{ platform: "linux", arch: "mipsel" }, { os: "linux", architecture: "mipsle" }],
  [{ platform: "freebsd", arch: "x64" }, { os: "freebsd", architecture: "amd64" }],
  [{ platform: "sunos", arch: "x64" }, { os: "solaris", architecture: "amd64" }],
  [
    { platform: "win32", arch: "x64", release: "10.0.20348" },
    { os: "windows", architecture: "amd64", osVersion: "10.0.20348" },
  ],
  [
    { platform: "linux", arch: "arm", cpuinfo: () => "processor\t: 0\nCPU architecture: 7\n" },
    { os: "linux", architecture: "arm", variant: "v7" },
  ],
  [
    { platform: "linux", arch: "arm", cpuinfo: () => "CPU architecture: 8\n", armVersion: "7" },
    { os: "linux", architecture: "arm", variant: "v8" },
  ],
  [
    { platform: "linux", arch: "arm", cpuinfo: () => "model name\t: ARMv6-compatible processor rev 7 (v6l)\nCPU architecture: 7\n" },
    { os: "linux", architecture: "arm", variant: "v6" },
  ],
  [{ platform: "linux", arch: "arm", armVersion: "7" }, { os: "linux", architecture: "arm", variant: "v7" }],
  [{ platform: "linux", arch: "arm" }, { os: "linux", architecture: "arm" }],
];

test("every kind of host in Go's vocabulary", () => {
  for (const [host, expected] of HOSTS) {
    assert.deepEqual(hostPlatform({ cpuinfo: noCpuinfo, ...host }), expected, JSON.stringify(host));
  }
});

test("this host has a platform", () => {
  const { os, architecture } = hostPlatform();
  assert.match(os, /^[a-z]+$/);
  assert.match(architecture, /^[a-z0-9]+$/);
  assert.notEqual(architecture, "x64");
});
