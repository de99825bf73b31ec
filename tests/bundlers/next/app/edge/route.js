import { answer } from "../../app.js";

export const runtime = "edge";

export async function GET(request) {
  return new Response(await answer(new URL(request.url).searchParams.get("registry")));
}
