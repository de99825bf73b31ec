/** Documents of an archive, read only for what stands beside their content: the client checks them. */

/** The JSON object that bytes hold; undefined for anything else. */
export function parsed(bytes) {
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
