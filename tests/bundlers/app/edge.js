import { answer } from "./app.js";

addEventListener("fetch", (event) => {
  const registry = new URL(event.request.url).searchParams.get("registry");
  event.respondWith(answer(registry).then((text) => new Response(text)));
});
