/** The registry client: what reads, and the calls that write. */

import { create } from "./create.js";
import { followPlan, isPlan, planDeletion } from "./deletion.js";
import { clientOptions, Reader, runnerOf } from "./reading.js";
import * as writes from "./writes.js";

class Client extends Reader {
  /** Pushes a document under one or several references of one repository. */
  push(document, reference, options) {
    return writes.push(runnerOf(this), document, reference, options);
  }

  /** Asks a registry to take a blob over from another of its repositories; false where it does not. */
  mount(digest, from, to, options) {
    return writes.mount(runnerOf(this), digest, from, to, options);
  }

  /** Sends a blob, unless the repository holds it. */
  upload(repository, body, descriptor, options) {
    return writes.upload(runnerOf(this), repository, body, descriptor, options);
  }

  /** Creates an index of images and indexes under any number of names. */
  create(targets, sources, options) {
    return create(this, runnerOf(this), targets, sources, options);
  }

  /** Changes an index in place, without losing what others write at the same time. */
  async edit(reference, change, options) {
    const { edit } = await import("./edit.js");
    return edit(this, reference, change, options);
  }

  /** Copies a reference with everything below it. */
  copy(from, to, options) {
    return writes.copy(runnerOf(this), from, to, options);
  }

  /** What can be deleted with a manifest, without what another tag needs. */
  planDeletion(reference, options) {
    return planDeletion(this, reference, options);
  }

  /** Deletes a tag, a manifest by its digest, or what a plan says. */
  delete(reference, options) {
    if (isPlan(reference)) return followPlan(this, reference, options);
    return writes.remove(runnerOf(this), reference, options);
  }
}

/** A client of registries. It keeps tokens and what it learned of each registry; one may run any number of calls at once. */
export function createClient(options) {
  return new Client(clientOptions(options));
}
