/** Variables in the texts of a specification. */

/** `${NAME}`, `${NAME:-default}`, and `$${`, which is `${` itself. */
const VARIABLE = /\$\$\{|\$\{([^}]*)(\}?)/g;
const NAME = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * A text with its variables replaced. A dollar without a brace is a dollar.
 *
 * @param {string} text
 * @param {Map<string, string>} variables
 * @param {(message: string, details?: object) => Error} fail makes the error for a variable that has no value
 */
export function expanded(text, variables, fail) {
  return text.replace(VARIABLE, (written, inner, end) => {
    if (inner === undefined) return "${";
    const [, name, fallback] = NAME.exec(inner) ?? [];
    if (!end || name === undefined) throw fail("write ${NAME} or ${NAME:-default}; $${ stands for ${");
    const value = variables.get(name);
    if (fallback !== undefined) return value || fallback;
    if (value === undefined) throw fail(`the variable ${name} has no value`, { variable: name });
    return value;
  });
}
