/** `annotate` beside `docker manifest annotate`: the scenarios. */

import { digestOf } from "../images.mjs";
import { APP, LIST, create, differing, seed, steps } from "./names.mjs";

const two = seed("team/app", "amd64", "arm64");
const inspect = `inspect ${LIST}`;
const target = `${LIST} ${APP}:arm64`;
const annotated = (...flags) => steps(create("amd64", "arm64"), ...flags.map((flag) =>
  (typeof flag === "string" ? `annotate ${flag} ${target}` : ["annotate", ...flag, LIST, `${APP}:arm64`])), inspect);
const made = (id, ...flags) => ({ id: `annotate: ${id}`, seed: two, steps: annotated(...flags) });

const FILE = "REGISTRY_team_list-1/REGISTRY_team_app-arm64";
/** Docker's drafts with another platform in one of them; docker's text of a list likewise. */
const platformIn = (from, to) => (drafts) => ({ ...drafts, [FILE]: drafts[FILE].replace(from.compact, to.compact) });
const written = (os, architecture) => ({
  compact: `"platform":{"architecture":"${architecture}","os":"${os}",`,
  indented: `"architecture": "${architecture}",\n            "os": "${os}",`,
});
/** A pair that docker's table lacks, and multiarch takes. */
const taken = (title, flag, os, architecture) => {
  const [from, to] = [written("linux", "arm64"), written(os, architecture)];
  const drafts = platformIn(from, to);
  return {
    id: `annotate: ${title}`, seed: two, steps: steps(create("amd64", "arm64"),
      differing(`annotate ${flag} ${target}`, "annotate-any-platform", { code: 0, stderr: "", drafts }),
      differing(inspect, "annotate-any-platform", { stdout: (text) => text.replace(from.indented, to.indented), drafts })),
  };
};

export const ANNOTATE = [
  { ...made("--os and --arch", "--os windows --arch amd64"), memory: true },
  made("--arch alone", "--arch s390x"),
  made("--os alone, and the pair is known", "--os darwin"),
  made("--variant", "--variant v9"),
  made("--os-version", "--os-version 10.0.17763.1"),
  made("--os-features, separated by commas", "--os-features win32k,other"),
  made("--os-features, repeated", "--os-features win32k --os-features other,win32k"),
  made("--os-features adds to what is there", "--os-features b,a", "--os-features a,c"),
  made("--os-features in quotes", ["--os-features", '"a,b",c']),
  made("--os-features with an open quote", ["--os-features", '"a']),
  made("--os-features with a quote in the middle", ["--os-features", 'a"b']),
  made("--os-features empty", ["--os-features", ""]),
  made("--os-features with empty parts", "--os-features a,,b"),
  made("everything at once", "--os linux --arch arm --variant v7 --os-version 5.4 --os-features sse4"),
  made("nothing to change", ""),
  made("empty values change nothing", ["--os", "", "--arch=", "--variant", "", "--os-version", ""]),
  made("the last of two values counts", "--variant v6 --variant=v7"),
  made("what needs escapes", ["--os-version", '<1&2>e"\\', "--variant", "é \u2028\t", "--os-features", "<a&b>"]),
  made("beyond the BMP and control characters", ["--os-version", "😀\u0001\u007f\b\f\n\r"]),
  { id: "annotate: flags behind the arguments", seed: two, steps: steps(create("amd64", "arm64"), `annotate ${target} --variant v9`, `annotate ${LIST} --variant=v8 ${APP}:arm64 --os-version 1`, inspect) },
  { id: "annotate: -- ends the flags", seed: two, steps: steps(create("arm64"), `annotate --variant v9 -- ${target}`, inspect) },
  { id: "annotate: twice over", seed: two, memory: true, steps: steps(create("amd64", "arm64"), `annotate --variant v3 ${LIST} ${APP}:amd64`, `annotate --variant v9 ${target}`, `annotate --os-version 7 ${target}`, inspect, `push --insecure ${LIST}`) },
  { id: "annotate: an entry by digest", seed: two, steps: steps(`create --insecure ${LIST} ${APP}@${digestOf("arm64")}`, `annotate --variant v9 ${LIST} ${APP}@${digestOf("arm64")}`, inspect) },
  { id: "annotate: an OCI entry", seed: seed("team/app", "oci-arm64"), steps: steps(create("oci-arm64"), `annotate --variant v8 ${LIST} ${APP}:oci-arm64`, inspect, `inspect ${LIST} -v`) },
  { id: "annotate: a platform where there was none", seed: seed("team/app", "no-platform"), steps: steps(create("no-platform"), `annotate --os linux --arch amd64 ${LIST} ${APP}:no-platform`, inspect) },

  taken("a pair that docker does not know", "--arch loong64", "linux", "loong64"),
  taken("an os that nobody knows", "--os beos", "beos", "arm64"),
  taken("an architecture and an os that nobody knows", "--os beos --arch zzz", "beos", "zzz"),
  taken("windows/arm64", "--os windows", "windows", "arm64"),
  made("letters count", "--os Linux"),
  made("not well formed", ["--os", "li nux"]),
  { id: "annotate: no flags, and docker does not know the pair that is there", seed: seed("team/app", "beos"), steps: steps(create("beos"),
    differing(`annotate ${LIST} ${APP}:beos`, "annotate-any-platform", { code: 0, stderr: "" }),
    differing(`annotate --variant v1 ${LIST} ${APP}:beos`, "annotate-any-platform", { code: 0, stderr: "", drafts: (drafts) => Object.fromEntries(
      Object.entries(drafts).map(([name, text]) => [name, text.replace('"os":"beos"', '"os":"beos","variant":"v1"')])) })) },
  { id: "annotate: a variant where the os is missing", seed: seed("team/app", "no-platform"), steps: steps(create("no-platform"), `annotate --variant v1 ${LIST} ${APP}:no-platform`, `annotate --os linux ${LIST} ${APP}:no-platform`, inspect) },
  { id: "annotate: a list that does not exist", seed: two, memory: true, steps: steps(`annotate --arch arm64 ${LIST} ${APP}:arm64`) },
  { id: "annotate: an entry that does not exist", seed: two, memory: true, steps: steps(create("amd64"), `annotate --arch arm64 ${LIST} ${APP}:arm64`, inspect) },
  { id: "annotate: an entry known by its tag, asked for by digest", seed: two, steps: steps(create("amd64"), `annotate --variant v2 ${LIST} ${APP}@${digestOf("amd64")}`) },
  { id: "annotate: the list as it was typed, short", steps: steps("annotate --arch arm64 list app") },
  { id: "annotate: a list's name that is none", steps: steps("annotate --arch arm64 Team/List app", ["annotate", "", "app"], "annotate list@sha256:abc app") },
  { id: "annotate: an entry's name that is none", steps: steps("annotate --arch arm64 list App", ["annotate", "list", " "], "annotate list app:") },
];
