/** Machines in people's words, beside the platform of the containers that they run. */

/** Words of `uname -m` and of package names, none of which is a specifier with an operating system. */
const WORDS = new Set([
  "aarch64", "aarch64_be", "amd64", "arm64", "armhf", "armel", "armv5tel", "armv6l", "armv7l", "armv8l", "i386", "i486", "i586", "i686",
  "loong64", "loongarch64", "mips64el", "mips64le", "ppc64le", "riscv64", "s390x", "x64", "x86", "x86_64", "x86-64",
]);

/** Whether a text is a machine's name by itself. */
export const isMachine = (text) => WORDS.has(text.toLowerCase());

/** What the list of hosts offers beside the platforms of the index itself. */
export const MACHINES = [
  { platform: "linux/amd64", text: "PC or server, Intel or AMD; GitHub ubuntu-latest" },
  { platform: "linux/arm64", text: "Apple silicon Mac, Graviton, Raspberry Pi 4 and 5" },
  { platform: "linux/arm/v7", text: "Raspberry Pi 2 and 3 with a 32-bit system" },
  { platform: "linux/arm/v6", text: "Raspberry Pi Zero and 1" },
  { platform: "linux/386", text: "32-bit PC" },
  { platform: "linux/riscv64", text: "RISC-V board" },
  { platform: "linux/ppc64le", text: "IBM Power" },
  { platform: "linux/s390x", text: "IBM Z" },
  { platform: "windows(10.0.20348)/amd64", text: "Windows Server 2022" },
  { platform: "windows(10.0.26100)/amd64", text: "Windows Server 2025" },
];

/** The machines that run a platform, where people have words for them. */
export function machinesFor({ os, architecture, variant, osVersion }) {
  const build = osVersion ? `(${osVersion.split(".").slice(0, 3).join(".")})` : "";
  const ofArm64 = architecture === "arm64" && variant === "v8";
  const platform = `${os}${build}/${architecture}${variant && !ofArm64 ? `/${variant}` : ""}`;
  return MACHINES.find((one) => one.platform === platform)?.text;
}
