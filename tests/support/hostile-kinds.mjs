/**
 * Archives that lie, by the kinds of lies: what a header says, what a path is and how it is written, where a link leads, what
 * a pax record holds, what a member of a document is. Each row of `LIES` is one archive with an image that is whole, and the codes
 * of its findings, or the code that opening it fails with.
 */

import { layoutMembers, longNamed, paxNamed, tarOf } from "./archives.mjs";
import { ociImage } from "./images.mjs";

const good = ociImage();
const other = ociImage({ architecture: "arm64" });
const layout = () => layoutMembers({ good });
const beside = (...members) => tarOf([...layout(), ...members]);
const NAMED = { "org.opencontainers.image.ref.name": "good" };
const entryOf = ({ mediaType, digest, size }) => ({ mediaType, digest, size });

/** The image that is whole in every one of these archives. */
export const WHOLE = good;

/** What stands in a field of a header, as bytes. */
const VALUES = {
  "no digits": Buffer.from("zzzzzzz"), "a minus": Buffer.from("-000001"), "only spaces": Buffer.from("       "), "nothing": Buffer.alloc(8),
  "a negative number in base 256": Buffer.alloc(12, 0xff), "a number beyond all in base 256": Buffer.from([0x80, 0x7f, ...Array(10).fill(0xff)]),
  "digits of base ten": Buffer.from("0000189"),
};
const FIELDS = { mode: [100, 8], owner: [108, 8], group: [116, 8], time: [136, 12], size: [124, 12] };

function headers() {
  const rows = [];
  for (const [field, [at, width]] of Object.entries(FIELDS)) {
    for (const [what, bytes] of Object.entries(VALUES)) {
      const change = (block) => block.fill(0, at, at + width).set(bytes.subarray(0, width), at);
      const isLie = field === "size" && !["only spaces", "nothing"].includes(what);
      rows.push([`${field}: ${what}`, beside({ path: "x", change }), isLie ? ["MEMBER_UNREADABLE"] : []]);
    }
  }
  return rows;
}

const UP = ["MEMBER_PATH"];
/** A path, and what is found; a name with a slash at its end is a folder, which has no content. */
const PATHS = [
  ["..", UP], ["../x", UP], ["a/../../x", UP], ["./../x", UP], ["a/..", UP], ["/x", UP], ["//x", UP], ["/../x", [...UP, ...UP]],
  [".", []], ["a/./b", []], ["a//b", []], ["C:\\x", []], ["..\\x", []], ["a\nb", []], ["a\u001b[2Jb", []], ["\u202ex", []],
  ["./", "ARCHIVE_AMBIGUOUS"], ["x/", "ARCHIVE_AMBIGUOUS"],
];
const WRITTEN = { "in the header": (path, member) => [{ ...member, path }], "as a long name of GNU": longNamed, "as a pax record": paxNamed };

const paths = () => PATHS.flatMap(([path, found]) => Object.entries(WRITTEN).map(([how, members]) => [
  `${JSON.stringify(path)} ${how}`, beside(...members(path, { content: "x" })), found,
]));

const LINKS = {
  "up": "../x", "up through a folder": "blobs/../../x", "to the root": "/", "to an absolute file": "/etc/passwd", "to a folder": "blobs",
  "to itself": "x", "to a name with an escape": "\u001b[2J", "to the index": "index.json", "to no name": "",
};
const links = () => Object.entries(LINKS).flatMap(([where, link]) => [["symbolic", "2"], ["hard", "1"]].map(([kind, type]) => [
  `a ${kind} link ${where}`, beside({ path: "x", type, link }), link === "index.json" ? [] : Array(type === "1" && where === "to an absolute file" ? 2 : 1).fill("MEMBER_LINK"),
]));

const BROKEN = ["MEMBER_UNREADABLE"];
/** The records of a header, and what is found where they are of one file, and where of all files. */
const RECORDS = [
  ["0 path=x\n", BROKEN], ["999 path=x\n", BROKEN], ["path=x\n", BROKEN], ["-5 path=x\n", BROKEN], ["9 path=x", BROKEN], ["7 path\n", BROKEN],
  ["6 =ab\n", BROKEN], ["99999999999999999999 path=x\n", BROKEN], ["11 size=-1\n", BROKEN, "ARCHIVE_AMBIGUOUS"], ["12 size=abc\n", BROKEN, "ARCHIVE_AMBIGUOUS"], ["11 size= 1\n", BROKEN, "ARCHIVE_AMBIGUOUS"],
  ["11 mtime=x\n", BROKEN], ["\0\0\0\0", BROKEN], ["9 uid=-5\n", []], ["", []],
  ["26 size=99999999999999999\n", BROKEN, "ARCHIVE_AMBIGUOUS"], ["22 GNU.sparse.major=9\n", BROKEN, "ARCHIVE_AMBIGUOUS"],
  ["12 path=a\0b\n", UP, "ARCHIVE_AMBIGUOUS"], ["8 path=\n", [], "ARCHIVE_AMBIGUOUS"], ["14 linkpath=a\n", [], "ARCHIVE_AMBIGUOUS"],
];
const records = () => RECORDS.flatMap(([text, one, all = one]) => [["one file", "x", one], ["all files", "g", all]].map(([of, type, found]) => [
  `a pax record of ${of}: ${JSON.stringify(text)}`, beside({ path: "pax", type, content: text }, { path: "x", content: "y" }), found,
]));

/** The values that are what a member is, though not a good one. */
const FITTING = {
  annotations: ["an object"], platform: ["an object"], urls: ["a list"], data: ["an empty text"], artifactType: ["a text", "an empty text"],
};
const ODD = { "a number": 7, "a list": [], "an object": {}, "a text": "x", "an empty text": "", "true": true };

function entries() {
  const rows = [];
  for (const member of ["mediaType", "digest", "size", "annotations", "platform", "urls", "data", "artifactType"]) {
    for (const [what, value] of Object.entries(ODD)) {
      const found = FITTING[member]?.includes(what) ? [] : member === "size" && value === 7 ? ["BLOB_SIZE"] : ["ENTRY_INVALID"];
      const manifests = [{ ...entryOf(good), annotations: NAMED }, { ...entryOf(other), [member]: value }];
      rows.push([`an entry whose ${member} is ${what}`, tarOf(layoutMembers({ good, other }, { index: { manifests } })), found]);
    }
  }
  return rows;
}

function lists() {
  const [config, layer] = good.blobs;
  const path = ({ digest }) => `blobs/${digest.replace(":", "/")}`;
  const own = { Config: path(config), RepoTags: ["good:latest"], Layers: [path(layer)] };
  const [theirConfig, theirLayer] = other.blobs;
  const differ = ["LISTS_DIFFER"];
  const rows = [
    ["the same", [own], []], ["another config", [{ ...own, Config: path(theirConfig) }], differ], ["another layer", [{ ...own, Layers: [path(theirLayer)] }], differ],
    ["more layers", [{ ...own, Layers: [path(layer), path(layer)] }], differ], ["no layers", [{ ...own, Layers: [] }], differ],
    ["another name", [{ ...own, RepoTags: ["evil:latest"] }], [...differ, ...differ]], ["one name more", [{ ...own, RepoTags: ["good:latest", "evil:latest"] }], differ],
    ["no names", [{ ...own, RepoTags: null }], differ], ["nothing", [], differ], ["no list", {}, ["ENTRY_INVALID"]], ["no JSON", undefined, ["ENTRY_INVALID"]],
    ["entries that are none", [7, null, {}], differ],
  ];
  return rows.map(([what, list, found]) => [`index.json, and a manifest.json with ${what}`, tarOf([
    ...layoutMembers({ good, other }, { index: { manifests: [{ ...entryOf(good), annotations: NAMED }] } }), { path: "manifest.json", content: list === undefined ? "{" : JSON.stringify(list) },
  ]), found]);
}

/** A folder of skopeo's, as a tar: its manifest, and what lies beside it. */
function directories() {
  const [config, layer] = good.blobs;
  const named = ({ digest, bytes }) => ({ path: digest.slice(7), content: bytes });
  const manifest = { path: "manifest.json", content: good.bytes };
  const rows = [
    ["the image", [manifest, named(config), named(layer)], []],
    ["no layer", [manifest, named(config)], ["BLOB_MISSING"]],
    ["a layer of another size", [manifest, named(config), { path: layer.digest.slice(7), content: "x" }], ["BLOB_SIZE"]],
    ["a layer twice", [manifest, named(config), named(layer), named(layer)], ["MEMBER_DUPLICATE"]],
    ["a layer that is a link out of it", [manifest, named(config), { path: layer.digest.slice(7), type: "2", link: "../x" }], ["MEMBER_LINK", "BLOB_MISSING"]],
    ["nothing but its manifest", [manifest], ["BLOB_MISSING", "BLOB_MISSING"]],
    ["a manifest of nothing", [{ ...manifest, content: "{}" }], "MANIFEST_INVALID"],
    ["a manifest twice", [manifest, manifest], "ARCHIVE_AMBIGUOUS"],
    ["a manifest with a key twice", [{ ...manifest, content: '{"schemaVersion":2,"config":{},"config":{},"layers":[]}' }], "JSON_DUPLICATE_KEY"],
    ["a manifest that is an index, too", [{ ...manifest, content: '{"schemaVersion":2,"manifests":[],"config":{},"layers":[]}' }], "MANIFEST_AMBIGUOUS"],
  ];
  return rows.map(([what, members, found]) => [`a folder of one image: ${what}`, tarOf(members), found, undefined]);
}

/** Kind, and its cases: name, archive, and what is found. */
export const LIES = { headers, paths, links, records, entries, lists, directories };
