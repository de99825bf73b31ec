/** Certificates that docker keeps for a registry: authorities, and what the client shows of itself. */

import assert from "node:assert/strict";
import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { after, before, describe, test } from "node:test";

import { createClient } from "multiarch";
import { certificatesFolder, registryCertificates } from "../../../../pkg/node/http/certificates.js";
import { nodeFetch } from "../../../../pkg/node/http/fetch.js";
import { startForwardProxy, startServer } from "../../../support/recording.mjs";
import { multiarch, run } from "../../../support/run.mjs";
import { scratch } from "../../../support/scratch.mjs";

const TYPE = "application/vnd.oci.image.index.v1+json";
const INDEX = JSON.stringify({ schemaVersion: 2, mediaType: TYPE, manifests: [] });

let folder, open, strict, proxy, count = 0;

async function openssl(...args) {
  const { code, stderr } = await run("openssl", args, { cwd: folder.path });
  assert.equal(code, 0, stderr);
}

/** An authority, and certificates of it: `NAME.crt` and `NAME.key` in the folder. */
async function authority(name) {
  await openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
    "-keyout", `${name}.key`, "-out", `${name}.crt`, "-subj", `/CN=${name}`);
  return async (issued, extension) => {
    await openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${issued}.key`,
      "-out", `${issued}.csr`, "-subj", `/CN=${issued}`);
    await writeFile(folder.join(`${issued}.ext`), extension);
    await openssl("x509", "-req", "-in", `${issued}.csr`, "-CA", `${name}.crt`, "-CAkey", `${name}.key`, "-CAcreateserial",
      "-days", "2", "-out", `${issued}.crt`, "-extfile", `${issued}.ext`);
  };
}

const pem = (name) => readFile(folder.join(name), "utf8");
const NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:registry.example,DNS:cdn.example";

before(async () => {
  folder = await scratch();
  const issue = await authority("ca");
  await issue("server", NAMES);
  await issue("client", "extendedKeyUsage=clientAuth");
  await (await authority("other"))("stranger", "extendedKeyUsage=clientAuth");
  const tls = { cert: await pem("server.crt"), key: await pem("server.key") };
  const answer = (request, response) => {
    const who = request.socket.getPeerCertificate?.()?.subject?.CN;
    if (request.url === "/who") return response.end(String(who));
    response.writeHead(200, { "content-type": TYPE }).end(INDEX);
  };
  open = await startServer(answer, { ...tls, requestCert: true, rejectUnauthorized: false, ca: await pem("ca.crt") });
  strict = await startServer(answer, { ...tls, requestCert: true, rejectUnauthorized: true, ca: await pem("ca.crt") });
  proxy = await startForwardProxy();
});
after(async () => {
  for (const server of [open, strict, proxy]) await server.close();
  await folder.remove();
});

/** A folder as docker's certs.d, with these files: `{ "HOST/name.crt": "ca.crt" }`. */
async function certsD(files) {
  const path = folder.join(`certs-${(count += 1)}`, "docker", "certs.d");
  await mkdir(path, { recursive: true });
  for (const [name, from] of Object.entries(files)) {
    await mkdir(dirname(`${path}/${name}`), { recursive: true });
    await copyFile(folder.join(from), `${path}/${name}`);
  }
  return path;
}

const direct = { proxy: false, env: {} };
const who = async (server, options) => (await nodeFetch({ ...direct, ...options })(`${server.url}/who`)).text();
const causeOf = (promise) => promise.then(() => assert.fail("the request succeeded"), (error) => error.cause);

describe("nodeFetch", () => {
  test("trusts a registry's own authority, for that registry alone", async () => {
    const certificates = await certsD({ [`${open.domain}/ca.crt`]: "ca.crt", [`${open.domain}/README`]: "client.ext" });
    assert.equal(await who(open, { certificates }), "undefined");
    assert.match((await causeOf(who(strict, { certificates }))).code, /^SELF_SIGNED_CERT_IN_CHAIN$/);
    assert.match((await causeOf(who(open, { certificates: false }))).code, /^SELF_SIGNED_CERT_IN_CHAIN$/);
  });

  test("shows a client certificate to its own registry", async () => {
    const files = { "ca.crt": "ca.crt", "client.cert": "client.crt", "client.key": "client.key" };
    const certificates = await certsD(Object.fromEntries(
      Object.entries(files).map(([name, from]) => [`${strict.domain}/${name}`, from]).concat([[`${open.domain}/ca.crt`, "ca.crt"]])));
    assert.equal(await who(strict, { certificates }), "client");
    assert.equal(await who(open, { certificates }), "undefined");
    assert.equal(await who(strict, { certificates, insecure: true }), "client");
  });

  test("reads no file without an end", async () => {
    const certificates = await certsD({ [`${open.domain}/README`]: "client.ext" });
    await symlink("/dev/zero", `${certificates}/${open.domain}/ca.crt`);
    for (const [options, why] of [
      [{ certificates }, /^\S+\/ca\.crt cannot be read \(ENOTSUP\)$/],
      [{ certificates: false, env: { SSL_CERT_FILE: "/dev/zero" } }, /^\S+ has more than 33554432 bytes$/],
    ]) {
      const { code, message } = await causeOf(who(open, options));
      assert.equal(code, "ERR_CERTIFICATE_FILE");
      assert.match(message, why);
    }
  });

  test("says that a client certificate is wanted where none is shown", async () => {
    const ca = await pem("ca.crt");
    const client = createClient({ fetch: nodeFetch({ ca, certificates: false }), retry: { attempts: 1 } });
    const error = await client.resolve(`${strict.domain}/a/b:1`).catch((thrown) => thrown);
    assert.equal(error.code, "TLS_FAILED");
    assert.match(error.message, /^the registry wants a client certificate/);
    assert.match(error.hint, /cert, key.*certs\.d/);
    const { code, stderr } = await multiarch(["--ca", folder.join("ca.crt"), "resolve", `${strict.domain}/a/b:1`]);
    assert.equal(code, 1);
    assert.match(stderr, /wants a client certificate[^]*hint: [^]*--cert FILE and --key FILE/);
  });

  test("of several client certificates the first by name", async () => {
    const certificates = await certsD({
      [`${open.domain}/ca.crt`]: "ca.crt", [`${open.domain}/b.cert`]: "stranger.crt", [`${open.domain}/b.key`]: "stranger.key",
      [`${open.domain}/a.cert`]: "client.crt", [`${open.domain}/a.key`]: "client.key",
    });
    assert.equal(await who(open, { certificates }), "client");
  });

  test("takes cert and key, before those of the folder", async () => {
    const certificates = await certsD({
      [`${open.domain}/ca.crt`]: "ca.crt", [`${open.domain}/b.cert`]: "stranger.crt", [`${open.domain}/b.key`]: "stranger.key",
    });
    const given = { cert: await pem("client.crt"), key: await pem("client.key") };
    assert.equal(await who(open, { certificates, ...given }), "client");
    assert.equal(await who(strict, { certificates: false, ca: await pem("ca.crt"), ...given }), "client");
    assert.throws(() => nodeFetch({ ...direct, cert: given.cert }), { name: "TypeError", message: /both cert and key/ });
    const wrong = await causeOf(who(open, { certificates, cert: given.cert, key: await pem("stranger.key") }));
    assert.deepEqual([wrong.code, /that was given and its key do not belong together/.test(wrong.message)], ["ERR_CERTIFICATE_FILE", true]);
  });

  test("does so through a proxy too", async () => {
    const registry = `registry.example:${strict.port}`;
    const certificates = await certsD({
      [`${registry}/ca.crt`]: "ca.crt", [`${registry}/c.cert`]: "client.crt", [`${registry}/c.key`]: "client.key",
    });
    const send = nodeFetch({ env: { HTTPS_PROXY: proxy.url }, certificates });
    for (let time = 0; time < 2; time += 1) assert.equal(await (await send(`https://${registry}/who`)).text(), "client");
  });

  test("elsewhere the registry's authority counts, and nothing is shown", async () => {
    const registry = `registry.example:${open.port}`;
    const own = { [`${registry}/ca.crt`]: "ca.crt", [`${registry}/c.cert`]: "client.crt", [`${registry}/c.key`]: "client.key" };
    const cdn = `cdn.example:${open.port}`;
    const certificates = await certsD({ ...own, [`${cdn}/c.cert`]: "client.crt", [`${cdn}/c.key`]: "client.key" });
    const send = nodeFetch({ env: { HTTPS_PROXY: proxy.url }, certificates });
    assert.equal(await (await send(`https://${registry}/who`)).text(), "client");
    assert.equal(await (await send(`https://${cdn}/who`, { namedBy: "registry.example" })).text(), "undefined");
    assert.match((await causeOf(send(`https://${cdn}/who`, { namedBy: "evil.example" }))).code, /^SELF_SIGNED_CERT_IN_CHAIN$/);
    assert.match((await causeOf(send(`https://${cdn}/who`))).code, /^SELF_SIGNED_CERT_IN_CHAIN$/);
  });

  const broken = [
    ["a certificate without its key", { "client.cert": "client.crt" }, /^the client certificate .*client\.cert has no key client\.key beside it; an authority's certificate is called \*\.crt$/],
    ["a key without its certificate", { "client.key": "client.key" }, /^the client key .*client\.key has no certificate client\.cert beside it$/],
    ["another's key", { "client.cert": "client.crt", "client.key": "stranger.key" }, /^the client certificate .*client\.cert and its key do not belong together \(/],
    ["no certificate", { "client.cert": "client.ext", "client.key": "client.key" }, /^the client certificate .*client\.cert or its key is no PEM that can be read \(/],
  ];
  for (const [name, files, message] of broken) {
    test(`names ${name}`, async () => {
      const certificates = await certsD(Object.fromEntries(Object.entries(files).map(([file, from]) => [`${open.domain}/${file}`, from])));
      const cause = await causeOf(who(open, { certificates, ca: await pem("ca.crt") }));
      assert.equal(cause.code, "ERR_CERTIFICATE_FILE");
      assert.match(cause.message, message);
    });
  }

  test("reads a folder again that was repaired", async () => {
    const certificates = await certsD({ [`${open.domain}/client.cert`]: "client.crt", [`${open.domain}/ca.crt`]: "ca.crt" });
    const send = nodeFetch({ ...direct, certificates });
    assert.equal((await causeOf(send(`${open.url}/who`))).code, "ERR_CERTIFICATE_FILE");
    await copyFile(folder.join("client.key"), `${certificates}/${open.domain}/client.key`);
    assert.equal(await (await send(`${open.url}/who`)).text(), "client");
  });

  test("a folder is no registry's by a trick of its name", async () => {
    const path = await certsD({ "ca.crt": "ca.crt" });
    for (const name of [".", "..", "..."]) assert.equal(await registryCertificates(path, name), undefined);
    assert.equal((await registryCertificates(dirname(path), "certs.d")).ca.length, 1);
  });
});

test("the folder is that of docker's command line", async () => {
  assert.equal(certificatesFolder({}, "linux"), "/etc/docker/certs.d");
  assert.equal(certificatesFolder({ XDG_CONFIG_HOME: "/x", HOME: "/h" }, "darwin"), "/etc/docker/certs.d");
  assert.equal(certificatesFolder({ ROOTLESSKIT_STATE_DIR: "/s", XDG_CONFIG_HOME: "/x" }, "linux"), "/x/docker/certs.d");
  assert.equal(certificatesFolder({ ROOTLESSKIT_STATE_DIR: "/s", HOME: "/h" }, "linux"), "/h/.config/docker/certs.d");
  assert.equal(certificatesFolder({ ProgramData: "C:\\ProgramData" }, "win32"), "C:\\ProgramData\\docker\\certs.d");
  const path = folder.join("windows");
  await mkdir(`${path}/registry.example5000`, { recursive: true });
  await copyFile(folder.join("ca.crt"), `${path}/registry.example5000/ca.crt`);
  assert.equal((await registryCertificates(path, "registry.example:5000", "win32")).ca.length, 1);
});

describe("the command line", () => {
  const environment = (certificates) => ({
    DOCKER_CONFIG: folder.path, ROOTLESSKIT_STATE_DIR: "x", XDG_CONFIG_HOME: dirname(dirname(certificates)), HTTPS_PROXY: proxy.url,
  });

  test("uses what stands there, as docker does", async () => {
    const registry = `registry.example:${strict.port}`;
    const certificates = await certsD({
      [`${registry}/ca.crt`]: "ca.crt", [`${registry}/c.cert`]: "client.crt", [`${registry}/c.key`]: "client.key",
    });
    const { code, stdout, stderr } = await multiarch(["inspect", "--raw", `${registry}/a/app:1`], { env: environment(certificates) });
    assert.deepEqual([code, stdout, stderr], [0, INDEX, ""]);
  });

  test("takes --cert and --key with --ca", async () => {
    const registry = `registry.example:${strict.port}`;
    const env = environment(await certsD({}));
    const flags = ["--ca", folder.join("ca.crt"), "--cert", folder.join("client.crt")];
    const good = await multiarch([...flags, "--key", folder.join("client.key"), "inspect", "--raw", `${registry}/a/app:1`], { env });
    assert.deepEqual([good.code, good.stdout, good.stderr], [0, INDEX, ""]);
    const alone = await multiarch([...flags, "inspect", `${registry}/a/app:1`], { env });
    assert.deepEqual([alone.code, alone.stdout], [125, ""]);
    assert.match(alone.stderr, /^--cert needs --key/);
    const other = await multiarch(["inspect", "--key", folder.join("client.key"), `${registry}/a/app:1`], { env });
    assert.match(other.stderr, /^--key needs --cert/);
  });

  test("names a file that cannot be used, once", async () => {
    const registry = `registry.example:${strict.port}`;
    const certificates = await certsD({ [`${registry}/c.cert`]: "client.crt" });
    const started = performance.now();
    const { code, stderr } = await multiarch(["resolve", `${registry}/a/app:1`], { env: environment(certificates) });
    assert.equal(code, 1);
    assert.match(stderr, /^multiarch: a certificate that is kept for the registry cannot be used: the client certificate .*c\.cert has no key c\.key/);
    assert.match(stderr, /\[CERTIFICATE_INVALID\]\nhint: Repair the file that the message names/);
    assert.ok(performance.now() - started < 5_000);
  });
});

test("a client's error has the code, and the library says it too", async () => {
  const certificates = await certsD({ [`${open.domain}/c.key`]: "client.key" });
  const client = createClient({ fetch: nodeFetch({ env: { HTTPS_PROXY: proxy.url }, certificates }) });
  const error = await client.resolve(`registry.example:${open.port}/a/app:1`).catch((thrown) => thrown);
  assert.equal(error.code, "TLS_FAILED"); // another name, another folder
  await mkdir(`${certificates}/registry.example:${open.port}`);
  await copyFile(folder.join("client.key"), `${certificates}/registry.example:${open.port}/c.key`);
  const own = createClient({ fetch: nodeFetch({ env: { HTTPS_PROXY: proxy.url }, certificates }) });
  await assert.rejects(own.resolve(`registry.example:${open.port}/a/app:1`), { code: "CERTIFICATE_INVALID", retryable: false });
});
