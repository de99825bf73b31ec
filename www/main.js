// The page's module graph reaches into the built package. When that is missing or cannot be loaded, a static
// import would leave a dead page; this says what to do instead.
import("./app.js").then(
  (app) => app.start(),
  () => {
    const panel = document.createElement("p");
    panel.className = "panel";
    panel.setAttribute("role", "alert");
    panel.textContent =
      "The package is not where this page expects it (../pkg/). Build it with `cargo xtask build`, and serve the repository's root.";
    document.getElementById("notice").replaceChildren(panel);
  },
);
