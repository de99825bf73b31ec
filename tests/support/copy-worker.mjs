/** Makes one copy and ends: `node copy-worker.mjs FROM TO`. Its parent may kill it at any time. */

import { createClient } from "multiarch";

const [from, to] = process.argv.slice(2);
const copied = await createClient().copy(from, to);
process.stdout.write(JSON.stringify(copied));
