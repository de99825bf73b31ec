/** The questions that most rows ask, in the words of the three programs. Without a name they are about HOST/x/app:1. */

const APP = "HOST/x/app:1";

/** Can the image be read? */
export const reads = (name = APP) => ({
  run: [`inspect ${name}`],
  docker: [`manifest inspect ${name}`],
  skopeo: [`inspect --raw docker://${name}`],
});

/** Are its bytes to be had, as they are? */
export const readsRaw = (name = APP) => ({ run: [`inspect --raw ${name}`], skopeo: [`inspect --raw docker://${name}`] });

/** What does the tag point at? */
export const resolves = (name = APP) => ({ run: [`resolve ${name}`], skopeo: [`inspect --raw docker://${name}`] });

/** Can a list be made of it? */
export const creates = (name = APP) => ({
  run: [`create HOST/x/list:1 ${name}`],
  docker: [`manifest create HOST/x/list:1 ${name}`],
});

/** Can it be made a list in the registry? */
export const publishes = (name = APP) => ({
  run: [`create HOST/x/list:1 ${name}`, "push HOST/x/list:1"],
  docker: [`manifest create HOST/x/list:1 ${name}`, "manifest push HOST/x/list:1"],
});

/** Can it be copied with everything below it? */
export const copies = (from = APP, to = "HOST/y/app:2") => ({
  run: [`copy ${from} ${to}`],
  skopeo: [`copy --all --preserve-digests docker://${from} docker://${to}`],
});

export const listsTags = (name = "HOST/x/app") => ({ run: [`tags ${name}`], skopeo: [`list-tags docker://${name}`] });

export const logsIn = (user = "ada") => ({
  run: [`login HOST --username ${user} --password-stdin`],
  skopeo: [`login HOST --username ${user} --password-stdin`],
});
