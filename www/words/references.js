/** How references read where their registry stands beside them. */

/** The reference as people write it, without its registry and digest. */
export function headline({ familiar, domain }) {
  const plain = familiar.replace(/@.*$/, "");
  return plain.startsWith(`${domain}/`) ? plain.slice(domain.length + 1) : plain;
}
