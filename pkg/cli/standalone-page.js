/** The inspector page out of the executable file, which carries it as assets: `cargo xtask binary` names them. */

import { getAsset } from "node:sea";

import { readPageWith } from "../node/page-files.js";

export const readPageOfAssets = () =>
  readPageWith({
    names: async () => JSON.parse(getAsset("inspector", "utf8")),
    read: async (name) => new Uint8Array(getAsset(`inspector/${name}`)),
  });
