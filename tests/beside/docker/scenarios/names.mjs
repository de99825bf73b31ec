/** Shorthands that most scenarios share. */

export const LIST = "REGISTRY/team/list:1";
export const APP = "REGISTRY/team/app";

/** `seed("team/app", "amd64", "arm64")`: each image under its own name as the tag. */
export const seed = (path, ...images) => Object.fromEntries(images.map((image) => [`${path}:${image}`, image]));

/** The `create` that makes LIST out of tags of APP. */
export const create = (...images) => ({
  args: ["create", "--insecure", LIST, ...images.map((image) => `${APP}:${image}`)],
});

export const steps = (...all) => all.map((step) => (typeof step === "string" || Array.isArray(step) ? { args: step } : step));

/** A draft's path below the configuration folder. */
export const draft = (image, list = "REGISTRY_team_list-1", path = "REGISTRY_team_app") => `manifests/${list}/${path}-${image}`;

/** The paths of drafts of LIST, as outcomes name them. */
export const kept = (...images) => images.map((image) => `REGISTRY_team_list-1/REGISTRY_team_app-${image}`);

/** The same for images out of an index of APP, by their digests. */
export const listed = (...digests) => digests.sort().map((digest) => kept(digest)[0].replace("app-sha256:", "app@sha256-"));

/** Expectations where multiarch succeeds and docker does not. */
export const CREATED = { code: 0, stdout: "Created manifest list REGISTRY/team/list:1\n", stderr: "" };
export const SHOWN = { code: 0, stdout: /^(?:\[\]|[[{])\n/, stderr: "" };

/** A step that does what docker does but for these fields, by a listed difference. */
export const differing = (args, id, fields) => ({ args: args.args ?? args, differs: { [id]: fields } });
