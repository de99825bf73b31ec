/**
 * The program as a plugin of docker's command line. Docker asks for its metadata with the single argument
 * `docker-cli-plugin-metadata`, and runs `docker --config x multiarch create …` as
 * `docker-multiarch --config x multiarch create …`.
 */

/** Docker's global flags that this program does not have itself. */
const DOCKERS_FLAGS = [
  { name: "context", short: "c", value: "string" },
  { name: "host", short: "H", value: "string", list: true },
  { name: "log-level", short: "l", value: "string" },
  { name: "tls" },
  { name: "tlscacert", value: "string" },
  { name: "tlscert", value: "string" },
  { name: "tlskey", value: "string" },
  { name: "tlsverify" },
];

const QUESTION = "docker-cli-plugin-metadata";
const WORD = "multiarch";

/**
 * Whether the program runs as a plugin: by the plugin's file name, by docker's question, or, behind a script of another
 * name, by the variable that docker sets.
 *
 * @param {string[]} argv
 * @param {{ file?: string, env: Record<string, string | undefined> }} caller `file` is the path of the program
 */
export function isPlugin(argv, { file = "", env }) {
  if (argv[0] === QUESTION || /(?:^|[\\/])docker-multiarch(?:\.js|\.exe)?$/.test(file)) return true;
  return env.DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND !== undefined && argv.includes(WORD);
}

/**
 * @param {string[]} argv
 * @param {{ stdin: object, stdout: object, stderr: object, env: object }} io
 * @returns {Promise<number>} the exit code
 */
export async function runPlugin(argv, io) {
  if (argv[0] === QUESTION) return answer(io);
  const { run } = await import("./main.js");
  return run(argv, io, { program: "docker multiarch", word: WORD, globals: DOCKERS_FLAGS });
}

/** Loads nothing else: docker asks every plugin whenever it lists its commands. */
async function answer(io) {
  const { default: { version, homepage } } = await import("../package.json", { with: { type: "json" } });
  const metadata = {
    SchemaVersion: "0.1.0",
    Vendor: "multiarch",
    Version: version,
    ShortDescription: "Everything docker manifest does, and more",
    URL: homepage,
  };
  await new Promise((resolve) => io.stdout.write(`${JSON.stringify(metadata)}\n`, resolve));
  return 0;
}
