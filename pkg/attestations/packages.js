/** What is in an image, as bills of materials list it: SPDX 2 and 3, CycloneDX. */

import { MOST, at, defined, first, objectsAt, textAt } from "./members.js";

/**
 * @param {unknown} document
 * @returns {{ format: "spdx" | "cyclonedx", version?: string, name?: string, created?: string, packages: object[], packageCount: number }
 *   | undefined} undefined for what is no bill of materials
 *
 * Source: SPDX 2.3 and 3.0 as JSON; CycloneDX 1.6 as JSON.
 */
export function billOf(document) {
  if (textAt(document, "spdxVersion")) return spdx2(document);
  if (textAt(document, "bomFormat") === "CycloneDX") return cyclonedx(document);
  const graph = objectsAt(document, "@graph");
  return graph.length > 0 && /spdx/i.test(textAt(document, "@context") ?? "") ? spdx3(graph) : undefined;
}

function spdx2(document) {
  const all = objectsAt(document, "packages");
  const packages = all.slice(0, MOST).map((one) => defined({
    name: textAt(one, "name") ?? "",
    version: textAt(one, "versionInfo"),
    purl: textAt(objectsAt(one, "externalRefs").find((reference) => textAt(reference, "referenceType") === "purl"), "referenceLocator"),
    license: [textAt(one, "licenseConcluded"), textAt(one, "licenseDeclared")].find((license) => license && !["NOASSERTION", "NONE"].includes(license)),
  }));
  const version = textAt(document, "spdxVersion").replace(/^SPDX-/, "");
  return bill("spdx", { version, name: textAt(document, "name"), created: textAt(document, "creationInfo", "created") }, packages, all.length);
}

function spdx3(graph) {
  const isPackage = (element) => textAt(element, "type") === "software_Package";
  const all = graph.filter(isPackage);
  const info = graph.find((element) => textAt(element, "type") === "CreationInfo");
  const document = graph.find((element) => textAt(element, "type") === "SpdxDocument");
  const packages = all.slice(0, MOST).map((one) => defined({
    name: textAt(one, "name") ?? "", version: textAt(one, "software_packageVersion"), purl: textAt(one, "software_packageUrl"),
  }));
  return bill("spdx", { version: textAt(info, "specVersion"), name: textAt(document, "name"), created: textAt(info, "created") }, packages, all.length);
}

function cyclonedx(document) {
  const packages = [];
  let count = 0;
  // Components stand inside one another, as deep as their author likes.
  const open = [objectsAt(document, "components")[Symbol.iterator]()];
  while (open.length > 0) {
    const { done, value: one } = open.at(-1).next();
    if (done) {
      open.pop();
      continue;
    }
    open.push(objectsAt(one, "components")[Symbol.iterator]());
    count += 1;
    if (packages.length < MOST) {
      packages.push(defined({ name: textAt(one, "name") ?? "", version: textAt(one, "version"), purl: textAt(one, "purl"), license: licenseOf(one) }));
    }
  }
  const component = at(document, "metadata", "component");
  const facts = { version: textAt(document, "specVersion"), name: textAt(component, "name"), created: textAt(document, "metadata", "timestamp") };
  return bill("cyclonedx", facts, packages, count);
}

function licenseOf(component) {
  const names = objectsAt(component, "licenses").map((one) => first(textAt(one, "expression"), textAt(one, "license", "id"), textAt(one, "license", "name")));
  return names.filter(Boolean).join(" AND ") || undefined;
}

const bill = (format, facts, packages, packageCount) => defined({ format, ...facts, packages, packageCount });
