// The picker's question: a host, and the policy by which it chooses.
import { formatPlatform, normalizePlatform } from "../../pkg/entry/browser.js";
import { COMMON_HOSTS, DEFAULT_POLICY, isAttestation, POLICIES } from "../choice.js";
import { el, section, value } from "../dom.js";
import { hashOf } from "../route.js";

/** Hosts in the list at most: an index may name thousands. */
const OFFERED = 60;

export function pickerView({ document, name, route }) {
  if (!document || (document.kind !== "index" && !(document.kind === "image" && name))) return null;
  const own = document.manifests
    .filter((entry) => entry.platform && !isAttestation(entry))
    .map((entry) => formatPlatform(normalizePlatform(entry.platform)));
  const platform = platformInput(route);
  const policy = policySelect(route);
  const ask = () => {
    const next = {
      ...route,
      at: undefined,
      platform: platform.value.trim(),
      policy: policy.value === DEFAULT_POLICY ? undefined : policy.value,
    };
    const hash = hashOf(next);
    if (hash !== location.hash) location.hash = hash;
  };
  const submit = (event) => {
    event.preventDefault();
    ask();
  };
  platform.addEventListener("change", ask);
  policy.addEventListener("change", ask);
  return section(
    "picker",
    "What would this host pull?",
    el(
      "form",
      { class: "picker", on: { submit }, autocomplete: "off" },
      el("div", { class: "field" }, el("label", { for: "platform" }, "Host platform"), platform, hostList(own)),
      el("div", { class: "field wide" }, el("label", { for: "policy" }, "Policy"), policy),
      el("button", { type: "submit" }, "Explain"),
    ),
    el("p", { class: "chips" }, quick(own).map((host) => chip(host, route))),
  );
}

const platformInput = ({ platform }) =>
  el("input", {
    id: "platform",
    type: "text",
    class: "mono",
    list: "hosts",
    spellcheck: "false",
    autocapitalize: "none",
    autocorrect: "off",
    placeholder: "linux/arm64",
    value: platform ?? "",
  });

const policySelect = ({ policy = DEFAULT_POLICY }) =>
  el(
    "select",
    { id: "policy" },
    POLICIES.map(({ name, text }) => el("option", { value: name, selected: name === policy }, text)),
  );

/** What the field suggests. */
function hostList(own) {
  const hosts = [...new Set([...COMMON_HOSTS, ...own])].slice(0, OFFERED);
  return el(
    "datalist",
    { id: "hosts" },
    hosts.map((host) => el("option", { value: host })),
  );
}

const chip = (host, route) =>
  el(
    "a",
    {
      class: "chip mono",
      href: hashOf({ ...route, at: undefined, platform: host }),
      "aria-current": host === route.platform ? "true" : null,
    },
    value(host),
  );

/** A handful to click on: a few hosts that are common, then some that this index names. */
function quick(own) {
  return [...new Set(["linux/amd64", "linux/arm64", "linux/arm/v7", ...own])].slice(0, 8);
}
