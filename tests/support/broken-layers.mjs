/** Layers that mean harm, or are broken, each with what becomes of it: in Node and in a browser alike. */

import { gzipSync } from "node:zlib";

import { END, header, longName, member, pax, tar } from "./layers.mjs";

const good = [{ path: "etc/", type: "folder", mode: 0o755 }, { path: "etc/motd", content: "hello" }];
const whole = tar(good);
const packed = gzipSync(whole);

/** Name, layer, the paths that it gives, where that is the same in every host, and what it fails with behind those. */
export const BROKEN = [
  ["a text", Buffer.from("this is no layer, but a text".repeat(40)), [], "ARCHIVE_INVALID"],
  ["one byte", Buffer.from("x"), [], "ARCHIVE_TRUNCATED"],
  ["a header that is damaged", tar([...good, Buffer.alloc(512, 1)]), ["etc", "etc/motd"], "ARCHIVE_INVALID"],
  ["a checksum that does not fit", tar([...good, header({ path: "a", sum: 1 })]), ["etc", "etc/motd"], "ARCHIVE_INVALID"],
  ["a tar that is cut off in a header", whole.subarray(0, 700), ["etc"], "ARCHIVE_TRUNCATED"],
  ["a tar that is cut off in a file", whole.subarray(0, 1026), ["etc", "etc/motd"], "ARCHIVE_TRUNCATED"],
  ["gzip that is cut off", packed.subarray(0, 40), [], "ARCHIVE_TRUNCATED"],
  ["gzip that is damaged", Buffer.from(packed).fill(0x55, 20, 60), [], "ARCHIVE_INVALID"],
  ["gzip with another checksum", Buffer.from(packed).fill(0x55, packed.length - 8, packed.length - 4), undefined, "ARCHIVE_INVALID"],
  ["gzip with junk behind it", Buffer.concat([packed, Buffer.from("junk")]), undefined, "ARCHIVE_INVALID"],
  ["gzip of gzip", gzipSync(packed), [], "ARCHIVE_TRUNCATED"],
  ["bzip2", Buffer.from("BZh91AY&SY"), [], "LAYER_UNSUPPORTED"],
  ["xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]), [], "LAYER_UNSUPPORTED"],
  ["a pax record that states a size and a header another", tar([...good, pax({ size: "1024" }), { path: "a", content: "x".repeat(2048) }]), ["etc", "etc/motd"], "ARCHIVE_AMBIGUOUS"],
  ["a folder with content", tar([...good, { path: "a/", type: "folder", content: "x".repeat(512) }]), ["etc", "etc/motd"], "ARCHIVE_AMBIGUOUS"],
  ["a single empty block, and more behind it", tar([...good, Buffer.alloc(512), { path: "a" }]), ["etc", "etc/motd"], "ARCHIVE_AMBIGUOUS"],
  ["a long name of 2 MiB", tar([...good, longName("x".repeat(2 << 20)), { path: "a" }]), ["etc", "etc/motd"], "ARCHIVE_LIMIT"],
];

/** Name, layer, and the findings of its last entry. */
export const ODD = [
  ["a path upwards", tar([{ path: "../../etc/passwd" }]), ["PATH_UPWARDS"]],
  ["a path from the root", tar([{ path: "/etc/passwd" }]), ["PATH_ABSOLUTE"]],
  ["a path without an end", tar([longName(`${"a".repeat(300)}/b`), { path: "x" }]), ["PATH_TOO_LONG"]],
  ["a path that is deep", tar([longName("a/".repeat(300)), { path: "x" }]), ["PATH_TOO_DEEP"]],
  ["a path twice", tar([{ path: "a" }, { path: "a" }]), ["ENTRY_DUPLICATE"]],
  ["a hard link with a size", tar([header({ path: "a", type: "link", target: "b", size: 9 })]), ["TAR_LINK_SIZE"]],
  ["an unknown type", tar([member({ path: "a", flag: "Z" })]), ["TAR_TYPE_UNKNOWN"]],
  ["a whiteout of nothing", tar([{ path: "etc/.wh." }]), ["WHITEOUT_INVALID"]],
  ["a mode that is none", Buffer.concat([member({ path: "a", over: [[100, "zzzzzzz\0"]] }), END]), ["TAR_NUMBER_INVALID"]],
];
