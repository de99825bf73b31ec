import { answer } from "../../app.js";

export async function GET(request) {
  return new Response(await answer(new URL(request.url).searchParams.get("registry")));
}
