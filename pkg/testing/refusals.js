/** Quirks that refuse or hide: they replace the answer of an endpoint, after authorization. */

import { answerJson, refuse } from "./answers.js";
import { isDigest } from "./storage.js";

const OCI_INDEX = "application/vnd.oci.image.index.v1+json";

/**
 * @returns {{ endpoint(name: string, request: object, target: { repository: string, reference: string }):
 *   Promise<Response | undefined>, token(request: object, answered: Response): Response }} `endpoint` returns a
 *   refusal in place of the endpoint's answer, or undefined; `token` changes the answer of the token endpoint
 */
export function createRefusals(storage, quirks) {
  /** Tags that were pushed and not read yet. */
  const fresh = new Set();

  const manifest = {
    headFails: ({ method }) =>
      method === "HEAD" && refuse(500, "UNKNOWN", "an error that has nothing to do with you"),
    lateTags: ({ method }, { repository, reference }) => {
      const name = `${repository}:${reference}`;
      if (method === "PUT" && !isDigest(reference)) fresh.add(name);
      return isRead(method) && fresh.delete(name) && refuse(404, "MANIFEST_UNKNOWN", "there is no such manifest");
    },
    ociChildrenOnly: async ({ method, bytes }) => method === "PUT" && mixed(await bytes()),
    taggedStay: ({ method }, { repository, reference }) => {
      const tags = [...(storage.find(repository)?.tags ?? [])].filter(([, digest]) => digest === reference);
      return method === "DELETE" && tags.length > 0
        && refuse(400, "GOOGLE_MANIFEST_DANGLING_TAG", "a tag points at the manifest", { detail: tags });
    },
  };
  const rules = {
    manifest,
    tags: {
      strictPages: ({ url }) =>
        Number(url.searchParams.get("n")) > 1000 && refuse(400, "PAGINATION_NUMBER_INVALID", "n is above 1000"),
    },
  };

  return {
    async endpoint(name, request, target) {
      if (quirks.repositoriesFirst && !isRead(request.method) && !storage.find(target.repository)) {
        return refuse(404, "NAME_UNKNOWN", "the repository has to be made first", { detail: { name: target.repository } });
      }
      for (const [quirk, rule] of Object.entries(rules[name] ?? {})) {
        const refusal = quirks[quirk] && (await rule(request, target));
        if (refusal) return refusal;
      }
      return undefined;
    },

    token(request, answered) {
      if (quirks.noTokenPost && request.method === "POST") return refuse(404, "UNSUPPORTED", "there is no such endpoint");
      const asked = request.url.searchParams.getAll("scope").join(" ");
      const opensNothing =
        (quirks.noTokenForDelete && /[:,]delete\b/.test(asked) && answered.status === 200)
        || (quirks.tokenForAnybody && answered.status === 401 && !request.headers.has("authorization"));
      return opensNothing ? answerJson(200, { token: "opens-nothing", expires_in: 300 }) : answered;
    },
  };
}

const isRead = (method) => method === "GET" || method === "HEAD";

/** A refusal of an OCI index that lists a manifest of Docker's types. */
function mixed(bytes) {
  let document;
  try {
    document = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  if (document?.mediaType !== OCI_INDEX || !Array.isArray(document.manifests)) return undefined;
  const strange = document.manifests.find((entry) => !String(entry?.mediaType).startsWith("application/vnd.oci."));
  return strange && refuse(400, "MANIFEST_INVALID", "manifest invalid", {
    detail: { message: "failed schema validation", entry: strange },
  });
}
