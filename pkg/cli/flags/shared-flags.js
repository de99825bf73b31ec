/** Flags that several commands have. */

export const INSECURE = { name: "insecure", summary: "Allow communication with an insecure registry" };
export const INSECURE_PUSH = { ...INSECURE, summary: "Allow push to an insecure registry" };
export const DRY_RUN = { name: "dry-run", summary: "Write nothing: print what a push would do, and the list's digest" };
export const TAG = {
  name: "tag", value: "tag", list: true, summary: "Push the list under this further tag too (repeatable)",
};
export const DRY_RUN_FILES = { name: "dry-run", summary: "Print what would change, and write nothing" };
export const JSON_OUTPUT = { name: "json", summary: "Print JSON" };
export const UPLOAD_ORIGIN = {
  name: "upload-origin", value: "host", list: true,
  summary: "Let this host have what is uploaded, where the registry sends or redirects it there (repeatable)",
};
export const QUIET = { name: "quiet", short: "q", summary: "Print no progress and no notes" };
