/** Archives that mean harm, or are broken, each with what becomes of it: in Node and in a browser alike. */

import { gzipSync } from "node:zlib";

import { dockerMembers, header, layoutMembers, longNamed, paxNamed, skopeosManifest, tarOf } from "./archives.mjs";
import { dockerImage, ociImage, sha256 } from "./images.mjs";

export const good = ociImage();
export const other = ociImage({ architecture: "arm64" });
const layout = (more) => layoutMembers({ good }, more);
const old = dockerImage();
export const docker = dockerMembers([[["good:1"], old]]);
export const blob = ({ digest }) => `blobs/${digest.replace(":", "/")}`;
const config = docker.find(({ path }) => path.endsWith(".json") && path !== "manifest.json");
export const layer = docker.find(({ path }) => path.endsWith("layer.tar"));

/** The members with one of them replaced. */
export const replaced = (members, path, change) => members.map((member) => (member.path === path ? { ...member, ...change } : member));
const without = (members, path) => members.filter((member) => member.path !== path);
const list = (value) => replaced(docker, "manifest.json", { content: typeof value === "string" ? value : JSON.stringify(value) });
const index = (value) => replaced(layout(), "index.json", { content: typeof value === "string" ? value : JSON.stringify(value) });
const entry = (change) => index({ schemaVersion: 2, manifests: [{ mediaType: good.mediaType, digest: good.digest, size: good.size, annotations: { "org.opencontainers.image.ref.name": "good" } }, { mediaType: other.mediaType, digest: other.digest, size: other.size, ...change }] });
const beside = (...members) => tarOf([...layout(), ...members]);
const before = (...members) => tarOf([...members, ...layout()]);
const image = { Config: config.path, RepoTags: ["good:1"], Layers: [layer.path] };

/** What the archive still has: the good image, whole. */
const LAYOUT = { image: "good", digest: good.digest };
const DOCKER = { image: "good:1", digest: sha256(skopeosManifest(old)) };

/** Name, archive, what opening it fails with. */
export const REFUSED = [
  ["nothing", Buffer.alloc(0), "ARCHIVE_INVALID"],
  ["one byte", Buffer.from("x"), "ARCHIVE_TRUNCATED"],
  ["a text", Buffer.from("this is no archive, but a text".repeat(40)), "ARCHIVE_INVALID"],
  ["zeros", Buffer.alloc(10_240), "ARCHIVE_INVALID"],
  ["ones", Buffer.alloc(10_240, 0xff), "ARCHIVE_INVALID"],
  ["JSON", Buffer.from(good.bytes), "ARCHIVE_TRUNCATED"],
  ["an empty tar", tarOf([]), "ARCHIVE_INVALID"],
  ["a tar of other files", tarOf([{ path: "README", content: "hello" }]), "ARCHIVE_INVALID"],
  ["an archive of docker before 1.10", tarOf(without(docker, "manifest.json")), "ARCHIVE_UNSUPPORTED"],
  ["xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0]), "ARCHIVE_UNSUPPORTED"],
  ["bzip2", Buffer.from("BZh91AY&SY"), "ARCHIVE_UNSUPPORTED"],
  ["gzip that is cut off", gzipSync(tarOf(layout())).subarray(0, 200), "ARCHIVE_TRUNCATED"],
  ["gzip that is damaged", gzipSync(tarOf(layout())).fill(0x55, 40, 120), "ARCHIVE_INVALID"],
  ["gzip of gzip", gzipSync(gzipSync(tarOf(layout()))), "ARCHIVE_INVALID"],
  ["index.json twice", tarOf([...layout(), ...layout().slice(1, 2)]), "ARCHIVE_AMBIGUOUS"],
  ["manifest.json twice", tarOf([...docker, ...docker.slice(-2, -1)]), "ARCHIVE_AMBIGUOUS"],
  ["oci-layout twice", tarOf([layout()[0], ...layout()]), "ARCHIVE_AMBIGUOUS"],
  ["index.json and ./index.json", tarOf([...layout(), { path: "./index.json", content: "{}" }]), "ARCHIVE_AMBIGUOUS"],
  ["index.json and /index.json", tarOf([...layout(), { path: "/index.json", content: "{}" }]), "ARCHIVE_AMBIGUOUS"],
  ["index.json and a link of that name", tarOf([...layout(), { path: "index.json", type: "2", link: "oci-layout" }]), "ARCHIVE_AMBIGUOUS"],
  ["an index.json that is no JSON", tarOf(index("{]")), "JSON_INVALID"],
  ["an index.json of nothing", tarOf(index("")), "JSON_INVALID"],
  ["an index.json that is an array", tarOf(index([])), "MANIFEST_INVALID"],
  ["an index.json that is a manifest", tarOf(index(good.bytes.toString())), "ARCHIVE_INVALID"],
  ["an index.json with config and layers, too", tarOf(index({ schemaVersion: 2, manifests: [], config: {}, layers: [] })), "MANIFEST_AMBIGUOUS"],
  ["an index.json with a key twice", tarOf(index('{"schemaVersion":2,"manifests":[],"manifests":[]}')), "JSON_DUPLICATE_KEY"],
  ["an index.json with a key in other case", tarOf(index('{"schemaVersion":2,"manifests":[],"Manifests":[]}')), "MANIFEST_AMBIGUOUS"],
  ["an index.json of 9 MiB", tarOf(index(`{"schemaVersion":2,"manifests":[],"x":"${"y".repeat(9 << 20)}"}`)), "ARCHIVE_LIMIT"],
  ["an index.json that nests", tarOf(index(`{"manifests":${"[".repeat(5000)}${"]".repeat(5000)}}`)), "JSON_TOO_DEEP"],
  ["an index.json of 10,001 entries", tarOf(index({ schemaVersion: 2, manifests: Array(10_001).fill({}) })), "INDEX_TOO_LARGE"],
  ["a manifest.json that is no JSON", tarOf(list("[")), "JSON_INVALID"],
  ["a manifest.json that is an object", tarOf(list({})), "MANIFEST_INVALID"],
  ["a manifest.json of an unknown type", tarOf(list({ schemaVersion: 2, mediaType: "application/x" })), "ARCHIVE_INVALID"],
  ["a manifest.json that is a text", tarOf(list('"x"')), "ARCHIVE_INVALID"],
  ["a manifest.json with a key twice", tarOf(list('[{"Config":"a","Config":"b"}]')), "JSON_DUPLICATE_KEY"],
  ["a manifest.json of 9 MiB", tarOf(list(`["${"y".repeat(9 << 20)}"]`)), "ARCHIVE_LIMIT"],
  ["a manifest.json of 10,001 images", tarOf(list(Array(10_001).fill({}))), "ARCHIVE_LIMIT"],
  ["a long name of 2 MiB", before({ path: "././@LongLink", type: "L", content: "x".repeat(2 << 20) }), "ARCHIVE_LIMIT"],
  ["a pax record that states a size and a header another", before({ path: "pax", type: "x", content: "13 size=1024\n" }, { path: "a", content: "x".repeat(2048) }), "ARCHIVE_AMBIGUOUS"],
  ["a pax record of all files that names them", before({ path: "pax", type: "g", content: "11 path=abc\n".replace("11", "12") }), "ARCHIVE_AMBIGUOUS"],
  ["a folder with content", before({ path: "x/", type: "5", content: "x".repeat(512) }), "ARCHIVE_AMBIGUOUS"],
  ["a million members", millionMembers(), "ARCHIVE_LIMIT"],
  ["a header that is damaged, first", Buffer.concat([header({ path: "a" }).fill(0x41, 0, 5), tarOf(layout())]), "ARCHIVE_INVALID"],
];

/** Name, archive, the codes of its findings, and what can be read of it all the same. */
export const FOUND = [
  ["a path upwards", beside({ path: "../../etc/passwd", content: "x" }), ["MEMBER_PATH"], LAYOUT],
  ["a path upwards in the middle", beside({ path: "blobs/../../x", content: "x" }), ["MEMBER_PATH"], LAYOUT],
  ["a path that is .. alone", beside({ path: "..", content: "x" }), ["MEMBER_PATH"], LAYOUT],
  ["an absolute path", beside({ path: "/etc/passwd", content: "x" }), ["MEMBER_PATH"], LAYOUT],
  ["a path with NUL in a pax record", beside(...paxNamed("a\0b", { path: "a", content: "x" })), ["MEMBER_PATH"], LAYOUT],
  ["no path", beside({ path: "", content: "x" }), ["MEMBER_PATH"], LAYOUT],
  ["a path of 5,000 bytes", beside(...longNamed(`${"x/".repeat(2500)}x`, { path: "x", content: "y" })), ["MEMBER_PATH", "MEMBER_PATH"], LAYOUT],
  ["a path that is no UTF-8", beside({ path: "a", content: "x", change: (block) => (block[0] = 0xff) }), ["MEMBER_PATH"], LAYOUT],
  ["a symbolic link out of the archive", beside({ path: "x", type: "2", link: "../../etc/passwd" }), ["MEMBER_LINK"], LAYOUT],
  ["a symbolic link to an absolute path", beside({ path: "x", type: "2", link: "/etc/passwd" }), ["MEMBER_LINK"], LAYOUT],
  ["a symbolic link to nothing", beside({ path: "x", type: "2", link: "nothing" }), ["MEMBER_LINK"], LAYOUT],
  ["a symbolic link without a target", beside({ path: "x", type: "2" }), ["MEMBER_LINK"], LAYOUT],
  ["a link to itself", beside({ path: "x", type: "2", link: "x" }), ["MEMBER_LINK"], LAYOUT],
  ["two links to each other", beside({ path: "x", type: "2", link: "y" }, { path: "y", type: "2", link: "x" }), ["MEMBER_LINK", "MEMBER_LINK"], LAYOUT],
  ["a hard link upwards", beside({ path: "x", type: "1", link: "../index.json" }), ["MEMBER_LINK"], LAYOUT],
  ["a hard link to nothing", beside({ path: "x", type: "1", link: "nothing" }), ["MEMBER_LINK"], LAYOUT],
  ["a hundred links in a row", beside(...Array.from({ length: 100 }, (_, at) => ({ path: `l${at}`, type: "2", link: at < 99 ? `l${at + 1}` : "oci-layout" }))), null, LAYOUT],
  ["a blob twice, the same", beside({ path: blob(good), content: good.bytes }), ["MEMBER_DUPLICATE"], LAYOUT],
  ["a file twice", beside({ path: "x", content: "1" }, { path: "x", content: "2" }), ["MEMBER_DUPLICATE"], LAYOUT],
  ["a device", beside({ path: "dev", type: "3" }), [], LAYOUT],
  ["a named pipe", beside({ path: "pipe", type: "6" }), [], LAYOUT],
  ["an unknown type", beside({ path: "x", type: "Z", content: "x" }), [], LAYOUT],
  ["a sparse file of GNU", beside({ path: "x", type: "S", content: "x".repeat(512), change: (block) => block.write("00000001000\0", 483) }), ["MEMBER_UNREADABLE"], LAYOUT],
  ["a tar without an end", tarOf(layout(), { end: false }), [], LAYOUT],
  ["bytes behind the end", Buffer.concat([tarOf(layout()), Buffer.alloc(512, 7)]), [], LAYOUT],
  ["an archive behind the end", Buffer.concat([tarOf(layout()), tarOf([{ path: "index.json", content: "{}" }])]), [], LAYOUT],
  ["a header that is damaged, last", Buffer.concat([tarOf(layout(), { end: false }), header({ path: "a" }).fill(0x41, 0, 5)]), ["MEMBER_UNREADABLE"], LAYOUT],
  ["a last member that is cut off", beside({ path: "x", content: "x".repeat(4096) }).subarray(0, -4096), ["MEMBER_CUT"], LAYOUT],
  ["a last member that states terabytes", beside({ path: "x", size: 0o77777777777 }), ["MEMBER_CUT"], LAYOUT],
  ["no oci-layout", tarOf(without(layout(), "oci-layout")), ["ENTRY_INVALID"], LAYOUT],
  ["an oci-layout that is no JSON", tarOf(replaced(layout(), "oci-layout", { content: "x" })), ["ENTRY_INVALID"], LAYOUT],
  ["an oci-layout of another version", tarOf(replaced(layout(), "oci-layout", { content: '{"imageLayoutVersion":"2.0.0"}' })), ["ENTRY_INVALID"], LAYOUT],
  ["an oci-layout of no version", tarOf(replaced(layout(), "oci-layout", { content: "{}" })), ["ENTRY_INVALID"], LAYOUT],
  ["an image that is not there", tarOf(entry({})), ["BLOB_MISSING"], LAYOUT],
  ["an entry without a digest", tarOf(entry({ digest: undefined })), ["ENTRY_INVALID"], LAYOUT],
  ["an entry with a broken digest", tarOf(entry({ digest: "sha256:abc" })), ["ENTRY_INVALID"], LAYOUT],
  ["an entry with a digest that is a path", tarOf(entry({ digest: "sha256:../../../../etc/passwd" })), ["ENTRY_INVALID"], LAYOUT],
  ["an entry with a negative size", tarOf(entry({ size: -1 })), ["ENTRY_INVALID"], LAYOUT],
  ["an entry with a size beyond all", tarOf(entry({ size: 1e300 })), ["ENTRY_INVALID"], LAYOUT],
  ["an entry that is a number", tarOf(index({ schemaVersion: 2, manifests: [7, ...JSON.parse(layout()[1].content).manifests] })), ["ENTRY_INVALID"], LAYOUT],
  ["an entry that is null", tarOf(index({ schemaVersion: 2, manifests: [null, ...JSON.parse(layout()[1].content).manifests] })), ["ENTRY_INVALID"], LAYOUT],
  ["an entry of an unknown algorithm", tarOf(entry({ digest: `blake3:${"a".repeat(64)}` })), ["BLOB_MISSING"], LAYOUT],
  ["an entry of another size", tarOf([...entry({ digest: good.digest, size: 7 })]), ["BLOB_SIZE"], { image: "good", digest: good.digest }],
  ["two images of one name", tarOf([...layoutMembers({ good, other }), ].map((member) => member.path === "index.json" ? { ...member, content: member.content.replace('"other"', '"good"') } : member)), ["NAME_DUPLICATE"], { image: "good", digest: other.digest }],
  ["members that are called like blobs", beside({ path: "blobs/sha256/abc", content: "x" }, { path: "blobs/x", content: "x" }, { path: "blobs/sha256/../sha256/x", content: "x" }), ["MEMBER_PATH"], LAYOUT],
  ["a thousand findings", beside(...Array(1000).fill({ path: "../x" })), [...Array(100).fill("MEMBER_PATH"), "MORE_FINDINGS"], LAYOUT],
  ["a config that is not there", tarOf(list([image, { ...image, Config: "nothing.json", RepoTags: ["x"] }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["a config path upwards", tarOf(list([image, { ...image, Config: "../../etc/passwd" }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["a config that is a folder", tarOf(list([image, { ...image, Config: "blobs" }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["a config that is a number", tarOf(list([image, { ...image, Config: 5 }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["no config", tarOf(list([image, { RepoTags: [], Layers: [] }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["an entry of manifest.json that is a text", tarOf(list([image, "x"])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["an entry of manifest.json that is null", tarOf(list([null, image])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["a layer that is not there", tarOf(list([image, { ...image, Layers: ["nothing"] }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["a layer path upwards", tarOf(list([image, { ...image, Layers: ["../layer.tar"] }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["too many layers", tarOf(list([image, { ...image, Layers: [layer.path, layer.path] }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["too few layers", tarOf(list([image, { ...image, Layers: [] }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["layers that are no list", tarOf(list([image, { ...image, Layers: "x" }])), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["names that are no list", tarOf(list([image, { ...image, RepoTags: "x" }])), ["MANIFEST_MADE"], DOCKER],
  ["names that are numbers", tarOf(list([image, { ...image, RepoTags: [1, 2] }])), ["MANIFEST_MADE"], DOCKER],
  ["a config whose name is another digest", tarOf([...list([{ ...image, Config: `${"a".repeat(64)}.json` }]), { path: `${"a".repeat(64)}.json`, content: config.content }]), ["BLOB_DIGEST", "MANIFEST_MADE"], DOCKER],
  ["a config that is no JSON", tarOf([...list([image, { ...image, Config: "x.json", RepoTags: null }]), { path: "x.json", content: "{" }]), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["a config without layers", tarOf([...list([image, { ...image, Config: "x.json", RepoTags: null }]), { path: "x.json", content: "{}" }]), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["a config whose layers are no digests", tarOf([...list([image, { ...image, Config: "x.json", RepoTags: null }]), { path: "x.json", content: '{"rootfs":{"diff_ids":["x"]}}' }]), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["a config of 5 MiB", tarOf([...list([image, { ...image, Config: "x.json", RepoTags: null }]), { path: "x.json", content: Buffer.alloc(5 << 20) }]), ["ENTRY_INVALID", "MANIFEST_MADE"], DOCKER],
  ["a manifest.json of many names", tarOf(list([{ ...image, RepoTags: ["good:1", ...Array.from({ length: 500 }, (_, at) => `x:${at}`)] }])), ["MANIFEST_MADE"], DOCKER],
  ["the same image twice", tarOf(list([image, image])), ["MANIFEST_MADE"], DOCKER],
  ["a layer that is a link to another", tarOf([...list([{ ...image, Layers: ["link.tar"] }]), { path: "link.tar", type: "2", link: layer.path }]), ["MANIFEST_MADE"], DOCKER],
  ["a layer that is a hard link", tarOf([...list([{ ...image, Layers: ["link.tar"] }]), { path: "link.tar", type: "1", link: layer.path }]), ["MANIFEST_MADE"], DOCKER],
];

/** Header blocks alone, empty files, more than are read. */
function millionMembers() {
  const one = tarOf([{ path: "a" }], { end: false });
  const blocks = [...layout().map((member) => tarOf([member], { end: false }))];
  const many = Array.from({ length: 210_000 }, (_, at) => at);
  const named = Buffer.alloc(many.length * one.length);
  for (const at of many) header({ path: `f${at}` }).copy(named, at * one.length);
  return Buffer.concat([...blocks, named]);
}
