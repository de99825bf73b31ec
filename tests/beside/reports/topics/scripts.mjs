/** Release scripts as they are written, where the outcome is more than that of one command. */

import { dockerImage } from "../../../support/images.mjs";

const seed = { "x/app:amd64": dockerImage(), "x/app:arm64": dockerImage({ architecture: "arm64" }) };
const [a, b] = ["HOST/x/app:amd64", "HOST/x/app:arm64"];
const missing = "HOST/x/app:arm/v7";
const absent = (tag) => ({ place }) => {
  if (place.registry.manifest("x/app", tag)) throw new Error("a list was published without the image that is missing");
};

export const SCRIPTS = [
  {
    reports: "(public scripts)", about: "a create with a third name that is none, and its push: nothing is published without it",
    registry: { seed }, run: [`create HOST/x/app:1 ${a} ${b} ${missing}`, "push HOST/x/app:1"],
    docker: [`manifest create HOST/x/app:1 ${a} ${b} ${missing}`, "manifest push HOST/x/app:1"],
    right: { code: 1, earlier: true, err: "No such manifest: HOST/x/app:1", check: absent("1") },
  },
  {
    reports: "(public scripts)", about: "create --amend with an image that is missing || true, and push --purge: nothing is published without it",
    registry: { seed }, run: [`create --amend HOST/x/app:1 ${a} ${b} HOST/x/app:none`, "push --purge HOST/x/app:1"],
    docker: [`manifest create --amend HOST/x/app:1 ${a} ${b} HOST/x/app:none`, "manifest push --purge HOST/x/app:1"],
    right: { code: 1, earlier: true, err: "No such manifest: HOST/x/app:1", check: absent("1") },
  },
  {
    reports: "(public scripts)", about: "create, annotate, push --purge of images that are there",
    registry: { seed }, run: [`create HOST/x/app:1 ${a} ${b}`, `annotate HOST/x/app:1 ${b} --arch arm64 --variant v8`, "push --purge HOST/x/app:1"],
    docker: [`manifest create HOST/x/app:1 ${a} ${b}`, `manifest annotate HOST/x/app:1 ${b} --arch arm64 --variant v8`, "manifest push --purge HOST/x/app:1"],
    right: { out: /^sha256:[0-9a-f]{64}\n$/ },
  },
];
