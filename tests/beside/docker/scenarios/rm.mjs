/** `rm` beside `docker manifest rm`: the scenarios. */

import { digestOf } from "../images.mjs";
import { APP, LIST, create, seed, steps } from "./names.mjs";

const two = seed("team/app", "amd64", "arm64");
const other = `create --insecure REGISTRY/team/other:2 ${APP}:arm64`;

export const RM = [
  { id: "rm: one", seed: two, memory: true, steps: steps(create("amd64", "arm64"), `rm ${LIST}`, `rm ${LIST}`) },
  { id: "rm: several", seed: two, memory: true, steps: steps(create("amd64"), other, `rm ${LIST} REGISTRY/team/other:2`) },
  { id: "rm: keeps the others", seed: two, steps: steps(create("amd64"), other, `rm ${LIST}`, "inspect REGISTRY/team/other:2") },
  { id: "rm: a list that does not exist", memory: true, steps: steps(`rm ${LIST}`, "rm list") },
  { id: "rm: some exist, some do not", seed: two, memory: true, steps: steps(create("amd64"), other, `rm REGISTRY/no/list:1 ${LIST} REGISTRY/no/list:2 REGISTRY/team/other:2`) },
  { id: "rm: the same twice", seed: two, steps: steps(create("amd64"), `rm ${LIST} ${LIST}`) },
  { id: "rm: names that are none", seed: two, steps: steps(create("amd64"), `rm Team/List ${LIST} list@sha256:abc`, ["rm", "", " "]) },
  { id: "rm: a corrupt list stays, the others go", seed: two, steps: steps(create("amd64"), other, { write: { "manifests/REGISTRY_team_list-1/REGISTRY_team_app-amd64": '{"Ref":' } }, `rm ${LIST} REGISTRY/team/other:2`) },
  { id: "rm: an empty folder is a list", files: { "manifests/REGISTRY_team_list-1/": "" }, steps: steps(`rm ${LIST}`, `rm ${LIST}`) },
  { id: "rm: a folder in the list's folder", seed: two, steps: steps(create("amd64"), { write: { "manifests/REGISTRY_team_list-1/folder/": "" } }, `rm ${LIST}`) },
  { id: "rm: the registry keeps what was pushed", seed: two, steps: steps(create("amd64"), `push --insecure ${LIST}`, `rm ${LIST}`, `inspect --insecure ${LIST}`) },
  { id: "rm: a list named by digest", seed: two, steps: steps(`create --insecure REGISTRY/team/list@${digestOf("amd64")} ${APP}:amd64`, `rm REGISTRY/team/list@${digestOf("amd64")}`) },
  { id: "rm: create again after it", seed: two, memory: true, steps: steps(create("amd64"), `rm ${LIST}`, create("arm64"), `inspect ${LIST}`) },
  { id: "rm: --", seed: two, steps: steps(create("amd64"), `rm -- ${LIST}`) },
];
