import { answer } from "./app.js";

test("a platform is resolved", async () => {
  expect(await answer(process.env.REGISTRY)).toBe(process.env.EXPECTED);
});
