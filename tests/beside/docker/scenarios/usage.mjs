/** Help, and command lines that are wrong: the scenarios. */

import { APP, LIST, create, differing, seed, steps } from "./names.mjs";

const VERBS = ["create", "annotate", "inspect", "push", "rm"];
const WRONG = {
  create: ["create", "create one"],
  annotate: ["annotate", "annotate one", "annotate one two three"],
  inspect: ["inspect", "inspect one two three"],
  push: ["push", "push one two"],
  rm: ["rm"],
};
/** Every line of docker's that tells of a flag or of what the command is for is there, however it is broken. */
function expectedHelp(theirs, mine) {
  const flat = (text) => text.replaceAll(/\s+/g, " ");
  const [, summary] = theirs.replace(/^Flag shorthand.*\n/, "").split("\n\n");
  const flags = /^Options:\n([^]*)/m.exec(theirs)?.[1] ?? "";
  for (const line of [summary, ...flags.split(/\n(?= +-)/)]) {
    if (!flat(mine).includes(flat(line).trim())) return `a text with: ${flat(line)}`;
  }
  return mine.startsWith("Usage:  multiarch ") ? mine : "Usage:  multiarch …";
}
const HELP = { stdout: expectedHelp };
const PROGRAM = { stdout: /^Usage:  multiarch /, stderr: "" };
/** Time enough for something else to happen. */
const SLOW = [{ match: { path: /\/manifests\// }, answer: { delayMs: 300 } }];
const two = seed("team/app", "amd64", "arm64");

export const USAGE = [
  ...VERBS.map((verb) => ({ id: `usage: ${verb} --help`, steps: steps(differing(`${verb} --help`, "help", HELP)) })),
  ...VERBS.map((verb) => ({ id: `usage: ${verb} -h`, steps: steps(differing(`${verb} -h`, "help", HELP)) })),
  ...VERBS.map((verb) => ({ id: `usage: ${verb} with a wrong number of arguments`, steps: steps(...WRONG[verb]) })),
  ...VERBS.map((verb) => ({ id: `usage: ${verb} with flags that it does not have`, steps: steps(`${verb} --bogus`, `${verb} -x`, `${verb} one two --bogus=1`, `${verb} --=x`, `${verb} -ax one two`) })),
  { id: "usage: nothing at all", steps: steps(differing([], "program", PROGRAM)) },
  { id: "usage: --help of all", steps: steps(differing("--help", "program", PROGRAM)) },
  { id: "usage: -h of all", steps: steps(differing("-h", "program", PROGRAM)) },
  { id: "usage: a command that does not exist", steps: steps(
    ...["bogus", "bogus one two", "Create"].map((args) => differing(args, "program", { stderr: /^multiarch: unknown command: multiarch (bogus|Create)\n\n/ })),
    differing("bogus --help", "program", { code: 1, stdout: "", stderr: /^multiarch: unknown command: multiarch bogus\n\n/ })) },
  { id: "usage: a flag in the place of a command", steps: steps(
    differing("--bogus", "program", { stderr: /^unknown flag: --bogus\n\nUsage:  multiarch / }),
    differing("-x", "program", { stderr: /^unknown shorthand flag: 'x' in -x\n\nUsage:  multiarch / })) },
  { id: "usage: switches that are neither true nor false", steps: steps("create --insecure=maybe one two", "create --amend=2 one two", "create -a=x one two", "push --purge= one", "push -p=no one", "inspect -v=yes one") },
  { id: "usage: switches in every spelling", seed: two, steps: steps(`create --insecure=T ${LIST} ${APP}:amd64`, `create --insecure=TRUE -a=1 ${LIST} ${APP}:arm64`, `inspect --verbose=0 ${LIST}`, `inspect -v=t ${LIST}`, `create --amend=F ${LIST} ${APP}:amd64`) },
  { id: "usage: flags that want an argument", steps: steps("annotate one two --os", "annotate one two --arch", "annotate one two --variant", "annotate one two --os-version", "annotate one two --os-features") },
  { id: "usage: --help behind arguments", seed: two, steps: steps(...[`rm ${LIST} --help`, "create one --help", "push --insecure --help one"].map((args) => differing(args, "help", HELP))) },
  { id: "usage: --help=false", seed: two, steps: steps(create("amd64"), `rm --help=false ${LIST}`) },
  { id: "usage: the wrong flag comes before the wrong number", steps: steps("create --bogus", "annotate --bogus", "push --bogus one two three") },
  { id: "usage: an argument that is --", steps: steps("inspect -- -v", "inspect -- --", "rm -- --insecure") },
  { id: "usage: a single dash is an argument", steps: steps("inspect -", "rm - -") },
  { id: "usage: flags of other commands", steps: steps("annotate --insecure one two", "rm --insecure one", "rm -f one", "inspect --purge one", "push --amend one", "create --purge one two") },
  { id: "usage: short flags together", seed: two, steps: steps(create("amd64"), `inspect -vv ${LIST}`, `push -pp --insecure ${LIST}`) },
  { id: "usage: -D and -l", seed: two, swap: false, steps: steps(
    { args: `inspect --insecure ${APP}:amd64`, before: ["-D"], differs: { debug: { stderr: /^(?:GET http:\/\/DOMAIN\/v2\/team\/app\/\S+ \d+ \d+ ms\n)+$/ } } },
    differing(`inspect --insecure -D ${APP}:amd64`, "program", { code: 0, stdout: /^\{\n/, stderr: /^(?:GET .* \d+ \d+ ms\n)+$/ }),
    { args: `inspect ${LIST} ${APP}:amd64`, before: ["-l", "fatal"], differs: { debug: { code: 125, stderr: /^unknown shorthand flag: 'l' in -l\n/ } } }) },
  { id: "usage: an interrupt", registry: { faults: SLOW }, seed: two, swap: false, steps: steps(
    { ...create("amd64", "arm64"), meanwhile: { signal: "SIGINT" }, differs: { interrupts: { code: "SIGINT", stdout: "", drafts: {} } } }) },
  { id: "usage: --config", seed: two, steps: steps(
    { args: `create --insecure ${LIST} ${APP}:amd64`, before: ["--config", "CONFIG"], env: { DOCKER_CONFIG: "CONFIG/elsewhere" } },
    { args: `inspect ${LIST}`, before: ["--config=CONFIG"], env: { DOCKER_CONFIG: "CONFIG/elsewhere" } },
    { args: `rm ${LIST}`, env: { DOCKER_CONFIG: "CONFIG/elsewhere" } },
    { args: `rm ${LIST}`, before: ["--config", "CONFIG"] }) },
  { id: "usage: the home folder when nothing else is said", seed: two, swap: false, steps: steps(
    { write: { "elsewhere/.docker/": "" } },
    { args: create("amd64").args, env: { DOCKER_CONFIG: "", HOME: "CONFIG/elsewhere" } },
    { args: `inspect ${LIST}`, env: { DOCKER_CONFIG: "CONFIG/elsewhere/.docker" } },
    { args: `rm ${LIST}`, env: { DOCKER_CONFIG: "", HOME: "CONFIG/elsewhere" } }) },
];
