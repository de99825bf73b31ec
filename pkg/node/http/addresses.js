/**
 * Guards against server-side request forgery. A registry chooses URLs: of its token service, of redirects, of uploads. The
 * core refuses literal addresses of private networks in them; names that resolve to one are refused here. The address that
 * is checked is the one that is connected to, so DNS rebinding gains nothing.
 */

import { call } from "../../core/load.js";
import { failure } from "./failure.js";

/**
 * A `lookup` for `node:net` that fails with ERR_ADDRESS_REFUSED for names with an address of a private network, unless
 * the registry that named them was met in one itself: a company's registry and its token service usually are. A cloud's
 * metadata service is refused unless the registry itself was met at that address.
 *
 * @param {string} [registry] that named the place, by its domain as the core states it; none for the registry itself
 * @param {() => Iterable<string | undefined>} met the addresses that the registry answered from, undefined for more of
 *   them. Not what its name resolves to now, which its owner can change
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
        const who = registry === undefined ? hostname : `${hostname}, which ${registry} names,`;
        const message = `${who} has an address of a private network`;
        throw failure("ERR_ADDRESS_REFUSED", message);
      }
      if (options.all) done(null, all);
      else done(null, all[0].address, all[0].family);
    } catch (error) {
      done(error);
    }
  };
}

/** Whether a registry answered from a private network only. Behind a proxy its address is unknown. */
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

/** By the core's own table, which reads a mapped or translated address as the address that it contains. */
function mayLeadTo(address, inside) {
  return call((core) => core.mayLeadTo(address, inside));
}
