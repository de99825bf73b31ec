import { answer } from "./app.js";

onmessage = async ({ data }) => postMessage(await answer(data).catch(String));
