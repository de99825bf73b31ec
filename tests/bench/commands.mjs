// What each command asks of a registry, every program as a process of its own against a real registry, counted by a
// proxy on loopback that nothing else goes through.

import { dockerVersion, dockerWith } from "../support/docker.mjs";
import { BIN, multiarch, run } from "../support/run.mjs";
import { IMAGES, startLab } from "../beside/peers/lab.mjs";
import { startSlowProxy } from "./slow-proxy.mjs";

/** Where the column `buildx` comes from where buildx is not installed: the same lines in the same registry. */
const RECORDED = "buildx v0.36.0 (461836b), recorded";

/** The row whose bytes are counted too. */
const OVERVIEW = {
  does: "sizes of all images of 8 entries",
  ours: (lab) => ["inspect", "--format", "table", `${lab}:multi`],
  docker: (lab) => ["inspect", "-v", `${lab}:multi`],
};

/**
 * What is asked of each program, in its own words: `lab` is the repository with the images, `own` a name that is the
 * program's own. `recorded` is what buildx needed.
 *
 * @type {{ does: string, ours: Line, docker?: Line, skopeo?: Line, buildx?: Line, recorded?: number }[]}
 * @typedef {(lab: string, own: string) => string[]} Line
 */
const ROWS = [
  {
    does: "inspect, 8 entries",
    ours: (lab) => ["inspect", `${lab}:multi`],
    docker: (lab) => ["inspect", `${lab}:multi`],
    skopeo: (lab) => ["inspect", "--tls-verify=false", `docker://${lab}:multi`],
    buildx: (lab) => ["inspect", `${lab}:multi`],
    recorded: 2,
  },
  {
    does: "digest of a tag",
    ours: (lab) => ["resolve", `${lab}:multi`],
    skopeo: (lab) => ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", `docker://${lab}:multi`],
    buildx: (lab) => ["inspect", "--format", "{{.Manifest.Digest}}", `${lab}:multi`],
    recorded: 18,
  },
  {
    does: "digest of a tag, by a template",
    ours: (lab) => ["inspect", "--format", "{{.Digest}}", `${lab}:multi`],
    buildx: (lab) => ["inspect", "--format", "{{.Manifest.Digest}}", `${lab}:multi`],
    recorded: 18,
  },
  OVERVIEW,
  {
    does: "create -t, two attested images",
    ours: (lab, own) => ["create", "-t", `${lab}:${own}`, `${lab}:bx-amd64`, `${lab}:bx-arm64`],
    docker: (lab, own) => ["create", `${lab}:${own}-attested`, `${lab}:bx-amd64`, `${lab}:bx-arm64`],
    buildx: (lab, own) => ["create", "-t", `${lab}:${own}`, `${lab}:bx-amd64`, `${lab}:bx-arm64`],
    recorded: 30,
  },
  {
    does: "create -t, into another repository",
    ours: (lab, own) => ["create", "-t", `${lab}-${own}:1`, `${lab}:bx-amd64`, `${lab}:bx-arm64`],
    buildx: (lab, own) => ["create", "-t", `${lab}-${own}:1`, `${lab}:bx-amd64`, `${lab}:bx-arm64`],
    recorded: 62,
  },
  { does: "edit, one platform removed", ours: (lab, own) => ["edit", "--remove", "linux/arm64", `${lab}:${own}`] },
  {
    does: "create, a draft of two images",
    ours: (lab, own) => ["create", `${lab}:${own}-draft`, `${lab}:amd64`, `${lab}:arm64`],
    docker: (lab, own) => ["create", `${lab}:${own}-draft`, `${lab}:amd64`, `${lab}:arm64`],
  },
  {
    does: "push of that draft",
    ours: (lab, own) => ["push", `${lab}:${own}-draft`],
    docker: (lab, own) => ["push", `${lab}:${own}-draft`],
  },
  {
    does: "copy, an attested image",
    ours: (lab, own) => ["copy", `${lab}:bx-amd64`, `${lab}-${own}-all:1`],
    skopeo: (lab, own) => copied(["--all"], `${lab}:bx-amd64`, `${lab}-${own}-all:1`),
    buildx: (lab, own) => ["create", "-t", `${lab}-${own}-all:1`, `${lab}:bx-amd64`],
    recorded: 32,
  },
  {
    does: "copy, one platform of 8 entries",
    ours: (lab, own) => ["copy", "--platform", "linux/arm64", `${lab}:multi`, `${lab}-${own}-one:1`],
    // The image alone; what ours and buildx copy has its attestation.
    skopeo: (lab, own) =>
      copied(["--override-os", "linux", "--override-arch", "arm64"], `${lab}:multi`, `${lab}-${own}-one:1`),
    buildx: (lab, own) => ["create", "-p", "linux/arm64", "-t", `${lab}-${own}-one:1`, `${lab}:multi`],
    recorded: 32,
  },
  { does: "check, 8 entries", ours: (lab) => ["check", `${lab}:multi`] },
  { does: "diff of two indexes", ours: (lab) => ["diff", `${lab}:bx-amd64`, `${lab}:bx-arm64`], codes: [0, 1] },
  { does: "find of a digest", ours: (lab) => ["find", IMAGES.arm64.digest, lab] },
  { does: "referrers", ours: (lab) => ["referrers", `${lab}:multi`] },
  { does: "referrers of the whole graph, read", ours: (lab) => ["referrers", "--tree", `${lab}:multi`] },
  {
    does: "delete of a digest",
    ours: (lab, own) => ["delete", `${lab}-${own}-all@${IMAGES["bx-amd64"].digest}`],
    skopeo: (lab, own) => ["delete", "--tls-verify=false", `docker://${lab}-${own}-all@${IMAGES["bx-amd64"].digest}`],
  },
  {
    does: "delete, an index with its children",
    ours: (lab, own) => ["delete", "--with-children", "--yes", `${lab}-${own}-one:1`],
  },
];

const copied = (flags, from, to) =>
  ["copy", "--src-tls-verify=false", "--dest-tls-verify=false", ...flags, `docker://${from}`, `docker://${to}`];

export async function commands() {
  const lab = await startLab();
  try {
    const programs = await installed(lab);
    const titles = Object.entries(programs).map(([name, { version }]) => `${name === "ours" ? "multiarch" : name} ${version}`);
    const lines = [`requests of each command: ${titles.join(", ")}${programs.buildx ? "" : `, ${RECORDED}`}:`];
    for (const row of ROWS) lines.push(`  ${row.does}: ${await counted(row, programs, lab)}`);
    lines.push(`  bytes of both directions, ${OVERVIEW.does}: ${await carried(OVERVIEW, programs, lab)}`);
    return lines;
  } finally {
    await lab.close();
  }
}

/** The programs that this machine has, by the column of {@link ROWS} that they run. */
async function installed({ folder }) {
  const { config, run: docker } = await dockerWith(folder);
  // Skopeo remembers in its home which blobs are where.
  const env = { HOME: config, DOCKER_CONFIG: config };
  const versionOf = async (program, args) => {
    const { code, stdout } = await run(program, args).catch(() => ({ code: 1 }));
    return code === 0 ? (/\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? stdout.trim()) : undefined;
  };
  const programs = {
    ours: {
      version: await versionOf(process.execPath, [BIN, "--version"]),
      start: (args) => multiarch(args, { env }),
    },
    docker: {
      version: await dockerVersion(),
      start: ([verb, ...args]) => docker(["manifest", verb, "--insecure", ...args]),
    },
    skopeo: { version: await versionOf("skopeo", ["--version"]), start: (args) => run("skopeo", args, { env }) },
    buildx: {
      version: await versionOf("buildx", ["version"]),
      start: (args) => run("buildx", ["imagetools", ...args], { env }),
    },
  };
  return Object.fromEntries(Object.entries(programs).filter(([, { version }]) => version !== undefined));
}

/** `9876; docker 12345`: with headers, counted at the connections of a proxy that each program has to itself. */
async function carried(row, programs, { registry }) {
  const figures = [];
  for (const who of ["ours", "docker"].filter((one) => programs[one])) {
    const proxy = await startSlowProxy(registry.url, 0);
    try {
      const { bytes } = await proxy.measure(async () => {
        const { code, stderr } = await programs[who].start(row[who](`${proxy.domain}/lab/app`, who));
        if (code !== 0) throw new Error(`${who}: ${stderr}`);
      });
      figures.push(who === "ours" ? `${bytes}` : `${who} ${bytes}`);
    } finally {
      await proxy.close();
    }
  }
  return figures.join("; ");
}

/** `4; docker 20; skopeo 6; buildx 2`, or what a program says where it refuses. */
async function counted(row, programs, lab) {
  const figures = [];
  for (const who of ["ours", "docker", "skopeo", "buildx"]) {
    if (!row[who]) continue;
    if (!programs[who]) {
      figures.push(who === "buildx" ? `buildx ${row.recorded}` : `${who} is not installed`);
      continue;
    }
    const start = lab.requests.length;
    const { code, stderr } = await programs[who].start(row[who](lab.name, who));
    const count = lab.requests.length - start;
    if (!(row.codes ?? [0]).includes(code) || count === 0) {
      if (who === "ours") throw new Error(`${row.does}: ${stderr}`);
      figures.push(`${who} ${count}, and it fails: ${stderr.trim().split("\n").pop()}`);
    } else {
      figures.push(who === "ours" ? `${count}` : `${who} ${count}`);
    }
  }
  return figures.join("; ");
}
