/** Images for what looks at their files: layers that add, replace, remove and hide, and layers that cannot be read. */

import { END, header, layer, layeredImage, pax } from "./layers.mjs";

const file = (path, content, more = {}) => ({ path, content, mtime: 1_767_322_800, ...more });
const folder = (path) => ({ path, type: "folder", mode: 0o755, mtime: 1_767_322_800 });

/** Bytes that no compression makes shorter, always the same. */
export function noise(size, seed = 7) {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const PASSWD = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";

/** A base like a distribution's. */
export const baseEntries = () => [
  ...["bin/", "etc/", "etc/ssl/", "usr/", "usr/bin/", "usr/lib/", "usr/lib/python3/", "var/", "var/cache/"].map(folder),
  file("etc/passwd", PASSWD),
  file("etc/os-release", 'PRETTY_NAME="Example 12"\nID=example\n'),
  file("etc/ssl/cert.pem", "-----BEGIN CERTIFICATE-----\n".repeat(400)),
  file("usr/bin/tool", Buffer.concat([Buffer.from("\x7fELF\0"), noise(90_000)]), { mode: 0o755 }),
  { path: "bin/sh", type: "symlink", target: "../usr/bin/tool" },
  file("usr/lib/libold.so", noise(40_000, 3)),
  file("usr/lib/libc.so", noise(60_000, 5)),
  ...Array.from({ length: 40 }, (_, at) => file(`usr/lib/python3/module${String(at).padStart(2, "0")}.py`, `# module ${at}\n${"pass\n".repeat(at * 40)}`)),
  file("var/cache/list", noise(30_000, 11)),
];

/** What is built on it: a new file, one in the place of another, one taken away, a folder emptied. */
export const appEntries = () => [
  folder("app/"),
  file("app/main.py", "import module00\nprint('hello')\n"),
  file("app/notes.txt", `${"A line of text. ".repeat(8)}\n`.repeat(3000)),
  folder("etc/"),
  file("etc/passwd", `${PASSWD}app:x:10001:10001::/app:/bin/sh\n`),
  file("usr/lib/.wh.libold.so", ""),
  folder("var/cache/"),
  file("var/cache/.wh..wh..opq", ""),
];

const history = [
  { created: "2026-11-04T09:12:44Z", created_by: "/bin/sh -c #(nop) ADD file:base in / " },
  { created: "2026-11-04T09:12:44Z", created_by: "ENV LANG=C.UTF-8", empty_layer: true },
  { created: "2026-11-04T09:12:44Z", created_by: "COPY . /app # buildkit" },
  { created: "2026-11-04T09:12:44Z", created_by: "RUN /bin/sh -c set -eux; useradd app; rm /usr/lib/libold.so # buildkit" },
];

/** Three layers; the last one is small. */
export const filesImage = (options = {}) =>
  layeredImage([layer(baseEntries()), layer(appEntries()), layer([file("app/version", "1.0\n")])], { history, ...options });

/** The same base and the same top, and between them one file with other content of its size, one with another time alone, one with another mode, `more`; nothing is taken away. */
export function changedImage(more = []) {
  const changed = appEntries()
    .filter(({ path }) => !path.includes(".wh."))
    .map((one) => {
      if (one.path === "app/main.py") return { ...one, content: one.content.replace("hello", "world") };
      if (one.path === "app/notes.txt") return { ...one, mtime: one.mtime + 60 };
      return one.path === "etc/passwd" ? { ...one, mode: 0o600 } : one;
    });
  return layeredImage([layer(baseEntries()), layer([...changed, file("app/new.txt", "new\n"), ...more]), layer([file("app/version", "1.0\n")])], { history });
}

/** A frame of zstd whose blocks are stored as they are: what any decoder reads, and no encoder is needed for. */
function storedZstd(bytes) {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes.length);
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0]), size];
  const most = 1 << 16;
  for (let at = 0; at < bytes.length; at += most) {
    const part = bytes.subarray(at, at + most);
    const head = Buffer.alloc(3);
    head.writeUIntLE((part.length << 3) | (at + most >= bytes.length ? 1 : 0), 0, 3);
    parts.push(head, part);
  }
  return Buffer.concat(parts);
}

const TYPE = "application/vnd.oci.image.layer.v1.tar";

/** Seven layers: one that can be read, and six that are foreign, encrypted, of another type, cut off, in zstd, which can be read too, and not what the config says. */
export function oddImage() {
  const good = layer(baseEntries());
  const whole = layer([file("cut", noise(20_000))]);
  const foreign = layer([file("windows", "x")], { mediaType: "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip" });
  const layers = [
    good,
    foreign,
    layer([file("secret", "x")], { mediaType: `${TYPE}+gzip+encrypted` }),
    layer(Buffer.from("no tar at all"), { mediaType: "text/plain", compress: (bytes) => bytes }),
    { ...layer(Buffer.alloc(0), { compress: () => whole.bytes.subarray(0, 9000) }), diffId: whole.diffId },
    layer([file("packed", "in zstd")], { mediaType: `${TYPE}+zstd`, compress: storedZstd }),
    layer([file("last", "1")]),
  ];
  const diffIds = layers.map(({ diffId }, at) => (at === 6 ? good.diffId : diffId));
  return { image: layeredImage(layers, { diffIds }), foreign };
}

/** An image with a layer whose files, links and contents are these texts. */
export function namedImage(names) {
  const entries = names.flatMap((name, at) => [pax({ path: name, ...(at % 5 === 0 && { linkpath: names[(at * 3) % names.length] }) }), at % 5 === 0 ? { path: "x", type: "symlink", target: "y" } : file("x", name)]);
  return layeredImage([layer([file("first.txt", names.join("\n"))]), layer(entries)]);
}

/** An image with so many empty files in a hundred folders. */
export function crowdedImage(count) {
  const name = (at) => `folder-${String(at % 100).padStart(2, "0")}/file-${String(at).padStart(6, "0")}`;
  const digits = (text) => [...text].reduce((sum, character) => sum + character.charCodeAt(0), 0);
  const block = header({ path: name(0) });
  const rest = block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0) - digits(name(0));
  const all = Buffer.alloc(count * block.length);
  for (let at = 0; at < count; at += 1) {
    block.copy(all, at * block.length);
    all.write(name(at), at * block.length, "latin1");
    all.write((rest + digits(name(at))).toString(8).padStart(6, "0"), at * block.length + 148, "latin1");
  }
  return layeredImage([layer(Buffer.concat([all, END]))]);
}
