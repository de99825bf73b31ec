/**
 * Where a registry may send us. A registry chooses URLs: of its token service, of redirects, of uploads. The core
 * refuses literal addresses of private networks in them; a name that resolves to one is seen here. What is checked is
 * what is connected to, so a name that changes its address in between gains nothing.
 */

import { call } from "../../core/load.js";
import { failure } from "./failure.js";

/**
 * A `lookup` for `node:net` that fails with ERR_ADDRESS_REFUSED for names which lead into a private network, unless
 * the registry that named them is in one itself: a company's registry and its token service usually are. Where a cloud
 * machine finds its own credentials only a registry leads that is there itself.
 *
 * @param {string} registry its domain, as the core gives it
 * @param {() => Iterable<string | undefined>} met the addresses at which the registry was met, undefined for more of
 *   them. Not what its name resolves to now: that is its owner's to change
 * @param {Function} [resolve] as `dns.lookup`
 */
export function guardedLookup(registry, met, resolve) {
  return async (hostname, options, done) => {
    try {
      const lookup = resolve ?? (await import("node:dns")).lookup;
      const all = await addressesOf(lookup, hostname, options);
      const known = [...met()];
      const inside = isInside(known);
      const isAllowed = ({ address }) => mayLeadTo(address, inside) || (inside && known.includes(address));
      if (!all.every(isAllowed)) {
        const message = `${hostname}, which ${registry} names, has an address of a private network`;
        throw failure("ERR_ADDRESS_REFUSED", message);
      }
      if (options.all) done(null, all);
      else done(null, all[0].address, all[0].family);
    } catch (error) {
      done(error);
    }
  };
}

/** Whether a registry was met in a private network and nowhere else. Where one is behind a proxy cannot be seen. */
function isInside(addresses) {
  return addresses.length > 0 && addresses.every((address) => address !== undefined && isPrivate(address));
}

function addressesOf(lookup, hostname, options) {
  return new Promise((resolve, reject) => {
    lookup(hostname, { ...options, all: true }, (error, all) => (error ? reject(error) : resolve(all)));
  });
}

function isPrivate(address) {
  return !mayLeadTo(address, false);
}

/** By the core's own table, in which a mapped or translated address counts as what it stands for. */
function mayLeadTo(address, inside) {
  return call((core) => core.mayLeadTo(address, inside));
}
