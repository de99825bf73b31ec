/** Detects the platform of this machine, in Go's vocabulary. The core never asks for it: the caller passes it. */

import { readFileSync } from "node:fs";
import os from "node:os";

/** Node's name -> Go's, where they differ. */
const OPERATING_SYSTEMS = { win32: "windows", sunos: "solaris", cygwin: "windows" };
const ARCHITECTURES = { x64: "amd64", ia32: "386", mipsel: "mipsle" };

/**
 * This host's platform: `{ os: "linux", architecture: "arm", variant: "v7" }` for instance. On Windows with its
 * `osVersion` (`10.0.20348`), which images there depend on.
 *
 * @param {object} [host] a test's facts in place of this process's
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

/** The version that the processor states, as in containerd; else the one that Node was compiled for, a lower bound. */
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
  // The first Raspberry Pi states architecture 7, but its core is an ARMv6.
  if (/^model name\s*:\s*ARMv6/m.test(text)) return "6";
  return /^CPU architecture\s*:\s*(\d)/m.exec(text)?.[1];
}
