/** A self-signed certificate for a server on loopback. */

import { run } from "./run.mjs";

/**
 * @param {{ join: (...names: string[]) => string }} folder where the files go
 * @param {string} [names] further subject alternative names, as openssl writes them
 * @returns {Promise<{ certificate: string, key: string }>} paths of PEM files; the certificate is its own authority
 */
export async function selfSigned(folder, names = "DNS:registry.example") {
  const certificate = folder.join("certificate.pem");
  const key = folder.join("key.pem");
  const { code, stderr } = await run("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
    "-keyout", key, "-out", certificate, "-subj", "/CN=multiarch test",
    "-addext", `subjectAltName=IP:127.0.0.1,DNS:localhost,${names}`,
  ]);
  if (code !== 0) throw new Error(`openssl: ${stderr}`);
  return { certificate, key };
}
