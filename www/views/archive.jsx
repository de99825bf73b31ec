/** What an archive holds: its images, and what is wrong with it. */

import { page, route } from "../state/inspector.js";
import { count } from "../words/sizes.js";
import { Findings } from "./findings.jsx";
import { Digest } from "./pieces.jsx";
import { Link, Text } from "./text.jsx";

const KINDS = { "oci-layout": "OCI layout", "docker-archive": "archive of docker save", dir: "folder of one image" };

export function ArchiveView() {
  const { opened } = page.value;
  const { archive, file, images } = opened;
  return (
    <div class="repository">
      <div class="head">
        <div class="title">
          <h1 tabindex="-1">
            <Text of={file} class="mono" />
          </h1>
          <span class="registry">{KINDS[archive.kind] ?? "archive"}</span>
        </div>
        <p class="facts">
          <b>{images.length}</b> {count(images.length, "image").replace(/^\S+ /, "")} · read in this tab, sent nowhere
        </p>
      </div>
      <ul class="tags">
        {images.map(({ name, descriptor, ref }, index) => (
          <li key={index}>
            <Link to={{ ref, platform: route.value.platform }}>
              <Text of={name ?? "without a name"} class="mono" />
            </Link>
            {!descriptor.problem && <Digest of={descriptor.digest} />}
          </li>
        ))}
      </ul>
      <Findings of={archive.findings} />
    </div>
  );
}
