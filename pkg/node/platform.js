/** The platform of this machine, in Go's vocabulary. The core never asks for it: whoever calls decides. */

import { readFileSync } from "node:fs";
import os from "node:os";

/** Node's name -> Go's, where they differ. */
const OPERATING_SYSTEMS = { win32: "windows", sunos: "solaris", cygwin: "windows" };
const ARCHITECTURES = { x64: "amd64", ia32: "386", mipsel: "mipsle" };

/**
 * What this host runs: `{ os: "linux", architecture: "arm", variant: "v7" }` for instance. On Windows with its
 * `osVersion` (`10.0.20348`), which images there depend on.
 *
 * @param {object} [host] what to look at instead of this process, for tests
 * @returns {{ os: string, architecture: string, variant?: string, osVersion?: string }}
 */
export function hostPlatform(host = thisHost()) {
  const platform = {
    os: OPERATING_SYSTEMS[host.platform] ?? host.platform,
    architecture: architecture(host),
  };
  if (platform.architecture === "arm") {
    const variant = armVariant(host);
    if (variant) platform.variant = variant;
  }
  if (platform.os === "windows") platform.osVersion = host.release;
  return platform;
}

function thisHost() {
  return {
    platform: process.platform,
    arch: process.arch,
    release: os.release(),
    endianness: os.endianness(),
    armVersion: process.config.variables.arm_version,
    cpuinfo: () => readFileSync("/proc/cpuinfo", "utf8"),
  };
}

function architecture({ arch, endianness }) {
  if (arch === "ppc64" && endianness === "LE") return "ppc64le";
  return ARCHITECTURES[arch] ?? arch;
}

/** The processor's own word counts, as in containerd; what Node was compiled for is the least that it can be. */
function armVariant(host) {
  const version = cpuVersion(host) ?? String(host.armVersion ?? "");
  return /^[5-9]$/.test(version) ? `v${version}` : undefined;
}

function cpuVersion({ cpuinfo }) {
  let text;
  try {
    text = cpuinfo();
  } catch {
    return undefined; // no procfs: BSD, or a sandbox
  }
  // The first Raspberry Pi calls itself architecture 7, but its core is an ARMv6.
  if (/^model name\s*:\s*ARMv6/m.test(text)) return "6";
  return /^CPU architecture\s*:\s*(\d)/m.exec(text)?.[1];
}
