/** `multiarch/archive`: OCI layouts and what `docker save` writes, read like registries. */

import "multiarch";

export { archiveFetch, openArchive } from "./open.js";
