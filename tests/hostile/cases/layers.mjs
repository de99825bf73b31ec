/**
 * Layers that mean harm, each with what is said of it: the code of the error that ends it, or the findings of its entries.
 *
 * @typedef {{ name: string, bytes?: Buffer, stream?: () => ReadableStream, code?: string, findings?: string[], limit?: string, options?: object, mediaType?: string }} Case
 */

import { gzipSync } from "node:zlib";

import { END, header, longName, member, pax, tar } from "../../support/layers.mjs";

const TAR = "application/vnd.oci.image.layer.v1.tar";
const file = (path, more) => ({ path, content: "content", ...more });

/** A tar of entries that one finding is about. */
const odd = (name, finding, ...entries) => ({ name, bytes: tar(entries), findings: [finding].flat() });
/** A tar that ends with an error. */
const bad = (name, code, ...entries) => ({ name, bytes: tar(entries), code });
const raw = (name, code, bytes, more) => ({ name, bytes, code, ...more });

const UPWARDS = ["../a", "a/../../b", "..", "a/..", "./../a", "a/b/../../../../etc/passwd", "..//..//a", "a/./../b"];
const LONG = "x".repeat(256);
const NAMES = { ustar: "ustar\x0000", gnu: "ustar  \0", v7: "\0".repeat(8) };

const paths = [
  ...UPWARDS.map((path) => odd(`a path upwards: ${path}`, "PATH_UPWARDS", file(path))),
  ...Object.entries(NAMES).map(([name, magic]) => odd(`a path upwards in ${name}`, "PATH_UPWARDS", file("../x", { magic }))),
  odd("a path upwards by a pax record", "PATH_UPWARDS", pax({ path: "../../x" }), file("innocent")),
  odd("a path upwards by a GNU name", "PATH_UPWARDS", longName("../../x"), file("innocent")),
  odd("a path upwards by a prefix", "PATH_UPWARDS", file("x", { over: [[345, "../.."]] })),
  odd("a path upwards by the name of a sparse file", ["TAR_SPARSE", "PATH_UPWARDS"], pax({ "GNU.sparse.name": "../x", "GNU.sparse.realsize": "7" }), file("x")),
  odd("a hard link upwards", "PATH_UPWARDS", { path: "a", type: "link", target: "../../etc/shadow" }),
  odd("a hard link to an absolute path", "PATH_ABSOLUTE", { path: "a", type: "link", target: "/etc/shadow" }),
  odd("a hard link to nothing", "PATH_EMPTY", { path: "a", type: "link", target: "" }),
  odd("a hard link upwards by a GNU name", "PATH_UPWARDS", longName("../x", "K"), { path: "a", type: "link" }),
  ...["/etc/passwd", "//etc/passwd", "/"].map((path) => odd(`an absolute path: ${path}`, "PATH_ABSOLUTE", { path, type: path === "/" ? "folder" : "file" })),
  odd("an absolute path by a pax record", "PATH_ABSOLUTE", pax({ path: "/etc/passwd" }), file("innocent")),
  odd("a path with a NUL", "PATH_NUL", pax({ path: "etc/passwd\0.txt" }), file("innocent")),
  odd("a link with a NUL", "PATH_NUL", pax({ linkpath: "a\0b" }), { path: "a", type: "link" }),
  odd("no path", "PATH_EMPTY", file("")),
  odd("no path by a GNU name", "PATH_EMPTY", longName(""), file("innocent")),
  odd("a component that is too long", "PATH_TOO_LONG", pax({ path: LONG }), file("innocent")),
  odd("a path that is too long", "PATH_TOO_LONG", pax({ path: `${"abcdefghijklmnopqrstuvwxyz/".repeat(160)}x` }), file("innocent")),
  odd("a path that is too deep", "PATH_TOO_DEEP", pax({ path: `${"a/".repeat(300)}x` }), file("innocent")),
  odd("a path that is wrong in all ways", ["PATH_ABSOLUTE", "PATH_UPWARDS", "PATH_NUL", "PATH_TOO_LONG", "PATH_TOO_DEEP"], pax({ path: `/../\0${LONG}/${"a/".repeat(300)}x` }), file("innocent")),
  bad("a path beyond what is read", "ARCHIVE_LIMIT", pax({ path: "a".repeat(70_000) }), file("innocent")),
  bad("a GNU name beyond what is read", "ARCHIVE_LIMIT", longName("a".repeat(70_000)), file("innocent")),
  bad("a target beyond what is read", "ARCHIVE_LIMIT", longName("a".repeat(70_000), "K"), { path: "a", type: "symlink" }),
];

const twice = [
  odd("two files of one name", "ENTRY_DUPLICATE", file("a"), file("a")),
  odd("two spellings of one name", "ENTRY_DUPLICATE", file("a/b"), file("./a//b")),
  odd("a file and a link of one name", "ENTRY_DUPLICATE", file("a"), { path: "a", type: "symlink", target: "/etc" }),
  odd("a folder, and then a link of its name", "ENTRY_DUPLICATE", { path: "a/", type: "folder" }, { path: "a", type: "symlink", target: "/" }),
  odd("two names that are no UTF-8", "ENTRY_DUPLICATE", file(Buffer.from("x\xff", "latin1")), file(Buffer.from("x\xff", "latin1"))),
  odd("a whiteout of the folder itself", "WHITEOUT_INVALID", file("a/.wh..")),
  odd("a whiteout of the folder above", "WHITEOUT_INVALID", file("a/.wh...")),
  odd("a whiteout of nothing", "WHITEOUT_INVALID", file(".wh.")),
  ...["aufs", "plnk", "orph", "x"].map((name) => odd(`a name of AUFS: ${name}`, "WHITEOUT_INVALID", file(`.wh..wh.${name}`))),
  odd("a whiteout upwards", "PATH_UPWARDS", file("../.wh.x")),
];

const sizes = [
  bad("a pax size below the header's", "ARCHIVE_AMBIGUOUS", pax({ size: "0" }), file("a", { content: "x".repeat(600) })),
  bad("a pax size above the header's", "ARCHIVE_AMBIGUOUS", pax({ size: "1024" }), file("a", { content: "" })),
  bad("a pax size above the header's, beyond octal", "ARCHIVE_AMBIGUOUS", pax({ size: "9000000000" }), file("a")),
  bad("a pax size twice", "ARCHIVE_AMBIGUOUS", pax({ size: "7", path: "a" }), pax({ size: "8" }), file("a")),
  bad("a pax size below zero", "ARCHIVE_INVALID", pax({ size: "-1" }), file("a")),
  bad("a pax size that is no number", "ARCHIVE_INVALID", pax({ size: "7x" }), file("a")),
  bad("a pax size beyond all numbers", "ARCHIVE_INVALID", pax({ size: "9".repeat(40) }), file("a")),
  ...["-000000001\0\0", "00000000008\0", "0x00000000a\0", "7.0\0\0\0\0\0\0\0\0\0", "1 2\0\0\0\0\0\0\0\0\0"].map((size) => bad(`a size that is no number: ${size.replaceAll("\0", "")}`, "ARCHIVE_INVALID", header({ path: "a", over: [[124, size]] }))),
  bad("a size below zero in base 256", "ARCHIVE_INVALID", header({ path: "a", over: [[124, Buffer.alloc(12, 0xff)]] })),
  bad("a size beyond all numbers in base 256", "ARCHIVE_INVALID", header({ path: "a", over: [[124, Buffer.from([0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])]] })),
  bad("a size beyond what JavaScript counts", "ARCHIVE_INVALID", header({ path: "a", over: [[124, Buffer.from([0x80, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0])]] })),
  ...["folder", "symlink", "character", "block", "fifo"].map((type) => bad(`content behind a ${type}`, "ARCHIVE_AMBIGUOUS", { path: "a", type, content: Buffer.concat([header({ path: "hidden" })]) })),
  bad("content behind a folder by its slash", "ARCHIVE_AMBIGUOUS", file("a/")),
  bad("content behind an old folder", "ARCHIVE_AMBIGUOUS", file("a/", { magic: NAMES.v7, flag: "\0" })),
  odd("a hard link with a size", "TAR_LINK_SIZE", header({ path: "a", type: "link", target: "b", size: 512 }), file("b")),
  odd("a mode that is none", "TAR_NUMBER_INVALID", file("a", { over: [[100, "rwxr-xr\0"]] })),
  odd("an owner that is none", "TAR_NUMBER_INVALID", file("a", { over: [[108, "root\0\0\0\0"]] })),
  odd("a time that is none", "TAR_NUMBER_INVALID", file("a", { over: [[136, "yesterday\0\0\0"]] })),
  odd("a device that is none", "TAR_NUMBER_INVALID", { path: "a", type: "block", over: [[329, "sda1\0\0\0\0"]] }),
  odd("an unknown type", "TAR_TYPE_UNKNOWN", file("a", { flag: "Z" })),
  odd("a type that is no letter", "TAR_TYPE_UNKNOWN", file("a", { flag: Buffer.from([0xff]) })),
  odd("another volume", "TAR_TYPE_UNKNOWN", file("a", { flag: "M" })),
  odd("a sparse file of GNU", "TAR_SPARSE", header({ path: "a", flag: "S", magic: NAMES.gnu, over: [[483, "77777777777\0"]] })),
  odd("a sparse file that claims a petabyte", "TAR_SPARSE", pax({ "GNU.sparse.realsize": "1125899906842624" }), file("a")),
  bad("a sparse file with a size that is none", "ARCHIVE_INVALID", header({ path: "a", flag: "S", magic: NAMES.gnu, over: [[483, "junk"]] })),
];

const extensions = [
  ...["path", "linkpath", "size", "GNU.sparse.name"].map((key) => bad(`${key} for all entries`, "ARCHIVE_AMBIGUOUS", pax({ [key]: "7" }, "g"), file("a"))),
  bad("two pax headers with two paths", "ARCHIVE_AMBIGUOUS", pax({ path: "a" }), pax({ path: "b" }), file("c")),
  bad("two GNU names", "ARCHIVE_AMBIGUOUS", longName("a"), longName("b"), file("c")),
  bad("a pax path and a GNU name", "ARCHIVE_AMBIGUOUS", pax({ path: "a" }), longName("b"), file("c")),
  bad("a GNU name and a pax path", "ARCHIVE_AMBIGUOUS", longName("b"), pax({ path: "a" }), file("c")),
  bad("two targets", "ARCHIVE_AMBIGUOUS", longName("a", "K"), pax({ linkpath: "b" }), { path: "c", type: "symlink" }),
  bad("a pax header and no entry", "ARCHIVE_INVALID", pax({ path: "a" })),
  bad("a GNU name and no entry", "ARCHIVE_INVALID", longName("a")),
  ...["", "x", "7", "7 ", "9999999999999999999999 a=b\n", "5 a=b\n", "7 a=b\n", "6 a=b ", "6 =ab\n", "3 \n", "-6 a=b\n", "6\ta=b\n", "6 a=b\n\0", "6 a=b\n6 a=b"].slice(1)
    .map((text) => bad(`a pax header of ${JSON.stringify(text)}`, "ARCHIVE_INVALID", pax(text), file("a"))),
  bad("a pax header beyond what is read", "ARCHIVE_LIMIT", header({ path: "pax", flag: "x", size: (1 << 20) + 1 })),
  bad("a GNU name beyond what is read, by its size", "ARCHIVE_LIMIT", header({ path: "name", flag: "L", size: 2 ** 32 })),
  bad("a global header beyond what is read", "ARCHIVE_LIMIT", header({ path: "pax", flag: "g", size: 2 ** 30 })),
  raw("a pax header that is cut off", "ARCHIVE_TRUNCATED", pax({ path: "a" }).subarray(0, 515)),
  raw("a sparse map that is cut off", "ARCHIVE_TRUNCATED", Buffer.concat([header({ path: "a", flag: "S", magic: NAMES.gnu, over: [[482, "\x01"]] }), Buffer.alloc(100, 1)])),
];

const whole = tar([file("a", { content: "x".repeat(2000) }), file("b")]);
const zipped = gzipSync(whole);
const ends = [
  raw("an entry behind one empty block", "ARCHIVE_AMBIGUOUS", tar([file("a"), Buffer.alloc(512), file("hidden")])),
  odd("an entry behind the end", [], file("a"), END, file("hidden")),
  raw("a block that is no header", "ARCHIVE_INVALID", tar([file("a"), Buffer.alloc(512, 7)])),
  raw("a checksum that does not fit", "ARCHIVE_INVALID", tar([header({ path: "a", sum: 1 })])),
  raw("a checksum that is no number", "ARCHIVE_INVALID", (() => {
    const block = header({ path: "a" });
    block.write("zzzzzz", 148);
    return block;
  })()),
  ...[1, 100, 511].map((length) => raw(`cut off in the first header, after ${length}`, "ARCHIVE_TRUNCATED", whole.subarray(0, length))),
  ...[513, 1024, 2511].map((length) => raw(`cut off in content, after ${length}`, "ARCHIVE_TRUNCATED", whole.subarray(0, length))),
  raw("cut off in the second header", "ARCHIVE_TRUNCATED", whole.subarray(0, 2700)),
  ...[19, 40, zipped.length - 9, zipped.length - 1].map((length) => raw(`gzip cut off after ${length}`, "ARCHIVE_TRUNCATED", zipped.subarray(0, length))),
  raw("gzip with a wrong checksum", "ARCHIVE_INVALID", Buffer.concat([zipped.subarray(0, -8), Buffer.alloc(4), zipped.subarray(-4)])),
  raw("gzip with a wrong size", "ARCHIVE_INVALID", Buffer.concat([zipped.subarray(0, -4), Buffer.alloc(4)])),
  raw("gzip that is damaged", "ARCHIVE_INVALID", Buffer.concat([zipped.subarray(0, 20), Buffer.alloc(40, 0xff), zipped.subarray(60)])),
  raw("gzip and then something else", "ARCHIVE_INVALID", Buffer.concat([zipped, Buffer.from("<html>")])),
  raw("gzip in gzip", "ARCHIVE_INVALID", gzipSync(gzipSync(Buffer.alloc(4096, "zipped twice"), { level: 0 }))),
  raw("a page", "ARCHIVE_INVALID", Buffer.from(`<!doctype html>${" ".repeat(600)}`)),
  raw("JSON", "ARCHIVE_INVALID", Buffer.from(`{"errors":[{"code":"DENIED"}]}${" ".repeat(600)}`)),
  raw("a short page", "ARCHIVE_TRUNCATED", Buffer.from("<!doctype html>")),
  raw("bytes of one kind", "ARCHIVE_INVALID", Buffer.alloc(4096, 0xff)),
  raw("a bzip2", "LAYER_UNSUPPORTED", Buffer.from("BZh91AY&SY")),
  raw("an xz", "LAYER_UNSUPPORTED", Buffer.from("\xfd7zXZ\0\0\x04", "latin1")),
  raw("what is encrypted", "LAYER_UNSUPPORTED", whole, { mediaType: `${TAR}+gzip+encrypted` }),
  raw("what is encrypted, in capitals", "LAYER_UNSUPPORTED", whole, { mediaType: `${TAR}+GZIP+Encrypted` }),
];

const limits = [
  raw("a bomb of zeros", "ARCHIVE_LIMIT", gzipSync(Buffer.concat([header({ path: "a", size: 32 << 20 }), Buffer.alloc(32 << 20), END])), { options: { maxBytes: 1 << 20 }, limit: "bytes" }),
  raw("a bomb of empty blocks behind the end", "ARCHIVE_LIMIT", gzipSync(Buffer.concat([END, Buffer.alloc(32 << 20)])), { options: { maxBytes: 1 << 20 }, limit: "bytes" }),
  raw("more than a layer may have, without compression", "ARCHIVE_LIMIT", whole, { options: { maxBytes: 1000 }, limit: "bytes" }),
  { ...raw("a million headers and one", "ARCHIVE_LIMIT"), stream: () => repeated(Buffer.alloc(512 * 1001, header({ path: "a" })), 1000), limit: "entries" },
];

/** A stream of the same bytes, so often. */
function repeated(bytes, times) {
  let left = times;
  return new ReadableStream({ pull: (to) => (left-- > 0 ? to.enqueue(new Uint8Array(bytes)) : to.close()) });
}

/** @type {Case[]} */
export const LAYERS = [...paths, ...twice, ...sizes, ...extensions, ...ends, ...limits].map((one) => ({ mediaType: TAR, ...one }));
