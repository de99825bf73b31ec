/** Ports of loopback, for programs that are started with one. */

import { createServer } from "node:net";

/** A port that nothing listens at. @returns {Promise<number>} */
export async function freePort() {
  const listening = createServer();
  await new Promise((ready) => listening.listen(0, "127.0.0.1", ready));
  const { port } = listening.address();
  await new Promise((closed) => listening.close(closed));
  return port;
}
