/** `multiarch logout`: removes the credentials that `login` stored. */

import { printable } from "../../entry/command.js";

import { eraseCredentials } from "../../node/credentials/keep.js";
import { keyOf, registryNamed } from "../../node/credentials/registries.js";

export async function execute([given], flags, { terminal, io }) {
  const registry = registryNamed(given);
  const removed = await eraseCredentials(registry, { config: flags.config, env: io.env });
  const name = printable(keyOf(registry));
  if (flags.json) return terminal.printJson({ registry: keyOf(registry), removed });
  await terminal.print(removed ? `Removing login credentials for ${name}\n` : `Not logged in to ${name}\n`);
}
